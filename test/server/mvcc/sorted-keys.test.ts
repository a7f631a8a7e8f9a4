import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { seededRandom } from '../../../common/runtime/random.ts';
import type { KeyRange } from '../../../server/mvcc/key-range.ts';
import { SortedKeys } from '../../../server/mvcc/sorted-keys.ts';

function visited(keys: SortedKeys, range: KeyRange, limit = Number.POSITIVE_INFINITY): string[] {
  const found: string[] = [];
  keys.visit(range, (record) => {
    found.push(record.key);
    return found.length < limit;
  });
  return found;
}

function walkedInBlocks(keys: SortedKeys, from: string): string[] {
  const found: string[] = [];
  for (let key = from; ; ) {
    const block = keys.blockFrom(key);
    if (block.length === 0) return found;
    found.push(...block.map((record) => record.key));
    key = `${block.at(-1)!.key}\0`;
  }
}

const everything: KeyRange = { start: '', end: null, single: false };
const keyText = fc.string({ unit: fc.constantFrom('a', 'b', '\u00ff', '\0'), maxLength: 3 });

test('few keys: everything agrees with a sorted array', (t) => {
  const step = fc.record({ remove: fc.boolean(), key: keyText });
  const property = fc.property(fc.array(step), keyText, fc.option(keyText), (steps, start, end) => {
    const keys = new SortedKeys();
    const plain = new Set<string>();
    for (const { remove, key } of steps) {
      if (remove) {
        keys.delete(key);
        plain.delete(key);
      } else {
        const record = keys.getOrInsert(key);
        assert.equal(keys.getOrInsert(key), record);
        plain.add(key);
      }
    }
    const sorted = [...plain].sort();
    assert.equal(keys.size, sorted.length);
    assert.deepEqual(visited(keys, everything), sorted);
    assert.equal(keys.get(start)?.key, plain.has(start) ? start : undefined);
    assert.deepEqual(visited(keys, { start, end: null, single: true }), plain.has(start) ? [start] : []);
    const inRange = sorted.filter((key) => key >= start && (end === null || key < end));
    assert.deepEqual(visited(keys, { start, end, single: false }), inRange);
    assert.deepEqual(
      walkedInBlocks(keys, start),
      sorted.filter((key) => key >= start),
    );
  });
  t.notThrows(() => fc.assert(property, { numRuns: 300 }));
});

for (const order of ['random', 'ascending', 'descending'] as const) {
  test(`many keys, inserted in ${order} order: blocks split, empty out, and the order holds`, (t) => {
    const random = seededRandom(7);
    const keys = new SortedKeys();
    const plain = new Set<string>();
    const name = (n: number): string => String(n).padStart(5, '0');
    for (let i = 0; i < 6000; i++) {
      const n = order === 'random' ? random.below(20_000) : order === 'ascending' ? i : 6000 - i;
      keys.getOrInsert(name(n));
      plain.add(name(n));
    }
    for (const key of [...plain]) {
      if (random.below(10) > 0 || (key >= '01000' && key < '03000')) {
        keys.delete(key);
        plain.delete(key);
      }
    }
    for (let i = 0; i < 500; i++) {
      const key = name(random.below(20_000));
      keys.getOrInsert(key);
      plain.add(key);
    }
    const sorted = [...plain].sort();
    t.is(keys.size, sorted.length);
    t.deepEqual(visited(keys, everything), sorted);
    t.deepEqual(walkedInBlocks(keys, ''), sorted);
    for (let i = 0; i < 300; i++) {
      const [start, end] = [name(random.below(20_000)), name(random.below(20_000))];
      const inRange = sorted.filter((key) => key >= start && key < end);
      t.deepEqual(visited(keys, { start, end, single: false }), inRange);
      t.is(keys.get(start)?.key, plain.has(start) ? start : undefined);
    }
  });
}

test('a visit ends when its visitor has seen enough', (t) => {
  const keys = new SortedKeys();
  for (let i = 0; i < 2000; i++) keys.getOrInsert(`k${i}`);
  t.deepEqual(visited(keys, everything, 3), ['k0', 'k1', 'k10']);
});
