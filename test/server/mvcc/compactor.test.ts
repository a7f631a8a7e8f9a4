import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { decodeRevisionKey, revisionRange } from '../../../server/storage/keys.ts';
import { TestNode, toTheEnd } from '../../harness/test-node.ts';

/** `revision.sub` of every change that is still in the store. */
async function storedChanges(node: TestNode): Promise<string[]> {
  await node.clock.settle();
  const found: string[] = [];
  for await (const rows of node.store.scan(revisionRange())) {
    for (const row of rows) {
      const { main, sub } = decodeRevisionKey(row.key);
      found.push(`${main}.${sub}`);
    }
  }
  return found;
}

test('compaction removes the rows that no read at or above its revision can reach, and no others', async (t) => {
  const step = fc.record({ remove: fc.boolean(), key: fc.constantFrom('a', 'b', 'c') });
  const property = fc.asyncProperty(
    fc.array(step, { minLength: 1, maxLength: 25 }),
    fc.nat(),
    fc.boolean(),
    async (steps, at, crash) => {
      const node = await TestNode.open();
      const changes: { key: string; revision: number; remove: boolean }[] = [];
      for (const { remove, key } of steps) {
        const before = node.revision;
        await (remove ? node.deleteRange(key) : node.put(key, 'v'));
        if (node.revision > before) changes.push({ key, revision: node.revision, remove });
      }
      const revision = 1 + (at % node.revision);
      await node.compact(revision, !crash);
      if (crash) {
        node.crash();
        await node.reopen();
      }
      const kept = changes.filter(({ key, revision: main, remove }) => {
        if (main > revision) return true;
        const isNewest = !changes.some(
          (other) => other.key === key && other.revision > main && other.revision <= revision,
        );
        return isNewest && !(remove && main < revision);
      });
      assert.deepEqual(
        await storedChanges(node),
        kept.map((change) => `${change.revision}.0`),
      );
      await node.stop();
    },
  );
  await t.notThrowsAsync(fc.assert(property, { numRuns: 60 }));
});

test('a crash after a compaction never takes the revision back, even when it removed the newest row', async (t) => {
  const node = await TestNode.open();
  await node.put('a', '1');
  await node.deleteRange('a');
  await node.put('b', '1');
  await node.deleteRange('b');
  await node.compact(5, true);
  await node.put('c', '1');
  await node.deleteRange('c');
  await node.compact(7, true);
  node.kill();
  await node.reopen();
  t.is(node.revision, 7);
  t.is((await node.put('d', '1')).header!.revision, 8);
});

test('a read that began before a compaction gets its rows, however long it takes to read them', async (t) => {
  const node = await TestNode.open({ budgets: { valueCacheBytesMax: 0 } });
  for (const value of ['1', '2', '3']) await node.put('a', value);
  node.gates.hold('getMany');
  const old = node.range('a', { revision: 2 });
  await node.clock.settle();
  t.is(node.gates.waiting('getMany'), 1);
  const compaction = node.compact(4, true);
  await node.clock.settle();
  t.deepEqual(await storedChanges(node), ['2.0', '3.0', '4.0']);
  node.gates.open('getMany');
  t.is((await old).kvs[0]!.value.toString(), '1');
  await compaction;
  t.deepEqual(await storedChanges(node), ['4.0']);
  await t.throwsAsync(node.range('a', { revision: 3 }), {
    message: 'etcdserver: mvcc: required revision has been compacted',
  });
});

test('a compaction walks a large index in steps, and puts in between are answered', async (t) => {
  const node = await TestNode.open();
  for (let i = 0; i < 60; i++) {
    const puts = Array.from({ length: 100 }, (_, j) => node.put(`k${(i * 100 + j) % 5500}`, 'v'));
    await Promise.all(puts);
  }
  const compaction = node.compact(node.revision, true);
  let answered = 0;
  for (let i = 0; i < 5; i++) {
    void node.put('during', String(i)).then(() => answered++);
    await node.clock.turn();
  }
  await compaction;
  t.true(answered > 0);
  const { count } = await node.range('\0', { rangeEnd: toTheEnd });
  t.is(count, 5501);
  t.is((await storedChanges(node)).length, 5500 + 5);
});
