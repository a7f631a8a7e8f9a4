// Protobuf wire primitives that generated codecs call: varints, lengths, strings, skipping. Plain functions over a
// Buffer with explicit offsets; the one cursor is module state, because a reader object per message costs more than
// the reading (JavaScript has no out-parameters, and a codec never yields half-way).

import { isUtf8 } from 'node:buffer';
import { WireError } from './codec.ts';

/** Where the last read ended: set by each `read…` function, picked up by the caller before it reads on. */
export let position = 0;

/** Messages nested deeper than this are refused, so that hostile input cannot exhaust the stack (protobuf's own limit is 100). */
export const nestingDepthMax = 100;
let depth = 0;
/** Where the outermost message begins in its buffer: errors count from there, as a sender can know nothing else. */
let base = 0;

export function enter(message: string, start: number): void {
  if (depth === 0) base = start;
  if (++depth > nestingDepthMax) {
    depth = 0;
    base = 0;
    throw new WireError(`${message}: nested deeper than ${nestingDepthMax}`);
  }
}

export function leave(): void {
  if (--depth === 0) base = 0;
}

/** Every error path goes through here: it also resets the nesting depth, as the unwinding skips `leave`. */
export function malformed(message: string, offset: number, what: string): WireError {
  const at = offset - base;
  depth = 0;
  base = 0;
  return new WireError(`${message}: ${what} at byte ${at}`);
}

const two32 = 4294967296;

/**
 * The largest numbers below 2^63 and 2^64. What rounds up to the power itself (the largest int64, which clients send for
 * "no limit") is held here, in and out: written as it is, it would come out negative.
 */
const int64NumberMax = 2 ** 63 - 1024;
const uint64NumberMax = 2 ** 64 - 2048;

/** An integer beyond the safe range as 64 bits. */
function wide(value: number): bigint {
  return BigInt(value === int64NumberMax + 1024 ? int64NumberMax : Math.min(value, uint64NumberMax));
}

// ---- sizes

export function varintSize(value: number): number {
  if (value < 0) return 10;
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x200000) return 3;
  if (value < 0x10000000) return 4;
  if (value < 0x800000000) return 5;
  if (value < 0x40000000000) return 6;
  if (value < 0x2000000000000) return 7;
  return varintSize64(wide(value));
}

export function varintSize64(value: bigint): number {
  if (value < 0n) return 10;
  let rest = value >> 7n;
  let size = 1;
  while (rest > 0n) {
    rest >>= 7n;
    size++;
  }
  return size;
}

/** Size of a length-delimited field's content with its length in front. */
export function delimitedSize(length: number): number {
  return varintSize(length) + length;
}

// ---- writing

/** Writes an integer of at most 53 bits, negative ones as 64-bit two's complement. */
export function writeVarint(target: Buffer, offset: number, value: number): number {
  if (value < 0 || value > Number.MAX_SAFE_INTEGER) return writeVarint64(target, offset, wide(value));
  let rest = value;
  let at = offset;
  while (rest >= two32) {
    target[at++] = (rest % 128) | 0x80;
    rest = Math.floor(rest / 128);
  }
  let low = rest >>> 0;
  while (low > 0x7f) {
    target[at++] = (low & 0x7f) | 0x80;
    low >>>= 7;
  }
  target[at++] = low;
  return at;
}

export function writeVarint64(target: Buffer, offset: number, value: bigint): number {
  const bits = BigInt.asUintN(64, value);
  let low = Number(bits & 0xffffffffn);
  let high = Number(bits >> 32n);
  let at = offset;
  while (high > 0 || low > 0x7f) {
    target[at++] = (low & 0x7f) | 0x80;
    low = ((low >>> 7) | (high << 25)) >>> 0;
    high >>>= 7;
  }
  target[at++] = low;
  return at;
}

export function writeBytes(target: Buffer, offset: number, bytes: Uint8Array): number {
  const length = bytes.length;
  let at = writeVarint(target, offset, length);
  if (length <= 24) {
    for (let i = 0; i < length; i++) target[at++] = bytes[i]!;
    return at;
  }
  target.set(bytes, at);
  return at + length;
}

export function writeString(target: Buffer, offset: number, text: string): number {
  const length = Buffer.byteLength(text);
  const at = writeVarint(target, offset, length);
  target.write(text, at, length, 'utf8');
  return at + length;
}

// ---- reading

let low32 = 0;
let high32 = 0;

function readBits(source: Buffer, offset: number, end: number, message: string): void {
  let at = offset;
  let low = 0;
  let high = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    if (at >= end) throw malformed(message, offset, 'varint cut off');
    const byte = source[at++]!;
    const bits = byte & 0x7f;
    if (shift < 28) low |= bits << shift;
    else if (shift === 28) {
      low |= bits << 28;
      high |= bits >>> 4;
    } else high |= bits << (shift - 32);
    if (byte < 0x80) {
      low32 = low >>> 0;
      high32 = high >>> 0;
      position = at;
      return;
    }
  }
  throw malformed(message, offset, 'varint longer than 10 bytes');
}

/** Reads an unsigned length or tag; more than 2^31-1 is malformed. */
export function readLength(source: Buffer, offset: number, end: number, message: string): number {
  const first = offset < end ? source[offset]! : 0x80;
  if (first < 0x80) {
    position = offset + 1;
    return first;
  }
  readBits(source, offset, end, message);
  if (high32 !== 0 || low32 > 0x7fffffff) throw malformed(message, offset, 'length or tag out of range');
  return low32;
}

/** Reads a signed 64-bit integer as a number; beyond 2^53 it is rounded, which every comparison survives. */
export function readInt64(source: Buffer, offset: number, end: number, message: string): number {
  const first = offset < end ? source[offset]! : 0x80;
  if (first < 0x80) {
    position = offset + 1;
    return first;
  }
  readBits(source, offset, end, message);
  return Math.min((high32 | 0) * two32 + low32, int64NumberMax);
}

/** Reads an unsigned 64-bit integer as a number; beyond 2^53 it is rounded. */
export function readUint64(source: Buffer, offset: number, end: number, message: string): number {
  readBits(source, offset, end, message);
  return Math.min(high32 * two32 + low32, uint64NumberMax);
}

export function readInt64Big(source: Buffer, offset: number, end: number, message: string): bigint {
  readBits(source, offset, end, message);
  if (high32 === 0) return low32 === 0 ? 0n : BigInt(low32);
  return BigInt.asIntN(64, (BigInt(high32) << 32n) | BigInt(low32));
}

export function readUint64Big(source: Buffer, offset: number, end: number, message: string): bigint {
  readBits(source, offset, end, message);
  if (high32 === 0) return low32 === 0 ? 0n : BigInt(low32);
  return (BigInt(high32) << 32n) | BigInt(low32);
}

/** Reads an int32 or enum: the low 32 bits, signed. */
export function readInt32(source: Buffer, offset: number, end: number, message: string): number {
  readBits(source, offset, end, message);
  return low32 | 0;
}

/** Reads a uint32. */
export function readUint32(source: Buffer, offset: number, end: number, message: string): number {
  readBits(source, offset, end, message);
  return low32;
}

export function readBool(source: Buffer, offset: number, end: number, message: string): boolean {
  readBits(source, offset, end, message);
  return low32 !== 0 || high32 !== 0;
}

/** Reads a length and checks that so many bytes follow; `position` is then the content's start. */
export function readDelimited(source: Buffer, offset: number, end: number, message: string): number {
  const length = readLength(source, offset, end, message);
  if (length > end - position) throw malformed(message, offset, `field of ${length} bytes reaches past the end`);
  return length;
}

/** Reads a byte field as a view into `source`. */
export function readBytes(source: Buffer, offset: number, end: number, message: string): Buffer {
  const length = readDelimited(source, offset, end, message);
  const start = position;
  position = start + length;
  return source.subarray(start, position);
}

export function readString(source: Buffer, offset: number, end: number, message: string): string {
  const bytes = readBytes(source, offset, end, message);
  if (!isUtf8(bytes)) throw malformed(message, offset, 'string field contains invalid UTF-8');
  return bytes.toString('utf8');
}

/** Skips an unknown field of the given tag and returns the offset behind it. */
export function skip(source: Buffer, offset: number, end: number, tag: number, message: string): number {
  if (tag >>> 3 === 0) throw malformed(message, offset, 'field number 0');
  switch (tag & 7) {
    case 0:
      readBits(source, offset, end, message);
      return position;
    case 1:
      if (end - offset < 8) throw malformed(message, offset, 'fixed64 cut off');
      return offset + 8;
    case 2: {
      const length = readDelimited(source, offset, end, message);
      return position + length;
    }
    case 3:
      return skipGroup(source, offset, end, tag >>> 3, message);
    case 5:
      if (end - offset < 4) throw malformed(message, offset, 'fixed32 cut off');
      return offset + 4;
    default:
      throw malformed(message, offset, `wire type ${tag & 7}`);
  }
}

function skipGroup(source: Buffer, offset: number, end: number, field: number, message: string): number {
  enter(message, base);
  let at = offset;
  for (;;) {
    const tag = readLength(source, at, end, message);
    at = position;
    if ((tag & 7) === 4) {
      if (tag >>> 3 !== field) throw malformed(message, at, 'group end without its start');
      leave();
      return at;
    }
    at = skip(source, at, end, tag, message);
  }
}

export const emptyBytes: Buffer = Buffer.alloc(0);
