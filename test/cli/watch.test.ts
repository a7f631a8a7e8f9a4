// `watch` and `lease keep-alive` against a real etcd, compared with etcdctl where it prints the same. Each test waits
// for output, never for time.

import test, { type ExecutionContext } from 'ava';
import { DebianEtcd, etcdctl, hasEtcd, run, waitUntil } from '../common/client/debian-etcd.ts';
import { normalise, runEtcdctl } from './etcd-twins.ts';
import { RunningVerb, runToEnd, VerbProcess } from './verb-run.ts';

function linesOf(text: string): string[] {
  return text.split('\n').slice(0, -1);
}

/** Watches history with both clients until each has printed so many lines, then compares. */
async function compareWatch(
  t: ExecutionContext,
  endpoint: string,
  argv: readonly string[],
  lines: number,
): Promise<readonly string[]> {
  const ours = new VerbProcess(t, ['--endpoints', endpoint, ...argv]);
  const theirs = run('timeout', ['--preserve-status', '3', 'etcdctl', '--endpoints', endpoint, ...argv], {
    ETCDCTL_API: '3',
  });
  await waitUntil(`${lines} lines of ${argv.join(' ')}`, () => linesOf(ours.stdout).length >= lines);
  const expected = linesOf((await theirs).stdout);
  t.deepEqual(linesOf(ours.stdout), expected, argv.join(' '));
  t.is(expected.length, lines, argv.join(' '));
  return expected;
}

test.serial('a watch from a past revision prints history as etcdctl does', async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await DebianEtcd.start(t);
  for (const command of ['put w1 1', 'put w2 2', 'put w1 3', 'del w2', 'del w --prefix', 'put z 9']) {
    await etcdctl(etcd.endpoint, ...command.split(' '));
  }
  await Promise.all([
    compareWatch(t, etcd.endpoint, ['watch', 'w', '--prefix', '--rev=2'], 15),
    compareWatch(t, etcd.endpoint, ['watch', 'w', '--prefix', '--rev=2', '--prev-kv'], 21),
    compareWatch(t, etcd.endpoint, ['watch', 'w1', '--rev', '2'], 9),
    compareWatch(t, etcd.endpoint, ['watch', 'w1', 'w2', '--rev=2'], 9),
    compareWatch(t, etcd.endpoint, ['-w', 'json', 'watch', 'w', '--prefix', '--rev=2', '--prev-kv'], 1),
    compareWatch(t, etcd.endpoint, ['-w', 'fields', 'watch', 'w', '--prefix', '--rev=2'], 39),
    compareWatch(t, etcd.endpoint, ['watch', '--hex', 'z', '--rev=2'], 3),
  ]);
});

test.serial('a watch of compacted history ends as etcdctl’s does', async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await DebianEtcd.start(t);
  for (const command of ['put a 1', 'put a 2', 'put a 3', 'compaction 4']) {
    await etcdctl(etcd.endpoint, ...command.split(' '));
  }
  for (const argv of [
    ['watch', 'a', '--rev=2'],
    ['-w', 'json', 'watch', 'a', '--rev=2'],
  ]) {
    const theirs = await runEtcdctl(['--endpoints', etcd.endpoint, ...argv]);
    const ours = await runToEnd(['--endpoints', etcd.endpoint, ...argv]);
    t.deepEqual(normalise(ours), normalise(theirs));
  }
});

test.serial('each event runs the command with the event in its environment', async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await DebianEtcd.start(t);
  const script = 'env | grep ^ETCD_WATCH_ | sort >&2; exit 3';
  await etcdctl(etcd.endpoint, 'put', 'k', 'a"b');
  const argv = ['watch', 'k', '--rev=2', '--', 'sh', '-c', script];
  const theirs = await runEtcdctl(['--endpoints', etcd.endpoint, ...argv]);
  const ours = await new VerbProcess(t, ['--endpoints', etcd.endpoint, ...argv]).done;
  t.is(ours.stdout, theirs.stdout);
  t.is(ours.exitCode, theirs.exitCode);
  t.true(theirs.stderr.includes('ETCD_WATCH_VALUE="a\\"b"'));
  t.is(ours.stderr, theirs.stderr);
});

test.serial('a watch goes on where it was when the server comes back', async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await DebianEtcd.start(t);
  const watch = new VerbProcess(t, ['--endpoints', etcd.endpoint, 'watch', 'k']);
  // A watch from "now" has no sign of its beginning: the first put that it sees is the sign.
  let puts = 0;
  await waitUntil('the watch stands', async () => {
    await etcdctl(etcd.endpoint, 'put', 'k', `before-${++puts}`);
    return watch.stdout.includes('before');
  });
  await etcd.kill();
  await etcd.restart();
  await etcdctl(etcd.endpoint, 'put', 'k', 'after-1');
  await etcdctl(etcd.endpoint, 'put', 'k', 'after-2');
  await waitUntil('both later events', () => watch.stdout.includes('after-2'));
  const values = linesOf(watch.stdout).filter((line) => line !== 'PUT' && line !== 'k');
  t.is(new Set(values).size, values.length, 'no event is shown twice');
  t.deepEqual(values.slice(-2), ['after-1', 'after-2']);
  t.is(values.filter((value) => value.startsWith('before')).at(-1), `before-${puts}`);
});

test.serial('an interactive watch takes several watches and progress from its input', async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await DebianEtcd.start(t);
  await etcdctl(etcd.endpoint, 'put', 'a', '1');
  await etcdctl(etcd.endpoint, 'put', 'b', '2');
  const watch = new VerbProcess(t, ['--endpoints', etcd.endpoint, 'watch', '-i']);
  watch.input.write('watch a --rev=1\nwatch --prefix "b" --rev 1\nfoo bar\n\nwatch\n');
  await waitUntil('both events', () => watch.stdout.includes('PUT\na\n1\n') && watch.stdout.includes('PUT\nb\n2\n'));
  watch.input.write('progress\n');
  await waitUntil('progress', () => watch.stdout.includes('progress notify: 3\n'));
  watch.input.end();
  const { exitCode, stderr } = await watch.done;
  t.is(exitCode, 3);
  t.deepEqual(linesOf(stderr), [
    'Invalid command foo bar (only support watch)',
    'Invalid command:  (watch and progress supported)',
    'Invalid command watch (command type or key is not provided)',
    'Error: error reading watch request line: EOF',
  ]);
});

test.serial('a kept lease is renewed until it is revoked', async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await DebianEtcd.start(t);
  const granted = await etcdctl(etcd.endpoint, 'lease', 'grant', '2');
  const id = granted.stdout.split(' ')[1]!;
  const keeping = new RunningVerb(['--endpoints', etcd.endpoint, 'lease', 'keep-alive', id]);
  await waitUntil('three renewals', () => linesOf(keeping.stdout).length >= 3);
  await etcdctl(etcd.endpoint, 'lease', 'revoke', id);
  const { exitCode, stdout } = await keeping.done;
  t.is(exitCode, 0);
  const lines = linesOf(stdout);
  t.is(lines.pop(), `lease ${id} expired or revoked.`);
  t.true(lines.every((line) => line === `lease ${id} keepalived with TTL(2)`));
});

test.serial('what watch is to watch must be said once, in arguments or environment', async (t) => {
  const failing = async (argv: string[], env: Record<string, string> = {}): Promise<string> => {
    const { exitCode, stderr } = await runToEnd(['--endpoints', '127.0.0.1:1', 'watch', ...argv], { env });
    t.is(exitCode, 128);
    return stderr;
  };
  t.is(await failing([]), 'Error: bad number of arguments\n');
  t.is(await failing(['a', 'b', 'c']), 'Error: bad number of arguments\n');
  t.is(await failing(['a', '--']), 'Error: bad number of arguments (found separator --, but no commands)\n');
  t.is(
    await failing(['a'], { ETCDCTL_WATCH_KEY: 'k' }),
    'Error: bad number of arguments (found conflicting environment key)\n',
  );
  t.is(
    await failing([], { ETCDCTL_WATCH_RANGE_END: 'k' }),
    'Error: ETCDCTL_WATCH_KEY is empty but got ETCDCTL_WATCH_RANGE_END="k"\n',
  );
  t.is(await failing(['a', 'b', '--prefix']), 'Error: `range_end` and `--prefix` are mutually exclusive\n');
});
