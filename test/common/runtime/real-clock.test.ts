import test from 'ava';
import { realClock } from '../../../common/runtime/real-clock.ts';

test('time goes on: timers run after their delay, and periodic ones again and again until cancelled', async (t) => {
  const start = realClock.monotonicMs();
  await new Promise<void>((resolve) => realClock.after(20, resolve));
  t.true(realClock.monotonicMs() - start >= 19);
  let ran = 0;
  await new Promise<void>((resolve) => {
    const timer = realClock.every(2, () => {
      if (++ran === 3) {
        timer.cancel();
        resolve();
      }
    });
  });
  await new Promise<void>((resolve) => realClock.after(20, resolve));
  t.is(ran, 3);
});

test('a cancelled timer does not run', async (t) => {
  let ran = false;
  realClock
    .after(1, () => {
      ran = true;
    })
    .cancel();
  await new Promise<void>((resolve) => realClock.after(10, resolve));
  t.false(ran);
});

test('a turn ends after what promises have queued', async (t) => {
  const order: string[] = [];
  await new Promise<void>((resolve) => {
    realClock.atTurnEnd(() => {
      order.push('end of turn');
      resolve();
    });
    void Promise.resolve()
      .then(() => {})
      .then(() => order.push('promise'));
    process.nextTick(() => order.push('tick'));
  });
  t.deepEqual(order.at(-1), 'end of turn');
  t.is(order.length, 3);
});
