// The server role: real clock, disk and sockets around a core node.

import { type ServedService, serveService } from '../common/gateway/serve-service.ts';
import type { HealthChecks } from '../common/gateway/operations-routes.ts';
import { formatHostPort } from '../common/config/host-port.ts';
import { RangeRequest } from '../common/api/generated/messages.ts';
import type { Call } from '../common/api/call.ts';
import { type RoleEnvironment, type RunningRole, StartError, UsageError } from '../common/runtime/role.ts';
import { apiVersion, productVersion } from '../common/version.ts';
import { CoreNode } from './core-node.ts';
import { serverMetrics } from './server-metrics.ts';
import type { ServerValues } from './options.ts';
import { type ServerConfig, serverConfig, verifyBootstrap } from './options/server-config.ts';
import { servePeers } from './peer-port.ts';
import { DataDirectory } from './storage/data-directory.ts';
import { ensureDirectory } from './storage/durable-directory.ts';
import type { KeyValueStore } from './storage/key-value-store.ts';
import { openRocksdbStore } from './storage/rocksdb-store.ts';
import { openWorkerLogDisk } from './storage/wal/worker-log-disk.ts';

export { options } from './options.ts';

/** Calls under way may go on for so long after a stop was asked for. */
const closeGraceMs = 2_000;

export async function start(values: ServerValues, environment: RoleEnvironment): Promise<RunningRole> {
  const config = serverConfig(values);
  const store = await openStore(config);
  try {
    return await startNode(config, store, environment);
  } catch (error) {
    await store.close();
    throw startError(error);
  }
}

async function openStore(config: ServerConfig): Promise<{ store: KeyValueStore; walPath: string; close(): Promise<void> }> {
  try {
    const directory = await DataDirectory.prepare(config.dataDir);
    if (config.walDir !== undefined) await ensureDirectory(config.walDir);
    const store = await directory.openStore(openRocksdbStore);
    return { store, walPath: config.walDir ?? directory.walPath, close: () => store.close() };
  } catch (error) {
    throw startError(error);
  }
}

async function startNode(
  config: ServerConfig,
  { store, walPath }: { store: KeyValueStore; walPath: string },
  environment: RoleEnvironment,
): Promise<RunningRole> {
  const { clock, random, log } = environment;
  const metrics = serverMetrics(clock);
  const node = await CoreNode.open({
    store,
    logDisk: await openWorkerLogDisk({ path: walPath, onSync: metrics.walSynced }),
    clock,
    random,
    log,
    bootstrap: {
      name: config.name,
      initialCluster: config.initialCluster,
      clusterToken: config.initialClusterToken,
      verify: () => verifyBootstrap(config),
    },
    clientUrls: config.advertiseClientUrls,
    heartbeatMs: config.heartbeatMs,
    electionMs: config.electionMs,
    txnOpsMax: config.txnOpsMax,
    requestBytesMax: config.requestBytesMax,
    progressNotifyMs: config.progressNotifyMs,
    quotaBytes: config.quotaBytes,
    autoCompaction: config.autoCompaction,
  });
  metrics.observe(node);
  const versions = { etcdserver: apiVersion, etcdcluster: apiVersion, storage: apiVersion, rollcall: productVersion };
  let served: ServedService | undefined;
  let peers: { close(): Promise<void> } | undefined;
  const stop = async (): Promise<void> => {
    // Streams end and calls finish first: whoever is connected hears that the server stops.
    await Promise.all([node.stop(), served?.close(closeGraceMs), peers?.close()]);
    await store.close();
    metrics.stop();
  };
  try {
    served = await serveService({
      service: node.service,
      listen: config.listenClients,
      option: '--listen-client-urls',
      clock,
      log,
      health: healthOf(node),
      versions: () => versions,
      metrics: metrics.text,
      maxRequestBytes: config.requestBytesMax,
      corsOrigins: config.corsOrigins,
    });
    peers = await servePeers(config.listenPeers, { versions: () => versions });
  } catch (error) {
    await served?.close(0);
    await node.stop();
    metrics.stop();
    throw error;
  }
  let stopping: Promise<void> | undefined;
  return {
    addresses: [
      ...served.addresses.map((address) => `clients http://${formatHostPort(address)}`),
      ...config.listenPeers.map((address) => `peers http://${formatHostPort(address)}`),
    ],
    failed: node.failed,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

function healthOf(node: CoreNode): HealthChecks {
  const probe = RangeRequest.create({ key: Buffer.from('health'), countOnly: true });
  return {
    alarms: () => node.alarms.list().map(({ alarm }) => (alarm === 1 ? 'NOSPACE' : 'CORRUPT')),
    hasLeader: () => node.raft.leader !== 0n,
    isLearner: () => false,
    read: async (serializable) => {
      await node.service.range({ ...probe, serializable }, localCall);
    },
  };
}

const localCall: Call = { metadata: new Map(), timeoutMs: undefined, peer: 'local', cancelled: false, onCancel: () => {} };

/** What went wrong, as the one line that an operator reads. */
function startError(error: unknown): Error {
  if (error instanceof StartError || error instanceof UsageError) return error;
  return new StartError(error instanceof Error ? error.message : String(error), { cause: error });
}

