import test from 'ava';
import { commonOptions } from '../../../common/config/common-options.ts';
import { loadOptions, type OptionSources } from '../../../common/config/load-options.ts';
import { defineOptions } from '../../../common/config/option.ts';
import { UsageError } from '../../../common/runtime/role.ts';

const section = 'Test';
const table = defineOptions({
  ...commonOptions,
  name: { kind: 'string', default: 'default', section, help: 'a name' },
  verbose: { kind: 'boolean', default: false, section, help: 'a switch' },
  strict: { kind: 'boolean', default: true, section, help: 'a switch that is on' },
  'max-ops': { kind: 'integer', default: 128, min: 1, max: 1000, section, help: 'a number' },
  'lease-ttl': { kind: 'duration', default: '15s', section, help: 'a duration' },
  'election-timeout': { kind: 'duration', default: '1s', bare: 'ms', section, help: 'bare milliseconds' },
  'ping-interval': { kind: 'duration', default: '2h', fileBare: 'ns', section, help: 'nanoseconds in files' },
  quota: { kind: 'size', default: '0', section, help: 'a size' },
  mode: { kind: 'enum', values: ['new', 'existing'], default: 'new', section, help: 'a choice' },
  urls: { kind: 'url-list', default: 'http://localhost:1', section, help: 'URLs' },
  endpoints: {
    kind: 'endpoint-list',
    default: '127.0.0.1:2379',
    env: ['GENERIC_ENDPOINTS'],
    section,
    help: 'endpoints',
  },
  tag: { kind: 'list', default: '', repeatable: true, section, help: 'tags' },
  listen: { kind: 'address', default: '127.0.0.1:8600', short: 'l', section, help: 'an address' },
  optional: { kind: 'integer', default: undefined, section, help: 'may be absent' },
  cert: {
    kind: 'string',
    default: '',
    fileKeys: ['client-transport-security.cert-file'],
    section,
    status: 'refused',
    because: 'no TLS yet',
    help: 'refused',
  },
  tuning: { kind: 'integer', default: 5, section, status: 'ignored', because: 'tunes itself', help: 'ignored' },
});

function load(sources: Partial<OptionSources> & { file?: string }) {
  const { file, ...rest } = sources;
  return loadOptions(table, {
    argv: file === undefined ? [] : ['--config-file', 'etcd.yml'],
    env: {},
    prefixes: ['ROLLCALL_', 'ETCD_'],
    readFile: () => file!,
    ...rest,
  });
}

test('without any source every value is the default of its kind', (t) => {
  const { values, origins, warnings } = load({});
  t.like(values, {
    name: 'default',
    verbose: false,
    strict: true,
    maxOps: 128,
    leaseTtl: 15_000,
    pingInterval: 7_200_000,
    quota: 0,
    mode: 'new',
    optional: undefined,
  });
  t.deepEqual(values.urls, ['http://localhost:1']);
  t.deepEqual(values.listen, { host: '127.0.0.1', port: 8600 });
  t.deepEqual(values.tag, []);
  t.is(origins.size, 0);
  t.deepEqual(warnings, []);
});

test('flags are read in all the spellings of Go and pflag', (t) => {
  t.is(load({ argv: ['--name', 'a'] }).values.name, 'a');
  t.is(load({ argv: ['--name=a=b'] }).values.name, 'a=b');
  t.is(load({ argv: ['-name', 'a'] }).values.name, 'a');
  t.is(load({ argv: ['-name=a'] }).values.name, 'a');
  t.is(load({ argv: ['--name', '-a'] }).values.name, '-a');
  t.is(load({ argv: ['--name', 'a', '--name', 'b'] }).values.name, 'b');
  t.true(load({ argv: ['--verbose'] }).values.verbose);
  t.false(load({ argv: ['--strict=false'] }).values.strict);
  t.deepEqual(load({ argv: ['-l', ':53'] }).values.listen, { host: '', port: 53 });
  t.deepEqual(load({ argv: ['-l[::1]:53'] }).values.listen, { host: '::1', port: 53 });
  t.deepEqual(load({ argv: ['--tag', 'a', '--tag', 'b,c'] }).values.tag, ['a', 'b', 'c']);
});

test('durations and sizes take units, and bare numbers where the row says what they mean', (t) => {
  t.is(load({ argv: ['--lease-ttl', '1h30m'] }).values.leaseTtl, 5_400_000);
  t.is(load({ argv: ['--lease-ttl', '1.5s'] }).values.leaseTtl, 1500);
  t.is(load({ argv: ['--lease-ttl', '0'] }).values.leaseTtl, 0);
  t.is(load({ argv: ['--election-timeout', '2500'] }).values.electionTimeout, 2500);
  t.is(load({ argv: ['--quota', '64MiB'] }).values.quota, 64 * 1024 * 1024);
  t.is(load({ argv: ['--quota', '8GB'] }).values.quota, 8_000_000_000);
  t.is(load({ file: 'ping-interval: 7000000000' }).values.pingInterval, 7000);
  t.is(load({ file: 'ping-interval: 7s' }).values.pingInterval, 7000);
});

test('a flag beats ROLLCALL_, which beats ETCD_, which beats the file, which beats the default', (t) => {
  const file = 'name: file\nmode: existing\nquota: 1\nmax-ops: 7\n';
  const env = { ROLLCALL_NAME: 'rollcall', ETCD_NAME: 'etcd', ETCD_MODE: 'new', ROLLCALL_MAX_OPS: '8' };
  const { values, origins } = load({ file, env, argv: ['--config-file=etcd.yml', '--max-ops=9'] });
  t.like(values, { name: 'rollcall', mode: 'new', quota: 1, maxOps: 9 });
  t.deepEqual(origins.get('name'), { kind: 'environment', name: 'ROLLCALL_NAME' });
  t.deepEqual(origins.get('quota'), { kind: 'file', path: 'etcd.yml', line: 3, key: 'quota' });
  t.deepEqual(origins.get('max-ops'), { kind: 'flag', name: '--max-ops' });
});

test('an option’s own variable is weaker than the prefixed one', (t) => {
  t.deepEqual(load({ env: { GENERIC_ENDPOINTS: 'h:1' } }).values.endpoints, ['h:1']);
  const both = { GENERIC_ENDPOINTS: 'h:1', ROLLCALL_ENDPOINTS: 'http://h:2' };
  t.deepEqual(load({ env: both }).values.endpoints, ['http://h:2']);
});

test('an empty variable counts as none, and quotes around a value are taken off', (t) => {
  t.is(load({ env: { ROLLCALL_NAME: '', ETCD_NAME: '"quoted"' } }).values.name, 'quoted');
  t.is(load({ env: { ETCD_NAME: "'x y'" } }).values.name, 'x y');
  t.is(load({ env: { ETCD_NAME: '""' } }).values.name, 'default');
});

test('lists in the file may be sequences or comma-separated, sections may nest as etcd nests them', (t) => {
  t.deepEqual(load({ file: 'tag: [a, b]' }).values.tag, ['a', 'b']);
  t.deepEqual(load({ file: 'tag: a,b' }).values.tag, ['a', 'b']);
  t.notThrows(() => load({ file: 'client-transport-security:\n  cert-file:\n' }));
  t.notThrows(() => load({ file: 'client-transport-security:\n' }));
  t.notThrows(() => load({ file: '# nothing\n' }));
});

test('--help and --version look at nothing else', (t) => {
  t.true(load({ argv: ['--max-ops', 'x', '--help'] }).wantsHelp);
  t.true(load({ argv: ['-h'] }).wantsHelp);
  t.true(load({ argv: ['--version'] }).wantsVersion);
});

test('words that are no flags are collected where they may stand', (t) => {
  const mixed = load({ argv: ['a', '--verbose', 'b', '--', '--c'], positionals: 'mixed' });
  t.deepEqual(mixed.positionals, ['a', 'b', '--c']);
  t.deepEqual(mixed.afterDashes, ['--c']);
  const rest = load({ argv: ['--verbose', 'cmd', '--name', 'x'], positionals: 'before-rest' });
  t.deepEqual(rest.positionals, ['cmd', '--name', 'x']);
  t.is(rest.values.name, 'default');
});

test('an ignored setting warns when it asks for something, and only then', (t) => {
  t.deepEqual(load({ argv: ['--tuning', '5'] }).warnings, []);
  t.deepEqual(load({ env: { ETCD_TUNING: '6' } }).warnings, ['ETCD_TUNING: ignored: tunes itself']);
});

test('a variable with the prefix that names no setting is warned about', (t) => {
  const env = { ROLLCALL_NAMME: 'x', ETCD_SERVICE_HOST: '10.0.0.1', ETCD_VERSION: 'false', ROLLCALL_DNS_TTL: '5s' };
  const { warnings } = load({ env, foreign: (variable) => variable.startsWith('ROLLCALL_DNS_') });
  t.deepEqual(warnings, [
    'ETCD_SERVICE_HOST: no such setting, ignored',
    'ROLLCALL_NAMME: no such setting, ignored; did you mean ROLLCALL_NAME?',
  ]);
});

const bad: readonly (readonly [string, Partial<OptionSources> & { file?: string }, string])[] = [
  ['an unknown flag', { argv: ['--lease-tll', '1s'] }, 'unknown flag --lease-tll; did you mean --lease-ttl?'],
  ['a flag like no other', { argv: ['--xyzzyxyzzy'] }, 'unknown flag --xyzzyxyzzy'],
  ['a flag with one dash', { argv: ['-nmae', 'x'] }, 'unknown flag -nmae; did you mean --name?'],
  ['a missing value', { argv: ['--name'] }, '--name: needs a value'],
  ['a word', { argv: ['word'] }, 'unexpected argument "word": only flags may stand here'],
  ['a bad boolean', { argv: ['--verbose=yes'] }, '--verbose: "yes" is not valid: expected true or false'],
  ['a bad integer', { argv: ['--max-ops', '1e3'] }, '--max-ops: "1e3" is not valid: expected a whole number'],
  [
    'a huge integer',
    { argv: ['--max-ops', '99999999999999999'] },
    '--max-ops: "99999999999999999" is not valid: expected a whole number',
  ],
  [
    'an integer out of range',
    { argv: ['--max-ops', '0'] },
    '--max-ops: "0" is not valid: expected a whole number from 1 to 1000',
  ],
  [
    'a duration without unit',
    { argv: ['--lease-ttl', '15'] },
    '--lease-ttl: "15" is not valid: expected a duration such as 100ms, 10s or 1h30m',
  ],
  [
    'a bad duration from the environment',
    { env: { ETCD_ELECTION_TIMEOUT: 'abc' } },
    'ETCD_ELECTION_TIMEOUT: "abc" is not valid: expected a duration such as 100ms, 10s or 1h30m, or a number of milliseconds',
  ],
  [
    'a negative duration',
    { argv: ['--lease-ttl=-1s'] },
    '--lease-ttl: "-1s" is not valid: expected a duration of at least 0s',
  ],
  [
    'a bad size',
    { argv: ['--quota', '64Mi'] },
    '--quota: "64Mi" is not valid: expected a size such as 1048576, 512KiB or 64MiB',
  ],
  [
    'a bad choice',
    { env: { ROLLCALL_MODE: 'old' } },
    'ROLLCALL_MODE: "old" is not valid: expected one of new, existing',
  ],
  [
    'a URL without scheme',
    { argv: ['--urls', 'localhost:1'] },
    '--urls: "localhost:1" is not valid: expected URLs such as http://127.0.0.1:2379',
  ],
  [
    'a URL with a path',
    { argv: ['--urls', 'http://h:1/x'] },
    '--urls: "http://h:1/x" is not valid: expected URLs without a path',
  ],
  [
    'one bad URL of two',
    { argv: ['--urls', 'http://h:1,ftp://h:2'] },
    '--urls: "http://h:1,ftp://h:2" is not valid: expected URLs that begin with http:// or https:// (not "ftp://h:2")',
  ],
  [
    'a URL without port',
    { argv: ['--urls', 'http://h'] },
    '--urls: "http://h" is not valid: expected URLs with a host and a port such as http://127.0.0.1:2379',
  ],
  [
    'a port that is none',
    { argv: ['--listen', '127.0.0.1:65536'] },
    '--listen: "127.0.0.1:65536" is not valid: expected an address such as 127.0.0.1:8600, [::1]:8600 or :8600',
  ],
  ['a refused setting', { argv: ['--cert', 'x.pem'] }, '--cert: no TLS yet'],
  [
    'a bad value in the file',
    { file: 'name: x\n\nmode: old\n' },
    'etcd.yml:3: mode: "old" is not valid: expected one of new, existing',
  ],
  [
    'an unknown key in the file',
    { file: 'name: x\nlease-tll: 1s\n' },
    'etcd.yml:2: lease-tll: no such setting; did you mean lease-ttl?',
  ],
  [
    'a refused setting in a section',
    { file: 'client-transport-security:\n  cert-file: x\n' },
    'etcd.yml:2: client-transport-security.cert-file: no TLS yet',
  ],
  [
    'an unknown key in a section',
    { file: 'client-transport-security:\n  cert-fil: x\n' },
    'etcd.yml:2: client-transport-security.cert-fil: no such setting; did you mean client-transport-security.cert-file?',
  ],
  [
    'a section that is a value',
    { file: 'client-transport-security: x\n' },
    'etcd.yml:1: client-transport-security: expected a section of settings',
  ],
  ['a map for a value', { file: 'name: {a: b}\n' }, 'etcd.yml:1: name: expected one value or a list of values'],
  ['a list at the top', { file: '- a\n' }, 'etcd.yml:1: expected settings as "name: value" lines'],
  [
    'two names for one',
    { file: 'log-output: a\nlog-outputs: b\n' },
    'etcd.yml:2: log-outputs: set twice, above under another name',
  ],
  [
    'a file value that a flag overrides',
    { file: 'mode: old', argv: ['--config-file', 'etcd.yml', '--mode', 'new'] },
    'etcd.yml:1: mode: "old" is not valid: expected one of new, existing',
  ],
];

for (const [what, sources, message] of bad) {
  test(`${what} is refused by name and place`, (t) => {
    const error = t.throws(() => load(sources), { instanceOf: UsageError });
    t.is(error?.message, message);
  });
}

test('broken YAML is refused with its line', (t) => {
  const error = t.throws(() => load({ file: 'name: x\nmode: "new\n' }), { instanceOf: UsageError });
  t.regex(error?.message ?? '', /^etcd\.yml:\d+: not valid YAML: /);
  const twice = t.throws(() => load({ file: 'name: x\nname: y\n' }), { instanceOf: UsageError });
  t.regex(twice?.message ?? '', /^etcd\.yml:2: not valid YAML: .*unique/);
});

test('a configuration file that cannot be read is named with the reason', (t) => {
  const readFile = () => {
    throw new Error('ENOENT: no such file or directory');
  };
  const error = t.throws(() => load({ env: { ETCD_CONFIG_FILE: '/nowhere.yml' }, readFile }), {
    instanceOf: UsageError,
  });
  t.is(error?.message, 'ETCD_CONFIG_FILE: cannot read /nowhere.yml: ENOENT: no such file or directory');
});
