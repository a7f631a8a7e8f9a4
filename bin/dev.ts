// `rollcall dev`, which `npm start` runs: server, agent, dns and proxy in one process, for a newcomer's first minutes.
// Each role is what it is on its own, started with the flags that one would type.

import { relative } from 'node:path';
import { commonOptions } from '../common/config/common-options.ts';
import { loadOptions } from '../common/config/load-options.ts';
import { defineOptions, type OptionValues } from '../common/config/option.ts';
import type { Logger } from '../common/log.ts';
import type { RunningRole } from '../common/runtime/role.ts';
import { devGuide } from './dev-guide.ts';
import { settlePorts } from './dev-ports.ts';
import { devHelp } from './help.ts';
import { loadRole, type RoleName } from './roles.ts';
import { loggerFor, type RunContext } from './run-role.ts';
import { supervise } from './supervise.ts';
import { versionText } from './version.ts';

const host = '127.0.0.1';
const section = 'Dev';
const port = (byDefault: number, help: string) =>
  ({ kind: 'integer', default: byDefault, min: 0, max: 65535, placeholder: 'PORT', section, help }) as const;
const { 'config-file': _, ...logging } = commonOptions;

export const devOptions = defineOptions({
  'data-dir': {
    kind: 'string',
    default: './rollcall-data',
    placeholder: 'DIR',
    section,
    help: 'directory for everything that is stored; it survives restarts',
  },
  'config-dir': {
    kind: 'string',
    default: '',
    placeholder: 'DIR',
    section,
    help: 'directory of service definitions for the agent',
  },
  'client-port': port(2379, 'port of the server for clients; 0 takes a free one, here and below'),
  'peer-port': port(2380, 'port of the server for other members'),
  'http-port': port(8500, "port of the agent's HTTP API"),
  'dns-port': port(8600, 'port of the DNS responder, UDP and TCP'),
  'proxy-port': port(23790, 'port of the proxy'),
  domain: {
    kind: 'string',
    default: 'rollcall.internal',
    placeholder: 'DOMAIN',
    section,
    help: 'domain of the DNS names',
  },
  ...logging,
  // Lines about every step would bury the ready lines and the guide.
  'log-level': { ...logging['log-level'], default: 'warn' },
});

export interface DevPorts {
  readonly client: number;
  readonly peer: number;
  readonly http: number;
  readonly dns: number;
  readonly proxy: number;
}

export async function runDev(argv: readonly string[], context: RunContext): Promise<number> {
  const { shell, clock } = context;
  const loaded = loadOptions(devOptions, { argv, env: shell.env, prefixes: ['ROLLCALL_DEV_'] });
  if (loaded.wantsHelp) return shell.print(devHelp(devOptions));
  if (loaded.wantsVersion) return shell.print(versionText());
  const { values } = loaded;
  const log = loggerFor(values, clock);
  for (const warning of loaded.warnings) log.warn(warning);
  return supervise({
    start: () => startAll(values, context, log),
    announce: () => {},
    shell,
    log,
    clock,
  });
}

async function settleDevPorts(values: OptionValues<typeof devOptions>): Promise<DevPorts> {
  const [client, peer, http, dns, proxy] = await settlePorts(host, [
    { flag: '--client-port', port: values.clientPort, udp: false },
    { flag: '--peer-port', port: values.peerPort, udp: false },
    { flag: '--http-port', port: values.httpPort, udp: false },
    { flag: '--dns-port', port: values.dnsPort, udp: true },
    { flag: '--proxy-port', port: values.proxyPort, udp: false },
  ]);
  return { client: client!, peer: peer!, http: http!, dns: dns!, proxy: proxy! };
}

interface DevRole extends RunningRole {
  readonly name: RoleName;
}

/** What one would type behind `rollcall ROLE`. */
function roleArguments(values: OptionValues<typeof devOptions>, ports: DevPorts): Readonly<Record<RoleName, string[]>> {
  const clientUrl = `http://${host}:${ports.client}`;
  const peerUrl = `http://${host}:${ports.peer}`;
  const directory = (name: string): string => `${values.dataDir.replace(/\/+$/, '')}/${name}`;
  const listen = (portNumber: number): string => `${host}:${portNumber}`;
  return {
    server: [
      ...['--name', 'dev', '--data-dir', directory('server')],
      ...['--listen-client-urls', clientUrl, '--advertise-client-urls', clientUrl],
      ...['--listen-peer-urls', peerUrl, '--initial-advertise-peer-urls', peerUrl],
    ],
    agent: [
      ...['--endpoints', clientUrl, '--http-addr', listen(ports.http), '--data-dir', directory('agent')],
      ...['--advertise', host],
      ...(values.configDir === '' ? [] : ['--config-dir', values.configDir]),
    ],
    dns: ['--endpoints', clientUrl, '--listen', listen(ports.dns), '--domain', values.domain],
    proxy: ['--endpoints', clientUrl, '--listen-addr', listen(ports.proxy)],
  };
}

/** The server first, since the others are its clients; a failed start stops what has started. */
async function startAll(
  values: OptionValues<typeof devOptions>,
  context: RunContext,
  log: Logger,
): Promise<RunningRole> {
  const ports = await settleDevPorts(values);
  const argv = roleArguments(values, ports);
  const running: DevRole[] = [];
  try {
    for (const name of ['server', 'agent', 'dns', 'proxy'] as const) {
      const role = await startRole(name, argv[name], context, log);
      running.push({ ...role, name });
      context.shell.print(`ready: ${name}: ${role.addresses.join(', ')}\n`);
    }
  } catch (error) {
    await stopAll(running, log);
    throw error;
  }
  const command = relative(process.cwd(), process.argv[1] ?? '') || 'rollcall';
  context.shell.print(devGuide({ command, ports, domain: values.domain }));
  return {
    addresses: running.flatMap(({ addresses }) => addresses),
    failed: Promise.race(running.map(({ failed }) => failed)),
    stop: () => stopAll(running, log),
    reload: async () => {
      await Promise.all(running.map((role) => role.reload?.()));
    },
  };
}

async function startRole(
  name: RoleName,
  argv: readonly string[],
  { clock, random }: RunContext,
  log: Logger,
): Promise<RunningRole> {
  const module = await loadRole(name);
  // The environment is for roles on their own: here the flags above say it all.
  const loaded = loadOptions(module.options, { argv, env: {}, prefixes: [] });
  return module.start(loaded.values, { clock, random, log: log.child({ role: name }) });
}

/** Clients before the server that they talk to: the agent deregisters, the proxy hands over what is under way. */
async function stopAll(running: readonly DevRole[], log: Logger): Promise<void> {
  const failures: unknown[] = [];
  for (const role of [...running.slice(1), ...running.slice(0, 1)]) {
    await role.stop().catch((error: unknown) => failures.push(error));
    log.info('stopped', { role: role.name });
  }
  if (failures.length > 0) throw failures[0];
}
