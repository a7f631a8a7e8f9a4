import test from 'ava';
import { formatHostPort, parseHostPort } from '../../../common/config/host-port.ts';

test('addresses are read with names, IPv4, bracketed IPv6, or without a host', (t) => {
  t.deepEqual(parseHostPort('127.0.0.1:80'), { host: '127.0.0.1', port: 80 });
  t.deepEqual(parseHostPort('[::1]:80'), { host: '::1', port: 80 });
  t.deepEqual(parseHostPort('[fe80::1%eth0]:0'), { host: 'fe80::1%eth0', port: 0 });
  t.deepEqual(parseHostPort('db-1.example:65535'), { host: 'db-1.example', port: 65535 });
  t.deepEqual(parseHostPort(':53'), { host: '', port: 53 });
});

test('what is no address is not guessed at', (t) => {
  for (const bad of ['', '80', 'host', 'host:', '::1:80', 'host:65536', 'a b:1', 'http://h:1', '[::1]', 'h:1/x']) {
    t.is(parseHostPort(bad), undefined, bad);
  }
});

test('a formatted address reads back', (t) => {
  for (const text of ['127.0.0.1:80', '[::1]:80', ':53', 'localhost:1']) {
    t.is(formatHostPort(parseHostPort(text)!), text);
  }
});
