import test from 'ava';
import { apiError } from '../../../common/api/errors.ts';
import { createMirror, type MirrorOptions } from '../../../common/client/mirror.ts';
import { silentLogger } from '../../../common/log.ts';
import { seededRandom } from '../../../common/runtime/random.ts';
import { describeEvent, FakeEtcd } from './fake-etcd.ts';
import { SimulatedClock } from './simulated-clock.ts';

function mirrored(options: Partial<MirrorOptions> = {}) {
  const clock = new SimulatedClock();
  const etcd = new FakeEtcd(clock);
  const log: string[] = [];
  const start = () =>
    createMirror(etcd.service, {
      clock,
      random: seededRandom(1),
      log: silentLogger,
      prefix: 'a',
      onSnapshot: (kvs, revision) =>
        log.push(`snapshot ${kvs.map(({ key, value }) => `${key}=${value}`).join(' ')} @${revision}`),
      onChange: (events, revision) => log.push(`${events.map(describeEvent).join(', ')} -> ${revision}`),
      onConnection: (state, error) => log.push(error === undefined ? state : `${state}: ${error.message}`),
      ...options,
    });
  return { clock, etcd, log, start };
}

test('a mirror delivers the prefix as it is, then every change', async (t) => {
  const { clock, etcd, log, start } = mirrored();
  etcd.put('a2', 'two');
  etcd.put('a1', 'one');
  etcd.put('b', 'not mine');
  const mirror = start();
  await clock.settle();
  etcd.put('a1', 'new');
  etcd.delete('a2');
  t.deepEqual(log, ['snapshot a1=one a2=two @4', 'live', 'put a1=new @5 -> 5', 'delete a2 @6 -> 6']);
  t.is(mirror.revision, 6);
  t.is(mirror.state, 'live');
});

test('a large prefix is read in pages, all of them at the revision of the first', async (t) => {
  const { clock, etcd, log, start } = mirrored({ pageKeys: 2 });
  for (const name of ['a1', 'a2', 'a3', 'a4', 'a5']) etcd.put(name, 'x');
  const range = etcd.service.range;
  let pages = 0;
  etcd.service.range = (request, call) => {
    if (++pages === 2) etcd.put('a5', 'between pages');
    return range(request, call);
  };
  start();
  await clock.settle();
  t.is(pages, 3);
  t.is(log[0], 'snapshot a1=x a2=x a3=x a4=x a5=x @6');
  t.true(log.includes('put a5=between pages @7 -> 7'));
});

test('an empty prefix means every key', async (t) => {
  const { clock, etcd, log, start } = mirrored({ prefix: '' });
  etcd.put('zebra', '1');
  etcd.put('ant', '2');
  start();
  await clock.settle();
  t.is(log[0], 'snapshot ant=2 zebra=1 @3');
});

test('changes during a loss of the watch arrive as changes, without a new snapshot', async (t) => {
  const { clock, etcd, log, start } = mirrored();
  start();
  await clock.settle();
  etcd.cut();
  etcd.put('a1', 'while away');
  await clock.advance(200);
  t.deepEqual(log, ['snapshot  @1', 'live', 'lost: connection lost', 'live', 'put a1=while away @2 -> 2']);
});

test('compaction during a loss leads to a fresh snapshot', async (t) => {
  const { clock, etcd, log, start } = mirrored();
  start();
  await clock.settle();
  etcd.cut();
  for (const value of ['1', '2', '3']) etcd.put('a1', value);
  etcd.compact(4);
  await clock.advance(1_000);
  t.deepEqual(log.slice(-3), ['loading', 'snapshot a1=3 @4', 'live']);
});

test('a cluster with another id leads to a fresh snapshot, even though its revision is higher', async (t) => {
  const { clock, etcd, log, start } = mirrored();
  etcd.put('a1', 'old');
  start();
  await clock.settle();
  etcd.wipe();
  etcd.clusterId = 8n;
  etcd.revision = 100;
  etcd.cut();
  await clock.advance(1_000);
  t.deepEqual(log.slice(-3), ['loading', 'snapshot  @100', 'live']);
});

test('a wiped cluster that kept its id is noticed by its revision and leads to a fresh snapshot', async (t) => {
  const { clock, etcd, log, start } = mirrored();
  for (const value of ['1', '2', '3']) etcd.put('a1', value);
  start();
  await clock.settle();
  etcd.wipe();
  etcd.put('a9', 'after the wipe');
  etcd.cut();
  await clock.advance(1_000);
  t.deepEqual(log.slice(-2), ['snapshot a9=after the wipe @2', 'live']);
});

test('a member that only lags is recognised by a linearizable read, and nothing is loaded again', async (t) => {
  const { clock, etcd, log, start } = mirrored();
  for (const value of ['1', '2', '3']) etcd.put('a1', value);
  start();
  await clock.settle();
  const watch = etcd.service.watch;
  etcd.service.watch = (call, out) => {
    const behind = { ...out, writable: true, onDrain: out.onDrain, end: out.end, fail: out.fail };
    behind.send = (response) =>
      out.send(response.created ? { ...response, header: { ...response.header!, revision: 2 } } : response);
    return watch(call, behind);
  };
  etcd.cut();
  await clock.advance(1_000);
  etcd.put('a1', '4');
  t.deepEqual(log, ['snapshot a1=3 @4', 'live', 'lost: connection lost', 'live', 'put a1=4 @5 -> 5']);
});

test('while the cluster is away loading is tried again with growing pauses, and each trouble is reported once', async (t) => {
  const { clock, etcd, log, start } = mirrored();
  etcd.down = apiError('stopped');
  const mirror = start();
  await clock.advance(60_000);
  t.deepEqual(log, ['lost: etcdserver: server stopped']);
  t.is(mirror.revision, 0);
  t.true(etcd.calls.length >= 12 && etcd.calls.length <= 40, `${etcd.calls.length} attempts a minute`);
  etcd.down = undefined;
  await clock.advance(5_000);
  t.deepEqual(log.slice(1), ['snapshot  @1', 'live']);
});

test('a refused watch is loaded and watched again later, as permissions may come', async (t) => {
  const { clock, etcd, log, start } = mirrored();
  const watch = etcd.service.watch;
  let refusals = 3;
  etcd.service.watch = (call, out) => {
    if (refusals-- > 0) {
      out.fail(apiError('permissionDenied'));
      return { message: () => {}, end: () => {}, cancel: () => {} };
    }
    return watch(call, out);
  };
  start();
  await clock.advance(10_000);
  t.true(log.includes('lost: etcdserver: permission denied'));
  t.is(log.at(-1), 'live');
});

test('delivered keys and values are copies that outlive the buffers they came in', async (t) => {
  const clock = new SimulatedClock();
  const etcd = new FakeEtcd(clock);
  etcd.put('a1', 'kept');
  const values: Buffer[] = [];
  createMirror(etcd.service, {
    clock,
    random: seededRandom(1),
    log: silentLogger,
    prefix: 'a',
    onSnapshot: (kvs) => values.push(...kvs.map(({ value }) => value)),
    onChange: (events) => values.push(...events.map(({ kv }) => kv!.value)),
  });
  await clock.settle();
  etcd.put('a2', 'kept');
  for (const { kv } of etcd.history) kv!.value.fill(0);
  t.deepEqual(values.map(String), ['kept', 'kept']);
});

test('a closed mirror leaves neither stream nor timer and stays silent', async (t) => {
  const { clock, etcd, log, start } = mirrored();
  const mirror = start();
  await clock.settle();
  mirror.close();
  const before = log.length;
  etcd.put('a1', 'x');
  await clock.advance(60_000);
  t.is(log.length, before);
  t.is(etcd.watchStreams.size, 0);
  t.is(clock.pendingTimers, 0);
});

test('a mirror closed while it loads delivers nothing', async (t) => {
  const { clock, log, start } = mirrored();
  start().close();
  await clock.advance(60_000);
  t.deepEqual(log, []);
  t.is(clock.pendingTimers, 0);
});
