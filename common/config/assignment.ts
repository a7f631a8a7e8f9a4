// A setting as it was given: text, and where it stood. The sources (flags, environment, file) each yield these, and
// load-options.ts lets the strongest win.

import { UsageError } from '../runtime/role.ts';

export type Origin =
  | { readonly kind: 'flag'; readonly name: string }
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string; readonly line: number; readonly key: string };

export interface Assignment {
  /** The option's name in the table. */
  readonly name: string;
  readonly text: string;
  readonly origin: Origin;
}

/** What an error begins with: `--name`, `ETCD_NAME` or `etcd.yml:3: name`. */
export function describeOrigin(origin: Origin): string {
  switch (origin.kind) {
    case 'flag':
    case 'environment':
      return origin.name;
    case 'file':
      return `${origin.path}:${origin.line}: ${origin.key}`;
  }
}

export function usageErrorAt(origin: Origin, problem: string): UsageError {
  return new UsageError(`${describeOrigin(origin)}: ${problem}`);
}
