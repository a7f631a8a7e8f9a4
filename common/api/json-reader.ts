// JSON to message, by the message's field table: one closure per message type, compiled at first use. Accepts what
// protobuf's JSON mapping accepts (protobuf.dev/programming-guides/json): both spellings of a name, 64-bit integers
// as strings or numbers, both base64 alphabets with or without padding, enums by name or number, null as absent.
// Unknown fields are skipped, as etcd 3.6's gateway does (DiscardUnknown in its server/embed/serve.go). Stricter than
// that gateway in two points, because silence there hides mistakes: an unknown enum name and text behind the
// document are errors.

import { assert } from '../runtime/assert.ts';
import type { Field, MessageType } from '../wire/protobuf/message-type.ts';
import { type IntegerKind, parseInteger } from './json-integer.ts';
import type { JsonScanner } from './json-scanner.ts';

export type ReadJson = (scanner: JsonScanner) => unknown;

interface FieldReader {
  readonly field: Field;
  /** This field's bit among the fields seen so far. */
  readonly bit: number;
  /** Bits of the other members of its oneof. */
  readonly rivals: number;
  readonly read: ReadJson;
}

const compiled = new WeakMap<MessageType<unknown>, ReadJson>();

/** The reader of a message type; it stands in front of the value and takes it whole. */
export function jsonReader(type: MessageType<unknown>): ReadJson {
  let read = compiled.get(type);
  if (read === undefined) {
    read = compileMessage(type);
    compiled.set(type, read);
  }
  return read;
}

function compileMessage(type: MessageType<unknown>): ReadJson {
  assert(type.fields.length <= 31, `${type.name} has more fields than a bit mask holds`);
  let readers: Map<string, FieldReader> | undefined;
  return (scanner) => {
    // Not when compiling: types refer to one another, RequestOp to TxnRequest and back.
    readers ??= fieldReaders(type);
    scanner.open(0x7b, `${type.name} as an object`);
    const message = type.create() as Record<string, unknown>;
    let seen = 0;
    for (let first = true; scanner.more(0x7d, first); first = false) {
      const name = scanner.name();
      const reader = readers.get(name);
      if (reader === undefined) {
        scanner.skipValue();
        continue;
      }
      // protojson refuses both; JSON.parse would keep the last.
      if ((seen & reader.bit) !== 0) throw scanner.error(`${type.name}: field ${JSON.stringify(name)} is given twice`);
      if (scanner.word('null')) continue;
      if ((seen & reader.rivals) !== 0) {
        throw scanner.error(
          `${type.name}: ${JSON.stringify(name)}: only one field of ${reader.field.oneof} may be given`,
        );
      }
      message[reader.field.key] = reader.read(scanner);
      seen |= reader.bit;
    }
    return message;
  };
}

function fieldReaders(type: MessageType<unknown>): Map<string, FieldReader> {
  const readers = new Map<string, FieldReader>();
  for (const [index, field] of type.fields.entries()) {
    const rivals = type.fields.reduce(
      (mask, other, i) =>
        field.oneof !== undefined && other.oneof === field.oneof && i !== index ? mask | (1 << i) : mask,
      0,
    );
    const reader = { field, bit: 1 << index, rivals, read: compileField(type, field) };
    readers.set(field.name, reader);
    readers.set(field.jsonName, reader);
  }
  return readers;
}

function compileField(type: MessageType<unknown>, field: Field): ReadJson {
  const label = `${type.name}.${field.name}`;
  const read = compileValue(field, label);
  if (!field.repeated) return read;
  return (scanner) => {
    scanner.open(0x5b, `${label} as a list`);
    const list: unknown[] = [];
    for (let first = true; scanner.more(0x5d, first); first = false) list.push(read(scanner));
    return list;
  };
}

function compileValue(field: Field, label: string): ReadJson {
  switch (field.kind) {
    case 'bytes':
      return (scanner) => readBytes(scanner, label);
    case 'string':
      return (scanner) => readString(scanner, `${label} as a string`);
    case 'bool':
      return (scanner) => {
        if (scanner.word('true')) return true;
        if (scanner.word('false')) return false;
        throw scanner.unexpected(`${label} as true or false`);
      };
    case 'enum':
      return enumReader(field, label);
    case 'message':
      return messageReader(field, label);
    default: {
      const kind = field.kind;
      const asBigint = (kind === 'int64' || kind === 'uint64') && !field.asNumber;
      return (scanner) => {
        const value = readInteger(scanner, kind, label);
        return asBigint ? BigInt(value) : Number(value);
      };
    }
  }
}

function messageReader(field: Field, label: string): ReadJson {
  let read: ReadJson | undefined;
  return (scanner) => {
    if (scanner.peek() !== 0x7b) throw scanner.unexpected(`${label} as an object`);
    if (read === undefined) {
      assert(field.messageType !== undefined, `${label} has no message type`);
      read = jsonReader(field.messageType());
    }
    return read(scanner);
  };
}

function enumReader(field: Field, label: string): ReadJson {
  const numbers = new Map(Object.entries(field.enumNames ?? {}).map(([number, name]) => [name, Number(number)]));
  return (scanner) => {
    if (scanner.peek() !== 0x22) return Number(readInteger(scanner, 'enum', label));
    const start = scanner.at;
    const name = scanner.string();
    const number = numbers.get(name);
    if (number !== undefined) return number;
    scanner.at = start;
    throw scanner.error(`${label}: ${shorten(name)} is none of ${[...numbers.keys()].join(', ')}`);
  };
}

function readString(scanner: JsonScanner, expected: string): string {
  if (scanner.peek() !== 0x22) throw scanner.unexpected(expected);
  return scanner.string();
}

/** A whole number, as a JavaScript number when it is short enough for one. */
function readInteger(scanner: JsonScanner, kind: IntegerKind, label: string): bigint | number {
  const code = scanner.peek();
  const start = scanner.at;
  const quoted = code === 0x22;
  if (!quoted && code !== 0x2d && !(code >= 0x30 && code <= 0x39)) throw scanner.unexpected(`${label} as an integer`);
  const text = quoted ? scanner.string() : scanner.number();
  if (text.length < 10 && /^[1-9]\d*$/.test(text)) return Number(text);
  const value = parseInteger(text, kind);
  if (typeof value === 'bigint') return value;
  scanner.at = start;
  const reason = value === 'out of range' ? `out of range for ${kind}` : 'not an integer';
  throw scanner.error(`${label}: ${quoted ? shorten(text) : text.slice(0, 40)} is ${reason}`);
}

function readBytes(scanner: JsonScanner, label: string): Buffer {
  if (scanner.peek() !== 0x22) throw scanner.unexpected(`${label} as base64 text`);
  const start = scanner.at;
  const plain = scanner.plainString();
  // Go's decoder passes over line breaks (`base64` without -w0 makes them); as JSON they are escapes, so only here.
  const text = plain ?? scanner.string().replace(/[\r\n]/g, '');
  const bytes = decodeBase64(text);
  if (bytes !== undefined) return bytes;
  scanner.at = start;
  throw scanner.error(`${label}: ${shorten(text)} is not base64`);
}

/**
 * Node's decoder takes both alphabets and skips whatever is in neither. As skipping shortens the result (unless the
 * length is 1 modulo 4, which is never right), comparing lengths checks the whole text without reading it again.
 */
export function decodeBase64(text: string): Buffer | undefined {
  let length = text.length;
  if (length > 0 && text.charCodeAt(length - 1) === 0x3d) {
    if (length % 4 !== 0) return undefined;
    length -= text.charCodeAt(length - 2) === 0x3d ? 2 : 1;
  }
  if (length % 4 === 1) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === Math.floor((length * 3) / 4) ? bytes : undefined;
}

/** Input quoted in an error message, cut where it gets long. */
function shorten(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
