// What the `service` verbs share: their usage errors, and names.

import { ExitError } from '../exit-error.ts';

/** These verbs are ours, not etcdctl's: wrong usage ends with 2, as everywhere in rollcall. */
const wrongUsage = 2;

export function usageError(message: string): ExitError {
  return new ExitError(wrongUsage, message);
}

export function serviceNameOf(args: readonly string[], verb: string): string {
  const [name, ...more] = args;
  if (name === undefined || name === '' || more.length > 0) {
    throw usageError(`${verb} needs one argument, the name of the service`);
  }
  if (name.includes('/')) throw usageError(`"${name}" is no name of a service: it contains a slash`);
  return name;
}
