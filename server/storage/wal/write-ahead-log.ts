// Appends to the log. Whatever is appended while one write + fdatasync is under way goes out together as the next one
// (group commit), and `done` is called only after that sync. The first failed operation is final: a page that could not be synced
// may be marked clean, so trying again would report a durability that is not there (ATC '20); the node has to stop.
// Reading back is open-log.ts; the rules of order are log-extent.ts.

import { assert } from '../../../common/runtime/assert.ts';
import type { LogDisk, LogDiskOperation } from './log-disk.ts';
import type { HardState, LogAppend, LogPosition } from './log-entry.ts';
import type { LogExtent } from './log-extent.ts';
import type { LogRecord, SegmentHeader } from './record.ts';
import { encodeGroup, recordBytes } from './record.ts';
import { segmentFile, temporarySegmentFile } from './segment-file.ts';

export interface LogOptions {
  /** The log owns it from now on. */
  readonly disk: LogDisk;
  /** A segment that has reached this size is followed by a new one. Default 64 MiB. */
  readonly segmentBytes?: number;
  /** Bytes that one write + fdatasync carries at most, unless a single append is larger. Default 8 MiB. */
  readonly groupBytesMax?: number;
  /** Bytes that may wait for the disk; more is a failure of the log (callers look at pendingBytes). Default 512 MiB. */
  readonly pendingBytesMax?: number;
}

export type LogCallback = (error: Error | null) => void;

/** A segment as its appender knows it. */
export interface Segment {
  readonly file: string;
  readonly sequence: number;
  /** The last entry when it was begun. */
  readonly baseIndex: number;
  /** Where the next group goes. */
  end: number;
  nextGroup: number;
  /** The file's length. What lies behind `end` reads as zeros. */
  reserved: number;
  /** The highest index that any of its records names, replaced ones included; 0: none. */
  highestIndex: number;
}

/** What openLog and createLog hand over. */
export interface LogState {
  readonly extent: LogExtent;
  readonly metadata: Buffer;
  /** Oldest first; never empty. */
  readonly segments: Segment[];
  /** The newest segment was repaired: nothing is appended to it any more. */
  readonly sealed: boolean;
}

interface QueuedAppend {
  readonly kind: 'append';
  readonly records: readonly LogRecord[];
  readonly bytes: number;
  readonly highestIndex: number;
  /** What the log holds once this append is in it: the head of a segment that begins behind it. */
  readonly after: { readonly last: LogPosition; readonly hardState: HardState };
  readonly done: LogCallback;
}

interface QueuedRelease {
  readonly kind: 'release';
  readonly index: number;
  readonly bytes: 0;
  readonly done: LogCallback;
}

const mebibyte = 1024 * 1024;
const segmentBytesDefault = 64 * mebibyte;
/**
 * A segment's file grows by this much at once: an fdatasync that need not record a new length takes two thirds of the
 * time (test/server/storage/storage-bench.ts). The space is sparse until it is written.
 */
const reserveBytes = mebibyte;
const groupBytesMaxDefault = 8 * mebibyte;
const pendingBytesMaxDefault = 512 * mebibyte;

/** The operations that bring a segment into being: under its final name it is whole and synced (see segment-file.ts). */
export function beginSegment(
  header: SegmentHeader,
  hardState: HardState,
  segmentBytes = segmentBytesDefault,
): { segment: Segment; operations: LogDiskOperation[] } {
  const { sequence, base } = header;
  const file = segmentFile(sequence, base.index + 1);
  const records: LogRecord[] = [
    { type: 'header', header },
    { type: 'hardState', hardState },
  ];
  const data = encodeRecords(records, { sequence, offset: 0, group: 0 });
  const end = data.length;
  const reserved = reservedFor(end, segmentBytes);
  const operations: LogDiskOperation[] = [
    { kind: 'create', file: temporarySegmentFile },
    { kind: 'truncate', file: temporarySegmentFile, length: reserved },
    { kind: 'write', file: temporarySegmentFile, offset: 0, data },
    { kind: 'sync', file: temporarySegmentFile },
    { kind: 'rename', file: temporarySegmentFile, to: file },
    { kind: 'syncDirectory' },
  ];
  const segment = { file, sequence, baseIndex: base.index, end, nextGroup: 1, reserved, highestIndex: 0 };
  return { segment, operations };
}

function reservedFor(bytes: number, segmentBytes: number): number {
  const step = Math.min(reserveBytes, segmentBytes);
  return Math.ceil(bytes / step) * step;
}

export class WriteAheadLog {
  readonly #disk: LogDisk;
  readonly #metadata: Buffer;
  readonly #segmentBytes: number;
  readonly #groupBytesMax: number;
  readonly #pendingBytesMax: number;
  /** Runs ahead of the disk: includes what is queued. */
  readonly #extent: LogExtent;
  readonly #segments: Segment[];
  #sealed: boolean;
  /** What the groups handed to the disk so far hold. */
  #written: QueuedAppend['after'];
  #queue: (QueuedAppend | QueuedRelease)[] = [];
  #inFlight = false;
  #pendingBytes = 0;
  #failure: Error | null = null;
  #closed = false;
  #onIdle: (() => void) | null = null;

  constructor(options: LogOptions, state: LogState) {
    this.#disk = options.disk;
    this.#segmentBytes = options.segmentBytes ?? segmentBytesDefault;
    this.#groupBytesMax = options.groupBytesMax ?? groupBytesMaxDefault;
    this.#pendingBytesMax = options.pendingBytesMax ?? pendingBytesMaxDefault;
    this.#metadata = state.metadata;
    this.#extent = state.extent;
    this.#segments = state.segments;
    this.#sealed = state.sealed;
    this.#written = { last: state.extent.last, hardState: state.extent.hardState };
  }

  /** Bytes appended whose fdatasync is still owed: what back-pressure looks at. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** The last entry, queued ones included. */
  get last(): LogPosition {
    return this.#extent.last;
  }

  /** Segments on disk, for metrics. */
  get segmentCount(): number {
    return this.#segments.length;
  }

  /**
   * Queues one durable step (see LogAppend). `done` comes after its fdatasync, in call order, never from within this
   * call. An append that breaks the rules of a Raft log is an assertion; a disk error is final for the whole log.
   */
  append(batch: LogAppend, done: LogCallback): void {
    if (this.#refuses(done)) return;
    const records = this.#take(batch);
    if (records.length === 0) records.push({ type: 'hardState', hardState: this.#extent.hardState });
    let bytes = 0;
    for (const record of records) bytes += recordBytes(record);
    const highestIndex = Math.max(batch.snapshot?.index ?? 0, batch.entries?.at(-1)?.index ?? 0);
    const after = { last: this.#extent.last, hardState: this.#extent.hardState };
    this.#pendingBytes += bytes;
    this.#queue.push({ kind: 'append', records, bytes, highestIndex, after, done });
    if (this.#inFlight && this.#pendingBytes > this.#pendingBytesMax) {
      const failure = new Error(`${this.#disk.path}: the disk is ${this.#pendingBytes} bytes of log behind`);
      this.#failure = failure;
      queueMicrotask(() => this.#refuseQueued(failure));
    }
    this.#pump();
  }

  /**
   * Drops whole segments whose entries are all <= `index` (the state machine has flushed past it). The newest segment
   * stays. Runs behind every append before it, so the hard state that a dropped segment carried is synced elsewhere
   * first (etcd-io/etcd#10219).
   */
  release(index: number, done: LogCallback): void {
    if (this.#refuses(done)) return;
    const { hardState, base } = this.#extent;
    assert(index <= Math.max(hardState.commit, base.index), `released ${index} beyond the commit index`);
    this.#queue.push({ kind: 'release', index, bytes: 0, done });
    this.#pump();
  }

  /** Waits for what was appended, then closes the disk. */
  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      if (this.#inFlight) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    }
    await this.#disk.close();
  }

  #refuses(done: LogCallback): boolean {
    const reason = this.#failure ?? (this.#closed ? new Error('the write-ahead log is closed') : null);
    if (reason === null) return false;
    queueMicrotask(() => done(reason));
    return true;
  }

  /** Checks the batch against what the log holds and takes it up. */
  #take(batch: LogAppend): LogRecord[] {
    const records: LogRecord[] = [];
    const check = (problem: string | null): void => assert(problem === null, `append to the log: ${problem}`);
    if (batch.snapshot !== undefined) {
      const discards = this.#extent.discardedBy(batch.snapshot);
      check(this.#extent.snapshot(batch.snapshot, discards));
      records.push({ type: 'snapshot', snapshot: batch.snapshot, discards });
    }
    for (const [position, entry] of (batch.entries ?? []).entries()) {
      const previous = batch.entries![position - 1];
      assert(previous === undefined || entry.index === previous.index + 1, `append to the log: entries out of order`);
      check(this.#extent.entry(entry));
      records.push({ type: 'entry', entry });
    }
    if (batch.hardState !== undefined) {
      check(this.#extent.setHardState(batch.hardState));
      records.push({ type: 'hardState', hardState: batch.hardState });
    }
    return records;
  }

  /** Hands the next group to the disk unless one is under way. */
  #pump(): void {
    if (this.#inFlight || this.#failure !== null) return;
    const first = this.#queue[0];
    if (first === undefined) {
      this.#onIdle?.();
      return;
    }
    this.#inFlight = true;
    if (first.kind === 'release') {
      this.#queue.shift();
      this.#submit(this.#removals(first.index), [first]);
    } else {
      const group = this.#nextGroup();
      this.#submit(this.#groupOperations(group), group);
    }
  }

  #submit(operations: readonly LogDiskOperation[], items: readonly (QueuedAppend | QueuedRelease)[]): void {
    this.#disk.submit(operations, (error) => {
      this.#inFlight = false;
      for (const item of items) this.#pendingBytes -= item.bytes;
      if (error !== null) this.#failure ??= error;
      // The next group is on its way before anybody hears of this one: the disk never idles for a callback's sake.
      this.#pump();
      for (const item of items) item.done(error);
      if (this.#failure !== null) this.#refuseQueued(this.#failure);
    });
  }

  #refuseQueued(error: Error): void {
    const items = this.#queue;
    this.#queue = [];
    for (const item of items) {
      this.#pendingBytes -= item.bytes;
      item.done(error);
    }
    if (!this.#inFlight) this.#onIdle?.();
  }

  /** Takes appends off the queue, up to the next release or the group's limit; at least one. */
  #nextGroup(): QueuedAppend[] {
    const group: QueuedAppend[] = [];
    let bytes = 0;
    for (const item of this.#queue) {
      if (item.kind !== 'append' || (group.length > 0 && bytes + item.bytes > this.#groupBytesMax)) break;
      bytes += item.bytes;
      group.push(item);
    }
    this.#queue.splice(0, group.length);
    return group;
  }

  #groupOperations(group: readonly QueuedAppend[]): LogDiskOperation[] {
    const operations: LogDiskOperation[] = [];
    if (this.#sealed || this.#segments.at(-1)!.end >= this.#segmentBytes) {
      const { last, hardState } = this.#written;
      const sequence = this.#segments.at(-1)!.sequence + 1;
      const header = { sequence, base: last, metadata: this.#metadata };
      const begun = beginSegment(header, hardState, this.#segmentBytes);
      operations.push(...begun.operations);
      this.#segments.push(begun.segment);
      this.#sealed = false;
    }
    const segment = this.#segments.at(-1)!;
    const records = group.flatMap((item) => item.records);
    const { file, sequence, end: offset, nextGroup } = segment;
    const data = encodeRecords(records, { sequence, offset, group: nextGroup });
    segment.end += data.length;
    if (segment.end > segment.reserved) {
      segment.reserved = reservedFor(segment.end, this.#segmentBytes);
      operations.push({ kind: 'truncate', file, length: segment.reserved });
    }
    operations.push({ kind: 'write', file, offset, data }, { kind: 'sync', file });
    segment.nextGroup++;
    for (const item of group) segment.highestIndex = Math.max(segment.highestIndex, item.highestIndex);
    this.#written = group.at(-1)!.after;
    return operations;
  }

  /** One synced removal at a time, so that no crash leaves a gap between segments. */
  #removals(index: number): LogDiskOperation[] {
    const operations: LogDiskOperation[] = [];
    while (this.#segments.length > 1 && this.#segments[0]!.highestIndex <= index) {
      const { file } = this.#segments.shift()!;
      operations.push({ kind: 'remove', file }, { kind: 'syncDirectory' });
    }
    this.#extent.advanceBase(Math.min(index, this.#segments[0]!.baseIndex));
    return operations;
  }
}

function encodeRecords(
  records: readonly LogRecord[],
  place: { sequence: number; offset: number; group: number },
): Buffer {
  let bytes = 0;
  for (const record of records) bytes += recordBytes(record);
  // A buffer of its own, not a slice of Node's pool: it may travel to another thread.
  const data = Buffer.allocUnsafeSlow(bytes);
  encodeGroup(records, data, place);
  return data;
}
