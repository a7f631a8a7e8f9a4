// What an operator sees when a member cannot start: one line that names what and where, and exit code 1. Never a hang,
// never a silent repair.

import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { freePorts, serverArgs, spawnRollcall, startRollcall, temporaryDirectory } from '../../harness/rollcall.ts';
import { JsonClient } from './json-client.ts';

/** Arguments of a server with some data, which has stopped. */
async function stoppedServer(t: ExecutionContext, puts = 20) {
  const directory = join(temporaryDirectory(t), 'data');
  const [client, peer] = (await freePorts(2)) as [number, number];
  const args = serverArgs(directory, { client, peer });
  const server = await startRollcall(t, args);
  const api = new JsonClient(client);
  for (let i = 0; i < puts; i++) await api.put(`k${i}`, 'x'.repeat(100));
  api.close();
  t.is((await server.end('SIGTERM')).code, 0);
  const walPath = join(directory, 'member', 'wal');
  return { args, client, directory, walPath, segment: join(walPath, readdirSync(walPath).sort()[0]!) };
}

/** Expects a start to fail with one line on stderr that matches, and exit code 1. */
async function refuses(t: ExecutionContext, args: string[], message: RegExp): Promise<void> {
  const server = spawnRollcall(t, args);
  const { code } = await server.ended;
  const lines = server
    .output()
    .split('\n')
    .filter((line) => line !== '');
  t.is(code, 1, server.output());
  t.is(lines.length, 1, server.output());
  t.regex(lines[0]!, message);
}

test('a data directory that another process has open is refused by name', async (t) => {
  const directory = join(temporaryDirectory(t), 'data');
  const [client, peer, otherClient, otherPeer] = (await freePorts(4)) as [number, number, number, number];
  const server = await startRollcall(t, serverArgs(directory, { client, peer }));
  await refuses(
    t,
    serverArgs(directory, { client: otherClient, peer: otherPeer }),
    /^rollcall server: .*data.*(in use|another process|locked)/,
  );
  const api = new JsonClient(client);
  t.is(await api.put('a', '1'), 2);
  api.close();
  t.is((await server.end('SIGTERM')).code, 0);
});

test('a data directory that cannot be made is refused by name', async (t) => {
  const parent = temporaryDirectory(t);
  const [client, peer] = (await freePorts(2)) as [number, number];
  writeFileSync(join(parent, 'file'), '');
  const args = serverArgs(join(parent, 'file', 'data'), { client, peer });
  await refuses(t, args, /^rollcall server: .*\/file(\/data)?.*(not a directory|ENOTDIR|EEXIST)/);
});

const root = process.getuid?.() === 0;
if (root) console.log('one refusal test is skipped: root may write to any directory');

(root ? test.skip : test)('a data directory that cannot be written to is refused by name', async (t) => {
  const directory = join(temporaryDirectory(t), 'data');
  const [client, peer] = (await freePorts(2)) as [number, number];
  mkdirSync(directory);
  chmodSync(directory, 0o500);
  await refuses(t, serverArgs(directory, { client, peer }), /^rollcall server: .*data.*(EACCES|permission)/);
});

test('a log that is damaged in the middle is refused with file and place, and left as it is', async (t) => {
  const { args, segment } = await stoppedServer(t);
  const bytes = readFileSync(segment);
  bytes[600]! ^= 0xff;
  writeFileSync(segment, bytes);
  await refuses(t, args, /^rollcall server: .*\.log.*\b\d+/);
  t.true(readFileSync(segment).equals(bytes));
  t.false(existsSync(`${segment}.broken`));
});

test('a torn tail of the log is cut off and said so, and nothing else is lost', async (t) => {
  const { args, client, walPath, segment } = await stoppedServer(t);
  const bytes = readFileSync(segment);
  let end = bytes.length;
  while (bytes[end - 1] === 0) end--;
  // A write that began and did not end: a piece of a record behind the last whole one.
  bytes.copy(bytes, end + ((8 - (end % 8)) % 8), end - 130, end - 40);
  writeFileSync(segment, bytes);
  const server = await startRollcall(t, args);
  t.regex(server.output(), /torn write: cut off .*file=\S+ .*bytesCut=\d+/);
  t.true(readdirSync(walPath).some((file) => file.endsWith('.broken')));
  const api = new JsonClient(client);
  t.is((await api.all('k')).values.size, 20);
  api.close();
});

test('a store that is ahead of its log is refused: acknowledged writes may be missing', async (t) => {
  const { args, client, segment } = await stoppedServer(t, 1);
  const early = readFileSync(segment);
  const server = await startRollcall(t, args);
  const api = new JsonClient(client);
  for (let i = 0; i < 20; i++) await api.put(`later${i}`, 'x');
  api.close();
  t.is((await server.end('SIGTERM')).code, 0);
  writeFileSync(segment, early);
  await refuses(
    t,
    args,
    /^rollcall server: the state store is ahead of its log: it holds entries up to \d+, .*wal ends at \d+/,
  );
  t.true(readFileSync(segment).equals(early));
});

test('a store whose log is gone is refused', async (t) => {
  const { args, walPath } = await stoppedServer(t);
  for (const file of readdirSync(walPath)) rmSync(join(walPath, file));
  await refuses(
    t,
    args,
    /^rollcall server: the state store holds entries up to \d+, but .*wal has no write-ahead log$/,
  );
  t.deepEqual(readdirSync(walPath), []);
});

test('a port that is taken is refused by address', async (t) => {
  const [client, peer] = (await freePorts(2)) as [number, number];
  const squatter = createServer();
  await new Promise<void>((resolve) => squatter.listen(client, '127.0.0.1', resolve));
  t.teardown(() => squatter.close());
  await refuses(
    t,
    serverArgs(join(temporaryDirectory(t), 'data'), { client, peer }),
    new RegExp(`127\\.0\\.0\\.1:${client}`),
  );
});
