// The state machine's store: ordered rows under atomic batches. Two implementations (rocksdb-store.ts, memory-store.ts)
// under one contract suite. The store does not know what a row means (keys.ts does) nor when to flush (the replica does).
// Keys order bytewise. A buffer given to the store must not change until the call's promise settles; a buffer that it
// returns belongs to the caller.

export type RowChange =
  | { readonly kind: 'put'; readonly key: Buffer; readonly value: Buffer }
  | { readonly kind: 'delete'; readonly key: Buffer }
  /** Deletes gte <= key < lt; an empty range is allowed and does nothing. */
  | { readonly kind: 'deleteRange'; readonly gte: Buffer; readonly lt: Buffer };

export interface Row {
  readonly key: Buffer;
  /** Empty when the scan asked for keys only. */
  readonly value: Buffer;
}

export interface ScanOptions {
  readonly gte: Buffer;
  readonly lt: Buffer;
  /** From the highest key down. */
  readonly reverse?: boolean;
  /** Rows at most; none when absent. */
  readonly limit?: number;
  /** False: keys only, `value` is empty. */
  readonly values?: boolean;
}

export interface KeyValueReader {
  /** One answer for each key, in order; null: not there. */
  getMany(keys: readonly Buffer[]): Promise<(Buffer | null)[]>;
  /** Rows in key order, in arrays of bounded length, never empty. Leaving the loop early frees everything. */
  scan(options: ScanOptions): AsyncIterable<Row[]>;
}

/** The rows as they were when the snapshot was taken, whatever is written later. Holds disk space until released. */
export interface KeyValueSnapshot extends KeyValueReader {
  release(): Promise<void>;
}

export interface KeyValueStore extends KeyValueReader {
  /**
   * Applies the changes in order, atomically, also across a crash. Calls take effect in call order; visible to reads
   * once the promise resolves, durable after the next flush (a crash keeps a prefix of the batches). A failure is
   * final: every later call rejects.
   */
  write(changes: readonly RowChange[]): Promise<void>;
  /** A consistent view: whole batches only, all those whose write had resolved. */
  snapshot(): KeyValueSnapshot;
  /** Everything whose write was called before is on the medium when this resolves. */
  flush(): Promise<void>;
  /** Bytes of disk and memory that the rows take, roughly; for metrics and quotas, never for decisions that are replicated. */
  approximateBytes(): Promise<number>;
  /** Waits for what is under way; scans and snapshots still open are ended. */
  close(): Promise<void>;
}

/** Another process (or another store of this one) has the directory open. */
export class DataDirectoryLocked extends Error {
  override readonly name = 'DataDirectoryLocked';
}

/** Bytes in the store contradict each other. Nothing is repaired silently. */
export class StoreCorrupted extends Error {
  override readonly name = 'StoreCorrupted';
}
