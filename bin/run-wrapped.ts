// `rollcall run --service NAME --port PORT -- CMD …`: settings for the wrapper in agent/run.ts, which owns signals and
// the exit code from there on.

import { commonOptions } from '../common/config/common-options.ts';
import { loadOptions } from '../common/config/load-options.ts';
import { defineOptions } from '../common/config/option.ts';
import { UsageError } from '../common/runtime/role.ts';
import { runHelp } from './help.ts';
import { loggerFor, type RunContext } from './run-role.ts';
import { versionText } from './version.ts';

export async function runWrapped(argv: readonly string[], context: RunContext): Promise<number> {
  const { shell, clock, random } = context;
  const { options, run } = await import('../agent/run.ts');
  const { 'config-file': _, ...logging } = commonOptions;
  const table = defineOptions({ ...options, ...logging });
  // The command's own words must not be read as flags, with or without `--` in front of it.
  const loaded = loadOptions(table, { argv, env: shell.env, prefixes: ['ROLLCALL_RUN_'], positionals: 'before-rest' });
  if (loaded.wantsHelp) return shell.print(runHelp(table));
  if (loaded.wantsVersion) return shell.print(versionText());
  if (loaded.positionals.length === 0) throw new UsageError('nothing to run: expected -- CMD …');
  const log = loggerFor(loaded.values, clock);
  for (const warning of loaded.warnings) log.warn(warning);
  return run({ values: loaded.values, command: loaded.positionals, environment: { clock, random, log } });
}
