// What a verb is: a row of the table in verbs.ts with its own flags, and a function that runs it in a session. Words
// that make up its name (`lease grant`) are matched by main.ts.

import { defineOptions, type OptionTable, type OptionValues } from '../common/config/option.ts';
import type { Session } from './session.ts';

export interface Invocation<T extends OptionTable = OptionTable> {
  /** Words behind the verb, flags taken out. */
  readonly args: readonly string[];
  /** The words behind `--`, which are in `args` too; undefined without one. */
  readonly afterDashes: readonly string[] | undefined;
  readonly values: OptionValues<T>;
  readonly session: Session;
}

export interface Verb {
  readonly name: string;
  /** Behind the name: `[flags] KEY [RANGE_END]`. */
  readonly usage: string;
  readonly summary: string;
  readonly options: OptionTable;
  /** Resolves with the exit code; throws ExitError. */
  run(invocation: Invocation): Promise<number>;
}

/** Keeps the types of a verb's own flags between its table and its function. Its flags are not read from variables. */
export function defineVerb<const T extends OptionTable>(verb: {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  readonly options: T;
  readonly run: (invocation: Invocation<T>) => Promise<number>;
}): Verb {
  const options = Object.entries(verb.options).map(([name, option]) => [name, { ...option, flagOnly: true }] as const);
  return { ...verb, options: Object.fromEntries(options), run: (invocation) => verb.run(invocation as Invocation<T>) };
}

/** Rows of a verb's table, all in one section. */
const section = 'Flags';

export const flag = (help: string) => ({ kind: 'boolean', default: false, section, help }) as const;
export const integerFlag = (help: string) => ({ kind: 'integer', default: 0, section, help }) as const;
export const textFlag = (byDefault: string, placeholder: string, help: string) =>
  ({ kind: 'string', default: byDefault, placeholder, section, help }) as const;

export const noOptions = defineOptions({});
