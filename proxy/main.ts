// Composition root of `rollcall proxy`: an etcd endpoint on this machine in front of a list of others. The cluster need
// not be there: clients are accepted and told so until it comes.

import { type ClusterClient, createClient } from '../common/client/cluster-client.ts';
import { parseEndpoints } from '../common/client/endpoint-address.ts';
import { formatHostPort, type HostPort } from '../common/config/host-port.ts';
import { serveService } from '../common/gateway/serve-service.ts';
import { registerProcessMetrics } from '../common/process-metrics.ts';
import { type RoleEnvironment, type RunningRole, UsageError } from '../common/runtime/role.ts';
import type { ProxyValues } from './options.ts';
import { createProxyMetrics } from './proxy-metrics.ts';
import { createProxyService } from './proxy-service.ts';
import { UpstreamProbe } from './upstream-probe.ts';

export { options } from './options.ts';

/** Silence on an upstream connection before it is probed; etcd punishes pings less than 5 s apart (too_many_pings). */
const keepAliveMs = 6_000;
/** How long calls under way may go on after a stop was asked for. */
const stopGraceMs = 2_000;

export async function start(values: ProxyValues, environment: RoleEnvironment): Promise<RunningRole> {
  const { clock, random, log } = environment;
  refuseLoop(values);
  const client = createClient({
    endpoints: values.endpoints,
    clock,
    random,
    log,
    connectTimeoutMs: values.dialTimeout,
    keepAliveMs,
    keepAliveTimeoutMs: values.writeTimeout,
    failureWaitMs: values.failureWait,
  });
  const metrics = createProxyMetrics(() => client.endpointStatus());
  const probe = new UpstreamProbe(client, clock);
  const stopProcessMetrics = registerProcessMetrics(metrics.registry, clock);
  const release = async (): Promise<void> => {
    stopProcessMetrics();
    probe.close();
    await client.close();
  };
  const readTimeoutMs = values.readTimeout > 0 ? values.readTimeout : undefined;
  try {
    const served = await serveService({
      service: createProxyService({ upstream: client, clock, random, log, metrics, readTimeoutMs }),
      listen: [values.listenAddr],
      option: '--listen-addr',
      clock,
      log,
      health: probe,
      versions: () => probe.versions(),
      metrics: () => metrics.registry.text(),
      maxRequestBytes: values.maxRequestBytes,
      routes: (router) => {
        router.get('/proxy/health', (context) => {
          context.body = upstreamReport(client);
        });
      },
    });
    // So that health is right from the first question on; a cluster that is away delays this no longer than any call.
    await probe.look(values.dialTimeout);
    let stopping: Promise<void> | undefined;
    return {
      addresses: served.addresses.map((address) => `clients http://${formatHostPort(address)}`),
      // Nothing that happens upstream ends a proxy: it serves again when the cluster does.
      failed: new Promise(() => {}),
      stop() {
        stopping ??= served.close(stopGraceMs).then(release);
        return stopping;
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

/** Which endpoints are in which state and why: what /health cannot say in one word. */
function upstreamReport(client: ClusterClient): object {
  const endpoints = client.endpointStatus();
  return { health: endpoints.some(({ state }) => state === 'ready') ? 'true' : 'false', endpoints };
}

/** A proxy whose endpoint is itself would call itself for ever. */
function refuseLoop({ endpoints, listenAddr }: { endpoints: readonly string[]; listenAddr: HostPort }): void {
  const local = new Set(['localhost', '127.0.0.1', '::1']);
  const listensLocally = local.has(listenAddr.host) || ['', '0.0.0.0', '::'].includes(listenAddr.host);
  for (const { host, port, url } of parseEndpoints(endpoints)) {
    if (port === listenAddr.port && (host === listenAddr.host || (listensLocally && local.has(host)))) {
      throw new UsageError(`--endpoints ${url} is the proxy's own --listen-addr ${formatHostPort(listenAddr)}`);
    }
  }
}
