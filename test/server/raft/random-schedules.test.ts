// Clusters of cores under random schedules: loss, doubling, reordering, partitions, crashes that lose what was not
// written, membership changes. ROLLCALL_RAFT_RUNS and ROLLCALL_RAFT_SEED make it longer and different.

import test from 'ava';
import fc from 'fast-check';
import { play, type Setup, schedules } from './schedule.ts';

const runs = Number(process.env.ROLLCALL_RAFT_RUNS ?? 60);
const seed = Number(process.env.ROLLCALL_RAFT_SEED ?? 20240229);

const setups: readonly (readonly [string, Setup])[] = [
  ['one voter', { voters: 1, learners: 0, appendBytesMax: 100 }],
  ['one voter and a learner', { voters: 1, learners: 1, appendBytesMax: 8 }],
  ['three voters', { voters: 3, learners: 0, appendBytesMax: 8 }],
  ['three voters and a learner', { voters: 3, learners: 1, appendBytesMax: 100 }],
  ['five voters', { voters: 5, learners: 0, appendBytesMax: 100 }],
  ['five voters and two learners', { voters: 5, learners: 2, appendBytesMax: 8 }],
];

for (const [name, setup] of setups) {
  test(`${name}: whatever happens the invariants hold, and without faults the cluster heals`, (t) => {
    const total = { elections: 0, commits: 0, reads: 0, configurations: 0 };
    const property = fc.property(fc.integer(), schedules(600), (random, schedule) => {
      const outcome = play(setup, random, schedule);
      for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += outcome[key];
    });
    fc.assert(property, { seed, numRuns: runs });
    t.true(total.elections > runs && total.commits > 2 * runs && total.reads > runs, JSON.stringify(total));
    t.log(JSON.stringify(total));
  });
}
