import test from 'ava';
import { type AutoCompactionPolicy, AutoCompactor } from '../../../server/mvcc/auto-compactor.ts';
import { SimulatedClock } from '../../harness/simulated-clock.ts';
import { LogLines } from '../../harness/test-node.ts';

const minuteMs = 60_000;

function compacting(policy: AutoCompactionPolicy) {
  const clock = new SimulatedClock(0);
  const log = new LogLines();
  const state = { revision: 1, compacted: 0, fails: false, calls: [] as number[] };
  const compactor = new AutoCompactor({
    policy,
    clock,
    log,
    currentRevision: () => state.revision,
    compactRevision: () => state.compacted,
    compact: async (revision) => {
      state.calls.push(revision);
      if (state.fails) throw new Error('no leader');
      state.compacted = revision;
    },
  });
  return { clock, log, state, compactor };
}

test('a window of time is kept: history goes once it is as old as the window', async (t) => {
  const { clock, state } = compacting({ mode: 'periodic', retentionMs: 60 * minuteMs });
  // One revision a minute: revision r is written at minute r - 1.
  for (let minute = 1; minute <= 180; minute++) {
    await clock.runFor(minuteMs);
    state.revision++;
    const ageMinutes = minute + 1 - state.compacted;
    t.true(state.compacted === 0 || ageMinutes >= 60, `revision ${state.compacted} went at minute ${minute}`);
    t.true(minute < 80 || ageMinutes <= 75, `minute ${minute}: history of ${ageMinutes} minutes is kept`);
  }
});

test('an idle store is not compacted again and again', async (t) => {
  const { clock, state } = compacting({ mode: 'periodic', retentionMs: 10 * minuteMs });
  state.revision = 50;
  await clock.runFor(300 * minuteMs);
  t.deepEqual(state.calls, [50]);
});

test('a number of revisions is kept', async (t) => {
  const { clock, state } = compacting({ mode: 'revision', revisions: 100 });
  state.revision = 90;
  await clock.runFor(5 * minuteMs);
  t.deepEqual(state.calls, []);
  state.revision = 1000;
  await clock.runFor(5 * minuteMs);
  t.deepEqual(state.calls, [900]);
});

test('a compaction that fails is logged, and tried again with the next one', async (t) => {
  const { clock, log, state } = compacting({ mode: 'revision', revisions: 10 });
  state.revision = 100;
  state.fails = true;
  await clock.runFor(5 * minuteMs);
  t.deepEqual(
    log.lines.map(({ message }) => message),
    ['automatic compaction failed'],
  );
  state.fails = false;
  await clock.runFor(5 * minuteMs);
  t.is(state.compacted, 90);
});

test('it can be off, and it stops', async (t) => {
  t.is(compacting({ mode: 'off' }).clock.pendingTimers, 0);
  const { clock, compactor } = compacting({ mode: 'periodic', retentionMs: minuteMs });
  compactor.stop();
  t.is(clock.pendingTimers, 0);
});
