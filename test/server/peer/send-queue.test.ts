import test from 'ava';
import { messageBytesBound } from '../../../server/peer/message-codec.ts';
import type { PeerMessage } from '../../../server/peer/peer-message.ts';
import { SendQueue } from '../../../server/peer/send-queue.ts';
import { append1, heartbeat } from './peer-messages.ts';

const limits = { messagesMax: 100, bytesMax: 100_000 };

function all(queue: SendQueue, bytes = Number.POSITIVE_INFINITY): PeerMessage[] {
  const messages: PeerMessage[] = [];
  for (let next = queue.take(bytes); next.length > 0; next = queue.take(bytes)) messages.push(...next);
  return messages;
}

test('small messages go before those with payload, each kind in its own order', (t) => {
  const queue = new SendQueue(limits);
  const messages = [append1(1, Buffer.alloc(10)), heartbeat(1), append1(2, Buffer.alloc(10)), heartbeat(2)];
  for (const message of messages) t.true(queue.push(message));
  t.deepEqual(all(queue), [messages[1], messages[3], messages[0], messages[2]]);
});

test('a batch ends where its bytes are used up, but is never empty', (t) => {
  const queue = new SendQueue(limits);
  const large = append1(1, Buffer.alloc(1000));
  const next = append1(2, Buffer.alloc(1000));
  queue.push(large);
  queue.push(next);
  t.deepEqual(queue.take(10), [large]);
  t.deepEqual(queue.take(10_000), [next]);
  t.deepEqual(queue.take(10), []);
});

test('what does not fit in count or bytes is not taken, and what is held stays', (t) => {
  const byCount = new SendQueue({ ...limits, messagesMax: 2 });
  t.deepEqual(
    [1, 2, 3].map((round) => byCount.push(heartbeat(round))),
    [true, true, false],
  );
  t.deepEqual(all(byCount), [heartbeat(1), heartbeat(2)]);

  const size = messageBytesBound(append1(1, Buffer.alloc(500)));
  const byBytes = new SendQueue({ ...limits, bytesMax: 2 * size });
  t.deepEqual(
    [1, 2, 3].map((index) => byBytes.push(append1(index, Buffer.alloc(500)))),
    [true, true, false],
  );
  t.is(byBytes.bytes, 2 * size);
});

test('a message larger than the bound fits into an empty queue only', (t) => {
  const queue = new SendQueue({ ...limits, bytesMax: 100 });
  t.true(queue.push(append1(1, Buffer.alloc(5000))));
  t.false(queue.push(heartbeat(1)));
  t.is(queue.take(1).length, 1);
  t.is(queue.bytes, 0);
  t.true(queue.push(heartbeat(1)));
});

test('clearing says how many were dropped and leaves an empty queue', (t) => {
  const queue = new SendQueue(limits);
  for (let index = 1; index <= 5; index++) queue.push(append1(index, Buffer.alloc(10)));
  t.is(queue.clear(), 5);
  t.is(queue.size, 0);
  t.is(queue.bytes, 0);
  t.deepEqual(all(queue), []);
});

test('thousands of messages come out in order', (t) => {
  const queue = new SendQueue({ messagesMax: 10_000, bytesMax: 10_000_000 });
  for (let round = 0; round < 5000; round++) queue.push(heartbeat(round));
  const rounds = all(queue, 1000).map((message) => (message.kind === 'heartbeat' ? message.round : -1));
  t.deepEqual(
    rounds,
    Array.from({ length: 5000 }, (_, round) => round),
  );
});
