import test from 'ava';
import { TestZone } from './harness/zone-view.ts';

const registry = {
  '/rollcall/services/web/web-1': {
    address: '10.0.0.1',
    port: 8080,
    tags: ['v2', 'eu.west'],
    meta: { version: '1.4.2', zone: 'a' },
    weight: 3,
    priority: 1,
  },
  '/rollcall/services/web/web-2': '10.0.0.2:8081',
  '/rollcall/services/web/web-6': '[fd00::6]:8086',
  '/rollcall/services/web/web-sick': { address: '10.0.0.3', port: 8080, status: 'critical', tags: ['canary'] },
  '/rollcall/services/web/web-warn': { address: '10.0.0.4', port: 8080, status: 'warning' },
  '/rollcall/services/web/web-leaving': { address: '10.0.0.5', port: 8080, status: 'draining' },
  '/rollcall/services/sick/sick-1': { address: '10.0.0.9', port: 9000, status: 'critical' },
  '/rollcall/services/dns/dns-1': { address: '10.0.0.10', port: 53, protocol: 'udp' },
  '/rollcall/services/dns/dns-2': { address: '10.0.0.10', port: 53, protocol: 'tcp' },
  '/rollcall/services/db/db-1': 'db.example.com:5432',
  '/rollcall/services/inner/inner-1': 'host-a.node.rollcall.internal:1000',
  '/rollcall/services/broken/broken-1': '{"address": ',
  '/rollcall/nodes/host-a': { address: '192.0.2.1', meta: { rack: '7' } },
  '/rollcall/nodes/host-b': 'fd00::b',
  '/rollcall/nodes/host-c': { address: 'c.example.com' },
  '/rollcall/other/thing': 'not ours',
};

const members = [
  {
    name: 'n1',
    peerUrls: ['http://10.9.0.1:2380'],
    clientUrls: ['http://10.9.0.1:2379', 'https://n1.example.com:2379'],
  },
  { name: 'n2', peerUrls: ['http://[fd00::2]:2380'], clientUrls: ['unix://n2:0'] },
];

const soa = 'rollcall.internal. 1 IN SOA ns.rollcall.internal. hostmaster.rollcall.internal. 100 3600 600 86400 1';

/** Relative owner names and `@` for the domain, as in a zone file, become full ones. */
function absolute(line: string): string {
  return line.replace(/(^|\s)([^\s"]+)\.@/g, '$1$2.rollcall.internal.').replace(/(^|\s)@/g, '$1rollcall.internal.');
}

/** One question and the zone-file lines of its ANSWER section; `+` lines are ADDITIONAL. */
const positive: Readonly<Record<string, readonly string[]>> = {
  'web.service A': ['web.service.@ 5 IN A 10.0.0.1', 'web.service.@ 5 IN A 10.0.0.2'],
  'web.service AAAA': ['web.service.@ 5 IN AAAA fd00::6'],
  'web.service SRV': [
    'web.service.@ 5 IN SRV 1 3 8080 web-1.web.instance.@',
    'web.service.@ 5 IN SRV 1 1 8081 web-2.web.instance.@',
    'web.service.@ 5 IN SRV 1 1 8086 web-6.web.instance.@',
    '+ web-1.web.instance.@ 5 IN A 10.0.0.1',
    '+ web-2.web.instance.@ 5 IN A 10.0.0.2',
    '+ web-6.web.instance.@ 5 IN AAAA fd00::6',
  ],
  '_web._tcp.service SRV': [
    '_web._tcp.service.@ 5 IN SRV 1 3 8080 web-1.web.instance.@',
    '_web._tcp.service.@ 5 IN SRV 1 1 8081 web-2.web.instance.@',
    '_web._tcp.service.@ 5 IN SRV 1 1 8086 web-6.web.instance.@',
    '+ web-1.web.instance.@ 5 IN A 10.0.0.1',
    '+ web-2.web.instance.@ 5 IN A 10.0.0.2',
    '+ web-6.web.instance.@ 5 IN AAAA fd00::6',
  ],
  'v2.web.service A': ['v2.web.service.@ 5 IN A 10.0.0.1'],
  'eu-west.web.service A': ['eu-west.web.service.@ 5 IN A 10.0.0.1'],
  'v2.web.service SRV': [
    'v2.web.service.@ 5 IN SRV 1 3 8080 web-1.web.instance.@',
    '+ web-1.web.instance.@ 5 IN A 10.0.0.1',
  ],
  '_web._v2.service SRV': [
    '_web._v2.service.@ 5 IN SRV 1 3 8080 web-1.web.instance.@',
    '+ web-1.web.instance.@ 5 IN A 10.0.0.1',
  ],
  '_dns._udp.service SRV': [
    '_dns._udp.service.@ 5 IN SRV 1 1 53 dns-1.dns.instance.@',
    '+ dns-1.dns.instance.@ 5 IN A 10.0.0.10',
  ],
  'dns.service A': ['dns.service.@ 5 IN A 10.0.0.10'],
  'web-1.web.instance A': ['web-1.web.instance.@ 5 IN A 10.0.0.1'],
  'web-6.web.instance AAAA': ['web-6.web.instance.@ 5 IN AAAA fd00::6'],
  'web-1.web.instance SRV': [
    'web-1.web.instance.@ 5 IN SRV 1 3 8080 web-1.web.instance.@',
    '+ web-1.web.instance.@ 5 IN A 10.0.0.1',
  ],
  'web-1.web.instance TXT': ['web-1.web.instance.@ 5 IN TXT "version=1.4.2" "zone=a"'],
  'web-2.web.instance TXT': ['web-2.web.instance.@ 5 IN TXT ""'],
  'db.service SRV': ['db.service.@ 5 IN SRV 1 1 5432 db.example.com.'],
  'db-1.db.instance A': ['db-1.db.instance.@ 5 IN CNAME db.example.com.'],
  'db-1.db.instance SRV': ['db-1.db.instance.@ 5 IN CNAME db.example.com.'],
  'db-1.db.instance CNAME': ['db-1.db.instance.@ 5 IN CNAME db.example.com.'],
  'inner-1.inner.instance A': ['inner-1.inner.instance.@ 5 IN CNAME host-a.node.@', 'host-a.node.@ 5 IN A 192.0.2.1'],
  'host-a.node A': ['host-a.node.@ 5 IN A 192.0.2.1'],
  'host-a.node TXT': ['host-a.node.@ 5 IN TXT "rack=7"'],
  'host-b.node AAAA': ['host-b.node.@ 5 IN AAAA fd00::b'],
  'host-c.node A': ['host-c.node.@ 5 IN CNAME c.example.com.'],
  '_web._tcp.service PTR': [
    '_web._tcp.service.@ 5 IN PTR web-1._web._tcp.service.@',
    '_web._tcp.service.@ 5 IN PTR web-2._web._tcp.service.@',
    '_web._tcp.service.@ 5 IN PTR web-6._web._tcp.service.@',
    '+ web-1._web._tcp.service.@ 5 IN SRV 1 3 8080 web-1.web.instance.@',
    '+ web-1._web._tcp.service.@ 5 IN TXT "version=1.4.2" "zone=a"',
    '+ web-1.web.instance.@ 5 IN A 10.0.0.1',
    '+ web-2._web._tcp.service.@ 5 IN SRV 1 1 8081 web-2.web.instance.@',
    '+ web-2._web._tcp.service.@ 5 IN TXT ""',
    '+ web-2.web.instance.@ 5 IN A 10.0.0.2',
    '+ web-6._web._tcp.service.@ 5 IN SRV 1 1 8086 web-6.web.instance.@',
    '+ web-6._web._tcp.service.@ 5 IN TXT ""',
    '+ web-6.web.instance.@ 5 IN AAAA fd00::6',
  ],
  'web-1._web._tcp.service SRV': [
    'web-1._web._tcp.service.@ 5 IN SRV 1 3 8080 web-1.web.instance.@',
    '+ web-1.web.instance.@ 5 IN A 10.0.0.1',
  ],
  'web-1._web._tcp.service TXT': ['web-1._web._tcp.service.@ 5 IN TXT "version=1.4.2" "zone=a"'],
  '_v2._sub._web._tcp.service PTR': [
    '_v2._sub._web._tcp.service.@ 5 IN PTR web-1._web._tcp.service.@',
    '+ web-1._web._tcp.service.@ 5 IN SRV 1 3 8080 web-1.web.instance.@',
    '+ web-1._web._tcp.service.@ 5 IN TXT "version=1.4.2" "zone=a"',
    '+ web-1.web.instance.@ 5 IN A 10.0.0.1',
  ],
  '_services._dns-sd._udp PTR': [
    '_services._dns-sd._udp.@ 5 IN PTR _web._tcp.service.@',
    '_services._dns-sd._udp.@ 5 IN PTR _dns._udp.service.@',
    '_services._dns-sd._udp.@ 5 IN PTR _dns._tcp.service.@',
    '_services._dns-sd._udp.@ 5 IN PTR _db._tcp.service.@',
    '_services._dns-sd._udp.@ 5 IN PTR _inner._tcp.service.@',
  ],
  'b._dns-sd._udp PTR': ['b._dns-sd._udp.@ 5 IN PTR service.@'],
  '_etcd-server._tcp SRV': [
    '_etcd-server._tcp.@ 5 IN SRV 0 0 2380 n1.peer.@',
    '_etcd-server._tcp.@ 5 IN SRV 0 0 2380 n2.peer.@',
    '+ n1.peer.@ 5 IN A 10.9.0.1',
    '+ n2.peer.@ 5 IN AAAA fd00::2',
  ],
  '_etcd-client._tcp SRV': ['_etcd-client._tcp.@ 5 IN SRV 0 0 2379 n1.client.@', '+ n1.client.@ 5 IN A 10.9.0.1'],
  '_etcd-client-ssl._tcp SRV': ['_etcd-client-ssl._tcp.@ 5 IN SRV 0 0 2379 n1.example.com.'],
  'n1.peer A': ['n1.peer.@ 5 IN A 10.9.0.1'],
  'n2.peer AAAA': ['n2.peer.@ 5 IN AAAA fd00::2'],
  ' SOA': ['@ 5 IN SOA ns.@ hostmaster.@ 100 3600 600 86400 1'],
  ' NS': ['@ 5 IN NS ns.@', '+ ns.@ 5 IN A 192.0.2.53'],
  'ns A': ['ns.@ 5 IN A 192.0.2.53'],
  'web.service ANY': ['web.service.@ 5 IN HINFO "RFC8482" ""'],
};

for (const [question, expected] of Object.entries(positive)) {
  test(`answers ${question}`, (t) => {
    const [name = '', type = ''] = question.split(' ');
    const message = new TestZone({ registry, members }).ask(name, type, { transport: 'tcp' });
    t.is(message.rcode, 0);
    t.deepEqual(message.flags, ['qr', 'aa']);
    const lines = [...message.answer, ...message.additional.map((line) => `+ ${line}`)];
    t.deepEqual(lines.toSorted(), expected.map(absolute).toSorted());
    t.deepEqual(message.authority, []);
  });
}

const noData = [
  ['web.service TXT', 'a name with other types'],
  ['web.service CNAME', 'a name that is no alias'],
  ['sick.service A', 'a service of which nothing passes'],
  ['_sick._tcp.service SRV', 'a service of which nothing passes'],
  ['web-sick.web.instance A', 'an instance that does not pass'],
  ['web-warn.web.instance A', 'an instance that only warns'],
  ['canary.web.service A', 'a tag of which nothing passes'],
  ['db.service A', 'a service that only has host names'],
  ['web-1.web.instance AAAA', 'an instance of the other address family'],
  ['service A', 'an empty non-terminal'],
  ['instance ANY', 'an empty non-terminal'],
  ['node A', 'an empty non-terminal'],
  ['web.instance A', 'an empty non-terminal'],
  ['_tcp.service SRV', 'an empty non-terminal'],
  ['_dns-sd._udp PTR', 'an empty non-terminal'],
  ['_sub._web._tcp.service PTR', 'an empty non-terminal'],
  ['_tcp SRV', 'an empty non-terminal'],
  ['peer A', 'an empty non-terminal'],
  [' A', 'the domain itself'],
] as const;

for (const [question, why] of noData) {
  test(`NODATA with the SOA for ${question}: ${why}`, (t) => {
    const [name = '', type = ''] = question.split(' ');
    const message = new TestZone({ registry, members }).ask(name, type);
    t.is(message.rcode, 0);
    t.deepEqual(message.answer, []);
    t.deepEqual(message.authority, [soa]);
    t.true(message.flags.includes('aa'));
  });
}

const absent = [
  'nix.service',
  'web',
  'x.y.web.service',
  'nix.web.service',
  '_nix._tcp.service',
  '_web._udp.service',
  '_web._nix.service',
  '_sctp.service',
  'web._tcp.service',
  'nix._web._tcp.service',
  'x.web-1._web._tcp.service',
  '_nix._sub._web._tcp.service',
  'nix.web.instance',
  'x.web-1.web.instance',
  'nix.instance',
  'nix.node',
  'x.host-a.node',
  'x.ns',
  'broken.service',
  '_etcd-server-ssl._tcp',
  'n3.peer',
  '_nix._dns-sd._udp',
  'x.b._dns-sd._udp',
] as const;

for (const name of absent) {
  test(`NXDOMAIN with the SOA for ${name}, whatever the type`, (t) => {
    const zone = new TestZone({ registry, members });
    for (const type of ['A', 'SRV', 'ANY', 'PTR']) {
      const message = zone.ask(name, type);
      t.is(message.rcode, 3);
      t.deepEqual(message.answer, []);
      t.deepEqual(message.authority, [soa]);
    }
  });
}

test('a name outside the domain is refused, without authority and with the reason in EDNS', (t) => {
  const zone = new TestZone({ registry });
  for (const name of ['example.com.', 'internal.', 'xrollcall.internal.', '.']) {
    const message = zone.ask(name, 'A', { edns: {} });
    t.is(message.rcode, 5);
    t.deepEqual(message.flags, ['qr']);
    t.deepEqual(message.opt?.options, { 15: '0014' });
  }
});

test('before the first load everything is SERVFAIL, as absence means nothing yet', (t) => {
  const zone = new TestZone();
  zone.freshness = 'loading';
  for (const name of ['web.service', 'nix.service', 'nix', '', '_etcd-server._tcp']) {
    const message = zone.ask(name, 'A', { edns: {} });
    t.is(message.rcode, 2);
    t.deepEqual(message.flags, ['qr']);
    t.deepEqual(message.opt?.options, { 15: '000e' });
  }
  zone.load(registry);
  zone.freshness = 'live';
  t.is(zone.ask('web.service').rcode, 0);
  t.is(zone.ask('nix.service').rcode, 3);
});

test('with members from flags the bootstrap names are answered before any cluster exists', (t) => {
  const zone = new TestZone({ members });
  zone.freshness = 'loading';
  t.is(zone.ask('_etcd-server._tcp', 'SRV').answer.length, 2);
  t.is(zone.ask('_etcd-server-ssl._tcp', 'SRV').rcode, 3);
  t.is(zone.ask('n1.peer').answer.length, 1);
  t.is(zone.ask('', 'SOA').answer.length, 1);
  t.is(zone.ask('web.service').rcode, 2);
});

test('while the cluster is away the last known state is answered and marked; after too long it is SERVFAIL', (t) => {
  const zone = new TestZone({ registry });
  t.is(zone.ask('web.service', 'A', { edns: {} }).opt?.options[15], undefined);
  zone.freshness = 'stale';
  const stale = zone.ask('web.service', 'A', { edns: {} });
  t.is(stale.answer.length, 2);
  t.is(stale.opt?.options[15], '0003');
  t.is(zone.ask('nix.service').rcode, 3);
  zone.freshness = 'expired';
  const expired = zone.ask('web.service', 'A', { edns: {} });
  t.is(expired.rcode, 2);
  t.is(expired.opt?.options[15], '0016');
  zone.freshness = 'live';
  t.is(zone.ask('web.service').answer.length, 2);
});

test('the serial is the store revision modulo 2^32', (t) => {
  const zone = new TestZone({ registry, revision: 2 ** 32 + 7 });
  t.regex(zone.ask('', 'SOA').answer[0]!, / 7 3600 600 86400 1$/);
});

test('an answer follows every change of its service, and of nothing else', (t) => {
  const zone = new TestZone({ registry });
  const addresses = () =>
    zone
      .ask('web.service')
      .answer.map((line) => line.split(' ').at(-1))
      .toSorted();
  t.deepEqual(addresses(), ['10.0.0.1', '10.0.0.2']);
  zone.put('/rollcall/services/web/web-sick', { address: '10.0.0.3', port: 8080, status: 'passing' });
  t.deepEqual(addresses(), ['10.0.0.1', '10.0.0.2', '10.0.0.3']);
  zone.delete('/rollcall/services/web/web-1');
  t.deepEqual(addresses(), ['10.0.0.2', '10.0.0.3']);
  const hits = zone.stats.cacheHits;
  zone.put('/rollcall/services/dns/dns-3', '10.0.0.11:53');
  t.deepEqual(addresses(), ['10.0.0.2', '10.0.0.3']);
  t.is(zone.stats.cacheHits, hits + 1);
  zone.put('/rollcall/services/web/web-2', '{"address":');
  t.deepEqual(addresses(), ['10.0.0.3']);
  for (const id of ['web-sick', 'web-6', 'web-warn', 'web-leaving', 'web-2'])
    zone.delete(`/rollcall/services/web/${id}`);
  t.is(zone.ask('web.service').rcode, 3);
  zone.put('/rollcall/services/web/web-7', '10.0.0.7:80');
  t.deepEqual(addresses(), ['10.0.0.7']);
});

test('a cached NODATA gives way to the record that appears', (t) => {
  const zone = new TestZone({ registry });
  t.deepEqual(zone.ask('sick.service').answer, []);
  t.deepEqual(zone.ask('sick.service').answer, []);
  zone.put('/rollcall/services/sick/sick-1', '10.0.0.9:9000');
  t.is(zone.ask('sick.service').answer.length, 1);
});

test('a TTL in the registry bounds the TTL of the whole set', (t) => {
  const zone = new TestZone({
    registry: {
      '/rollcall/services/web/a': { address: '10.0.0.1', port: 1, ttlSeconds: 2 },
      '/rollcall/services/web/b': { address: '10.0.0.2', port: 1, ttlSeconds: 3600 },
    },
  });
  t.deepEqual(
    zone.ask('web.service').answer.map((line) => line.split(' ')[1]),
    ['2', '2'],
  );
});

test('an alias into nothing has the code and the SOA of where it ends', (t) => {
  const zone = new TestZone({
    registry: {
      '/rollcall/nodes/a': { address: 'b.node.rollcall.internal' },
      '/rollcall/nodes/b': '192.0.2.1',
      '/rollcall/nodes/c': { address: 'nix.node.rollcall.internal' },
    },
  });
  const noData = zone.ask('a.node', 'AAAA');
  t.is(noData.rcode, 0);
  t.deepEqual(noData.answer, [absolute('a.node.@ 5 IN CNAME b.node.@')]);
  t.deepEqual(noData.authority, [soa]);
  const absentTarget = zone.ask('c.node', 'A');
  t.is(absentTarget.rcode, 3);
  t.deepEqual(absentTarget.answer, [absolute('c.node.@ 5 IN CNAME nix.node.@')]);
  t.deepEqual(absentTarget.authority, [soa]);
});

test('aliases that lead to one another end', (t) => {
  const zone = new TestZone({
    registry: {
      '/rollcall/nodes/a': { address: 'b.node.rollcall.internal' },
      '/rollcall/nodes/b': { address: 'a.node.rollcall.internal' },
    },
  });
  const message = zone.ask('a.node');
  t.is(message.rcode, 0);
  t.true(message.answer.length <= 8);
});

test('instances that say the same are one SRV record', (t) => {
  const zone = new TestZone({
    registry: { '/rollcall/services/db/a': 'db.example.com:5432', '/rollcall/services/db/b': 'db.example.com:5432' },
  });
  t.is(zone.ask('db.service', 'SRV').answer.length, 1);
});
