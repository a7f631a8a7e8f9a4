// What finding the members of a cluster needs of the world, as arguments: time, randomness, names, HTTP. Real ones are
// node-names.ts and node-http.ts; tests bring their own.

import type { Logger } from '../../common/log.ts';
import type { Clock } from '../../common/runtime/clock.ts';
import type { Random } from '../../common/runtime/random.ts';
import { StartError } from '../../common/runtime/role.ts';
import type { HttpExchange } from './http-exchange.ts';
import type { NameResolver } from './name-resolver.ts';

export interface BootstrapEnvironment {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly names: NameResolver;
  readonly http: HttpExchange;
  /** Gives the search up; without it, only its own deadlines end it. */
  readonly signal?: AbortSignal;
}

/** Rejects with a StartError when the start was given up meanwhile. */
export function pause({ clock, signal }: Pick<BootstrapEnvironment, 'clock' | 'signal'>, ms: number): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(givenUp());
      return;
    }
    const onAbort = (): void => {
      timer.cancel();
      reject(givenUp());
    };
    const timer = clock.after(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

export function refuseWhenGivenUp({ signal }: Pick<BootstrapEnvironment, 'signal'>): void {
  if (signal?.aborted) throw givenUp();
}

export function givenUp(): StartError {
  return new StartError('the search for the other members was given up: the server is stopping');
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
