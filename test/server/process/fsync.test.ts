// Durability as the kernel sees it: between a put's arrival and its answer the log is synced. Kill -9 says nothing about
// power loss, strace does.

import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import anyTest from 'ava';
import { freePorts, rollcallBin, serverArgs, temporaryDirectory, until } from '../../harness/rollcall.ts';
import { JsonClient } from './json-client.ts';

const probe = spawnSync('strace', ['-f', '-o', '/dev/null', 'true']);
const problem =
  probe.error !== undefined ? 'install strace' : probe.status !== 0 ? 'tracing is not permitted' : undefined;
if (problem !== undefined) console.log(`fsync tests are skipped: ${problem}`);
const test = problem === undefined ? anyTest.serial : anyTest.serial.skip;

/** One line of the trace that matters. `at` is its place, also that of a call's completion. */
type Step =
  | { readonly at: number; readonly kind: 'arrival' | 'answer'; readonly fd: string }
  | { readonly at: number; readonly kind: 'synced'; readonly begunAt: number };

/**
 * strace -f writes a call that others interrupt as two lines: `fdatasync(20 <unfinished ...>` and later
 * `<... fdatasync resumed>) = 0`, each with the thread's id in front.
 */
function steps(trace: string): Step[] {
  const found: Step[] = [];
  const begun = new Map<string, number>();
  const readers = new Map<string, string>();
  trace.split('\n').forEach((line, at) => {
    const match = /^(\d+)\s+(.*)$/.exec(line);
    if (match === null) return;
    const [, thread, call] = match as unknown as [string, string, string];
    if (call.startsWith('fdatasync(')) {
      if (call.includes('unfinished')) begun.set(thread, at);
      else if (call.endsWith('= 0')) found.push({ at, kind: 'synced', begunAt: at });
    } else if (call.includes('fdatasync resumed') && call.endsWith('= 0')) {
      found.push({ at, kind: 'synced', begunAt: begun.get(thread)! });
    }
    const reading = /^read\((\d+), +<unfinished/.exec(call);
    if (reading !== null) readers.set(thread, reading[1]!);
    const arrival = /^(?:read\((\d+), |<\.\.\. read resumed>)"POST \/v3\/kv\/put/.exec(call);
    if (arrival !== null) found.push({ at, kind: 'arrival', fd: arrival[1] ?? readers.get(thread)! });
    const answer = /^writev?\((\d+), .*"HTTP\/1\.1 200 OK/.exec(call);
    if (answer !== null) found.push({ at, kind: 'answer', fd: answer[1]! });
  });
  return found;
}

/** Each put that was answered: whether a sync began after its arrival and was over before its answer. */
function verdicts(trace: string): boolean[] {
  const arrivals = new Map<string, number>();
  const syncs: { begunAt: number; at: number }[] = [];
  const result: boolean[] = [];
  for (const step of steps(trace)) {
    if (step.kind === 'synced') syncs.push(step);
    else if (step.kind === 'arrival') arrivals.set(step.fd, step.at);
    else {
      const arrivedAt = arrivals.get(step.fd);
      if (arrivedAt === undefined) continue;
      arrivals.delete(step.fd);
      result.push(syncs.some(({ begunAt, at }) => begunAt > arrivedAt && at < step.at));
    }
  }
  return result;
}

for (const [what, puts, connections] of [
  ['one put at a time', 30, 1],
  ['many puts at once', 1500, 250],
] as const) {
  test(`${what}: between the arrival of a put and its answer lies an fdatasync of the log`, async (t) => {
    const directory = temporaryDirectory(t);
    const [client, peer] = (await freePorts(2)) as [number, number];
    const traceFile = join(directory, 'trace');
    const trace = ['-f', '-qq', '-s', '64', '-e', 'trace=read,write,writev,fdatasync', '-o', traceFile];
    const args = [...trace, process.execPath, rollcallBin, ...serverArgs(join(directory, 'data'), { client, peer })];
    const child = spawn('strace', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    t.teardown(async () => {
      child.kill('SIGKILL');
      await ended;
    });
    await until(
      () => output.includes('ready'),
      60_000,
      () => `not ready: ${output}`,
    );
    const api = new JsonClient(client, connections);
    await Promise.all(Array.from({ length: puts }, (_, i) => api.put(`k${i}`, 'v')));
    api.close();
    // strace -o keeps signals to itself and ends with the server, whose thread wrote the trace's first line.
    process.kill(Number.parseInt(readFileSync(traceFile, 'latin1'), 10), 'SIGTERM');
    await ended;
    const synced = verdicts(readFileSync(traceFile, 'latin1'));
    t.is(synced.length, puts);
    t.deepEqual(
      synced.filter((each) => !each),
      [],
    );
  });
}

anyTest('the reading of traces finds a put that was answered without a sync', (t) => {
  const lines = [
    '10 read(20, "POST /v3/kv/put HTTP/1.1\\r\\n", 65536) = 90',
    '11 fdatasync(18 <unfinished ...>',
    '10 read(21, "POST /v3/kv/put HTTP/1.1\\r\\n", 65536) = 90',
    '11 <... fdatasync resumed>)         = 0',
    '10 writev(20, [{iov_base="HTTP/1.1 200 OK\\r\\n"}], 1) = 100',
    '10 writev(21, [{iov_base="HTTP/1.1 200 OK\\r\\n"}], 1) = 100',
    '10 read(20, "POST /v3/kv/put HTTP/1.1\\r\\n", 65536) = 90',
    '11 fdatasync(18) = 0',
    '10 write(20, "HTTP/1.1 200 OK\\r\\n", 100) = 100',
    '10 read(22,  <unfinished ...>',
    '11 fdatasync(18) = 0',
    '10 <... read resumed>"POST /v3/kv/put HTTP/1.1\\r\\n", 65536) = 90',
    '10 write(22, "HTTP/1.1 200 OK\\r\\n" <unfinished ...>',
  ];
  t.deepEqual(verdicts(lines.join('\n')), [true, false, true, false]);
});
