import test from 'ava';
import type { Call, Outbound } from '../../common/api/call.ts';
import { apiError } from '../../common/api/errors.ts';
import { LockRequest, RangeRequest, SnapshotRequest, SnapshotResponse } from '../../common/api/generated/messages.ts';
import { outgoingCall } from '../../common/client/outgoing-call.ts';
import { silentLogger } from '../../common/log.ts';
import { seededRandom } from '../../common/runtime/random.ts';
import { createProxyMetrics } from '../../proxy/proxy-metrics.ts';
import { createProxyService } from '../../proxy/proxy-service.ts';
import { FakeEtcd } from '../common/client/fake-etcd.ts';
import { SimulatedClock } from '../common/client/simulated-clock.ts';
import { ClientStream } from './client-stream.ts';

function proxied(readTimeoutMs?: number) {
  const etcd = new FakeEtcd();
  const metrics = createProxyMetrics(() => []);
  const calls: Call[] = [];
  const range = etcd.service.range;
  etcd.service.range = (request, call) => {
    calls.push(call);
    return range(request, call);
  };
  let snapshotOut: Outbound<SnapshotResponse> | undefined;
  etcd.service.snapshot = (_call, out) => {
    snapshotOut = out;
    const message = () => void out.send(SnapshotResponse.create({ blob: Buffer.from('a') }));
    return { message, end: () => {}, cancel: () => {} };
  };
  etcd.service.lock = (_request, call) => {
    calls.push(call);
    return { header: undefined, key: Buffer.alloc(0) };
  };
  const service = createProxyService({
    upstream: etcd.service,
    clock: new SimulatedClock(),
    random: seededRandom(1),
    log: silentLogger,
    metrics,
    readTimeoutMs,
  });
  return { etcd, metrics, calls, service, snapshotOut: () => snapshotOut! };
}

test('answers pass with the header of the member that gave them', async (t) => {
  const { etcd, service } = proxied();
  etcd.put('k', 'v');
  const { header, kvs } = await service.range(RangeRequest.create({ key: Buffer.from('k') }), outgoingCall());
  t.deepEqual(header, etcd.header());
  t.is(kvs[0]!.value.toString(), 'v');
});

test("credentials, leader requirement and trace context go on; the transport's own metadata does not", async (t) => {
  const { calls, service } = proxied();
  const metadata = new Map([
    ['token', 'secret'],
    ['authorization', 'secret too'],
    ['hasleader', 'true'],
    ['client-api-version', '3.6'],
    ['traceparent', '00-1-2-01'],
    ['user-agent', 'curl'],
    ['cookie', 'x=1'],
  ]);
  await service.range(RangeRequest.create(), outgoingCall({ metadata }));
  t.deepEqual(
    [...calls[0]!.metadata.keys()],
    ['token', 'authorization', 'hasleader', 'client-api-version', 'traceparent'],
  );
});

test('the deadline of a call goes on, shortened by the read timeout', async (t) => {
  const timeouts = async (readTimeoutMs: number | undefined, timeoutMs: number | undefined) => {
    const { calls, service } = proxied(readTimeoutMs);
    await service.range(RangeRequest.create(), outgoingCall({ timeoutMs }));
    return calls[0]!.timeoutMs;
  };
  t.is(await timeouts(undefined, undefined), undefined);
  t.is(await timeouts(undefined, 700), 700);
  t.is(await timeouts(500, undefined), 500);
  t.is(await timeouts(500, 700), 500);
  t.is(await timeouts(500, 300), 300);
});

test('a call that waits for others, such as a lock, is not ended by the read timeout', async (t) => {
  const { calls, service } = proxied(500);
  await service.lock(LockRequest.create(), outgoingCall());
  t.is(calls[0]!.timeoutMs, undefined);
});

test('cancelling a call cancels it upstream', async (t) => {
  const { calls, service } = proxied();
  const call = outgoingCall();
  await service.range(RangeRequest.create(), call);
  let cancelled = false;
  calls[0]!.onCancel(() => {
    cancelled = true;
  });
  call.cancel();
  t.true(cancelled && calls[0]!.cancelled);
});

test('errors pass as they are and are counted by method and code', async (t) => {
  const { etcd, metrics, service } = proxied();
  etcd.down = apiError('permissionDenied');
  await t.throwsAsync(async () => service.range(RangeRequest.create(), outgoingCall()), {
    message: 'etcdserver: permission denied',
  });
  etcd.down = undefined;
  await service.range(RangeRequest.create(), outgoingCall());
  const text = metrics.registry.text();
  t.regex(text, /rollcall_proxy_calls_total\{method="range",code="7"\} 1/);
  t.regex(text, /rollcall_proxy_calls_total\{method="range",code="0"\} 1/);
});

test('a server stream is handed through with its back-pressure', (t) => {
  const { service, snapshotOut } = proxied();
  const stream = new ClientStream<SnapshotRequest, SnapshotResponse>((call, out) => service.snapshot(call, out));
  stream.slowDown();
  stream.send(SnapshotRequest.create());
  t.is(stream.received[0]!.blob.toString(), 'a');
  t.false(snapshotOut().writable);
  snapshotOut().end();
  t.is(stream.outcome, 'ended');
});
