import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { KeyRecord } from '../../../server/mvcc/key-record.ts';
import { ValueCache } from '../../../server/mvcc/value-cache.ts';

test('the bytes held never exceed the bound, and are those of the values held', (t) => {
  const step = fc.record({
    kind: fc.constantFrom('set', 'set', 'use', 'drop'),
    key: fc.nat({ max: 7 }),
    bytes: fc.nat({ max: 12 }),
  });
  const property = fc.property(fc.array(step, { maxLength: 80 }), fc.nat({ max: 30 }), (steps, bytesMax) => {
    const cache = new ValueCache(bytesMax);
    const records = Array.from({ length: 8 }, (_, i) => new KeyRecord(String(i)));
    const newest = new Map<KeyRecord, Buffer>();
    for (const { kind, key, bytes } of steps) {
      const record = records[key]!;
      if (kind === 'use') record.recentlyUsed = true;
      else if (kind === 'drop') cache.drop(record);
      else {
        const value = Buffer.alloc(bytes, key);
        newest.set(record, value);
        cache.set(record, value);
      }
      const held = records.filter((each) => each.value !== null);
      assert.equal(
        cache.bytes,
        held.reduce((sum, each) => sum + each.value!.length, 0),
      );
      assert.ok(cache.bytes <= bytesMax);
      for (const each of held) assert.equal(each.value, newest.get(each));
      for (const each of records) assert.equal(each.cacheSlot >= 0, each.value !== null);
    }
  });
  t.notThrows(() => fc.assert(property, { numRuns: 500 }));
});

test('a value that was used since the hand last passed gets a second chance', (t) => {
  const cache = new ValueCache(3);
  const [used, unused, newcomer] = ['a', 'b', 'c'].map((key) => new KeyRecord(key)) as [
    KeyRecord,
    KeyRecord,
    KeyRecord,
  ];
  cache.set(used, Buffer.from('1'));
  cache.set(unused, Buffer.from('2'));
  used.recentlyUsed = true;
  cache.set(newcomer, Buffer.from('34'));
  t.not(used.value, null);
  t.is(unused.value, null);
  t.not(newcomer.value, null);
});
