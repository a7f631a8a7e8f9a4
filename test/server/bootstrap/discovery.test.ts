// Both discovery protocols over the model of a store, on simulated time.

import test, { type ExecutionContext } from 'ava';
import { apiError } from '../../../common/api/errors.ts';
import { RangeRequest } from '../../../common/api/generated/messages.ts';
import { outgoingCall } from '../../../common/client/outgoing-call.ts';
import type { DiscoveryOutcome } from '../../../server/bootstrap/registered-members.ts';
import { formatUrlsMap, parseUrlsMap } from '../../../server/bootstrap/urls-map.ts';
import { discoverByV2 } from '../../../server/bootstrap/v2-discovery.ts';
import { discoverByV3 } from '../../../server/bootstrap/v3-discovery.ts';
import { ModelService } from './model-service.ts';
import { v2OverModel } from './v2-over-model.ts';
import { refusal, World } from './world.ts';

interface Protocol {
  readonly name: string;
  readonly sizeKey: string;
  readonly membersPrefix: string;
  join(world: World, model: ModelService, id: string, self: string): Promise<DiscoveryOutcome>;
}

const protocols: readonly Protocol[] = [
  {
    name: 'v3',
    sizeKey: '/_etcd/registry/abc/_config/size',
    membersPrefix: '/_etcd/registry/abc/members/',
    join: (world, { service }, id, self) =>
      discoverByV3({ service, endpoints: 'the model', token: 'abc' }, { id, self: parseUrlsMap(self, 'test') }, world),
  },
  {
    name: 'v2',
    sizeKey: '/rollcall/v2/discovery/abc/_config/size',
    membersPrefix: '/rollcall/v2/discovery/abc/',
    join: (world, model, id, self) =>
      discoverByV2(
        { url: 'http://model/v2/keys/discovery/abc/', http: v2OverModel(model, world.clock) },
        { id, self: parseUrlsMap(self, 'test') },
        world,
      ),
  },
];

const self = (n: number): string => `infra${n}=http://10.0.0.${n}:2380`;
const text = ({ kind, members }: DiscoveryOutcome): string => `${kind}: ${formatUrlsMap(members)}`;

for (const protocol of protocols) {
  const { name, sizeKey, membersPrefix } = protocol;
  const join = (world: World, model: ModelService, n: number, value = self(n)): Promise<DiscoveryOutcome> =>
    protocol.join(world, model, `${n}${n}`, value);
  const setup = async (size = '3'): Promise<{ world: World; model: ModelService }> => {
    const [world, model] = [new World(), new ModelService()];
    await model.put(sizeKey, size);
    return { world, model };
  };

  test(`${name}: members wait until all are there, and come out with the same list`, async (t) => {
    const { world, model } = await setup();
    const three = [3, 1].map((n) => join(world, model, n));
    await world.clock.runFor(120_000);
    t.deepEqual(world.logged('found all members'), []);
    three.push(join(world, model, 2));
    const outcomes = await world.clock.outcome(Promise.all(three));
    t.deepEqual(new Set(outcomes.map(text)), new Set([`joined: ${self(1)},${self(2)},${self(3)}`]));
    t.is(model.values[`${membersPrefix}11`], self(1));
    await world.clock.settle();
    t.is(model.watches, 0);
    t.is(world.clock.pendingTimers, 0);
  });

  test(`${name}: one more than the cluster takes is told so with its members, and leaves no trace`, async (t) => {
    const { world, model } = await setup('2');
    await world.clock.outcome(Promise.all([join(world, model, 1), join(world, model, 2)]));
    const before = model.values;
    t.is(text(await world.clock.outcome(join(world, model, 3))), `full: ${self(1)},${self(2)}`);
    t.deepEqual(model.values, before);
  });

  test(`${name}: of members that register at once, the first by revision are the cluster`, async (t) => {
    const { world, model } = await setup('2');
    const outcomes = await world.clock.outcome(Promise.all([4, 3, 2, 1].map((n) => join(world, model, n))));
    t.deepEqual(outcomes.map(({ kind }) => kind).sort(), ['full', 'full', 'joined', 'joined']);
    t.is(new Set(outcomes.map(({ members }) => formatUrlsMap(members))).size, 1);
  });

  test(`${name}: a member that was stopped while it waited goes on when it comes back`, async (t) => {
    const { world, model } = await setup('2');
    void join(world, model, 1).catch(() => {});
    await world.clock.settle();
    const again = join(world, model, 1);
    const outcomes = await world.clock.outcome(Promise.all([again, join(world, model, 2)]));
    t.deepEqual(outcomes.map(text), Array(2).fill(`joined: ${self(1)},${self(2)}`));
  });

  test(`${name}: an id that is taken by another member is refused with both`, async (t) => {
    const { world, model } = await setup();
    await model.put(`${membersPrefix}11`, 'other=http://10.0.0.1:2380');
    t.regex(
      await refusal(() => world.clock.outcome(join(world, model, 1))),
      /^StartError: failed to join discovery cluster \(discovery: found duplicate id\): .*11 is "other=http:\/\/10\.0\.0\.1:2380", this member is "infra1=/,
    );
  });

  test(`${name}: two members of one name are refused`, async (t) => {
    const { world, model } = await setup('2');
    await model.put(`${membersPrefix}99`, 'infra1=http://10.0.0.9:2380');
    t.regex(await refusal(() => world.clock.outcome(join(world, model, 1))), /discovery: found duplicate name/);
  });

  test(`${name}: two members of one URL are refused`, async (t) => {
    const { world, model } = await setup('2');
    await model.put(`${membersPrefix}99`, 'infra9=http://10.0.0.1:2380');
    t.regex(
      await refusal(() => world.clock.outcome(join(world, model, 1))),
      /^StartError: discovery cluster .* has duplicate url$/,
    );
  });

  test(`${name}: a registration that is no URL is refused`, async (t) => {
    const { world, model } = await setup('2');
    await model.put(`${membersPrefix}99`, 'infra9=nonsense');
    t.regex(
      await refusal(() => world.clock.outcome(join(world, model, 1))),
      /discovery: invalid peer URL\): .*infra9=nonsense/,
    );
  });

  test(`${name}: a missing size and a bad one are refused by their key`, async (t) => {
    t.regex(
      await refusal(() => new World().clock.outcome(join(new World(), new ModelService(), 1))),
      /discovery: size key not found\): the cluster doesn't have a size configuration value; put the number of members to .*_config\/size/,
    );
    for (const size of ['0', '-1', 'three', '', '2.5', '1001']) {
      const { world, model } = await setup(size);
      t.regex(
        await refusal(() => world.clock.outcome(join(world, model, 1))),
        /discovery: size key is bad\): .*_config\/size is "/,
      );
    }
  });

  test(`${name}: a service that is away is asked again with growing pauses`, async (t) => {
    const { world, model } = await setup('1');
    model.down = new Error('connection refused');
    world.clock.after(20_000, () => {
      model.down = undefined;
    });
    t.is(text(await world.clock.outcome(join(world, model, 1))), `joined: ${self(1)}`);
    const waits = world.logged('does not answer').map((line) => Number(/"waitMs":(\d+)/.exec(line)![1]));
    t.true(waits.length >= 3 && waits.length <= 8, String(waits));
  });

  test(`${name}: a service that stays away ends the start after ten minutes`, async (t) => {
    const { world, model } = await setup();
    model.down = new Error('connection refused');
    const startMs = world.clock.monotonicMs();
    t.regex(
      await refusal(() => world.clock.outcome(join(world, model, 1), 700_000)),
      /^StartError: failed to join discovery cluster \(discovery: too many retries\): reading the size at /,
    );
    t.true(world.clock.monotonicMs() - startMs <= 600_000);
  });

  test(`${name}: an outage while waiting loses nothing`, async (t) => {
    const { world, model } = await setup('2');
    const first = join(world, model, 1);
    await world.clock.runFor(1_000);
    model.stop();
    model.down = new Error('connection refused');
    await world.clock.runFor(5_000);
    model.down = undefined;
    await model.put(`${membersPrefix}22`, self(2));
    t.is(text(await world.clock.outcome(first, 120_000)), `joined: ${self(1)},${self(2)}`);
  });
}

test('v3: history that is compacted away while waiting does no harm', async (t) => {
  const [world, model] = [new World(), new ModelService()];
  await model.put('/_etcd/registry/abc/_config/size', '2');
  const first = protocols[0]!.join(world, model, '11', self(1));
  await world.clock.runFor(1_000);
  model.stop();
  await model.put('/_etcd/registry/abc/members/22', self(2));
  for (let n = 0; n < 5; n++) await model.put('elsewhere', String(n));
  model.model.compact(model.model.revision);
  t.is(text(await world.clock.outcome(first)), `joined: ${self(1)},${self(2)}`);
});

test('v3: a service that refuses for good ends the start at once, also while it waits', async (t) => {
  const [world, model] = [new World(), new ModelService()];
  await model.put('/_etcd/registry/abc/_config/size', '2');
  const waiting = protocols[0]!.join(world, model, '11', self(1));
  await world.clock.runFor(1_000);
  model.stop();
  model.down = apiError('permissionDenied');
  const words = 'StartError: failed to join discovery cluster (etcdserver: permission denied)';
  t.is(await refusal(() => world.clock.outcome(waiting)), words);
  t.is(await refusal(() => world.clock.outcome(protocols[0]!.join(world, model, '22', self(2)))), words);
});

test('v2: what is no discovery service is refused', async (t: ExecutionContext) => {
  const world = new World();
  world.web.set('GET http://h:1/t/_config/size', { body: '<html>' });
  const start = (): Promise<DiscoveryOutcome> =>
    world.clock.outcome(
      discoverByV2({ url: 'http://h:1/t', http: world.http }, { id: '1', self: parseUrlsMap(self(1), 'test') }, world),
    );
  t.is(
    await refusal(start),
    'StartError: failed to join discovery cluster (discovery: bad discovery endpoint): no JSON: <html>',
  );
  world.web.set('GET http://h:1/t/_config/size', { status: 403, body: '{"errorCode":110,"message":"no"}' });
  t.regex(await refusal(start), /bad discovery endpoint\): answered 403: /);
});

test('the model keeps what the protocols register, for anyone to read', async (t) => {
  const [world, model] = [new World(), new ModelService()];
  await model.put('/_etcd/registry/abc/_config/size', '1');
  await world.clock.outcome(protocols[0]!.join(world, model, '11', 'b=http://h:2,b=http://h:1'));
  const { kvs } = await model.service.range(
    RangeRequest.create({ key: Buffer.from('/_etcd/registry/abc/members/11') }),
    outgoingCall(),
  );
  t.is(kvs[0]?.value.toString(), 'b=http://h:1,b=http://h:2');
});
