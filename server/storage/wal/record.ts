// The bytes of a log record, and the groups that make several records one durable step. Pure: encodes into a buffer,
// decodes from one, decides nothing about repair (segment-reader.ts does).
//
//   0  u32  CRC-32 of bytes 4 .. 16 + length, seeded with the record's place (see recordSeed)
//   4  u32  payload length
//   8  u8   type   9  u8 flags   10  u16 zero
//   12 u32  group  16  payload, then zeros up to a multiple of 8
//
// Integers are big-endian. A group is what one write and one fdatasync made durable: its records carry one number, the
// last has flagGroupEnd. At most one group of a log is ever unsynced, so a damaged group is a torn tail only if
// nothing of a later group follows it. Because the seed holds segment and offset, every record is verifiable by itself
// (a scan can resume behind damage), and one left over from another segment or place never verifies.
//
// Worked example: hard state {term 2, vote 1, commit 1} at offset 0 of segment 0, group 0, group end:
//   5dfa6168 00000018 02 01 0000 00000000 | 0000000000000002 0000000000000001 0000000000000001

import { crc32 } from 'node:zlib';
import { assert, unreachable } from '../../../common/runtime/assert.ts';
import { writeSafeU64 } from '../keys.ts';
import type { HardState, LogEntry, LogPosition } from './log-entry.ts';

/** A segment's first record: says what the file is and where in the log it starts. */
export interface SegmentHeader {
  readonly sequence: number;
  /** The last entry when the segment was begun: the log's base once the segments before it are gone. */
  readonly base: LogPosition;
  /** Given at creation, repeated in every segment; opaque (cluster and member id). */
  readonly metadata: Buffer;
}

export type LogRecord =
  | { readonly type: 'header'; readonly header: SegmentHeader }
  | { readonly type: 'hardState'; readonly hardState: HardState }
  | { readonly type: 'entry'; readonly entry: LogEntry }
  | { readonly type: 'snapshot'; readonly snapshot: LogPosition; readonly discards: boolean };

export interface RecordFrame {
  readonly offset: number;
  /** Offset of the next record. */
  readonly end: number;
  readonly type: number;
  readonly group: number;
  readonly endsGroup: boolean;
  readonly payload: Buffer;
}

export const recordHeaderBytes = 16;
export const recordAlignment = 8;
/** A payload longer than this is a programmer's error when written, damage when read. */
export const recordPayloadBytesMax = 256 * 1024 * 1024;

const formatVersion = 1;
const magic = Buffer.from('rollcall', 'latin1');
const flagGroupEnd = 1;
const recordType = { header: 1, hardState: 2, entry: 3, snapshot: 4 } as const;
const recordTypeMax = 4;
const headerFixedBytes = magic.length + 4 + 8 + 8 + 8;
const hardStateBytes = 24;
const entryFixedBytes = 17;
const snapshotBytes = 17;
const entryKinds = ['normal', 'membership'] as const;

/** A payload that does not read as its type says, although its CRC holds: another version wrote it. */
export class RecordUnreadable extends Error {
  override readonly name = 'RecordUnreadable';
}

/** Bytes that the record takes in the file, padding included. */
export function recordBytes(record: LogRecord): number {
  const bytes = recordHeaderBytes + payloadBytes(record);
  return bytes + padding(bytes);
}

/**
 * Writes the records of one group into `target` from its start; `target` must fit them exactly.
 * `offset` is where the group will lie in the segment.
 */
export function encodeGroup(
  records: readonly LogRecord[],
  target: Buffer,
  place: { sequence: number; offset: number; group: number },
): void {
  let at = 0;
  for (const [position, record] of records.entries()) {
    const length = payloadBytes(record);
    assert(length <= recordPayloadBytesMax, `a log record of ${length} bytes`);
    target.writeUInt32BE(length, at + 4);
    target[at + 8] = recordType[record.type];
    target[at + 9] = position === records.length - 1 ? flagGroupEnd : 0;
    target.writeUInt16BE(0, at + 10);
    target.writeUInt32BE(place.group, at + 12);
    encodePayload(record, target, at + recordHeaderBytes);
    const end = at + recordHeaderBytes + length;
    const checksum = crc32(target.subarray(at + 4, end), recordSeed(place.sequence, place.offset + at));
    target.writeUInt32BE(checksum, at);
    target.fill(0, end, end + padding(end));
    at = end + padding(end);
  }
  assert(at === target.length, `a group of ${at} bytes in a buffer of ${target.length}`);
}

/** The whole, undamaged record at `offset`, or null. */
export function readFrame(file: Buffer, offset: number, sequence: number): RecordFrame | null {
  const payloadAt = offset + recordHeaderBytes;
  if (payloadAt > file.length) return null;
  const length = file.readUInt32BE(offset + 4);
  const type = file[offset + 8]!;
  const flags = file[offset + 9]!;
  if (type === 0 || type > recordTypeMax || flags > flagGroupEnd || file.readUInt16BE(offset + 10) !== 0) return null;
  const payloadEnd = payloadAt + length;
  const end = payloadEnd + padding(payloadEnd);
  if (length > recordPayloadBytesMax || end > file.length) return null;
  const checksum = crc32(file.subarray(offset + 4, payloadEnd), recordSeed(sequence, offset));
  if (checksum !== file.readUInt32BE(offset)) return null;
  return {
    offset,
    end,
    type,
    group: file.readUInt32BE(offset + 12),
    endsGroup: flags === flagGroupEnd,
    payload: file.subarray(payloadAt, payloadEnd),
  };
}

/** Bytes whose CRC readFrame would compute at `offset`; 0 where it would not get that far. Bounds a scan. */
export function claimedBytes(file: Buffer, offset: number): number {
  if (offset + recordHeaderBytes > file.length) return 0;
  const type = file[offset + 8]!;
  if (type === 0 || type > recordTypeMax || file[offset + 9]! > flagGroupEnd) return 0;
  const length = file.readUInt32BE(offset + 4);
  return offset + recordHeaderBytes + length > file.length ? 0 : length;
}

/** Throws RecordUnreadable. Entry data and metadata are copied: they do not keep the file's buffer alive. */
export function decodeRecord(frame: RecordFrame): LogRecord {
  const { payload } = frame;
  switch (frame.type) {
    case recordType.header:
      return { type: 'header', header: decodeHeader(payload) };
    case recordType.hardState:
      expectLength(payload.length === hardStateBytes, 'hard state', payload);
      return {
        type: 'hardState',
        hardState: {
          term: readCount(payload, 0),
          vote: payload.readBigUInt64BE(8),
          commit: readCount(payload, 16),
        },
      };
    case recordType.entry:
      return { type: 'entry', entry: decodeEntry(payload) };
    case recordType.snapshot:
      expectLength(payload.length === snapshotBytes, 'snapshot marker', payload);
      return {
        type: 'snapshot',
        snapshot: { index: readCount(payload, 0), term: readCount(payload, 8) },
        discards: payload[16] === 1,
      };
    default:
      throw new RecordUnreadable(`record type ${frame.type} is unknown`);
  }
}

/** CRC-32 is linear in its seed: equal bytes under two seeds never have equal checksums. */
function recordSeed(sequence: number, offset: number): number {
  return (Math.imul(sequence, 0x9e3779b1) + offset) >>> 0;
}

function padding(bytes: number): number {
  return -bytes & (recordAlignment - 1);
}

function payloadBytes(record: LogRecord): number {
  switch (record.type) {
    case 'header':
      return headerFixedBytes + record.header.metadata.length;
    case 'hardState':
      return hardStateBytes;
    case 'entry':
      return entryFixedBytes + record.entry.data.length;
    case 'snapshot':
      return snapshotBytes;
    default:
      return unreachable(record);
  }
}

function encodePayload(record: LogRecord, target: Buffer, at: number): void {
  switch (record.type) {
    case 'header': {
      const { header } = record;
      magic.copy(target, at);
      target.writeUInt32BE(formatVersion, at + 8);
      writeSafeU64(target, header.sequence, at + 12);
      writeSafeU64(target, header.base.index, at + 20);
      writeSafeU64(target, header.base.term, at + 28);
      header.metadata.copy(target, at + headerFixedBytes);
      return;
    }
    case 'hardState':
      writeSafeU64(target, record.hardState.term, at);
      target.writeBigUInt64BE(record.hardState.vote, at + 8);
      writeSafeU64(target, record.hardState.commit, at + 16);
      return;
    case 'entry':
      writeSafeU64(target, record.entry.index, at);
      writeSafeU64(target, record.entry.term, at + 8);
      target[at + 16] = entryKinds.indexOf(record.entry.kind);
      record.entry.data.copy(target, at + entryFixedBytes);
      return;
    case 'snapshot':
      writeSafeU64(target, record.snapshot.index, at);
      writeSafeU64(target, record.snapshot.term, at + 8);
      target[at + 16] = record.discards ? 1 : 0;
      return;
    default:
      unreachable(record);
  }
}

function decodeHeader(payload: Buffer): SegmentHeader {
  expectLength(payload.length >= headerFixedBytes && payload.subarray(0, 8).equals(magic), 'segment header', payload);
  const version = payload.readUInt32BE(8);
  if (version !== formatVersion) {
    throw new RecordUnreadable(`log format version ${version}; this program reads version ${formatVersion}`);
  }
  return {
    sequence: readCount(payload, 12),
    base: { index: readCount(payload, 20), term: readCount(payload, 28) },
    metadata: Buffer.from(payload.subarray(headerFixedBytes)),
  };
}

function decodeEntry(payload: Buffer): LogEntry {
  expectLength(payload.length >= entryFixedBytes, 'entry', payload);
  const kind = entryKinds[payload[16]!];
  if (kind === undefined) throw new RecordUnreadable(`entry kind ${payload[16]} is unknown`);
  return {
    index: readCount(payload, 0),
    term: readCount(payload, 8),
    kind,
    data: Buffer.from(payload.subarray(entryFixedBytes)),
  };
}

function readCount(payload: Buffer, at: number): number {
  const value = payload.readBigUInt64BE(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER))
    throw new RecordUnreadable(`the number ${value} is beyond the safe range`);
  return Number(value);
}

function expectLength(holds: boolean, what: string, payload: Buffer): void {
  if (!holds) throw new RecordUnreadable(`a ${what} of ${payload.length} bytes does not read`);
}
