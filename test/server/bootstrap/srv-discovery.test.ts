import test from 'ava';
import { discoverClientUrls } from '../../../server/bootstrap/srv-clients.ts';
import { discoverBySrv } from '../../../server/bootstrap/srv-discovery.ts';
import { formatUrlsMap } from '../../../server/bootstrap/urls-map.ts';
import { record, refusal, World } from './world.ts';

const plain = '_etcd-server._tcp.example.com';
const ssl = '_etcd-server-ssl._tcp.example.com';

/** Three members, of which the second is the one that asks unless told otherwise. */
function zone(): World {
  const world = new World();
  world.srv.set(
    plain,
    [1, 2, 3].map((n) => record(`n${n}.example.com.`, 2380)),
  );
  for (const n of [1, 2, 3]) world.hosts.set(`n${n}.example.com`, [`10.0.0.${n}`]);
  return world;
}

interface Asking {
  readonly advertise?: readonly string[];
  readonly serviceName?: string;
  readonly searchMs?: number;
}

async function discover(world: World, asking: Asking = {}): Promise<string> {
  const { advertise = ['http://10.0.0.2:2380'], serviceName = '', searchMs = 30_000 } = asking;
  const local = { name: 'infra2', advertisePeerUrls: advertise };
  const source = { domain: 'example.com', serviceName, searchMs };
  return formatUrlsMap(await world.clock.outcome(discoverBySrv(source, local, world)));
}

const found = '0=http://n1.example.com:2380,1=http://n3.example.com:2380,infra2=http://n2.example.com:2380';

test('the own record is found by where it leads, the others get numbers, and dots at the end go', async (t) => {
  const world = zone();
  t.is(await discover(world), found);
  t.deepEqual(world.logged('an SRV record is this member'), [
    'info: an SRV record is this member ' +
      '{"record":"http://n2.example.com:2380","advertised":"http://10.0.0.2:2380","because":"both lead to 10.0.0.2"}',
  ]);
});

test('the own record is found by its name, also while that does not resolve', async (t) => {
  const world = zone();
  world.hosts.delete('n2.example.com');
  t.is(await discover(world, { advertise: ['http://N2.example.com:2380'] }), found);
  t.regex(world.logged('an SRV record is this member')[0]!, /the host name and port are the same/);
});

test('the log tells of each lookup, and absence of the other scheme is no warning', async (t) => {
  const world = zone();
  await discover(world);
  t.deepEqual(world.logged('SRV lookup'), [
    `info: SRV lookup {"name":"${ssl}","resolver":"the table","records":0}`,
    `info: SRV lookup {"name":"${plain}","resolver":"the table","records":3}`,
  ]);
  t.deepEqual(world.logged('warn'), []);
});

test('a target that does not resolve stays a member: the cluster does not come out smaller', async (t) => {
  const world = zone();
  world.hosts.delete('n3.example.com');
  t.is(await discover(world), found);
  t.is(world.logged('a host does not resolve').length, 1);
});

test('a suffix makes the names _etcd-server-ssl-<suffix> and _etcd-server-<suffix>', async (t) => {
  const world = zone();
  world.srv.set('_etcd-server-blue._tcp.example.com', [record('n2.example.com', 2380)]);
  t.is(await discover(world, { serviceName: 'blue' }), 'infra2=http://n2.example.com:2380');
  t.is(world.logged('_etcd-server-ssl-blue._tcp.example.com').length, 1);
});

test('members of both schemes are one cluster, under names of their own', async (t) => {
  const world = zone();
  world.srv.set(plain, [record('n2.example.com', 2380), record('n1.example.com', 2380)]);
  world.srv.set(ssl, [record('n3.example.com', 2380), record('n1.example.com', 2380)]);
  t.is(
    await discover(world),
    '0=http://n1.example.com:2380,1=https://n3.example.com:2380,infra2=http://n2.example.com:2380',
  );
});

test('a member with two URLs takes both of its records', async (t) => {
  const world = zone();
  world.srv.set(plain, [
    record('n2.example.com', 2380),
    record('n2.example.com', 2390),
    record('n1.example.com', 2380),
  ]);
  const advertise = ['http://10.0.0.2:2380', 'http://10.0.0.2:2390'];
  t.is(
    await discover(world, { advertise }),
    '0=http://n1.example.com:2380,infra2=http://n2.example.com:2380,infra2=http://n2.example.com:2390',
  );
});

test('a record of the other scheme is not this member, and the refusal says so', async (t) => {
  const world = zone();
  world.srv.set(ssl, world.srv.get(plain)!);
  world.srv.delete(plain);
  t.regex(
    await refusal(() => discover(world)),
    /bootstrap at https:\/\/n2\.example\.com:2380 from DNS has scheme mismatch with expected peer http:\/\/10\.0\.0\.2:2380/,
  );
});

test('one name for several machines is not taken for this member, or each would be a cluster of its own', async (t) => {
  const world = zone();
  world.srv.set(plain, [record('all.example.com', 2380)]);
  world.hosts.set('all.example.com', ['10.0.0.1', '10.0.0.2', '10.0.0.3', 'fd00::2']);
  t.regex(
    await refusal(() => discover(world)),
    /the SRV target all\.example\.com leads to 10\.0\.0\.2, which is this member \(http:\/\/10\.0\.0\.2:2380\), but to 10\.0\.0\.1, 10\.0\.0\.3 as well/,
  );
});

test('a host with an address of each family is one machine', async (t) => {
  const world = zone();
  world.hosts.set('n2.example.com', ['fd00::2', '10.0.0.2']);
  t.is(await discover(world), found);
});

test('names that appear later are found by asking again, ever more rarely', async (t) => {
  const world = zone();
  const records = world.srv.get(plain)!;
  world.srv.delete(plain);
  world.clock.after(5_000, () => world.srv.set(plain, records));
  t.is(await discover(world), found);
  const retries = world.logged('asking again').map((line) => Number(/"waitMs":(\d+)/.exec(line)![1]));
  t.true(retries.length >= 3 && retries.length <= 6, String(retries));
  t.true(retries.at(-1)! > retries[0]!);
});

test('at the deadline the refusal tells whom it asked for what, and what came', async (t) => {
  const world = new World();
  world.srv.set(ssl, new Error('querySrv ETIMEOUT'));
  const startMs = world.clock.monotonicMs();
  t.is(
    await refusal(() => discover(world)),
    `StartError: error querying DNS SRV records for ${ssl} and ${plain}: no usable answer ` +
      `(asked the table: ${ssl}: querySrv ETIMEOUT; ${plain}: no records)`,
  );
  t.true(world.clock.monotonicMs() - startMs <= 30_000);
});

test('a member that no record leads to is refused in the words of etcd', async (t) => {
  t.is(
    await refusal(() => discover(zone(), { advertise: ['http://10.0.0.7:2380'], searchMs: 100 })),
    'StartError: cannot find local etcd member "infra2" in SRV records: no record leads to http://10.0.0.7:2380 of ' +
      '--initial-advertise-peer-urls (asked the table: ' +
      `${ssl}: no records; ${plain}: n1.example.com:2380, n2.example.com:2380, n3.example.com:2380)`,
  );
});

test('the same port on another machine, and another port on this one, are not this member', async (t) => {
  const world = zone();
  world.srv.set(plain, [record('n1.example.com', 2380), record('n2.example.com', 2390)]);
  t.regex(await refusal(() => discover(world, { searchMs: 100 })), /cannot find local etcd member/);
});

test('a start that is given up stops asking', async (t) => {
  const world = new World();
  const controller = new AbortController();
  world.clock.after(1_000, () => controller.abort());
  const local = { name: 'infra2', advertisePeerUrls: ['http://10.0.0.2:2380'] };
  const environment = { ...world, names: world.names, http: world.http, signal: controller.signal };
  const search = discoverBySrv({ domain: 'example.com', serviceName: '' }, local, environment);
  t.regex(await refusal(() => world.clock.outcome(search)), /given up: the server is stopping/);
  t.is(world.clock.pendingTimers, 0);
});

test('client URLs come from both schemes, by priority, without targets that mean "none"', async (t) => {
  const world = new World();
  world.srv.set('_etcd-client._tcp.example.com', [
    record('n2.example.com.', 2379, { priority: 2 }),
    record('n1.example.com.', 2379, { priority: 1 }),
  ]);
  world.srv.set('_etcd-client-ssl._tcp.example.com', [record('.', 0)]);
  t.deepEqual(await discoverClientUrls({ domain: 'example.com', serviceName: '' }, world.names), [
    'http://n1.example.com:2379',
    'http://n2.example.com:2379',
  ]);
  t.is(
    await refusal(() => discoverClientUrls({ domain: 'example.org', serviceName: 'x' }, world.names)),
    'StartError: dns lookup errors: lookup _etcd-client-ssl-x._tcp.example.org: no such host and ' +
      'lookup _etcd-client-x._tcp.example.org: no such host (asked the table)',
  );
});
