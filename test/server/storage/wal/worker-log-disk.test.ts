// The log on a real directory and its thread: kills, sync order as the kernel sees it, failures of disk and thread.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import test from 'ava';
import type { LogAppend } from '../../../../server/storage/wal/log-entry.ts';
import { createLog, openLog } from '../../../../server/storage/wal/open-log.ts';
import { openWorkerLogDisk } from '../../../../server/storage/wal/worker-log-disk.ts';
import type { WriteAheadLog } from '../../../../server/storage/wal/write-ahead-log.ts';

const writerProgram = fileURLToPath(new URL('./log-writer.js', import.meta.url));
const metadata = Buffer.from('member');

async function newDirectory(t: ExecutionContext): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'rollcall-log-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

function append(log: WriteAheadLog, batch: LogAppend): Promise<void> {
  return new Promise((resolve, reject) => log.append(batch, (error) => (error === null ? resolve() : reject(error))));
}

function entryOf(index: number, bytes: number): NonNullable<LogAppend['entries']>[number] {
  return { index, term: 1, kind: 'normal', data: Buffer.alloc(bytes, index) };
}

/** Reads the writer's acknowledgements until there are so many, then kills it. Returns the last one. */
async function killAfter(writer: ChildProcess, acknowledgements: number): Promise<number> {
  let text = '';
  const exited = once(writer, 'exit');
  writer.stdout!.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    if (text.split('\n').length > acknowledgements) writer.kill('SIGKILL');
  });
  await exited;
  const lines = text.split('\n').slice(0, -1);
  return Number(lines.at(-1));
}

test('large and small appends come back from a real directory, across segments', async (t) => {
  const directory = await newDirectory(t);
  const syncs: number[] = [];
  const disk = await openWorkerLogDisk({ path: directory, onSync: (durationMs) => syncs.push(durationMs) });
  const { log } = await createLog({ disk, metadata, segmentBytes: 100_000 });
  const sizes = [0, 1, 300, 5000, 16 * 1024, 100_000, 1_500_000, 3];
  for (const [position, bytes] of sizes.entries()) {
    await append(log, {
      entries: [entryOf(position + 1, bytes)],
      hardState: { term: 1, vote: 3n, commit: position + 1 },
    });
  }
  t.is(syncs.length, sizes.length + log.segmentCount);
  await new Promise<void>((resolve) => log.release(6, () => resolve()));
  await log.close();
  const opened = await openLog({ disk: await openWorkerLogDisk({ path: directory }) });
  t.teardown(() => opened.log.close());
  t.deepEqual(
    opened.entries.map(({ index, data }) => [index, data.length, data.every((byte) => byte === index)]),
    sizes.map((bytes, position) => [position + 1, bytes, true]).slice(opened.base.index),
  );
  t.true(opened.base.index > 0);
  t.deepEqual(opened.hardState, { term: 1, vote: 3n, commit: sizes.length });
});

test('killed ten times in the middle of appends, the log has every acknowledged entry each time', async (t) => {
  const directory = await newDirectory(t);
  let before = 0;
  for (let kill = 0; kill < 10; kill++) {
    const writer = spawn(process.execPath, [writerProgram, directory, '3'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const acknowledged = await killAfter(writer, 5 + 7 * kill);
    t.true(acknowledged > before, `${acknowledged} after ${before}`);
    const { log, entries, base } = await openLog({ disk: await openWorkerLogDisk({ path: directory }) });
    await log.close();
    const last = (entries.at(-1) ?? base).index;
    t.true(last >= acknowledged, `the log ends with ${last}, ${acknowledged} was acknowledged`);
    t.true(
      entries.every(({ index, data }) => data.length === index % 700 && data.every((byte) => byte === (index & 0xff))),
    );
    before = last;
  }
});

test('the kernel sees an fdatasync behind every write and before every acknowledgement', async (t) => {
  if (spawnSync('strace', ['-V']).error !== undefined) {
    t.log('strace is not installed: skipped');
    t.pass();
    return;
  }
  const directory = await newDirectory(t);
  const trace = path.join(directory, 'trace');
  const logDirectory = await mkdtemp(path.join(directory, 'log-'));
  const command = [
    '-f',
    '-y',
    '-e',
    'trace=pwrite64,fdatasync,write',
    '-o',
    trace,
    process.execPath,
    writerProgram,
    logDirectory,
    '1',
  ];
  const tracer = spawn('strace', command, { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  const exited = once(tracer, 'exit');
  // The process group: strace and the writer under it.
  const kill = (): void => {
    if (tracer.exitCode === null && tracer.signalCode === null) process.kill(-tracer.pid!, 'SIGKILL');
  };
  t.teardown(kill);
  let text = '';
  tracer.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    if (text.split('\n').length > 20) kill();
  });
  await exited;
  const events: string[] = [];
  for (const line of (await readFile(trace, 'utf8')).split('\n')) {
    if (line.includes(logDirectory) && line.includes('pwrite64(')) events.push('write');
    // The end of the call, also when another thread's call was traced in between.
    if (/fdatasync\(.*\) += 0|fdatasync resumed>.*= 0/.test(line)) events.push('sync');
    if (/\bwrite\(1<.*"\d+\\n"/.test(line)) events.push('acknowledge');
  }
  const acknowledgements = events.flatMap((event, at) => (event === 'acknowledge' ? [at] : []));
  t.true(acknowledgements.length >= 15, events.join(' '));
  for (const at of acknowledgements) {
    t.deepEqual(
      events.slice(Math.max(0, at - 2), at),
      ['write', 'sync'],
      `event ${at}: ${events.slice(0, at + 1).join(' ')}`,
    );
  }
});

test('an error of the disk names operation, file and reason, and is final', async (t) => {
  const directory = await newDirectory(t);
  const disk = await openWorkerLogDisk({ path: directory });
  const { log } = await createLog({ disk, metadata, segmentBytes: 1 });
  // The next segment cannot be begun: its temporary name is taken.
  await writeFile(path.join(directory, 'next-segment.tmp'), 'in the way');
  const error = await t.throwsAsync(append(log, { entries: [entryOf(1, 10)] }));
  t.regex(error!.message, /^create of .*next-segment\.tmp failed: EEXIST/);
  t.is((error as NodeJS.ErrnoException).code, 'EEXIST');
  await t.throwsAsync(append(log, { entries: [entryOf(2, 10)] }), { message: /EEXIST/ });
  await log.close();
});

test('a thread that dies fails what waits and everything after', async (t) => {
  const directory = await newDirectory(t);
  const disk = await openWorkerLogDisk({ path: directory });
  const broken = [{ kind: 'write', file: 'x', offset: 0, data: 'not bytes' }];
  const unknown = [{ kind: 'unheard of' }];
  const answers: (string | null)[] = [];
  const submit = (operations: unknown): Promise<void> =>
    new Promise((resolve) => {
      disk.submit(operations as Parameters<typeof disk.submit>[0], (error) => {
        answers.push(error?.message ?? null);
        resolve();
      });
    });
  await submit(broken);
  t.regex(answers[0]!, /write of .* failed/);
  await Promise.all([submit(unknown), submit([{ kind: 'syncDirectory' }])]);
  t.regex(answers[1]!, /unreachable|failed/);
  await disk.close();
});

test('closing ends the thread: the process can exit', async (t) => {
  const directory = await newDirectory(t);
  const program = `
    import { createLog } from ${JSON.stringify(new URL('../../../../server/storage/wal/open-log.js', import.meta.url).href)};
    import { openWorkerLogDisk } from ${JSON.stringify(new URL('../../../../server/storage/wal/worker-log-disk.js', import.meta.url).href)};
    const disk = await openWorkerLogDisk({ path: ${JSON.stringify(directory)} });
    const { log } = await createLog({ disk, metadata: Buffer.from('x') });
    log.append({ hardState: { term: 1, vote: 1n, commit: 0 } }, (error) => console.log('appended', error));
    await log.close();
    console.log('closed');`;
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    timeout: 20_000,
    encoding: 'utf8',
  });
  t.is(child.status, 0, child.stderr);
  t.is(child.stdout, 'appended null\nclosed\n');
});

test('a torn tail on a real disk is cut, kept beside the segment, and reported once', async (t) => {
  const directory = await newDirectory(t);
  const { log } = await createLog({ disk: await openWorkerLogDisk({ path: directory }), metadata });
  await append(log, { entries: [entryOf(1, 50)] });
  await log.close();
  const [segment] = await readdir(directory);
  const file = path.join(directory, segment!);
  const bytes = await readFile(file);
  const end = Math.ceil((bytes.findLastIndex((byte) => byte !== 0) + 1) / 8) * 8;
  bytes.write('half a record', end);
  await writeFile(file, bytes);
  const first = await openLog({ disk: await openWorkerLogDisk({ path: directory }) });
  t.deepEqual(first.repaired, { file: segment!, offset: end, bytesCut: 13 });
  t.is(await readFile(`${file}.broken`, 'latin1'), 'half a record');
  await append(first.log, { entries: [entryOf(2, 50)] });
  await first.log.close();
  const second = await openLog({ disk: await openWorkerLogDisk({ path: directory }) });
  await second.log.close();
  t.is(second.repaired, undefined);
  t.deepEqual(second.entries, [entryOf(1, 50), entryOf(2, 50)]);
});
