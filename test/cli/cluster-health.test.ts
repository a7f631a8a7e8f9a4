import test from 'ava';
import { DebianEtcd, etcdctl, hasEtcd } from '../common/client/debian-etcd.ts';
import { runToEnd } from './verb-run.ts';

test('cluster-health names each member with the URL that answered', async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await DebianEtcd.start(t);
  const id = (await etcdctl(etcd.endpoint, 'member', 'list')).stdout.split(',')[0]!;
  const { exitCode, stdout } = await runToEnd(['--endpoints', etcd.endpoint, 'cluster-health']);
  t.is(stdout, `member ${id} is healthy: got healthy result from ${etcd.endpoint}\ncluster is healthy\n`);
  t.is(exitCode, 0);
});

test('cluster-health of a cluster with a member that never started is degraded', async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await DebianEtcd.start(t);
  const learner = ['member', 'add', 'late', '--learner', '--peer-urls=http://127.0.0.1:1'];
  const added = await etcdctl(etcd.endpoint, ...learner);
  const id = /Member +([0-9a-f]+) added/.exec(added.stdout)![1]!;
  const { exitCode, stdout } = await runToEnd(['--endpoints', etcd.endpoint, 'cluster-health']);
  t.true(stdout.includes(`member ${id} is unreachable: no available published client urls\n`));
  t.true(stdout.endsWith('cluster is degraded\n'));
  t.is(exitCode, 5);
});

test('without an answer from anybody cluster-health says that it cannot list members', async (t) => {
  const argv = ['--endpoints', '127.0.0.1:1', '--dial-timeout=100ms', '--command-timeout=300ms', 'cluster-health'];
  const { exitCode, stdout, stderr } = await runToEnd(argv);
  t.is(stdout, 'cluster may be unhealthy: failed to list members\n');
  t.regex(stderr, /^Error: .+\n$/);
  t.is(exitCode, 4);
});
