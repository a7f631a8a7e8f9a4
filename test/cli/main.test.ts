// Finding the verb, its flags and its settings, whatever the order they are given in.

import test from 'ava';
import { isVerb, verbSummaries } from '../../cli/main.ts';
import { verbs } from '../../cli/verbs.ts';
import { DebianEtcd, hasEtcd } from '../common/client/debian-etcd.ts';
import { runToEnd } from './verb-run.ts';

test('global flags stand before or behind the verb, or in variables of either name', async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await DebianEtcd.start(t);
  const endpoint = `127.0.0.1:${etcd.port}`;
  t.is((await runToEnd(['--endpoints', endpoint, 'put', 'k', 'v'])).stdout, 'OK\n');
  for (const argv of [
    ['get', 'k', '--endpoints', endpoint],
    ['get', `--endpoints=${endpoint}`, 'k'],
    ['--endpoints', '127.0.0.1:1', '--endpoints', endpoint, 'get', 'k'],
  ]) {
    t.is((await runToEnd(argv)).stdout, 'k\nv\n', argv.join(' '));
  }
  t.is((await runToEnd(['get', 'k'], { env: { ETCDCTL_ENDPOINTS: endpoint } })).stdout, 'k\nv\n');
  const env = { ETCDCTL_ENDPOINTS: '127.0.0.1:1', ROLLCALL_ENDPOINTS: endpoint, ETCDCTL_WRITE_OUT: 'json' };
  t.true((await runToEnd(['get', 'k'], { env })).stdout.startsWith('{"header":'));
});

test('a verb’s own flags are not read from variables', async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await DebianEtcd.start(t);
  const env = { ROLLCALL_ENDPOINTS: etcd.endpoint, ROLLCALL_PREFIX: 'true', ETCDCTL_REV: '99', ROLLCALL_NAME: 'x' };
  await runToEnd(['put', 'kk', 'v'], { env });
  const got = await runToEnd(['get', 'k'], { env });
  t.deepEqual(got, { exitCode: 0, stdout: '', stderr: '' });
});

test('verbs may be cut short where that is unique', (t) => {
  t.true(isVerb('compact'));
  t.true(isVerb('service'));
  t.false(isVerb('server'));
  t.false(isVerb('x'));
});

test('every verb has a summary and help with its flags', async (t) => {
  for (const { name, summary, options } of verbs) {
    const { exitCode, stdout } = await runToEnd([...name.split(' '), '--help']);
    t.is(exitCode, 0, name);
    t.true(stdout.startsWith(`rollcall ${name} - ${summary}\n\nUsage: rollcall ${name}`), name);
    for (const flag of Object.keys(options)) t.true(stdout.includes(`--${flag}`), `${name} --${flag}`);
  }
  for (const { name } of verbs)
    t.true(
      verbSummaries.some((row) => row.name === name.split(' ')[0]),
      name,
    );
});

test('an unreachable cluster is one line and exit code 1', async (t) => {
  const argv = ['--endpoints', '127.0.0.1:1', '--dial-timeout', '200ms', '--command-timeout', '500ms', 'get', 'k'];
  const { exitCode, stdout, stderr } = await runToEnd(argv);
  t.is(exitCode, 1);
  t.is(stdout, '');
  t.regex(stderr, /^Error: .*127\.0\.0\.1:1.*\n$/);
});

test('bad values of flags are named before anything is sent', async (t) => {
  const { exitCode, stderr } = await runToEnd(['get', 'k', '--limit', 'many']);
  t.is(exitCode, 1);
  t.is(stderr, 'Error: --limit: "many" is not valid: expected a whole number\n');
  const unknown = await runToEnd(['get', 'k', '--prefx']);
  t.is(unknown.stderr, 'Error: unknown flag --prefx; did you mean --prefix?\n');
});
