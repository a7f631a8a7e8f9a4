// npm's etcd3 (grpc-js underneath) as a client of the proxy, with Debian's etcd behind it.

import test from 'ava';
import { Etcd3 } from 'etcd3';
import { defaultValues } from '../../common/config/load-options.ts';
import { silentLogger } from '../../common/log.ts';
import { realClock } from '../../common/runtime/real-clock.ts';
import { systemRandom } from '../../common/runtime/system-random.ts';
import { options, start } from '../../proxy/main.ts';
import { DebianEtcd, hasEtcd, waitUntil } from '../common/client/debian-etcd.ts';

test('etcd3 reads, writes, locks, leases and watches through the proxy, across a restart of etcd', async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await DebianEtcd.start(t);
  const environment = { clock: realClock, random: systemRandom, log: silentLogger };
  const listenAddr = { host: '127.0.0.1', port: 0 };
  const role = await start({ ...defaultValues(options), endpoints: [etcd.endpoint], listenAddr }, environment);
  t.teardown(() => role.stop());
  const client = new Etcd3({ hosts: role.addresses[0]!.replace('clients ', '') });
  t.teardown(() => client.close());

  await client.put('k').value('v');
  t.is(await client.get('k').string(), 'v');
  await client.lock('mutex').do(() => client.put('locked').value('yes'));
  const lease = client.lease(10);
  await lease.put('leased').value('x');

  const seen: string[] = [];
  const watcher = await client.watch().prefix('e/').create();
  watcher.on('put', (kv) => seen.push(kv.value.toString()));
  await client.put('e/1').value('before');
  await etcd.kill();
  await etcd.restart();
  await client.put('e/1').value('after');
  await waitUntil('both events have arrived', () => seen.length >= 2);
  t.deepEqual(seen, ['before', 'after']);
  t.is(await client.get('leased').string(), 'x');
  await lease.revoke();
  t.is(await client.get('leased').string(), null);
  await watcher.cancel();
});
