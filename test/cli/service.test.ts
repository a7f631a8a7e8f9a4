// The `service` verbs over a real etcd: the registry is keys and values, whoever serves them.

import test from 'ava';
import { DebianEtcd, etcdctl, hasEtcd, waitUntil } from '../common/client/debian-etcd.ts';
import { RunningVerb, runToEnd, type VerbResult } from './verb-run.ts';

const at =
  (etcd: DebianEtcd) =>
  (command: string): Promise<VerbResult> =>
    runToEnd(['--endpoints', etcd.endpoint, ...command.split(' ')]);

test('services are listed, shown and resolved, and what cannot be read is reported beside them', async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await DebianEtcd.start(t);
  const service = at(etcd);
  const critical =
    '{"address":"10.0.0.2","port":81,"status":"critical","tags":["v2"],"node":"n1",' +
    '"checks":[{"id":"http","status":"critical","output":"500\\n  down"}]}';
  await etcdctl(etcd.endpoint, 'put', '/rollcall/services/web/web-1', '10.0.0.1:80');
  await etcdctl(etcd.endpoint, 'put', '/rollcall/services/web/web-2', critical);
  await etcdctl(etcd.endpoint, 'put', '/rollcall/services/web/web-3', 'nonsense');
  await etcdctl(
    etcd.endpoint,
    'put',
    '/rollcall/services/db/db-1',
    '{"address":"fe80::1","port":5432,"tags":["main"]}',
  );
  const unreadable =
    'unreadable: /rollcall/services/web/web-3: "nonsense" is neither a JSON object nor host:port or [v6]:port\n';

  const list = await service('service list');
  t.is(list.stdout, 'SERVICE  PASSING  TOTAL\ndb       1        1\nweb      1        2\n');
  t.is(list.stderr, unreadable);
  t.is(
    (await service('service list -w json')).stdout,
    '[{"service":"db","passing":1,"total":1},{"service":"web","passing":1,"total":2}]\n',
  );

  const show = await service('service show web');
  t.deepEqual(show.stdout.split('\n'), [
    'ID                            ADDRESS      STATUS      TAGS  NODE  LEASE  PROBLEM',
    'web-1                         10.0.0.1:80  passing     -     -     -      -',
    'web-2                         10.0.0.2:81  critical    v2    n1    -      http: 500 down',
    '/rollcall/services/web/web-3  -            unreadable  -     -     -      "nonsense" is neither a JSON object nor host:port or [v6]:port',
    '',
  ]);
  const shown = JSON.parse((await service('service show web -w json')).stdout) as {
    instances: { id: string }[];
    unreadable: { key: string }[];
  };
  t.deepEqual(
    shown.instances.map(({ id }) => id),
    ['web-1', 'web-2'],
  );
  t.is(shown.unreadable[0]?.key, '/rollcall/services/web/web-3');

  t.is((await service('service resolve web')).stdout, '10.0.0.1:80\n');
  t.is((await service('service resolve db --tag main')).stdout, '[fe80::1]:5432\n');
  const none = await service('service resolve db --tag spare');
  t.deepEqual([none.exitCode, none.stderr], [1, 'Error: service "db" has no passing instance with tag "spare"\n']);
  const unknown = await service('service show nope');
  t.deepEqual([unknown.exitCode, unknown.stderr], [1, 'Error: service "nope" has no instances\n']);
});

test('an instance is registered for as long as the command runs', async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await DebianEtcd.start(t);
  const flags = '--port 8080 --address 10.0.0.9 --id web-9 --tag a --tag b --meta v=1 --ttl 5s --node n9';
  const registered = new RunningVerb(['--endpoints', etcd.endpoint, 'service', 'register', 'web', ...flags.split(' ')]);
  await waitUntil('it is registered', () => registered.stdout.includes('registered web/web-9 at 10.0.0.9:8080'));
  const { stdout } = await etcdctl(etcd.endpoint, 'get', '/rollcall/services/web/web-9', '--print-value-only');
  t.like(JSON.parse(stdout), { address: '10.0.0.9', port: 8080, tags: ['a', 'b'], meta: { v: '1' }, node: 'n9' });
  registered.interrupt();
  const { exitCode, stdout: said } = await registered.done;
  t.is(exitCode, 0);
  t.true(said.endsWith('deregistered web/web-9\n'));
  t.is((await etcdctl(etcd.endpoint, 'get', '--prefix', '/rollcall/')).stdout, '');
});

test('an instance whose lease was revoked is registered again', async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await DebianEtcd.start(t);
  const command = 'service register web --port 1 --address h --id i --ttl 2s';
  const registered = new RunningVerb(['--endpoints', etcd.endpoint, ...command.split(' ')]);
  const lease = (): string | undefined => /under lease ([0-9a-f]{16})/.exec(registered.stdout)?.[1];
  await waitUntil('it is registered', () => lease() !== undefined);
  await etcdctl(etcd.endpoint, 'lease', 'revoke', lease()!);
  await waitUntil('it is registered again', () => registered.stdout.match(/^registered /gm)?.length === 2);
  t.regex(registered.stderr, /not registered at present: lease [0-9a-f]{16} is lost/);
  registered.interrupt();
  t.is((await registered.done).exitCode, 0);
});

test('an instance under a given lease is put once', async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await DebianEtcd.start(t);
  const service = at(etcd);
  const id = (await etcdctl(etcd.endpoint, 'lease', 'grant', '60')).stdout.split(' ')[1]!;
  const { exitCode, stdout } = await service(`service register web --port 1 --address 10.0.0.1 --id x --lease ${id}`);
  t.deepEqual([exitCode, stdout], [0, `registered web/x at 10.0.0.1:1 under lease ${id}\n`]);
  t.is((await service('service deregister web x')).stdout, 'deregistered web/x\n');
  const again = await service('service deregister web x');
  t.deepEqual([again.exitCode, again.stderr], [1, 'Error: service "web" has no instance "x"\n']);
});

const wrong: readonly (readonly [string, string])[] = [
  ['service register web', '--port is required'],
  ['service register', 'service register needs one argument, the name of the service'],
  ['service register web --port 1 --meta x', '--meta: "x" is not NAME=VALUE'],
  [
    'service register web --port 1 --lease zz',
    '--lease: strconv.ParseInt: parsing "zz": invalid syntax, expecting ID in Hex',
  ],
  ['service show a/b', '"a/b" is no name of a service: it contains a slash'],
  [
    'service deregister web',
    'service deregister needs two arguments, the name of the service and the id of the instance',
  ],
];

for (const [command, message] of wrong) {
  test(`wrong usage ends with 2 and a reason: ${command}`, async (t) => {
    const { exitCode, stderr } = await runToEnd(command.split(' '));
    t.deepEqual([exitCode, stderr], [2, `Error: ${message}\n`]);
  });
}

test('unknown and incomplete verbs are answered with the nearest, or with help', async (t) => {
  const unknown = await runToEnd(['serivce', 'list']);
  t.is(unknown.exitCode, 1);
  const sub = await runToEnd(['service', 'lsit']);
  t.deepEqual([sub.exitCode, sub.stderr], [1, 'Error: unknown command "service lsit"; did you mean "service list"?\n']);
  const group = await runToEnd(['lease']);
  t.is(group.exitCode, 0);
  t.true(group.stdout.includes('lease keep-alive'));
  const help = await runToEnd(['service', 'register', '--help']);
  t.true(help.stdout.includes('--ttl DURATION'));
});

test('flags of TLS and of users are refused, never ignored', async (t) => {
  for (const flag of ['--cacert=x', '--cert=x', '--user=root', '--insecure-transport=false']) {
    const { exitCode, stderr } = await runToEnd([flag, 'get', 'a']);
    t.is(exitCode, 1);
    t.regex(stderr, /^Error: --[a-z-]+: (TLS is|users and roles are) not available yet\n$/);
  }
  const https = await runToEnd(['--endpoints', 'https://127.0.0.1:1', 'get', 'a']);
  t.is(https.exitCode, 1);
  t.regex(https.stderr, /TLS is not supported yet/);
});
