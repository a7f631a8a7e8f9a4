import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { ExpiryQueue } from '../../../server/lease/expiry-queue.ts';

test('expiries come out in the order of their times, whatever the order they went in', (t) => {
  const step = fc.option(fc.integer({ min: 0, max: 20 }));
  const property = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const queue = new ExpiryQueue<{ atMs: number }>();
    const plain: number[] = [];
    for (const atMs of steps) {
      if (atMs === null) {
        plain.sort((a, b) => a - b);
        assert.equal(queue.peek()?.atMs, plain[0]);
        assert.equal(queue.pop()?.atMs, plain.shift());
      } else {
        queue.push({ atMs });
        plain.push(atMs);
      }
      assert.equal(queue.size, plain.length);
    }
  });
  t.notThrows(() => fc.assert(property, { numRuns: 500 }));
});

test('it can be emptied', (t) => {
  const queue = new ExpiryQueue<{ atMs: number }>();
  for (let i = 0; i < 10; i++) queue.push({ atMs: i });
  queue.clear();
  t.is(queue.size, 0);
  t.is(queue.pop(), undefined);
});

test('what is retained still comes out in order', (t) => {
  const queue = new ExpiryQueue<{ atMs: number }>();
  for (const atMs of [5, 3, 9, 1, 7, 2, 8]) queue.push({ atMs });
  queue.retain(({ atMs }) => atMs % 2 === 1);
  t.deepEqual(
    [1, 2, 3, 4, 5, 6].map(() => queue.pop()?.atMs),
    [1, 3, 5, 7, 9, undefined],
  );
});
