// The state machine's rows between memory and RocksDB: what apply changes is visible here at once (the overlay) and
// reaches RocksDB later, in large atomic batches off the hot path. Each batch ends with the applied index of the last
// entry in it, so that a restart replays exactly from there (etcd-io/etcd#13766). One batch is under way while the
// next one fills.

import { assert } from '../../common/runtime/assert.ts';
import type { Clock } from '../../common/runtime/clock.ts';
import type { KeyValueStore, RowChange } from './key-value-store.ts';
import { encodeMetaKey, encodeRevisionKey, encodeSafeU64 } from './keys.ts';

export const appliedIndexKey = encodeMetaKey('appliedIndex');
export const appliedTermKey = encodeMetaKey('appliedTerm');

export interface RowStoreOptions {
  readonly store: KeyValueStore;
  readonly clock: Clock;
  readonly appliedIndex: number;
  readonly appliedTerm: number;
  /** Newest revision whose rows are in the store. */
  readonly writtenRevision: number;
  /** Unwritten bytes above which `congested` asks apply to wait. */
  readonly pendingBytesMax: number;
  /** A failed write is fatal for the node. */
  readonly onFailure: (error: Error) => void;
}

interface Batch {
  readonly changes: RowChange[];
  /** Revision rows by main revision, indexed by sub. */
  readonly revisions: Map<number, Buffer[]>;
  bytes: number;
  lastRevision: number;
}

const emptyBatch = (): Batch => ({ changes: [], revisions: new Map(), bytes: 0, lastRevision: 0 });
const changeOverheadBytes = 64;

export class RowStore {
  private readonly options: RowStoreOptions;
  private backing: KeyValueStore;
  private filling: Batch = emptyBatch();
  private writing: Batch | null = null;
  private scheduled = false;
  private failed = false;
  /** Batches handed to the store, and those that it has taken. */
  private batchesBegun = 0;
  private batchesWritten = 0;
  /** Applied index that the last batch handed over carries, and whether a batch of that alone is wanted. */
  private begunIndex: number;
  private indexDue = false;
  private waiters: (() => void)[] = [];
  private readonly fetches = new Set<Promise<unknown>>();
  /** Every revision <= this is in the store; newer ones are in the overlay. */
  writtenRevision: number;
  appliedIndex: number;
  appliedTerm: number;

  constructor(options: RowStoreOptions) {
    this.options = options;
    this.backing = options.store;
    this.writtenRevision = options.writtenRevision;
    this.appliedIndex = options.appliedIndex;
    this.begunIndex = options.appliedIndex;
    this.appliedTerm = options.appliedTerm;
  }

  get store(): KeyValueStore {
    return this.backing;
  }

  get pendingBytes(): number {
    return this.filling.bytes + (this.writing?.bytes ?? 0);
  }

  /** Nothing is being written, and nothing waits to be. */
  get isIdle(): boolean {
    return this.writing === null && this.filling.changes.length === 0;
  }

  /** Apply should wait for `drained` before it goes on. */
  get congested(): boolean {
    return this.pendingBytes > this.options.pendingBytesMax;
  }

  putRevision(main: number, sub: number, row: Buffer): void {
    const batch = this.filling;
    let rows = batch.revisions.get(main);
    if (rows === undefined) {
      rows = [];
      batch.revisions.set(main, rows);
    }
    rows[sub] = row;
    batch.lastRevision = main;
    this.put(encodeRevisionKey(main, sub), row);
  }

  put(key: Buffer, value: Buffer): void {
    this.filling.changes.push({ kind: 'put', key, value });
    this.filling.bytes += key.length + value.length + changeOverheadBytes;
  }

  delete(key: Buffer): void {
    this.filling.changes.push({ kind: 'delete', key });
    this.filling.bytes += key.length + changeOverheadBytes;
  }

  /** All changes of the entry at `index` have been made. */
  entryApplied(index: number, term: number): void {
    this.appliedIndex = index;
    this.appliedTerm = term;
    this.schedule();
  }

  /** Writes what `delete` collected outside an entry (compaction). */
  schedule(): void {
    if (this.scheduled || this.writing !== null || this.failed) return;
    this.scheduled = true;
    this.options.clock.atTurnEnd(() => {
      this.scheduled = false;
      this.writeNext();
    });
  }

  private writeNext(): void {
    if (this.writing !== null || this.failed) return;
    if (this.filling.changes.length === 0 && !this.indexDue) return;
    const batch = this.filling;
    this.filling = emptyBatch();
    this.writing = batch;
    this.begunIndex = this.appliedIndex;
    this.indexDue = false;
    this.batchesBegun++;
    batch.changes.push({ kind: 'put', key: appliedIndexKey, value: encodeSafeU64(this.appliedIndex) });
    batch.changes.push({ kind: 'put', key: appliedTermKey, value: encodeSafeU64(this.appliedTerm) });
    this.backing.write(batch.changes).then(
      () => {
        this.writing = null;
        this.batchesWritten++;
        if (batch.lastRevision > 0) this.writtenRevision = batch.lastRevision;
        this.writeNext();
        this.wake();
      },
      (error: Error) => {
        this.failed = true;
        this.options.onFailure(error);
        this.wake();
      },
    );
  }

  private wake(): void {
    const waiters = this.waiters;
    this.waiters = [];
    for (const waiter of waiters) waiter();
  }

  /** Resolves once no longer congested (or once writing failed, which `onFailure` has reported). */
  async drained(): Promise<void> {
    while (this.congested && !this.failed) await new Promise<void>((resolve) => this.waiters.push(resolve));
  }

  /**
   * Resolves once everything handed over so far is in the store (not yet flushed to disk), whatever comes meanwhile.
   * Rejects when the store has failed, which `onFailure` has reported.
   */
  async settled(): Promise<void> {
    // Entries that change no row have moved the applied index all the same: the log may be cut off behind it, and a
    // snapshot is asked for at it.
    if (this.appliedIndex > this.begunIndex) this.indexDue = true;
    const last = this.batchesBegun + (this.filling.changes.length > 0 || this.indexDue ? 1 : 0);
    while (this.batchesWritten < last && !this.failed) {
      this.schedule();
      await new Promise<void>((resolve) => this.waiters.push(resolve));
    }
    if (this.failed) throw new Error('the state store has failed');
  }

  /** Everything up to the returned applied index is on the medium. */
  async flush(): Promise<number> {
    const index = this.appliedIndex;
    await this.settled();
    await this.backing.flush();
    return index;
  }

  /**
   * Goes on with the store (and the applied index) of `other`. What was not written yet belonged to the old state and is
   * forgotten; nothing may be under way to the old store but reads.
   */
  adopt(other: RowStore): void {
    assert(this.writing === null, 'the store is exchanged while a batch is being written');
    this.filling = emptyBatch();
    this.batchesWritten = this.batchesBegun;
    this.backing = other.backing;
    this.appliedIndex = other.appliedIndex;
    this.begunIndex = other.appliedIndex;
    this.indexDue = false;
    this.appliedTerm = other.appliedTerm;
    this.writtenRevision = other.writtenRevision;
    this.wake();
  }

  /** A revision row that has not reached the store yet. */
  overlayRow(main: number, sub: number): Buffer | undefined {
    return this.overlayRows(main)?.[sub];
  }

  /** All rows of a revision that has not reached the store yet. */
  overlayRows(main: number): readonly Buffer[] | undefined {
    return this.filling.revisions.get(main) ?? this.writing?.revisions.get(main);
  }

  /** Reads revision rows; each must exist. Compaction waits for reads under way (`fetchesSettled`). */
  fetch(refs: readonly { readonly main: number; readonly sub: number }[]): Promise<Buffer[]> {
    const rows: (Buffer | undefined)[] = refs.map((ref) => this.overlayRow(ref.main, ref.sub));
    const missing = refs.filter((_, i) => rows[i] === undefined);
    const promise = this.backing.getMany(missing.map((ref) => encodeRevisionKey(ref.main, ref.sub))).then((found) => {
      let next = 0;
      return rows.map((row, i) => {
        const result = row ?? found[next++];
        if (result === null || result === undefined) {
          throw new Error(`revision row ${refs[i]!.main}.${refs[i]!.sub} is in the index but not in the store`);
        }
        return result;
      });
    });
    // The reader is told of a failure; who waits for reads to be over only needs their end.
    const tracked = promise.catch(() => undefined).finally(() => this.fetches.delete(tracked));
    this.fetches.add(tracked);
    return promise;
  }

  /** Resolves when the reads under way now have ended. */
  async fetchesSettled(): Promise<void> {
    await Promise.all(this.fetches);
  }
}
