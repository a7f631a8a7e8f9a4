// Composition root of `rollcall dns`: puts the client, the catalog, the responder and the listeners together. Ready
// when it listens; whether it has something to answer yet is told by SERVFAIL or not.

import type { Service } from '../common/api/generated/service.ts';
import { createClient } from '../common/client/cluster-client.ts';
import { formatHostPort } from '../common/config/host-port.ts';
import { Catalog, type UnreadableEntry } from '../common/registry/catalog.ts';
import { seededRandom } from '../common/runtime/random.ts';
import type { RoleEnvironment, RunningRole } from '../common/runtime/role.ts';
import { BootstrapNames } from './bootstrap.ts';
import { CatalogFeed } from './catalog-feed.ts';
import { openListeners } from './listeners.ts';
import { type DnsValues, readSettings } from './options.ts';
import type { Freshness } from './resolver.ts';
import { Responder } from './responder.ts';
import { createStats, type DnsStats } from './stats.ts';

export { options } from './options.ts';

export interface RunningDns extends RunningRole {
  readonly stats: DnsStats;
  readonly freshness: Freshness;
  readonly catalog: Catalog;
}

/** Starts the role on a cluster reached over the network. */
export async function start(values: DnsValues, environment: RoleEnvironment): Promise<RunningDns> {
  const { clock, random, log } = environment;
  const client = createClient({
    endpoints: values.endpoints,
    connectTimeoutMs: values.dialTimeout,
    clock,
    random,
    log,
  });
  try {
    return await startOn(client, values, environment, () => client.close());
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** Starts the role on any `Service`: an embedded core node, say. `close` runs last when the role stops. */
export async function startOn(
  service: Service,
  values: DnsValues,
  { clock, random, log }: RoleEnvironment,
  close: () => Promise<void> = async () => {},
): Promise<RunningDns> {
  const { listen, zone, layouts, bootstrap: fixedMembers } = readSettings(values);
  const stats = createStats();
  const catalog = new Catalog(layouts, ({ key, problem, modRevision }: UnreadableEntry) => {
    stats.unreadableValues++;
    log.warn('a registry value cannot be read; it is not answered', { key, problem, modRevision });
  });
  const bootstrap = new BootstrapNames(fixedMembers);
  const feed = new CatalogFeed({ service, catalog, bootstrap, staleForMs: values.staleFor, clock, random, log });
  const view = {
    zone,
    catalog,
    bootstrap,
    get freshness(): Freshness {
      return feed.freshness;
    },
  };
  // Orders of answers are many and no secret: a generator seeded by the real one makes them cheaply.
  const orders = seededRandom(random.below(2 ** 31));
  const responder = new Responder({ view, random: orders, stats, udpOctetsMax: values.udpSize });
  const tcpLimits = { connectionsMax: values.tcpConnections, idleMs: values.tcpIdle };
  const listeners = await openListeners(listen, { responder, stats, tcpLimits });
  feed.start();
  let stopped: Promise<void> | undefined;
  return {
    addresses: listeners.map(({ address }) => `dns ${formatHostPort(address)}`),
    failed: new Promise(() => {}),
    stats,
    catalog,
    get freshness() {
      return feed.freshness;
    },
    stop() {
      stopped ??= stopAll();
      return stopped;
    },
  };

  async function stopAll(): Promise<void> {
    await Promise.all(listeners.map((listener) => listener.stop()));
    feed.close();
    await close();
  }
}
