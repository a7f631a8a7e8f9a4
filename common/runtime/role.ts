// What a role (server, agent, dns, proxy) owes the command line: `<role>/main.ts` exports `options` (its option table)
// and `start`. bin/ parses, starts, prints the ready line, passes signals on and maps errors to exit codes.

import type { Logger } from '../log.ts';
import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

export interface RoleEnvironment {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** A role whose listeners accept. */
export interface RunningRole {
  /** What the ready line names, for instance `clients http://127.0.0.1:2379`. */
  readonly addresses: readonly string[];
  /** Resolves with the reason when the role cannot go on (a failed fsync, say); never rejects. */
  readonly failed: Promise<Error>;
  /** Stops cleanly: no new work, answers what is under way, closes. Idempotent. */
  stop(): Promise<void>;
  /** Reads changed configuration again where the role supports it (SIGHUP). */
  reload?(): Promise<void>;
}

/** Wrong usage or configuration: one line that names what and where; exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The role cannot start or go on: one clear line; exit code 1. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
