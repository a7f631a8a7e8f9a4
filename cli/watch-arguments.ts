// What `watch` is to watch: KEY [RANGE_END] from the arguments or from ETCDCTL_WATCH_KEY and ETCDCTL_WATCH_RANGE_END,
// and the command behind `--` that each event runs. The same for the command line and for a line of an interactive
// session.

import { badArgs } from './exit-error.ts';

export interface WatchArguments {
  /** KEY and perhaps RANGE_END. */
  readonly range: readonly string[];
  /** Empty without a command. */
  readonly command: readonly string[];
}

export interface WatchEnvironment {
  readonly key: string;
  readonly rangeEnd: string;
}

export function watchEnvironment(env: Readonly<Record<string, string | undefined>>): WatchEnvironment {
  const variables = (name: string): string => env[`ROLLCALL_${name}`] ?? env[`ETCDCTL_${name}`] ?? '';
  const key = variables('WATCH_KEY');
  const rangeEnd = variables('WATCH_RANGE_END');
  if (key === '' && rangeEnd !== '') {
    throw badArgs(`ETCDCTL_WATCH_KEY is empty but got ETCDCTL_WATCH_RANGE_END=${JSON.stringify(rangeEnd)}`);
  }
  return { key, rangeEnd };
}

export function watchArguments(
  args: readonly string[],
  afterDashes: readonly string[] | undefined,
  environment: WatchEnvironment,
): WatchArguments {
  const command = afterDashes ?? [];
  if (afterDashes !== undefined && command.length === 0) {
    throw badArgs('bad number of arguments (found separator --, but no commands)');
  }
  const given = args.slice(0, args.length - command.length);
  if (given.length > 0 && environment.key !== '') {
    throw badArgs('bad number of arguments (found conflicting environment key)');
  }
  const fromEnvironment = [environment.key, environment.rangeEnd].filter((word) => word !== '');
  const range = given.length > 0 ? given : fromEnvironment;
  if (range.length === 0 || range.length > 2) throw badArgs('bad number of arguments');
  return { range, command };
}
