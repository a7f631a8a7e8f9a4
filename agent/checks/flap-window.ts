// Decides when a series of probe results changes the state of a check: a pure function, so that thresholds are tested
// without sockets or time. Running the probes is check-runner.ts.
//
// Worked example, rise 2, fall 3, starting critical:
//   result  ok        ok       bad      bad      ok       bad bad bad
//   state   critical  passing  passing  passing  passing  …   …   critical

import type { CheckStatus } from '../../common/registry/instance.ts';

export interface FlapThresholds {
  /** Consecutive good results (passing or warning) before a critical check leaves critical; at least 1. */
  readonly rise: number;
  /** Consecutive critical results before a check becomes critical; at least 1. */
  readonly fall: number;
}

export interface FlapWindow {
  readonly status: CheckStatus;
  /** Consecutive results so far on the side of the threshold that `status` is not on; below rise or fall. */
  readonly streak: number;
}

/** The window of a check that has not run yet. */
export function openFlapWindow(status: CheckStatus): FlapWindow {
  return { status, streak: 0 };
}

/**
 * The window after one more result. Warning is the good side of the threshold: the process answers, so a change between
 * passing and warning shows at once and only the way into and out of critical is damped.
 */
export function observe(window: FlapWindow, result: CheckStatus, thresholds: FlapThresholds): FlapWindow {
  const wasCritical = window.status === 'critical';
  const isCritical = result === 'critical';
  if (wasCritical === isCritical) return { status: result, streak: 0 };
  const streak = window.streak + 1;
  const needed = isCritical ? thresholds.fall : thresholds.rise;
  return streak >= needed ? { status: result, streak: 0 } : { status: window.status, streak };
}
