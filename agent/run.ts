// Composition root of `rollcall run`: one process and its registration, which live and die together. The process comes
// first: without a cluster it runs all the same, and is registered when the cluster comes. On SIGTERM the registration
// goes first, so that nobody is sent to a process that is about to stop (gliderlabs/registrator#685), then the signal
// is handed on. If this process is killed the lease runs out; the wrapped process then goes on unregistered.

import { createClient } from '../common/client/cluster-client.ts';
import { clientOptions } from '../common/config/client-options.ts';
import { defineOptions, type OptionValues } from '../common/config/option.ts';
import { type RoleEnvironment, UsageError } from '../common/runtime/role.ts';
import { atMost } from './at-most.ts';
import { ProbeGate } from './checks/probe-gate.ts';
import type { ServiceDefinition } from './definitions/service-definition.ts';
import { type Child, ChildStartError, startChild } from './exec/child.ts';
import { onProcessSignals } from './exec/process-signals.ts';
import { runDefinition } from './exec/run-definition.ts';
import { resolveIdentity } from './identity.ts';
import { LocalServices } from './local-services.ts';
import { Registrar } from './registration/registrar.ts';

const section = 'Service';
const checks = 'Check';

export const options = defineOptions({
  service: { kind: 'string', default: '', placeholder: 'NAME', section, help: 'name of the service (required)' },
  port: {
    ...{ kind: 'integer', default: undefined, min: 1, max: 65535, section },
    help: 'port that the process listens on (required); it gets it as PORT in its environment',
  },
  id: { kind: 'string', default: '', section, help: 'id of this instance (default: <node>-<service>-<port>)' },
  tag: {
    kind: 'list',
    default: '',
    repeatable: true,
    placeholder: 'TAG',
    section,
    help: 'tag of the instance; may be repeated',
  },
  meta: {
    ...{ kind: 'list', default: '', repeatable: true, placeholder: 'NAME=VALUE', section },
    help: 'free-form information; may be repeated',
  },
  address: {
    ...{ kind: 'string', default: '', placeholder: 'ADDR', section },
    help: 'address that others reach the process at (default: the first one that is not loopback)',
  },
  node: {
    kind: 'string',
    default: '',
    placeholder: 'NAME',
    section,
    help: 'name of this node (default: the host name)',
  },
  check: {
    ...{ kind: 'string', default: '', placeholder: 'WHAT', section: checks },
    help: 'http:/PATH, a URL, tcp, or tcp:HOST:PORT; without a check the instance passes while the process runs',
  },
  interval: {
    kind: 'duration',
    default: '5s',
    minMs: 100,
    maxMs: 3_600_000,
    section: checks,
    help: 'pause between checks',
  },
  timeout: {
    ...{ kind: 'duration', default: undefined, minMs: 10, maxMs: 60_000, section: checks },
    help: 'how long one check may take (default: the interval, at most 10s)',
  },
  rise: { kind: 'integer', default: 1, min: 1, max: 100, section: checks, help: 'successes in a row before passing' },
  fall: { kind: 'integer', default: 1, min: 1, max: 100, section: checks, help: 'failures in a row before critical' },
  drain: {
    ...{ kind: 'duration', default: '0s', maxMs: 3_600_000, section },
    help: 'pause between deregistering and handing SIGTERM on: the TTL of DNS answers that are still out',
  },
  'lease-ttl': {
    ...{ kind: 'duration', default: '15s', minMs: 2000, maxMs: 86_400_000, section },
    help: 'how long the registration outlives a killed wrapper',
  },
  ...clientOptions,
});

/** What ending may wait for the cluster to take the registration back. */
const DEREGISTER_TIMEOUT_MS = 2000;

export interface RunRequest {
  readonly values: OptionValues<typeof options>;
  /** What stood behind `--`. */
  readonly command: readonly string[];
  readonly environment: RoleEnvironment;
}

/** Resolves with the exit code of the command. Rejects with UsageError before anything is started. */
export async function run({ values, command, environment }: RunRequest): Promise<number> {
  if (command.length === 0) throw new UsageError('nothing to run: expected -- CMD …');
  const identity = resolveIdentity({ node: values.node, address: values.address }, '--address');
  const definition = runDefinition(values, identity);
  const { log } = environment;
  const signals: SignalRelay = { pending: [], deliver: undefined };
  const forgetSignals = onProcessSignals((signal, alreadyDelivered) => {
    if (signals.deliver === undefined) signals.pending.push(signal);
    else signals.deliver(signal, alreadyDelivered);
  });
  try {
    const child = await startChild(command, { ...process.env, ...childEnvironment(definition) });
    log.debug('started', { command: command.join(' '), pid: child.pid });
    return await superviseChild({ child, definition, node: identity.node, values, environment }, signals);
  } catch (error) {
    if (!(error instanceof ChildStartError)) throw error;
    log.error(error.message);
    return error.exitCode;
  } finally {
    forgetSignals();
  }
}

interface SignalRelay {
  /** Signals that came while the process was being started. */
  readonly pending: NodeJS.Signals[];
  deliver: ((signal: NodeJS.Signals, alreadyDelivered: boolean) => void) | undefined;
}

interface Supervised {
  readonly child: Child;
  readonly definition: ServiceDefinition;
  readonly node: string;
  readonly values: OptionValues<typeof options>;
  readonly environment: RoleEnvironment;
}

/** From the start of the process to its end. */
async function superviseChild(supervised: Supervised, signals: SignalRelay): Promise<number> {
  const { child, definition, environment, node, values } = supervised;
  const { clock, log, random } = environment;
  const client = createClient({
    endpoints: values.endpoints,
    connectTimeoutMs: values.dialTimeout,
    clock,
    random,
    log,
  });
  const leaseTtlSeconds = Math.ceil(values.leaseTtl / 1000);
  const registrar = new Registrar({ service: client, clock, random, log, node, leaseTtlSeconds });
  let draining = false;
  const local = new LocalServices({
    ...{ clock, random, log, node, gate: new ProbeGate() },
    onChange: () => {
      if (!draining) registrar.setDesired(local.records());
    },
  });
  local.replace([{ source: 'rollcall run', definition }]);

  const drain = async (): Promise<void> => {
    registrar.setDesired(new Map());
    // Without a lease there is nothing that could be taken back now.
    if (registrar.leaseId !== undefined) await atMost(clock, DEREGISTER_TIMEOUT_MS, registrar.idle());
    if (values.drain > 0) await atMost(clock, values.drain, child.exited);
  };
  signals.deliver = (signal, alreadyDelivered) => {
    const ending = signal === 'SIGTERM' || signal === 'SIGINT';
    // A second request to end is not made to wait for the first.
    if (!ending || draining) {
      if (!alreadyDelivered) child.signal(signal);
      return;
    }
    draining = true;
    log.info('deregistering before the process stops', { signal });
    void drain().then(() => {
      if (!alreadyDelivered) child.signal(signal);
    });
  };
  for (const signal of signals.pending.splice(0)) signals.deliver(signal, false);

  const exitCode = await child.exited;
  draining = true;
  local.stop();
  await registrar.stop(DEREGISTER_TIMEOUT_MS).catch((error: unknown) =>
    log.warn('could not deregister; the lease runs out by itself', {
      error: error instanceof Error ? error.message : String(error),
    }),
  );
  await client.close();
  return exitCode;
}

/** What the process gets to know about its registration. */
function childEnvironment({ service, id, address, port }: ServiceDefinition): Record<string, string> {
  return { PORT: String(port), ROLLCALL_SERVICE: service, ROLLCALL_INSTANCE_ID: id, ROLLCALL_ADDRESS: address };
}
