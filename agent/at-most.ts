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

/** Settles as `done` does, but rejects after `ms` without waiting any longer. */
export function withDeadline(clock: Clock, ms: number, done: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(ms, () => reject(new Error(`no answer from the cluster within ${ms} ms`)));
    done.then(resolve, reject).finally(() => timer.cancel());
  });
}
