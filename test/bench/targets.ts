// The servers under comparison: Rollcall and the etcd on PATH, started alike on loopback ports of their own with fresh
// data directories, and ended by process id.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');
const healthyWithinMs = 30_000;

export interface Target {
  readonly name: string;
  readonly endpoint: string;
  /** From the start of the process to the first healthy answer. */
  readonly startMs: number;
  /** VmRSS. */
  residentBytes(): number;
  stop(): Promise<void>;
}

export function startRollcall(): Promise<Target> {
  return start('rollcall', process.execPath, [join(root, 'bin', 'rollcall'), 'server']);
}

export function startEtcd(): Promise<Target> {
  return start('etcd', 'etcd', []);
}

async function start(name: string, command: string, prefix: string[]): Promise<Target> {
  const directory = mkdtempSync(join(tmpdir(), `rollcall-bench-${name}-`));
  const [client, peer] = [await freePort(), await freePort()];
  const endpoint = `http://127.0.0.1:${client}`;
  const peerUrl = `http://127.0.0.1:${peer}`;
  const flags = {
    name: 'bench',
    'data-dir': join(directory, 'data'),
    'listen-client-urls': endpoint,
    'advertise-client-urls': endpoint,
    'listen-peer-urls': peerUrl,
    'initial-advertise-peer-urls': peerUrl,
    'initial-cluster': `bench=${peerUrl}`,
  };
  const args = [...prefix, ...Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value])];
  const begun = performance.now();
  const child = spawn(command, args, { stdio: 'ignore' });
  const stop = async (): Promise<void> => {
    await end(child);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await untilHealthy(endpoint, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { name, endpoint, startMs: performance.now() - begun, residentBytes: () => residentBytes(child.pid!), stop };
}

async function untilHealthy(endpoint: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + healthyWithinMs;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`the server ended with exit code ${child.exitCode}`);
    const healthy = await fetch(`${endpoint}/health`).then(
      (response) => response.ok,
      () => false,
    );
    if (healthy) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`not healthy within ${healthyWithinMs} ms`);
}

function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) * 1024;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
