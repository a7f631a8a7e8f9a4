// The life of something that runs until told to stop: start, announce, serve, stop. First signal: stop cleanly; second:
// leave at once. A role that gives up by itself is stopped and becomes a StartError: one line, exit code 1.

import type { Logger } from '../common/log.ts';
import type { Clock } from '../common/runtime/clock.ts';
import { createNotifier } from '../common/runtime/notify.ts';
import { type RunningRole, StartError } from '../common/runtime/role.ts';
import { type ProcessShell, type StopSignal, signalExitCode } from './process-shell.ts';

/** A clean stop that takes longer is given up; systemd's own patience is 90 s. */
export const stopMsMax = 30_000;

/**
 * A signal so soon after the first is the same wish: npm hands on to its child the Ctrl-C that the terminal has sent to
 * both (@npmcli/run-script, signal-manager).
 */
export const sameSignalMs = 200;

export interface Supervised {
  readonly start: () => Promise<RunningRole>;
  /** Runs once the role serves. */
  readonly announce: (role: RunningRole) => void;
  readonly shell: ProcessShell;
  readonly log: Logger;
  readonly clock: Clock;
}

type End = { readonly signal: StopSignal } | { readonly failure: Error };

/** Resolves with the exit code; rejects with what `start` rejects with, or a StartError when the role gave up later. */
export async function supervise({ start, announce, shell, log, clock }: Supervised): Promise<number> {
  const notifier = createNotifier(shell.env, log);
  const signalled = new Promise<End>((resolve) => {
    let firstMs: number | undefined;
    shell.onStopSignal((signal) => {
      if (firstMs === undefined) {
        firstMs = clock.monotonicMs();
        resolve({ signal });
      } else if (clock.monotonicMs() - firstMs > sameSignalMs) {
        shell.exit(signalExitCode(signal));
      }
    });
  });
  const started = await Promise.race([start(), signalled]);
  if ('signal' in started || 'failure' in started) {
    log.info('stopped before it was ready');
    return 0;
  }
  shell.onReloadSignal(() => reload(started, log));
  announce(started);
  void notifier.notify('READY=1');
  const end = await Promise.race([signalled, started.failed.then((failure): End => ({ failure }))]);
  if ('signal' in end) log.info('stopping', { signal: end.signal });
  const [stopped] = await Promise.all([stopInTime(started, clock, log), notifier.notify('STOPPING=1')]);
  if ('failure' in end) throw new StartError(end.failure.message, { cause: end.failure });
  return stopped ? 0 : 1;
}

function reload(role: RunningRole, log: Logger): void {
  if (role.reload === undefined) {
    log.info('SIGHUP: nothing to reload');
    return;
  }
  role.reload().catch((error: unknown) => {
    log.error('reload failed', { error: error instanceof Error ? error.message : String(error) });
  });
}

async function stopInTime(role: RunningRole, clock: Clock, log: Logger): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = clock.after(stopMsMax, () => {
      log.error('did not stop in time', { waitedMs: stopMsMax });
      resolve(false);
    });
    const done = (ok: boolean): void => {
      timer.cancel();
      resolve(ok);
    };
    role.stop().then(
      () => done(true),
      (error: unknown) => {
        log.error('stopping failed', { error: error instanceof Error ? error.message : String(error) });
        done(false);
      },
    );
  });
}
