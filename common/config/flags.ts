// Command-line arguments to assignments, in the manner of Go's flag package and of pflag, which etcd and etcdctl use:
// `--flag value`, `--flag=value`, one dash as well as two, `--bool`, `--bool=false`, `-w value`, `-wvalue`, `--` ends the
// flags. The last of two equal flags wins (a repeatable list adds up).

import { UsageError } from '../runtime/role.ts';
import type { Assignment } from './assignment.ts';
import { nearestName } from './nearest.ts';
import type { Option, OptionTable } from './option.ts';

/** Where words that are no flags may stand. `before-rest`: the first one ends the flags (a command follows). */
export type Positionals = 'none' | 'mixed' | 'before-rest';

export interface ParsedFlags {
  readonly assignments: readonly Assignment[];
  readonly positionals: readonly string[];
  /** What stood behind `--`, which then is in `positionals` too; undefined without `--`. */
  readonly afterDashes: readonly string[] | undefined;
  readonly wantsHelp: boolean;
  readonly wantsVersion: boolean;
}

/** Flags that every command knows, whatever its table. */
const builtIn = { help: 'help', h: 'help', version: 'version' } as const;

interface Lookup {
  readonly long: ReadonlyMap<string, string>;
  readonly short: ReadonlyMap<string, string>;
}

function lookupOf(table: OptionTable): Lookup {
  const long = new Map<string, string>();
  const short = new Map<string, string>();
  for (const [name, option] of Object.entries(table)) {
    long.set(name, name);
    for (const alias of option.aliases ?? []) long.set(alias, name);
    if (option.short !== undefined) short.set(option.short, name);
  }
  return { long, short };
}

/** One argument taken apart; `value` is undefined without `=` (or without text behind a short flag). */
interface Flag {
  readonly name: string;
  readonly written: string;
  readonly value: string | undefined;
}

export function parseFlags(table: OptionTable, argv: readonly string[], positionalsAllowed: Positionals): ParsedFlags {
  const lookup = lookupOf(table);
  const assignments: Assignment[] = [];
  const positionals: string[] = [];
  let afterDashes: string[] | undefined;
  let wantsHelp = false;
  let wantsVersion = false;
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index]!;
    if (argument === '--') {
      afterDashes = argv.slice(index + 1);
      positionals.push(...afterDashes);
      break;
    }
    if (!argument.startsWith('-') || argument === '-') {
      if (positionalsAllowed === 'before-rest') {
        positionals.push(...argv.slice(index));
        break;
      }
      positionals.push(argument);
      continue;
    }
    const flag = takeApart(argument, lookup);
    if (flag === 'help' || flag === 'version') {
      wantsHelp ||= flag === 'help';
      wantsVersion ||= flag === 'version';
      continue;
    }
    let text = flag.value;
    if (text === undefined && table[flag.name]!.kind === 'boolean') text = 'true';
    if (text === undefined) {
      index++;
      text = argv[index];
      if (text === undefined) throw new UsageError(`${flag.written}: needs a value`);
    }
    addAssignment(assignments, table[flag.name]!, {
      name: flag.name,
      text,
      origin: { kind: 'flag', name: flag.written },
    });
  }
  if (positionalsAllowed === 'none' && positionals.length > 0 && !wantsHelp && !wantsVersion) {
    throw new UsageError(`unexpected argument "${positionals[0]}": only flags may stand here`);
  }
  return { assignments, positionals, afterDashes, wantsHelp, wantsVersion };
}

/** Go's rule: the last one wins; lists marked repeatable add up. */
function addAssignment(assignments: Assignment[], option: Option, assignment: Assignment): void {
  const index = assignments.findIndex((earlier) => earlier.name === assignment.name);
  if (index < 0) {
    assignments.push(assignment);
    return;
  }
  const adds = 'repeatable' in option && option.repeatable === true;
  assignments[index] = adds ? { ...assignment, text: `${assignments[index]!.text},${assignment.text}` } : assignment;
}

function takeApart(argument: string, lookup: Lookup): Flag | 'help' | 'version' {
  const dashes = argument.startsWith('--') ? 2 : 1;
  const equals = argument.indexOf('=');
  const word = argument.slice(dashes, equals < 0 ? undefined : equals);
  const value = equals < 0 ? undefined : argument.slice(equals + 1);
  if (dashes === 1) {
    const shortName = lookup.short.get(word);
    if (shortName !== undefined) return { name: shortName, written: `-${word}`, value };
  }
  const name = lookup.long.get(word);
  if (name !== undefined) return { name, written: `--${word}`, value };
  if (word in builtIn && value !== 'false') return builtIn[word as keyof typeof builtIn];
  if (dashes === 1) {
    const shortName = lookup.short.get(word.slice(0, 1));
    if (shortName !== undefined) return { name: shortName, written: `-${word.slice(0, 1)}`, value: argument.slice(2) };
  }
  const nearest = nearestName(word, lookup.long.keys());
  const hint = nearest === undefined ? '' : `; did you mean --${nearest}?`;
  throw new UsageError(`unknown flag ${argument.slice(0, dashes)}${word}${hint}`);
}
