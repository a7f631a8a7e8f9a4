import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { Event, KeyValue, WatchResponse } from '../../../common/api/generated/messages.ts';
import { splitEvents } from '../../../server/watch/fragment.ts';

const eventOf = (bytes: number): Event => Event.create({ kv: KeyValue.create({ value: Buffer.alloc(bytes) }) });

test('parts hold all events in order, none empty, and only a single event may exceed the limit', (t) => {
  const sizes = fc.array(fc.nat({ max: 400 }), { minLength: 1, maxLength: 60 });
  const property = fc.property(sizes, fc.integer({ min: 200, max: 2000 }), (bytes, bytesMax) => {
    const events = bytes.map(eventOf);
    const parts = splitEvents(events, bytesMax);
    assert.deepEqual(parts.flat(), events);
    for (const part of parts) {
      assert.ok(part.length > 0);
      const header = {
        clusterId: 2n ** 64n - 1n,
        memberId: 2n ** 64n - 1n,
        revision: 2 ** 53 - 1,
        raftTerm: 2 ** 53 - 1,
      };
      const size = WatchResponse.size(
        WatchResponse.create({ header, watchId: 2 ** 53 - 1, fragment: true, events: part }),
      );
      assert.ok(part.length === 1 || size <= bytesMax, `${size} bytes, limit ${bytesMax}`);
    }
  });
  t.notThrows(() => fc.assert(property, { numRuns: 300 }));
});

test('events that fit together are not split', (t) => {
  const events = [eventOf(10), eventOf(10), eventOf(10)];
  t.deepEqual(splitEvents(events, 1000), [events]);
});
