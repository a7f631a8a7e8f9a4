// Reading and writing the fields of peer frames: varints, fixed 64-bit ids, lengths. A reader never reads past its end
// and names the message and the byte where the input is malformed.

import { crc32 } from 'node:zlib';
import { assert } from '../../common/runtime/assert.ts';
import { WireError } from '../../common/wire/protobuf/codec.ts';
import * as wire from '../../common/wire/protobuf/wire.ts';

/** Largest varint of a safe integer. */
export const numberBytesMax = 8;
export const idBytes = 8;
export const checksumBytes = 4;

export class FieldWriter {
  readonly target: Buffer;
  at = 0;

  constructor(bytes: number) {
    this.target = Buffer.allocUnsafe(bytes);
  }

  byte(value: number): void {
    this.target[this.at++] = value;
  }

  number(value: number): void {
    assert(Number.isSafeInteger(value) && value >= 0, `not an unsigned safe integer: ${value}`);
    this.at = wire.writeVarint(this.target, this.at, value);
  }

  id(value: bigint): void {
    this.at = this.target.writeBigUInt64BE(BigInt.asUintN(64, value), this.at);
  }

  bytes(value: Buffer): void {
    this.at = wire.writeBytes(this.target, this.at, value);
  }

  string(value: string): void {
    this.at = wire.writeString(this.target, this.at, value);
  }

  /** What was written behind the first `checksumBytes`, with its checksum in these. */
  finish(): Buffer {
    assert(this.at <= this.target.length, 'a message is larger than its bound');
    const frame = this.target.subarray(0, this.at);
    frame.writeUInt32BE(crc32(frame.subarray(checksumBytes)), 0);
    return frame;
  }
}

export class FieldReader {
  private readonly source: Buffer;
  private readonly end: number;
  private at: number;
  /** What is being read, for errors. */
  what: string;

  constructor(source: Buffer, at: number, end: number, what: string) {
    this.source = source;
    this.at = at;
    this.end = end;
    this.what = what;
  }

  get left(): number {
    return this.end - this.at;
  }

  byte(): number {
    if (this.at >= this.end) throw this.malformed('cut off');
    return this.source[this.at++]!;
  }

  flag(): boolean {
    const value = this.byte();
    if (value > 1) throw this.malformed(`flag ${value}`);
    return value === 1;
  }

  number(): number {
    const value = wire.readUint64(this.source, this.at, this.end, this.what);
    if (!Number.isSafeInteger(value)) throw this.malformed('number beyond the safe range');
    this.at = wire.position;
    return value;
  }

  id(): bigint {
    if (this.left < idBytes) throw this.malformed('id cut off');
    const value = this.source.readBigUInt64BE(this.at);
    this.at += idBytes;
    return value;
  }

  /** A view into the source. */
  bytes(): Buffer {
    const value = wire.readBytes(this.source, this.at, this.end, this.what);
    this.at = wire.position;
    return value;
  }

  string(bytesMax: number): string {
    const start = this.at;
    const value = wire.readString(this.source, this.at, this.end, this.what);
    this.at = wire.position;
    if (this.at - start > bytesMax + 5) throw this.malformed(`string longer than ${bytesMax} bytes`);
    return value;
  }

  /** How many elements follow, each of at least `elementBytes`: never more than there is room for. */
  count(elementBytes: number): number {
    const value = this.number();
    if (value * elementBytes > this.left) throw this.malformed(`${value} elements in ${this.left} bytes`);
    return value;
  }

  /** A reader of the next `length` bytes. */
  part(length: number, what: string): FieldReader {
    if (length > this.left) throw this.malformed(`${length} bytes announced, ${this.left} left`);
    const start = this.at;
    this.at += length;
    return new FieldReader(this.source, start, this.at, what);
  }

  finish(): void {
    if (this.left > 0) throw this.malformed(`${this.left} bytes too many`);
  }

  malformed(what: string): WireError {
    return wire.malformed(this.what, this.at, what);
  }
}

/** Checks a frame's checksum; the reader stands behind it. */
export function openFrame(frame: Buffer, what: string): FieldReader {
  if (frame.length < checksumBytes) throw new WireError(`${what}: ${frame.length} bytes, too short`);
  const expected = frame.readUInt32BE(0);
  const actual = crc32(frame.subarray(checksumBytes));
  if (expected !== actual) throw new WireError(`${what}: checksum ${actual} instead of ${expected}`);
  return new FieldReader(frame, checksumBytes, frame.length, what);
}
