// KeyValueStore in memory, for the simulator and for tests: rows in one sorted array, copied when a reader still holds it.
// A crash keeps what was flushed and any prefix of the batches since, as RocksDB does. Deterministic: answers come through
// the scheduler that it is given.

import type { Random } from '../../common/runtime/random.ts';
import type {
  KeyValueReader,
  KeyValueSnapshot,
  KeyValueStore,
  Row,
  RowChange,
  ScanOptions,
} from './key-value-store.ts';

/** Runs tasks later, in the order given: the simulator's delay of a disk. */
export type Schedule = (task: () => void) => void;

const rowsPerBatch = 128;
const empty = Buffer.alloc(0);

export class MemoryStore implements KeyValueStore {
  readonly #schedule: Schedule;
  #rows: readonly Row[];
  #durable: readonly Row[];
  /** Batches applied since the last flush. */
  #unflushed: (readonly RowChange[])[] = [];
  #failure: Error | null = null;
  #closed = false;

  constructor(schedule: Schedule = queueMicrotask, rows: readonly Row[] = []) {
    this.#schedule = schedule;
    this.#rows = rows;
    this.#durable = rows;
  }

  write(changes: readonly RowChange[]): Promise<void> {
    return this.#later(() => {
      const batch = changes.map(copyChange);
      this.#rows = applied(this.#rows, batch);
      this.#unflushed.push(batch);
    });
  }

  getMany(keys: readonly Buffer[]): Promise<(Buffer | null)[]> {
    return this.#later(() => getRows(this.#rows, keys));
  }

  scan(options: ScanOptions): AsyncIterable<Row[]> {
    return this.#scan(() => this.#rows, options);
  }

  snapshot(): KeyValueSnapshot {
    this.#checkUsable();
    const rows = this.#rows;
    const reader: KeyValueReader = {
      getMany: (keys) => this.#later(() => getRows(rows, keys)),
      scan: (options) => this.#scan(() => rows, options),
    };
    return { ...reader, release: async () => {} };
  }

  flush(): Promise<void> {
    return this.#later(() => {
      this.#durable = this.#rows;
      this.#unflushed = [];
    });
  }

  approximateBytes(): Promise<number> {
    return this.#later(() => this.#rows.reduce((sum, { key, value }) => sum + key.length + value.length, 0));
  }

  async close(): Promise<void> {
    if (!this.#closed) await this.#later(() => {});
    this.#closed = true;
  }

  /** Every later call rejects with this, as after a failed write of a real disk. */
  fail(error: Error): void {
    this.#failure = error;
  }

  /** What a restart finds: what was flushed and the first few batches since. This store is dead from now on. */
  crash(random: Random): MemoryStore {
    const kept = random.below(this.#unflushed.length + 1);
    const rows = this.#unflushed.slice(0, kept).reduce(applied, this.#durable);
    this.fail(new Error('the store crashed'));
    return new MemoryStore(this.#schedule, rows);
  }

  #checkUsable(): void {
    if (this.#failure !== null) throw this.#failure;
    if (this.#closed) throw new Error('the state store is closed');
  }

  #later<T>(task: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#checkUsable();
      this.#schedule(() => {
        if (this.#failure !== null) reject(this.#failure);
        else resolve(task());
      });
    });
  }

  async *#scan(source: () => readonly Row[], options: ScanOptions): AsyncGenerator<Row[]> {
    const { gte, lt, reverse = false, limit = Number.POSITIVE_INFINITY, values = true } = options;
    const rows = await this.#later(source);
    const from = lowerBound(rows, gte);
    const to = Math.min(lowerBound(rows, lt), rows.length);
    const found = rows.slice(from, Math.max(from, to));
    if (reverse) found.reverse();
    const wanted = found.slice(0, Math.max(0, Math.min(limit, found.length)));
    for (let at = 0; at < wanted.length; at += rowsPerBatch) {
      const batch = wanted.slice(at, at + rowsPerBatch);
      yield await this.#later(() =>
        batch.map(({ key, value }) => ({ key: Buffer.from(key), value: values ? Buffer.from(value) : empty })),
      );
    }
  }
}

/** Index of the first row whose key is >= key. */
function lowerBound(rows: readonly Row[], key: Buffer): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (Buffer.compare(rows[middle]!.key, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function getRows(rows: readonly Row[], keys: readonly Buffer[]): (Buffer | null)[] {
  return keys.map((key) => {
    const row = rows[lowerBound(rows, key)];
    return row?.key.equals(key) ? Buffer.from(row.value) : null;
  });
}

/** A new array: readers keep the one they have. */
function applied(rows: readonly Row[], changes: readonly RowChange[]): readonly Row[] {
  const next = [...rows];
  for (const change of changes) {
    const at = lowerBound(next, change.kind === 'deleteRange' ? change.gte : change.key);
    if (change.kind === 'deleteRange') {
      next.splice(at, Math.max(0, lowerBound(next, change.lt) - at));
      continue;
    }
    const exists = next[at]?.key.equals(change.key) ? 1 : 0;
    if (change.kind === 'put') next.splice(at, exists, { key: change.key, value: change.value });
    else next.splice(at, exists);
  }
  return next;
}

function copyChange(change: RowChange): RowChange {
  switch (change.kind) {
    case 'put':
      return { kind: 'put', key: Buffer.from(change.key), value: Buffer.from(change.value) };
    case 'delete':
      return { kind: 'delete', key: Buffer.from(change.key) };
    case 'deleteRange':
      return { kind: 'deleteRange', gte: Buffer.from(change.gte), lt: Buffer.from(change.lt) };
  }
}
