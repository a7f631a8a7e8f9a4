import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { CoveredKeys } from '../../../server/apply/covered-keys.ts';
import { type KeyRange, rangeContains } from '../../../server/mvcc/key-range.ts';

test('the worked example: ranges that touch become one', (t) => {
  const covered = new CoveredKeys();
  covered.add({ start: 'b', end: 'd', single: false });
  covered.add({ start: 'a', end: null, single: true });
  covered.add({ start: 'c', end: 'f', single: false });
  t.deepEqual(
    ['', 'a', 'a\0', 'aa', 'b', 'd', 'e', 'ez', 'f'].filter((key) => covered.has(key)),
    ['a', 'b', 'd', 'e', 'ez'],
  );
});

test('a key is covered when one of the ranges holds it', (t) => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\0'), maxLength: 3 });
  const range: fc.Arbitrary<KeyRange> = fc.oneof(
    text.map((start) => ({ start, end: null, single: true })),
    { weight: 3, arbitrary: fc.record({ start: text, end: text, single: fc.constant(false) }) },
    text.map((start) => ({ start, end: null, single: false })),
  );
  const property = fc.property(fc.array(range, { maxLength: 12 }), fc.array(text), (ranges, keys) => {
    const covered = new CoveredKeys();
    for (const each of ranges) covered.add(each);
    const candidates = [...keys, ...ranges.flatMap(({ start, end }) => [start, `${start}\0`, end ?? ''])];
    for (const key of candidates) {
      assert.equal(
        covered.has(key),
        ranges.some((each) => rangeContains(each, key)),
      );
    }
  });
  t.notThrows(() => fc.assert(property, { numRuns: 1000 }));
});
