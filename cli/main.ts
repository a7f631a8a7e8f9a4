// Runs one client verb: finds it behind the global flags, reads its flags, gives it a session, and turns its failure
// into a line on stderr and etcdctl's exit code.

import { parseFlags } from '../common/config/flags.ts';
import { loadOptions } from '../common/config/load-options.ts';
import { nearestName } from '../common/config/nearest.ts';
import type { OptionTable } from '../common/config/option.ts';
import { flagsHelp } from '../common/config/option-text.ts';
import { UsageError } from '../common/runtime/role.ts';
import { ExitError, exitCodes } from './exit-error.ts';
import { type GlobalValues, globalOptions } from './global-options.ts';
import { createSession, type SessionEnvironment } from './session.ts';
import type { Verb } from './verb.ts';
import { groupNames, groupSummaries, verbs } from './verbs.ts';

export interface VerbSummary {
  readonly name: string;
  readonly summary: string;
}

/** One row a verb, and one a group of verbs. */
export const verbSummaries: readonly VerbSummary[] = [
  ...groupNames().map((name) => ({ name, summary: groupSummaries[name]! })),
  ...verbs.filter(({ name }) => !name.includes(' ')),
];

/** Whether the word begins a verb; unique beginnings count, as with etcdctl (`compact`). */
export function isVerb(word: string): boolean {
  return matching([word]).length > 0;
}

export async function runVerb(argv: readonly string[], environment: SessionEnvironment): Promise<number> {
  try {
    return await dispatch(argv, environment);
  } catch (error) {
    const exitCode = exitCodeOf(error);
    if (exitCode === undefined) throw error;
    environment.out.complain(`Error: ${(error as Error).message}`);
    return exitCode;
  }
}

/** Wrong flags end etcdctl with 1; our own `service` verbs say so by ExitError. */
function exitCodeOf(error: unknown): number | undefined {
  if (error instanceof ExitError) return error.exitCode;
  return error instanceof UsageError ? exitCodes.error : undefined;
}

/** Verbs that begin with these words, the last one perhaps cut short. An exact match excludes longer ones. */
function matching(words: readonly string[]): readonly Verb[] {
  const wanted = words.join(' ');
  const inGroup = verbs.filter(({ name }) => name === wanted || name.startsWith(`${wanted} `));
  return inGroup.length > 0 ? inGroup : verbs.filter(({ name }) => name.startsWith(wanted));
}

async function dispatch(argv: readonly string[], environment: SessionEnvironment): Promise<number> {
  const leading = parseFlags(globalOptions, argv, 'before-rest');
  const words = leading.positionals;
  const globalFlags = argv.slice(0, argv.length - words.length);
  const [first = '', second] = words;
  const isGroup = verbs.some(({ name }) => name.startsWith(`${first} `));
  if (!isGroup) {
    const [verb, ...others] = matching([first]);
    if (first === '' || verb === undefined || others.length > 0) throw unknownVerb(first);
    if (verb.name.includes(' '))
      return dispatch([...globalFlags, verb.name.split(' ')[0]!, ...words.slice(1)], environment);
    return run(verb, [...globalFlags, ...words.slice(1)], environment);
  }
  if (second === undefined || second.startsWith('-')) {
    environment.out.write(groupHelp(first));
    return second === undefined || second === '--help' || second === '-h' ? 0 : exitCodes.error;
  }
  const [verb, ...others] = matching([first, second]);
  if (verb === undefined || others.length > 0) throw unknownVerb(`${first} ${second}`);
  return run(verb, [...globalFlags, ...words.slice(2)], environment);
}

async function run(verb: Verb, argv: readonly string[], environment: SessionEnvironment): Promise<number> {
  const table: OptionTable = { ...verb.options, ...globalOptions };
  const loaded = loadOptions(table, {
    argv,
    env: environment.env,
    prefixes: ['ROLLCALL_', 'ETCDCTL_'],
    positionals: 'mixed',
    // Variables of the roles stand in the same environment: none of them is a mistake here.
    foreign: () => true,
  });
  if (loaded.wantsHelp) {
    environment.out.write(verbHelp(verb));
    return 0;
  }
  const values: unknown = loaded.values;
  const session = createSession(environment, values as GlobalValues);
  try {
    const { positionals: args, afterDashes } = loaded;
    return await verb.run({ args, afterDashes, values: loaded.values, session });
  } finally {
    await session.close();
  }
}

function unknownVerb(words: string): UsageError {
  const nearest = nearestName(
    words,
    verbs.map(({ name }) => name),
  );
  return new UsageError(`unknown command "${words}"${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`);
}

function groupHelp(group: string): string {
  const members = verbs.filter(({ name }) => name.startsWith(`${group} `));
  return [
    `rollcall ${group} - ${groupSummaries[group]}`,
    '',
    ...members.map(({ name, summary }) => `  ${name.padEnd(22)} ${summary}`),
    '',
  ].join('\n');
}

function verbHelp({ name, usage, summary, options }: Verb): string {
  return [
    `rollcall ${name} - ${summary}`,
    '',
    `Usage: rollcall ${name} ${usage}`.trimEnd(),
    '',
    flagsHelp({ ...options, ...globalOptions }),
    '',
  ].join('\n');
}
