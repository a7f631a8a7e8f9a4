// Message to JSON text as etcd 3.6's gateway prints it: names of the .proto file, 64-bit integers as decimal
// strings, bytes as base64, enums by name, fields at their default left out. One closure per message type, compiled
// at first use, appends straight to a string; there is no intermediate object tree.

import { assert } from '../runtime/assert.ts';
import type { Field, MessageType } from '../wire/protobuf/message-type.ts';
import { jsonDepthMax } from './json-scanner.ts';

type Message = Readonly<Record<string, unknown>>;
/** Appends the message to `out`. */
export type WriteJson = (out: string, message: unknown, depth: number) => string;
/** Appends `"name":value` to `out`, which is an object's text so far, or returns it as it is. */
type WriteField = (out: string, message: Message, depth: number) => string;
/** Appends a value that is not the default. */
type WriteValue = (out: string, value: unknown, depth: number) => string;

const compiled = new WeakMap<MessageType<unknown>, WriteJson>();

export function jsonWriter(type: MessageType<unknown>): WriteJson {
  let write = compiled.get(type);
  if (write === undefined) {
    write = compileMessage(type);
    compiled.set(type, write);
  }
  return write;
}

function compileMessage(type: MessageType<unknown>): WriteJson {
  let fields: WriteField[] | undefined;
  return (out, message, depth) => {
    assert(depth < jsonDepthMax, `${type.name}: nested deeper than ${jsonDepthMax}`);
    // Not when compiling: types refer to one another.
    fields ??= type.fields.map(compileField);
    let body = '{';
    for (const write of fields) body = write(body, message as Message, depth + 1);
    return `${out}${body}}`;
  };
}

function compileField(field: Field): WriteField {
  const { key } = field;
  const first = `"${field.name}":`;
  const further = `,${first}`;
  const prefix = (out: string): string => out + (out.length === 1 ? first : further);
  const writeValue = compileValue(field);
  if (field.repeated) {
    return (out, message, depth) => {
      const list = message[key] as readonly unknown[];
      if (list.length === 0) return out;
      let text = `${prefix(out)}[`;
      for (let i = 0; i < list.length; i++) text = writeValue(i === 0 ? text : `${text},`, list[i], depth);
      return `${text}]`;
    };
  }
  const isDefault = defaultOf(field);
  return (out, message, depth) => {
    const value = message[key];
    return isDefault(value) ? out : writeValue(prefix(out), value, depth);
  };
}

function defaultOf(field: Field): (value: unknown) => boolean {
  switch (field.kind) {
    case 'bytes':
      return (value) => (value as Buffer).length === 0;
    case 'message':
      return (value) => value === undefined;
    case 'string':
      return (value) => value === '';
    case 'bool':
      return (value) => value === false;
    default:
      // Held as number or bigint, by the field.
      return (value) => value === 0 || value === 0n;
  }
}

function compileValue(field: Field): WriteValue {
  switch (field.kind) {
    case 'bytes':
      return (out, value) => `${out}"${(value as Buffer).toString('base64')}"`;
    case 'string':
      return (out, value) => out + JSON.stringify(value);
    case 'int64':
    case 'uint64':
      return (out, value) => `${out}"${integerText(value as number | bigint)}"`;
    case 'enum': {
      const names = field.enumNames ?? {};
      // A number without a name is printed as the number (protobuf's JSON mapping).
      return (out, value) => out + ((value as number) in names ? `"${names[value as number]}"` : String(value));
    }
    case 'message': {
      let write: WriteJson | undefined;
      return (out, value, depth) => {
        if (write === undefined) {
          assert(field.messageType !== undefined, `${field.name} has no message type`);
          write = jsonWriter(field.messageType());
        }
        return write(out, value, depth);
      };
    }
    default:
      return (out, value) => out + String(value);
  }
}

/** Decimal digits, without the exponent that a large JavaScript number would print. */
function integerText(value: number | bigint): string {
  return typeof value === 'number' && !Number.isSafeInteger(value) ? BigInt(value).toString() : value.toString();
}
