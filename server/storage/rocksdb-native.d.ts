// The part of rocksdb-native 3.18 that rocksdb-store.ts uses; the package has no types of its own.

declare module 'rocksdb-native' {
  import type { EventEmitter } from 'node:events';

  interface Range {
    gte: Buffer;
    lt: Buffer;
  }

  interface NativeRow {
    key: Buffer;
    /** Null when the iterator was asked for keys only. */
    value: Buffer | null;
  }

  /** A streamx Readable: `readable` says that read() has rows, `close` that it is freed. */
  export interface NativeIterator extends EventEmitter {
    read(): NativeRow | null;
    destroy(): void;
    readonly destroyed: boolean;
  }

  interface ReadBatch {
    get(key: Buffer): Promise<Buffer | null>;
    flush(): Promise<void>;
  }

  interface WriteBatch {
    tryPut(key: Buffer, value: Buffer): void;
    tryDelete(key: Buffer): void;
    tryDeleteRange(gte: Buffer, lt: Buffer): void;
    flush(): Promise<void>;
  }

  interface BatchOptions {
    /** Operations that fit without growing. */
    capacity: number;
    /** Give the batch back once it is flushed. */
    autoDestroy: true;
  }

  interface OpenOptions {
    createIfMissing?: boolean;
    maxBackgroundJobs?: number;
    maxOpenFiles?: number;
    bytesPerSync?: number;
    skipStatsUpdateOnOpen?: boolean;
    filterPolicy?: object;
    optimizeFiltersForHits?: boolean;
    writeBufferSize?: number;
    tableBlockSize?: number;
  }

  class RocksDB {
    static RibbonFilterPolicy: new (
      bloomEquivalentBitsPerKey: number,
      bloomBeforeLevel?: number,
    ) => object;
    constructor(path: string, options?: OpenOptions);
    /** Never settles when the directory cannot be made. */
    ready(): Promise<void>;
    read(options: BatchOptions): ReadBatch;
    write(options: BatchOptions): WriteBatch;
    iterator(
      range: Range,
      options: { reverse: boolean; limit: number; values: boolean; capacity: number },
    ): NativeIterator;
    /** A session on a consistent view, to be closed. */
    snapshot(): RocksDB;
    flush(): Promise<void>;
    approximateSize(gte: Buffer, lt: Buffer, options: { includeMemtables: boolean }): Promise<number>;
    /** Waits for batches, iterators and sessions. */
    close(): Promise<void>;
  }

  export default RocksDB;
}
