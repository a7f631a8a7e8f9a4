// Runs the product as its users do: `bin/rollcall` as a process of its own on ports and directories of its own. What a
// test starts ends with the test.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ExecutionContext } from 'ava';

const compiled = join(import.meta.dirname, '..', '..');
/** The executable; it runs what stands in dist/. Tests compiled elsewhere run what was compiled with them. */
export const rollcallBin =
  basename(compiled) === 'dist' ? join(compiled, '..', 'bin', 'rollcall') : join(compiled, 'bin', 'main.js');
const readyWithinMs = 20_000;
/** Of output kept for failure messages. */
const outputCharsMax = 20_000;

export interface Running {
  readonly child: ChildProcess;
  /** The `ready…` lines so far. */
  readonly readyLines: readonly string[];
  /** stdout and stderr so far, the newest part of them. */
  output(): string;
  /** Sends the signal and resolves with how the process ended. */
  end(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Starts `rollcall ARGS` and resolves once it has printed as many lines that start with `ready` as asked for. */
export async function startRollcall(
  t: ExecutionContext,
  args: readonly string[],
  { readyLines = 1, env = {} }: { readyLines?: number; env?: Record<string, string> } = {},
): Promise<Running> {
  const running = spawnRollcall(t, args, env);
  await until(
    () => {
      if (running.child.exitCode !== null) throw new Error(`rollcall ${args.join(' ')} ended:\n${running.output()}`);
      return running.readyLines.length >= readyLines;
    },
    readyWithinMs,
    () => `rollcall ${args.join(' ')} is not ready:\n${running.output()}`,
  );
  return running;
}

/** Starts `rollcall ARGS` without waiting for anything. */
export function spawnRollcall(t: ExecutionContext, args: readonly string[], env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, [rollcallBin, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let output = '';
  const ready: string[] = [];
  const collect = (line: string): void => {
    output = `${output}${line}\n`.slice(-outputCharsMax);
  };
  createInterface({ input: child.stdout! }).on('line', (line) => {
    if (line.startsWith('ready')) ready.push(line);
    collect(line);
  });
  createInterface({ input: child.stderr! }).on('line', collect);
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const end = (signal: NodeJS.Signals): typeof ended => {
    child.kill(signal);
    return ended;
  };
  t.teardown(async () => {
    if (child.exitCode === null && child.signalCode === null) await end('SIGKILL');
  });
  return { child, readyLines: ready, output: () => output, end, ended };
}

/** A core node with data in `directory` on the ports given; its client endpoint is `http://127.0.0.1:<client>`. */
export function serverArgs(directory: string, ports: { client: number; peer: number }): string[] {
  const client = `http://127.0.0.1:${ports.client}`;
  const peer = `http://127.0.0.1:${ports.peer}`;
  return [
    'server',
    `--data-dir=${directory}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
  ];
}

export function temporaryDirectory(t: ExecutionContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'rollcall-test-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Ports that were free a moment ago: for processes that must be told theirs, and keep them over a restart. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, '127.0.0.1', resolve);
      });
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

export interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end, at most `timeoutMs`. A missing command has code 127. */
export function execute(
  command: string,
  args: readonly string[],
  { env = {}, timeoutMs = 20_000 }: { env?: Record<string, string>; timeoutMs?: number } = {},
): Promise<Output> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...env }, timeout: timeoutMs, killSignal: 'SIGKILL' as const };
    execFile(command, [...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 127;
      resolve({ code, stdout, stderr });
    }).stdin?.end();
  });
}

/** Waits until `condition` holds; it may throw to give up early. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  withinMs: number,
  explain: () => string = () => 'condition',
): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    if (await condition()) return;
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${explain()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
