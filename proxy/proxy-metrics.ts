// What the proxy counts. Names are ours: etcd's grpc-proxy has no comparable ones.

import type { Status } from '../common/api/status.ts';
import type { EndpointStatus } from '../common/client/cluster-client.ts';
import { type Counter, type Gauge, MetricsRegistry } from '../common/metrics.ts';

export interface ProxyMetrics {
  readonly registry: MetricsRegistry;
  /** Calls forwarded, by method and gRPC status code. Looking a counter up costs a string: keep the frequent ones. */
  calls(method: string, code: Status): Counter;
  readonly watchStreams: Gauge;
  readonly watches: Gauge;
  readonly leaseStreams: Gauge;
  /** Upstream streams lost under clients that did not notice. */
  readonly watchStreamsLost: Counter;
  readonly leaseStreamsLost: Counter;
}

export function createProxyMetrics(endpoints: () => readonly EndpointStatus[]): ProxyMetrics {
  const registry = new MetricsRegistry();
  const calls = registry.counter({
    name: 'rollcall_proxy_calls_total',
    help: 'Unary calls forwarded, by method and gRPC status code.',
    labels: ['method', 'code'],
  });
  const gauge = (name: string, help: string): Gauge => registry.gauge({ name, help }).with();
  const counter = (name: string, help: string): Counter => registry.counter({ name, help }).with();
  const countReady = (): number => endpoints().filter(({ state }) => state === 'ready').length;
  registry.reads({ name: 'rollcall_proxy_endpoints', help: 'Endpoints configured.', read: () => endpoints().length });
  registry.reads({ name: 'rollcall_proxy_endpoints_ready', help: 'Endpoints connected.', read: countReady });
  return {
    registry,
    calls: (method, code) => calls.with(method, String(code)),
    watchStreams: gauge('rollcall_proxy_watch_streams', 'Watch streams of clients.'),
    watches: gauge('rollcall_proxy_watches', 'Watches on those streams.'),
    leaseStreams: gauge('rollcall_proxy_lease_streams', 'Lease keepalive streams of clients.'),
    watchStreamsLost: counter('rollcall_proxy_upstream_watch_streams_lost_total', 'Upstream watch streams lost.'),
    leaseStreamsLost: counter('rollcall_proxy_upstream_lease_streams_lost_total', 'Upstream lease streams lost.'),
  };
}
