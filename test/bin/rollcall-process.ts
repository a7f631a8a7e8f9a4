// `rollcall …` as a process of its own, as people start it; killed at the end of the test if it has not ended by then.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { waitUntil } from '../common/client/debian-etcd.ts';

/** Starting four roles on a box that runs other tests as well. */
const startMsMax = 40_000;

export const main = fileURLToPath(new URL('../../bin/main.js', import.meta.url));

/** The environment of this process without settings that would reach a role. */
export function cleanEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(ROLLCALL|ETCD|ETCDCTL|NOTIFY)_/.test(name));
  return { ...Object.fromEntries(inherited), ...extra };
}

export class RollcallProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  stdout = '';
  stderr = '';
  /** The exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string>;

  constructor(t: ExecutionContext, argv: readonly string[], env: Readonly<Record<string, string>> = {}, cwd?: string) {
    this.#child = spawn(process.execPath, [main, ...argv], { env: cleanEnvironment(env), cwd });
    this.#child.stdout.on('data', (chunk: Buffer) => {
      this.stdout += chunk.toString();
    });
    this.#child.stderr.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
    });
    t.teardown(async () => {
      this.#child.kill('SIGKILL');
      await this.ended;
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits for text on stdout; says what there was instead when the process ends first. */
  async waitFor(text: string): Promise<void> {
    let end: number | string | undefined;
    void this.ended.then((how) => {
      end = how;
    });
    const sofar = (): string => `stdout: ${this.stdout} stderr: ${this.stderr}`;
    const arrived = (): boolean => {
      if (this.stdout.includes(text)) return true;
      if (end !== undefined) throw new Error(`ended with ${end}; ${sofar()}`);
      return false;
    };
    await waitUntil(`stdout has "${text}"`, arrived, startMsMax).catch((error: Error) => {
      throw new Error(`${error.message}; ${sofar()}`);
    });
  }
}

export async function scratchDirectory(t: ExecutionContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-bin-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return directory;
}
