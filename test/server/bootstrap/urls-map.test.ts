import test from 'ava';
import { formatUrlsMap, hasDuplicateUrl, parseUrlsMap } from '../../../server/bootstrap/urls-map.ts';
import { refusal } from './world.ts';

const parse = (text: string): Record<string, readonly string[]> =>
  Object.fromEntries(parseUrlsMap(text, '--initial-cluster'));

test('a member list is read with several URLs a name, in any order, and with stray commas', (t) => {
  t.deepEqual(parse('b=http://10.0.0.2:2380,a=http://[::1]:2,a=HTTP://10.0.0.1:1/,'), {
    b: ['http://10.0.0.2:2380'],
    a: ['http://10.0.0.1:1', 'http://[::1]:2'],
  });
});

for (const [entry, words] of [
  ['infra1', 'URL scheme must be http, https, unix, or unixs: '],
  ['a=', 'URL scheme must be http, https, unix, or unixs: '],
  ['a=10.0.0.1:2380', 'URL scheme must be http, https, unix, or unixs: 10.0.0.1:2380'],
  ['a=ftp://10.0.0.1:2380', 'URL scheme must be http, https, unix, or unixs: ftp://10.0.0.1:2380'],
  ['a=http://10.0.0.1', 'URL address does not have the form "host:port": http://10.0.0.1'],
  ['a=http://10.0.0.1:99999', 'URL address does not have the form "host:port": http://10.0.0.1:99999'],
  ['a=http://:2380', 'URL address does not have the form "host:port": http://:2380'],
  ['a=http://10.0.0.1:2380/peer', 'URL must not contain a path: http://10.0.0.1:2380/peer'],
  ['a=http://10.0.0.1:2380?x=1', 'URL must not contain a path: http://10.0.0.1:2380?x=1'],
  ['a=unix:///run/etcd', 'peers are not served on unix sockets here: unix:///run/etcd'],
  ['=http://10.0.0.1:2380', 'expected name=URL'],
] as const) {
  test(`the entry "${entry}" of --initial-cluster is refused with what is wrong about it`, async (t) => {
    t.is(await refusal(() => parse(`ok=http://h:1,${entry}`)), `UsageError: --initial-cluster: "${entry}": ${words}`);
  });
}

test('a member list is written as etcd writes it: one pair a URL, sorted', (t) => {
  const map = parseUrlsMap('b=http://h:3,a=http://h:2,a=http://h:1', 'text');
  t.is(formatUrlsMap(map), 'a=http://h:1,a=http://h:2,b=http://h:3');
  t.false(hasDuplicateUrl(map));
  t.true(hasDuplicateUrl(parseUrlsMap('b=http://h:1,a=http://h:1', 'text')));
});

test('a member list without bound is refused', async (t) => {
  const endless = Array.from({ length: 1001 }, (_, i) => `n${i}=http://h:${i + 1}`).join(',');
  t.is(await refusal(() => parse(endless)), 'UsageError: --initial-cluster: more than 1000 entries');
});
