// Runs a client verb in this process, with what it reads and writes in memory: as `rollcall …` does, without the cost of
// a process for each command; verbs that only a signal ends run in one of their own.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { runVerb } from '../../cli/main.ts';
import { realClock } from '../../common/runtime/real-clock.ts';
import { systemRandom } from '../../common/runtime/system-random.ts';

export interface VerbOptions {
  /** Standard input; at its end unless `keepInputOpen`. */
  readonly stdin?: string | Buffer;
  readonly keepInputOpen?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

export interface VerbResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export class RunningVerb {
  readonly #chunks: Buffer[] = [];
  readonly #lines: string[] = [];
  readonly #interrupts: (() => void)[] = [];
  readonly input = new PassThrough();
  readonly done: Promise<VerbResult>;

  constructor(argv: readonly string[], options: VerbOptions = {}) {
    if (options.stdin !== undefined) this.input.write(options.stdin);
    if (options.keepInputOpen !== true) this.input.end();
    this.done = runVerb(argv, {
      clock: realClock,
      random: systemRandom,
      input: this.input,
      env: { ...process.env, ...options.env },
      onInterrupt: (listener) => this.#interrupts.push(listener),
      out: {
        write: (chunk) => this.#chunks.push(Buffer.from(chunk as string)),
        complain: (line) => this.#lines.push(`${line}\n`),
      },
    }).then((exitCode) => ({ exitCode, stdout: this.stdout, stderr: this.stderr }));
  }

  get stdout(): string {
    return Buffer.concat(this.#chunks).toString('latin1');
  }

  get stderr(): string {
    return this.#lines.join('');
  }

  interrupt(): void {
    for (const listener of this.#interrupts) listener();
  }
}

/** `stdout` holds one character an octet. */
export function runToEnd(argv: readonly string[], options: VerbOptions = {}): Promise<VerbResult> {
  return new RunningVerb(argv, options).done;
}

const main = fileURLToPath(new URL('../../bin/main.js', import.meta.url));

/** `rollcall …` as a process; killed at the end of the test if it has not ended by then. */
export class VerbProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #stdout: Buffer[] = [];
  readonly #stderr: Buffer[] = [];
  readonly done: Promise<VerbResult>;

  constructor(t: ExecutionContext, argv: readonly string[]) {
    this.#child = spawn(process.execPath, [main, ...argv]);
    this.#child.stdout.on('data', (chunk: Buffer) => this.#stdout.push(chunk));
    this.#child.stderr.on('data', (chunk: Buffer) => this.#stderr.push(chunk));
    this.done = new Promise((resolve) => {
      this.#child.once('close', (code) =>
        resolve({ exitCode: code ?? -1, stdout: this.stdout, stderr: Buffer.concat(this.#stderr).toString('latin1') }),
      );
    });
    t.teardown(async () => {
      this.#child.kill('SIGKILL');
      await this.done;
    });
  }

  get input(): NodeJS.WritableStream {
    return this.#child.stdin;
  }

  get stdout(): string {
    return Buffer.concat(this.#stdout).toString('latin1');
  }
}
