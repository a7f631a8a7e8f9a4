// The npm package `etcd3` (the client that TypeScript programs use) against a core node, over the network.

import test, { type ExecutionContext } from 'ava';
import { Etcd3 } from 'etcd3';
import { freePorts, serverArgs, startRollcall, temporaryDirectory, until } from '../harness/rollcall.ts';

async function connected(t: ExecutionContext): Promise<Etcd3> {
  const [client, peer] = await freePorts(2);
  await startRollcall(t, serverArgs(temporaryDirectory(t), { client: client!, peer: peer! }));
  const etcd = new Etcd3({ hosts: `127.0.0.1:${client}` });
  t.teardown(() => etcd.close());
  return etcd;
}

test('puts, gets, deletes and compares', async (t) => {
  const etcd = await connected(t);
  await etcd.put('colour/sky').value('blue');
  await etcd.put('colour/grass').value('green');
  t.is(await etcd.get('colour/sky').string(), 'blue');
  t.deepEqual(await etcd.getAll().prefix('colour/').strings(), { 'colour/sky': 'blue', 'colour/grass': 'green' });
  const result = await etcd
    .if('colour/sky', 'Value', '==', 'blue')
    .then(etcd.put('colour/sky').value('red'))
    .else(etcd.put('colour/sky').value('wrong'))
    .commit();
  t.true(result.succeeded);
  t.is(await etcd.get('colour/sky').string(), 'red');
  t.is((await etcd.delete().prefix('colour/')).deleted, '2');
  t.is(await etcd.get('colour/sky').string(), null);
});

test('watches a prefix', async (t) => {
  const etcd = await connected(t);
  const watcher = await etcd.watch().prefix('w/').create();
  const seen: string[] = [];
  watcher.on('put', (kv) => seen.push(`put ${kv.key} ${kv.value}`));
  watcher.on('delete', (kv) => seen.push(`delete ${kv.key}`));
  await etcd.put('w/a').value('1');
  await etcd.put('x').value('not watched');
  await etcd.delete().key('w/a');
  await until(
    () => seen.length >= 2,
    5_000,
    () => seen.join(),
  );
  t.deepEqual(seen, ['put w/a 1', 'delete w/a']);
  await watcher.cancel();
});

test('keeps a lease alive and takes its keys away with it', async (t) => {
  const etcd = await connected(t);
  const lease = etcd.lease(5);
  await lease.put('leased').value('here');
  t.is(await etcd.get('leased').string(), 'here');
  await lease.keepaliveOnce();
  await lease.revoke();
  t.is(await etcd.get('leased').string(), null);
});

test('a lock is held by one at a time', async (t) => {
  const etcd = await connected(t);
  const first = etcd.lock('resource').ttl(10);
  await first.acquire();
  await t.throwsAsync(async () => {
    await etcd.lock('resource').ttl(10).acquire();
  });
  await first.release();
  const second = etcd.lock('resource').ttl(10);
  await t.notThrowsAsync(async () => {
    await second.acquire();
  });
  await second.release();
});

test('an election has one leader, and the next one follows', async (t) => {
  const etcd = await connected(t);
  const election = etcd.election('chair', 10);
  const first = election.campaign('anna');
  await new Promise((resolve) => first.on('elected', () => resolve(undefined)));
  t.is(await election.leader(), 'anna');
  const second = election.campaign('bert');
  await first.resign();
  await new Promise((resolve) => second.on('elected', () => resolve(undefined)));
  t.is(await election.leader(), 'bert');
  await second.resign();
});
