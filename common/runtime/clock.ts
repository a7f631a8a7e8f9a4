// Time as a constructor argument. Everything above the composition roots takes a Clock, so that a simulator can
// run hours of cluster life in milliseconds and replay them from a seed. The real one is real-clock.ts.

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Milliseconds on a clock that never jumps; only differences mean anything. May be fractional. */
  monotonicMs(): number;
  /** Milliseconds since the Unix epoch; may jump. For display and ids only, never for decisions. */
  wallMs(): number;
  /** Runs `task` once after `delayMs`. */
  after(delayMs: number, task: () => void): Timer;
  /** Runs `task` every `periodMs`, never overlapping itself. */
  every(periodMs: number, task: () => void): Timer;
  /** Runs `task` at the end of this event-loop turn, after pending I/O callbacks: the batching point. */
  atTurnEnd(task: () => void): void;
}
