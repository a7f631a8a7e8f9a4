// Bounds how many probes run at once, over all checks of the process: a thousand checks that come due together must not
// open a thousand sockets. First come, first served; a check waits at most once, so the queue is as long as the checks.

export const PROBES_RUNNING_MAX = 64;

export class ProbeGate {
  readonly #runningMax: number;
  readonly #waiting = new Set<() => void>();
  #running = 0;

  constructor(runningMax = PROBES_RUNNING_MAX) {
    this.#runningMax = runningMax;
  }

  /** Runs `start` now or when a place is free. Returns a function that gives the place, or the wish for it, back. */
  enter(start: () => void): () => void {
    let left = false;
    const admit = (): void => {
      this.#running++;
      start();
    };
    const leave = (): void => {
      if (left) return;
      left = true;
      if (this.#waiting.delete(admit)) return;
      this.#running--;
      const next = this.#waiting.values().next().value;
      if (next === undefined) return;
      this.#waiting.delete(next);
      next();
    };
    if (this.#running < this.#runningMax) admit();
    else this.#waiting.add(admit);
    return leave;
  }
}
