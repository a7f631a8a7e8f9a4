// What a start refuses: everything in which log and store contradict each other. Whatever it refuses, it closes.

import test, { type ExecutionContext } from 'ava';
import { type Random, seededRandom } from '../../common/runtime/random.ts';
import { UsageError } from '../../common/runtime/role.ts';
import { CoreNode } from '../../server/core-node.ts';
import { type Bootstrap, type DurableState, openDurableState } from '../../server/durable-state.ts';
import { encodeIdentity } from '../../server/log-identity.ts';
import { encodeSafeU64 } from '../../server/storage/keys.ts';
import { MemoryStore } from '../../server/storage/memory-store.ts';
import { appliedIndexKey, appliedTermKey } from '../../server/storage/row-store.ts';
import { createLog } from '../../server/storage/wal/open-log.ts';
import { GatedStore } from '../harness/gated-store.ts';
import { SimulatedClock } from '../harness/simulated-clock.ts';
import { LogLines, TestNode, testBootstrap, testSettings } from '../harness/test-node.ts';
import { SimulatedLogDisk } from './storage/wal/simulated-log-disk.ts';

/** Keeps everything: a store that is closed cleanly. */
const keepAll: Random = { ...seededRandom(1), below: (bound) => bound - 1 };

interface Opening {
  readonly disk: SimulatedLogDisk;
  readonly store: MemoryStore;
}

function open(
  { disk, store }: Opening,
  bootstrap: Bootstrap = testBootstrap(),
  logger = new LogLines(),
): Promise<DurableState> {
  return openDurableState({
    disk,
    store,
    bootstrap,
    logger,
    retainedEntries: 0,
    openInterruptedStore: () => Promise.resolve(null),
  });
}

async function storeApplied(index: number, term: number): Promise<MemoryStore> {
  const store = new MemoryStore();
  await store.write([
    { kind: 'put', key: appliedIndexKey, value: encodeSafeU64(index) },
    { kind: 'put', key: appliedTermKey, value: encodeSafeU64(term) },
  ]);
  return store;
}

const empty = (): Opening => ({ disk: new SimulatedLogDisk(seededRandom(1)), store: new MemoryStore() });

/** A member that has served: entries 1 to 5 of terms 1 and 2, all of them applied. */
async function served(): Promise<Opening> {
  const node = await TestNode.open({ budgets: { segmentBytes: 64 * 1024 * 1024 } });
  await node.put('a', '1');
  await node.put('a', '2');
  await node.stop();
  return { disk: node.disk.afterKill(), store: node.store.crash(keepAll) };
}

async function refuses(t: ExecutionContext, opening: Opening, message: RegExp, bootstrap?: Bootstrap): Promise<void> {
  await t.throwsAsync(open(opening, bootstrap), { name: 'StartError', message });
  t.true(opening.disk.closed);
}

test('a first start makes log and identity, with the initial members committed', async (t) => {
  const state = await open(empty());
  t.is(state.identity.memberId, 0x8e9e05c52164694dn);
  t.is(state.identity.clusterId, 0xcdf818194e3a8c32n);
  t.deepEqual(state.hardState, { term: 1, vote: 0n, commit: 1 });
  t.deepEqual(
    state.entries.map(({ index, term, kind }) => ({ index, term, kind })),
    [{ index: 1, term: 1, kind: 'membership' }],
  );
});

test('a later start takes no notice of the initial cluster, and hands over what is not applied yet', async (t) => {
  const { disk } = await served();
  const other: Bootstrap = { ...testBootstrap(), plan: () => Promise.reject(new UsageError('not asked')) };
  const state = await open({ disk, store: await storeApplied(3, 2) }, other);
  t.is(state.identity.clusterId, 0xcdf818194e3a8c32n);
  t.deepEqual(
    state.entries.map(({ index }) => index),
    [4, 5],
  );
});

test('flags that do not go together are refused on a first start, before anything is made', async (t) => {
  const opening = empty();
  const plan = () => Promise.reject(new UsageError('--initial-cluster does not name this member'));
  await t.throwsAsync(open(opening, { ...testBootstrap(), plan }), { name: 'UsageError' });
  t.true(opening.disk.closed);
  t.deepEqual(await opening.disk.list(), []);
});

test('a store that is ahead of its log is refused', async (t) => {
  const { disk } = await served();
  await refuses(
    t,
    { disk, store: await storeApplied(6, 2) },
    /^the state store is ahead of its log: it holds entries up to 6, \/simulated ends at 5; refusing to start/,
  );
});

test('a store whose log is gone is refused', async (t) => {
  const { store } = await served();
  await refuses(
    t,
    { disk: new SimulatedLogDisk(seededRandom(1)), store },
    /^the state store holds entries up to 5, but \/simulated has no write-ahead log$/,
  );
});

test('a log that begins behind what the store holds is refused', async (t) => {
  const disk = new SimulatedLogDisk(seededRandom(1));
  const metadata = encodeIdentity({ clusterId: 1n, memberId: 2n });
  const { log } = await createLog({
    disk,
    metadata,
    base: { index: 7, term: 2 },
    hardState: { term: 2, vote: 0n, commit: 7 },
  });
  await log.close();
  await refuses(
    t,
    { disk: disk.afterKill(), store: await storeApplied(4, 2) },
    /^\/simulated begins at entry 8, but the state store holds entries up to 4 only; refusing to start/,
  );
});

test('a store from another history than the log is refused', async (t) => {
  const { disk } = await served();
  await refuses(
    t,
    { disk, store: await storeApplied(4, 1) },
    /^entry 4 is of term 1 in the state store, but of term 2 in \/simulated; refusing to start/,
  );
});

test('a log that names no member is refused', async (t) => {
  const disk = new SimulatedLogDisk(seededRandom(1));
  const { log } = await createLog({ disk, metadata: Buffer.from('not ours') });
  await log.close();
  await refuses(t, { disk: disk.afterKill(), store: new MemoryStore() }, /^the write-ahead log names no member/);
});

test('a first start that was cut short goes on with the same flags, and is refused with others', async (t) => {
  const cutShort = async (): Promise<Opening> => {
    const { clusterId, memberId } = (await open(empty())).identity;
    const disk = new SimulatedLogDisk(seededRandom(1));
    const { log } = await createLog({ disk, metadata: encodeIdentity({ clusterId, memberId }) });
    await log.close();
    return { disk: disk.afterKill(), store: new MemoryStore() };
  };
  const state = await open(await cutShort());
  t.is(state.entries.length, 1);
  await refuses(
    t,
    await cutShort(),
    /^\/simulated was made for another initial cluster \(member 8e9e05c52164694d, now [0-9a-f]+\), and that start was cut short/,
    testBootstrap(undefined, 'another'),
  );
});

test('a torn tail is cut off, and said so', async (t) => {
  const { disk } = await served();
  const file = (await disk.list()).find((name) => name.endsWith('.log'))!;
  const bytes = await disk.read(file);
  // The last group is half written: the bytes that stood for its end never arrived.
  let end = bytes.length;
  while (bytes[end - 1] === 0) end--;
  disk.damage(file, (content) => content.fill(0, end - 10));
  const logger = new LogLines();
  const state = await open({ disk, store: await storeApplied(3, 2) }, testBootstrap(), logger);
  t.is(state.log.last.index, 4);
  t.like(logger.lines, [{ level: 'warn', message: 'the log ended in a torn write: cut off' }]);
  t.is(logger.lines[0]!.fields.keptIn, `${logger.lines[0]!.fields.file}.broken`);
});

test('a store that cannot be read leaves neither timers nor an open log behind', async (t) => {
  const { disk, store } = await served();
  const clock = new SimulatedClock();
  const gates = new GatedStore(store);
  let scans = 0;
  // The first scan is that of the facts, which log and store are compared by.
  gates.fault = (call) => (call === 'scan' && ++scans === 3 ? new Error('EIO: simulated') : null);
  const opening = CoreNode.open({
    ...testSettings,
    store: gates,
    logDisk: disk,
    clock,
    random: keepAll,
    log: new LogLines(),
  });
  await t.throwsAsync(clock.outcome(opening), { message: 'EIO: simulated' });
  t.true(disk.closed);
  t.is(clock.pendingTimers, 0);
});

test('nothing is logged when there is nothing to say', async (t) => {
  const logger = new LogLines();
  await open(await served(), testBootstrap(), logger);
  t.deepEqual(logger.lines, []);
});
