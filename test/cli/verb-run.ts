// Runs a client verb in this process, with what it reads and writes in memory: as `rollcall …` does, without the cost of
// a process for each command.

import { PassThrough } from 'node:stream';
import { runVerb } from '../../cli/main.ts';
import { silentLogger } from '../../common/log.ts';
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
      debugLog: () => silentLogger,
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
