// Leases on a whole node, on simulated time.

import test from 'ava';
import { apiError } from '../../../common/api/errors.ts';
import {
  type LeaseKeepAliveRequest,
  type LeaseKeepAliveResponse,
  LeaseTimeToLiveRequest,
} from '../../../common/api/generated/messages.ts';
import type { Replica } from '../../../server/replica/replica.ts';
import { emptyCommand } from '../../../server/service/kv-service.ts';
import { type LeaseParts, LeaseService } from '../../../server/service/lease-service.ts';
import { prefixEnd, TestNode, testCall } from '../../harness/test-node.ts';
import { TestStream } from '../../harness/test-stream.ts';

/** The node looks for expired leases every 500 ms, and revokes them through the log. */
const expiryBoundMs = 600;

function keepAlives(node: TestNode): TestStream<LeaseKeepAliveRequest, LeaseKeepAliveResponse> {
  return new TestStream((call, out) => node.service.leaseKeepAlive(call, out));
}

async function keepAlive(node: TestNode, id: bigint): Promise<number> {
  const stream = keepAlives(node);
  stream.request({ id });
  await node.clock.settle();
  stream.cancel();
  return stream.take()[0]!.ttl;
}

async function timeToLive(node: TestNode, id: bigint): Promise<{ ttl: number; grantedTtl: number; keys: string[] }> {
  const request = LeaseTimeToLiveRequest.create({ id, keys: true });
  const { ttl, grantedTtl, keys } = await node.answer(() => node.service.leaseTimeToLive(request, testCall));
  return { ttl, grantedTtl, keys: keys.map((key) => key.toString()) };
}

async function leaseIds(node: TestNode): Promise<bigint[]> {
  return (await node.answer(() => node.service.leaseLeases({}, testCall))).leases.map(({ id }) => id);
}

test('the keys of a lease go between its TTL and shortly after it, in one revision', async (t) => {
  const node = await TestNode.open();
  const { id, ttl } = await node.grant(5);
  t.is(ttl, 5);
  await node.put('a1', 'v', { lease: id });
  await node.put('a2', 'v', { lease: id });
  await node.put('b', 'v');
  const granted = node.clock.monotonicMs();
  await node.clock.runFor(4_990);
  t.is((await node.range('a', { rangeEnd: prefixEnd('a') })).count, 2);
  await node.clock.runUntil(() => node.node.store.liveKeys === 1, 2_000);
  t.true(node.clock.monotonicMs() - granted <= 5_000 + expiryBoundMs);
  t.is(node.revision, 5);
  t.is(await node.get('b'), 'v');
  t.deepEqual(await leaseIds(node), []);
});

test('keepalives keep a lease for as long as they come', async (t) => {
  const node = await TestNode.open();
  const { id } = await node.grant(5);
  await node.put('a', 'v', { lease: id });
  for (let i = 0; i < 10; i++) {
    await node.clock.runFor(4_500);
    t.is(await keepAlive(node, id), 5);
  }
  t.is(await node.get('a'), 'v');
  t.deepEqual(await timeToLive(node, id), { ttl: 5, grantedTtl: 5, keys: ['a'] });
  await node.clock.runFor(5_000 + expiryBoundMs);
  t.is(await node.get('a'), undefined);
  t.is(await keepAlive(node, id), 0);
});

test('a lease that has expired and is not revoked yet is not renewed, and says that it is over', async (t) => {
  const node = await TestNode.open();
  const { id } = await node.grant(2);
  await node.put('a', 'v', { lease: id });
  // The disk takes nothing any more: the revocation waits in the log.
  node.disk.held = true;
  await node.clock.runFor(3_500);
  t.is(await keepAlive(node, id), 0);
  t.is(node.node.lessor.size, 1);
  node.disk.held = false;
  while (node.disk.step());
  await node.clock.settle();
  t.is(node.node.lessor.size, 0);
});

test('an expiry that the leader of an earlier term decided is dropped (etcd-io/etcd#15247)', async (t) => {
  const node = await TestNode.open();
  const { id } = await node.grant(60);
  const term = node.node.raft.currentTerm;
  const decided = node.answer(() =>
    node.node.replica.propose({ ...emptyCommand, leaseRevoke: { id, expiryTerm: term - 1 } }),
  );
  await t.throwsAsync(decided, { message: 'etcdserver: leader changed' });
  t.deepEqual(await leaseIds(node), [id]);
  await node.answer(() => node.node.replica.propose({ ...emptyCommand, leaseRevoke: { id, expiryTerm: term } }));
  t.deepEqual(await leaseIds(node), []);
});

test('a restart gives every lease its whole TTL again, and keeps its keys', async (t) => {
  for (const end of ['crash', 'kill', 'restart'] as const) {
    const node = await TestNode.open();
    const { id } = await node.grant(10);
    await node.put('a', 'v', { lease: id });
    await node.clock.runFor(9_000);
    t.is((await timeToLive(node, id)).ttl, 1);
    if (end === 'restart') await node.restart();
    else {
      node[end]();
      await node.reopen();
    }
    t.deepEqual(await timeToLive(node, id), { ttl: 10, grantedTtl: 10, keys: ['a'] }, end);
    await node.clock.runFor(9_900);
    t.is(await node.get('a'), 'v');
    await node.clock.runFor(100 + expiryBoundMs);
    t.is(await node.get('a'), undefined);
  }
});

test('a TTL below the minimum is raised to one and a half election timeouts, and an immense one is refused', async (t) => {
  const node = await TestNode.open();
  t.is((await node.grant(1)).ttl, 2);
  t.is((await node.grant(-5)).ttl, 2);
  t.is((await node.grant(9_000_000_000)).ttl, 9_000_000_000);
  await t.throwsAsync(node.grant(9_000_000_001), { message: 'etcdserver: too large lease TTL' });
});

test('ids: chosen ones are kept, one in use is refused, others are positive', async (t) => {
  const node = await TestNode.open();
  t.is((await node.grant(10, 77n)).id, 77n);
  await t.throwsAsync(node.grant(10, 77n), { message: 'etcdserver: lease already exists' });
  for (let i = 0; i < 20; i++) t.true((await node.grant(10)).id > 0n);
});

test('a key hangs on the lease of its newest put only', async (t) => {
  const node = await TestNode.open();
  const first = (await node.grant(100)).id;
  const second = (await node.grant(100)).id;
  await node.put('a', '1', { lease: first });
  await node.put('a', '2', { lease: second });
  await node.put('b', '1', { lease: first });
  await node.put('b', '2');
  t.deepEqual((await timeToLive(node, first)).keys, []);
  await node.revoke(first);
  t.is(await node.get('a'), '2');
  t.is((await node.revoke(second)).header!.revision, 6);
  t.is(await node.get('a'), undefined);
  t.is(await node.get('b'), '2');
});

test('a lease that is not there: TTL -1, revocation refused, put refused', async (t) => {
  const node = await TestNode.open();
  t.is((await timeToLive(node, 5n)).ttl, -1);
  const notFound = { message: 'etcdserver: requested lease not found' };
  await t.throwsAsync(node.revoke(5n), notFound);
  await t.throwsAsync(node.put('a', 'v', { lease: 5n }), notFound);
});

test('more leases than one round revokes all go, within a few rounds', async (t) => {
  const node = await TestNode.open();
  const leases = await Promise.all(Array.from({ length: 1200 }, () => node.grant(5)));
  await Promise.all(leases.map(({ id }, i) => node.put(`k${i}`, 'v', { lease: id })));
  await node.clock.runFor(5_000 + 3 * 500 + expiryBoundMs);
  t.is(node.node.lessor.size, 0);
  t.is(node.node.store.liveKeys, 0);
});

test('keepalives that arrive before the member leads are answered once it does, and in order', async (t) => {
  const node = await TestNode.open();
  const { id } = await node.grant(10);
  node.kill();
  node.disk.held = true;
  const again = await TestNode.start({ disk: node.disk, store: node.store });
  const stream = keepAlives(again);
  stream.request({ id });
  stream.request({ id: 999n });
  stream.halfClose();
  await again.clock.settle();
  t.deepEqual(stream.received, []);
  again.disk.held = false;
  while (again.disk.step());
  await again.clock.settle();
  t.deepEqual(
    stream.take().map(({ id: of, ttl }) => [of, ttl]),
    [
      [id, 10],
      [999n, 0],
    ],
  );
  t.true(stream.ended);
  t.is(stream.error, undefined);
});

test('a keepalive stream ends with an error when the member cannot answer, and an idle one ends well', async (t) => {
  const open = (): TestStream<LeaseKeepAliveRequest, LeaseKeepAliveResponse> => {
    const replica = { isLeading: false, renewLease: () => Promise.reject(apiError('stopped')) } as unknown as Replica;
    const service = new LeaseService({ replica } as LeaseParts);
    return new TestStream((call, out) => service.leaseKeepAlive(call, out));
  };
  const asking = open();
  asking.request({ id: 1n });
  await new Promise(setImmediate);
  t.is(asking.error?.message, 'etcdserver: server stopped');
  const idle = open();
  idle.halfClose();
  await new Promise(setImmediate);
  t.is(idle.error, undefined);
});
