import test from 'ava';
import { loadOptions } from '../../common/config/load-options.ts';
import { UsageError } from '../../common/runtime/role.ts';
import { options, readSettings } from '../../dns/options.ts';

function settings(...argv: readonly string[]) {
  return readSettings(loadOptions(options, { argv, env: {}, prefixes: ['X_'] }).values);
}

test('the defaults are those that people rely on', (t) => {
  const { listen, zone, layouts, bootstrap } = settings();
  t.deepEqual(listen, [{ host: '127.0.0.1', port: 8600 }]);
  t.like(zone, {
    domain: 'rollcall.internal',
    ttlSeconds: 5,
    negativeTtlSeconds: 1,
    nameServerAddresses: ['127.0.0.1'],
  });
  t.deepEqual(
    layouts.map(({ name, prefix }) => [name, prefix]),
    [['rollcall', '/rollcall/']],
  );
  t.deepEqual(bootstrap, []);
});

test('several addresses, both families, every interface', (t) => {
  const { listen, zone } = settings('--listen', '127.0.0.1:53,[::1]:53,:5353,localhost:54');
  t.deepEqual(listen, [
    { host: '127.0.0.1', port: 53 },
    { host: '::1', port: 53 },
    { host: '', port: 5353 },
    { host: '127.0.0.1', port: 54 },
  ]);
  t.deepEqual(zone.nameServerAddresses, ['127.0.0.1', '::1']);
  t.deepEqual(settings('--advertise', '192.0.2.1').zone.nameServerAddresses, ['192.0.2.1']);
});

const wrong: readonly (readonly [readonly string[], RegExp])[] = [
  [['--listen', 'nowhere'], /^--listen: "nowhere" is not ADDR:PORT/],
  [['--listen', 'example.com:53'], /^--listen: "example\.com" is not an IP address$/],
  [['--listen', '127.0.0.1:99999'], /^--listen: "127\.0\.0\.1:99999" is not ADDR:PORT/],
  [['--domain', 'a..b'], /^--domain "a\.\.b": label is empty$/],
  [['--domain', '.'], /^--domain "\.": label is empty$/],
  [['--domain', 'under score'], /^--domain "under score": label "under score" cannot/],
  [['--domain', `${'a'.repeat(60)}.${'b'.repeat(60)}`], /^--domain .* is longer than 100 octets/],
  [['--ttl', '1500ms'], /^--ttl 1\.5s is not a whole number of seconds/],
  [['--negative-ttl', '1ms'], /^--negative-ttl 1ms is not a whole number of seconds/],
  [['--advertise', 'me'], /^--advertise: "me" is not an IP address$/],
  [['--prefix', '/'], /^--prefix "\/" and --skydns-prefix "\/skydns\/" overlap$/],
  [['--bootstrap', 'n1'], /^--bootstrap: "n1" is not NAME=http:\/\/HOST:PORT/],
  [['--bootstrap', 'n1=10.0.0.1:2380'], /^--bootstrap: "n1=10\.0\.0\.1:2380" is not NAME=http/],
  [['--bootstrap', '=http://10.0.0.1:2380'], /^--bootstrap: /],
  [['--bootstrap', 'n1=http://10.0.0.1:2380/path'], /^--bootstrap: /],
  [['--bootstrap-clients', 'ftp://x'], /^--bootstrap-clients: "ftp:\/\/x" is not http/],
  [['--udp-size', '100'], /udp-size/],
];

for (const [argv, message] of wrong) {
  test(`refuses ${argv.join(' ').slice(0, 60)} with a message that names the flag`, (t) => {
    const all = argv[0] === '--prefix' ? [...argv, '--skydns-prefix', '/skydns'] : argv;
    t.throws(() => settings(...all), { instanceOf: UsageError, message });
  });
}
