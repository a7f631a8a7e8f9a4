import test from 'ava';
import type { ProcessShell, StopSignal } from '../../bin/process-shell.ts';
import { sameSignalMs, stopMsMax, supervise } from '../../bin/supervise.ts';
import { silentLogger } from '../../common/log.ts';
import type { Clock } from '../../common/runtime/clock.ts';
import { realClock } from '../../common/runtime/real-clock.ts';
import { type RunningRole, StartError } from '../../common/runtime/role.ts';

class FakeShell implements ProcessShell {
  readonly env = {};
  printed = '';
  readonly exits: number[] = [];
  signal: (signal: StopSignal) => void = () => {};
  hangUp: () => void = () => {};

  print(text: string): 0 {
    this.printed += text;
    return 0;
  }
  onStopSignal(listener: (signal: StopSignal) => void): void {
    this.signal = listener;
  }
  onReloadSignal(listener: () => void): void {
    this.hangUp = listener;
  }
  exit(code: number): void {
    this.exits.push(code);
  }
}

interface Stage {
  readonly shell: FakeShell;
  readonly role: RunningRole;
  readonly end: Promise<number>;
  readonly events: string[];
  /** Resolves when the role was announced. */
  readonly announced: Promise<void>;
  fail(error: Error): void;
  finishStop(): void;
}

function stage(
  options: { clock?: Clock; start?: () => Promise<RunningRole>; reload?: () => Promise<void> } = {},
): Stage {
  const shell = new FakeShell();
  const events: string[] = [];
  let fail: (error: Error) => void = () => {};
  let finishStop: () => void = () => {};
  const stopped = new Promise<void>((resolve) => {
    finishStop = resolve;
  });
  const role: RunningRole = {
    addresses: ['somewhere'],
    failed: new Promise((resolve) => {
      fail = resolve;
    }),
    stop: () => {
      events.push('stop');
      return stopped;
    },
    ...(options.reload === undefined ? {} : { reload: options.reload }),
  };
  let announce: () => void = () => {};
  const announced = new Promise<void>((resolve) => {
    announce = resolve;
  });
  const end = supervise({
    start: options.start ?? (() => Promise.resolve(role)),
    announce: () => {
      events.push('ready');
      announce();
    },
    shell,
    log: silentLogger,
    clock: options.clock ?? realClock,
  });
  return { shell, role, end, events, announced, fail: (error) => fail(error), finishStop: () => finishStop() };
}

test('the first signal stops cleanly and ends with 0', async (t) => {
  const { shell, end, events, announced, finishStop } = stage();
  await announced;
  shell.signal('SIGTERM');
  finishStop();
  t.is(await end, 0);
  t.deepEqual(events, ['ready', 'stop']);
  t.deepEqual(shell.exits, []);
});

test('a second signal leaves at once, unless it is the echo of the first', async (t) => {
  let nowMs = 1000;
  const { shell, end, announced, finishStop } = stage({ clock: { ...realClock, monotonicMs: () => nowMs } });
  await announced;
  shell.signal('SIGINT');
  nowMs += sameSignalMs;
  shell.signal('SIGINT');
  t.deepEqual(shell.exits, []);
  nowMs += 1;
  shell.signal('SIGTERM');
  t.deepEqual(shell.exits, [143]);
  finishStop();
  await end;
});

test('a signal before the role is ready ends without waiting for it', async (t) => {
  const { shell, end, events } = stage({ start: () => new Promise(() => {}) });
  shell.signal('SIGTERM');
  t.is(await end, 0);
  t.deepEqual(events, []);
});

test('a role that gives up is stopped and ends as a start error with its reason', async (t) => {
  const { end, events, announced, fail, finishStop } = stage();
  await announced;
  fail(new Error('fsync failed: EIO'));
  finishStop();
  const error = await t.throwsAsync(end, { instanceOf: StartError });
  t.is(error?.message, 'fsync failed: EIO');
  t.deepEqual(events, ['ready', 'stop']);
});

test('a start that fails is passed on as it is', async (t) => {
  const { end } = stage({ start: () => Promise.reject(new StartError('port 1 is taken')) });
  t.is((await t.throwsAsync(end, { instanceOf: StartError }))?.message, 'port 1 is taken');
});

test('a stop that does not end is given up after its bound', async (t) => {
  const waits: number[] = [];
  const clock: Clock = {
    ...realClock,
    after(delayMs, task) {
      waits.push(delayMs);
      queueMicrotask(task);
      return { cancel: () => {} };
    },
  };
  const { shell, end, announced } = stage({ clock });
  await announced;
  shell.signal('SIGTERM');
  t.is(await end, 1);
  t.deepEqual(waits, [stopMsMax]);
});

test('SIGHUP reloads where there is something to reload, and harms nowhere', async (t) => {
  let reloads = 0;
  const reloading = stage({
    reload: () => {
      reloads++;
      return Promise.reject(new Error('bad file'));
    },
  });
  await reloading.announced;
  reloading.shell.hangUp();
  const plain = stage();
  await plain.announced;
  plain.shell.hangUp();
  for (const { shell, end, finishStop } of [reloading, plain]) {
    shell.signal('SIGTERM');
    finishStop();
    t.is(await end, 0);
  }
  t.is(reloads, 1);
});
