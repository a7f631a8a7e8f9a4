// A real etcd of one member for tests of the whole role: started on free ports with its data in a temporary directory,
// killed and started again at will, gone with the test.

import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ExecutionContext } from 'ava';
import { eventually } from './eventually.ts';

const run = promisify(execFile);

/** Whether a program answers to `--version` or the like. */
export function isInstalled(program: string, argument: string): boolean {
  return spawnSync(program, [argument], { stdio: 'ignore' }).error === undefined;
}

export class Etcd {
  readonly endpoint: string;
  readonly #peer: string;
  readonly #directory: string;
  #process: ChildProcess | undefined;

  private constructor(clientPort: number, peerPort: number, directory: string) {
    this.endpoint = `http://127.0.0.1:${clientPort}`;
    this.#peer = `http://127.0.0.1:${peerPort}`;
    this.#directory = directory;
  }

  static async start(t: ExecutionContext): Promise<Etcd> {
    const etcd = new Etcd(await freePort(), await freePort(), mkdtempSync(join(tmpdir(), 'rollcall-dns-')));
    t.teardown(async () => {
      await etcd.kill();
      rmSync(etcd.#directory, { recursive: true, force: true });
    });
    await etcd.start();
    return etcd;
  }

  async start(): Promise<void> {
    const flags = {
      name: 'n1',
      'data-dir': this.#directory,
      'listen-client-urls': this.endpoint,
      'advertise-client-urls': this.endpoint,
      'listen-peer-urls': this.#peer,
      'initial-advertise-peer-urls': this.#peer,
      'initial-cluster': `n1=${this.#peer}`,
    };
    const argv = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
    this.#process = spawn('etcd', argv, { stdio: 'ignore' });
    await eventually('etcd is healthy', async () => {
      await this.ctl('endpoint', 'health');
      return true;
    });
  }

  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  async ctl(...argv: readonly string[]): Promise<string> {
    const env = { ...process.env, ETCDCTL_API: '3' };
    const { stdout } = await run('etcdctl', ['--endpoints', this.endpoint, ...argv], { env });
    return stdout;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
