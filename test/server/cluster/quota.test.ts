import test from 'ava';
import { Quota } from '../../../server/cluster/quota.ts';
import { SimulatedClock } from '../../harness/simulated-clock.ts';
import { LogLines } from '../../harness/test-node.ts';

const noSpace = { message: 'etcdserver: mvcc: database space exceeded' };

function quotaOf(bytesMax: number | undefined) {
  const clock = new SimulatedClock();
  const log = new LogLines();
  const state = { bytes: 0, alarmUp: false, raised: 0, fails: false };
  const quota = new Quota({
    bytesMax,
    clock,
    log,
    measure: async () => {
      if (state.fails) throw new Error('closed');
      return state.bytes;
    },
    alarmUp: () => state.alarmUp,
    raiseAlarm: async () => {
      state.raised++;
      state.alarmUp = true;
    },
  });
  return { clock, log, state, quota };
}

test('a store that outgrows its quota raises the alarm once, and takes no more', async (t) => {
  const { clock, state, quota } = quotaOf(100);
  state.bytes = 100;
  await clock.runFor(5_000);
  t.notThrows(() => quota.check());
  t.is(state.raised, 0);
  state.bytes = 101;
  await clock.runFor(5_000);
  t.throws(() => quota.check(), noSpace);
  t.is(state.raised, 1);
});

test('an alarm that was cleared although there is no more room is raised again', async (t) => {
  const { clock, state, quota } = quotaOf(100);
  state.bytes = 200;
  await clock.runFor(1_500);
  state.alarmUp = false;
  t.throws(() => quota.check(), noSpace);
  await clock.runFor(1_500);
  t.is(state.raised, 2);
});

test('an alarm of any member refuses, with room or without a quota', async (t) => {
  const { state, quota } = quotaOf(undefined);
  t.notThrows(() => quota.check());
  state.alarmUp = true;
  t.throws(() => quota.check(), noSpace);
});

test('without a quota no alarm is raised, however large the store is', async (t) => {
  const { clock, state, quota } = quotaOf(undefined);
  state.bytes = Number.MAX_SAFE_INTEGER;
  await clock.runFor(5_000);
  t.is(state.raised, 0);
  t.is(quota.usedBytes, Number.MAX_SAFE_INTEGER);
});

test('a size that cannot be told is logged, and asked for again', async (t) => {
  const { clock, log, state, quota } = quotaOf(100);
  state.fails = true;
  await clock.runFor(1_500);
  t.is(log.lines[0]!.message, 'the size of the store could not be told');
  state.fails = false;
  state.bytes = 50;
  await clock.runFor(1_500);
  t.is(quota.usedBytes, 50);
  quota.stop();
  t.is(clock.pendingTimers, 0);
});
