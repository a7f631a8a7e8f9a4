// The value of a revision row: an encoded mvccpb.KeyValue, the very bytes that range and watch answers carry. A
// tombstone has key and mod revision only (version 0).

import { KeyValue } from '../../common/api/generated/messages.ts';
import { encode } from '../../common/wire/protobuf/codec.ts';
import { varintSize64 } from '../../common/wire/protobuf/wire.ts';

export interface EncodedRow {
  readonly row: Buffer;
  /** The value inside `row`, a view: the row and the cached value share their bytes. */
  readonly value: Buffer;
}

export function encodePutRow(keyValue: KeyValue): EncodedRow {
  const row = encode(KeyValue, keyValue);
  // The value is the last field but for the lease (a one-byte tag and a varint).
  const end = row.length - (keyValue.lease === 0n ? 0 : 1 + varintSize64(keyValue.lease));
  return { row, value: row.subarray(end - keyValue.value.length, end) };
}

export function encodeTombstoneRow(key: Buffer, modRevision: number): Buffer {
  return encode(KeyValue, KeyValue.create({ key, modRevision }));
}

export function decodeRow(row: Buffer): KeyValue {
  return KeyValue.read(row, 0, row.length);
}

export function isTombstone(keyValue: KeyValue): boolean {
  return keyValue.version === 0;
}
