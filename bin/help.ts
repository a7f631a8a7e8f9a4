// What `rollcall help` and `rollcall <command> --help` print.

import { environmentName } from '../common/config/environment.ts';
import type { OptionTable } from '../common/config/option.ts';
import { flagsHelp } from '../common/config/option-text.ts';
import { productVersion } from '../common/version.ts';
import { type RoleName, roleNames, roles } from './roles.ts';

export interface CommandSummary {
  readonly name: string;
  readonly summary: string;
}

export const devSummary = 'server, agent, dns and proxy in one process, to try things out';
export const runSummary = 'wraps one process: registers it, passes signals on, deregisters it';

export function roleHelp(name: RoleName, table: OptionTable): string {
  const { summary, prefixes } = roles[name];
  const variable = environmentName(prefixes[0]!, Object.keys(table)[0]!);
  const also = prefixes.length > 1 ? `, or ${environmentName(prefixes[1]!, Object.keys(table)[0]!)}` : '';
  return [
    `rollcall ${name} - ${summary}`,
    '',
    `Usage: rollcall ${name} [flags]`,
    '',
    flagsHelp(table),
    '',
    `Each flag is also an environment variable (--${Object.keys(table)[0]!} is ${variable}${also}) and a key of the`,
    'file that --config-file names. Flags are strongest, then the environment, then the file.',
    '',
  ].join('\n');
}

export function overview(verbs: readonly CommandSummary[]): string {
  const line = ({ name, summary }: CommandSummary): string => `  ${name.padEnd(12)} ${summary}`;
  return [
    `rollcall ${productVersion} - service discovery on an etcd v3 core`,
    '',
    'Usage: rollcall COMMAND [flags]',
    '',
    'Roles:',
    ...roleNames.map((name) => line({ name, summary: roles[name].summary })),
    line({ name: 'dev', summary: devSummary }),
    line({ name: 'run', summary: runSummary }),
    '',
    'Client commands (flags and output as those of etcdctl):',
    ...verbs.map(line),
    '',
    'Other:',
    line({ name: 'help', summary: 'this text, or that of a command' }),
    line({ name: 'version', summary: 'versions of rollcall, its API and Node.js' }),
    '',
    'rollcall COMMAND --help tells more about one.',
    '',
  ].join('\n');
}

export function runHelp(table: OptionTable): string {
  return [
    `rollcall run - ${runSummary}`,
    '',
    'Usage: rollcall run --service NAME --port PORT [flags] -- COMMAND ARGS…',
    '',
    flagsHelp(table),
    '',
  ].join('\n');
}

export function devHelp(table: OptionTable): string {
  return [`rollcall dev - ${devSummary}`, '', 'Usage: rollcall dev [flags]', '', flagsHelp(table), ''].join('\n');
}
