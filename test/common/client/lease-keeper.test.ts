import test from 'ava';
import { apiError } from '../../../common/api/errors.ts';
import { createLeaseKeeper } from '../../../common/client/lease-keeper.ts';
import { silentLogger } from '../../../common/log.ts';
import { seededRandom } from '../../../common/runtime/random.ts';
import { TransportError } from '../../../common/wire/grpc/transport-error.ts';
import { FakeEtcd } from './fake-etcd.ts';
import { SimulatedClock } from './simulated-clock.ts';

function kept(ttlSeconds = 15) {
  const clock = new SimulatedClock();
  const etcd = new FakeEtcd(clock);
  const log: string[] = [];
  const at = () => `${Math.round(clock.monotonicMs() - 1_000)} ms`;
  const names = new Map<bigint, string>();
  const nameOf = (id: bigint) => {
    if (!names.has(id)) names.set(id, `lease ${names.size + 1}`);
    return names.get(id)!;
  };
  const start = () =>
    createLeaseKeeper(etcd.service, {
      clock,
      random: seededRandom(1),
      log: silentLogger,
      ttlSeconds,
      onGranted: (id, ttl) => log.push(`${at()}: granted ${nameOf(id)} for ${ttl} s`),
      onLost: (id, reason) => log.push(`${at()}: lost ${nameOf(id)} (${reason})`),
    });
  return { clock, etcd, log, start };
}

test('a lease is granted at once and kept alive every third of its TTL over one stream', async (t) => {
  const { clock, etcd, log, start } = kept(15);
  const keeper = start();
  await clock.advance(60_000);
  t.deepEqual(log, ['0 ms: granted lease 1 for 15 s']);
  t.is(etcd.leases.size, 1);
  t.true(etcd.leases.has(keeper.leaseId!));
  t.is(etcd.leaseStreams.size, 1);
  const [stream] = etcd.leaseStreams;
  t.is(stream!.requests.length, 13, 'one right away, then every 5 s');
});

test('a lost stream is opened again and the lease kept', async (t) => {
  const { clock, etcd, log, start } = kept(15);
  start();
  for (let i = 0; i < 20; i++) {
    await clock.advance(7_000);
    etcd.cut();
  }
  t.deepEqual(log, ['0 ms: granted lease 1 for 15 s']);
});

test('a lease that the server no longer knows is reported, and another granted', async (t) => {
  const { clock, etcd, log, start } = kept(15);
  const keeper = start();
  await clock.advance(1_000);
  const first = keeper.leaseId!;
  etcd.leases.delete(first);
  await clock.advance(10_000);
  t.deepEqual(log.slice(1), ['5000 ms: lost lease 1 (expired)', '5000 ms: granted lease 2 for 15 s']);
  t.not(keeper.leaseId, first);
  await clock.advance(60_000);
  t.is(log.length, 3, 'the second lease is kept alive');
  t.true(etcd.leases.get(keeper.leaseId!)!.expiresMs > clock.monotonicMs());
});

test('a stream that fails with lease not found means that the lease is gone', async (t) => {
  const { clock, etcd, log, start } = kept(15);
  start();
  await clock.advance(1_000);
  etcd.cut(apiError('leaseNotFound'));
  await clock.advance(100);
  t.deepEqual(log.slice(1), ['1000 ms: lost lease 1 (expired)', '1000 ms: granted lease 2 for 15 s']);
  await clock.advance(60_000);
  t.is(log.length, 3);
});

test('without any answer the lease counts as lost one TTL after the last acknowledged keepalive was sent', async (t) => {
  const { clock, etcd, log, start } = kept(15);
  start();
  await clock.advance(12_000); // last acknowledged keepalive: sent at 10 s
  etcd.down = new TransportError('connection refused', true);
  etcd.cut();
  await clock.advance(13_500);
  t.deepEqual(log.slice(1), ['25000 ms: lost lease 1 (deadline)']);
  etcd.down = undefined;
  await clock.advance(3_000);
  t.regex(log.at(-1)!, /granted lease 2/);
});

test('the deadline counts from when a keepalive was sent, not from when its answer came', async (t) => {
  const { clock, etcd, log, start } = kept(9);
  const service = etcd.service;
  const open = service.leaseKeepAlive;
  service.leaseKeepAlive = (call, out) =>
    open(call, {
      ...out,
      onDrain: out.onDrain,
      writable: true,
      send: (answer) => {
        clock.after(1_400, () => out.send(answer));
        return true;
      },
    });
  start();
  await clock.advance(4_500); // keepalives sent at 0 and 3 s, answered at 1.4 and 4.4 s
  etcd.down = new TransportError('connection refused', true);
  etcd.cut();
  await clock.advance(20_000);
  t.is(log[1], '12000 ms: lost lease 1 (deadline)');
});

test('a half-open stream is abandoned after a sixth of the TTL and the lease saved over another', async (t) => {
  const { clock, etcd, log, start } = kept(15);
  start();
  await clock.advance(1_000);
  const [stream] = etcd.leaseStreams;
  stream!.silent = true;
  await clock.advance(6_800); // sent at 5 s, given up at 7.5 s
  t.false(etcd.leaseStreams.has(stream!));
  await clock.advance(60_000);
  t.deepEqual(log, ['0 ms: granted lease 1 for 15 s']);
});

test('a grant whose answer was lost is asked for again under the same id, so that no second lease is left behind', async (t) => {
  const { clock, etcd, log, start } = kept(15);
  const grant = etcd.service.leaseGrant;
  let lost = 1;
  etcd.service.leaseGrant = async (request, call) => {
    const answer = await grant(request, call);
    if (lost-- > 0) throw new TransportError('connection lost', false);
    return answer;
  };
  const keeper = start();
  await clock.advance(1_000);
  t.is(log.length, 1);
  t.is(etcd.leases.size, 1);
  t.true(etcd.leases.has(keeper.leaseId!));
});

test('grants are tried again with pauses of up to two seconds while the cluster is away', async (t) => {
  const { clock, etcd, log, start } = kept(15);
  etcd.down = apiError('noLeader');
  start();
  await clock.advance(20_000);
  t.deepEqual(log, []);
  t.true(etcd.calls.length >= 10 && etcd.calls.length <= 26, `${etcd.calls.length} attempts in 20 s`);
  etcd.down = undefined;
  await clock.advance(2_000);
  t.is(log.length, 1);
});

test('revoking removes the lease and stops everything', async (t) => {
  const { clock, etcd, start } = kept(15);
  const keeper = start();
  await clock.advance(1_000);
  await keeper.revoke();
  t.is(etcd.leases.size, 0);
  t.is(keeper.leaseId, undefined);
  await clock.advance(60_000);
  t.is(etcd.leaseStreams.size, 0);
  t.is(clock.pendingTimers, 0);
});

test('revoking is tried again until its time is up, then rejects', async (t) => {
  const { clock, etcd, start } = kept(15);
  const keeper = start();
  await clock.advance(1_000);
  etcd.down = new TransportError('connection refused', true);
  const revoked = keeper.revoke(3_000).then(
    () => 'revoked',
    (error: Error) => error.message,
  );
  await clock.advance(3_000);
  t.is(await revoked, 'connection refused');
});

test('revoking a lease that is gone already is a success', async (t) => {
  const { clock, etcd, start } = kept(15);
  const keeper = start();
  await clock.advance(1_000);
  etcd.leases.clear();
  await t.notThrowsAsync(keeper.revoke());
});

test('a keeper that is closed leaves the lease to run out, without stream or timer', async (t) => {
  const { clock, etcd, log, start } = kept(15);
  const keeper = start();
  await clock.advance(1_000);
  keeper.close();
  await clock.advance(60_000);
  t.is(log.length, 1);
  t.is(etcd.leases.size, 1);
  t.is(etcd.leaseStreams.size, 0);
  t.is(clock.pendingTimers, 0);
});
