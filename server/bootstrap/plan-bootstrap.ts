// The first start of a member, from flags to a member list with ids: static, by DNS, or through an existing cluster. Only
// members without data come here; what the plan is turned into (first log entries, an empty log) is the caller's.

import type { Service } from '../../common/api/generated/service.ts';
import { unreachable } from '../../common/runtime/assert.ts';
import { StartError } from '../../common/runtime/role.ts';
import { clusterId, memberId } from '../cluster/member-ids.ts';
import type { BootstrapConfig } from './bootstrap-source.ts';
import type { BootstrapEnvironment } from './environment.ts';
import type { HttpExchange } from './http-exchange.ts';
import { planJoin } from './join-existing.ts';
import { type BootstrapPlan, foundingMembers } from './planned-members.ts';
import { type DiscoveryOutcome, discoveryError } from './registered-members.ts';
import { isBootstrapped } from './remote-cluster.ts';
import { discoverBySrv } from './srv-discovery.ts';
import { formatUrlsMap, type UrlsMap } from './urls-map.ts';
import { discoverByV2 } from './v2-discovery.ts';
import { discoverByV3 } from './v3-discovery.ts';
import { type LocalMember, verifyFounder } from './verify-flags.ts';

export interface PlanEnvironment extends BootstrapEnvironment {
  /** A client of the cluster at these endpoints (--discovery-endpoints), closed when the plan is made. */
  readonly connect: (endpoints: readonly string[]) => { readonly service: Service; close(): Promise<void> };
  /** HTTP through --discovery-proxy; empty for none. */
  readonly httpThrough: (proxy: string) => HttpExchange;
  /** --discovery-request-timeout. */
  readonly discoveryRequestTimeoutMs?: number;
  /** How long --discovery-srv goes on asking. */
  readonly srvSearchMs?: number;
}

/** Rejects with a UsageError or StartError in etcd's words. */
export async function planBootstrap(
  config: BootstrapConfig,
  local: LocalMember,
  environment: PlanEnvironment,
): Promise<BootstrapPlan> {
  const { source } = config;
  switch (source.kind) {
    case 'static':
      return planFromMap(config, { local, map: source.members, namesAreShared: true }, environment);
    case 'srv': {
      const { srvSearchMs } = environment;
      const search = srvSearchMs === undefined ? source : { ...source, searchMs: srvSearchMs };
      const map = await discoverBySrv(search, local, environment);
      return planFromMap(config, { local, map, namesAreShared: false }, environment);
    }
    case 'v2-discovery': {
      const self = selfMap(local);
      const registration = { id: idOf(local, config).toString(16), self };
      const http = environment.httpThrough(source.proxy);
      const outcome = await discoverByV2({ url: source.url, http }, registration, environment);
      return planDiscovered(config, local, outcome, environment);
    }
    case 'v3-discovery': {
      const outcome = await discoverThrough(source, local, config, environment);
      return planDiscovered(config, local, outcome, environment);
    }
    default:
      return unreachable(source);
  }
}

interface Found {
  readonly local: LocalMember;
  readonly map: UrlsMap;
  /** By DNS every member knows only its own name, the others are numbers. */
  readonly namesAreShared: boolean;
}

async function planFromMap(
  config: BootstrapConfig,
  found: Found,
  environment: BootstrapEnvironment,
): Promise<BootstrapPlan> {
  if (config.state === 'existing') return planJoin(found.local, found.map, environment);
  await verifyFounder(found.local, found.map, environment);
  return planFounding(config, found, environment);
}

async function planDiscovered(
  config: BootstrapConfig,
  local: LocalMember,
  outcome: DiscoveryOutcome,
  environment: BootstrapEnvironment,
): Promise<BootstrapPlan> {
  if (outcome.kind === 'joined') {
    return planFounding(config, { local, map: outcome.members, namesAreShared: true }, environment);
  }
  if (config.source.kind !== 'v2-discovery' || config.source.fallback === 'exit') {
    throw discoveryError('fullCluster', `its members are ${formatUrlsMap(outcome.members)}`);
  }
  environment.log.warn('discovery cluster full, falling back to proxy', { members: formatUrlsMap(outcome.members) });
  return { kind: 'proxy', members: outcome.members };
}

async function planFounding(
  { clusterToken }: BootstrapConfig,
  { local, map, namesAreShared }: Found,
  environment: BootstrapEnvironment,
): Promise<BootstrapPlan> {
  const members = foundingMembers(map, clusterToken);
  const ownId = memberId(map.get(local.name)!, clusterToken);
  const others = members.filter(({ id }) => id !== ownId).flatMap(({ peerUrls }) => peerUrls);
  if (await isBootstrapped(ownId, others, environment)) {
    throw new StartError(`member ${ownId.toString(16)} has already been bootstrapped`);
  }
  return {
    kind: 'found',
    memberId: ownId,
    clusterId: clusterId(members.map(({ id }) => id)),
    members: namesAreShared ? members : members.map((member) => ({ ...member, name: '' })),
  };
}

async function discoverThrough(
  { token, endpoints }: BootstrapConfig['source'] & { readonly kind: 'v3-discovery' },
  local: LocalMember,
  config: BootstrapConfig,
  environment: PlanEnvironment,
): Promise<DiscoveryOutcome> {
  const { discoveryRequestTimeoutMs: requestTimeoutMs } = environment;
  const { service, close } = environment.connect(endpoints);
  try {
    return await discoverByV3(
      {
        service,
        endpoints: endpoints.join(','),
        token,
        ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }),
      },
      { id: idOf(local, config).toString(16), self: selfMap(local) },
      environment,
    );
  } finally {
    await close();
  }
}

function selfMap({ name, advertisePeerUrls }: LocalMember): UrlsMap {
  return new Map([[name, [...advertisePeerUrls].sort()]]);
}

function idOf({ advertisePeerUrls }: LocalMember, { clusterToken }: BootstrapConfig): bigint {
  return memberId(advertisePeerUrls, clusterToken);
}
