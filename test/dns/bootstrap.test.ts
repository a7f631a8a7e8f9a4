import test from 'ava';
import { BootstrapNames, parseMemberUrl } from '../../dns/bootstrap.ts';
import { TestZone } from './harness/zone-view.ts';

test('without flags nothing is known until the member list is read; an empty list says nothing', (t) => {
  const names = new BootstrapNames([]);
  t.false(names.isKnown);
  names.setMembers([]);
  t.false(names.isKnown);
  names.setMembers([{ name: 'n1', peerUrls: ['http://10.0.0.1:2380'], clientUrls: [] }]);
  t.true(names.isKnown);
  t.is(names.rows('_etcd-server')?.length, 1);
  t.is(names.rows('_etcd-client'), undefined);
});

test('the member list replaces the flags, and only a real change moves the version', (t) => {
  const names = new BootstrapNames([{ name: 'old', peerUrls: ['http://10.0.0.9:2380'], clientUrls: [] }]);
  t.is(names.address('peer', 'old'), '10.0.0.9');
  const members = [{ name: 'n1', peerUrls: ['http://10.0.0.1:2380'], clientUrls: ['http://10.0.0.1:2379'] }];
  names.setMembers(members);
  const version = names.version;
  names.setMembers(structuredClone(members));
  t.is(names.version, version);
  t.deepEqual(
    names.rows('_etcd-server')?.map(({ target }) => (target.kind === 'label' ? target.label : target.host)),
    ['n1'],
  );
  t.is(names.address('client', 'n1'), '10.0.0.1');
});

test('addresses from flags stay: a cluster that came up by them has those names in its own URLs', (t) => {
  const members = [{ name: 'n1', peerUrls: ['http://10.0.0.1:2380'], clientUrls: [] }];
  const zone = new TestZone({ registry: {}, members });
  zone.bootstrap.setMembers([{ name: 'n1', peerUrls: ['http://n1.peer.rollcall.internal:2380'], clientUrls: [] }]);
  const message = zone.ask('_etcd-server._tcp', 'SRV');
  t.deepEqual(message.answer, ['_etcd-server._tcp.rollcall.internal. 5 IN SRV 0 0 2380 n1.peer.rollcall.internal.']);
  t.deepEqual(message.additional, ['n1.peer.rollcall.internal. 5 IN A 10.0.0.1']);
  t.deepEqual(zone.ask('n1.peer').answer, message.additional);
});

test('a member with two addresses, or without a name yet, has a label for each', (t) => {
  const names = new BootstrapNames([
    { name: 'n1', peerUrls: ['http://10.0.0.1:2380', 'http://10.0.0.1:2381', 'http://10.1.0.1:2380'], clientUrls: [] },
    { name: '', peerUrls: ['http://10.0.0.2:2380'], clientUrls: [] },
  ]);
  t.deepEqual(
    names.rows('_etcd-server')?.map(({ port, target }) => [port, target.kind === 'label' ? target.label : '']),
    [
      [2380, 'n1'],
      [2381, 'n1'],
      [2380, 'n1-2'],
      [2380, '10-0-0-2'],
    ],
  );
  t.is(names.address('peer', 'n1-2'), '10.1.0.1');
});

test('member URLs have scheme, host and port; anything else is none', (t) => {
  t.deepEqual(parseMemberUrl('http://10.0.0.1:2380'), { scheme: 'http:', host: '10.0.0.1', port: 2380 });
  t.deepEqual(parseMemberUrl('https://[fd00::1]:2380'), { scheme: 'https:', host: 'fd00::1', port: 2380 });
  t.deepEqual(parseMemberUrl('https://example.com'), { scheme: 'https:', host: 'example.com', port: 443 });
  for (const text of ['', 'unix://x:1', '10.0.0.1:2380', 'http://', 'http://a/b'])
    t.is(parseMemberUrl(text), undefined);
});
