// What an operator says about one service instance, whatever said it: a file, the local HTTP API, `rollcall run`.
// Complete: every default is filled in. Reading and refusing is read-service.ts; what the cluster gets to see is
// registration/desired-records.ts.

import type { CheckSchedule } from '../checks/check-runner.ts';
import type { HttpTarget } from '../checks/http-probe.ts';
import type { TcpTarget } from '../checks/tcp-probe.ts';

export type CheckTarget =
  | ({ readonly kind: 'http' } & HttpTarget)
  | ({ readonly kind: 'tcp' } & TcpTarget)
  /** The process reports by itself; silent for `ttlMs`, it is critical. */
  | { readonly kind: 'ttl'; readonly ttlMs: number };

export interface CheckDefinition {
  /** Unique within the service; `http`, `tcp`, `http-2` … when not given. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  readonly notes: string;
  readonly target: CheckTarget;
  readonly schedule: CheckSchedule;
}

export interface ServiceDefinition {
  readonly service: string;
  /** Unique within the agent. */
  readonly id: string;
  readonly address: string;
  /** 1 to 65535. */
  readonly port: number;
  /** Lower case: `tcp`, `udp`, or an application protocol such as `http`. */
  readonly protocol: string;
  readonly tags: readonly string[];
  readonly meta: Readonly<Record<string, string>>;
  readonly weight: number;
  readonly priority: number;
  readonly checks: readonly CheckDefinition[];
}

/** What a definition inherits from the agent that reads it. */
export interface DefinitionDefaults {
  readonly node: string;
  readonly address: string;
  /**
   * Takes ids that are no DNS label, as Consul's clients make them up (`host:container:8080`). Files are held to labels,
   * because the instance is found under its id over DNS.
   */
  readonly lenientIds?: boolean;
}

/** Bounds; past them a definition is refused with a message that names the bound. Those of the record itself (tags, meta) are the registry's. */
export const definitionLimits = {
  /** Services one agent registers. */
  services: 5000,
  checksPerService: 32,
  addressLength: 253,
  urlLength: 2048,
  textLength: 1024,
  headers: 32,
  bodyLength: 4096,
} as const;

export const checkDefaults = {
  intervalMs: 10_000,
  /** Also at most the interval. */
  timeoutMs: 10_000,
  rise: 1,
  fall: 1,
} as const;

export const checkRules = {
  interval: { min: 100, max: 3_600_000 },
  timeout: { min: 10, max: 60_000 },
  threshold: { min: 1, max: 100 },
  ttl: { min: 1000, max: 86_400_000 },
} as const;
