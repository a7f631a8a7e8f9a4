// Makes a new log, or opens one: reads every segment, replays it, repairs a torn tail, and hands the rest to
// WriteAheadLog. What is a torn tail and what is damage is segment-reader.ts's; what follows from the state that comes back (is the
// store ahead of the log, is this the right cluster) is the replica's.
//
// Nothing is reported as in the log before it is durable: after a crash, or worse a failed fsync, the page cache may show a last group
// that the medium does not have ("Can Applications Recover from fsync Failures?", ATC '20). So that group is written once more and
// synced before openLog answers.

import { assert } from '../../../common/runtime/assert.ts';
import { LogCorrupted, LogMissing } from './log-corrupted.ts';
import type { LogDisk, LogDiskOperation } from './log-disk.ts';
import type { HardState, LogEntry, LogPosition } from './log-entry.ts';
import { emptyHardState } from './log-entry.ts';
import { LogExtent } from './log-extent.ts';
import type { SegmentHeader } from './record.ts';
import type { SegmentName } from './segment-file.ts';
import { brokenSuffix, segmentsOf, temporarySegmentFile } from './segment-file.ts';
import type { SegmentContent, SegmentRecord } from './segment-reader.ts';
import { readSegment } from './segment-reader.ts';
import type { LogOptions, Segment } from './write-ahead-log.ts';
import { beginSegment, WriteAheadLog } from './write-ahead-log.ts';

export interface TornTail {
  readonly file: string;
  readonly offset: number;
  /** Kept beside the segment as `<file>.broken`. */
  readonly bytesCut: number;
}

export interface OpenedLog {
  readonly log: WriteAheadLog;
  /** The opaque bytes given to createLog. */
  readonly metadata: Buffer;
  readonly hardState: HardState;
  /** Contiguous, from base.index + 1. */
  readonly entries: LogEntry[];
  /** The entry before the first of `entries`: the newest snapshot marker, or where the oldest segment begins. */
  readonly base: LogPosition;
  /** The newest snapshot marker still in a segment; a store behind it has not finished installing that snapshot. */
  readonly snapshot: LogPosition | null;
  /** Set when a torn tail was cut off; the node logs it. */
  readonly repaired?: TornTail;
}

export interface CreateLogOptions extends LogOptions {
  /** Stored in every segment and given back by openLog. */
  readonly metadata: Buffer;
  /** Where the log starts: {0, 0} unless the state machine starts from a restored snapshot. */
  readonly base?: LogPosition;
  readonly hardState?: HardState;
}

/** Whether the directory has a log: openLog for true, createLog for false. */
export async function logExists(disk: LogDisk): Promise<boolean> {
  return segmentsOf(await disk.list()).length > 0;
}

/** Makes the first segment and syncs it and its name. Takes the disk over: it is closed with the log, or on failure. */
export async function createLog(options: CreateLogOptions): Promise<OpenedLog> {
  const { disk, metadata } = options;
  return closingOnFailure(disk, async () => {
    const names = await disk.list();
    assert(segmentsOf(names).length === 0, `${disk.path} already has a log`);
    const base = options.base ?? { index: 0, term: 0 };
    const extent = new LogExtent(base, { baseIsSegmentHeader: false });
    const problem = extent.setHardState(options.hardState ?? emptyHardState);
    assert(problem === null, `a new log cannot start so: ${problem}`);
    const header: SegmentHeader = { sequence: 0, base, metadata };
    const { segment, operations } = beginSegment(header, extent.hardState, options.segmentBytes);
    await submit(disk, [...removeIfPresent(names, temporarySegmentFile), ...operations]);
    const log = new WriteAheadLog(options, { extent, metadata, segments: [segment], sealed: false });
    return { log, metadata, hardState: extent.hardState, entries: [], base, snapshot: null };
  });
}

/** Throws LogMissing and LogCorrupted. Takes the disk over: it is closed with the log, or on failure. */
export async function openLog(options: LogOptions): Promise<OpenedLog> {
  const { disk } = options;
  return closingOnFailure(disk, async () => {
    const names = await disk.list();
    const files = segmentsOf(names);
    if (files.length === 0) throw new LogMissing(`${disk.path} has no write-ahead log`);
    checkSequence(files);

    const replay = new Replay();
    let newest: NewestSegment | null = null;
    for (const [position, name] of files.entries()) {
      const bytes = await disk.read(name.file);
      const content = readSegment(bytes, { ...name, isNewest: position === files.length - 1 });
      replay.segment(name, content, bytes.length);
      newest = { file: name.file, bytes, content };
    }
    assert(newest !== null, 'at least one segment was read');

    const repaired = await settleTail(disk, names, newest);
    const segments = replay.segments;
    const sealed = repaired !== null || names.includes(newest.file + brokenSuffix);
    const log = new WriteAheadLog(options, { extent: replay.extent, metadata: replay.metadata, segments, sealed });
    return {
      log,
      metadata: replay.metadata,
      hardState: replay.extent.hardState,
      entries: replay.entries,
      base: replay.extent.base,
      snapshot: replay.marker,
      ...(repaired === null ? {} : { repaired }),
    };
  });
}

interface NewestSegment {
  readonly file: string;
  readonly bytes: Buffer;
  readonly content: SegmentContent;
}

/** Folds the segments' records into what the log holds. */
class Replay {
  extent = new LogExtent({ index: 0, term: 0 }, { baseIsSegmentHeader: true });
  metadata: Buffer = Buffer.alloc(0);
  entries: LogEntry[] = [];
  marker: LogPosition | null = null;
  readonly segments: Segment[] = [];

  segment(name: SegmentName, content: SegmentContent, fileBytes: number): void {
    const first = content.records[0]?.record;
    const segment: Segment = {
      ...name,
      baseIndex: first?.type === 'header' ? first.header.base.index : 0,
      end: content.lastGroup.end,
      reserved: fileBytes,
      nextGroup: content.lastGroup.number + 1,
      highestIndex: 0,
    };
    for (const [position, item] of content.records.entries()) {
      const problem = this.#record(item, segment, position === 0);
      if (problem !== null) throw new LogCorrupted(problem, { file: name.file, offset: item.offset });
    }
    this.segments.push(segment);
  }

  #record({ record }: SegmentRecord, segment: Segment, isFirst: boolean): string | null {
    if (isFirst !== (record.type === 'header')) return 'a segment has its header first and only there';
    switch (record.type) {
      case 'header':
        return this.#header(record.header, segment);
      case 'hardState':
        return this.extent.setHardState(record.hardState);
      case 'snapshot':
        segment.highestIndex = Math.max(segment.highestIndex, record.snapshot.index);
        return this.#snapshot(record.snapshot, record.discards);
      case 'entry':
        segment.highestIndex = Math.max(segment.highestIndex, record.entry.index);
        return this.#entry(record.entry);
    }
  }

  #header(header: SegmentHeader, segment: Segment): string | null {
    if (header.sequence !== segment.sequence) return `the file is segment ${header.sequence} by its header`;
    if (this.segments.length === 0) {
      this.metadata = header.metadata;
      this.extent = new LogExtent(header.base, { baseIsSegmentHeader: true });
      return null;
    }
    if (!header.metadata.equals(this.metadata)) return 'the segment belongs to another member';
    const { last } = this.extent;
    if (header.base.index !== last.index || header.base.term !== last.term) {
      return `the segment begins behind entry ${header.base.index} of term ${header.base.term}, but the one before ends with entry ${last.index} of term ${last.term}`;
    }
    return null;
  }

  #entry(entry: LogEntry): string | null {
    const problem = this.extent.entry(entry);
    if (problem !== null) return problem;
    const { base, last } = this.extent;
    // Below the base (see LogExtent): the entry itself has become the base, nothing is held.
    this.entries.length = Math.max(0, entry.index - 1 - base.index);
    if (last.index > base.index) this.entries.push(entry);
    return null;
  }

  #snapshot(position: LogPosition, discards: boolean): string | null {
    const problem = this.extent.snapshot(position, discards);
    if (problem !== null) return problem;
    this.marker = position;
    const kept = this.extent.last.index - this.extent.base.index;
    this.entries = kept === 0 ? [] : this.entries.slice(-kept);
    return null;
  }
}

/** Segments are dropped from the oldest on, one synced removal at a time: what remains has no gap. */
function checkSequence(files: readonly SegmentName[]): void {
  for (const [position, name] of files.entries()) {
    const expected = files[0]!.sequence + position;
    if (name.sequence !== expected) {
      throw new LogCorrupted(`segment ${expected} is missing`, { file: name.file, offset: 0 });
    }
  }
}

/** Cuts the torn tail, if there is one, and makes the newest group durable whatever happened before. */
async function settleTail(
  disk: LogDisk,
  names: readonly string[],
  { file, bytes, content }: NewestSegment,
): Promise<TornTail | null> {
  const { lastGroup, tornBytes } = content;
  const rewritten = ownBuffer(bytes.subarray(lastGroup.offset, lastGroup.end));
  const rewrite: LogDiskOperation[] = [
    ...removeIfPresent(names, temporarySegmentFile),
    { kind: 'write', file, offset: lastGroup.offset, data: rewritten },
    { kind: 'sync', file },
    { kind: 'syncDirectory' },
  ];
  if (tornBytes === 0) {
    await submit(disk, rewrite);
    return null;
  }
  const broken = file + brokenSuffix;
  const cut = ownBuffer(bytes.subarray(lastGroup.end, lastGroup.end + tornBytes));
  await submit(disk, [
    ...removeIfPresent(names, broken),
    { kind: 'create', file: broken },
    { kind: 'write', file: broken, offset: 0, data: cut },
    { kind: 'sync', file: broken },
    { kind: 'syncDirectory' },
    { kind: 'truncate', file, length: lastGroup.end },
    ...rewrite,
  ]);
  return { file, offset: lastGroup.end, bytesCut: tornBytes };
}

function removeIfPresent(names: readonly string[], file: string): LogDiskOperation[] {
  return names.includes(file) ? [{ kind: 'remove', file }, { kind: 'syncDirectory' }] : [];
}

/** The disk takes buffers over, so it must get one that is nobody else's. */
function ownBuffer(bytes: Buffer): Buffer {
  const own = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(own);
  return own;
}

function submit(disk: LogDisk, operations: readonly LogDiskOperation[]): Promise<void> {
  return new Promise((resolve, reject) => {
    disk.submit(operations, (error) => (error === null ? resolve() : reject(error)));
  });
}

async function closingOnFailure<T>(disk: LogDisk, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    await disk.close();
    throw error;
  }
}
