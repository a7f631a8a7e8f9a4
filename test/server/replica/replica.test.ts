// The driver of the consensus core on a whole node: order of effects, bounds, failures.

import test from 'ava';
import { PutRequest, RangeRequest } from '../../../common/api/generated/messages.ts';
import { MemoryStore } from '../../../server/storage/memory-store.ts';
import { openLog } from '../../../server/storage/wal/open-log.ts';
import { segmentsOf } from '../../../server/storage/wal/segment-file.ts';
import { TestNode, testCall } from '../../harness/test-node.ts';

const putRequest = (key: string, value = ''): PutRequest =>
  PutRequest.create({ key: Buffer.from(key), value: Buffer.from(value) });

test('a put is answered only after the log is synced', async (t) => {
  const node = await TestNode.open();
  node.disk.held = true;
  let answered = false;
  const put = node.service.put(putRequest('a', '1'), testCall);
  void Promise.resolve(put).then(() => {
    answered = true;
  });
  await node.clock.runFor(3_000);
  t.false(answered);
  t.is((await node.range('a', { serializable: true })).count, 0);
  node.disk.held = false;
  while (node.disk.step());
  await node.clock.settle();
  t.true(answered);
});

test('everything that one turn brings becomes one entry and one sync', async (t) => {
  const node = await TestNode.open();
  const [entries, syncs] = [node.node.raft.log.lastIndex, syncsOf(node)];
  await Promise.all(Array.from({ length: 500 }, (_, i) => node.put(`k${i}`, 'v')));
  t.is(node.node.raft.log.lastIndex - entries, 1);
  t.is(syncsOf(node) - syncs, 1);
  t.is(node.revision, 501);
});

function syncsOf(node: TestNode): number {
  return node.disk.history.filter(({ kind }) => kind === 'sync').length;
}

test('each command of an entry has its own revision, and a refused one takes nothing from the others', async (t) => {
  const node = await TestNode.open();
  const answers = await Promise.allSettled([
    node.put('a', '1'),
    node.put('b', '1', { lease: 99n }),
    node.put('c', '1'),
    node.deleteRange('nothing'),
    node.compact(99),
    node.put('d', '1'),
  ]);
  t.deepEqual(
    answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.header!.revision : answer.reason.message)),
    [2, 'etcdserver: requested lease not found', 3, 3, 'etcdserver: mvcc: required revision is a future revision', 4],
  );
});

test('a request above the limit is refused, one at the limit is taken', async (t) => {
  const node = await TestNode.open({ requestBytesMax: 1000 });
  await t.throwsAsync(node.put('a', 'x'.repeat(1000)), { message: 'etcdserver: request is too large' });
  await node.put('a', 'x'.repeat(980));
});

test('who waits longer than the request timeout is told so; the write may still take effect', async (t) => {
  const node = await TestNode.open();
  node.disk.held = true;
  const put = node.put('a', '1');
  await t.throwsAsync(put, { message: 'etcdserver: request timed out' });
  node.disk.held = false;
  while (node.disk.step());
  await node.clock.settle();
  t.is(await node.get('a'), '1');
});

test('old segments of the log go once the store is flushed behind them, under load as well as after it', async (t) => {
  const node = await TestNode.open({ budgets: { segmentBytes: 4_096, releaseBytes: 16_384 } });
  for (let i = 0; i < 300; i++) await node.put(`k${i % 10}`, 'x'.repeat(300));
  await node.clock.settle();
  const segments = segmentsOf(await node.disk.list());
  t.true(segments.length <= 12, `${segments.length} segments`);
  t.is(node.failure, undefined);
  node.crash();
  await node.reopen();
  t.is(node.revision, 301);
  t.is(node.failure, undefined);
});

test('the log is released although writes never pause', async (t) => {
  const node = await TestNode.open({ budgets: { segmentBytes: 4_096, releaseBytes: 16_384 } });
  node.gates.hold('write');
  let most = 0;
  for (let i = 0; i < 400; i++) {
    void Promise.resolve(node.service.put(putRequest(`k${i % 10}`, 'x'.repeat(300)), testCall));
    // The store takes a batch whenever the next one is waiting already.
    if (node.node.store.rows.pendingBytes > 2_000) node.gates.letOne('write');
    await node.clock.turn();
    most = Math.max(most, segmentsOf(await node.disk.list()).length);
  }
  t.true(most <= 15, `${most} segments`);
  t.is(node.failure, undefined);
  node.gates.open('write');
});

test('writes wait when the store cannot follow, and go on when it can', async (t) => {
  const node = await TestNode.open({ budgets: { unwrittenBytesMax: 5_000 } });
  node.gates.hold('write');
  let answered = 0;
  for (let i = 0; i < 100; i++) {
    void Promise.resolve(node.service.put(putRequest(`k${i}`, 'x'.repeat(300)), testCall)).then(() => answered++);
    await node.clock.turn();
  }
  t.true(answered > 5 && answered < 30, `${answered} answered`);
  t.true(node.node.store.rows.pendingBytes < 6_000);
  node.gates.open('write');
  await node.clock.settle();
  t.is(answered, 100);
});

test('a read sees what was committed before it, however long apply has to wait for that', async (t) => {
  const node = await TestNode.open({ budgets: { unwrittenBytesMax: 500 } });
  node.gates.hold('write');
  for (let i = 0; i < 5; i++) {
    void Promise.resolve(node.service.put(putRequest(`k${i}`, 'x'.repeat(300)), testCall));
    await node.clock.turn();
  }
  t.true(node.node.raft.log.commitIndex > node.node.raft.log.appliedIndex);
  let count: number | undefined;
  const read = RangeRequest.create({ key: Buffer.from('k'), rangeEnd: Buffer.from('l') });
  void Promise.resolve(node.service.range(read, testCall)).then((response) => {
    count = response.count;
  });
  await node.clock.settle();
  t.is(count, undefined);
  node.gates.open('write');
  await node.clock.settle();
  t.is(count, 5);
});

test('a failed sync of the log ends the node: nothing is acknowledged, the reason is reported', async (t) => {
  const node = await TestNode.open();
  await node.put('a', '1');
  node.disk.fault = (operation) => (operation.kind === 'sync' ? new Error('EIO: simulated') : null);
  await t.throwsAsync(node.put('b', '1'), { message: 'etcdserver: request timed out' });
  t.is(node.failure?.message, 'EIO: simulated');
});

test('a failed write of the store ends the node, and loses nothing', async (t) => {
  const node = await TestNode.open();
  await node.put('a', '1');
  await node.clock.settle();
  node.gates.fault = (call) => (call === 'write' ? new Error('ENOSPC: simulated') : null);
  await node.put('b', '1');
  await node.clock.settle();
  t.is(node.failure?.message, 'ENOSPC: simulated');
  node.crash();
  await node.reopen();
  t.is(await node.get('b'), '1');
});

test('stopping answers what is under way with an error, and later calls too', async (t) => {
  const node = await TestNode.open();
  node.disk.held = true;
  const put = node.answer(() => node.service.put(putRequest('a'), testCall));
  const refused = t.throwsAsync(put, { message: 'etcdserver: server stopped' });
  await node.clock.settle();
  const stopping = node.node.stop();
  await refused;
  node.disk.held = false;
  while (node.disk.step());
  await node.clock.outcome(stopping);
  await t.throwsAsync(node.put('b', '1'), { message: 'etcdserver: server stopped' });
  await t.throwsAsync(node.range('a'), { message: 'etcdserver: server stopped' });
  await node.clock.outcome(node.node.stop());
});

test('a member leads as soon as its vote is durable, without waiting for an election timeout', async (t) => {
  const node = await TestNode.open();
  for (let i = 0; i < 20; i++) await node.put('a', String(i));
  node.kill();
  const before = node.clock.monotonicMs();
  await node.reopen();
  t.is(node.clock.monotonicMs(), before);
});

test('a long log is replayed after a crash, with every value', async (t) => {
  const node = await TestNode.open();
  node.gates.hold('write');
  for (let i = 0; i < 30; i++) await Promise.all(Array.from({ length: 40 }, (_, j) => node.put(`k${i}-${j}`, `${i}`)));
  node.crash();
  await node.reopen();
  t.is((await node.range('k', { rangeEnd: Buffer.from('l'), countOnly: true })).count, 1200);
  t.is(await node.get('k17-3'), '17');
});

test('a power loss that leaves all of a long log to be replayed does not keep the member from starting', async (t) => {
  // 64 MiB of log, the most that is kept without a flush of the store, hold more entries than this.
  const count = 300_000;
  const node = await TestNode.open({ budgets: { segmentBytes: 64 * 1024 * 1024 } });
  await node.put('a', '1');
  await node.stop();
  const disk = node.disk.afterKill();
  const { log, hardState } = await openLog({ disk });
  const term = hardState.term;
  const first = log.last.index + 1;
  const entries = Array.from({ length: count }, (_, i) => ({
    index: first + i,
    term,
    kind: 'normal' as const,
    data: Buffer.alloc(0),
  }));
  for (let at = 0; at < count; at += 10_000) {
    const batch = entries.slice(at, at + 10_000);
    await new Promise<void>((resolve, reject) => {
      const last = batch.at(-1)!.index;
      log.append({ entries: batch, hardState: { ...hardState, commit: last } }, (error) =>
        error === null ? resolve() : reject(error),
      );
    });
  }
  await log.close();
  const start = performance.now();
  const again = await TestNode.open({ disk: disk.afterKill(), store: new MemoryStore() });
  t.is(await again.get('a'), '1');
  t.true(again.node.raft.log.appliedIndex > first + count - 1);
  t.true(performance.now() - start < 30_000);
});
