// The server role: real clock, disk and sockets around a core node.

import type { Call } from '../common/api/call.ts';
import { RangeRequest } from '../common/api/generated/messages.ts';
import { createClient } from '../common/client/cluster-client.ts';
import { formatHostPort } from '../common/config/host-port.ts';
import type { HealthChecks } from '../common/gateway/operations-routes.ts';
import { type ServedService, serveService } from '../common/gateway/serve-service.ts';
import { type RoleEnvironment, type RunningRole, StartError, UsageError } from '../common/runtime/role.ts';
import { apiVersion, productVersion } from '../common/version.ts';
import type { NameResolver } from './bootstrap/name-resolver.ts';
import { nodeHttp } from './bootstrap/node-http.ts';
import { serverNames, socketLookup, systemNames } from './bootstrap/node-names.ts';
import { planBootstrap } from './bootstrap/plan-bootstrap.ts';
import { addV2KeysRoutes } from './bootstrap/v2-keys/v2-keys-routes.ts';
import { LostDataCheck } from './cluster/lost-data.ts';
import { CoreNode } from './core-node.ts';
import type { FirstMembers } from './durable-state.ts';
import { type ServerConfig, serverConfig } from './options/server-config.ts';
import type { ServerValues } from './options.ts';
import { defaultPeerLimits } from './peer/limits.ts';
import { openPeerPort, type PeerPort } from './peer/peer-port.ts';
import { PeerTransport } from './peer/peer-transport.ts';
import { webSocketDial } from './peer/web-socket.ts';
import { serverMetrics } from './server-metrics.ts';
import type { NextStore } from './snapshots.ts';
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
  const open = await openStore(config);
  try {
    return await startNode(config, open, environment);
  } catch (error) {
    await open.store.close();
    throw startError(error);
  }
}

interface OpenStore {
  readonly directory: DataDirectory;
  readonly store: KeyValueStore;
  readonly walPath: string;
}

async function openStore(config: ServerConfig): Promise<OpenStore> {
  try {
    const directory = await DataDirectory.prepare(config.dataDir);
    if (config.walDir !== undefined) await ensureDirectory(config.walDir);
    const store = await directory.openStore(openRocksdbStore);
    return { directory, store, walPath: config.walDir ?? directory.walPath };
  } catch (error) {
    throw startError(error);
  }
}

async function startNode(config: ServerConfig, open: OpenStore, environment: RoleEnvironment): Promise<RunningRole> {
  const { directory, walPath } = open;
  const { clock, random, log } = environment;
  const names = config.srvResolver === '' ? systemNames() : await serverNames(config.srvResolver);
  const metrics = serverMetrics(clock);
  // The transport needs to know who this member is, which the node finds out; until then nothing is sent or received.
  let transport: PeerTransport | undefined;
  const node = await CoreNode.open({
    store: open.store,
    logDisk: await openWorkerLogDisk({ path: walPath, onSync: metrics.walSynced }),
    clock,
    random,
    log,
    bootstrap: {
      name: config.name,
      clusterToken: config.bootstrap.clusterToken,
      plan: () => planFirstStart(config, names, environment),
    },
    clientUrls: config.advertiseClientUrls,
    heartbeatMs: config.heartbeatMs,
    electionMs: config.electionMs,
    txnOpsMax: config.txnOpsMax,
    requestBytesMax: config.requestBytesMax,
    progressNotifyMs: config.progressNotifyMs,
    quotaBytes: config.quotaBytes,
    autoCompaction: config.autoCompaction,
    strictReconfigCheck: config.strictReconfigCheck,
    learnersMax: config.learnersMax,
    peers: {
      sendMessage: (message) => void transport?.send(message.to, message),
      sendDriver: (to, message) => transport?.send(to, message) ?? false,
    },
    transfer: (to, source) => transport!.sendSnapshot(to, source),
    connectedSince: (member) => transport?.connectedSinceMs(member),
    openNextStore: () => openNextStore(directory),
    openInterruptedStore: () => openInterruptedStore(directory),
  });
  metrics.observe(node);
  // Stores of snapshots that were broken off, or taken over from, are of no use any more.
  await directory.removeOldStores();
  const versions = { etcdserver: apiVersion, etcdcluster: apiVersion, storage: apiVersion, rollcall: productVersion };
  let served: ServedService | undefined;
  let peers: PeerPort | undefined;
  let removed: (error: Error) => void = () => {};
  const gone = new Promise<Error>((resolve) => {
    removed = resolve;
  });
  try {
    transport = peerTransport(node, { config, names, environment }, () =>
      removed(new StartError('this member has been permanently removed from the cluster')),
    );
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
      routes: (router) => addV2KeysRoutes(router, { service: node.service, clock, log }),
    });
    peers = await openPeerPort({
      addresses: config.listenPeers,
      clusterId: node.identity.clusterId,
      transport,
      versions: () => versions,
      members: () => node.membership.members,
      log,
    });
  } catch (error) {
    await served?.close(0);
    transport?.close();
    await peers?.close();
    await node.stop();
    metrics.stop();
    throw error;
  }
  const stop = async (): Promise<void> => {
    await node.handOver();
    // Streams end and calls finish first: whoever is connected hears that the server stops.
    await Promise.all([node.stop(), served.close(closeGraceMs)]);
    transport.close();
    await peers.close();
    await node.backing.close();
    metrics.stop();
  };
  let stopping: Promise<void> | undefined;
  return {
    addresses: [
      ...served.addresses.map((address) => `clients http://${formatHostPort(address)}`),
      ...config.listenPeers.map((address) => `peers http://${formatHostPort(address)}`),
    ],
    failed: Promise.race([node.failed, gone]),
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

/** Who the members are, by whichever way the flags ask for. */
async function planFirstStart(
  config: ServerConfig,
  names: NameResolver,
  environment: RoleEnvironment,
): Promise<FirstMembers> {
  const { clock, random, log } = environment;
  const plan = await planBootstrap(
    config.bootstrap,
    { name: config.name, advertisePeerUrls: config.advertisePeerUrls },
    {
      clock,
      random,
      log,
      names,
      http: nodeHttp({ clock, names }),
      httpThrough: (proxy) => nodeHttp({ clock, names, proxy }),
      connect: (endpoints) => {
        const client = createClient({ endpoints, clock, random, log });
        return { service: client, close: () => client.close() };
      },
      discoveryRequestTimeoutMs: config.discoveryRequestTimeoutMs,
    },
  );
  if (plan.kind === 'proxy') {
    throw new StartError(
      'the discovered cluster is full: start a proxy in front of it ("rollcall proxy"), or use another token',
    );
  }
  const { memberId, clusterId, members } = plan;
  return { identity: { memberId, clusterId }, members, founding: plan.kind === 'found' };
}

function peerTransport(
  node: CoreNode,
  { config, names, environment }: { config: ServerConfig; names: NameResolver; environment: RoleEnvironment },
  onRemoved: () => void,
): PeerTransport {
  const { clock, random, log } = environment;
  const lostData = new LostDataCheck(node.raft, node.membership);
  const transport = new PeerTransport({
    self: { ...node.identity, name: config.name, peerUrls: config.advertisePeerUrls },
    serverVersion: productVersion,
    logIndex: () => node.raft.log.stableIndex,
    clock,
    random,
    log,
    dial: webSocketDial(defaultPeerLimits, socketLookup(names)),
    handlers: {
      message: (from, message) => node.receive(from, message),
      unreachable: (member) => node.replica.unreachable(member),
      removedFromCluster: onRemoved,
      objection: ({ from, logIndex }) => lostData.objection(from, logIndex),
      snapshot: (_from, header) => node.openSnapshot(header),
    },
  });
  const update = (): void =>
    transport.setPeers({
      membershipIndex: node.membership.members.length === 0 ? 0 : node.raft.log.appliedIndex,
      peers: node.peerUrls,
      isRemoved: (id) => node.membership.isRemoved(id),
    });
  node.membership.onChange(update);
  update();
  return transport;
}

async function openNextStore(directory: DataDirectory): Promise<NextStore> {
  const { generation, path } = await directory.beginNextStore();
  const store = await openRocksdbStore({ path });
  return { store, commit: () => directory.switchTo(generation), removeOld: () => directory.removeOldStores() };
}

async function openInterruptedStore(
  directory: DataDirectory,
): Promise<{ store: KeyValueStore; commit(): Promise<void> } | null> {
  const next = await directory.openNextStore(openRocksdbStore);
  return next === null ? null : { store: next.store, commit: () => directory.switchTo(next.generation) };
}

function healthOf(node: CoreNode): HealthChecks {
  const probe = RangeRequest.create({ key: Buffer.from('health'), countOnly: true });
  return {
    alarms: () => node.alarms.list().map(({ alarm }) => (alarm === 1 ? 'NOSPACE' : 'CORRUPT')),
    hasLeader: () => node.raft.leader !== 0n,
    isLearner: () => node.membership.learners.includes(node.identity.memberId),
    read: async (serializable) => {
      await node.service.range({ ...probe, serializable }, localCall);
    },
  };
}

const localCall: Call = {
  metadata: new Map(),
  timeoutMs: undefined,
  peer: 'local',
  cancelled: false,
  onCancel: () => {},
};

/** What went wrong, as the one line that an operator reads. */
function startError(error: unknown): Error {
  if (error instanceof StartError || error instanceof UsageError) return error;
  return new StartError(error instanceof Error ? error.message : String(error), { cause: error });
}
