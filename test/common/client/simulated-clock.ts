// A clock that moves only when a test says so. Timers run in the order of their due times; between any two of them,
// everything that promises have queued runs first.

import type { Clock, Timer } from '../../../common/runtime/clock.ts';

interface Entry {
  readonly dueMs: number;
  readonly order: number;
  readonly task: () => void;
}

export class SimulatedClock implements Clock {
  #nowMs = 1_000;
  #order = 0;
  readonly #entries = new Set<Entry>();

  monotonicMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return 1_700_000_000_000 + this.#nowMs;
  }

  after(delayMs: number, task: () => void): Timer {
    const entry = { dueMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, task };
    this.#entries.add(entry);
    return { cancel: () => this.#entries.delete(entry) };
  }

  every(periodMs: number, task: () => void): Timer {
    let timer = this.after(periodMs, function again(this: void) {
      timer = clock.after(periodMs, again);
      task();
    });
    const clock = this;
    return { cancel: () => timer.cancel() };
  }

  atTurnEnd(task: () => void): void {
    this.after(0, task);
  }

  /** Timers that are still armed: a closed object leaves none behind. */
  get pendingTimers(): number {
    return this.#entries.size;
  }

  /** Lets everything that is queued run without moving time. */
  async settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
  }

  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await this.settle();
    for (let next = this.#nextDue(endMs); next !== undefined; next = this.#nextDue(endMs)) {
      this.#entries.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.task();
      await this.settle();
    }
    this.#nowMs = endMs;
  }

  #nextDue(endMs: number): Entry | undefined {
    let next: Entry | undefined;
    for (const entry of this.#entries) {
      if (entry.dueMs > endMs) continue;
      if (next === undefined || entry.dueMs < next.dueMs || (entry.dueMs === next.dueMs && entry.order < next.order)) {
        next = entry;
      }
    }
    return next;
  }
}
