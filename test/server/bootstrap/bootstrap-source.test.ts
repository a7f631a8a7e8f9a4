import test from 'ava';
import { type BootstrapValues, bootstrapConfig, ignoredDiscovery } from '../../../server/bootstrap/bootstrap-source.ts';
import { noBootstrap, refusal } from './world.ts';

const local = { name: 'infra1', advertisePeerUrls: ['http://10.0.0.1:2380'] };
const config = (values: Partial<BootstrapValues>): ReturnType<typeof bootstrapConfig> =>
  bootstrapConfig({ ...noBootstrap, ...values }, local);

test('without any flag a member is a cluster of its own', (t) => {
  t.deepEqual(config({}), {
    source: { kind: 'static', members: new Map([['infra1', ['http://10.0.0.1:2380']]]) },
    clusterToken: 'etcd-cluster',
    state: 'new',
  });
});

test('each way to find the members is one source; discovery brings the token for the ids', (t) => {
  const url = 'http://10.0.0.9:2379/v2/keys/discovery/abc';
  t.deepEqual(config({ discovery: url, discoveryFallback: 'exit' }), {
    source: { kind: 'v2-discovery', url, proxy: '', fallback: 'exit' },
    clusterToken: url,
    state: 'new',
  });
  t.deepEqual(config({ discoverySrv: 'example.com.', discoverySrvName: 'blue', initialClusterToken: 'x' }), {
    source: { kind: 'srv', domain: 'example.com', serviceName: 'blue' },
    clusterToken: 'x',
    state: 'new',
  });
  t.deepEqual(config({ discoveryToken: 'abc', discoveryEndpoints: ['http://10.0.0.9:2379'] }), {
    source: { kind: 'v3-discovery', token: 'abc', endpoints: ['http://10.0.0.9:2379'] },
    clusterToken: 'abc',
    state: 'new',
  });
});

const conflict =
  'multiple discovery or bootstrap flags are set. ' +
  'Choose one of "initial-cluster", "discovery", "discovery-endpoints" or "discovery-srv"';

for (const [title, values, words] of [
  ['two sources', { initialCluster: 'infra1=http://h:1', discoverySrv: 'example.com' }, conflict],
  ['both discoveries', { discovery: 'http://h:1/t', discoveryEndpoints: ['h:1'], discoveryToken: 't' }, conflict],
  ['a token alone', { discoveryToken: 't' }, 'both --discovery-token and --discovery-endpoints must be set'],
  ['endpoints alone', { discoveryEndpoints: ['h:1'] }, 'both --discovery-token and --discovery-endpoints must be set'],
  [
    'an empty endpoint',
    { discoveryEndpoints: ['h:1', ' '], discoveryToken: 't' },
    '--discovery-endpoints must not contain empty endpoints',
  ],
  [
    'a URL without a token',
    { discovery: 'http://h:1' },
    '--discovery: "http://h:1" is not valid: expected a URL with a token, such as http://10.0.0.9:2379/v2/keys/discovery/TOKEN',
  ],
  [
    'a token that is a path',
    { discoveryToken: 'a/b', discoveryEndpoints: ['h:1'] },
    '--discovery-token: "a/b" is not valid: expected a word without slashes',
  ],
  [
    'discovery of a cluster to join',
    { discovery: 'http://h:1/t', initialClusterState: 'existing' },
    'discovery URL should not be set when joining existing initial cluster',
  ],
] as const satisfies readonly (readonly [string, Partial<BootstrapValues>, string])[]) {
  test(`the flags are refused for ${title}`, async (t) => {
    t.is(await refusal(() => config(values)), `UsageError: ${words}`);
  });
}

test('a member with data is warned that its discovery flag means nothing any more', (t) => {
  t.is(
    ignoredDiscovery(config({ discovery: 'http://h:1/t' }), '/data/wal'),
    'discovery token ignored since a cluster has already been initialized. Valid log found at "/data/wal"',
  );
  t.is(ignoredDiscovery(config({}), '/data/wal'), undefined);
});
