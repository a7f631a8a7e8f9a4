// Environment variables to assignments. Names are made from flags as etcd makes them: `--data-dir` is `<PREFIX>DATA_DIR`.
// Earlier prefixes are stronger (ROLLCALL_ before ETCD_), an option's own `env` names are weakest. An empty variable is
// as good as none, as with etcd; quotes around a value are taken off, since not everything that reads an environment
// file takes them off as systemd does (docker --env-file, for one).

import type { Assignment } from './assignment.ts';
import { nearestName } from './nearest.ts';
import type { OptionTable } from './option.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ReadEnvironment {
  readonly assignments: readonly Assignment[];
  /** Variables that carry a prefix but name no option: mistyped, or Kubernetes' service links (`ETCD_PORT=tcp://…`). */
  readonly warnings: readonly string[];
}

export function environmentName(prefix: string, flag: string): string {
  return prefix + flag.toUpperCase().replaceAll('-', '_');
}

function candidates(prefixes: readonly string[], name: string, option: OptionTable[string]): string[] {
  const names = [name, ...(option.aliases ?? [])];
  return [...prefixes.flatMap((prefix) => names.map((n) => environmentName(prefix, n))), ...(option.env ?? [])];
}

export function readEnvironment(
  table: OptionTable,
  env: Environment,
  sources: { readonly prefixes: readonly string[]; readonly foreign: (name: string) => boolean },
): ReadEnvironment {
  const assignments: Assignment[] = [];
  const known = new Set<string>();
  for (const [name, option] of Object.entries(table)) {
    if (option.flagOnly === true) continue;
    let found = false;
    for (const variable of candidates(sources.prefixes, name, option)) {
      known.add(variable);
      const text = unquote(env[variable] ?? '');
      if (found || text === '') continue;
      found = true;
      assignments.push({ name, text, origin: { kind: 'environment', name: variable } });
    }
  }
  return { assignments, warnings: unknownVariables(env, known, sources) };
}

function unknownVariables(
  env: Environment,
  known: ReadonlySet<string>,
  { prefixes, foreign }: { readonly prefixes: readonly string[]; readonly foreign: (name: string) => boolean },
): string[] {
  const warnings: string[] = [];
  for (const variable of Object.keys(env).sort()) {
    if (known.has(variable) || !prefixes.some((prefix) => variable.startsWith(prefix)) || foreign(variable)) continue;
    // `VERSION=false` and the config file's own name stand in environment files of the etcd guides.
    if (prefixes.some((prefix) => variable === `${prefix}VERSION`)) continue;
    const nearest = nearestName(variable, known);
    warnings.push(`${variable}: no such setting, ignored${nearest === undefined ? '' : `; did you mean ${nearest}?`}`);
  }
  return warnings;
}

function unquote(text: string): string {
  const trimmed = text.trim();
  const match = /^(["'])(.*)\1$/s.exec(trimmed);
  return match === null ? trimmed : match[2]!;
}
