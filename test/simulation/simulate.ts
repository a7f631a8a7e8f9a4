// npm run simulate -- --seed N [--steps M] [--count K]: runs seeds N, N+1, …; prints what they went through, and for the
// first that fails the reason, the last events and the command that replays it.

import { parseArgs } from 'node:util';
import { defaultSteps, type RunOutcome, SimulationFailure, simulate } from './simulation.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    steps: { type: 'string', default: String(defaultSteps) },
    count: { type: 'string', default: '1' },
    'keep-going': { type: 'boolean', default: false },
  },
});

function natural(name: 'seed' | 'steps' | 'count'): number {
  const value = Number(values[name]);
  if (!Number.isSafeInteger(value) || value < 0) {
    console.error(`--${name}: "${values[name]}" is not a whole number`);
    process.exit(2);
  }
  return value;
}

const seed = natural('seed');
const steps = natural('steps');
const count = natural('count');
const totals = {
  runs: 0,
  failures: 0,
  events: 0,
  simulatedMs: 0,
  acknowledged: 0,
  watchEvents: 0,
  elections: 0,
  crashes: 0,
  snapshots: 0,
  memberChanges: 0,
  leaseExpiries: 0,
};

function report(failure: SimulationFailure, failed: number): void {
  console.error(failure.last.join('\n'));
  console.error(`\n${failure.message}`);
  console.error((failure.cause as Error).stack);
  console.error(`replay: npm run simulate -- --seed ${failed} --steps ${steps}\n`);
}

function add(outcome: RunOutcome): void {
  for (const name of Object.keys(totals) as (keyof typeof totals)[]) {
    if (name in outcome) totals[name] += outcome[name as keyof RunOutcome] as number;
  }
}

const beganMs = performance.now();
for (let next = seed; next < seed + count; next++) {
  totals.runs++;
  try {
    const outcome = await simulate({ seed: next, steps });
    add(outcome);
    if (count === 1) console.log(JSON.stringify(outcome, null, 2));
  } catch (error) {
    if (!(error instanceof SimulationFailure)) throw error;
    totals.failures++;
    if (values['keep-going']) console.error(error.message);
    else {
      report(error, next);
      process.exit(1);
    }
  }
}
const minutes = (performance.now() - beganMs) / 60_000;
console.log(JSON.stringify(totals), `${(totals.runs / minutes).toFixed(0)} seeds/minute`);
process.exitCode = totals.failures > 0 ? 1 : 0;
