// The agent as its users run it: a process of its own against Debian's etcd, with real services behind its checks.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import anyTest, { type ExecutionContext } from 'ava';
import { RollcallProcess } from './child-rollcall.ts';
import { EtcdProcess, etcdMissing } from './etcd-process.ts';
import { eventually } from './eventually.ts';

const test = etcdMissing === undefined ? anyTest.serial : anyTest.serial.skip;
if (etcdMissing !== undefined) console.log(`agent.integration: skipped: ${etcdMissing}`);

const LEASE_TTL_MS = 2000;

async function temporaryDirectory(t: ExecutionContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'rollcall-agent-'));
  t.teardown(() => rm(path, { recursive: true, force: true }));
  return path;
}

interface Backend {
  readonly port: number;
  kill(): void;
}

async function backend(t: ExecutionContext, port = 0): Promise<Backend> {
  const server: Server = createServer((request, response) => {
    response.writeHead(request.url === '/healthz' ? 200 : 404).end();
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const kill = (): void => {
    server.closeAllConnections();
    server.close();
  };
  t.teardown(kill);
  return { port: (server.address() as AddressInfo).port, kill };
}

function definition(id: string, port: number): string {
  const check = { http: '/healthz', interval: '200ms', timeout: '1s' };
  return JSON.stringify({ service: 'web', id, address: '127.0.0.1', port, checks: [check] });
}

function startAgent(t: ExecutionContext, etcd: EtcdProcess, args: readonly string[]): RollcallProcess {
  const fixed = ['--node', 'host-a', '--advertise', '10.0.0.9', '--lease-ttl', `${LEASE_TTL_MS / 1000}s`];
  return new RollcallProcess(t, [
    ...['agent', '--endpoints', etcd.endpoint, '--http-addr', '127.0.0.1:0'],
    ...fixed,
    ...args,
  ]);
}

function holds(etcd: EtcdProcess, expected: readonly string[], deadlineMs?: number): Promise<true> {
  const wanted = JSON.stringify(expected);
  return eventually(
    `etcd to hold ${wanted}`,
    async () => JSON.stringify(await etcd.instances()) === wanted || undefined,
    deadlineMs,
  );
}

test('a service from a file is registered, follows its check, and goes at once on SIGTERM', async (t) => {
  const etcd = await EtcdProcess.start(t);
  const configDir = await temporaryDirectory(t);
  const web = await backend(t);
  await writeFile(join(configDir, 'web.json'), definition('web-1', web.port));
  await writeFile(join(configDir, 'broken.yaml'), 'service: web\nport: none\n');
  const agent = startAgent(t, etcd, ['--config-dir', configDir]);
  await agent.ready();
  await holds(etcd, ['web/web-1 passing']);
  t.regex(agent.stderr, /broken\.yaml:2: port: expected a whole number from 1 to 65535, got \\"none\\"/);
  t.deepEqual(JSON.parse((await etcd.keys('/rollcall/nodes/'))['/rollcall/nodes/host-a']!), {
    ...{ name: 'host-a', address: '10.0.0.9', meta: {} },
  });
  web.kill();
  await holds(etcd, ['web/web-1 critical']);
  await backend(t, web.port);
  await holds(etcd, ['web/web-1 passing']);
  agent.kill('SIGTERM');
  t.deepEqual(await agent.exited, { code: 0, signal: null });
  t.deepEqual(await etcd.keys('/rollcall/'), {});
});

test('files that are added, changed and removed are followed, also on SIGHUP', async (t) => {
  const etcd = await EtcdProcess.start(t);
  const configDir = await temporaryDirectory(t);
  const agent = startAgent(t, etcd, ['--config-dir', configDir]);
  const http = await agent.ready();
  await writeFile(join(configDir, 'a.yaml'), 'service: a\nport: 1\n');
  await holds(etcd, ['a/host-a-a-1 passing']);
  await writeFile(join(configDir, 'b.yaml'), 'services: [{ service: b, id: b-1, port: 2 }]');
  agent.kill('SIGHUP');
  await holds(etcd, ['a/host-a-a-1 passing', 'b/b-1 passing']);
  await writeFile(join(configDir, 'a.yaml'), 'service: a\nport: x\n');
  await eventually('the error to be logged', () =>
    agent.stderr.includes('keeping 1 service(s) of its last good version'),
  );
  t.is((await fetch(`${http}/v1/agent/reload`, { method: 'PUT' })).status, 200);
  await rm(join(configDir, 'b.yaml'));
  await holds(etcd, ['a/host-a-a-1 passing']);
  await rm(join(configDir, 'a.yaml'));
  await holds(etcd, []);
});

test('a killed agent is forgotten within its TTL and two seconds; started again, it is back with its API registrations', async (t) => {
  const etcd = await EtcdProcess.start(t);
  const [configDir, dataDir] = [await temporaryDirectory(t), await temporaryDirectory(t)];
  await writeFile(join(configDir, 'a.yaml'), 'service: a\nid: a-1\nport: 1\n');
  const args = ['--config-dir', configDir, '--data-dir', dataDir];
  const first = startAgent(t, etcd, args);
  const http = await first.ready();
  const body = JSON.stringify({ Name: 'api', ID: 'api-1', Port: 9000, Tags: ['v1'], Meta: { a: 'b' } });
  t.is((await fetch(`${http}/v1/agent/service/register`, { method: 'PUT', body })).status, 200);
  await holds(etcd, ['a/a-1 passing', 'api/api-1 passing']);
  first.kill('SIGKILL');
  await first.exited;
  t.is((await etcd.instances()).length, 2, 'a crash takes nothing back by itself');
  await holds(etcd, [], LEASE_TTL_MS + 2000);
  const second = startAgent(t, etcd, args);
  await second.ready();
  await holds(etcd, ['a/a-1 passing', 'api/api-1 passing']);
});

test('an agent that is started again takes its records over without a critical moment', async (t) => {
  const etcd = await EtcdProcess.start(t);
  const [configDir, dataDir] = [await temporaryDirectory(t), await temporaryDirectory(t)];
  const web = await backend(t);
  await writeFile(join(configDir, 'web.json'), definition('web-1', web.port));
  const args = ['--config-dir', configDir, '--data-dir', dataDir, '--lease-ttl', '60s'];
  const first = startAgent(t, etcd, args);
  await first.ready();
  await holds(etcd, ['web/web-1 passing']);
  first.kill('SIGKILL');
  await first.exited;
  const before = await etcd.revision();
  const second = startAgent(t, etcd, args);
  await eventually('the second agent to register', () =>
    second.stderr.includes('registered key=/rollcall/services/web/web-1'),
  );
  const after = await etcd.revision();
  t.true(after > before);
  for (let revision = before; revision <= after; revision++) {
    t.deepEqual(await etcd.instances(revision), ['web/web-1 passing'], `revision ${revision}`);
  }
});

test('an agent that is restarted within its TTL leaves no gap, and no ghost of what was removed meanwhile', async (t) => {
  const etcd = await EtcdProcess.start(t);
  const [configDir, dataDir] = [await temporaryDirectory(t), await temporaryDirectory(t)];
  await writeFile(join(configDir, 'a.yaml'), 'service: a\nid: a-1\nport: 1\n');
  await writeFile(join(configDir, 'b.yaml'), 'service: b\nid: b-1\nport: 1\n');
  const args = ['--config-dir', configDir, '--data-dir', dataDir, '--lease-ttl', '60s'];
  const first = startAgent(t, etcd, args);
  await first.ready();
  await holds(etcd, ['a/a-1 passing', 'b/b-1 passing']);
  first.kill('SIGKILL');
  await first.exited;
  await rm(join(configDir, 'b.yaml'));
  startAgent(t, etcd, args);
  await holds(etcd, ['a/a-1 passing']);
  t.pass('60 s before the lease of the killed agent would have run out');
});

test('a cluster that comes back empty is filled again', async (t) => {
  const etcd = await EtcdProcess.start(t);
  const configDir = await temporaryDirectory(t);
  await writeFile(join(configDir, 'a.yaml'), 'service: a\nid: a-1\nport: 1\n');
  const agent = startAgent(t, etcd, ['--config-dir', configDir]);
  await agent.ready();
  await holds(etcd, ['a/a-1 passing']);
  await etcd.kill();
  await etcd.wipe();
  await etcd.run();
  await holds(etcd, ['a/a-1 passing']);
  t.true('/rollcall/nodes/host-a' in (await etcd.keys('/rollcall/')));
});

test('an agent that starts before its cluster is ready, says that it is not registered, and registers later', async (t) => {
  const etcd = await EtcdProcess.start(t);
  await etcd.kill();
  const configDir = await temporaryDirectory(t);
  await writeFile(join(configDir, 'a.yaml'), 'service: a\nid: a-1\nport: 1\n');
  const agent = startAgent(t, etcd, ['--config-dir', configDir]);
  const http = await agent.ready();
  const before = await fetch(`${http}/health`);
  t.deepEqual(
    [before.status, await before.json()],
    [...[503, { health: 'false', reason: 'no lease: the cluster is not reachable' }]],
  );
  t.is((await fetch(`${http}/livez`)).status, 200);
  await etcd.run();
  await holds(etcd, ['a/a-1 passing'], 15_000);
  await eventually('health', async () => (await fetch(`${http}/readyz`)).status === 200);
});

test('settings that cannot work end with one line that names them', async (t) => {
  const etcd = await EtcdProcess.start(t);
  const taken = await backend(t);
  const cases: readonly (readonly [args: readonly string[], code: number, line: RegExp])[] = [
    [['--config-dir', '/nowhere'], 2, /^rollcall agent: --config-dir \/nowhere: there is no such directory/],
    [['--node', 'not a name'], 2, /^rollcall agent: --node: name "not a name" cannot be a DNS label/],
    [
      ['--advertise', '0.0.0.0'],
      2,
      /^rollcall agent: --advertise: 0\.0\.0\.0 is no address that others can connect to/,
    ],
    [['--advertise', '1.2.3'], 2, /^rollcall agent: --advertise: "1\.2\.3" is neither an IP address nor a host name/],
    [['--lease-ttl', '1s'], 2, /^rollcall agent: --lease-ttl: "1s" is not valid: expected a duration from 2s to 24h/],
    [['--data-dir', '/proc/rollcall'], 1, /^rollcall agent: --data-dir \/proc\/rollcall: cannot be used: ENOENT: /],
    [
      ['--http-addr', `127.0.0.1:${taken.port}`],
      1,
      new RegExp(
        `^rollcall agent: --http-addr 127\\.0\\.0\\.1:${taken.port}: the address is in use by another process`,
      ),
    ],
  ];
  for (const [args, code, line] of cases) {
    const agent = startAgent(t, etcd, args);
    t.deepEqual(await agent.exited, { code, signal: null }, args.join(' '));
    t.regex(agent.stderr, line);
    t.is(agent.stderr.trimEnd().split('\n').length, 1, agent.stderr);
  }
});
