// The one clock of a simulated world: what is to happen, by time, and the order among equals. After each event everything
// runs that needs no time: promises, and the ends of turns. Nothing else moves time, so a seed decides all of it.

import type { Timer } from '../../common/runtime/clock.ts';

/** Turns that one event may take: beyond, something goes on for ever without time passing. */
const turnsMax = 10_000;

interface Happening {
  readonly atMs: number;
  readonly order: number;
  readonly task: () => void;
  cancelled: boolean;
}

export class Timeline {
  nowMs = 0;
  /** Events that have happened. */
  happened = 0;
  /** A binary heap: the next one first. */
  private readonly heap: Happening[] = [];
  private order = 0;
  private turnEnds: (() => void)[] = [];

  at(atMs: number, task: () => void): Timer {
    const happening = { atMs: Math.max(atMs, this.nowMs), order: this.order++, task, cancelled: false };
    this.push(happening);
    return {
      cancel: () => {
        happening.cancelled = true;
      },
    };
  }

  after(delayMs: number, task: () => void): Timer {
    return this.at(this.nowMs + delayMs, task);
  }

  atTurnEnd(task: () => void): void {
    this.turnEnds.push(task);
  }

  /** Lets the next event happen; false when nothing is to come. */
  async step(): Promise<boolean> {
    let next = this.pop();
    while (next?.cancelled === true) next = this.pop();
    if (next === undefined) return false;
    this.nowMs = next.atMs;
    this.happened++;
    next.task();
    await this.settle();
    return true;
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < turnsMax; turn++) {
      await promisesSettled();
      if (this.turnEnds.length === 0) return;
      const tasks = this.turnEnds;
      this.turnEnds = [];
      for (const task of tasks) task();
    }
    throw new Error(`one event took more than ${turnsMax} turns`);
  }

  private push(happening: Happening): void {
    const { heap } = this;
    let place = heap.length;
    heap.push(happening);
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      if (!isBefore(happening, heap[parent]!)) break;
      heap[place] = heap[parent]!;
      place = parent;
    }
    heap[place] = happening;
  }

  private pop(): Happening | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = last;
    return first;
  }
}

function isBefore(a: Happening, b: Happening): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

/** Node runs every promise callback there is, and those that they queue, before the next immediate. */
function promisesSettled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
