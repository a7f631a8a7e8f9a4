// A clock that stands still until a test moves it. Turn ends come when the test says so, too.

import type { Clock, Timer } from '../../../../common/runtime/clock.ts';

interface Entry {
  atMs: number;
  readonly periodMs: number | undefined;
  readonly task: () => void;
}

export class ManualClock implements Clock {
  #nowMs = 0;
  #timers = new Set<Entry>();
  #turnEnd: (() => void)[] = [];

  monotonicMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, task: () => void): Timer {
    return this.#add({ atMs: this.#nowMs + delayMs, periodMs: undefined, task });
  }

  every(periodMs: number, task: () => void): Timer {
    return this.#add({ atMs: this.#nowMs + periodMs, periodMs, task });
  }

  atTurnEnd(task: () => void): void {
    this.#turnEnd.push(task);
  }

  /** Timers that have not fired or been cancelled. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  endTurn(): void {
    for (const task of this.#turnEnd.splice(0)) task();
  }

  /** Moves time on, running timers in order and a turn's end after each. */
  advance(ms: number): void {
    const until = this.#nowMs + ms;
    for (;;) {
      const next = [...this.#timers].filter((entry) => entry.atMs <= until).sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      if (next.periodMs === undefined) this.#timers.delete(next);
      else next.atMs += next.periodMs;
      next.task();
      this.endTurn();
    }
    this.#nowMs = until;
    this.endTurn();
  }

  #add(entry: Entry): Timer {
    this.#timers.add(entry);
    return { cancel: () => this.#timers.delete(entry) };
  }
}
