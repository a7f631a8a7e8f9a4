import test from 'ava';
import { clusterId, memberId } from '../../../server/cluster/member-ids.ts';

const hex = (id: bigint): string => id.toString(16);

test('member ids are those that etcd gives', (t) => {
  t.is(hex(memberId(['http://localhost:2380'], 'etcd-cluster')), '8e9e05c52164694d');
  const token = 'zsf-etcd-cluster';
  t.is(hex(memberId(['http://172.16.1.193:2380'], token)), 'ce1ac55777b620f9');
  t.is(hex(memberId(['http://172.16.1.195:2380'], token)), '729a9a39e059871b');
  t.is(hex(memberId(['http://172.16.1.198:2380'], token)), 'e62232af7400cdbe');
});

test('the order in which a member lists its URLs does not matter', (t) => {
  t.is(memberId(['http://b:2380', 'http://a:2380'], 't'), memberId(['http://a:2380', 'http://b:2380'], 't'));
});

test('the cluster id is that of etcd, whatever the order of the members', (t) => {
  // Of a fresh etcd with default flags, as its own log prints it.
  t.is(hex(clusterId([0x8e9e05c52164694dn])), 'cdf818194e3a8c32');
  t.is(clusterId([1n, 2n, 2n ** 64n - 1n]), clusterId([2n ** 64n - 1n, 1n, 2n]));
  t.not(clusterId([1n, 2n]), clusterId([1n, 3n]));
});
