// Reads one segment: its whole groups, and whether what follows the last of them is a torn tail or damage. Pure.
//
// A crash can leave only the newest group unsynced (record.ts), so a tail is torn when nothing of a later group stands
// behind the first bad record. Sectors may reach the disk out of order: good records of the very same group may follow the bad one,
// but then a sector of it never arrived and reads as zeros (etcd-io/etcd wal/decoder.go draws the same line). Anything
// else is damage to bytes that had been synced, and is never cut (landscape row 27: Protocol-Aware Recovery, FAST '18).

import { LogCorrupted } from './log-corrupted.ts';
import type { LogRecord, RecordFrame } from './record.ts';
import {
  claimedBytes,
  decodeRecord,
  RecordUnreadable,
  readFrame,
  recordAlignment,
  recordHeaderBytes,
} from './record.ts';

export interface SegmentRecord {
  readonly offset: number;
  readonly record: LogRecord;
}

export interface SegmentContent {
  /** Records of whole groups only. */
  readonly records: SegmentRecord[];
  /** Where the last whole group starts and ends. */
  readonly lastGroup: { readonly number: number; readonly offset: number; readonly end: number };
  /** Bytes of a torn tail behind it; 0: nothing but free space follows. */
  readonly tornBytes: number;
}

const sectorBytes = 512;
/** CRC work that a scan behind damage may spend before it gives up (and refuses to call the tail torn). */
const scanBytesMax = 1024 * 1024 * 1024;

/** Throws LogCorrupted. `isNewest`: only the newest segment may have a torn tail. */
export function readSegment(
  bytes: Buffer,
  segment: { file: string; sequence: number; isNewest: boolean },
): SegmentContent {
  const records: SegmentRecord[] = [];
  let whole = 0;
  let lastGroup = { number: -1, offset: 0, end: 0 };
  let offset = 0;
  for (;;) {
    const frame = readFrame(bytes, offset, segment.sequence);
    if (frame === null) break;
    if (frame.group !== lastGroup.number + 1) {
      throw new LogCorrupted(`group ${frame.group} follows group ${lastGroup.number}`, { file: segment.file, offset });
    }
    records.push({ offset, record: decode(frame, segment.file) });
    offset = frame.end;
    if (frame.endsGroup) {
      lastGroup = { number: frame.group, offset: lastGroup.end, end: offset };
      whole = records.length;
    }
  }
  if (lastGroup.number < 0) {
    throw new LogCorrupted('the segment header does not read', { file: segment.file, offset: 0 });
  }
  const tornBytes = usedBytes(bytes, lastGroup.end) - lastGroup.end;
  if (tornBytes > 0) {
    if (!segment.isNewest) {
      throw new LogCorrupted('a record does not verify and newer segments follow', { file: segment.file, offset });
    }
    checkTornTail(bytes, { ...segment, offset, group: lastGroup.number + 1 });
  }
  records.length = whole;
  return { records, lastGroup, tornBytes };
}

/** The file's length without the zeros at its end, which were reserved and never written; at least `from`. */
function usedBytes(bytes: Buffer, from: number): number {
  let end = bytes.length;
  while (end > from && bytes[end - 1] === 0) end--;
  return end;
}

/** Returns when the tail from the first bad record on is torn; throws LogCorrupted when it is damage. */
function checkTornTail(bytes: Buffer, bad: { file: string; sequence: number; offset: number; group: number }): void {
  let badFrom = bad.offset;
  let budget = scanBytesMax;
  let at = bad.offset + recordAlignment;
  while (at + recordHeaderBytes <= bytes.length) {
    budget -= claimedBytes(bytes, at);
    if (budget < 0) throw new LogCorrupted('a record does not verify and the rest cannot be searched', bad);
    const frame = readFrame(bytes, at, bad.sequence);
    if (frame === null) {
      at += recordAlignment;
      continue;
    }
    if (frame.group !== bad.group) {
      throw new LogCorrupted(`a record does not verify and synced records follow at offset ${at}`, bad);
    }
    // Adjacent good records leave no gap between them: only bytes that did not verify are asked for a lost sector.
    if (at > badFrom && !hasLostSector(bytes, badFrom, at)) {
      throw new LogCorrupted(`a record does not verify and good ones follow at offset ${at}`, bad);
    }
    badFrom = frame.end;
    at = frame.end;
  }
}

/**
 * Whether [from, to) holds a sector that never arrived: zeros from `from` or the sector's start up to its end. A sector
 * that reaches beyond `to` did arrive, for a good record starts there.
 */
function hasLostSector(bytes: Buffer, from: number, to: number): boolean {
  let start = from;
  for (;;) {
    const end = start - (start % sectorBytes) + sectorBytes;
    if (end > to) return false;
    if (bytes.subarray(start, end).every((byte) => byte === 0)) return true;
    start = end;
  }
}

function decode(frame: RecordFrame, file: string): LogRecord {
  try {
    return decodeRecord(frame);
  } catch (error) {
    if (error instanceof RecordUnreadable) throw new LogCorrupted(error.message, { file, offset: frame.offset });
    throw error;
  }
}
