// Waiting with a bound.

import type { Clock } from '../common/runtime/clock.ts';

/** Resolves when `done` settles, or after `ms`, whichever comes first. */
export function atMost(clock: Clock, ms: number, done: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.after(ms, resolve);
    const settled = (): void => {
      timer.cancel();
      resolve();
    };
    done.then(settled, settled);
  });
}
