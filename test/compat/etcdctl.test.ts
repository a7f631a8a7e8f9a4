// Debian's etcdctl against a core node and against Debian's etcd: the same commands, and the same words on stdout and
// stderr, once ids and numbers that differ between any two clusters are set aside.

import { spawn, spawnSync } from 'node:child_process';
import test, { type ExecutionContext } from 'ava';
import { execute, freePorts, serverArgs, startRollcall, temporaryDirectory, until } from '../harness/rollcall.ts';

const installed =
  spawnSync('etcdctl', ['version']).error === undefined && spawnSync('etcd', ['--version']).error === undefined;
const compare = installed ? test : test.skip;
if (!installed) console.log('etcdctl tests are skipped: install etcd-server and etcd-client');

async function rollcall(t: ExecutionContext): Promise<string> {
  const [client, peer] = await freePorts(2);
  await startRollcall(t, serverArgs(temporaryDirectory(t), { client: client!, peer: peer! }));
  return `127.0.0.1:${client}`;
}

async function etcd(t: ExecutionContext): Promise<string> {
  const [client, peer] = await freePorts(2);
  const child = spawn('etcd', serverArgs(temporaryDirectory(t), { client: client!, peer: peer! }).slice(1), {
    stdio: 'ignore',
  });
  t.teardown(async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  });
  await until(
    async () => (await ctl(`127.0.0.1:${client}`, ['get', 'x'])).code === 0,
    20_000,
    () => 'etcd is not ready',
  );
  return `127.0.0.1:${client}`;
}

function ctl(endpoint: string, args: readonly string[]): ReturnType<typeof execute> {
  return execute('etcdctl', ['--endpoints', endpoint, ...args], { env: { ETCDCTL_API: '3' } });
}

/** Ids, ports and times differ; everything else must not. */
function comparable(text: string): string {
  return text
    .replace(/127\.0\.0\.1:\d+/g, 'ENDPOINT')
    .replace(/"(cluster_id|member_id|raft_term|ID|lease|leader|dbSize\w*|raft\w+)":\d+/g, '"$1":N')
    .replace(/"ts":"[^"]*"|"target":"[^"]*"|client-[-0-9a-f]+/g, '')
    .replace(/\b[0-9a-f]{15,16}\b/g, 'ID')
    .replace(/took = \S+/g, 'took');
}

const scenario: readonly (readonly string[])[] = [
  ['put', 'a', '1'],
  ['put', 'a', '2', '--prev-kv'],
  ['put', 'b/1', 'x', '-w', 'json'],
  ['put', 'b/2', 'y'],
  ['put', 'b/3', 'ä z'],
  ['get', 'a'],
  ['get', 'missing'],
  ['get', '--prefix', 'b/'],
  ['get', '--prefix', 'b/', '-w', 'json'],
  ['get', '--prefix', 'b/', '--keys-only'],
  ['get', '--prefix', 'b/', '--limit', '2', '-w', 'json'],
  ['get', '--prefix', 'b/', '--sort-by', 'MODIFY', '--order', 'DESCEND'],
  ['get', '--prefix', 'b/', '--sort-by', 'VALUE', '--order', 'ASCEND'],
  ['get', '--from-key', 'b'],
  ['get', 'a', '--rev', '2'],
  ['get', 'a', '--rev', '1'],
  ['get', 'a', '--rev', '99'],
  ['get', 'a', '--hex'],
  ['put', 'a', '--ignore-value', '--lease', '1'],
  ['put', 'new', '--ignore-value'],
  ['del', 'b/1', '--prev-kv'],
  ['del', '--prefix', 'b/'],
  ['del', 'nothing'],
  ['compaction', '4'],
  ['get', 'a', '--rev', '3'],
  ['compaction', '4'],
  ['compaction', '999'],
  ['lease', 'timetolive', '123'],
  ['lease', 'revoke', '123'],
  ['lease', 'list'],
  ['endpoint', 'health'],
  ['member', 'list'],
  ['put', '', 'no key'],
];

compare('the same commands give the same answers as from etcd', async (t) => {
  const [ours, theirs] = await Promise.all([rollcall(t), etcd(t)]);
  for (const args of scenario) {
    const [a, b] = [await ctl(ours, args), await ctl(theirs, args)];
    const title = `etcdctl ${args.join(' ')}`;
    t.is(a.code, b.code, title);
    t.is(comparable(a.stdout), comparable(b.stdout), title);
    t.is(comparable(a.stderr), comparable(b.stderr), title);
  }
});

compare('a lease is granted, kept alive, listed and revoked', async (t) => {
  const endpoint = await rollcall(t);
  const granted = await ctl(endpoint, ['lease', 'grant', '60']);
  const id = /^lease (\w+) granted with TTL\(60s\)/.exec(granted.stdout)?.[1];
  t.truthy(id, granted.stdout + granted.stderr);
  t.is((await ctl(endpoint, ['put', 'k', 'v', '--lease', id!])).stdout, 'OK\n');
  t.regex((await ctl(endpoint, ['lease', 'keep-alive', '--once', id!])).stdout, /keepalived with TTL\(60\)/);
  t.regex(
    (await ctl(endpoint, ['lease', 'timetolive', '--keys', id!])).stdout,
    /granted with TTL\(60s\), remaining\((59|60)s\), attached keys\(\[k\]\)/,
  );
  t.regex((await ctl(endpoint, ['lease', 'list'])).stdout, new RegExp(id!));
  t.is((await ctl(endpoint, ['lease', 'revoke', id!])).stdout, `lease ${id} revoked\n`);
  t.is((await ctl(endpoint, ['get', 'k'])).stdout, '');
});

compare('a request above 1.5 MiB is refused in etcd’s words', async (t) => {
  const endpoint = await rollcall(t);
  const child = spawn('etcdctl', ['--endpoints', endpoint, 'put', 'big'], {
    env: { ...process.env, ETCDCTL_API: '3' },
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdin.end(Buffer.alloc(1_700_000, 'x'));
  const code = await new Promise((resolve) => child.once('close', resolve));
  t.not(code, 0);
  t.regex(stderr, /etcdserver: request is too large/);
});
