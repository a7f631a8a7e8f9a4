// Does the simulator bite? Each mutation of the server must be found out by one of its first seeds.

import test from 'ava';
import { plant } from '../harness/mutation.ts';
import { mutations } from './mutations.ts';
import { SimulationFailure, simulate } from './simulation.ts';

const seedsMax = 150;
const steps = 4_000;

for (const mutation of mutations) {
  test.serial(`found out: ${mutation.title}`, async (t) => {
    const takeOut = plant(mutation);
    t.teardown(takeOut);
    t.teardown(keepRejections());
    for (let seed = 1; seed <= seedsMax; seed++) {
      try {
        await simulate({ seed, steps, world: mutation.world ?? {} });
      } catch (error) {
        if (!(error instanceof SimulationFailure)) throw error;
        t.log(error.message.split('\n')[0]!.slice(0, 200));
        t.pass();
        return;
      }
    }
    t.fail(`not found out by ${seedsMax} seeds`);
  });
}

/** What a mutated server throws where nobody waits for it is the simulator's to see, not the test runner's. */
function keepRejections(): () => void {
  const listeners = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  return () => {
    for (const listener of listeners) process.on('unhandledRejection', listener);
  };
}
