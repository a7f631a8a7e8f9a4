import test from 'ava';
import { type BootstrapValues, bootstrapConfig } from '../../../server/bootstrap/bootstrap-source.ts';
import { type PlanEnvironment, planBootstrap } from '../../../server/bootstrap/plan-bootstrap.ts';
import type { BootstrapPlan } from '../../../server/bootstrap/planned-members.ts';
import { encodeMembers } from '../../../server/bootstrap/remote-cluster.ts';
import { ModelService } from './model-service.ts';
import { v2OverModel } from './v2-over-model.ts';
import { noBootstrap, record, refusal, World } from './world.ts';

interface Start {
  readonly world?: World;
  readonly model?: ModelService;
  readonly name?: string;
  readonly advertise?: string;
}

function plan(values: Partial<BootstrapValues>, start: Start = {}): Promise<BootstrapPlan> {
  const {
    world = new World(),
    model = new ModelService(),
    name = 'infra1',
    advertise = 'http://10.0.0.1:2380',
  } = start;
  const local = { name, advertisePeerUrls: [advertise] };
  const environment: PlanEnvironment = {
    clock: world.clock,
    random: world.random,
    log: world.log,
    names: world.names,
    http: world.http,
    connect: () => ({ service: model.service, close: async () => {} }),
    httpThrough: () => v2OverModel(model, world.clock),
    srvSearchMs: 1_000,
  };
  return planBootstrap(bootstrapConfig({ ...noBootstrap, ...values }, local), local, environment);
}

const hex = (id: bigint): string => id.toString(16);
const shown = (result: BootstrapPlan): string =>
  result.kind === 'proxy'
    ? 'proxy'
    : `${result.kind} ${hex(result.memberId)} of ${hex(result.clusterId)}: ` +
      result.members.map(({ id, name, peerUrls }) => `${hex(id)}=${name}@${peerUrls.join('+')}`).join(' ');

test("a member alone has etcd's well-known ids", async (t) => {
  const result = await plan({}, { name: 'default', advertise: 'http://localhost:2380' });
  t.is(shown(result), 'found 8e9e05c52164694d of cdf818194e3a8c32: 8e9e05c52164694d=default@http://localhost:2380');
});

test('the founders of a static cluster compute the same list, in the order of its ids', async (t) => {
  const cluster = [
    'node1=http://172.16.1.193:2380',
    'node2=http://172.16.1.195:2380',
    'node3=http://172.16.1.198:2380',
  ];
  const members =
    '729a9a39e059871b=node2@http://172.16.1.195:2380 ce1ac55777b620f9=node1@http://172.16.1.193:2380 ' +
    'e62232af7400cdbe=node3@http://172.16.1.198:2380';
  const start = (n: number, address: string, order: readonly string[]): Promise<BootstrapPlan> =>
    plan(
      { initialCluster: order.join(','), initialClusterToken: 'zsf-etcd-cluster' },
      { name: `node${n}`, advertise: `http://${address}:2380` },
    );
  const one = shown(await start(1, '172.16.1.193', cluster));
  const three = shown(await start(3, '172.16.1.198', cluster.toReversed()));
  t.regex(one, /^found ce1ac55777b620f9 of /);
  t.regex(three, /^found e62232af7400cdbe of /);
  t.true(one.endsWith(members), one);
  t.is(one.split(' of ')[1], three.split(' of ')[1]);
});

test('two names for the same URLs are one member: refused', async (t) => {
  t.regex(
    await refusal(() => plan({ initialCluster: 'infra1=http://10.0.0.1:2380,infra2=http://10.0.0.1:2380' })),
    /^UsageError: initial cluster .* has duplicate url$/,
  );
});

test('a founder that its peers know as a member that has run is refused', async (t) => {
  const world = new World();
  const values = { initialCluster: 'infra1=http://10.0.0.1:2380,infra2=http://10.0.0.2:2380' };
  const first = await plan(values, { world });
  if (first.kind === 'proxy') throw new Error('no members');
  const running = first.members.map((member) => ({ ...member, clientUrls: ['http://h:2379'] }));
  world.web.set('GET http://10.0.0.2:2380/members', {
    headers: new Map([['x-etcd-cluster-id', hex(first.clusterId)]]),
    body: encodeMembers(running),
  });
  t.is(
    await refusal(() => plan(values, { world })),
    `StartError: member ${hex(first.memberId)} has already been bootstrapped`,
  );
});

test('founders that found each other by DNS put the same members to their logs, whatever they call each other', async (t) => {
  const world = new World();
  const records = [1, 2].map((n) => record(`n${n}.example.com`, 2380));
  world.srv.set('_etcd-server._tcp.example.com', records);
  for (const n of [1, 2]) world.hosts.set(`n${n}.example.com`, [`10.0.0.${n}`]);
  const values = { discoverySrv: 'example.com' };
  const plans = await Promise.all(
    [1, 2].map((n) =>
      world.clock.outcome(plan(values, { world, name: `infra${n}`, advertise: `http://10.0.0.${n}:2380` })),
    ),
  );
  const [one, two] = plans.map(shown);
  t.is(one!.split(' of ')[1], two!.split(' of ')[1]);
  t.not(one, two);
  t.regex(one!, / [0-9a-f]+=@http:\/\/n[12]\.example\.com:2380 [0-9a-f]+=@http:\/\/n[12]\.example\.com:2380$/);
});

for (const protocol of ['v2', 'v3'] as const) {
  const url = 'http://10.0.0.9:2379/v2/keys/discovery/abc';
  const values =
    protocol === 'v2' ? { discovery: url } : { discoveryToken: 'abc', discoveryEndpoints: ['http://10.0.0.9:2379'] };
  const sizeKey = protocol === 'v2' ? '/rollcall/v2/discovery/abc/_config/size' : '/_etcd/registry/abc/_config/size';

  test(`${protocol} discovery founds a cluster whose ids are computed with its token, and turns a latecomer away`, async (t) => {
    const [world, model] = [new World(), new ModelService()];
    await model.put(sizeKey, '2');
    const join = (n: number, rest: Partial<BootstrapValues> = {}): Promise<BootstrapPlan> =>
      world.clock.outcome(
        plan({ ...values, ...rest }, { world, model, name: `infra${n}`, advertise: `http://10.0.0.${n}:2380` }),
      );
    const [one, two] = await Promise.all([join(1), join(2)]);
    t.is(shown(one!).split(' of ')[1], shown(two!).split(' of ')[1]);
    t.regex(shown(one!), /=infra1@http:\/\/10\.0\.0\.1:2380/);
    // The ids in the registry are those that the plan has.
    const ids = Object.keys(model.values).map((key) => key.slice(key.lastIndexOf('/') + 1));
    if (one!.kind !== 'found') throw new Error('not founded');
    for (const { id } of one!.members) t.true(ids.includes(hex(id)));
    const full =
      /^StartError: failed to join discovery cluster \(discovery: cluster is full\): its members are infra1=/;
    t.regex(await refusal(() => join(3, { discoveryFallback: 'exit' })), full);
    if (protocol === 'v3') t.regex(await refusal(() => join(3)), full);
    else
      t.deepEqual(await join(3), {
        kind: 'proxy',
        members: new Map([1, 2].map((n) => [`infra${n}`, [`http://10.0.0.${n}:2380`]])),
      });
  });

  test(`${protocol} discovery does not let a member that has lost its data found the cluster again`, async (t) => {
    const [world, model] = [new World(), new ModelService()];
    await model.put(sizeKey, '2');
    const join = (n: number): Promise<BootstrapPlan> =>
      world.clock.outcome(plan(values, { world, model, name: `infra${n}`, advertise: `http://10.0.0.${n}:2380` }));
    const [one] = await Promise.all([join(1), join(2)]);
    if (one!.kind !== 'found') throw new Error('not founded');
    const running = one!.members.map((member) => ({ ...member, clientUrls: ['http://h:2379'] }));
    world.web.set('GET http://10.0.0.2:2380/members', {
      headers: new Map([['x-etcd-cluster-id', hex(one!.clusterId)]]),
      body: encodeMembers(running),
    });
    t.is(await refusal(() => join(1)), `StartError: member ${hex(one!.memberId)} has already been bootstrapped`);
  });
}
