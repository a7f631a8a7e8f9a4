// Exponential back-off with jitter: the one place where the pauses between attempts are computed. Half of each pause
// is fixed, so that no loop spins; the other half is random, so that a fleet that failed together does not come back
// together.

import type { Random } from '../runtime/random.ts';

export interface BackoffOptions {
  readonly minMs: number;
  readonly maxMs: number;
  readonly random: Random;
}

export interface Backoff {
  /** Failures since the last success. */
  readonly failures: number;
  /** The pause after one more failure: between half of and the whole of min(maxMs, minMs * 2^failures). */
  nextMs(): number;
  /** A success: the next pause is the shortest again. */
  reset(): void;
}

const doublingsMax = 30;

export function createBackoff({ minMs, maxMs, random }: BackoffOptions): Backoff {
  let failures = 0;
  return {
    get failures() {
      return failures;
    },
    nextMs() {
      const wholeMs = Math.min(maxMs, minMs * 2 ** Math.min(failures, doublingsMax));
      failures++;
      return wholeMs / 2 + (random.next() * wholeMs) / 2;
    },
    reset() {
      failures = 0;
    },
  };
}
