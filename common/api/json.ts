// Messages as JSON, the way etcd's gateway reads and prints them. The mapping follows the field tables of the
// generated messages: json-reader.ts and json-writer.ts compile them, json-scanner.ts knows JSON itself.

import { isAscii, isUtf8 } from 'node:buffer';
import type { Codec } from '../wire/protobuf/codec.ts';
import type { MessageType } from '../wire/protobuf/message-type.ts';
import { jsonReader } from './json-reader.ts';
import { JsonError, JsonScanner } from './json-scanner.ts';
import { jsonWriter } from './json-writer.ts';

export { JsonError } from './json-scanner.ts';

/** How one message type looks as JSON. */
export interface JsonMapping<T> {
  /** JSON text without white space. */
  stringify(message: T): string;
  /** The message, complete with defaults. Throws `JsonError` naming place, field and what is wrong. */
  parse(text: string): T;
  /** The same from UTF-8 bytes; no bytes, or only white space, are the message with nothing set (as etcd reads it). */
  parseBody(body: Buffer): T;
}

const mappings = new WeakMap<object, JsonMapping<unknown>>();

/** The mapping of a message type, made once. */
export function jsonMapping<T>(type: MessageType<T>): JsonMapping<T> {
  let mapping = mappings.get(type);
  if (mapping === undefined) {
    mapping = makeMapping(type as MessageType<unknown>);
    mappings.set(type, mapping);
  }
  return mapping as JsonMapping<T>;
}

/** The message type behind a codec of the `methods` table: all of those are generated with their field tables. */
export function messageTypeOf<T>(codec: Codec<T>): MessageType<T> {
  if (!('fields' in codec && 'create' in codec)) throw new TypeError(`${codec.name} has no field table`);
  return codec as MessageType<T>;
}

function makeMapping(type: MessageType<unknown>): JsonMapping<unknown> {
  const read = jsonReader(type);
  const write = jsonWriter(type);
  const parse = (text: string): unknown => {
    const scanner = new JsonScanner(text);
    const message = read(scanner);
    scanner.finish();
    return message;
  };
  return {
    stringify: (message) => write('', message, 0),
    parse,
    parseBody(body) {
      const text = textOf(body);
      return text.length === 0 || text.trim() === '' ? type.create() : parse(text);
    },
  };
}

/** JSON text is UTF-8 (RFC 8259 section 8.1); most of it is ASCII, which needs no decoding. */
function textOf(body: Buffer): string {
  if (isAscii(body)) return body.toString('latin1');
  const text = body.toString('utf8');
  if (isUtf8(body)) return text;
  // Decoding put U+FFFD for what is not UTF-8, so encoding it again differs from there on.
  const again = Buffer.from(text);
  let at = 0;
  while (again[at] === body[at]) at++;
  throw new JsonError(`json: not UTF-8 at byte ${at + 1}`);
}
