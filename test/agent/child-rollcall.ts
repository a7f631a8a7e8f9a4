// A real rollcall process for tests: output collected, gone with the test.

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { eventually } from './eventually.ts';

const mainPath = fileURLToPath(new URL('../../bin/main.js', import.meta.url));

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export class RollcallProcess {
  stdout = '';
  stderr = '';
  readonly exited: Promise<Exit>;
  readonly #process: ChildProcess;

  constructor(t: ExecutionContext, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const child = spawn(process.execPath, [mainPath, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    this.#process = child;
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    // `close`: also the output is complete.
    this.exited = new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
    t.teardown(() => void child.kill('SIGKILL'));
  }

  get pid(): number {
    return this.#process.pid!;
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** The address in the ready line. */
  async ready(): Promise<string> {
    return eventually('the ready line', () => {
      if (this.#process.exitCode !== null) throw new Error(`ended before it was ready: ${this.stderr}`);
      return /^ready: .*(http:\/\/\S+)/m.exec(this.stdout)?.[1];
    });
  }
}
