// JSON as Go's encoding/json makes it of etcd's generated structs, which is what `etcdctl -w json` prints: fields in the
// order of the .proto file under their .proto names, zero values left out, octets in base64, 64-bit numbers as plain
// numbers, enums as numbers, oneofs under their Go names.

import type { Field, MessageType } from '../../common/wire/protobuf/message-type.ts';

export function jsonString(text: string): string {
  // Go escapes what HTML would read, and the two line separators of JavaScript; not \b and \f by letter.
  return JSON.stringify(text.replace(/[\ud800-\udfff]/gu, '\ufffd'))
    .replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(
      /(?<!\\)((?:\\\\)*)\\([bf])/g,
      (_, slashes: string, letter) => `${slashes}\\u000${letter === 'b' ? 8 : 'c'}`,
    );
}

export function jsonBytes(bytes: Buffer): string {
  return `"${bytes.toString('base64')}"`;
}

/** Named values, already JSON, in their order. */
export function jsonObject(fields: readonly (readonly [string, string])[]): string {
  return `{${fields.map(([name, value]) => `"${name}":${value}`).join(',')}}`;
}

export function jsonArray(values: readonly string[]): string {
  return `[${values.join(',')}]`;
}

export function messageJson<T>(type: MessageType<T>, message: T): string {
  return jsonObject(messageFields(type, message));
}

/** The fields of `messageJson`, for structs that embed a message (LeaseGrantResponse embeds its header). */
export function messageFields<T>(type: MessageType<T>, message: T): (readonly [string, string])[] {
  const values = message as Readonly<Record<string, unknown>>;
  return type.fields.flatMap((field): (readonly [string, string])[] => {
    const value = values[field.key];
    if (isZero(value)) return [];
    if (field.oneof === undefined) return [[field.name, fieldJson(field, value)]];
    return [[goName(field.oneof), jsonObject([[goName(field.name), fieldJson(field, value)]])]];
  });
}

function isZero(value: unknown): boolean {
  if (value === undefined || value === 0 || value === 0n || value === false || value === '') return true;
  return (Array.isArray(value) || Buffer.isBuffer(value)) && value.length === 0;
}

function fieldJson(field: Field, value: unknown): string {
  return field.repeated ? jsonArray((value as unknown[]).map((one) => oneJson(field, one))) : oneJson(field, value);
}

function oneJson(field: Field, value: unknown): string {
  switch (field.kind) {
    case 'bytes':
      return jsonBytes(value as Buffer);
    case 'string':
      return jsonString(value as string);
    case 'message':
      return messageJson(field.messageType!(), value);
    default:
      return String(value);
  }
}

/** `response_delete_range` -> `ResponseDeleteRange`. */
function goName(name: string): string {
  return name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
