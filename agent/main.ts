// Composition root of `rollcall agent`: settings to parts, in the order that makes a failed start harmless (everything
// that can be refused comes before the first write to the cluster). The cluster need not be there: the agent serves its
// API, checks its services and registers them when the cluster comes.

import { access, constants } from 'node:fs/promises';
import { type ClusterClient, createClient } from '../common/client/cluster-client.ts';
import { clientOptions } from '../common/config/client-options.ts';
import { formatHostPort } from '../common/config/host-port.ts';
import { defineOptions, type OptionValues } from '../common/config/option.ts';
import { BodyReader } from '../common/gateway/request-body.ts';
import { MetricsRegistry } from '../common/metrics.ts';
import { registerProcessMetrics } from '../common/process-metrics.ts';
import { type RoleEnvironment, type RunningRole, StartError } from '../common/runtime/role.ts';
import { productVersion } from '../common/version.ts';
import { Agent } from './agent.ts';
import { agentRequestListener } from './api/agent-routes.ts';
import { REQUEST_BYTES_MAX } from './api/json-body.ts';
import { ProbeGate } from './checks/probe-gate.ts';
import { type DefinitionDirectory, openDefinitionDirectory } from './definitions/definition-directory.ts';
import { resolveIdentity } from './identity.ts';
import { type HttpListener, listenHttp } from './listen.ts';
import { makeDirectory } from './persistence/make-directory.ts';
import {
  noRegistrationStore,
  openRegistrationStore,
  type RegistrationStore,
} from './persistence/registration-store.ts';
import { type LeaseJournal, noLeaseJournal, openLeaseJournal } from './registration/lease-journal.ts';
import { Registrar } from './registration/registrar.ts';

const section = 'Agent';

export const options = defineOptions({
  ...clientOptions,
  'config-dir': {
    kind: 'string',
    default: '',
    placeholder: 'DIR',
    section,
    help: 'directory of service definitions (*.yaml, *.yml, *.json), reloaded on change and on SIGHUP',
  },
  'http-addr': { kind: 'address', default: '127.0.0.1:8500', section, help: 'where the local HTTP API listens' },
  'data-dir': {
    kind: 'string',
    default: '',
    placeholder: 'DIR',
    section,
    help: 'where registrations over the HTTP API are kept across restarts; none: they are not kept',
  },
  'lease-ttl': {
    kind: 'duration',
    default: '15s',
    minMs: 2000,
    maxMs: 86_400_000,
    section,
    help: 'how long registrations outlive an agent that died',
  },
  node: {
    kind: 'string',
    default: '',
    placeholder: 'NAME',
    section,
    help: 'name of this node (default: the host name)',
  },
  advertise: {
    kind: 'string',
    default: '',
    placeholder: 'ADDR',
    section,
    help: 'address of services that name none (default: the first one that is not loopback)',
  },
});

/** What stopping may wait for the cluster to take the registrations back. */
const REVOKE_TIMEOUT_MS = 3000;

export async function start(values: OptionValues<typeof options>, environment: RoleEnvironment): Promise<RunningRole> {
  const { clock, log, random } = environment;
  const identity = resolveIdentity({ node: values.node, address: values.advertise }, '--advertise');
  const { store, journal } = await openDataDir(values.dataDir, environment);
  const client = createClient({
    endpoints: values.endpoints,
    connectTimeoutMs: values.dialTimeout,
    clock,
    random,
    log,
  });
  const listener = await listenHttp(values.httpAddr, '--http-addr');
  const metrics = new MetricsRegistry();
  const agent = new Agent({
    ...identity,
    ...{ clock, random, log, store, metrics, gate: new ProbeGate() },
    self: { ...identity, httpPort: listener.address.port, version: productVersion },
  });
  let directory: DefinitionDirectory | undefined;
  try {
    await agent.loadStored();
    if (values.configDir !== '') {
      const onFiles = agent.setFiles.bind(agent);
      directory = await openDefinitionDirectory({ directory: values.configDir, clock, log, onFiles });
      agent.onReload(directory.reload);
    }
  } catch (error) {
    agent.stopChecks();
    await Promise.all([listener.close(), client.close()]);
    throw error;
  }
  const bodies = new BodyReader(clock, REQUEST_BYTES_MAX);
  listener.handle(agentRequestListener({ control: agent, bodies, log }));
  const leaseTtlSeconds = Math.ceil(values.leaseTtl / 1000);
  const registrar = new Registrar({
    service: client,
    clock,
    random,
    log,
    node: identity.node,
    leaseTtlSeconds,
    journal,
  });
  agent.publishTo(registrar);
  const stopProcessMetrics = registerProcessMetrics(metrics, clock);
  return runningAgent({ agent, registrar, directory, listener, client, environment }, () => {
    bodies.close();
    stopProcessMetrics();
  });
}

interface Parts {
  readonly agent: Agent;
  readonly registrar: Registrar;
  readonly directory: DefinitionDirectory | undefined;
  readonly listener: HttpListener;
  readonly client: ClusterClient;
  readonly environment: RoleEnvironment;
}

function runningAgent(parts: Parts, release: () => void): RunningRole {
  const { agent, client, directory, environment, listener, registrar } = parts;
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    directory?.close();
    agent.stopChecks();
    await registrar.stop(REVOKE_TIMEOUT_MS).catch((error: unknown) =>
      environment.log.warn('could not deregister; the lease runs out by itself', {
        error: error instanceof Error ? error.message : String(error),
      }),
    );
    await listener.close();
    await client.close();
    release();
  };
  return {
    addresses: [`http http://${formatHostPort(listener.address)}`],
    // Nothing that can happen to an agent is worse than ending it: it goes on trying.
    failed: new Promise<Error>(() => {}),
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
    reload: () => agent.reload(),
  };
}

async function openDataDir(
  dataDir: string,
  { log }: RoleEnvironment,
): Promise<{ readonly store: RegistrationStore; readonly journal: LeaseJournal }> {
  if (dataDir === '') return { store: noRegistrationStore, journal: noLeaseJournal };
  try {
    await makeDirectory(dataDir);
    await access(dataDir, constants.W_OK | constants.X_OK);
    return { store: await openRegistrationStore(dataDir), journal: await openLeaseJournal(dataDir, log) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`--data-dir ${dataDir}: cannot be used: ${reason}`, { cause: error });
  }
}
