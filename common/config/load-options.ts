// From a table and the four sources of settings to typed values: flag, then environment, then --config-file, then the
// table's default. Errors are UsageErrors that name the setting and where it stood. Pure but for `readFile`.

import { UsageError } from '../runtime/role.ts';
import { type Assignment, describeOrigin, type Origin, usageErrorAt } from './assignment.ts';
import { readConfigFile } from './config-file.ts';
import { type Environment, environmentName, readEnvironment } from './environment.ts';
import { type Positionals, parseFlags } from './flags.ts';
import { type Option, type OptionTable, type OptionValue, type OptionValues, propertyName } from './option.ts';
import { parseOptionValue } from './option-value.ts';

export interface OptionSources {
  /** Arguments behind the command's name. */
  readonly argv: readonly string[];
  readonly env: Environment;
  /** Prefixes of environment variables, the strongest first: `['ROLLCALL_', 'ETCD_']`. */
  readonly prefixes: readonly string[];
  /** Variables that carry a prefix but belong to another role; they are not warned about. */
  readonly foreign?: (variable: string) => boolean;
  /** Words that are no flags: refused unless said otherwise. */
  readonly positionals?: Positionals;
  /** Reads the file that --config-file names (only for tables with that option); throws what the system throws. */
  readonly readFile?: (path: string) => string;
}

export interface LoadedOptions<T extends OptionTable> {
  readonly values: OptionValues<T>;
  /** Where each setting stood; those at their default are absent. */
  readonly origins: ReadonlyMap<keyof T & string, Origin>;
  /** Lines for the log: settings that are understood but have no effect, variables that mean nothing. */
  readonly warnings: readonly string[];
  readonly positionals: readonly string[];
  /** What stood behind `--`; undefined without one. */
  readonly afterDashes: readonly string[] | undefined;
  /** --help was given: nothing else was looked at, the values are the defaults. */
  readonly wantsHelp: boolean;
  readonly wantsVersion: boolean;
}

export function loadOptions<const T extends OptionTable>(table: T, sources: OptionSources): LoadedOptions<T> {
  const { assignments: flags, ...rest } = parseFlags(table, sources.argv, sources.positionals ?? 'none');
  if (rest.wantsHelp || rest.wantsVersion) {
    return { values: defaultValues(table), origins: new Map(), warnings: [], ...rest };
  }
  const foreign = sources.foreign ?? (() => false);
  const environment = readEnvironment(table, sources.env, { prefixes: sources.prefixes, foreign });
  const stronger = [...flags, ...environment.assignments];
  const file = loadFile(table, stronger, sources);

  const values = mutableDefaults(table);
  const origins = new Map<string, Origin>();
  const warnings = [...environment.warnings];
  for (const assignment of [...stronger, ...file]) {
    const option = table[assignment.name]!;
    // Also what a stronger source overrides is checked: a typo that waits for the flag to go is worse than one now.
    const value = parseAssignment(option, assignment);
    if (origins.has(assignment.name)) continue;
    origins.set(assignment.name, assignment.origin);
    values[propertyName(assignment.name)] = value;
    const warning = judge(option, assignment, value);
    if (warning !== undefined) warnings.push(warning);
  }
  return { values: values as OptionValues<T>, origins, warnings, ...rest };
}

/** The values of a table when nothing is set. */
export function defaultValues<const T extends OptionTable>(table: T): OptionValues<T> {
  return mutableDefaults(table) as OptionValues<T>;
}

function mutableDefaults(table: OptionTable): Record<string, OptionValue | undefined> {
  const values: Record<string, OptionValue | undefined> = {};
  for (const [name, option] of Object.entries(table)) values[propertyName(name)] = defaultValue(name, option);
  return values;
}

function defaultValue(name: string, option: Option): OptionValue | undefined {
  if (option.default === undefined) return undefined;
  const parsed = parseOptionValue(option, String(option.default));
  if ('expected' in parsed) throw new TypeError(`option table: default of ${name} is not ${parsed.expected}`);
  return parsed.value;
}

function loadFile(table: OptionTable, stronger: readonly Assignment[], sources: OptionSources): readonly Assignment[] {
  if (!('config-file' in table)) return [];
  const path = stronger.find((assignment) => assignment.name === 'config-file');
  if (path === undefined || path.text === '') return [];
  let text: string;
  try {
    text = sources.readFile!(path.text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw usageErrorAt(path.origin, `cannot read ${path.text}: ${reason}`);
  }
  return readConfigFile(table, path.text, text);
}

function parseAssignment(option: Option, { text, origin }: Assignment): OptionValue {
  const parsed = parseOptionValue(option, text, origin.kind === 'file');
  if ('value' in parsed) return parsed.value;
  throw usageErrorAt(origin, `"${text}" is not valid: expected ${parsed.expected}`);
}

/** Refuses or warns about a setting that has no effect here; at its default it asks for nothing and passes. */
function judge(option: Option, { name, origin }: Assignment, value: OptionValue): string | undefined {
  if (option.status === undefined || option.status === 'works') return undefined;
  if (JSON.stringify(value) === JSON.stringify(defaultValue(name, option))) return undefined;
  const because = option.because ?? 'has no effect here';
  if (option.status === 'refused') throw new UsageError(`${describeOrigin(origin)}: ${because}`);
  return `${describeOrigin(origin)}: ignored: ${because}`;
}

/** The environment variables that set an option, the strongest first. */
export function environmentNames(name: string, option: Option, prefixes: readonly string[]): readonly string[] {
  if (option.flagOnly === true) return [];
  return [...prefixes.map((prefix) => environmentName(prefix, name)), ...(option.env ?? [])];
}
