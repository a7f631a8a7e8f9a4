// Adapter: the wrapped process. Starts it with our own standard streams, hands signals on, and turns its end into an
// exit code as shells count: its own, or 128 plus the number of the signal that killed it.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';

export interface Child {
  readonly pid: number;
  /** Fine when it has ended already. */
  signal(signal: NodeJS.Signals): void;
  readonly exited: Promise<number>;
}

/** The command could not be started. Codes as in POSIX shells: 127 not found, 126 found but not executable. */
export class ChildStartError extends Error {
  override readonly name = 'ChildStartError';
  readonly exitCode: number;

  constructor(message: string, exitCode: number, options: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** Resolves once it runs; rejects with ChildStartError. */
export function startChild(
  command: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<Child> {
  const [file = '', ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: 'inherit', env });
    const exited = new Promise<number>((settle) => {
      child.on('exit', (code, signal) => settle(signal === null ? (code ?? 1) : 128 + constants.signals[signal]));
    });
    child.once('error', (error: NodeJS.ErrnoException) => reject(startError(file, error, env.PATH)));
    child.once('spawn', () => {
      // From here on an error is a signal that could not be sent: the process has gone, and `exited` tells.
      child.on('error', () => {});
      resolve({ pid: child.pid ?? 0, signal: (signal) => void child.kill(signal), exited });
    });
  });
}

function startError(file: string, error: NodeJS.ErrnoException, path: string | undefined): ChildStartError {
  const shown = JSON.stringify(file);
  if (error.code === 'ENOENT' || (error.code === 'EACCES' && !isThere(file, path))) {
    return new ChildStartError(`cannot start ${shown}: not found`, 127, { cause: error });
  }
  const reason = error.code === 'EACCES' ? 'not executable' : error.message;
  return new ChildStartError(`cannot start ${shown}: ${reason}`, 126, { cause: error });
}

/** A bare name also ends in EACCES where a directory of PATH may not be searched: that is "not found", as in a shell. */
function isThere(file: string, path = ''): boolean {
  return file.includes('/') || path.split(delimiter).some((directory) => existsSync(join(directory, file)));
}
