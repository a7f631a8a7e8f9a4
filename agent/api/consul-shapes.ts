// What the local API answers, in Consul's shapes and names, so that its client libraries read it.

import { createHash } from 'node:crypto';
import { formatDuration } from '../../common/config/units.ts';
import type { CheckStatus } from '../../common/registry/instance.ts';
import type { RunningCheck } from '../checks/running-check.ts';
import type { LocalService } from '../local-services.ts';

const DATACENTER = 'dc1';

export function agentService({ definition }: LocalService): Record<string, unknown> {
  const { service, id, address, port, tags, meta, weight } = definition;
  return {
    ID: id,
    Service: service,
    Tags: tags,
    Meta: meta,
    Port: port,
    Address: address,
    TaggedAddresses: {},
    Weights: { Passing: weight, Warning: weight },
    EnableTagOverride: false,
    Datacenter: DATACENTER,
  };
}

/** One service by its id: with a hash that changes when the definition does. */
export function agentServiceInDetail(service: LocalService): Record<string, unknown> {
  const hash = createHash('sha256').update(JSON.stringify(service.definition)).digest('hex').slice(0, 16);
  return { ...agentService(service), ContentHash: hash };
}

/**
 * The id of a check over the whole agent. What Consul's clients registered has the id that they gave it (or Consul's
 * default, see consul-registration.ts); checks from files have ids within their service.
 */
export function agentCheckId(service: LocalService, check: RunningCheck): string {
  const { id } = check.definition;
  return service.source === 'api' ? id : `service:${service.definition.id}:${id}`;
}

export function agentCheck(service: LocalService, check: RunningCheck, node: string): Record<string, unknown> {
  const { definition, state } = check;
  const { target, schedule } = definition;
  const timing =
    target.kind === 'ttl'
      ? {}
      : { Interval: formatDuration(schedule.intervalMs), Timeout: formatDuration(schedule.timeoutMs) };
  return {
    Node: node,
    CheckID: agentCheckId(service, check),
    Name: definition.name,
    Status: state.status,
    Notes: definition.notes,
    Output: state.output,
    ServiceID: service.definition.id,
    ServiceName: service.definition.service,
    ServiceTags: service.definition.tags,
    Type: target.kind,
    ...timing,
  };
}

/** /v1/agent/health/service: one service with its checks. */
export function serviceHealth(service: LocalService, node: string): Record<string, unknown> {
  return {
    AggregatedStatus: service.status,
    Service: agentService(service),
    Checks: service.checks.map((check) => agentCheck(service, check, node)),
  };
}

/** Consul's HTTP status for a health state: for load balancers that look at nothing else. */
export function healthHttpStatus(status: CheckStatus): number {
  return { passing: 200, warning: 429, critical: 503 }[status];
}

export interface SelfDescription {
  readonly node: string;
  readonly address: string;
  readonly httpPort: number;
  readonly version: string;
}

export function agentSelf({ node, address, httpPort, version }: SelfDescription): Record<string, unknown> {
  return {
    Config: { Datacenter: DATACENTER, NodeName: node, Server: false, Version: version },
    DebugConfig: { HTTPPort: httpPort },
    Member: { Name: node, Addr: address, Port: httpPort, Tags: { role: 'rollcall-agent' }, Status: 1 },
    Meta: {},
  };
}
