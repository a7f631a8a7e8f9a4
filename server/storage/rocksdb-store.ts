// KeyValueStore on RocksDB: the only file that imports the binding. Writes are unsynced and ordered (one batch under way,
// what waits goes out together as the next); flush() makes them durable. RocksDB's own recovery stops at the first bad record of
// its log, so a crash keeps a prefix of the batches: right for a state machine whose commands the write-ahead log replays.
//
// What the binding (3.18) does not offer: a synced write, compression (none is compiled in), the size of the block cache (32 MiB).

import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type RocksDB from 'rocksdb-native';
import type { NativeIterator } from 'rocksdb-native';
import { ensureDirectory } from './durable-directory.ts';
import type { KeyValueSnapshot, KeyValueStore, Row, RowChange, ScanOptions } from './key-value-store.ts';
import { DataDirectoryLocked, StoreCorrupted } from './key-value-store.ts';

export interface RocksdbStoreOptions {
  /** Made if it is not there. */
  readonly path: string;
  /** False: an absent store is an error instead of a new one. Default true. */
  readonly createIfMissing?: boolean;
}

interface QueuedWrite {
  readonly changes: readonly RowChange[];
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Rows that one native write carries at most, unless a single batch is larger. */
const rowsPerWriteMax = 8192;
/** Rows that may wait for the writes before them; more is a failure of the store. */
const queuedRowsMax = 1_000_000;
/** Rows that one native read brings: 1.5 MiB each at the very worst. More is hardly faster (see DESIGN.md). */
const rowsPerRead = 256;
const keysPerRead = 1024;
/** Info logs of earlier starts that are kept; RocksDB itself would keep a thousand. */
const oldInfoLogsMax = 5;
const mebibyte = 1024 * 1024;

/** Throws DirectoryNotWritable, DataDirectoryLocked, StoreCorrupted, or an Error naming a missing system library. */
export async function openRocksdbStore(options: RocksdbStoreOptions): Promise<KeyValueStore> {
  // The binding's open never settles where it cannot make its directory.
  await ensureDirectory(options.path);
  const { default: Native } = await import('rocksdb-native').catch((error: unknown) => {
    throw explainLoadFailure(error);
  });
  const db = new Native(options.path, {
    createIfMissing: options.createIfMissing ?? true,
    maxBackgroundJobs: 2,
    maxOpenFiles: 512,
    bytesPerSync: mebibyte,
    skipStatsUpdateOnOpen: true,
    writeBufferSize: 32 * mebibyte,
    // Reads ask for revisions that exist, so the last level needs no filter.
    filterPolicy: new Native.RibbonFilterPolicy(10),
    optimizeFiltersForHits: true,
  });
  try {
    await db.ready();
  } catch (error) {
    throw explainOpenFailure(error, options.path);
  }
  await pruneInfoLogs(options.path);
  return new RocksdbStore(db, options.path);
}

/** The binding needs one system library that slim images lack. */
export function explainLoadFailure(error: unknown): Error {
  const reasons: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause) reasons.push(at.message);
  const reason = reasons.join(': ');
  const advice = reason.includes('libatomic') ? '; install libatomic1 (apt-get install libatomic1)' : '';
  return new Error(`the RocksDB binding cannot be loaded${advice}: ${reason}`, { cause: error });
}

/** RocksDB tells kinds of failure apart only in its text. */
export function explainOpenFailure(error: unknown, directory: string): Error {
  const message = messageOf(error);
  if (/lock hold by current process|While lock file/.test(message)) {
    return new DataDirectoryLocked(`${directory} is in use by another process (or by this one)`, { cause: error });
  }
  if (isCorruption(message)) {
    return new StoreCorrupted(`the state store ${directory} is damaged: ${message}`, { cause: error });
  }
  return new Error(`the state store ${directory} cannot be opened: ${message}`, { cause: error });
}

class RocksdbStore implements KeyValueStore {
  readonly #db: RocksDB;
  readonly #path: string;
  readonly #iterators = new Set<NativeIterator>();
  readonly #snapshots = new Set<KeyValueSnapshot>();
  #queue: QueuedWrite[] = [];
  #queuedRows = 0;
  #writing: Promise<void> | null = null;
  #failure: Error | null = null;
  #closing: Promise<void> | null = null;

  constructor(db: RocksDB, directory: string) {
    this.#db = db;
    this.#path = directory;
  }

  write(changes: readonly RowChange[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#checkUsable();
      this.#queue.push({ changes, resolve, reject });
      this.#queuedRows += changes.length;
      if (this.#queuedRows > queuedRowsMax)
        this.#fail(new Error(`${this.#path}: ${this.#queuedRows} rows wait to be written`));
      this.#writing ??= this.#writeQueued();
    });
  }

  async getMany(keys: readonly Buffer[]): Promise<(Buffer | null)[]> {
    this.#checkUsable();
    return readMany(this.#db, keys, this.#path);
  }

  scan(options: ScanOptions): AsyncIterable<Row[]> {
    return this.#scanSession(this.#db, options);
  }

  snapshot(): KeyValueSnapshot {
    this.#checkUsable();
    const session = this.#db.snapshot();
    const snapshot: KeyValueSnapshot = {
      getMany: (keys) => readMany(session, keys, this.#path),
      scan: (options) => this.#scanSession(session, options),
      release: async () => {
        if (this.#snapshots.delete(snapshot)) await session.close();
      },
    };
    this.#snapshots.add(snapshot);
    return snapshot;
  }

  async flush(): Promise<void> {
    this.#checkUsable();
    if (this.#writing !== null) await this.#writing;
    this.#checkUsable();
    try {
      await this.#db.flush();
    } catch (error) {
      throw this.#fail(
        new Error(`the state store ${this.#path} cannot be flushed: ${messageOf(error)}`, { cause: error }),
      );
    }
  }

  async approximateBytes(): Promise<number> {
    this.#checkUsable();
    return this.#db.approximateSize(Buffer.alloc(0), Buffer.alloc(32, 0xff), { includeMemtables: true });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#writing;
    await Promise.all([...this.#iterators].map(destroyed));
    for (const snapshot of this.#snapshots) await snapshot.release();
    await this.#db.close();
  }

  #checkUsable(): void {
    if (this.#failure !== null) throw this.#failure;
    if (this.#closing !== null) throw new Error(`the state store ${this.#path} is closed`);
  }

  #fail(error: Error): Error {
    this.#failure ??= error;
    return this.#failure;
  }

  async #writeQueued(): Promise<void> {
    while (this.#queue.length > 0) {
      const group = this.#takeGroup();
      try {
        if (this.#failure !== null) throw this.#failure;
        await writeAtomically(this.#db, group);
        for (const { resolve } of group) resolve();
      } catch (error) {
        const failure = this.#fail(
          new Error(`the state store ${this.#path} cannot be written: ${messageOf(error)}`, { cause: error }),
        );
        for (const { reject } of group) reject(failure);
      }
    }
    this.#writing = null;
  }

  /** What waits, in order, as one native batch: each caller's batch stays atomic within it. */
  #takeGroup(): QueuedWrite[] {
    const group: QueuedWrite[] = [];
    let rows = 0;
    for (const item of this.#queue) {
      if (group.length > 0 && rows + item.changes.length > rowsPerWriteMax) break;
      rows += item.changes.length;
      group.push(item);
    }
    this.#queue = this.#queue.slice(group.length);
    this.#queuedRows -= rows;
    return group;
  }

  async *#scanSession(session: RocksDB, options: ScanOptions): AsyncGenerator<Row[]> {
    this.#checkUsable();
    const { gte, lt, reverse = false, limit = Number.POSITIVE_INFINITY, values = true } = options;
    if (limit <= 0 || Buffer.compare(gte, lt) >= 0) return;
    const capacity = Math.min(values ? rowsPerRead : keysPerRead, limit);
    const iterator = session.iterator({ gte, lt }, { reverse, limit, values, capacity });
    this.#iterators.add(iterator);
    const arrivals = new RowArrivals(iterator);
    try {
      for (;;) {
        const rows = await arrivals.next();
        if (rows.length === 0) break;
        yield rows;
      }
      if (arrivals.failure !== null) throw explainReadFailure(arrivals.failure, this.#path);
      if (!arrivals.complete) throw new Error(`the state store ${this.#path} was closed during a scan`);
    } finally {
      await destroyed(iterator);
      this.#iterators.delete(iterator);
    }
  }
}

/** Rows by the stream's `readable` events: a turn for each native read instead of one for each row. */
class RowArrivals {
  failure: Error | null = null;
  /** The last row was read, as opposed to the stream having been destroyed. */
  complete = false;
  readonly #iterator: NativeIterator;
  #wake: () => void = () => {};

  constructor(iterator: NativeIterator) {
    this.#iterator = iterator;
    iterator.on('readable', () => this.#wake());
    iterator.on('error', (error: Error) => {
      this.failure = error;
    });
    iterator.on('end', () => {
      this.complete = true;
    });
    iterator.on('close', () => this.#wake());
  }

  /** All that has arrived, at least one row; none: the stream is over. */
  async next(): Promise<Row[]> {
    for (;;) {
      const rows: Row[] = [];
      for (let row = this.#iterator.read(); row !== null; row = this.#iterator.read()) {
        rows.push({ key: row.key, value: row.value ?? empty });
      }
      if (rows.length > 0 || this.#iterator.destroyed) return rows;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

const empty = Buffer.alloc(0);

async function writeAtomically(db: RocksDB, group: readonly QueuedWrite[]): Promise<void> {
  const capacity = group.reduce((sum, { changes }) => sum + changes.length, 0);
  if (capacity === 0) return;
  const batch = db.write({ capacity, autoDestroy: true });
  for (const { changes } of group) {
    for (const change of changes) {
      if (change.kind === 'put') batch.tryPut(change.key, change.value);
      else if (change.kind === 'delete') batch.tryDelete(change.key);
      else if (Buffer.compare(change.gte, change.lt) < 0) batch.tryDeleteRange(change.gte, change.lt);
    }
  }
  await batch.flush();
}

async function readMany(db: RocksDB, keys: readonly Buffer[], directory: string): Promise<(Buffer | null)[]> {
  if (keys.length === 0) return [];
  const batch = db.read({ capacity: keys.length, autoDestroy: true });
  const values = Promise.all(keys.map((key) => batch.get(key)));
  try {
    const [answers] = await Promise.all([values, batch.flush()]);
    return answers;
  } catch (error) {
    throw explainReadFailure(error, directory);
  }
}

function destroyed(iterator: NativeIterator): Promise<void> {
  return new Promise((resolve) => {
    if (iterator.destroyed) resolve();
    else iterator.once('close', () => resolve()).destroy();
  });
}

function explainReadFailure(error: unknown, directory: string): Error {
  const message = messageOf(error);
  return isCorruption(message)
    ? new StoreCorrupted(`the state store ${directory} is damaged: ${message}`, { cause: error })
    : new Error(`the state store ${directory} cannot be read: ${message}`, { cause: error });
}

function isCorruption(message: string): boolean {
  return /corrupt|checksum|mismatch|CURRENT file|MANIFEST|truncated|bad (block|magic|entry)/i.test(message);
}

/** The binding wraps the reason: the cause of a write error, the first of a read error's list. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return messageOf(error.errors.find((each) => each !== undefined));
  if (error instanceof Error) return error.cause instanceof Error ? messageOf(error.cause) : error.message;
  return String(error);
}

async function pruneInfoLogs(directory: string): Promise<void> {
  const names = await fs.readdir(directory);
  const old = names.filter((name) => name.startsWith('LOG.old.')).sort();
  for (const name of old.slice(0, -oldInfoLogsMax)) await fs.rm(path.join(directory, name), { force: true });
}
