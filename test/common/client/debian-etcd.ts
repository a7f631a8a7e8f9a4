// A real etcd (Debian's package) as a counterpart: started on free ports with a data directory of its own, killed and
// restarted at will, gone at the end of the test.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';

const startTimeoutMs = 20_000;

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<CommandResult> {
  return new Promise((resolve) => {
    execFile(command, args, { env: { ...process.env, ...env }, timeout: 30_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, stdout, stderr });
    });
  });
}

export function etcdctl(endpoint: string, ...args: readonly string[]): Promise<CommandResult> {
  return run('etcdctl', ['--endpoints', endpoint, ...args], { ETCDCTL_API: '3' });
}

/** False, with a note in the test's log, when etcd or etcdctl is not installed. */
export async function hasEtcd(t: ExecutionContext): Promise<boolean> {
  for (const tool of ['etcd', 'etcdctl']) {
    const { code } = await run('sh', ['-c', `command -v ${tool}`]);
    if (code === 0) continue;
    t.log(`skipped: ${tool} is not installed (Debian: apt-get install etcd-server etcd-client)`);
    t.pass();
    return false;
  }
  return true;
}

/**
 * A port that was free a moment ago, for programs that cannot be given port 0. Below the range from which the system
 * takes the ports of outgoing connections, so that none of those gets in between.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

export async function waitUntil(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 15_000,
): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadlineMs) throw new Error(`waited ${timeoutMs} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export class DebianEtcd {
  readonly port: number;
  readonly #peerPort: number;
  readonly #directory: string;
  #child: ChildProcess | undefined;
  #output = '';

  private constructor(directory: string, port: number, peerPort: number) {
    this.#directory = directory;
    this.port = port;
    this.#peerPort = peerPort;
  }

  /** Started and healthy; stopped and removed when the test ends. */
  static async start(t: ExecutionContext): Promise<DebianEtcd> {
    const directory = await mkdtemp(join(tmpdir(), 'rollcall-etcd-'));
    const etcd = new DebianEtcd(directory, await freePort(), await freePort());
    t.teardown(async () => {
      await etcd.kill();
      await rm(directory, { recursive: true, force: true });
    });
    await etcd.restart();
    return etcd;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The same arguments and data directory again. */
  async restart(): Promise<void> {
    const peer = `http://127.0.0.1:${this.#peerPort}`;
    const child = spawn(
      'etcd',
      [
        ...['--name', 'one', '--data-dir', this.#directory, '--log-level', 'error', '--logger', 'zap'],
        ...['--listen-client-urls', this.endpoint, '--advertise-client-urls', this.endpoint],
        ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer, '--initial-cluster', `one=${peer}`],
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    this.#child = child;
    child.stderr!.on('data', (text: Buffer) => {
      this.#output = `${this.#output}${text}`.slice(-4_000);
    });
    await waitUntil('etcd is healthy', () => this.#isHealthy(), startTimeoutMs);
  }

  async #isHealthy(): Promise<boolean> {
    if (this.#child?.exitCode !== null) throw new Error(`etcd ended: ${this.#output}`);
    try {
      const response = await fetch(`${this.endpoint}/health`, { signal: AbortSignal.timeout(1_000) });
      return ((await response.json()) as { health?: string }).health === 'true';
    } catch {
      return false;
    }
  }

  /** SIGKILL, and wait for its end. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  /** SIGSTOP: connections stay, answers do not come. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }
}
