// One watch stream at a time, on a whole node: what a client of etcd's watch API may rely on.

import test from 'ava';
import {
  EventEventType,
  PutRequest,
  RequestOp,
  WatchCancelRequest,
  WatchCreateRequestFilterType,
  WatchProgressRequest,
  WatchRequest,
  WatchResponse,
} from '../../../common/api/generated/messages.ts';
import { prefixEnd, TestNode, toTheEnd, watchCreate } from '../../harness/test-node.ts';

/** `PUT key=value@revision` for each event, in order. */
function eventsOf(responses: readonly WatchResponse[]): string[] {
  return responses.flatMap(({ events }) =>
    events.map(({ type, kv, prevKv }) => {
      const name = type === EventEventType.PUT ? 'PUT' : 'DELETE';
      const value = type === EventEventType.PUT ? `=${kv!.value.toString()}` : '';
      const before = prevKv === undefined ? '' : ` was ${prevKv.value.toString()}@${prevKv.modRevision}`;
      return `${name} ${kv!.key.toString()}${value}@${kv!.modRevision}${before}`;
    }),
  );
}

const progressRequest = WatchRequest.create({ progressRequest: WatchProgressRequest.create() });
const cancelRequest = (watchId: number): WatchRequest =>
  WatchRequest.create({ cancelRequest: WatchCancelRequest.create({ watchId }) });
const isProgress = (response: WatchResponse): boolean =>
  !response.created && !response.canceled && response.events.length === 0;

test('a watch from now on gets what happens from now on, starting with its creation', async (t) => {
  const node = await TestNode.open();
  await node.put('a', 'before');
  const stream = node.watch('a');
  const [created] = stream.take();
  t.like(created, { created: true, canceled: false, watchId: 0, events: [] });
  t.is(created!.header!.revision, 2);
  await node.put('b', 'another key');
  await node.put('a', '1');
  await node.deleteRange('a');
  t.deepEqual(eventsOf(stream.take()), ['PUT a=1@4', 'DELETE a@5']);
});

test('a watch from a past revision gets the history, and goes on with what happens', async (t) => {
  const node = await TestNode.open();
  for (const value of ['1', '2', '3', '4']) await node.put('a', value);
  const stream = node.watch('a', { startRevision: 3 });
  await node.clock.settle();
  await node.put('a', '5');
  t.deepEqual(eventsOf(stream.take()), ['PUT a=2@3', 'PUT a=3@4', 'PUT a=4@5', 'PUT a=5@6']);
});

test('history that has not reached the store yet is served as well', async (t) => {
  const node = await TestNode.open();
  await node.put('a', '1');
  await node.clock.settle();
  node.gates.hold('write');
  await node.put('a', '2');
  await node.put('a', '3');
  const stream = node.watch('a', { startRevision: 1 });
  await node.clock.settle();
  t.deepEqual(eventsOf(stream.take()), ['PUT a=1@2', 'PUT a=2@3', 'PUT a=3@4']);
  node.gates.open('write');
});

test('a watch survives a restart of its client: it goes on where it was, across a restart of the node', async (t) => {
  const node = await TestNode.open();
  for (const value of ['1', '2', '3']) await node.put('a', value);
  node.crash();
  await node.reopen();
  const stream = node.watch('a', { startRevision: 3 });
  await node.put('a', '4');
  t.deepEqual(eventsOf(stream.take()), ['PUT a=2@3', 'PUT a=3@4', 'PUT a=4@5']);
});

test('a watch that starts in the future gets nothing until then', async (t) => {
  const node = await TestNode.open();
  const stream = node.watch('a', { startRevision: 4 });
  for (const value of ['1', '2', '3', '4']) await node.put('a', value);
  t.deepEqual(eventsOf(stream.take()), ['PUT a=3@4', 'PUT a=4@5']);
});

test('filters leave out puts or deletes', async (t) => {
  const node = await TestNode.open();
  const noPut = node.watch('a', { filters: [WatchCreateRequestFilterType.NOPUT] });
  const noDelete = node.watch('a', { filters: [WatchCreateRequestFilterType.NODELETE], startRevision: 1 });
  await node.put('a', '1');
  await node.deleteRange('a');
  await node.put('a', '2');
  t.deepEqual(eventsOf(noPut.take()), ['DELETE a@3']);
  t.deepEqual(eventsOf(noDelete.take()), ['PUT a=1@2', 'PUT a=2@4']);
});

for (const [how, valueCacheBytesMax] of [
  ['from memory', 1000],
  ['from the store', 0],
] as const) {
  test(`prev_kv tells what a key was before each change, ${how}`, async (t) => {
    const node = await TestNode.open({ budgets: { valueCacheBytesMax } });
    await node.put('a', '1');
    await node.clock.settle();
    const live = node.watch('a', { prevKv: true });
    await node.put('a', '2');
    await node.clock.settle();
    await node.deleteRange('a');
    await node.put('a', '3');
    await node.clock.settle();
    const past = node.watch('a', { prevKv: true, startRevision: 1 });
    await node.clock.settle();
    const later = ['PUT a=2@3 was 1@2', 'DELETE a@4 was 2@3', 'PUT a=3@5'];
    t.deepEqual(eventsOf(live.take()), later);
    t.deepEqual(eventsOf(past.take()), ['PUT a=1@2', ...later]);
  });
}

test('prev_kv is what was there before the whole transaction, whether the event comes live or from history', async (t) => {
  const node = await TestNode.open();
  await node.put('a', 'old');
  const live = node.watch('a', { prevKv: true });
  const nested = (op: Partial<RequestOp>): RequestOp =>
    RequestOp.create({ requestTxn: { compare: [], success: [RequestOp.create(op)], failure: [] } });
  // The one way to change a key twice in a transaction that etcd's checks let through.
  await node.txn({
    success: [
      nested({ requestPut: PutRequest.create({ key: Buffer.from('a'), value: Buffer.from('new') }) }),
      nested({ requestDeleteRange: { key: Buffer.from('a'), rangeEnd: Buffer.alloc(0), prevKv: false } }),
    ],
  });
  await node.clock.settle();
  const past = node.watch('a', { prevKv: true, startRevision: 3 });
  await node.clock.settle();
  const expected = ['PUT a=new@3 was old@2', 'DELETE a@3 was old@2'];
  t.deepEqual(eventsOf(past.take()), expected);
  t.deepEqual(eventsOf(live.take()), expected);
});

test('ids: the client chooses one, or gets the lowest that is free; one in use is refused', async (t) => {
  const node = await TestNode.open();
  const stream = node.watchStream();
  const create = (watchId: number): WatchResponse => {
    stream.request(watchCreate('a', { watchId }));
    return stream.take()[0]!;
  };
  t.is(create(1).watchId, 1);
  t.is(create(0).watchId, 0);
  t.is(create(0).watchId, 2);
  t.like(create(1), {
    watchId: -1,
    created: true,
    canceled: true,
    cancelReason: 'mvcc: duplicate watch ID provided on the WatchStream',
  });
  stream.request(cancelRequest(1));
  t.like(stream.take()[0], { watchId: 1, canceled: true, created: false });
  t.is(create(1).watchId, 1);
});

test('each watch of a stream gets the events of its own range under its own id', async (t) => {
  const node = await TestNode.open();
  const stream = node.watchStream();
  stream.request(watchCreate('a', { watchId: 10 }));
  stream.request(watchCreate('a', { watchId: 11, rangeEnd: prefixEnd('a') }));
  stream.request(watchCreate('b', { watchId: 12, rangeEnd: toTheEnd }));
  stream.request(watchCreate('', { watchId: 13, rangeEnd: toTheEnd }));
  stream.take();
  await node.put('a', '1');
  await node.put('ab', '2');
  await node.put('c', '3');
  const received = stream.take();
  const seenBy = (id: number): string[] => eventsOf(received.filter(({ watchId }) => watchId === id));
  t.deepEqual(seenBy(10), ['PUT a=1@2']);
  t.deepEqual(seenBy(11), ['PUT a=1@2', 'PUT ab=2@3']);
  t.deepEqual(seenBy(12), ['PUT c=3@4']);
  t.deepEqual(seenBy(13), ['PUT a=1@2', 'PUT ab=2@3', 'PUT c=3@4']);
});

test('a cancelled watch gets nothing more, and cancelling one that is not there is ignored', async (t) => {
  const node = await TestNode.open();
  const stream = node.watch('a');
  stream.request(cancelRequest(7));
  stream.request(cancelRequest(0));
  await node.put('a', '1');
  t.deepEqual(
    stream.take().map(({ created, canceled, events }) => ({ created, canceled, events: events.length })),
    [
      { created: true, canceled: false, events: 0 },
      { created: false, canceled: true, events: 0 },
    ],
  );
  t.is(node.node.watches.watcherCount, 0);
});

test('a range whose end is not behind its start is refused', async (t) => {
  const node = await TestNode.open();
  const refused = node.watch('b', { rangeEnd: Buffer.from('b') }).take()[0];
  t.like(refused, { watchId: -1, created: true, canceled: true, cancelReason: 'mvcc: watcher range is empty' });
  t.like(node.watch('a', { startRevision: -1 }).take()[0], {
    watchId: -1,
    created: true,
    canceled: true,
    cancelReason: 'etcdserver: mvcc: required revision has been compacted',
  });
});

test('a client that half-closes its stream still gets events: curl and grpcurl send all they have at once', async (t) => {
  const node = await TestNode.open();
  const stream = node.watch('a');
  stream.halfClose();
  await node.put('a', '1');
  t.false(stream.ended);
  t.deepEqual(eventsOf(stream.take()), ['PUT a=1@2']);
  stream.cancel();
  t.is(node.node.watches.watcherCount, 0);
});

test('a watch that starts below the compact revision is cancelled, and told where it could start', async (t) => {
  const node = await TestNode.open();
  for (const value of ['1', '2', '3', '4']) await node.put('a', value);
  await node.compact(4, true);
  const stream = node.watch('a', { startRevision: 3 });
  await node.clock.settle();
  const [created, cancelled] = stream.take();
  t.like(created, { created: true, canceled: false });
  t.like(cancelled, { canceled: true, compactRevision: 4, events: [], watchId: 0 });
  t.is(node.node.watches.watcherCount, 0);
});

test('a watch that starts exactly at the compact revision sees the delete there (etcd-io/etcd#18089, #19179)', async (t) => {
  const node = await TestNode.open();
  await node.put('a', '1');
  await node.deleteRange('a');
  await node.put('b', '1');
  await node.compact(3, true);
  const before = node.watch('\0', { startRevision: 3, rangeEnd: toTheEnd });
  node.kill();
  await node.reopen();
  const after = node.watch('\0', { startRevision: 3, rangeEnd: toTheEnd });
  await node.clock.settle();
  t.deepEqual(eventsOf(after.take()), ['DELETE a@3', 'PUT b=1@4']);
  t.deepEqual(eventsOf(before.take()), []);
});

test('all changes of a revision come in one answer, deletes by a range and a lease included', async (t) => {
  const node = await TestNode.open();
  const lease = await node.grant(60);
  for (const key of ['a1', 'a2', 'a3']) await node.put(key, 'v', { lease: lease.id });
  for (const key of ['b1', 'b2']) await node.put(key, 'v');
  await node.clock.settle();
  const stream = node.watch('\0', { rangeEnd: toTheEnd });
  stream.take();
  await node.revoke(lease.id);
  await node.deleteRange('b', { rangeEnd: prefixEnd('b') });
  t.deepEqual(
    stream.take().map((response) => eventsOf([response])),
    [
      ['DELETE a1@7', 'DELETE a2@7', 'DELETE a3@7'],
      ['DELETE b1@8', 'DELETE b2@8'],
    ],
  );
});

test('progress on demand comes once all watches of the stream have their events, never before', async (t) => {
  const node = await TestNode.open();
  for (let i = 0; i < 5; i++) await node.put('a', String(i));
  await node.clock.settle();
  node.gates.hold('scan');
  const stream = node.watch('a', { startRevision: 2 });
  stream.request(progressRequest);
  await node.clock.settle();
  t.is(stream.take().filter(isProgress).length, 0);
  node.gates.open('scan');
  await node.clock.settle();
  const received = stream.take();
  t.is(eventsOf(received).length, 5);
  t.deepEqual(received.map(isProgress), [false, true]);
  t.like(received[1], { watchId: -1, header: { revision: 6 } });
  await node.put('b', 'not watched');
  stream.request(progressRequest);
  t.is(stream.take()[0]!.header!.revision, 7);
});

test('progress that waits for a watch is not lost when that watch ends', async (t) => {
  for (const end of ['cancel', 'compaction'] as const) {
    const node = await TestNode.open();
    for (let i = 0; i < 5; i++) await node.put('a', String(i));
    await node.clock.settle();
    node.gates.hold('scan');
    const stream = node.watch('b', { watchId: 1 });
    stream.request(watchCreate('a', { startRevision: 2, watchId: 2 }));
    stream.request(progressRequest);
    await node.clock.settle();
    if (end === 'cancel') stream.request(cancelRequest(2));
    else await node.compact(4);
    node.gates.open('scan');
    await node.clock.settle();
    t.deepEqual(
      stream
        .take()
        .map((response) => (isProgress(response) ? 'progress' : response.canceled ? 'cancelled' : 'created')),
      ['created', 'created', 'cancelled', 'progress'],
      end,
    );
  }
});

test('no progress is told to a watch that starts in the future: it would start too early (etcd-io/etcd#20221)', async (t) => {
  const node = await TestNode.open({ progressNotifyMs: 1000 });
  const stream = node.watch('a', { startRevision: 10, progressNotify: true });
  stream.request(progressRequest);
  await node.put('b', '1');
  stream.request(progressRequest);
  await node.clock.runFor(5000);
  t.deepEqual(stream.take().filter(isProgress), []);
  for (let i = 0; i < 8; i++) await node.put('b', String(i));
  await node.clock.runFor(1200);
  t.is(stream.take().find(isProgress)?.header?.revision, node.revision);
});

test('periodic progress comes to those who asked and have had no events, with the revision they have reached', async (t) => {
  const node = await TestNode.open({ progressNotifyMs: 1000 });
  const asked = node.watch('a', { progressNotify: true });
  const silent = node.watch('a');
  await node.put('b', '1');
  await node.clock.runFor(1200);
  const progress = asked.take().filter(isProgress);
  t.is(progress.length, 1);
  t.like(progress[0], { watchId: 0, header: { revision: 2 } });
  await node.put('a', '1');
  await node.clock.runFor(1100);
  t.is(asked.take().filter(isProgress).length, 0);
  await node.clock.runFor(1100);
  t.is(asked.take().filter(isProgress).length, 1);
  t.is(silent.take().filter(isProgress).length, 0);
});

test('a stream that takes no more falls behind, and catches up without losing or repeating anything', async (t) => {
  const node = await TestNode.open();
  const stream = node.watch('a');
  stream.take();
  stream.makeRoom(1);
  for (let i = 1; i <= 6; i++) await node.put('a', String(i));
  await node.clock.settle();
  t.deepEqual(eventsOf(stream.received), ['PUT a=1@2']);
  t.is(node.node.watches.unsyncedCount, 1);
  stream.makeRoom();
  await node.clock.settle();
  await node.put('a', '7');
  t.deepEqual(
    eventsOf(stream.take()),
    [1, 2, 3, 4, 5, 6, 7].map((n) => `PUT a=${n}@${n + 1}`),
  );
  t.is(node.node.watches.unsyncedCount, 0);
});

test('a stream that has fallen behind a compaction is cancelled with the compact revision', async (t) => {
  const node = await TestNode.open();
  const stream = node.watch('a');
  stream.take();
  stream.makeRoom(0);
  for (let i = 1; i <= 6; i++) await node.put('a', String(i));
  await node.compact(5, true);
  stream.makeRoom();
  await node.clock.settle();
  const received = stream.take();
  t.deepEqual(eventsOf(received), []);
  t.like(received[0], { canceled: true, compactRevision: 5 });
});

test('history with large values comes in answers of bounded size', async (t) => {
  const node = await TestNode.open();
  const value = 'x'.repeat(300_000);
  for (let i = 0; i < 12; i++) await node.put('a', value);
  await node.clock.settle();
  const stream = node.watch('a', { startRevision: 1 });
  await node.clock.settle();
  const received = stream.take();
  t.is(received.flatMap(({ events }) => events).length, 12);
  for (const response of received) t.true(WatchResponse.size(response) < 2_000_000);
});

test('fragments stay below the limit, say that more follows, and together are one revision', async (t) => {
  const requestBytesMax = 2000;
  const node = await TestNode.open({ requestBytesMax });
  for (let i = 0; i < 200; i++) await node.put(`k${i}`, '');
  await node.clock.settle();
  const stream = node.watch('k', { rangeEnd: prefixEnd('k'), fragment: true });
  const whole = node.watch('k', { rangeEnd: prefixEnd('k') });
  stream.take();
  whole.take();
  await node.deleteRange('k', { rangeEnd: prefixEnd('k') });
  const parts = stream.take();
  t.true(parts.length > 1);
  for (const part of parts) t.true(WatchResponse.size(part) <= requestBytesMax, `${WatchResponse.size(part)} bytes`);
  t.deepEqual(
    parts.map(({ fragment }) => fragment),
    parts.map((_, i) => i < parts.length - 1),
  );
  t.is(parts.flatMap(({ events }) => events).length, 200);
  t.is(whole.take()[0]!.events.length, 200);
});

test('a watcher far behind is served although others keep starting further back', async (t) => {
  const node = await TestNode.open();
  for (let i = 0; i < 40; i++) await Promise.all(Array.from({ length: 100 }, () => node.put('a', 'v')));
  await node.clock.settle();
  node.gates.hold('scan');
  const streams = [node.watch('a', { startRevision: 1 })];
  const seen = (stream = streams[0]!): number => stream.received.flatMap(({ events }) => events).length;
  for (let step = 0; step < 12 && seen() < 4000; step++) {
    await node.clock.settle();
    // One more for each step of reading: always starting from the lowest, nobody would get beyond the first step.
    streams.push(node.watch('a', { startRevision: 1 }));
    node.gates.letOne('scan');
  }
  t.is(seen(), 4000);
  node.gates.open('scan');
  await node.clock.settle();
  t.is(node.node.watches.unsyncedCount, 0);
  for (const stream of streams) t.is(seen(stream), 4000);
});

test('stopping the node ends its streams with an error, and a stream that comes later too', async (t) => {
  const node = await TestNode.open();
  const stream = node.watch('a');
  await node.stop();
  t.is(stream.error?.message, 'etcdserver: server stopped');
  const late = node.watch('a');
  t.is(late.error?.message, 'etcdserver: server stopped');
  t.is(node.node.watches.watcherCount, 0);
});

test('requests that arrive on a stream that the node has ended are ignored', async (t) => {
  const node = await TestNode.open();
  const stream = node.watch('a');
  await node.stop();
  stream.request(watchCreate('b'));
  stream.request(progressRequest);
  t.is(node.node.watches.watcherCount, 0);
});
