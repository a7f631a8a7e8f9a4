// What the agent tells Prometheus about its own work.

import type { MetricsRegistry } from '../common/metrics.ts';
import { checkStatuses } from '../common/registry/instance.ts';
import type { LocalService } from './local-services.ts';
import type { Registrar, RegistrarCounters } from './registration/registrar.ts';

const counters: Readonly<Record<keyof RegistrarCounters, { readonly name: string; readonly help: string }>> = {
  puts: { name: 'puts', help: 'Records written to the cluster.' },
  deletes: { name: 'deletes', help: 'Records deleted from the cluster.' },
  failures: { name: 'failures', help: 'Registration passes that failed and were tried again.' },
  leasesGranted: { name: 'leases_granted', help: 'Leases granted to this agent.' },
  leasesLost: { name: 'leases_lost', help: 'Leases lost before the agent gave them back.' },
  audits: { name: 'audits', help: 'Comparisons of the own records with what the cluster holds.' },
  repairs: { name: 'repairs', help: 'Records found missing or changed, and written again.' },
};

export interface AgentMetricsSources {
  readonly services: () => readonly LocalService[];
  readonly registrar: () => Registrar | undefined;
}

/** Returns what prints the exposition. `registry` may hold more (process metrics). */
export function registerAgentMetrics(registry: MetricsRegistry, sources: AgentMetricsSources): () => string {
  for (const [field, { name, help }] of Object.entries(counters)) {
    registry.reads({
      name: `rollcall_agent_${name}_total`,
      help,
      type: 'counter',
      read: () => sources.registrar()?.counters[field as keyof RegistrarCounters] ?? 0,
    });
  }
  registry.reads({
    name: 'rollcall_agent_has_lease',
    help: 'Whether the agent holds a lease, without which nothing is registered.',
    read: () => (sources.registrar()?.leaseId === undefined ? 0 : 1),
  });
  const services = registry.gauge({
    ...{ name: 'rollcall_agent_services', help: 'Services of this agent by the worst of their checks.' },
    labels: ['status'],
  });
  return () => {
    const list = sources.services();
    for (const status of checkStatuses) {
      services.with(status).set(list.filter((service) => service.status === status).length);
    }
    return registry.text();
  };
}
