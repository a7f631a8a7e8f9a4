import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { ExecutionContext } from 'ava';
import test from 'ava';
import { DataDirectory } from '../../../server/storage/data-directory.ts';
import { openRocksdbStore } from '../../../server/storage/rocksdb-store.ts';

async function newDirectory(t: ExecutionContext): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'rollcall-data-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

test('a new data directory is made with its parents', async (t) => {
  const root = path.join(await newDirectory(t), 'a', 'b');
  const directory = await DataDirectory.prepare(root);
  t.is(directory.walPath, path.join(root, 'member', 'wal'));
  t.is(directory.storePath, path.join(root, 'member', 'state', '00000001'));
  t.deepEqual((await readdir(path.join(root, 'member'))).sort(), ['state', 'wal']);
  t.deepEqual(await readdir(directory.walPath), []);
});

test('a directory that cannot be made is one error with its path', async (t) => {
  const file = path.join(await newDirectory(t), 'file');
  await writeFile(file, '');
  await t.throwsAsync(DataDirectory.prepare(path.join(file, 'data')), {
    name: 'DirectoryNotWritable',
    message: new RegExp(`${file}.*(ENOTDIR|EEXIST)`),
  });
});

test('a directory that takes no children is an error, not a wait without end', async (t) => {
  if (process.platform !== 'linux') {
    t.pass();
    return;
  }
  await t.throwsAsync(DataDirectory.prepare('/proc/rollcall'), {
    name: 'DirectoryNotWritable',
    message: /\/proc\/rollcall/,
  });
});

test('a directory without write permission is one error with its path', async (t) => {
  if (process.getuid?.() === 0) {
    t.log('root may write everywhere: skipped');
    t.pass();
    return;
  }
  const root = await newDirectory(t);
  await mkdir(path.join(root, 'data'), { mode: 0o500 });
  await t.throwsAsync(DataDirectory.prepare(path.join(root, 'data')), {
    name: 'DirectoryNotWritable',
    message: /EACCES/,
  });
});

for (const file of ['member/snap/db', 'member/wal/0000000000000000-0000000000000000.wal']) {
  test(`the data directory of an etcd member is refused by its ${file} and left as it was`, async (t) => {
    const root = await newDirectory(t);
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), 'etcd');
    await t.throwsAsync(DataDirectory.prepare(root), {
      name: 'ForeignDataDirectory',
      message: new RegExp(`${root} .*etcd.*rollcall snapshot restore`),
    });
    t.deepEqual(await readdir(path.join(root, 'member')), [path.basename(path.dirname(file))]);
  });
}

test('the store in use is locked against a second process', async (t) => {
  const root = await newDirectory(t);
  const first = await DataDirectory.prepare(root);
  const store = await first.openStore(openRocksdbStore);
  t.teardown(() => store.close());
  const second = await DataDirectory.prepare(root);
  await t.throwsAsync(second.openStore(openRocksdbStore), { name: 'DataDirectoryLocked' });
});

test('switching to a received store is seen by the next start, which removes the old one', async (t) => {
  const root = await newDirectory(t);
  const directory = await DataDirectory.prepare(root);
  const old = await directory.openStore(openRocksdbStore);
  const next = await directory.beginNextStore();
  const received = await openRocksdbStore({ path: next.path });
  await received.write([{ kind: 'put', key: Buffer.from('a'), value: Buffer.from('received') }]);
  await received.flush();
  await received.close();
  await directory.switchTo(next.generation);
  await old.close();
  const restarted = await DataDirectory.prepare(root);
  t.is(restarted.storePath, next.path);
  const store = await restarted.openStore(openRocksdbStore);
  t.teardown(() => store.close());
  t.deepEqual(await store.getMany([Buffer.from('a')]), [Buffer.from('received')]);
  await restarted.removeOldStores();
  t.deepEqual((await readdir(path.join(root, 'member', 'state'))).sort(), ['00000002', 'current']);
});

test('a store that was being switched to when the process ended is found again', async (t) => {
  const root = await newDirectory(t);
  const directory = await DataDirectory.prepare(root);
  const old = await directory.openStore(openRocksdbStore);
  t.is(await directory.openNextStore(openRocksdbStore), null);
  const next = await directory.beginNextStore();
  const received = await openRocksdbStore({ path: next.path });
  await received.write([{ kind: 'put', key: Buffer.from('a'), value: Buffer.from('received') }]);
  await received.flush();
  await received.close();
  await old.close();
  const restarted = await DataDirectory.prepare(root);
  const current = await restarted.openStore(openRocksdbStore);
  t.deepEqual(await current.getMany([Buffer.from('a')]), [null]);
  const found = await restarted.openNextStore(openRocksdbStore);
  t.is(found?.generation, next.generation);
  t.deepEqual(await found!.store.getMany([Buffer.from('a')]), [Buffer.from('received')]);
  await found!.store.close();
  await current.close();
});

test('a transfer that broke off leaves the old store in use and is cleared away', async (t) => {
  const root = await newDirectory(t);
  const directory = await DataDirectory.prepare(root);
  const old = await directory.openStore(openRocksdbStore);
  const next = await directory.beginNextStore();
  await writeFile(path.join(next.path, 'half'), 'a file');
  const again = await directory.beginNextStore();
  t.is(again.path, next.path);
  t.deepEqual(await readdir(next.path), []);
  await old.close();
  const restarted = await DataDirectory.prepare(root);
  const store = await restarted.openStore(openRocksdbStore);
  t.teardown(() => store.close());
  t.is(restarted.generation, 1);
  await restarted.removeOldStores();
  t.deepEqual(await readdir(path.join(root, 'member', 'state')), ['00000001']);
});

test('a switch by another process while the old store is being opened leads to the new one', async (t) => {
  const root = await newDirectory(t);
  const directory = await DataDirectory.prepare(root);
  const first = await directory.openStore(openRocksdbStore);
  const next = await directory.beginNextStore();
  await (await openRocksdbStore({ path: next.path })).close();
  await first.close();
  const late = await DataDirectory.prepare(root);
  const opened: string[] = [];
  const store = await late.openStore(async (options) => {
    opened.push(path.basename(options.path));
    if (opened.length === 1) await directory.switchTo(next.generation);
    return openRocksdbStore(options);
  });
  t.teardown(() => store.close());
  t.deepEqual(opened, ['00000001', '00000002']);
  t.is(late.generation, 2);
});

test('a pointer that names nothing is refused, and a named store that is gone is not made anew', async (t) => {
  const root = await newDirectory(t);
  const directory = await DataDirectory.prepare(root);
  const pointer = path.join(root, 'member', 'state', 'current');
  await directory.switchTo(7);
  t.is(await readFile(pointer, 'utf8'), '00000007\n');
  await t.throwsAsync(directory.openStore(openRocksdbStore), { message: /00000007 cannot be opened/ });
  await writeFile(pointer, 'seven');
  await t.throwsAsync(DataDirectory.prepare(root), { name: 'ForeignDataDirectory', message: /current does not name/ });
});
