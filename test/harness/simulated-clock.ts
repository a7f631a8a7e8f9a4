// A clock that moves only when a test says so. Timers run in the order of their due times, tasks of a turn's end when the
// turn's promises have settled; equal programs give equal runs. It works with code that uses promises: `settle` lets
// everything happen that needs no time.

import type { Clock, Timer } from '../../common/runtime/clock.ts';

/** Turns that one `settle` may take: beyond, something goes on for ever. */
const turnsMax = 100_000;

interface Entry {
  dueMs: number;
  order: number;
  /** Undefined: runs once. */
  readonly periodMs: number | undefined;
  readonly task: () => void;
}

export class SimulatedClock implements Clock {
  #nowMs: number;
  #order = 0;
  readonly #timers = new Set<Entry>();
  #turnEnd: (() => void)[] = [];
  readonly #wallOffsetMs = 1_700_000_000_000;

  /** `nowMs` is where the monotonic clock stands: a process that starts again finds another one. */
  constructor(nowMs = 1_000) {
    this.#nowMs = nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#wallOffsetMs + this.#nowMs;
  }

  after(delayMs: number, task: () => void): Timer {
    return this.#add(delayMs, undefined, task);
  }

  every(periodMs: number, task: () => void): Timer {
    return this.#add(periodMs, periodMs, task);
  }

  atTurnEnd(task: () => void): void {
    this.#turnEnd.push(task);
  }

  /** Timers that are still armed: a closed object leaves none behind. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  /** Lets everything that is queued run, promises and ends of turns, without moving time. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < turnsMax; turn++) {
      await promisesSettled();
      if (this.#turnEnd.length === 0) return;
      for (const task of this.#turnEnd.splice(0)) task();
    }
    throw new Error(`not settled after ${turnsMax} turns`);
  }

  /** One turn only: promises, then one turn's end. For tests that look in between. */
  async turn(): Promise<void> {
    await promisesSettled();
    for (const task of this.#turnEnd.splice(0)) task();
    await promisesSettled();
  }

  /** Moves time on, timer by timer, settling in between. */
  async runFor(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await this.settle();
    for (let next = this.#nextDue(endMs); next !== undefined; next = this.#nextDue(endMs)) await this.#run(next);
    this.#nowMs = endMs;
  }

  /** Moves time on until `condition` holds, checked after each timer. Fails when it takes longer than `withinMs`. */
  async runUntil(condition: () => boolean, withinMs: number): Promise<void> {
    const endMs = this.#nowMs + withinMs;
    await this.settle();
    while (!condition()) {
      const next = this.#nextDue(endMs);
      if (next === undefined) throw new Error(`it did not happen within ${withinMs} simulated ms`);
      await this.#run(next);
    }
  }

  /** The outcome of `promise`, moving time on as far as it takes. */
  async outcome<T>(promise: Promise<T>, withinMs = 60_000): Promise<T> {
    let over = false;
    const settled = (): void => {
      over = true;
    };
    promise.then(settled, settled);
    await this.runUntil(() => over, withinMs);
    return promise;
  }

  async #run(entry: Entry): Promise<void> {
    this.#nowMs = Math.max(this.#nowMs, entry.dueMs);
    if (entry.periodMs === undefined) this.#timers.delete(entry);
    else {
      entry.dueMs = this.#nowMs + entry.periodMs;
      entry.order = this.#order++;
    }
    entry.task();
    await this.settle();
  }

  #add(delayMs: number, periodMs: number | undefined, task: () => void): Timer {
    const entry: Entry = { dueMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, periodMs, task };
    this.#timers.add(entry);
    return { cancel: () => this.#timers.delete(entry) };
  }

  #nextDue(endMs: number): Entry | undefined {
    let next: Entry | undefined;
    for (const entry of this.#timers) {
      if (entry.dueMs > endMs) continue;
      if (next === undefined || entry.dueMs < next.dueMs || (entry.dueMs === next.dueMs && entry.order < next.order)) {
        next = entry;
      }
    }
    return next;
  }
}

/** Node runs every promise callback there is, and those that they queue, before the next immediate. */
function promisesSettled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
