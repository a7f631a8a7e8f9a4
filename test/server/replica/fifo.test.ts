import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { Fifo } from '../../../server/replica/fifo.ts';

test('what went in first comes out first', (t) => {
  const step = fc.oneof(fc.array(fc.nat(), { maxLength: 5 }), fc.constant('take' as const));
  const property = fc.property(fc.array(step), (steps) => {
    const queue = new Fifo<number>();
    const plain: number[] = [];
    for (const each of steps) {
      if (each === 'take') assert.equal(queue.shift(), plain.shift());
      else {
        queue.pushAll(each);
        plain.push(...each);
      }
      assert.equal(queue.length, plain.length);
    }
  });
  t.notThrows(() => fc.assert(property));
});

test('half a million items go through at once', (t) => {
  const queue = new Fifo<number>();
  queue.pushAll(Array.from({ length: 500_000 }, (_, i) => i));
  let sum = 0;
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) sum += item;
  t.is(sum, (500_000 * 499_999) / 2);
});
