import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { readConsulRegistration } from '../../../agent/api/consul-registration.ts';
import type { ServiceDefinition } from '../../../agent/definitions/service-definition.ts';
import { makeDirectory } from '../../../agent/persistence/make-directory.ts';
import { openRegistrationStore } from '../../../agent/persistence/registration-store.ts';
import { replaceFile } from '../../../agent/persistence/replace-file.ts';
import { openLeaseJournal } from '../../../agent/registration/lease-journal.ts';
import { silentLogger } from '../../../common/log.ts';

const defaults = { node: 'host-a', address: '10.0.0.9' };

async function directory(t: ExecutionContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'rollcall-store-'));
  t.teardown(() => rm(path, { recursive: true, force: true }));
  return path;
}

function registration(body: unknown): ServiceDefinition {
  return readConsulRegistration(body, defaults).definition!;
}

test('what was saved is loaded as it was, whatever its id looks like', async (t) => {
  const dataDir = await directory(t);
  const first = registration({
    Name: 'web',
    ID: '../../etc/passwd'.replaceAll('/', ':'),
    Port: 80,
    Check: { TTL: '5s' },
  });
  const second = registration({
    Name: 'web',
    ID: 'ü b',
    Port: 81,
    Tags: ['x'],
    Check: { TCP: '10.0.0.1:81', Interval: '5s' },
  });
  const store = await openRegistrationStore(dataDir);
  await store.save(first);
  await store.save(second);
  await store.save({ ...second, port: 82 });
  const again = await openRegistrationStore(dataDir);
  const { services, problems } = await again.load(defaults);
  t.deepEqual(problems, []);
  t.deepEqual(
    [...services].sort((a, b) => a.port - b.port),
    [first, { ...second, port: 82 }],
  );
  await again.remove(first.id);
  await again.remove('never there');
  t.deepEqual((await store.load(defaults)).services, [{ ...second, port: 82 }]);
});

test('a broken file is reported with its place, left where it is, and costs the others nothing', async (t) => {
  const dataDir = await directory(t);
  const store = await openRegistrationStore(dataDir);
  await store.save(registration({ Name: 'web', Port: 80 }));
  await writeFile(join(dataDir, 'services', 'zz.json'), '{"service":"web","port":"x"}');
  await writeFile(join(dataDir, 'services', 'half.json.new'), '{"serv');
  const { services, problems } = await store.load(defaults);
  t.is(services.length, 1);
  t.deepEqual(problems, ['services/zz.json:1: port: expected a whole number from 1 to 65535, got "x"']);
  t.true((await readdir(join(dataDir, 'services'))).includes('zz.json'));
});

test('a file is replaced as a whole and leaves nothing beside it', async (t) => {
  const path = join(await directory(t), 'x.json');
  await replaceFile(path, 'old');
  await writeFile(`${path}.new`, 'left by a crash');
  await replaceFile(path, 'new');
  t.is(await readFile(path, 'utf8'), 'new');
  t.deepEqual(await readdir(join(path, '..')), ['x.json']);
});

test('directories are made with those above them, and a file system that refuses ends in an error', async (t) => {
  const path = join(await directory(t), 'a', 'b', 'c');
  await makeDirectory(path);
  await makeDirectory(path);
  t.deepEqual(await readdir(path), []);
  await writeFile(join(path, 'file'), '');
  await t.throwsAsync(makeDirectory(join(path, 'file')), { code: 'EEXIST' });
  await t.throwsAsync(makeDirectory(join(path, 'file', 'x')), { code: 'ENOTDIR' });
  if (process.platform === 'linux') await t.throwsAsync(makeDirectory('/proc/rollcall'), { code: 'ENOENT' });
});

test('the lease journal remembers the last entry; a broken one is as good as none', async (t) => {
  const dataDir = await directory(t);
  const journal = await openLeaseJournal(dataDir, silentLogger);
  t.is(journal.last, undefined);
  const entry = { clusterId: 0xcdf818194e3a8c32n, node: 'host-a', leaseIds: [1n, 0x14cf07f939f1ca3cn] };
  void journal.save({ ...entry, leaseIds: [1n] });
  await journal.save(entry);
  t.deepEqual((await openLeaseJournal(dataDir, silentLogger)).last, entry);
  for (const text of ['', '{', '{}', '{"clusterId":"x","node":"a","leaseIds":[]}', 'null']) {
    await writeFile(join(dataDir, 'leases.json'), text);
    t.is((await openLeaseJournal(dataDir, silentLogger)).last, undefined, text);
  }
});
