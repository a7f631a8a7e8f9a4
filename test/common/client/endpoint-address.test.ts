import test from 'ava';
import { parseEndpoints } from '../../../common/client/endpoint-address.ts';
import { UsageError } from '../../../common/runtime/role.ts';

test('endpoints are read with or without scheme, in one string or in several', (t) => {
  const urls = parseEndpoints(['http://10.0.0.1:2379, 10.0.0.2:2379', 'http://[::1]:2379/']).map(({ url }) => url);
  t.deepEqual(urls, ['http://10.0.0.1:2379', 'http://10.0.0.2:2379', 'http://[::1]:2379']);
});

test('the same endpoint given twice counts once', (t) => {
  t.is(parseEndpoints('http://127.0.0.1:2379,127.0.0.1:2379').length, 1);
});

test('an IPv6 endpoint keeps its brackets in the authority and loses them in the host', (t) => {
  const [address] = parseEndpoints('http://[fe80::1]:2379');
  t.is(address!.host, 'fe80::1');
  t.is(address!.authority, '[fe80::1]:2379');
});

const bad: readonly (readonly [string, RegExp])[] = [
  ['', /the list is empty/],
  [' , ', /the list is empty/],
  ['https://127.0.0.1:2379', /"https:\/\/127.0.0.1:2379": TLS is not supported yet/],
  ['unix:///run/etcd.sock', /"unix:\/\/\/run\/etcd.sock"/],
  ['ftp://h:1', /the scheme "ftp" is not supported/],
  ['http://127.0.0.1', /expected host:port/],
  ['http://127.0.0.1:0', /expected host:port/],
  ['http://127.0.0.1:70000', /expected host:port/],
  ['http://:2379', /expected host:port/],
  ['http://h:2379/v3', /a path is not allowed/],
  ['::1:2379', /expected host:port/],
];
for (const [text, message] of bad) {
  test(`a bad endpoint list is a usage error that says what is wrong: "${text}"`, (t) => {
    t.throws(() => parseEndpoints(text), { instanceOf: UsageError, message });
  });
}

test('more endpoints than any cluster has are refused', (t) => {
  const list = Array.from({ length: 65 }, (_, index) => `h${index}:2379`);
  t.throws(() => parseEndpoints(list), { instanceOf: UsageError, message: /65 entries/ });
});
