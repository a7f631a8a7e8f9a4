import test from 'ava';
import { apiError } from '../../common/api/errors.ts';
import { LeaseKeepAliveRequest, type LeaseKeepAliveResponse } from '../../common/api/generated/messages.ts';
import { ClientStream } from './client-stream.ts';
import { proxiedEtcd } from './proxied.ts';

function proxied() {
  const { clock, etcd, metrics, service } = proxiedEtcd();
  etcd.leases.set(1n, { ttl: 30, expiresMs: 60_000 });
  etcd.leases.set(2n, { ttl: 40, expiresMs: 60_000 });
  const open = (metadata?: ReadonlyMap<string, string>) =>
    new ClientStream<LeaseKeepAliveRequest, LeaseKeepAliveResponse>(
      (call, out) => service.leaseKeepAlive(call, out),
      metadata,
    );
  return { clock, etcd, metrics, open };
}

const keepAlive = (id: bigint) => LeaseKeepAliveRequest.create({ id });

function told({ received }: { readonly received: readonly LeaseKeepAliveResponse[] }): string[] {
  return received.map(({ id, ttl }) => `${id}: ${ttl}`);
}

test('keepalives go upstream and their answers come back', (t) => {
  const { etcd, open } = proxied();
  const stream = open();
  for (const id of [1n, 2n, 1n, 3n]) stream.send(keepAlive(id));
  t.deepEqual(told(stream), ['1: 30', '2: 40', '1: 30', '3: 0']);
  t.is(etcd.leaseStreams.size, 1);
});

test('what was not answered when the upstream died is asked again, once for each lease', async (t) => {
  const { clock, etcd, metrics, open } = proxied();
  const stream = open();
  stream.send(keepAlive(1n));
  const [upstream] = etcd.leaseStreams;
  upstream!.silent = true;
  for (const id of [1n, 2n, 1n]) stream.send(keepAlive(id));
  etcd.cut();
  await clock.advance(100);
  t.deepEqual(told(stream), ['1: 30', '1: 30', '2: 40']);
  t.is(metrics.leaseStreamsLost.value, 1);
});

test('keepalives sent while no upstream is there wait for one', async (t) => {
  const { clock, etcd, open } = proxied();
  etcd.down = apiError('stopped');
  const stream = open();
  stream.send(keepAlive(1n));
  await clock.advance(5_000);
  t.deepEqual(told(stream), []);
  etcd.down = undefined;
  await clock.advance(2_000);
  t.deepEqual(told(stream), ['1: 30']);
});

test('an idle stream is not opened again until it is needed', async (t) => {
  const { clock, etcd, open } = proxied();
  const stream = open();
  stream.send(keepAlive(1n));
  etcd.cut();
  await clock.advance(60_000);
  t.is(etcd.leaseStreams.size, 0);
  t.is(clock.pendingTimers, 0);
  etcd.leases.set(2n, { ttl: 40, expiresMs: 120_000 });
  stream.send(keepAlive(2n));
  t.deepEqual(told(stream), ['1: 30', '2: 40']);
});

test('a client that half-closes gets the answers it waits for, then the end', async (t) => {
  const { clock, etcd, open } = proxied();
  const quick = open();
  quick.send(keepAlive(1n));
  quick.endSending();
  t.deepEqual(told(quick), ['1: 30']);
  t.is(quick.outcome, 'ended');
  etcd.down = apiError('stopped');
  const patient = open();
  patient.send(keepAlive(2n));
  patient.endSending();
  t.is(patient.outcome, undefined);
  etcd.down = undefined;
  await clock.advance(2_000);
  t.deepEqual(told(patient), ['2: 40']);
  t.is(patient.outcome, 'ended');
});

test('a client that asked for a leader is told after five seconds without an upstream', async (t) => {
  const { clock, etcd, open } = proxied();
  etcd.down = apiError('noLeader');
  const stream = open(new Map([['hasleader', 'true']]));
  stream.send(keepAlive(1n));
  await clock.advance(5_100);
  t.is(stream.outcome, 'etcdserver: no leader');
});

test('a client that leaves takes its upstream stream and its timers with it', async (t) => {
  const { clock, etcd, metrics, open } = proxied();
  const stream = open();
  stream.send(keepAlive(1n));
  stream.leave();
  t.is(etcd.leaseStreams.size, 0);
  t.is(clock.pendingTimers, 0);
  t.is(metrics.leaseStreams.value, 0);
});
