// One check of one service at work, whichever kind it is: the definition, the state, and how to end it.

import type { CheckStatus } from '../../common/registry/instance.ts';
import type { Clock } from '../../common/runtime/clock.ts';
import type { Random } from '../../common/runtime/random.ts';
import type { CheckDefinition, CheckTarget } from '../definitions/service-definition.ts';
import { CheckRunner, type CheckState } from './check-runner.ts';
import { httpProbe } from './http-probe.ts';
import type { Probe } from './probe.ts';
import type { ProbeGate } from './probe-gate.ts';
import { tcpProbe } from './tcp-probe.ts';
import { TtlCheck } from './ttl-check.ts';

export interface RunningCheck {
  readonly definition: CheckDefinition;
  readonly state: CheckState;
  /** Whether a first result is there; nothing is waited for with a TTL check. */
  readonly hasRun: boolean;
  /** Present on TTL checks only. */
  readonly report: TtlCheck['report'] | undefined;
  stop(): void;
}

export interface CheckDependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly gate: ProbeGate;
  /** Replaces the sockets in tests. */
  readonly probeFor?: (target: Exclude<CheckTarget, { kind: 'ttl' }>) => Probe;
}

export function startCheck(
  definition: CheckDefinition,
  initialStatus: CheckStatus,
  dependencies: CheckDependencies,
  onChange: (state: CheckState, before: CheckState) => void,
): RunningCheck {
  const { target } = definition;
  const schedule = { ...definition.schedule, initialStatus };
  const { clock, gate, random, probeFor = socketProbe } = dependencies;
  const ttlCheck =
    target.kind === 'ttl' ? new TtlCheck({ ttlMs: target.ttlMs, initialStatus, clock, onChange }) : undefined;
  const check =
    target.kind === 'ttl'
      ? ttlCheck!
      : new CheckRunner({ schedule, probe: probeFor(target), gate, clock, random, onChange });
  return {
    definition,
    get state() {
      return check.state;
    },
    get hasRun() {
      return check instanceof TtlCheck || check.hasRun;
    },
    report: ttlCheck?.report.bind(ttlCheck),
    stop: () => check.stop(),
  };
}

function socketProbe(target: Exclude<CheckTarget, { kind: 'ttl' }>): Probe {
  return target.kind === 'http' ? httpProbe(target) : tcpProbe(target);
}
