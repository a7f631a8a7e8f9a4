import test from 'ava';
import { commonOptions } from '../../../common/config/common-options.ts';
import { loadOptions } from '../../../common/config/load-options.ts';
import { environmentSample, yamlSample } from '../../../common/config/option-text.ts';
import { UsageError } from '../../../common/runtime/role.ts';
import { serverConfig } from '../../../server/options/server-config.ts';
import { options } from '../../../server/options.ts';

const table = { ...options, ...commonOptions };
const prefixes = ['ROLLCALL_', 'ETCD_'];

function load(argv: readonly string[], env: Record<string, string> = {}, file = '') {
  return loadOptions(table, { argv, env, prefixes, readFile: () => file });
}

function configure(argv: readonly string[], env: Record<string, string> = {}) {
  return serverConfig(load(argv, env).values);
}

// The environment file of etcd 3.3's three-member guides, all names, with the values they show.
const guide = `
CORS= DATA_DIR=/var/lib/etcd/default.etcd WAL_DIR= LISTEN_PEER_URLS=http://localhost:2380
LISTEN_CLIENT_URLS=http://localhost:2379 MAX_SNAPSHOTS=5 MAX_WALS=5 NAME=default SNAPSHOT_COUNT=100000
HEARTBEAT_INTERVAL=100 ELECTION_TIMEOUT=1000 QUOTA_BACKEND_BYTES=0 MAX_REQUEST_BYTES=1572864
GRPC_KEEPALIVE_MIN_TIME=5s GRPC_KEEPALIVE_INTERVAL=2h0m0s GRPC_KEEPALIVE_TIMEOUT=20s
INITIAL_ADVERTISE_PEER_URLS=http://localhost:2380 ADVERTISE_CLIENT_URLS=http://localhost:2379 DISCOVERY=
DISCOVERY_FALLBACK=proxy DISCOVERY_PROXY= DISCOVERY_SRV= INITIAL_CLUSTER=default=http://localhost:2380
INITIAL_CLUSTER_TOKEN=etcd-cluster INITIAL_CLUSTER_STATE=new STRICT_RECONFIG_CHECK=true PROXY=off
PROXY_FAILURE_WAIT=5000 PROXY_REFRESH_INTERVAL=30000 PROXY_DIAL_TIMEOUT=1000 PROXY_WRITE_TIMEOUT=5000
PROXY_READ_TIMEOUT=0 CERT_FILE= KEY_FILE= CLIENT_CERT_AUTH=false TRUSTED_CA_FILE= AUTO_TLS=false PEER_CERT_FILE=
PEER_KEY_FILE= PEER_CLIENT_CERT_AUTH=false PEER_TRUSTED_CA_FILE= PEER_AUTO_TLS=false DEBUG=false LOG_PACKAGE_LEVELS=
LOG_OUTPUT=default FORCE_NEW_CLUSTER=false VERSION=false AUTO_COMPACTION_RETENTION=0 ENABLE_PPROF=false METRICS=basic
AUTH_TOKEN=simple`;

for (const prefix of prefixes) {
  for (const quote of ['', '"']) {
    test(`the guides' environment file starts a server without a word (${prefix}, quotes: ${quote || 'none'})`, (t) => {
      const pairs = guide
        .trim()
        .split(/\s+/)
        .map((pair) => [prefix + pair.slice(0, pair.indexOf('=')), quote + pair.slice(pair.indexOf('=') + 1) + quote]);
      const { values, warnings } = load([], Object.fromEntries(pairs) as Record<string, string>);
      t.deepEqual(warnings, []);
      const config = serverConfig(values);
      t.like(config, { name: 'default', dataDir: '/var/lib/etcd/default.etcd', heartbeatMs: 100, electionMs: 1000 });
      t.is(config.requestBytesMax, 1_572_864);
      t.deepEqual(config.autoCompaction, { mode: 'off' });
      t.deepEqual(config.bootstrap.source, {
        kind: 'static',
        members: new Map([['default', ['http://localhost:2380']]]),
      });
    });
  }
}

test('the defaults are etcd’s, but for the directory’s name and an hour of history', (t) => {
  const config = configure(['--name', 'a']);
  t.deepEqual(config, {
    name: 'a',
    dataDir: 'a.rollcall',
    walDir: undefined,
    corsOrigins: [],
    listenClients: [{ host: 'localhost', port: 2379 }],
    listenPeers: [{ host: 'localhost', port: 2380 }],
    advertiseClientUrls: ['http://localhost:2379'],
    advertisePeerUrls: ['http://localhost:2380'],
    bootstrap: {
      source: { kind: 'static', members: new Map([['a', ['http://localhost:2380']]]) },
      clusterToken: 'etcd-cluster',
      state: 'new',
    },
    srvResolver: '',
    discoveryRequestTimeoutMs: 5000,
    strictReconfigCheck: true,
    learnersMax: 1,
    heartbeatMs: 100,
    electionMs: 1000,
    quotaBytes: 2 * 1024 ** 3,
    txnOpsMax: 128,
    requestBytesMax: 1_572_864,
    progressNotifyMs: 600_000,
    autoCompaction: { mode: 'periodic', retentionMs: 3_600_000 },
  });
});

test('URLs are kept sorted and without trailing slashes, since ids are hashes over them', (t) => {
  const urls = 'http://10.0.0.2:2380/,http://10.0.0.1:2380';
  const config = configure([
    '--initial-advertise-peer-urls',
    urls,
    '--name=a',
    `--initial-cluster=a=${urls.replace(',', ',a=')}`,
  ]);
  t.deepEqual(config.advertisePeerUrls, ['http://10.0.0.1:2380', 'http://10.0.0.2:2380']);
});

test('auto-compaction is read by its mode', (t) => {
  const read = (...argv: string[]) => configure(argv).autoCompaction;
  t.deepEqual(read('--auto-compaction-retention=2'), { mode: 'periodic', retentionMs: 7_200_000 });
  t.deepEqual(read('--auto-compaction-retention=5m'), { mode: 'periodic', retentionMs: 300_000 });
  t.deepEqual(read('--auto-compaction-mode=revision', '--auto-compaction-retention=1000'), {
    mode: 'revision',
    revisions: 1000,
  });
  t.deepEqual(read('--auto-compaction-mode=revision'), { mode: 'off' });
});

test('a negative quota is no bound', (t) => {
  t.is(configure(['--quota-backend-bytes=-1']).quotaBytes, undefined);
  t.is(configure(['--quota-backend-bytes=64MiB']).quotaBytes, 64 * 1024 * 1024);
});

const client = ['--advertise-client-urls', 'http://10.0.0.1:2379', '--listen-client-urls'];
const bad: readonly (readonly [string, readonly string[], string])[] = [
  [
    'listen URLs without advertised ones',
    ['--listen-client-urls', 'http://127.0.0.1:1'],
    '--advertise-client-urls is required when --listen-client-urls is set explicitly',
  ],
  [
    'a name to listen on',
    [...client, 'http://example.com:1'],
    '--listen-client-urls: expected IP in URL for binding (http://example.com:1)',
  ],
  [
    'half an address to listen on',
    [...client, 'http://10.0.1:1'],
    '--listen-client-urls: expected IP in URL for binding (http://10.0.1:1)',
  ],
  [
    'no host to listen on',
    [...client, 'http://:1'],
    '--listen-client-urls: expected IP in URL for binding (http://:1)',
  ],
  [
    'TLS to listen on',
    [...client, 'https://10.0.0.1:1'],
    '--listen-client-urls: https://10.0.0.1:1: TLS is not available yet; use http://',
  ],
  ['nothing to listen on', ['--listen-peer-urls='], '--listen-peer-urls: needs at least one URL'],
  [
    'no host to advertise',
    ['--advertise-client-urls', 'http://:1'],
    '--advertise-client-urls "http://:1" must be "host:port" (unexpected empty host (http://:1))',
  ],
  [
    'an election timeout near the heartbeat',
    ['--election-timeout', '400'],
    '--election-timeout[400ms] should be at least as 5 times as --heartbeat-interval[100ms]',
  ],
  [
    'an endless election',
    ['--election-timeout', '1m'],
    '--election-timeout[1m] is too long, and should be set less than 50s',
  ],
  [
    'a member without URL',
    ['--initial-cluster', 'a='],
    '--initial-cluster: "a=": URL scheme must be http, https, unix, or unixs: ',
  ],
  [
    'a URL without member',
    ['--initial-cluster', 'http://a:1'],
    '--initial-cluster: "http://a:1": URL scheme must be http, https, unix, or unixs: ',
  ],
  [
    'a member with half a URL',
    ['--initial-cluster', 'a=a:1'],
    '--initial-cluster: "a=a:1": URL scheme must be http, https, unix, or unixs: a:1',
  ],
  ['no name', ['--name='], '--name: must not be empty'],
  [
    'a retention that is no time',
    ['--auto-compaction-retention=x'],
    '--auto-compaction-retention: "x" is not valid: expected a duration such as 30m or 10h, or a number of hours',
  ],
  [
    'a time where revisions are wanted',
    ['--auto-compaction-mode=revision', '--auto-compaction-retention=1h'],
    '--auto-compaction-retention: "1h" is not valid: expected a number of revisions (the mode is revision)',
  ],
  [
    'a certificate',
    ['--cert-file', 'x.pem'],
    '--cert-file: TLS is not available yet, and plaintext is not what was asked for',
  ],
  [
    'client certificates',
    ['--client-cert-auth'],
    '--client-cert-auth: TLS is not available yet, and plaintext is not what was asked for',
  ],
  [
    'peer TLS',
    ['--peer-auto-tls'],
    '--peer-auto-tls: TLS is not available yet, and plaintext is not what was asked for',
  ],
  ['JWT', ['--auth-token', 'jwt,pub-key=a'], '--auth-token: users and roles are not available yet'],
  ['losing data', ['--unsafe-no-fsync'], '--unsafe-no-fsync: what was acknowledged is on disk here, always'],
  [
    'proxy mode',
    ['--proxy', 'on'],
    '--proxy: a server does not serve as a proxy yet; use "rollcall proxy --endpoints URL,…"',
  ],
];

for (const [what, argv, message] of bad) {
  test(`${what} is refused in a clear line`, (t) => {
    t.is(t.throws(() => configure(argv), { instanceOf: UsageError })?.message, message);
  });
}

test('etcd’s configuration file starts a server as it is', (t) => {
  const file = `name: 'a'
data-dir: /tmp/a
wal-dir:
snapshot-count: 10000
heartbeat-interval: 100
election-timeout: 1000
quota-backend-bytes: 0
listen-peer-urls: http://localhost:2380
listen-client-urls: http://localhost:2379
max-snapshots: 5
cors:
initial-advertise-peer-urls: http://localhost:2380
advertise-client-urls: http://localhost:2379
discovery:
initial-cluster:
initial-cluster-token: 'etcd-cluster'
initial-cluster-state: 'new'
strict-reconfig-check: true
enable-pprof: true
grpc-keepalive-min-time: 5000000000
client-transport-security:
  cert-file:
  client-cert-auth: false
  auto-tls: false
peer-transport-security:
  cert-file:
  client-cert-auth: false
  allowed-cn:
log-level: debug
logger: zap
log-outputs: [stderr]
force-new-cluster: false
auto-compaction-mode: periodic
auto-compaction-retention: "1"
tls-min-version: 'TLS1.2'
`;
  const { values, warnings } = load(['--config-file', 'etcd.yml'], {}, file);
  const config = serverConfig(values);
  t.like(config, { name: 'a', autoCompaction: { mode: 'periodic', retentionMs: 3_600_000 } });
  t.deepEqual(warnings, [
    'etcd.yml:4: snapshot-count: ignored: the log is cut by what the store has flushed',
    'etcd.yml:19: enable-pprof: ignored: use node --inspect',
  ]);
});

test('the generated samples, uncommented, load without a warning and change nothing', (t) => {
  const document = { command: 'rollcall server', table, prefixes };
  const env = Object.fromEntries(
    environmentSample(document)
      .split('\n')
      .filter((line) => /^#[A-Z][A-Z_]*=/.test(line))
      .map((line) => [line.slice(1, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  ) as Record<string, string>;
  t.true(Object.keys(env).length > 20);
  const fromEnvironment = load([], env);
  t.deepEqual(fromEnvironment.warnings, []);
  t.deepEqual(serverConfig(fromEnvironment.values), configure([]));

  const yaml = yamlSample(document).replace(/^#(?=[a-z][a-z-]*:)/gm, '');
  const fromFile = load(['--config-file', 'x.yml'], {}, yaml);
  t.deepEqual(fromFile.warnings, []);
  t.deepEqual(serverConfig(fromFile.values), configure([]));
});
