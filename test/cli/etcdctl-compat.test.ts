// The printers' golden master is etcdctl itself (Debian's 3.4.23): the same commands, one after the other, on two equal
// etcds. Where etcdctl 3.6 prints something else than 3.4 (which then is ours), the case stands in printers.test.ts.

import test, { type ExecutionContext } from 'ava';
import { hasEtcd } from '../common/client/debian-etcd.ts';
import { runBoth, runEtcdctl, startTwins, type Twins } from './etcd-twins.ts';
import { runToEnd } from './verb-run.ts';

interface Case {
  readonly argv: readonly string[];
  readonly stdin?: string | Buffer;
}

const line = (text: string): Case => ({ argv: text.split(' ') });

async function compareAll(t: ExecutionContext, twins: Twins, cases: readonly Case[]): Promise<void> {
  for (const { argv, stdin } of cases) {
    const { theirs, ours } = await runBoth(twins, argv, stdin);
    t.deepEqual(ours, theirs, `etcdctl ${argv.join(' ')}`);
  }
}

test('keys are put, got and deleted with etcdctl’s output in every format', async (t) => {
  if (!(await hasEtcd(t))) return;
  const binary = '\u0001<>&"\\ \u2028 é \n\t\u007f';
  await compareAll(t, await startTwins(t), [
    ...['put a 1', 'put b 2 -w json', 'put ab 3 -w fields', 'put a 4 --prev-kv', 'put a 5 --prev-kv -w json'].map(line),
    ...['put a 6 --prev-kv -w fields', 'put new x --prev-kv -w json', 'put a 1 -w table'].map(line),
    { argv: ['put', 'bin', binary] },
    { argv: ['put', 'stdin'], stdin: Buffer.from([0xff, 0x00, 0xc3, 0x28, 0x0a]) },
    { argv: ['put', 'dash', '--', '-v'] },
    { argv: ['put', 'spaces', ' a  b '] },
    { argv: ['put', 'empty', ''] },
    ...['get a', 'get bin', 'get stdin', 'get empty', 'get nothing'].map(line),
    ...['get bin -w json', 'get stdin -w json', 'get bin -w fields', 'get stdin -w fields'].map(line),
    ...['get bin --hex', 'get stdin --hex', 'get stdin --print-value-only', 'get a -w table'].map(line),
    ...['get --prefix a', 'get a --prefix --keys-only', 'get --from-key b', 'get a b', 'get a b -w json'].map(line),
    { argv: ['get', '', '--prefix', '--keys-only'] },
    { argv: ['get', '', '--from-key', '-w', 'json'] },
    ...['get --prefix a --limit 1 -w json', 'get --prefix a --limit=1 -w fields'].map(line),
    ...['ASCEND', 'descend'].flatMap((order) =>
      ['CREATE', 'key', 'MODIFY', 'VALUE', 'VERSION'].map((by) =>
        line(`get --from-key a --order ${order} --sort-by ${by} --keys-only`),
      ),
    ),
    ...['get --from-key a --sort-by VERSION', 'get a --rev 2', 'get a --rev=3 -w json'].map(line),
    ...['get a --consistency=s', 'get a --consistency x', 'get a --order up', 'get a --sort-by size'].map(line),
    ...['get', 'get --prefix --from-key a', 'get a b --prefix', 'get a --rev 9999', 'get a -w xml'].map(line),
    ...['get a --print-value-only -w json', '-w json get a', 'get a b c'].map(line),
    ...['put', 'put a b --lease zz', 'put a b --lease 77', 'put a b --ignore-value', 'put none --ignore-value'].map(
      line,
    ),
    ...['put a --ignore-value', 'put a x --ignore-lease', 'get a -w json'].map(line),
    { argv: ['put', 'a'], stdin: '' },
    ...['del nothing', 'del b', 'del a --prev-kv', 'del --prefix s --prev-kv -w json', 'del', 'del a b c'].map(line),
    ...['del a --prefix --from-key', 'del a b --prefix', 'put k 1', 'put l 2', 'del k l -w json'].map(line),
    ...['put k 1', 'del --from-key k --prev-kv -w fields', 'del x -w table'].map(line),
    { argv: ['del', '', '--prefix'] },
  ]);
});

test('transactions are read and printed as etcdctl does', async (t) => {
  if (!(await hasEtcd(t))) return;
  const txn = (stdin: string, ...flags: string[]): Case => ({ argv: ['txn', ...flags], stdin });
  await compareAll(t, await startTwins(t), [
    txn('mod("a") > "0"\n\nput a 1\n\nput a 0\nget a\n\n'),
    txn('ver("a") = "1"\ncreate("a") != "9"\n\nput b "x \\x41\\n"\nget b\ndel zz\n\nget b\n\n'),
    txn('value("a") = "0"\nc("a") < "99"\n\nget a\n\n\n', '-w', 'json'),
    txn('val("a") = "1"\n\n\nget --prefix a\nput c "1" --prev-kv\ndel a --prev-kv\n\n', '-w', 'json'),
    txn('m("b") > "1"\n\nput b 2 --prev-kv\nget b\ndel b --prev-kv\n\n\n', '-w', 'fields'),
    txn('version("b") = "0"\n\nput b \'q\'\n\n\n', '--interactive'),
    txn('\nput \\x00 1\n\n\n', '-i'),
    txn('mod(a > "0"\n\n\n\n'),
    txn('moo("a") > "0"\n\n\n\n'),
    txn('mod"a" > "0"\n\n\n\n'),
    txn('mod("a") > "x"\n\n\n\n'),
    txn('\nfoo\n\n\n'),
    txn('\nput a 1\nput a 2\n\n\n'),
    {
      argv: ['txn'],
      stdin: Buffer.concat([Buffer.from('\nput raw '), Buffer.of(0xff, 0xfe), Buffer.from('\nput esc "\\xff"\n\n\n')]),
    },
    txn('mod("a") > "0"'),
    txn(''),
    { argv: ['txn', 'x'] },
    { argv: ['get', '', '--prefix', '-w', 'json'] },
  ]);
});

test('leases, compaction, members and alarms print what etcdctl prints', async (t) => {
  if (!(await hasEtcd(t))) return;
  const twins = await startTwins(t);
  await compareAll(t, twins, [
    ...['lease list', 'lease list -w json', 'lease list -w fields', 'lease list -w table'].map(line),
    ...['lease grant', 'lease grant x', 'lease grant 99999999999999999999', 'lease grant 1 2'].map(line),
    ...['lease revoke', 'lease revoke zz', 'lease revoke 1234', 'lease timetolive', 'lease timetolive x'].map(line),
    ...['lease timetolive 1234', 'lease timetolive 1234 -w json', 'lease timetolive 1234 -w fields'].map(line),
    ...['lease keep-alive', 'lease keep-alive --once 1234', 'lease keep-alive 1234'].map(line),
    ...['put a 1', 'put a 2', 'put a 3', 'compaction', 'compaction x', 'compaction 2', 'compact 3 -w json'].map(line),
    ...['compaction 3', 'compaction 99', 'compaction --physical 4', 'get a --rev 2', 'get a --rev 4'].map(line),
    ...['member list', 'member list -w json', 'member list -w table', 'member remove', 'member remove x'].map(line),
    ...['member remove 1', 'member add', 'member add a', 'member add a http://b:1', 'member update 1'].map(line),
    ...['member add bad --peer-urls=ftp://x', 'member add bad --peer-urls=http://x', 'member promote 1'].map(line),
    ...['member add bad --peer-urls=http://x:1/y', 'member update 1 --peer-urls=x', 'member promote'].map(line),
    ...['alarm list', 'alarm list -w json', 'alarm disarm', 'alarm disarm -w json', 'alarm list x'].map(line),
    ...['endpoint hashkv -w json', 'endpoint status -w json', 'endpoint health -w json'].map(line),
  ]);
});

test('a lease’s life prints the same, but for its id', async (t) => {
  if (!(await hasEtcd(t))) return;
  const twins = await startTwins(t);
  const ids: Record<keyof Twins, string> = { etcdctl: '', rollcall: '' };
  const granted = await runBoth(twins, ['lease', 'grant', '100']);
  for (const [side, result] of [['etcdctl', granted.theirs] as const, ['rollcall', granted.ours] as const]) {
    const match = /^lease ([0-9a-f]{16}) granted with TTL\(100s\)\n$/.exec(result.stdout);
    ids[side] = match?.[1] ?? '';
    t.not(ids[side], '', side);
  }
  const decimal = (id: string): string => BigInt(`0x${id}`).toString();
  const steps = [
    'put leased 1 --lease ID',
    'put leased2 1 --lease=ID -w json',
    'get leased -w json',
    'get leased -w fields',
    'lease timetolive ID --keys',
    'lease timetolive ID --keys -w json',
    'lease timetolive ID --keys -w fields',
    'lease list',
    'lease list -w json',
    'lease keep-alive --once ID',
    'lease keep-alive --once ID -w json',
    'lease keep-alive --once ID -w fields',
    'put leased 2 --ignore-lease -w json',
    'lease revoke ID',
    'get leased',
    'lease timetolive ID',
  ];
  for (const step of steps) {
    const argv = (id: string): string[] => step.replaceAll('ID', id).split(' ');
    const [theirs, ours] = await Promise.all([
      runEtcdctl(['--endpoints', twins.etcdctl, ...argv(ids.etcdctl)]),
      runToEnd(['--endpoints', twins.rollcall, ...argv(ids.rollcall)]),
    ]);
    const neutral = (text: string, id: string): string =>
      text
        .replaceAll(id, 'LEASE')
        .replaceAll(decimal(id), 'LEASE')
        // Attached keys come in no order.
        .replace(
          /attached keys\(\[(.*)\]\)/,
          (_, keys: string) => `attached keys([${keys.split(' ').sort().join(' ')}])`,
        )
        .replace(/"keys":\[(.*)\]/, (_, keys: string) => `"keys":[${keys.split(',').sort().join(',')}]`)
        .replace(/("Key" : "leased2?"\n)+/, (keys) => keys.split('\n').sort().join('\n'));
    t.is(neutral(ours.stdout, ids.rollcall), neutral(theirs.stdout, ids.etcdctl), step);
    t.is(ours.exitCode, theirs.exitCode, step);
  }
});
