// What `rollcall dev` says to try next. A test runs every command of it.

import type { DevPorts } from './dev.ts';

export interface DevGuide {
  /** How this executable was called: `bin/rollcall`. */
  readonly command: string;
  readonly ports: DevPorts;
  readonly domain: string;
}

const defaultClientPort = 2379;

/** The commands, in an order in which they show something. */
export function devCommands({ command, ports, domain }: DevGuide): readonly { text: string; about: string }[] {
  const endpoints = ports.client === defaultClientPort ? '' : ` --endpoints 127.0.0.1:${ports.client}`;
  const dig = `dig @127.0.0.1 -p ${ports.dns} +short`;
  const registration = '{"Name": "api", "ID": "api-1", "Address": "127.0.0.1", "Port": 9000}';
  return [
    {
      about: 'register an instance: a key is a registration',
      text: `${command}${endpoints} put /rollcall/services/web/web-1 127.0.0.1:8080`,
    },
    {
      about: 'or through the agent, as Consul clients do',
      text: `curl -X PUT -d '${registration}' http://127.0.0.1:${ports.http}/v1/agent/service/register`,
    },
    { about: 'what is registered', text: `${command}${endpoints} service list` },
    { about: 'resolve it over DNS', text: `${dig} _web._tcp.service.${domain} SRV` },
    { about: 'the address alone', text: `${dig} web.service.${domain} A` },
    {
      about: 'any etcd client works, here through the proxy',
      text: `ETCDCTL_API=3 etcdctl --endpoints 127.0.0.1:${ports.proxy} get --prefix /rollcall/`,
    },
  ];
}

export function devGuide(guide: DevGuide): string {
  const lines = devCommands(guide).flatMap(({ about, text }) => [`  # ${about}`, `  ${text}`]);
  const run = `  ${guide.command} run --service hello --port 8000 -- python3 -m http.server 8000`;
  const endpoints = guide.ports.client === defaultClientPort ? '' : ` --endpoints 127.0.0.1:${guide.ports.client}`;
  return [
    '',
    'Try, in another terminal:',
    ...lines,
    '  # a process that is registered for as long as it runs',
    run.replace(' --service', `${endpoints} --service`),
    '',
    'Ctrl-C stops everything; the data stays.',
    '',
  ].join('\n');
}
