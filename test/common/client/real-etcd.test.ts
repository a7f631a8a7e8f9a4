// The client against an etcd that we did not write.

import test from 'ava';
import {
  DeleteRangeRequest,
  PutRequest,
  RangeRequest,
  RequestOp,
  SnapshotRequest,
  StatusRequest,
  TxnRequest,
} from '../../../common/api/generated/messages.ts';
import { type ClientOptions, createClient } from '../../../common/client/cluster-client.ts';
import { createLeaseKeeper } from '../../../common/client/lease-keeper.ts';
import { createMirror } from '../../../common/client/mirror.ts';
import { outgoingCall } from '../../../common/client/outgoing-call.ts';
import { consumeStream } from '../../../common/client/service-stream.ts';
import { createWatcher } from '../../../common/client/watcher.ts';
import { silentLogger } from '../../../common/log.ts';
import { realClock } from '../../../common/runtime/real-clock.ts';
import { systemRandom } from '../../../common/runtime/system-random.ts';
import { DebianEtcd, etcdctl, freePort, hasEtcd, waitUntil } from './debian-etcd.ts';
import { describeEvent } from './fake-etcd.ts';
import { FaultLink } from './fault-link.ts';

const world = { clock: realClock, random: systemRandom, log: silentLogger };

function clientTo(
  t: { teardown(task: () => Promise<void>): void },
  endpoints: string,
  options: Partial<ClientOptions> = {},
) {
  const client = createClient({ ...world, endpoints, inOrder: true, ...options });
  t.teardown(() => client.close());
  const put = (key: string, value: string) =>
    client.put(
      PutRequest.create({ key: Buffer.from(key), value: Buffer.from(value) }),
      outgoingCall({ timeoutMs: 5_000 }),
    );
  const get = async (key: string) => {
    const call = outgoingCall({ timeoutMs: 5_000 });
    const { kvs } = await client.range(RangeRequest.create({ key: Buffer.from(key) }), call);
    return kvs[0]?.value.toString();
  };
  return { client, put, get };
}

test('keys, transactions, status and a snapshot work against etcd', async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await DebianEtcd.start(t);
  const { client, put, get } = clientTo(t, etcd.endpoint);
  await put('k', 'v');
  t.is(await get('k'), 'v');
  const txn = TxnRequest.create({
    success: [RequestOp.create({ requestDeleteRange: DeleteRangeRequest.create({ key: Buffer.from('k') }) })],
  });
  const answer = await client.txn(txn, outgoingCall());
  t.is(answer.responses[0]!.responseDeleteRange!.deleted, 1);
  t.is(await get('k'), undefined);
  t.is(
    (await client.forEndpoint(etcd.endpoint).status(StatusRequest.create(), outgoingCall())).version.split('.')[0],
    '3',
  );
  let bytes = 0;
  await new Promise<void>((resolve, reject) => {
    const stream = consumeStream(
      (call, out) => client.snapshot(call, out),
      {},
      {
        message: ({ blob }) => {
          bytes += blob.length;
        },
        end: (error) => (error === undefined ? resolve() : reject(error)),
      },
    );
    stream.send(SnapshotRequest.create());
    stream.endSending();
  });
  t.true(bytes > 10_000, `${bytes} bytes of snapshot`);
});

test("etcd's errors arrive with their message and code", async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await DebianEtcd.start(t);
  const { client } = clientTo(t, etcd.endpoint);
  const error = await t.throwsAsync(async () => client.put(PutRequest.create(), outgoingCall()));
  t.is(error?.message, 'etcdserver: key is not provided');
  t.is((error as unknown as { status: number }).status, 3);
});

test('a watch survives kill -9 and restart of etcd: every event exactly once', async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await DebianEtcd.start(t);
  const { client, put } = clientTo(t, etcd.endpoint);
  const seen: string[] = [];
  const watcher = createWatcher(client, {
    ...world,
    key: Buffer.from('w'),
    onEvents: (events) => seen.push(...events.map(({ kv }) => kv!.value.toString())),
    onCompacted: () => t.fail('nothing was compacted'),
    onRefused: (error) => t.fail(error.message),
  });
  t.teardown(() => watcher.close());
  await waitUntil('the watch is created', () => watcher.nextRevision > 0);
  const written: string[] = [];
  const write = async (value: string) => {
    await put('w', value);
    written.push(value);
  };
  await write('before');
  for (let round = 1; round <= 3; round++) {
    await etcd.kill();
    await etcd.restart();
    await write(`round ${round} first`);
    await write(`round ${round} second`);
  }
  await waitUntil('the last event has arrived', () => seen.length >= written.length);
  t.deepEqual(seen, written);
});

test('a mirror of etcd follows through compaction and restart', async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await DebianEtcd.start(t);
  const { client, put } = clientTo(t, etcd.endpoint);
  const state = new Map<string, string>();
  let snapshots = 0;
  await put('/m/a', '1');
  const mirror = createMirror(client, {
    ...world,
    prefix: '/m/',
    onSnapshot: (kvs) => {
      snapshots++;
      state.clear();
      for (const { key, value } of kvs) state.set(key.toString(), value.toString());
    },
    onChange: (events) => {
      for (const { type, kv } of events) {
        if (type === 0) state.set(kv!.key.toString(), kv!.value.toString());
        else state.delete(kv!.key.toString());
      }
    },
  });
  t.teardown(() => mirror.close());
  await waitUntil('the mirror is live', () => mirror.state === 'live');
  await etcd.kill();
  await waitUntil('the loss is noticed', () => mirror.state === 'lost');
  await etcd.restart();
  // Through another way than the mirror's client, so that the compaction is there before the watch resumes is likely;
  // either way the state must come out the same.
  await etcdctl(etcd.endpoint, 'put', '/m/b', '2');
  await etcdctl(etcd.endpoint, 'del', '/m/a');
  await etcdctl(etcd.endpoint, 'compaction', '4', '--physical');
  await waitUntil('the mirror has caught up', () => state.get('/m/b') === '2' && !state.has('/m/a'));
  t.true(snapshots >= 1);
  await put('/m/c', '3');
  await waitUntil('changes arrive again', () => state.get('/m/c') === '3');
});

test('a lease is kept alive beyond its TTL, through a restart of etcd, and revoked in the end', async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await DebianEtcd.start(t);
  const { client } = clientTo(t, etcd.endpoint);
  const log: string[] = [];
  const keeper = createLeaseKeeper(client, {
    ...world,
    ttlSeconds: 3,
    onGranted: (_id, ttl) => log.push(`granted ${ttl}`),
    onLost: (_id, reason) => log.push(`lost ${reason}`),
  });
  t.teardown(() => keeper.close());
  await waitUntil('the lease is granted', () => keeper.leaseId !== undefined);
  const id = keeper.leaseId!.toString(16).padStart(16, '0');
  const startedMs = performance.now();
  await waitUntil('two TTLs have passed', () => performance.now() - startedMs > 6_500);
  await etcd.kill();
  await etcd.restart();
  const restartedMs = performance.now();
  await waitUntil('a TTL more has passed', () => performance.now() - restartedMs > 4_000);
  t.regex((await etcdctl(etcd.endpoint, 'lease', 'list')).stdout, new RegExp(id));
  t.deepEqual(log, ['granted 3']);
  await keeper.revoke();
  t.notRegex((await etcdctl(etcd.endpoint, 'lease', 'list')).stdout, new RegExp(id));
});

test('a lease that was revoked behind its back is noticed and replaced', async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await DebianEtcd.start(t);
  const { client } = clientTo(t, etcd.endpoint);
  const log: string[] = [];
  const keeper = createLeaseKeeper(client, {
    ...world,
    ttlSeconds: 2,
    onGranted: () => log.push('granted'),
    onLost: (_id, reason) => log.push(`lost ${reason}`),
  });
  t.teardown(() => keeper.close());
  await waitUntil('the lease is granted', () => keeper.leaseId !== undefined);
  await etcdctl(etcd.endpoint, 'lease', 'revoke', keeper.leaseId!.toString(16));
  await waitUntil('another lease is granted', () => log.length === 3);
  t.deepEqual(log, ['granted', 'lost expired', 'granted']);
});

test('a half-open connection is noticed by keepalive pings and calls go elsewhere', async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await DebianEtcd.start(t);
  const link = await FaultLink.start(t, etcd.port);
  const { client, put, get } = clientTo(t, `${link.endpoint},${etcd.endpoint}`, {
    keepAliveMs: 300,
    keepAliveTimeoutMs: 300,
  });
  const seen: string[] = [];
  const watcher = createWatcher(client, {
    ...world,
    key: Buffer.from('h'),
    onEvents: (events) => seen.push(...events.map(describeEvent)),
    onCompacted: () => t.fail('nothing was compacted'),
    onRefused: (error) => t.fail(error.message),
  });
  t.teardown(() => watcher.close());
  await waitUntil('the watch is created', () => watcher.nextRevision > 0);
  t.is(link.accepted, 1);
  link.silence();
  await etcdctl(etcd.endpoint, 'put', 'h', 'unheard');
  await waitUntil('the watch has moved', () => seen.length === 1);
  await put('h', 'over the other endpoint');
  t.is(await get('h'), 'over the other endpoint');
});

test('a dead endpoint first in the list costs nothing, and one that returns is used again', async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await DebianEtcd.start(t);
  const link = await FaultLink.start(t, etcd.port);
  const dead = `http://127.0.0.1:${await freePort()}`;
  const { client, put, get } = clientTo(t, `${dead},${etcd.endpoint},${link.endpoint}`, { failureWaitMs: 1_000 });
  await put('k', '1');
  await etcd.kill();
  await etcd.restart();
  await put('k', '2');
  t.is(await get('k'), '2');
  const states = () => client.endpointStatus().map(({ state }) => state);
  await waitUntil('the endpoint is back', () => states()[1] === 'ready');
  t.is(states()[0], 'failed');
});
