import test from 'ava';
import { SimulatedClock } from './simulated-clock.ts';
import { TestNode } from './test-node.ts';

test('timers run in the order of their due times, and equal ones in the order they were set', async (t) => {
  const clock = new SimulatedClock(0);
  const ran: string[] = [];
  clock.after(20, () => ran.push(`b at ${clock.monotonicMs()}`));
  clock.after(10, () => ran.push(`a at ${clock.monotonicMs()}`));
  clock.after(20, () => ran.push(`c at ${clock.monotonicMs()}`));
  clock.after(21, () => ran.push('too late'));
  await clock.runFor(20);
  t.deepEqual(ran, ['a at 10', 'b at 20', 'c at 20']);
  t.is(clock.pendingTimers, 1);
});

test('a periodic timer goes on until it is cancelled', async (t) => {
  const clock = new SimulatedClock(0);
  const ran: number[] = [];
  const timer = clock.every(5, () => {
    ran.push(clock.monotonicMs());
    if (ran.length === 3) timer.cancel();
  });
  await clock.runFor(100);
  t.deepEqual(ran, [5, 10, 15]);
  t.is(clock.pendingTimers, 0);
});

test('a turn ends only when its promises have settled, and settling moves no time', async (t) => {
  const clock = new SimulatedClock(0);
  const ran: string[] = [];
  clock.atTurnEnd(() => {
    ran.push('end of the first turn');
    clock.atTurnEnd(() => ran.push('end of the second'));
  });
  void Promise.resolve()
    .then(() => {})
    .then(() => ran.push('promise'));
  await clock.settle();
  t.deepEqual(ran, ['promise', 'end of the first turn', 'end of the second']);
  t.is(clock.monotonicMs(), 0);
});

test('a condition that does not come true in time is an error', async (t) => {
  const clock = new SimulatedClock(0);
  clock.every(10, () => {});
  await clock.runUntil(() => clock.monotonicMs() >= 40, 50);
  await t.throwsAsync(
    clock.runUntil(() => false, 50),
    { message: 'it did not happen within 50 simulated ms' },
  );
});

test('a test node serves, and after a crash serves what it had acknowledged', async (t) => {
  const one = await TestNode.open();
  await one.put('a', '1');
  await one.put('a', '2');
  one.crash();
  await one.reopen();
  t.is(await one.get('a'), '2');
  t.is(one.revision, 3);
});

test('a stopped test node leaves no timer behind', async (t) => {
  const one = await TestNode.open();
  await one.put('a', '1');
  await one.stop();
  t.is(one.clock.pendingTimers, 0);
  t.true(one.disk.closed);
});
