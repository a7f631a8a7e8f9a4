// Discovery with Debian's etcd on the other side: as the cluster that serves it to us, in both protocols, and as the
// members that found a cluster through ours.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Service } from '../../../common/api/generated/service.ts';
import { createClient } from '../../../common/client/cluster-client.ts';
import { serveService } from '../../../common/gateway/serve-service.ts';
import { silentLogger } from '../../../common/log.ts';
import { realClock } from '../../../common/runtime/real-clock.ts';
import { systemRandom } from '../../../common/runtime/system-random.ts';
import { bootstrapConfig } from '../../../server/bootstrap/bootstrap-source.ts';
import { nodeHttp } from '../../../server/bootstrap/node-http.ts';
import { systemNames } from '../../../server/bootstrap/node-names.ts';
import { planBootstrap } from '../../../server/bootstrap/plan-bootstrap.ts';
import type { BootstrapPlan } from '../../../server/bootstrap/planned-members.ts';
import { addV2KeysRoutes } from '../../../server/bootstrap/v2-keys/v2-keys-routes.ts';
import { etcdctl, freePort, hasEtcd, waitUntil } from '../../common/client/debian-etcd.ts';
import { ModelService } from './model-service.ts';
import { refusal } from './world.ts';

interface Etcd {
  readonly endpoint: string;
  readonly peerUrl: string;
  readonly child: ChildProcess;
  /** What it wrote so far. */
  output(): string;
}

/** An etcd with a data directory of its own; both are gone at the end of the test. */
async function startEtcd(t: ExecutionContext, name: string, args: readonly string[]): Promise<Etcd> {
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-discovery-'));
  const [endpoint, peerUrl] = [`http://127.0.0.1:${await freePort()}`, `http://127.0.0.1:${await freePort()}`];
  const listen = ['--listen-client-urls', endpoint, '--advertise-client-urls', endpoint];
  const peers = ['--listen-peer-urls', peerUrl, '--initial-advertise-peer-urls', peerUrl];
  const cluster = args.includes('--discovery') ? [] : ['--initial-cluster', `${name}=${peerUrl}`];
  const own = ['--name', name, '--data-dir', join(directory, 'data'), ...listen, ...peers, ...cluster];
  const child = spawn('etcd', [...own, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on('data', (text: Buffer) => {
      output = `${output}${text}`.slice(-20_000);
    });
  }
  t.teardown(async () => {
    child.kill('SIGKILL');
    await exited;
    await rm(directory, { recursive: true, force: true });
  });
  return { endpoint, peerUrl, child, output: () => output };
}

/** A cluster of one, with the v2 API switched on. */
function startAlone(t: ExecutionContext): Promise<Etcd> {
  return startEtcd(t, 'default', ['--enable-v2=true']);
}

function clientOf(t: ExecutionContext, endpoint: string): Service {
  const client = createClient({ endpoints: endpoint, clock: realClock, random: systemRandom, log: silentLogger });
  t.teardown(() => client.close());
  return client;
}

function plan(flags: Partial<Parameters<typeof bootstrapConfig>[0]>, n: number): Promise<BootstrapPlan> {
  const local = { name: `infra${n}`, advertisePeerUrls: [`http://10.0.0.${n}:2380`] };
  const config = bootstrapConfig(
    {
      ...{ initialCluster: '', initialClusterToken: 'etcd-cluster', initialClusterState: 'new' },
      ...{ discovery: '', discoveryProxy: '', discoveryFallback: 'exit', discoverySrv: '', discoverySrvName: '' },
      ...{ discoveryToken: '', discoveryEndpoints: [] },
      ...flags,
    },
    local,
  );
  return planBootstrap(config, local, {
    ...{ clock: realClock, random: systemRandom, log: silentLogger, names: systemNames() },
    // Nobody is at these members' addresses.
    http: () => Promise.reject(new Error('unreachable')),
    httpThrough: (proxy) => nodeHttp({ clock: realClock, proxy }),
    connect: (endpoints) => {
      const client = createClient({ endpoints, clock: realClock, random: systemRandom, log: silentLogger });
      return { service: client, close: () => client.close() };
    },
  });
}

async function threeJoinAndTheFourthIsTurnedAway(
  t: ExecutionContext,
  join: (n: number) => Promise<BootstrapPlan>,
): Promise<void> {
  const plans = await Promise.all([1, 2, 3].map(join));
  const lists = plans.map((each) => (each.kind === 'found' ? each.members : []));
  t.deepEqual(lists[0]!.map(({ name }) => name).sort(), ['infra1', 'infra2', 'infra3']);
  t.deepEqual(lists[1], lists[0]);
  t.deepEqual(lists[2], lists[0]);
  t.regex(await refusal(() => join(4)), /failed to join discovery cluster \(discovery: cluster is full\)/);
}

test('three members find each other by the v3 protocol through a real etcd, the fourth is told that it is full', async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await startAlone(t);
  await waitUntil(
    'etcd answers',
    async () => (await etcdctl(etcd.endpoint, 'put', '/_etcd/registry/abc/_config/size', '3')).code === 0,
  );
  await threeJoinAndTheFourthIsTurnedAway(t, (n) =>
    plan({ discoveryToken: 'abc', discoveryEndpoints: [etcd.endpoint] }, n),
  );
  const { stdout } = await etcdctl(
    etcd.endpoint,
    'get',
    '--prefix',
    '/_etcd/registry/abc/members/',
    '--print-value-only',
  );
  t.deepEqual(
    stdout.trim().split('\n').sort(),
    [1, 2, 3].map((n) => `infra${n}=http://10.0.0.${n}:2380`),
  );
});

test('three members find each other by the v2 protocol through a real etcd, the fourth is told that it is full', async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await startAlone(t);
  const url = `${etcd.endpoint}/v2/keys/discovery/abc`;
  await waitUntil('etcd answers', () => putSize(url));
  await threeJoinAndTheFourthIsTurnedAway(t, (n) => plan({ discovery: url }, n));
});

async function putSize(url: string, size = 3): Promise<boolean> {
  const body = new URLSearchParams({ value: String(size) });
  const response = await fetch(`${url}/_config/size`, { method: 'PUT', body }).catch(() => undefined);
  return response?.status === 201;
}

for (const [title, serviceFor] of [
  ['a store in memory', async () => new ModelService().service],
  [
    'a real etcd behind our client',
    async (t: ExecutionContext) => {
      const etcd = await startAlone(t);
      await waitUntil('etcd answers', async () => (await etcdctl(etcd.endpoint, 'get', 'x')).code === 0);
      return clientOf(t, etcd.endpoint);
    },
  ],
] as const) {
  test(`three real etcds found a cluster by --discovery through our v2 keys over ${title}; the fourth leaves`, async (t) => {
    if (!(await hasEtcd(t))) return;
    const service = await serviceFor(t);
    const served = await serveService({
      service,
      listen: [{ host: '127.0.0.1', port: 0 }],
      option: '--listen-client-urls',
      clock: realClock,
      log: silentLogger,
      health: { alarms: () => [], hasLeader: () => true, isLearner: () => false, read: () => {} },
      versions: () => ({ etcdserver: '3.6.0', etcdcluster: '3.6.0', storage: '3.6.0', rollcall: '0.0.0' }),
      metrics: () => '',
      routes: (router) => addV2KeysRoutes(router, { service, clock: realClock, log: silentLogger }),
    });
    t.teardown(() => served.close(0));
    const url = `http://127.0.0.1:${served.addresses[0]!.port}/v2/keys/discovery/${title.replaceAll(' ', '-')}`;
    t.true(await putSize(url));
    const discovery = ['--discovery', url, '--discovery-fallback', 'exit'];
    const etcds = await Promise.all([1, 2, 3].map((n) => startEtcd(t, `infra${n}`, discovery)));
    await waitUntil(
      'three members are started',
      async () => {
        const ended = etcds.find(({ child }) => child.exitCode !== null);
        if (ended !== undefined) throw new Error(`etcd ended: ${ended.output()}`);
        const { stdout } = await etcdctl(etcds[0]!.endpoint, 'member', 'list');
        return (stdout.match(/, started, infra\d, /g) ?? []).length === 3;
      },
      30_000,
    );
    const { code } = await etcdctl(etcds[2]!.endpoint, 'put', 'it', 'works');
    t.is(code, 0);
    const fourth = await startEtcd(t, 'infra4', discovery);
    await waitUntil('the fourth etcd has left', () => fourth.child.exitCode !== null, 20_000);
    t.regex(fourth.output(), /discovery: cluster is full/);
    t.not(fourth.child.exitCode, 0);
  });
}
