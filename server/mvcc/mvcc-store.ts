// The multi-version key-value state, as a synchronous machine: put and deleteRange inside a transaction, compact, and
// the index for reads. Everything here is deterministic: equal calls give equal revisions, rows and events on every
// member. Values that have left memory are read by mvcc-reader.ts; rows reach RocksDB through RowStore.

import { assert } from '../../common/runtime/assert.ts';
import { encodeMetaKey, encodeSafeU64 } from '../storage/keys.ts';
import type { RowStore } from '../storage/row-store.ts';
import type { KeyRange } from './key-range.ts';
import type { KeyRecord } from './key-record.ts';
import { encodePutRow, encodeTombstoneRow } from './revision-row.ts';
import { SortedKeys } from './sorted-keys.ts';
import { ValueCache } from './value-cache.ts';

export const currentRevisionKey = encodeMetaKey('currentRevision');
export const compactRevisionKey = encodeMetaKey('compactRevision');
export const scrubbedRevisionKey = encodeMetaKey('scrubbedRevision');

/** What a key was before a change; its value may have left memory (then read the row). */
export interface PreviousValue {
  readonly createRevision: number;
  readonly modRevision: number;
  readonly modSub: number;
  readonly version: number;
  readonly lease: bigint;
  readonly value: Buffer | null;
}

/** One change, as watches see it. */
export interface StoreEvent {
  readonly type: 'put' | 'delete';
  readonly key: string;
  readonly revision: number;
  readonly sub: number;
  /** The change's row: an encoded mvccpb.KeyValue. */
  readonly row: Buffer;
  readonly previous: PreviousValue | null;
}

export interface MvccOptions {
  readonly rows: RowStore;
  readonly valueCacheBytesMax: number;
  /** Told when a key is attached to, or detached from, a lease. */
  readonly onLeaseChange: (key: string, from: bigint, to: bigint) => void;
}

export class MvccStore {
  keys = new SortedKeys();
  cache: ValueCache;
  readonly rows: RowStore;
  private readonly onLeaseChange: MvccOptions['onLeaseChange'];
  /** Revision of the newest transaction; 1 for an empty store, as in etcd. */
  currentRevision = 1;
  /** Reads below this revision are refused; 0 when nothing was compacted (a compaction at 1 is possible). */
  compactRevision = 0;
  /** Live keys now. */
  liveKeys = 0;
  private events: StoreEvent[] = [];

  constructor(options: MvccOptions) {
    this.rows = options.rows;
    this.cache = new ValueCache(options.valueCacheBytesMax);
    this.onLeaseChange = options.onLeaseChange;
  }

  /** Takes over what `other` holds; no transaction may be open. */
  adopt(other: MvccStore): void {
    assert(this.events.length === 0, 'the state is exchanged within a transaction');
    this.keys = other.keys;
    this.cache = other.cache;
    this.currentRevision = other.currentRevision;
    this.compactRevision = other.compactRevision;
    this.liveKeys = other.liveKeys;
  }

  /** The revision that reads inside the transaction see: one higher once it has changed something. */
  get readRevision(): number {
    return this.events.length > 0 ? this.currentRevision + 1 : this.currentRevision;
  }

  /** Number of changes in the open transaction. */
  get changes(): number {
    return this.events.length;
  }

  /** Sets a key within the open transaction. Returns what it was before, or null. `key` bytes are copied. */
  put(key: string, value: Buffer, lease: bigint): PreviousValue | null {
    const main = this.currentRevision + 1;
    const sub = this.events.length;
    const record = this.keys.getOrInsert(key);
    const previous = previousOf(record);
    record.pushHistory();
    if (previous === null) {
      record.createRevision = main;
      this.liveKeys++;
    }
    record.version++;
    record.modRevision = main;
    record.modSub = sub;
    record.lease = lease;
    const encoded = encodePutRow({
      key: Buffer.from(key, 'latin1'),
      createRevision: record.createRevision,
      modRevision: main,
      version: record.version,
      value,
      lease,
    });
    this.cache.set(record, encoded.value);
    this.rows.putRevision(main, sub, encoded.row);
    const oldLease = previous?.lease ?? 0n;
    if (oldLease !== lease) this.onLeaseChange(key, oldLease, lease);
    this.events.push({ type: 'put', key, revision: main, sub, row: encoded.row, previous });
    return previous;
  }

  /** Deletes the live keys of a range within the open transaction. Returns them with what they were. */
  deleteRange(range: KeyRange): { key: string; previous: PreviousValue }[] {
    const found: KeyRecord[] = [];
    this.keys.visit(range, (record) => {
      if (record.live) found.push(record);
      return true;
    });
    return found.map((record) => ({ key: record.key, previous: this.deleteRecord(record) }));
  }

  private deleteRecord(record: KeyRecord): PreviousValue {
    const main = this.currentRevision + 1;
    const sub = this.events.length;
    const previous = previousOf(record);
    assert(previous !== null, 'deleting a key that is not there');
    record.pushHistory();
    record.createRevision = 0;
    record.version = 0;
    record.modRevision = main;
    record.modSub = sub;
    record.lease = 0n;
    this.cache.drop(record);
    this.liveKeys--;
    const row = encodeTombstoneRow(Buffer.from(record.key, 'latin1'), main);
    this.rows.putRevision(main, sub, row);
    if (previous.lease !== 0n) this.onLeaseChange(record.key, previous.lease, 0n);
    this.events.push({ type: 'delete', key: record.key, revision: main, sub, row, previous });
    return previous;
  }

  /** Ends the transaction: one revision for all its changes, none when it changed nothing. Returns its events. */
  commit(): readonly StoreEvent[] {
    const events = this.events;
    if (events.length === 0) return events;
    this.events = [];
    this.currentRevision++;
    return events;
  }

  /**
   * Hands the current revision to the store, once for each log entry. Kept apart from the rows, as compaction may
   * remove the newest of them (etcd-io/etcd#17780).
   */
  persistRevision(): void {
    this.rows.put(currentRevisionKey, encodeSafeU64(this.currentRevision));
  }

  /** Logical compaction: from now on reads below `revision` are refused. The rows go later (compactor.ts). */
  compact(revision: number): void {
    assert(revision > this.compactRevision && revision <= this.currentRevision, `compaction at ${revision}`);
    this.compactRevision = revision;
    this.rows.put(compactRevisionKey, encodeSafeU64(revision));
  }
}

function previousOf(record: KeyRecord): PreviousValue | null {
  if (record.version === 0) return null;
  return {
    createRevision: record.createRevision,
    modRevision: record.modRevision,
    modSub: record.modSub,
    version: record.version,
    lease: record.lease,
    value: record.value,
  };
}
