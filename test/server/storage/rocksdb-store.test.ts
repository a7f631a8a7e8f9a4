// What only the store on disk promises: durability, the lock, and errors that name what is wrong and where.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import test from 'ava';
import type { KeyValueStore } from '../../../server/storage/key-value-store.ts';
import { explainLoadFailure, explainOpenFailure, openRocksdbStore } from '../../../server/storage/rocksdb-store.ts';

const writerProgram = fileURLToPath(new URL('./store-writer.js', import.meta.url));

async function newDirectory(t: ExecutionContext): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'rollcall-rocksdb-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

async function countRows(store: KeyValueStore): Promise<Map<number, number>> {
  const rowsOfBatch = new Map<number, number>();
  for await (const rows of store.scan({ gte: Buffer.from('row'), lt: Buffer.from('rox') })) {
    for (const { value } of rows) {
      const batch = value.readUInt32BE();
      rowsOfBatch.set(batch, (rowsOfBatch.get(batch) ?? 0) + 1);
    }
  }
  return rowsOfBatch;
}

/** A store with 2,000 flushed rows, closed. */
async function filledStore(directory: string): Promise<void> {
  const store = await openRocksdbStore({ path: directory });
  await store.write(
    Array.from({ length: 2000 }, (_, row) => ({
      kind: 'put' as const,
      key: Buffer.from(`k${row}`),
      value: Buffer.alloc(100, row),
    })),
  );
  await store.flush();
  await store.close();
}

async function fileOf(directory: string, pattern: RegExp): Promise<string> {
  const name = (await readdir(directory)).find((each) => pattern.test(each));
  return path.join(directory, name!);
}

test('rows are there after closing and opening again', async (t) => {
  const directory = await newDirectory(t);
  await filledStore(directory);
  const store = await openRocksdbStore({ path: directory });
  t.teardown(() => store.close());
  const [value, none] = await store.getMany([Buffer.from('k7'), Buffer.from('k2000')]);
  t.deepEqual(value, Buffer.alloc(100, 7));
  t.is(none, null);
});

test('killed eight times in mid-write, the store has whole batches only, a prefix of them, and all acknowledged ones', async (t) => {
  const directory = await newDirectory(t);
  let next = 0;
  for (let kill = 0; kill < 8; kill++) {
    const writer = spawn(process.execPath, [writerProgram, directory, String(next)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(writer, 'exit');
    let text = '';
    writer.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.split('\n').length > 20 + 30 * kill) writer.kill('SIGKILL');
    });
    await exited;
    const acknowledged = text.split('\n').slice(0, -1).map(Number);
    const store = await openRocksdbStore({ path: directory });
    const rowsOfBatch = await countRows(store);
    await store.close();
    t.deepEqual([...new Set(rowsOfBatch.values())], [50]);
    for (const batch of acknowledged) t.true(rowsOfBatch.has(batch), `batch ${batch} is missing`);
    const last = Math.max(...rowsOfBatch.keys());
    t.is(rowsOfBatch.size, last + 1, 'a prefix has no holes');
    next = last + 1;
  }
});

test('a second open of the same store is refused with a typed error, and works after the first has closed', async (t) => {
  const directory = await newDirectory(t);
  const store = await openRocksdbStore({ path: directory });
  const error = await t.throwsAsync(openRocksdbStore({ path: directory }), { name: 'DataDirectoryLocked' });
  t.true(error!.message.includes(directory));
  await store.close();
  const again = await openRocksdbStore({ path: directory });
  await t.notThrowsAsync(again.close());
});

test('another process with the store open is refused with the same typed error', async (t) => {
  const directory = await newDirectory(t);
  const writer = spawn(process.execPath, [writerProgram, directory, '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(writer, 'exit');
  await once(writer.stdout, 'data');
  const error = await t.throwsAsync(openRocksdbStore({ path: directory }), { name: 'DataDirectoryLocked' });
  writer.kill('SIGKILL');
  await exited;
  t.true(error!.message.includes('in use by another process'));
});

test('a path that cannot be a directory is one clear error, not a hang', async (t) => {
  const directory = await newDirectory(t);
  const file = path.join(directory, 'file');
  await writeFile(file, '');
  for (const target of [file, path.join(file, 'below')]) {
    await t.throwsAsync(openRocksdbStore({ path: target }), {
      name: 'DirectoryNotWritable',
      message: new RegExp(target),
    });
  }
});

test('an absent store is an error when it must exist', async (t) => {
  const directory = await newDirectory(t);
  const open = openRocksdbStore({ path: path.join(directory, 'absent'), createIfMissing: false });
  await t.throwsAsync(open, { message: /cannot be opened.*create_if_missing is false/s });
});

test('a damaged catalogue refuses to open and says so', async (t) => {
  for (const pattern of [/^CURRENT$/, /^MANIFEST/]) {
    const directory = await newDirectory(t);
    await filledStore(directory);
    const file = await fileOf(directory, pattern);
    const bytes = await readFile(file);
    await writeFile(file, bytes.fill(0xa5, bytes.length >> 1));
    await t.throwsAsync(openRocksdbStore({ path: directory }), {
      name: 'StoreCorrupted',
      message: new RegExp(directory),
    });
  }
});

test('a missing table refuses to open and names it', async (t) => {
  const directory = await newDirectory(t);
  await filledStore(directory);
  const table = await fileOf(directory, /\.sst$/);
  await rm(table);
  const name = path.basename(table);
  await t.throwsAsync(openRocksdbStore({ path: directory }), { name: 'StoreCorrupted', message: new RegExp(name) });
});

test('a damaged table is an error of the read that meets it, never wrong rows', async (t) => {
  const directory = await newDirectory(t);
  await filledStore(directory);
  const table = await fileOf(directory, /\.sst$/);
  const bytes = await readFile(table);
  await writeFile(table, bytes.fill(0x5a, 200, 210));
  const store = await openRocksdbStore({ path: directory });
  t.teardown(() => store.close());
  await t.throwsAsync(store.getMany([Buffer.from('k0')]), { name: 'StoreCorrupted', message: /checksum/ });
  const scan = async (): Promise<void> => {
    for await (const rows of store.scan({ gte: Buffer.from('k'), lt: Buffer.from('l') })) t.is(rows.length, 0);
  };
  await t.throwsAsync(scan(), { name: 'StoreCorrupted', message: /checksum/ });
});

test('closing while a scan and a snapshot are open ends both', async (t) => {
  const directory = await newDirectory(t);
  await filledStore(directory);
  const store = await openRocksdbStore({ path: directory });
  const snapshot = store.snapshot();
  const scan = snapshot.scan({ gte: Buffer.from('k'), lt: Buffer.from('l') })[Symbol.asyncIterator]();
  const first = await scan.next();
  t.true(first.done === false && first.value.length > 0);
  await store.close();
  const rest = async (): Promise<void> => {
    while ((await scan.next()).done !== true);
  };
  await t.throwsAsync(rest(), { message: /closed during a scan/ });
  await t.notThrowsAsync(snapshot.release());
});

test('info logs of earlier starts are kept to a few', async (t) => {
  const directory = await newDirectory(t);
  for (let start = 0; start < 9; start++) await (await openRocksdbStore({ path: directory })).close();
  const old = (await readdir(directory)).filter((name) => name.startsWith('LOG.old.'));
  t.is(old.length, 5);
});

test('a missing libatomic is named together with its package', (t) => {
  const cause = new Error('libatomic.so.1: cannot open shared object file: No such file or directory');
  const error = explainLoadFailure(new Error("Cannot load addon 'file:///x.node'", { cause }));
  t.regex(error.message, /install libatomic1/);
  t.regex(error.message, /libatomic\.so\.1: cannot open/);
  t.notRegex(explainLoadFailure(new Error('no such module')).message, /libatomic/);
});

test('a failure to open that is neither lock nor damage keeps its reason and path', (t) => {
  const error = explainOpenFailure(new Error('While open a file for appending: /d/LOG: Permission denied'), '/d');
  t.is(error.name, 'Error');
  t.is(
    error.message,
    'the state store /d cannot be opened: While open a file for appending: /d/LOG: Permission denied',
  );
});

test('an existing empty directory becomes a store', async (t) => {
  const directory = path.join(await newDirectory(t), 'empty');
  await mkdir(directory);
  const store = await openRocksdbStore({ path: directory });
  await t.notThrowsAsync(store.close());
});
