// One life of a simulated process: its clock (which may run fast or slow), its timers, and whether it runs at all. Whatever
// comes to it from outside goes through `run`: a paused process (SIGSTOP) finds it waiting when it goes on, a dead one
// never hears of it.

import type { Clock, Timer } from '../../common/runtime/clock.ts';
import type { Timeline } from './timeline.ts';

const epochMs = 1_700_000_000_000;

export interface ProcessOptions {
  readonly timeline: Timeline;
  /** Milliseconds on its clock per millisecond of the world. */
  readonly rate: number;
  /** Where its monotonic clock stands at birth. */
  readonly originMs: number;
}

export class SimProcess implements Clock {
  isAlive = true;
  isPaused = false;
  /** How far its wall clock is off; monotonic time never jumps. */
  wallErrorMs = 0;
  private readonly timeline: Timeline;
  private readonly rate: number;
  private readonly originMs: number;
  private readonly bornMs: number;
  private waiting: (() => void)[] = [];

  constructor({ timeline, rate, originMs }: ProcessOptions) {
    this.timeline = timeline;
    this.rate = rate;
    this.originMs = originMs;
    this.bornMs = timeline.nowMs;
  }

  /** Lets something happen in the process, now or when it goes on. */
  run(task: () => void): void {
    if (!this.isAlive) return;
    if (this.isPaused || this.waiting.length > 0) this.waiting.push(task);
    else task();
  }

  pause(): void {
    this.isPaused = true;
  }

  /** What has come meanwhile happens first, in its order. */
  resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.goOn();
  }

  private goOn(): void {
    this.timeline.after(0, () => {
      if (this.isPaused) return;
      this.waiting.shift()?.();
      if (this.waiting.length > 0) this.goOn();
    });
  }

  die(): void {
    this.isAlive = false;
    this.waiting = [];
  }

  /** What the monotonic clock shows at a time of the world. */
  monotonicAt(worldMs: number): number {
    return this.originMs + (worldMs - this.bornMs) * this.rate;
  }

  monotonicMs(): number {
    return this.monotonicAt(this.timeline.nowMs);
  }

  wallMs(): number {
    return Math.floor(epochMs + this.timeline.nowMs + this.wallErrorMs);
  }

  after(delayMs: number, task: () => void): Timer {
    let cancelled = false;
    const timer = this.timeline.after(Math.max(0, delayMs) / this.rate, () =>
      this.run(() => {
        if (!cancelled) task();
      }),
    );
    return {
      cancel: () => {
        cancelled = true;
        timer.cancel();
      },
    };
  }

  /** As setInterval: a pause costs the runs that would have fallen into it. */
  every(periodMs: number, task: () => void): Timer {
    let cancelled = false;
    let timer: Timer;
    const arm = (): void => {
      timer = this.after(periodMs, () => {
        if (cancelled) return;
        arm();
        task();
      });
    };
    arm();
    return {
      cancel: () => {
        cancelled = true;
        timer.cancel();
      },
    };
  }

  atTurnEnd(task: () => void): void {
    this.timeline.atTurnEnd(() => {
      if (this.isPaused) this.run(task);
      else if (this.isAlive) task();
    });
  }
}
