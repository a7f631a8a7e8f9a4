// `rollcall run` as its users run it: a process of its own around a real command, against Debian's etcd.

import { type AddressInfo, createServer } from 'node:net';
import anyTest, { type ExecutionContext } from 'ava';
import { RollcallProcess } from './child-rollcall.ts';
import { EtcdProcess, etcdMissing } from './etcd-process.ts';
import { eventually } from './eventually.ts';

const test = anyTest.serial;
const withEtcd = etcdMissing === undefined ? test : test.skip;
if (etcdMissing !== undefined) console.log(`run.integration: partly skipped: ${etcdMissing}`);

const NOWHERE = 'http://127.0.0.1:1';

/** A command that runs this script in node. */
function script(text: string): readonly string[] {
  return ['--', process.execPath, '-e', text];
}

function wrap(t: ExecutionContext, endpoint: string, args: readonly string[]): RollcallProcess {
  const identity = ['--service', 'web', '--address', '127.0.0.1', '--node', 'host-a', '--lease-ttl', '2s'];
  return new RollcallProcess(t, ['run', '--endpoints', endpoint, ...identity, ...args]);
}

function holds(etcd: EtcdProcess, expected: readonly string[], deadlineMs?: number): Promise<true> {
  const wanted = JSON.stringify(expected);
  return eventually(
    `etcd to hold ${wanted}`,
    async () => JSON.stringify(await etcd.instances()) === wanted || undefined,
    deadlineMs,
  );
}

withEtcd(
  'a process is registered while it runs, knows its registration, and takes it along when it ends',
  async (t) => {
    const etcd = await EtcdProcess.start(t);
    const wrapper = wrap(t, etcd.endpoint, [
      ...['--port', '8080', '--tag', 'v2', '--tag', 'blue', '--meta', 'version=1.4'],
      ...script(`
      const { PORT, ROLLCALL_SERVICE, ROLLCALL_INSTANCE_ID, ROLLCALL_ADDRESS } = process.env;
      console.log([PORT, ROLLCALL_SERVICE, ROLLCALL_INSTANCE_ID, ROLLCALL_ADDRESS].join(' '));
      process.on('SIGUSR2', () => process.exit(42));
      setInterval(() => {}, 1000);
    `),
    ]);
    await holds(etcd, ['web/host-a-web-8080 passing']);
    const [value] = Object.values(await etcd.keys('/rollcall/services/'));
    t.like(JSON.parse(value!), {
      ...{ service: 'web', id: 'host-a-web-8080', address: '127.0.0.1', port: 8080, node: 'host-a' },
      ...{ tags: ['v2', 'blue'], meta: { version: '1.4' } },
    });
    await eventually('the process to be up', () => wrapper.stdout.endsWith('\n'));
    wrapper.kill('SIGUSR2');
    t.deepEqual(await wrapper.exited, { code: 42, signal: null });
    t.deepEqual(await etcd.instances(), []);
    t.is(wrapper.stdout, '8080 web host-a-web-8080 127.0.0.1\n', 'stdout belongs to the command');
  },
);

withEtcd('SIGTERM: the answers disappear before the process gets the signal', async (t) => {
  const etcd = await EtcdProcess.start(t);
  const wrapper = wrap(t, etcd.endpoint, [
    ...['--port', '8080'],
    ...script(`
      const body = JSON.stringify({ key: btoa('/rollcall/services/'), range_end: btoa('/rollcall/services0') });
      const ask = async () => (await (await fetch('${etcd.endpoint}/v3/kv/range', { method: 'POST', body })).json()).count ?? '0';
      process.on('SIGTERM', async () => {
        console.log('instances at SIGTERM: ' + (await ask()));
        process.exit(7);
      });
      setInterval(() => {}, 1000);
      console.log('up');
    `),
  ]);
  await holds(etcd, ['web/host-a-web-8080 passing']);
  await eventually('the process to be up', () => wrapper.stdout === 'up\n');
  wrapper.kill('SIGTERM');
  t.deepEqual(await wrapper.exited, { code: 7, signal: null });
  t.is(wrapper.stdout, 'up\ninstances at SIGTERM: 0\n');
});

withEtcd(
  'with a check the instance passes only when the check does; other signals go to the process as they are',
  async (t) => {
    const etcd = await EtcdProcess.start(t);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const wrapper = wrap(t, etcd.endpoint, [
      ...['--port', String(port), '--id', 'w1', '--check', 'http:/healthz', '--interval', '200ms'],
      ...script(`
      let code = 200;
      process.on('SIGUSR1', () => {
        require('node:http').createServer((q, r) => r.writeHead(q.url === '/healthz' ? code : 404).end()).listen(process.env.PORT, '127.0.0.1');
      });
      process.on('SIGHUP', () => (code = 500));
      setInterval(() => {}, 1000);
      console.log('up');
    `),
    ]);
    await eventually('the process to be up', () => wrapper.stdout === 'up\n');
    await holds(etcd, ['web/w1 critical']);
    wrapper.kill('SIGUSR1');
    await holds(etcd, ['web/w1 passing']);
    wrapper.kill('SIGHUP');
    await holds(etcd, ['web/w1 critical']);
    wrapper.kill('SIGINT');
    t.deepEqual(await wrapper.exited, { code: 130, signal: null }, 'killed by a signal: 128 plus its number');
    t.deepEqual(await etcd.instances(), []);
  },
);

withEtcd('a killed wrapper leaves its registration to the lease', async (t) => {
  const etcd = await EtcdProcess.start(t);
  const wrapper = wrap(t, etcd.endpoint, [
    ...['--port', '8080'],
    ...script('console.log(process.pid); setTimeout(() => {}, 60000);'),
  ]);
  await holds(etcd, ['web/host-a-web-8080 passing']);
  const pid = Number(await eventually('the pid of the process', () => wrapper.stdout.trim() || undefined));
  t.teardown(() => process.kill(pid, 'SIGKILL'));
  wrapper.kill('SIGKILL');
  await holds(etcd, [], 4_000);
  t.notThrows(() => process.kill(pid, 0), 'the process itself goes on');
});

withEtcd('without a cluster the process runs all the same, and is registered when the cluster comes', async (t) => {
  const etcd = await EtcdProcess.start(t);
  await etcd.kill();
  const wrapper = wrap(t, etcd.endpoint, [
    '--port',
    '8080',
    ...script("console.log('up'); setInterval(() => {}, 1000);"),
  ]);
  await eventually('the process to be up', () => wrapper.stdout === 'up\n');
  await etcd.run();
  await holds(etcd, ['web/host-a-web-8080 passing'], 15_000);
  wrapper.kill('SIGTERM');
  t.deepEqual(await wrapper.exited, { code: 143, signal: null });
});

test('exit codes pass through although there is no cluster', async (t) => {
  const cases: readonly (readonly [command: readonly string[], code: number])[] = [
    [['true'], 0],
    [['sh', '-c', 'exit 3'], 3],
    [['sh', '-c', 'kill -9 $$'], 137],
  ];
  for (const [command, code] of cases) {
    const wrapper = wrap(t, NOWHERE, ['--port', '8080', '--', ...command]);
    t.deepEqual(await wrapper.exited, { code, signal: null }, command.join(' '));
  }
});

test('SIGTERM reaches the process although there is no cluster, and at once on the second time', async (t) => {
  const wrapper = wrap(t, NOWHERE, [
    ...['--port', '8080', '--drain', '1h'],
    ...script("process.on('SIGTERM', () => process.exit(9)); console.log('up'); setInterval(() => {}, 1000);"),
  ]);
  await eventually('the process to be up', () => wrapper.stdout === 'up\n');
  wrapper.kill('SIGTERM');
  await eventually('the wrapper to drain', () => wrapper.stderr.includes('deregistering before the process stops'));
  wrapper.kill('SIGTERM');
  t.deepEqual(await wrapper.exited, { code: 9, signal: null });
});

test('a command that cannot be started: 127 if it is not there, 126 if it cannot be run', async (t) => {
  const missing = wrap(t, NOWHERE, ['--port', '8080', '--', 'no-such-command']);
  t.deepEqual(await missing.exited, { code: 127, signal: null });
  t.regex(missing.stderr, /cannot start \\?"no-such-command\\?": not found/);
  const directory = wrap(t, NOWHERE, ['--port', '8080', '--', '/tmp']);
  t.deepEqual(await directory.exited, { code: 126, signal: null });
  t.regex(directory.stderr, /cannot start \\?"\/tmp\\?": not executable/);
});

test('wrong usage starts nothing and names the flag', async (t) => {
  const cases: readonly (readonly [args: readonly string[], line: RegExp])[] = [
    [['--port', '8080'], /nothing to run: expected -- CMD/],
    [['--', 'true'], /--port: is required/],
    [['--port', '8080', '--service', 'a b', '--', 'true'], /--service: "a b" cannot be a DNS label/],
    [
      ['--port', '8080', '--check', 'ping', '--', 'true'],
      /--check: expected http:\/PATH, an http URL, tcp or tcp:HOST:PORT, got "ping"/,
    ],
    [['--port', '8080', '--check', 'tcp:x', '--', 'true'], /--check: expected HOST:PORT/],
    [['--port', '8080', '--meta', 'x', '--', 'true'], /--meta: expected name=value, got "x"/],
  ];
  for (const [args, line] of cases) {
    const wrapper = wrap(t, NOWHERE, args);
    t.deepEqual(await wrapper.exited, { code: 2, signal: null }, args.join(' '));
    t.regex(wrapper.stderr, line);
  }
});
