// The contract of KeyValueStore, run against both implementations, and both against each other.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { ExecutionContext } from 'ava';
import test from 'ava';
import type { Random } from '../../../common/runtime/random.ts';
import { seededRandom } from '../../../common/runtime/random.ts';
import type { KeyValueReader, KeyValueStore, RowChange, ScanOptions } from '../../../server/storage/key-value-store.ts';
import { MemoryStore } from '../../../server/storage/memory-store.ts';
import { openRocksdbStore } from '../../../server/storage/rocksdb-store.ts';

type Open = (t: ExecutionContext) => Promise<KeyValueStore>;

const implementations: Record<string, Open> = {
  'memory-store': async () => new MemoryStore(),
  'rocksdb-store': async (t) => {
    const directory = await mkdtemp(path.join(tmpdir(), 'rollcall-store-'));
    const store = await openRocksdbStore({ path: path.join(directory, 'store') });
    t.teardown(async () => {
      await store.close();
      await rm(directory, { recursive: true, force: true });
    });
    return store;
  },
};

function put(key: string, value: string): RowChange {
  return { kind: 'put', key: Buffer.from(key), value: Buffer.from(value) };
}

function remove(key: string): RowChange {
  return { kind: 'delete', key: Buffer.from(key) };
}

function removeRange(gte: string, lt: string): RowChange {
  return { kind: 'deleteRange', gte: Buffer.from(gte), lt: Buffer.from(lt) };
}

const everything: ScanOptions = { gte: Buffer.alloc(0), lt: Buffer.alloc(8, 0xff) };

async function rowsOf(reader: KeyValueReader, options: ScanOptions = everything): Promise<string[]> {
  const found: string[] = [];
  for await (const rows of reader.scan(options)) {
    for (const { key, value } of rows) found.push(`${key.toString('latin1')}=${value.toString('latin1')}`);
  }
  return found;
}

async function get(reader: KeyValueReader, ...keys: string[]): Promise<(string | null)[]> {
  const values = await reader.getMany(keys.map((key) => Buffer.from(key)));
  return values.map((value) => value?.toString() ?? null);
}

for (const [name, open] of Object.entries(implementations)) {
  test(`${name}: a batch's changes take effect in their order`, async (t) => {
    const store = await open(t);
    await store.write([put('a', '1'), put('b', '1'), removeRange('a', 'c'), put('a', '2'), put('c', '1'), remove('c')]);
    t.deepEqual(await rowsOf(store), ['a=2']);
  });

  test(`${name}: batches that are not awaited take effect in call order`, async (t) => {
    const store = await open(t);
    const writes: Promise<void>[] = [];
    for (let round = 0; round < 500; round++) writes.push(store.write([put('k', String(round)), put(`r${round}`, '')]));
    writes.push(store.write([removeRange('r', 's')]), store.write([put('r', 'last')]));
    await Promise.all(writes);
    t.deepEqual(await rowsOf(store), ['k=499', 'r=last']);
  });

  test(`${name}: getMany answers each key in order, null for a missing one, and tells empty from missing`, async (t) => {
    const store = await open(t);
    await store.write([put('a', '1'), put('b', ''), put('ab', '3')]);
    t.deepEqual(await get(store, 'ab', 'zz', 'b', 'a', '', 'a'), ['3', null, '', '1', null, '1']);
    t.deepEqual(await store.getMany([]), []);
  });

  test(`${name}: keys order bytewise, a prefix first, 0xff last`, async (t) => {
    const store = await open(t);
    const keys = ['\x00', '\x7f', '\x80', '\xff', 'a', 'a\x00', 'a\xff', 'b'];
    const changes = keys.toReversed().map((key): RowChange => {
      return { kind: 'put', key: Buffer.from(key, 'latin1'), value: Buffer.alloc(0) };
    });
    await store.write(changes);
    const expected = ['\x00=', 'a=', 'a\x00=', 'a\xff=', 'b=', '\x7f=', '\x80=', '\xff='];
    t.deepEqual(await rowsOf(store), expected);
    t.deepEqual(await rowsOf(store, { ...everything, reverse: true }), expected.toReversed());
  });

  test(`${name}: a scan takes gte and leaves lt, in both directions, with and without a limit`, async (t) => {
    const store = await open(t);
    await store.write(['a', 'b', 'c', 'd'].map((key) => put(key, key.toUpperCase())));
    const range = { gte: Buffer.from('b'), lt: Buffer.from('d') };
    t.deepEqual(await rowsOf(store, range), ['b=B', 'c=C']);
    t.deepEqual(await rowsOf(store, { ...range, reverse: true }), ['c=C', 'b=B']);
    t.deepEqual(await rowsOf(store, { ...range, limit: 1 }), ['b=B']);
    t.deepEqual(await rowsOf(store, { ...range, limit: 1, reverse: true }), ['c=C']);
    t.deepEqual(await rowsOf(store, { ...range, values: false }), ['b=', 'c=']);
    t.deepEqual(await rowsOf(store, { ...range, limit: 0 }), []);
    t.deepEqual(await rowsOf(store, { gte: Buffer.from('d'), lt: Buffer.from('b') }), []);
    t.deepEqual(await rowsOf(store, { gte: Buffer.from('b'), lt: Buffer.alloc(0) }), []);
  });

  test(`${name}: a limit that falls on, before and behind the edge of a read is kept exactly`, async (t) => {
    const store = await open(t);
    const changes: RowChange[] = [];
    for (let row = 0; row < 3000; row++) changes.push(put(`k${String(row).padStart(5, '0')}`, 'v'));
    await store.write(changes);
    for (const values of [true, false]) {
      for (const limit of [1, 127, 128, 129, 255, 256, 257, 1023, 1024, 1025, 2048, 2999, 3000, 3001]) {
        const found = await rowsOf(store, { ...everything, values, limit });
        t.is(found.length, Math.min(limit, 3000), `limit ${limit}, values ${values}`);
      }
    }
  });

  test(`${name}: batches of a scan have a bounded length and are never empty`, async (t) => {
    const store = await open(t);
    const changes: RowChange[] = [];
    for (let row = 0; row < 5000; row++) changes.push(put(`k${String(row).padStart(5, '0')}`, 'v'));
    await store.write(changes);
    let total = 0;
    for await (const rows of store.scan({ ...everything, values: false })) {
      t.true(rows.length > 0 && rows.length <= 2048, `a batch of ${rows.length}`);
      total += rows.length;
    }
    t.is(total, 5000);
  });

  test(`${name}: a deleted range with its ends swapped deletes nothing`, async (t) => {
    const store = await open(t);
    await store.write([put('a', '1'), put('b', '1'), removeRange('b', 'a'), removeRange('a', 'a')]);
    t.deepEqual(await rowsOf(store), ['a=1', 'b=1']);
  });

  test(`${name}: a snapshot does not see later writes, and lives until it is released`, async (t) => {
    const store = await open(t);
    await store.write([put('a', '1'), put('b', '1')]);
    const snapshot = store.snapshot();
    await store.write([put('a', '2'), remove('b'), put('c', '2')]);
    await store.flush();
    t.deepEqual(await rowsOf(snapshot), ['a=1', 'b=1']);
    t.deepEqual(await get(snapshot, 'a', 'b', 'c'), ['1', '1', null]);
    t.deepEqual(await rowsOf(store), ['a=2', 'c=2']);
    await snapshot.release();
    await snapshot.release();
    t.deepEqual(await rowsOf(store), ['a=2', 'c=2']);
  });

  test(`${name}: a scan shows the rows as of its first read, whatever is written while it runs`, async (t) => {
    const store = await open(t);
    const changes: RowChange[] = [];
    for (let row = 0; row < 2000; row++) changes.push(put(`k${String(row).padStart(5, '0')}`, 'old'));
    await store.write(changes);
    const values = new Set<string>();
    let count = 0;
    for await (const rows of store.scan(everything)) {
      for (const { value } of rows) values.add(value.toString());
      count += rows.length;
      await store.write([removeRange('k01', 'l'), put('k00999', 'new'), put('zz', 'new')]);
    }
    t.deepEqual([...values], ['old']);
    t.is(count, 2000);
  });

  test(`${name}: a scan left early leaves nothing behind that hinders closing`, async (t) => {
    const store = await open(t);
    const changes: RowChange[] = [];
    for (let row = 0; row < 2000; row++) changes.push(put(`k${row}`, 'v'));
    await store.write(changes);
    for await (const rows of store.scan(everything)) {
      t.true(rows.length > 0);
      break;
    }
    await store.close();
    t.pass();
  });

  test(`${name}: what is called after close is refused, and closing twice is allowed`, async (t) => {
    const store = await open(t);
    await store.write([put('a', '1')]);
    await store.close();
    await store.close();
    await t.throwsAsync(store.write([put('a', '2')]), { message: /closed/ });
    await t.throwsAsync(store.getMany([Buffer.from('a')]), { message: /closed/ });
    await t.throwsAsync(rowsOf(store), { message: /closed/ });
    await t.throwsAsync(store.flush(), { message: /closed/ });
    t.throws(() => store.snapshot(), { message: /closed/ });
  });

  test(`${name}: closing waits for writes under way`, async (t) => {
    const store = await open(t);
    const writing = Promise.all([store.write([put('a', '1')]), store.write([put('b', '1')])]);
    await store.close();
    await t.notThrowsAsync(writing);
  });

  test(`${name}: an empty batch is allowed`, async (t) => {
    const store = await open(t);
    await t.notThrowsAsync(store.write([]));
    await t.notThrowsAsync(store.flush());
  });

  test(`${name}: approximateBytes grows with the rows`, async (t) => {
    const store = await open(t);
    const before = await store.approximateBytes();
    const changes: RowChange[] = [];
    for (let row = 0; row < 500; row++)
      changes.push({ kind: 'put', key: Buffer.from(`k${row}`), value: Buffer.alloc(4096, row) });
    await store.write(changes);
    const unflushed = await store.approximateBytes();
    t.true(unflushed > before + 1_000_000, `${unflushed} bytes before the flush`);
    await store.flush();
    const flushed = await store.approximateBytes();
    t.true(flushed > before + 1_000_000, `${flushed} bytes after the flush`);
  });
}

function randomKey(random: Random): Buffer {
  return Buffer.from(
    Array.from({ length: 1 + random.below(3) }, () => [0, 1, 0x61, 0x62, 0xfe, 0xff][random.below(6)]!),
  );
}

function randomBatch(random: Random): RowChange[] {
  return Array.from({ length: random.below(20) }, (): RowChange => {
    const choice = random.below(10);
    if (choice === 0) return { kind: 'deleteRange', gte: randomKey(random), lt: randomKey(random) };
    if (choice < 4) return { kind: 'delete', key: randomKey(random) };
    return { kind: 'put', key: randomKey(random), value: Buffer.from(String(random.below(1000))) };
  });
}

test('both stores answer alike through random batches, scans and snapshots', async (t) => {
  const random = seededRandom(11);
  const stores = await Promise.all(Object.values(implementations).map((open) => open(t)));
  for (let round = 0; round < 300; round++) {
    const batch = randomBatch(random);
    for (const store of stores) await store.write(batch);
    if (random.below(40) === 0) for (const store of stores) await store.flush();
    const options: ScanOptions = {
      gte: randomKey(random),
      lt: randomKey(random),
      reverse: random.below(2) === 0,
      values: random.below(3) > 0,
      ...(random.below(2) === 0 ? { limit: random.below(6) } : {}),
    };
    const keys = Array.from({ length: 5 }, () => randomKey(random));
    const answers = await Promise.all(
      stores.map(async (store) => ({
        rows: await rowsOf(store, options),
        values: (await store.getMany(keys)).map((value) => value?.toString('latin1') ?? null),
      })),
    );
    t.deepEqual(answers[0], answers[1], `round ${round}`);
  }
});
