// The process around a command: environment, standard streams, signals, and the way out. Exit codes: 0 fine, 1 failed,
// 2 wrong usage or configuration; a second signal leaves at once with 128 plus its number, as shells count.

import { writeSync } from 'node:fs';
import { constants } from 'node:os';
import { StartError, UsageError } from '../common/runtime/role.ts';

export type StopSignal = 'SIGTERM' | 'SIGINT';

export interface ProcessShell {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Writes to stdout; returns 0, the exit code of a command that only prints. */
  print(text: string): 0;
  /** Calls back for each SIGTERM and SIGINT. */
  onStopSignal(listener: (signal: StopSignal) => void): void;
  onReloadSignal(listener: () => void): void;
  /** Leaves now. */
  exit(code: number): void;
}

export const processShell: ProcessShell = {
  env: process.env,
  print(text) {
    process.stdout.write(text);
    return 0;
  },
  onStopSignal(listener) {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => listener(signal));
  },
  onReloadSignal(listener) {
    process.on('SIGHUP', listener);
  },
  exit(code) {
    process.exit(code);
  },
};

export function signalExitCode(signal: StopSignal): number {
  return 128 + constants.signals[signal];
}

/** What a thrown error says on stderr, and the exit code. Unexpected ones show where they come from. */
export function failureOf(error: unknown, command: string): { readonly text: string; readonly exitCode: number } {
  if (error instanceof UsageError) {
    return { text: `${command}: ${error.message} (see "${command} --help")`, exitCode: 2 };
  }
  if (error instanceof StartError) return { text: `${command}: ${error.message}`, exitCode: 1 };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { text: `${command}: unexpected error: ${text}`, exitCode: 1 };
}

/** Writes to stderr past all buffering, since the process ends next. */
export function complain(text: string): void {
  try {
    writeSync(2, `${text}\n`);
  } catch {
    // Nobody listens on stderr any more; the exit code still tells.
  }
}

/**
 * Errors nobody caught end the process: going on with unknown state is worse. A closed stdout (`rollcall get … | head`)
 * is no error, there is only nobody left to write to.
 */
export function installFatalHandlers(command: string): void {
  const die = (error: unknown): void => {
    complain(failureOf(error, command).text);
    process.exit(1);
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => (error.code === 'EPIPE' ? process.exit(0) : die(error)));
}
