// Two real etcds that nobody can tell apart: equal names, tokens and advertised peer URLs make equal member and cluster
// ids, and equal commands make equal revisions. One is driven by etcdctl, the other by rollcall, and the outputs are
// compared octet by octet.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { freePort, waitUntil } from '../common/client/debian-etcd.ts';
import { runToEnd, type VerbResult } from './verb-run.ts';

const advertisedPeer = 'http://127.0.0.1:1';
const commandMsMax = 30_000;

export interface Twins {
  /** Endpoints, `host:port`, by who drives them. */
  readonly etcdctl: string;
  readonly rollcall: string;
}

export async function startTwins(t: ExecutionContext): Promise<Twins> {
  const [one, other] = await Promise.all([startTwin(t), startTwin(t)]);
  return { etcdctl: one, rollcall: other };
}

async function startTwin(t: ExecutionContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-twin-'));
  const endpoint = `127.0.0.1:${await freePort()}`;
  const peer = `http://127.0.0.1:${await freePort()}`;
  const child: ChildProcess = spawn(
    'etcd',
    [
      ...['--name', 'twin', '--data-dir', directory, '--log-level', 'error', '--logger', 'zap'],
      ...['--listen-client-urls', `http://${endpoint}`, '--advertise-client-urls', 'http://twin.example:2379'],
      ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', advertisedPeer],
      ...['--initial-cluster', `twin=${advertisedPeer}`],
    ],
    { stdio: 'ignore' },
  );
  t.teardown(async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null && child.kill('SIGKILL')) await ended;
    await rm(directory, { recursive: true, force: true });
  });
  await waitUntil('etcd is healthy', async () => {
    const response = await fetch(`http://${endpoint}/health`).catch(() => undefined);
    return response?.ok === true;
  });
  return endpoint;
}

export function runEtcdctl(argv: readonly string[], options: { stdin?: string | Buffer } = {}): Promise<VerbResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('etcdctl', argv, { env: { ...process.env, ETCDCTL_API: '3' }, timeout: commandMsMax });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({
        exitCode: code ?? -1,
        stdout: Buffer.concat(stdout).toString('latin1'),
        stderr: Buffer.concat(stderr).toString('latin1'),
      }),
    );
    child.stdin.on('error', () => {}); // it may end without reading
    child.stdin.end(options.stdin ?? '');
  });
}

/** The same command on both; each answer with what must differ taken out. */
export async function runBoth(
  twins: Twins,
  argv: readonly string[],
  stdin: string | Buffer = '',
): Promise<{ readonly theirs: VerbResult; readonly ours: VerbResult }> {
  const [theirs, ours] = await Promise.all([
    runEtcdctl(['--endpoints', twins.etcdctl, ...argv], { stdin }),
    runToEnd(['--endpoints', twins.rollcall, ...argv], { stdin }),
  ]);
  return { theirs: normalise(theirs), ours: normalise(ours) };
}

/** Ports, durations, and the log lines that etcdctl's client library writes to stderr. */
export function normalise({ exitCode, stdout, stderr }: VerbResult): VerbResult {
  const neutral = (text: string): string =>
    text
      .replace(/127\.0\.0\.1:\d+/g, 'ENDPOINT')
      .replace(/"took":"[^"]*"/g, '"took":"T"')
      .replace(/took = \S+/g, 'took = T')
      .replace(/"(dbSize|dbSizeInUse)":\d+/g, '"$1":N');
  return {
    exitCode,
    stdout: neutral(stdout),
    stderr: neutral(stderr.replace(/^\{"level":.*\n/gm, '')),
  };
}
