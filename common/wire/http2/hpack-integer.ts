// HPACK's prefixed integers (RFC 7541 section 5.1).

import { ConnectionError, ErrorCode } from './error-code.ts';

/** A byte range that is read from the front. */
export interface Cursor {
  source: Uint8Array;
  at: number;
  end: number;
}

/** Nothing in a header block is larger; the RFC asks decoders to set such a limit. */
const INTEGER_MAX = 2 ** 28;

/** Continuation bytes that suffice for INTEGER_MAX: 5 x 7 bits. Longer ones could only be zero padding. */
const CONTINUATION_BYTES_MAX = 5;

/** Reads an integer whose first byte, at the cursor, carries `prefixBits` of it. */
export function readInteger(cursor: Cursor, prefixBits: number): number {
  const mask = (1 << prefixBits) - 1;
  let value = nextByte(cursor) & mask;
  if (value < mask) return value;
  for (let index = 0; index < CONTINUATION_BYTES_MAX; index++) {
    const byte = nextByte(cursor);
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (value > INTEGER_MAX) break;
    if (byte < 0x80) return value;
  }
  throw new ConnectionError(ErrorCode.COMPRESSION_ERROR, 'header block: integer out of bounds');
}

function nextByte(cursor: Cursor): number {
  if (cursor.at >= cursor.end) throw new ConnectionError(ErrorCode.COMPRESSION_ERROR, 'header block ends too early');
  return cursor.source[cursor.at++]!;
}

/** Writes `value` behind the bits `pattern` that share its first byte; returns the offset behind it. */
export function writeInteger(
  target: Uint8Array,
  offset: number,
  { pattern, prefixBits, value }: { pattern: number; prefixBits: number; value: number },
): number {
  const mask = (1 << prefixBits) - 1;
  let at = offset;
  if (value < mask) {
    target[at++] = pattern | value;
    return at;
  }
  target[at++] = pattern | mask;
  let rest = value - mask;
  while (rest >= 0x80) {
    target[at++] = (rest & 0x7f) | 0x80;
    rest = Math.floor(rest / 128);
  }
  target[at++] = rest;
  return at;
}
