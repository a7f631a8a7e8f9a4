// The operating system's clock and timers. Composition roots make it; nobody else imports it.

import type { Clock, Timer } from './clock.ts';

export const realClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  after(delayMs: number, task: () => void): Timer {
    const handle = setTimeout(task, delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
  every(periodMs: number, task: () => void): Timer {
    const handle = setInterval(task, periodMs);
    return { cancel: () => clearInterval(handle) };
  },
  atTurnEnd(task: () => void): void {
    setImmediate(task);
  },
};
