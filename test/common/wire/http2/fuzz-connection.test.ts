import test from 'ava';
import { seededRandom } from '../../../../common/runtime/random.ts';
import { fuzzConnection } from './fuzz-connection.ts';
import { HandPeer } from './hand-peer.ts';

const ROUNDS = 4000;

test('random and mutated frames never make a connection throw, overspend or lose count', (t) => {
  const ended = fuzzConnection(1, ROUNDS);
  // Both fates have to occur, or the generator has lost its bite.
  t.true(ended > ROUNDS / 10, `${ended} ended`);
  t.true(ended < ROUNDS * 0.95, `${ended} ended`);
});

test('pure noise after the handshake ends the connection and nothing else', (t) => {
  for (let seed = 0; seed < 500; seed++) {
    const random = seededRandom(seed);
    const peer = HandPeer.connected();
    const noise = Buffer.from(Array.from({ length: 400 }, () => random.below(256)));
    t.notThrows(() => peer.send(noise), `seed ${seed}`);
  }
});
