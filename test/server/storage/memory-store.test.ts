import test from 'ava';
import { seededRandom } from '../../../common/runtime/random.ts';
import { MemoryStore } from '../../../server/storage/memory-store.ts';

async function keysOf(store: MemoryStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const rows of store.scan({ gte: Buffer.of(0), lt: Buffer.of(0xff) })) {
    keys.push(...rows.map(({ key }) => key.toString()));
  }
  return keys;
}

test('a crash keeps what was flushed and a prefix of the batches since, whole ones only', async (t) => {
  const seen = new Set<number>();
  for (let seed = 1; seed <= 60; seed++) {
    const store = new MemoryStore();
    for (let batch = 0; batch < 6; batch++) {
      await store.write(
        [0, 1].map((row) => ({ kind: 'put', key: Buffer.from(`${batch}${row}`), value: Buffer.alloc(1) })),
      );
      if (batch === 1) await store.flush();
    }
    const survivor = store.crash(seededRandom(seed));
    const keys = await keysOf(survivor);
    const all = ['00', '01', '10', '11', '20', '21', '30', '31', '40', '41', '50', '51'];
    t.deepEqual(keys, all.slice(0, keys.length));
    t.true(keys.length >= 4 && keys.length % 2 === 0, `${keys.length} rows`);
    seen.add(keys.length);
  }
  t.deepEqual(
    [...seen].sort((a, b) => a - b),
    [4, 6, 8, 10, 12],
  );
});

test('a crashed store refuses everything', async (t) => {
  const store = new MemoryStore();
  store.crash(seededRandom(1));
  await t.throwsAsync(store.write([]), { message: /crashed/ });
  await t.throwsAsync(store.flush(), { message: /crashed/ });
});

test('answers come through the scheduler, in order', async (t) => {
  const tasks: (() => void)[] = [];
  const store = new MemoryStore((task) => tasks.push(task));
  const heard: string[] = [];
  const write = store
    .write([{ kind: 'put', key: Buffer.from('a'), value: Buffer.from('1') }])
    .then(() => heard.push('write'));
  const read = store.getMany([Buffer.from('a')]).then(([value]) => heard.push(`read ${value}`));
  await Promise.resolve();
  t.deepEqual(heard, []);
  for (const task of tasks) task();
  await Promise.all([write, read]);
  t.deepEqual(heard, ['write', 'read 1']);
});
