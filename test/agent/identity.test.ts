import { isIPv4 } from 'node:net';
import { hostname } from 'node:os';
import test from 'ava';
import { resolveIdentity } from '../../agent/identity.ts';
import { UsageError } from '../../common/runtime/role.ts';

test('what is given is taken, IPv6 without brackets and host names included', (t) => {
  for (const address of ['10.0.0.5', '::1', 'web.example', 'localhost']) {
    t.deepEqual(resolveIdentity({ node: 'host-a', address }, '--advertise'), { node: 'host-a', address });
  }
});

test('the defaults are this machine: its first host label and an IPv4 address', (t) => {
  const { node, address } = resolveIdentity({ node: '', address: '' }, '--advertise');
  t.true(isIPv4(address), address);
  t.not(address, '0.0.0.0');
  t.true(hostname().toLowerCase().startsWith(node.split('-')[0]!), `${hostname()} ${node}`);
});

for (const [given, message] of [
  [{ node: 'a.b', address: '' }, /^--node: name "a\.b" cannot be a DNS label .*; "a-b" would do$/],
  [{ node: '', address: '300.1.1.1' }, /^--address: "300\.1\.1\.1" is neither an IP address nor a host name$/],
  [{ node: '', address: '::' }, /^--address: :: is no address that others can connect to$/],
] as const) {
  test(`refused: ${JSON.stringify(given)}`, (t) => {
    t.throws(() => resolveIdentity(given, '--address'), { instanceOf: UsageError, message });
  });
}
