// Many small lives of a proxy under one seed each: writes, cut connections, outages, half-open streams, slow clients, in
// any order. Then the faults stop, and every client must have had every event of its range exactly once, in order,
// whatever it watched through: bare relay, watcher, mirror.

import test from 'ava';
import { apiError } from '../../common/api/errors.ts';
import {
  type Event,
  EventEventType,
  WatchCreateRequest,
  WatchRequest,
  type WatchResponse,
} from '../../common/api/generated/messages.ts';
import { createMirror } from '../../common/client/mirror.ts';
import { createWatcher } from '../../common/client/watcher.ts';
import { silentLogger } from '../../common/log.ts';
import { type Random, seededRandom } from '../../common/runtime/random.ts';
import { createProxyMetrics } from '../../proxy/proxy-metrics.ts';
import { createProxyService } from '../../proxy/proxy-service.ts';
import { describeEvent, FakeEtcd } from '../common/client/fake-etcd.ts';
import { SimulatedClock } from '../common/client/simulated-clock.ts';
import { ClientStream } from './client-stream.ts';

const seeds = 60;
const steps = 120;
const keys = ['a1', 'a2', 'a3', 'b1'];

/** Everything that one simulated life consists of. */
interface World {
  readonly clock: SimulatedClock;
  readonly etcd: FakeEtcd;
  readonly random: Random;
}

function write({ etcd, random }: World): void {
  const key = () => keys[random.below(keys.length)]!;
  const roll = random.below(4);
  if (roll === 0) etcd.delete(key());
  else if (roll === 1) etcd.putAll([...new Set([key(), key(), key()])].map((name) => [name, `v${etcd.revision}`]));
  else etcd.put(key(), `v${etcd.revision}`);
}

async function step(world: World, slow: ClientStream<WatchRequest, WatchResponse>): Promise<void> {
  const { clock, etcd, random } = world;
  const roll = random.below(20);
  if (roll < 10) write(world);
  else if (roll === 10) etcd.cut();
  else if (roll === 11) etcd.cut(apiError('noLeader'));
  else if (roll === 12) etcd.answersUntilCut = 1 + random.below(4);
  else if (roll === 13) etcd.notifyProgress();
  else if (roll === 14) etcd.fragmentEvents = 1 + random.below(3);
  else if (roll === 15) slow.slowDown();
  else if (roll === 16) slow.catchUp();
  else if (roll === 17) {
    etcd.down = apiError('stopped');
    etcd.cut();
    for (let writes = random.below(4); writes > 0; writes--) write(world);
    await clock.advance(random.below(3_000));
    etcd.down = undefined;
  } else await clock.advance(random.below(500));
}

function inA({ kv }: Event): boolean {
  return kv!.key.toString().startsWith('a');
}

/** Key to value, as the events of the range leave it. */
function stateOf(events: readonly Event[]): Map<string, string> {
  const state = new Map<string, string>();
  for (const { type, kv } of events) {
    if (type === EventEventType.PUT) state.set(kv!.key.toString(), kv!.value.toString());
    else state.delete(kv!.key.toString());
  }
  return state;
}

for (const fragment of [false, true]) {
  test(`under random faults every event arrives exactly once ${fragment ? 'in fragments' : 'in whole answers'}`, async (t) => {
    for (let seed = 1; seed <= seeds; seed++) {
      const clock = new SimulatedClock();
      const etcd = new FakeEtcd(clock);
      const world = { clock, etcd, random: seededRandom(seed) };
      const common = { clock, random: seededRandom(seed + 1_000), log: silentLogger };
      const metrics = createProxyMetrics(() => []);
      const service = createProxyService({ ...common, upstream: etcd.service, metrics });

      const bare = new ClientStream<WatchRequest, WatchResponse>((call, out) => service.watch(call, out));
      const range = { key: Buffer.from('a'), rangeEnd: Buffer.from('b') };
      bare.send(WatchRequest.create({ createRequest: WatchCreateRequest.create({ ...range, fragment }) }));
      const watched: string[] = [];
      const never = (error: unknown) => t.fail(`seed ${seed}: ${error}`);
      const watcher = createWatcher(service, {
        ...common,
        ...range,
        onEvents: (events) => watched.push(...events.map(describeEvent)),
        onCompacted: never,
        onRefused: never,
      });
      let mirrored = new Map<string, string>();
      const mirror = createMirror(service, {
        ...common,
        prefix: 'a',
        onSnapshot: (kvs) => {
          mirrored = new Map(kvs.map(({ key, value }) => [key.toString(), value.toString()]));
        },
        onChange: (events) => {
          for (const { type, kv } of events) {
            if (type === EventEventType.PUT) mirrored.set(kv!.key.toString(), kv!.value.toString());
            else mirrored.delete(kv!.key.toString());
          }
        },
      });
      await clock.settle();

      for (let count = 0; count < steps; count++) await step(world, bare);
      bare.catchUp();
      etcd.answersUntilCut = Number.POSITIVE_INFINITY;
      await clock.advance(30_000);

      const expected = etcd.history.filter(inA).map(describeEvent);
      t.deepEqual(
        bare.received.flatMap(({ events }) => events.map(describeEvent)),
        expected,
        `seed ${seed}, relay`,
      );
      t.deepEqual(watched, expected, `seed ${seed}, watcher`);
      t.deepEqual([...mirrored].toSorted(), [...stateOf(etcd.history.filter(inA))].toSorted(), `seed ${seed}, mirror`);
      t.is(bare.received.filter(({ created }) => created).length, 1, `seed ${seed}, created`);
      watcher.close();
      mirror.close();
      bare.leave();
      t.is(clock.pendingTimers, 0, `seed ${seed}, timers`);
    }
  });
}
