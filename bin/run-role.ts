// One role from arguments to exit code: reads its settings, starts it, says that it is ready, passes signals on, and
// waits for its end. What the exit codes mean is said in process-shell.ts.

import { readFileSync } from 'node:fs';
import { commonOptions } from '../common/config/common-options.ts';
import { type LoadedOptions, loadOptions } from '../common/config/load-options.ts';
import { defineOptions, type OptionTable } from '../common/config/option.ts';
import type { Logger } from '../common/log.ts';
import type { Clock } from '../common/runtime/clock.ts';
import type { Random } from '../common/runtime/random.ts';
import type { RunningRole } from '../common/runtime/role.ts';
import { createLogger } from '../common/winston-log.ts';
import { roleHelp } from './help.ts';
import type { ProcessShell } from './process-shell.ts';
import { supervise } from './supervise.ts';
import { isForeignVariable, loadRole, type RoleName, roles, roleTable } from './roles.ts';
import { versionText } from './version.ts';

export interface RunContext {
  readonly shell: ProcessShell;
  readonly clock: Clock;
  readonly random: Random;
}

const loggingTable = defineOptions(commonOptions);

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
  const log = loggerFor(loaded, context.clock);
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

/** The logging rows are in every role's table, so their values are there under their own types. */
export function loggerFor(loaded: LoadedOptions<OptionTable>, clock: Clock): Logger {
  const values = loaded.values as unknown as LoadedOptions<typeof loggingTable>['values'];
  return createLogger({
    level: values.debug ? 'debug' : values.logLevel,
    format: values.logFormat,
    outputs: values.logOutputs,
    clock,
  });
}
