import test from 'ava';
import { apiError } from '../../common/api/errors.ts';
import { WatchCreateRequest, WatchRequest, type WatchResponse } from '../../common/api/generated/messages.ts';
import { describeEvent } from '../common/client/fake-etcd.ts';
import { ClientStream } from './client-stream.ts';
import { proxiedEtcd } from './proxied.ts';

function proxied() {
  const { clock, etcd, metrics, service } = proxiedEtcd();
  const open = (metadata?: ReadonlyMap<string, string>) =>
    new ClientStream<WatchRequest, WatchResponse>((call, out) => service.watch(call, out), metadata);
  return { clock, etcd, metrics, open };
}

function create(key: string, more: Partial<WatchCreateRequest> = {}): WatchRequest {
  return WatchRequest.create({ createRequest: WatchCreateRequest.create({ key: Buffer.from(key), ...more }) });
}

const cancel = (watchId: number) => WatchRequest.create({ cancelRequest: { watchId } });
const progress = WatchRequest.create({ progressRequest: {} });
const withLeader = new Map([['hasleader', 'true']]);

/** One line a response, as a person would tell it. */
function told({ received }: { readonly received: readonly WatchResponse[] }): string[] {
  return received.map((response) => {
    const { watchId, created, canceled, compactRevision, events, header } = response;
    const marks = [
      created && 'created',
      canceled && 'canceled',
      compactRevision > 0 && `compacted ${compactRevision}`,
      ...events.map(describeEvent),
    ].filter((mark) => mark !== false);
    return `${watchId}: ${marks.length === 0 ? `progress ${header?.revision}` : marks.join(', ')}`;
  });
}

test('a watch is created, delivers, and is cancelled under the ids that the client sees', (t) => {
  const { etcd, open } = proxied();
  const stream = open();
  stream.send(create('a'));
  stream.send(create('b'));
  stream.send(create('c', { watchId: 77 }));
  etcd.put('b', '1');
  etcd.put('c', '2');
  stream.send(cancel(1));
  etcd.put('b', 'unheard');
  t.deepEqual(told(stream), [
    '0: created',
    '1: created',
    '77: created',
    '1: put b=1 @2',
    '77: put c=2 @3',
    '1: canceled',
  ]);
});

test('one upstream stream carries all watches of a client stream', (t) => {
  const { etcd, metrics, open } = proxied();
  const stream = open();
  for (const key of ['a', 'b', 'c']) stream.send(create(key));
  t.is(etcd.watchStreams.size, 1);
  t.is(metrics.watches.value, 3);
  t.is(metrics.watchStreams.value, 1);
});

test('options of a watch go upstream as the client gave them', (t) => {
  const { etcd, open } = proxied();
  const options = { rangeEnd: Buffer.from('z'), startRevision: 9, filters: [1], prevKv: true, fragment: true };
  open().send(create('a', options));
  const [stream] = etcd.watchStreams;
  const { key, rangeEnd, startRevision, filters, prevKv, fragment } = stream!.requests[0]!.createRequest!;
  t.deepEqual({ rangeEnd, startRevision, filters, prevKv, fragment }, options);
  t.is(key.toString(), 'a');
});

test('an id chosen twice is refused as etcd refuses it, and the first watch goes on', (t) => {
  const { etcd, open } = proxied();
  const stream = open();
  stream.send(create('a', { watchId: 5 }));
  stream.send(create('b', { watchId: 5 }));
  etcd.put('a', '1');
  t.deepEqual(told(stream), ['5: created', '-1: created, canceled', '5: put a=1 @2']);
  t.is(stream.received[1]!.cancelReason, 'mvcc: duplicate watch ID provided on the WatchStream');
});

test('ids that the proxy assigns pass over those that the client chose', (t) => {
  const { open } = proxied();
  const stream = open();
  stream.send(create('a', { watchId: 1 }));
  stream.send(create('b'));
  stream.send(create('c'));
  t.deepEqual(told(stream), ['1: created', '0: created', '2: created']);
});

test('a refused create comes through and leaves its neighbours alone', (t) => {
  const { etcd, open } = proxied();
  const stream = open();
  stream.send(create('a'));
  stream.send(create('forbidden'));
  stream.send(create('b'));
  etcd.put('b', '1');
  t.deepEqual(told(stream), ['0: created', '-1: created, canceled', '2: created', '2: put b=1 @2']);
  t.is(stream.received[1]!.cancelReason, 'etcdserver: permission denied');
});

test('the loss of the upstream is not noticed: no second created, no event lost, none twice', async (t) => {
  const { clock, etcd, metrics, open } = proxied();
  const stream = open();
  stream.send(create('a'));
  stream.send(create('b', { startRevision: 1 }));
  etcd.put('a', '1');
  etcd.cut();
  etcd.put('a', '2');
  etcd.put('b', '3');
  await clock.advance(100);
  etcd.put('b', '4');
  t.deepEqual(told(stream), [
    '0: created',
    '1: created',
    '0: put a=1 @2',
    '0: put a=2 @3',
    '1: put b=3 @4',
    '1: put b=4 @5',
  ]);
  t.is(metrics.watchStreamsLost.value, 1);
});

test('a watch from now loses nothing when the upstream dies before its first event', async (t) => {
  const { clock, etcd, open } = proxied();
  const stream = open();
  stream.send(create('a'));
  etcd.cut();
  etcd.put('a', 'while away');
  await clock.advance(100);
  t.deepEqual(told(stream), ['0: created', '0: put a=while away @2']);
});

test('a create that meets no upstream waits and is confirmed once', async (t) => {
  const { clock, etcd, open } = proxied();
  etcd.down = apiError('stopped');
  const stream = open();
  stream.send(create('a'));
  await clock.advance(10_000);
  t.deepEqual(told(stream), []);
  etcd.down = undefined;
  await clock.advance(2_000);
  etcd.put('a', '1');
  t.deepEqual(told(stream), ['0: created', '0: put a=1 @2']);
});

test('a cancel while the upstream is away is answered at once, and the watch stays gone', async (t) => {
  const { clock, etcd, open } = proxied();
  const stream = open();
  stream.send(create('a'));
  stream.send(create('b'));
  etcd.down = apiError('stopped');
  etcd.cut();
  stream.send(cancel(0));
  t.is(told(stream).at(-1), '0: canceled');
  etcd.down = undefined;
  await clock.advance(3_000);
  etcd.put('a', 'unheard');
  etcd.put('b', 'heard');
  t.deepEqual(told(stream).slice(3), ['1: put b=heard @3']);
});

test('a cancel that was on its way when the upstream died is answered too', async (t) => {
  const { clock, etcd, open } = proxied();
  const stream = open();
  stream.send(create('a'));
  const [upstream] = etcd.watchStreams;
  upstream!.silent = true;
  stream.send(cancel(0));
  t.deepEqual(told(stream), ['0: created']);
  etcd.cut();
  await clock.advance(3_000);
  t.deepEqual(told(stream), ['0: created', '0: canceled']);
});

test('cancelling a watch that does not exist is passed over in silence', (t) => {
  const { open } = proxied();
  const stream = open();
  stream.send(cancel(3));
  stream.send(create('a'));
  t.deepEqual(told(stream), ['0: created']);
});

test('history compacted while the upstream was away is told with its revision', async (t) => {
  const { clock, etcd, open } = proxied();
  const stream = open();
  stream.send(create('a'));
  etcd.cut();
  for (const value of ['1', '2', '3', '4']) etcd.put('a', value);
  etcd.compact(4);
  await clock.advance(100);
  t.deepEqual(told(stream), ['0: created', '0: canceled, compacted 4']);
});

test('notifications that the proxy asks for on its own keep an idle watch clear of compaction', async (t) => {
  const { clock, etcd, open } = proxied();
  const stream = open();
  stream.send(create('a'));
  for (const value of ['1', '2', '3', '4']) etcd.put('elsewhere', value);
  etcd.notifyProgress();
  etcd.cut();
  etcd.compact(5);
  etcd.put('a', '5');
  await clock.advance(100);
  t.deepEqual(told(stream), ['0: created', '0: put a=5 @6']);
});

test('a progress request is answered, after a loss by the next upstream', async (t) => {
  const { clock, etcd, open } = proxied();
  const stream = open();
  stream.send(create('a'));
  stream.send(progress);
  t.deepEqual(told(stream), ['0: created', '-1: progress 1']);
  etcd.down = apiError('stopped');
  etcd.cut();
  stream.send(progress);
  await clock.advance(1_000);
  etcd.down = undefined;
  await clock.advance(3_000);
  t.deepEqual(told(stream).slice(2), ['-1: progress 1']);
});

test('a cluster that was wiped ends its watches as compacted, so that clients list again', async (t) => {
  const { clock, etcd, open } = proxied();
  const stream = open();
  stream.send(create('a'));
  for (const value of ['1', '2', '3']) etcd.put('a', value);
  etcd.wipe();
  etcd.cut();
  await clock.advance(200);
  t.is(told(stream).at(-1), '0: canceled, compacted 2');
  stream.send(create('a'));
  etcd.put('a', 'new history');
  t.deepEqual(told(stream).slice(-2), ['1: created', '1: put a=new history @2']);
});

test('another cluster behind the proxy ends the watches too, even at a higher revision', async (t) => {
  const { clock, etcd, open } = proxied();
  const stream = open();
  stream.send(create('a'));
  etcd.put('a', '1');
  etcd.clusterId = 99n;
  etcd.revision = 500;
  etcd.cut();
  await clock.advance(200);
  t.is(told(stream).at(-1), '0: canceled, compacted 501');
});

test('a client that asked for a leader is told after five seconds without an upstream', async (t) => {
  const { clock, etcd, open } = proxied();
  const stream = open(withLeader);
  stream.send(create('a'));
  t.is([...etcd.watchStreams][0]!.call.metadata.get('hasleader'), 'true');
  etcd.down = apiError('noLeader');
  etcd.cut(apiError('noLeader'));
  await clock.advance(4_900);
  t.is(stream.outcome, undefined);
  await clock.advance(200);
  t.is(stream.outcome, 'etcdserver: no leader');
});

test('a client that asked for a leader does not notice an upstream that is back in time', async (t) => {
  const { clock, etcd, open } = proxied();
  const stream = open(withLeader);
  stream.send(create('a'));
  etcd.down = apiError('noLeader');
  etcd.cut();
  await clock.advance(2_000);
  etcd.down = undefined;
  await clock.advance(60_000);
  t.is(stream.outcome, undefined);
});

test('a stream that the cluster refuses for good fails with its error', async (t) => {
  const { etcd, open } = proxied();
  etcd.down = apiError('invalidAuthToken');
  const stream = open();
  stream.send(create('a'));
  t.is(stream.outcome, 'etcdserver: invalid auth token');
});

test('a client that half-closes still gets its events, as with etcd', (t) => {
  const { etcd, open } = proxied();
  const stream = open();
  stream.send(create('a'));
  stream.endSending();
  etcd.put('a', '1');
  t.deepEqual(told(stream), ['0: created', '0: put a=1 @2']);
  t.is(stream.outcome, undefined);
});

test('a slow client holds its upstream stream back, and no other', (t) => {
  const { etcd, open } = proxied();
  const slow = open();
  slow.send(create('a'));
  const [slowUpstream] = etcd.watchStreams;
  const quick = open();
  quick.send(create('a'));
  const quickUpstream = [...etcd.watchStreams][1];
  slow.slowDown();
  etcd.put('a', '1');
  t.false(slowUpstream!.out.writable);
  t.true(quickUpstream!.out.writable);
  let drained = false;
  slowUpstream!.out.onDrain(() => {
    drained = true;
  });
  slow.catchUp();
  t.true(drained && slowUpstream!.out.writable);
});

test('a client that leaves takes its upstream stream, its watches and its timers with it', async (t) => {
  const { clock, etcd, metrics, open } = proxied();
  const stream = open();
  stream.send(create('a'));
  stream.send(create('b'));
  stream.leave();
  t.is(etcd.watchStreams.size, 0);
  const away = open(withLeader);
  etcd.down = apiError('stopped');
  away.send(create('a'));
  away.leave();
  await clock.advance(60_000);
  t.is(clock.pendingTimers, 0);
  t.is(metrics.watches.value, 0);
  t.is(metrics.watchStreams.value, 0);
  t.is(away.outcome, undefined);
});
