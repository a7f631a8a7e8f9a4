// Prints what both stores do on this machine's disk; the figures in docs come from here.
//   node dist/test/server/storage/storage-bench.js [directory]

import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { KeyValueStore, RowChange } from '../../../server/storage/key-value-store.ts';
import { encodeRevisionKey, revisionRange } from '../../../server/storage/keys.ts';
import { openRocksdbStore } from '../../../server/storage/rocksdb-store.ts';
import { createLog } from '../../../server/storage/wal/open-log.ts';
import { openWorkerLogDisk } from '../../../server/storage/wal/worker-log-disk.ts';
import type { WriteAheadLog } from '../../../server/storage/wal/write-ahead-log.ts';

const directory = await mkdtemp(path.join(process.argv[2] ?? tmpdir(), 'rollcall-bench-'));
const entryBytes = 300;

function microseconds(durations: number[]): string {
  const sorted = durations.toSorted((a, b) => a - b);
  const at = (share: number): number => Math.round(sorted[Math.floor(share * (sorted.length - 1))]! * 1000);
  return `p50 ${at(0.5)} us, p99 ${at(0.99)} us`;
}

function perSecond(count: number, startedMs: number): string {
  return `${Math.round(count / (performance.now() - startedMs))} k/s`;
}

function bareSync(): void {
  const file = openSync(path.join(directory, 'bare'), 'w');
  const durations: number[] = [];
  for (let round = 0; round < 2000; round++) {
    const started = performance.now();
    writeSync(file, Buffer.alloc(entryBytes), 0, entryBytes, round * entryBytes);
    fdatasyncSync(file);
    durations.push(performance.now() - started);
  }
  closeSync(file);
  console.log(`bare write + fdatasync, ${entryBytes} B: ${microseconds(durations)}`);
}

let nextIndex = 1;

function appendOne(log: WriteAheadLog): Promise<void> {
  const entries = [{ index: nextIndex++, term: 1, kind: 'normal' as const, data: Buffer.alloc(entryBytes) }];
  return new Promise((resolve, reject) =>
    log.append({ entries }, (error) => (error === null ? resolve() : reject(error))),
  );
}

async function appendLatency(log: WriteAheadLog, title: string, rounds: number): Promise<void> {
  const durations: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    await appendOne(log);
    durations.push(performance.now() - started);
  }
  console.log(`log append, ${entryBytes} B, one at a time, ${title}: ${microseconds(durations)}`);
}

async function appendThroughput(log: WriteAheadLog, inFlight: number): Promise<void> {
  const rounds = 100_000;
  const started = performance.now();
  let left = rounds;
  const worker = async (): Promise<void> => {
    while (left-- > 0) await appendOne(log);
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  console.log(`log append, ${entryBytes} B, ${inFlight} under way: ${perSecond(rounds, started)}`);
}

function batchOf(from: number, count: number): RowChange[] {
  return Array.from({ length: count }, (_, row): RowChange => {
    return { kind: 'put', key: encodeRevisionKey(from + row, 0), value: Buffer.alloc(256, from + row) };
  });
}

async function storeWrites(store: KeyValueStore): Promise<void> {
  for (const [rowsPerBatch, rows] of [
    [1, 10_000],
    [100, 200_000],
    [1000, 200_000],
  ] as const) {
    const started = performance.now();
    for (let row = 0; row < rows; row += rowsPerBatch) await store.write(batchOf(row, rowsPerBatch));
    console.log(`store write, batches of ${rowsPerBatch} one at a time, 256 B: ${perSecond(rows, started)}`);
  }
  const started = performance.now();
  const writes: Promise<void>[] = [];
  for (let row = 0; row < 50_000; row++) writes.push(store.write(batchOf(row, 1)));
  await Promise.all(writes);
  console.log(`store write, batches of 1 not awaited: ${perSecond(50_000, started)}`);
  const flushing = performance.now();
  await store.flush();
  console.log(`store flush: ${Math.round(performance.now() - flushing)} ms`);
}

async function storeReads(store: KeyValueStore): Promise<void> {
  for (const values of [true, false]) {
    const started = performance.now();
    let count = 0;
    for await (const rows of store.scan({ ...revisionRange(), values })) count += rows.length;
    console.log(`store scan of ${count} rows, ${values ? 'with values' : 'keys only'}: ${perSecond(count, started)}`);
  }
  for (const keysPerRead of [1, 16, 256]) {
    const started = performance.now();
    const reads = keysPerRead === 1 ? 10_000 : 100_000;
    for (let read = 0; read < reads; read += keysPerRead) {
      const keys = Array.from({ length: keysPerRead }, (_, at) => encodeRevisionKey(((read + at) * 7919) % 200_000, 0));
      await store.getMany(keys);
    }
    console.log(`store getMany of ${keysPerRead}: ${perSecond(reads, started)}`);
  }
}

const log = await createLog({ disk: await openWorkerLogDisk({ path: directory }), metadata: Buffer.alloc(16) });
const store = await openRocksdbStore({ path: path.join(directory, 'store') });
try {
  bareSync();
  await appendLatency(log.log, 'idle store', 2000);
  await storeWrites(store);
  await storeReads(store);
  let busy = true;
  const load = (async () => {
    for (let row = 0; busy; row += 1000) await store.write(batchOf(row % 200_000, 1000));
    await store.flush();
  })();
  await appendLatency(log.log, 'store under full load', 2000);
  busy = false;
  await load;
  for (const inFlight of [10, 100, 1000]) await appendThroughput(log.log, inFlight);
} finally {
  await log.log.close();
  await store.close();
  await rm(directory, { recursive: true, force: true });
}
