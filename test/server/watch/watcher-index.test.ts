import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { type KeyRange, rangeContains } from '../../../server/mvcc/key-range.ts';
import type { Watcher } from '../../../server/watch/watcher.ts';
import { WatcherIndex } from '../../../server/watch/watcher-index.ts';

/** The index looks at a watcher's range only. */
const watcherOf = (range: KeyRange): Watcher => ({ range }) as Watcher;

const text = fc.string({ unit: fc.constantFrom('a', 'b', ':', '1'), minLength: 1, maxLength: 3 });
const range: fc.Arbitrary<KeyRange> = fc.oneof(
  text.map((start) => ({ start, end: null, single: true })),
  text.map((start) => ({ start, end: null, single: false })),
  fc.record({ start: text, end: text, single: fc.constant(false) }),
);

test('a key finds exactly the watchers whose range holds it, each once', (t) => {
  const property = fc.property(
    fc.array(range, { maxLength: 20 }),
    fc.array(fc.nat({ max: 19 })),
    text,
    (ranges, removed, key) => {
      const index = new WatcherIndex();
      const watchers = ranges.map(watcherOf);
      for (const watcher of watchers) index.add(watcher);
      const gone = new Set(removed.map((i) => watchers[i]));
      for (const watcher of gone) if (watcher !== undefined) index.remove(watcher);
      const found: Watcher[] = [];
      index.visit(key, (watcher) => found.push(watcher));
      const expected = watchers.filter((watcher) => !gone.has(watcher) && rangeContains(watcher.range, key));
      assert.equal(found.length, expected.length);
      assert.deepEqual(new Set(found).size, expected.length);
      for (const watcher of expected) assert.ok(found.includes(watcher));
    },
  );
  t.notThrows(() => fc.assert(property, { numRuns: 500 }));
});

test('ranges that look alike when written one after the other are kept apart', (t) => {
  const index = new WatcherIndex();
  const ab = watcherOf({ start: 'a', end: 'b:c', single: false });
  const abc = watcherOf({ start: 'a:b', end: 'c', single: false });
  const open = watcherOf({ start: 'a', end: null, single: false });
  for (const watcher of [ab, abc, open]) index.add(watcher);
  index.remove(ab);
  const found: Watcher[] = [];
  index.visit('b', (watcher) => found.push(watcher));
  t.is(found.length, 2);
  t.true(found.includes(abc) && found.includes(open));
});
