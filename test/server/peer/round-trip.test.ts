import test from 'ava';
import { seededRandom } from '../../../common/runtime/random.ts';
import { backOffMs } from '../../../server/peer/back-off.ts';
import { RoundTrip } from '../../../server/peer/round-trip.ts';

test('the first answer gives the time of a round, later ones move it by an eighth', (t) => {
  const trip = new RoundTrip(5);
  t.is(trip.milliseconds, undefined);
  trip.pong(trip.ping(100), 108);
  t.is(trip.milliseconds, 8);
  trip.pong(trip.ping(200), 216);
  t.is(trip.milliseconds, 9);
});

test('a peer is silent when so many pings in a row have no answer', (t) => {
  const trip = new RoundTrip(3);
  trip.ping(0);
  trip.ping(1);
  t.false(trip.isSilent);
  const third = trip.ping(2);
  t.true(trip.isSilent);
  trip.pong(third, 3);
  t.false(trip.isSilent);
  trip.ping(4);
  trip.ping(5);
  t.false(trip.isSilent);
});

test('answers to nothing, twice, or of a strange length are ignored', (t) => {
  const trip = new RoundTrip(5);
  const payload = trip.ping(0);
  trip.pong(Buffer.from([0, 0, 0, 9]), 1);
  trip.pong(Buffer.alloc(0), 1);
  t.is(trip.milliseconds, undefined);
  trip.pong(payload, 4);
  trip.pong(payload, 400);
  t.is(trip.milliseconds, 4);
});

test('the wait doubles up to its longest and lies in the upper half', (t) => {
  const random = seededRandom(1);
  const bounds = { firstMs: 100, mostMs: 5000 };
  for (const [attempt, fullMs] of [
    [0, 100],
    [1, 200],
    [5, 3200],
    [6, 5000],
    [5000, 5000],
  ] as const) {
    for (let i = 0; i < 50; i++) {
      const waitMs = backOffMs(attempt, bounds, random);
      t.true(waitMs >= fullMs / 2 && waitMs < fullMs, `attempt ${attempt}: ${waitMs}`);
    }
  }
});
