// One role from arguments to exit code: reads its settings, starts it, says that it is ready, passes signals on, and
// waits for its end. What the exit codes mean is said in process-shell.ts.

import { readFileSync } from 'node:fs';
import type { commonOptions } from '../common/config/common-options.ts';
import { loadOptions } from '../common/config/load-options.ts';
import type { OptionValues } from '../common/config/option.ts';
import type { Logger } from '../common/log.ts';
import type { Clock } from '../common/runtime/clock.ts';
import type { Random } from '../common/runtime/random.ts';
import type { RunningRole } from '../common/runtime/role.ts';
import { createLogger } from '../common/winston-log.ts';
import { roleHelp } from './help.ts';
import type { ProcessShell } from './process-shell.ts';
import { isForeignVariable, loadRole, type RoleName, roles, roleTable } from './roles.ts';
import { supervise } from './supervise.ts';
import { versionText } from './version.ts';

export interface RunContext {
  readonly shell: ProcessShell;
  readonly clock: Clock;
  readonly random: Random;
}

export async function runRole(name: RoleName, argv: readonly string[], context: RunContext): Promise<number> {
  const { shell } = context;
  const module = await loadRole(name);
  const table = roleTable(module);
  const { prefixes } = roles[name];
  const loaded = loadOptions(table, {
    argv,
    env: shell.env,
    prefixes,
    foreign: name === 'server' ? isForeignVariable : () => false,
    readFile: (path) => readFileSync(path, 'utf8'),
  });
  if (loaded.wantsHelp) return shell.print(roleHelp(name, table));
  if (loaded.wantsVersion) return shell.print(versionText());
  const log = loggerFor(loaded.values as unknown as LoggingValues, context.clock);
  for (const warning of loaded.warnings) log.warn(warning);
  const start = (): Promise<RunningRole> =>
    module.start(loaded.values as never, { clock: context.clock, random: context.random, log });
  return supervise({
    start,
    announce: (role) => shell.print(`ready: ${role.addresses.join(', ')}\n`),
    shell,
    log,
    clock: context.clock,
  });
}

/** The logging rows, which are in every role's table. */
export type LoggingValues = Pick<OptionValues<typeof commonOptions>, 'logLevel' | 'logFormat' | 'logOutputs' | 'debug'>;

export function loggerFor(values: LoggingValues, clock: Clock): Logger {
  return createLogger({
    level: values.debug ? 'debug' : values.logLevel,
    format: values.logFormat,
    outputs: values.logOutputs,
    clock,
  });
}
