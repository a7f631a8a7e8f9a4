import test from 'ava';
import { apiError } from '../../../common/api/errors.ts';
import type { Event } from '../../../common/api/generated/messages.ts';
import { createWatcher, type WatcherOptions } from '../../../common/client/watcher.ts';
import { seededRandom } from '../../../common/runtime/random.ts';
import { describeEvent, FakeEtcd } from './fake-etcd.ts';
import { SimulatedClock } from './simulated-clock.ts';

function watched(options: Partial<WatcherOptions> = {}) {
  const clock = new SimulatedClock();
  const etcd = new FakeEtcd(clock);
  const seen: string[] = [];
  const batches: string[][] = [];
  const log: string[] = [];
  const start = () =>
    createWatcher(etcd.service, {
      clock,
      random: seededRandom(1),
      key: Buffer.from('a'),
      rangeEnd: Buffer.from('b'),
      onEvents: (events: readonly Event[]) => {
        seen.push(...events.map(describeEvent));
        batches.push(events.map(describeEvent));
      },
      onOpen: ({ revision }) => log.push(`open at ${revision}`),
      onLost: (error) => log.push(`lost: ${error.message}`),
      onProgress: (revision) => log.push(`progress ${revision}`),
      onCompacted: (revision) => log.push(`compacted ${revision}`),
      onRefused: (error) => log.push(`refused: ${error.message}`),
      ...options,
    });
  return { clock, etcd, seen, batches, log, start };
}

test('a watch from now delivers what happens after it was created', (t) => {
  const { etcd, seen, log, start } = watched();
  etcd.put('a1', 'before');
  const watcher = start();
  t.is(watcher.nextRevision, 3);
  etcd.put('a1', 'x');
  etcd.put('other', 'y');
  etcd.delete('a1');
  t.deepEqual(seen, ['put a1=x @3', 'delete a1 @5']);
  t.deepEqual(log, ['open at 2']);
  t.is(watcher.nextRevision, 6);
});

test('a lost stream is opened again and resumes at the next revision, without loss or repetition', async (t) => {
  const { clock, etcd, seen, start } = watched();
  start();
  etcd.put('a1', '1');
  etcd.cut();
  etcd.put('a1', '2');
  etcd.put('a2', '3');
  t.deepEqual(seen, ['put a1=1 @2']);
  await clock.advance(100);
  etcd.put('a3', '4');
  t.deepEqual(seen, ['put a1=1 @2', 'put a1=2 @3', 'put a2=3 @4', 'put a3=4 @5']);
});

test('a watch from now that is lost before its first event loses nothing', async (t) => {
  const { clock, etcd, seen, start } = watched();
  start();
  etcd.cut();
  etcd.put('a1', 'while away');
  await clock.advance(100);
  t.deepEqual(seen, ['put a1=while away @2']);
});

test('attempts to open again are spaced out to two seconds while the cluster is away', async (t) => {
  const { clock, etcd, log, start } = watched();
  start();
  etcd.down = apiError('stopped');
  etcd.cut();
  await clock.advance(20_000);
  const attempts = etcd.calls.length - 1;
  t.true(attempts >= 11 && attempts <= 26, `${attempts} attempts in 20 s`);
  etcd.down = undefined;
  await clock.advance(2_000);
  t.is(log.at(-1), 'open at 1');
});

test('events that were delivered already are dropped when a member sends them again', async (t) => {
  const { etcd, seen, start } = watched();
  start();
  etcd.put('a1', '1');
  const [stream] = etcd.watchStreams;
  const event = etcd.history[0]!;
  stream!.out.send({
    header: etcd.header(),
    watchId: 1,
    created: false,
    canceled: false,
    compactRevision: 0,
    cancelReason: '',
    fragment: false,
    events: [event],
  });
  t.deepEqual(seen, ['put a1=1 @2']);
});

test('fragments of a revision are put together, and whole revisions before it are not held back', (t) => {
  const { etcd, batches, start } = watched({ startRevision: 1 });
  etcd.fragmentEvents = 2;
  etcd.put('a1', '1');
  etcd.putAll([
    ['a2', 'x'],
    ['a3', 'x'],
    ['a4', 'x'],
  ]);
  start();
  t.deepEqual(batches, [['put a1=1 @2'], ['put a2=x @3', 'put a3=x @3', 'put a4=x @3']]);
});

test('a stream lost between the fragments of a revision delivers that revision once and whole', async (t) => {
  const { clock, etcd, batches, start } = watched();
  start();
  const [stream] = etcd.watchStreams;
  etcd.watchStreams.clear();
  etcd.putAll([
    ['a1', 'x'],
    ['a2', 'x'],
  ]);
  const first = { header: etcd.header(), watchId: 1, created: false, canceled: false, compactRevision: 0 };
  stream!.out.send({ ...first, cancelReason: '', fragment: true, events: [etcd.history[0]!] });
  stream!.out.fail(apiError('stopped'));
  await clock.advance(100);
  t.deepEqual(batches, [['put a1=x @2', 'put a2=x @2']]);
});

test('a progress notification moves the point of resumption, so that compaction behind it does no harm', async (t) => {
  const { clock, etcd, log, seen, start } = watched();
  start();
  for (let i = 0; i < 5; i++) etcd.put('elsewhere', String(i));
  etcd.notifyProgress();
  etcd.cut();
  etcd.compact(6);
  etcd.put('a1', 'x');
  await clock.advance(100);
  t.deepEqual(seen, ['put a1=x @7']);
  t.false(log.some((line) => line.startsWith('compacted')));
});

test('a progress answer to the whole stream (id -1) does not move it, as it may overtake events', (t) => {
  const { etcd, start } = watched();
  const watcher = start();
  etcd.revision = 50;
  const [stream] = etcd.watchStreams;
  const answer = { header: etcd.header(), watchId: -1, created: false, canceled: false, compactRevision: 0 };
  stream!.out.send({ ...answer, cancelReason: '', fragment: false, events: [] });
  t.is(watcher.nextRevision, 2);
});

test('compacted history is reported with its revision, and the watcher is closed', async (t) => {
  const { clock, etcd, log, start } = watched();
  start();
  etcd.cut();
  for (let i = 0; i < 5; i++) etcd.put('a1', String(i));
  etcd.compact(5);
  await clock.advance(100);
  t.is(log.at(-1), 'compacted 5');
  await clock.advance(60_000);
  t.is(clock.pendingTimers, 0);
});

test('a silent stream is probed after 10 s and, unanswered for 5 s, opened again', async (t) => {
  const { clock, etcd, log, seen, start } = watched();
  start();
  const [stream] = etcd.watchStreams;
  stream!.silent = true;
  etcd.put('a1', 'missed');
  await clock.advance(14_900);
  t.is(etcd.watchStreams.size, 1);
  t.is(stream!.requests.length, 2);
  await clock.advance(300);
  t.regex(log.join('\n'), /lost: nothing heard on the watch stream for 15000 ms/);
  t.deepEqual(seen, ['put a1=missed @2']);
  t.false(etcd.watchStreams.has(stream!));
});

test('an idle but living stream answers its probes, which are taken away again, and stays', async (t) => {
  const { clock, etcd, log, start } = watched({ startRevision: 2 });
  start();
  await clock.advance(120_000);
  t.deepEqual(log, ['open at 1']);
  t.is(etcd.watchStreams.size, 1);
  t.is([...etcd.watchStreams][0]!.watches.size, 1);
});

test('a watch that is never confirmed is given up after five seconds', async (t) => {
  const { clock, etcd, start } = watched();
  etcd.service.watch = (call, out) => {
    etcd.watchStreams.add({ call, out, watches: new Map(), requests: [], silent: true });
    return { message: () => {}, end: () => {}, cancel: () => {} };
  };
  start();
  await clock.advance(5_200);
  t.is(etcd.watchStreams.size, 2);
});

test('a refused watch is reported and not tried again', async (t) => {
  const { clock, etcd, log, start } = watched({ key: Buffer.from('forbidden'), rangeEnd: Buffer.alloc(0) });
  start();
  t.deepEqual(log, ['refused: etcdserver: permission denied']);
  await clock.advance(60_000);
  t.is(etcd.calls.length, 1);
});

test('a stream that ends for want of a leader is opened again', async (t) => {
  const { clock, etcd, log, start } = watched();
  start();
  etcd.cut(apiError('noLeader'));
  await clock.advance(100);
  t.deepEqual(log, ['open at 1', 'lost: etcdserver: no leader', 'open at 1']);
});

test('watches ask the server to end them when it has no leader', (t) => {
  const { etcd, start } = watched();
  start();
  t.is([...etcd.watchStreams][0]!.call.metadata.get('hasleader'), 'true');
});

test('a closed watcher leaves neither stream nor timer and stays silent', async (t) => {
  const { clock, etcd, seen, start } = watched();
  const watcher = start();
  watcher.close();
  etcd.put('a1', 'x');
  await clock.advance(60_000);
  t.deepEqual(seen, []);
  t.is(etcd.watchStreams.size, 0);
  t.is(clock.pendingTimers, 0);
});
