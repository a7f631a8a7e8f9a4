// Whole clusters under faults: a few hundred short runs. `npm run simulate -- --seed N` replays one that failed; longer runs
// are `npm run simulate -- --seed 1 --count 10000`.

import test from 'ava';
import { type RunOutcome, SimulationFailure, simulate } from './simulation.ts';

const seeds = 200;
const steps = 4_000;

test.serial('the same seed twice makes the same things happen, and another seed others', async (t) => {
  const hashes = [];
  for (const seed of [11, 11, 12]) hashes.push((await simulate({ seed, steps: 3_000 })).hash);
  t.is(hashes[0], hashes[1]);
  t.not(hashes[0], hashes[2]);
});

test.serial('clusters keep their word under faults, and heal', async (t) => {
  const outcomes: RunOutcome[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    try {
      outcomes.push(await simulate({ seed, steps }));
    } catch (error) {
      if (!(error instanceof SimulationFailure)) throw error;
      t.log(error.last.join('\n'));
      t.fail(`${error.message}\nreplay: npm run simulate -- --seed ${seed} --steps ${steps}`);
      return;
    }
  }
  const sum = (of: (outcome: RunOutcome) => number): number =>
    outcomes.reduce((total, outcome) => total + of(outcome), 0);
  // No idle runs: all of this happened, often.
  t.true(sum(({ elections }) => elections) > 2 * seeds);
  t.true(sum(({ crashes }) => crashes) > 2 * seeds);
  t.true(sum(({ snapshots }) => snapshots) > seeds / 2);
  t.true(sum(({ memberChanges }) => memberChanges) > seeds / 2);
  t.true(sum(({ leaseExpiries }) => leaseExpiries) > seeds);
  t.true(sum(({ acknowledged }) => acknowledged) > 20 * seeds);
  t.true(sum(({ watchEvents }) => watchEvents) > 20 * seeds);
});
