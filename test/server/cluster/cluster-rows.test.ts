// Members and alarms are part of the replicated state: what a restart finds is what was applied.

import test from 'ava';
import {
  AlarmRequest,
  AlarmRequestAlarmAction,
  AlarmType,
  MemberListRequest,
} from '../../../common/api/generated/messages.ts';
import { TestNode, testBootstrap, testCall } from '../../harness/test-node.ts';

const { GET, ACTIVATE, DEACTIVATE } = AlarmRequestAlarmAction;

async function alarm(node: TestNode, action: number, type: number, memberId = 5n): Promise<string[]> {
  const request = AlarmRequest.create({ action, alarm: type, memberId });
  const { alarms } = await node.answer(() => node.service.alarm(request, testCall));
  return alarms.map((each) => `${each.memberId}:${each.alarm}`);
}

async function memberList(node: TestNode) {
  return (await node.answer(() => node.service.memberList(MemberListRequest.create({ linearizable: true }), testCall)))
    .members;
}

test('a member publishes its name and client URLs, and is listed with them after a restart', async (t) => {
  const node = await TestNode.open();
  const expected = [
    {
      id: 0x8e9e05c52164694dn,
      name: 'one',
      peerUrls: ['http://localhost:2380'],
      clientUrls: ['http://localhost:2379'],
      isLearner: false,
    },
  ];
  t.deepEqual(await memberList(node), expected);
  node.crash();
  await node.reopen();
  t.deepEqual(await memberList(node), expected);
});

test('a member that starts with other client URLs publishes those, and one that has not changed writes nothing', async (t) => {
  const node = await TestNode.open();
  const before = node.node.raft.log.lastIndex;
  await node.restart();
  t.is(node.node.raft.log.lastIndex, before + 1);
  await node.stop();
  const moved = await TestNode.open({
    disk: node.disk.afterKill(),
    store: node.store.crash({ next: () => 0, below: (bound) => bound - 1, bits64: () => 0n }),
    clientUrls: ['http://other:2379'],
  });
  t.deepEqual((await memberList(moved))[0]!.clientUrls, ['http://other:2379']);
});

test('alarms are raised and cleared once each, listed by type, and survive a crash', async (t) => {
  const node = await TestNode.open();
  t.deepEqual(await alarm(node, ACTIVATE, AlarmType.NOSPACE), ['5:1']);
  t.deepEqual(await alarm(node, ACTIVATE, AlarmType.NOSPACE), []);
  t.deepEqual(await alarm(node, ACTIVATE, AlarmType.CORRUPT, 6n), ['6:2']);
  node.crash();
  await node.reopen();
  t.deepEqual(await alarm(node, GET, AlarmType.NONE), ['5:1', '6:2']);
  t.deepEqual(await alarm(node, GET, AlarmType.CORRUPT), ['6:2']);
  t.deepEqual(await alarm(node, DEACTIVATE, AlarmType.CORRUPT, 6n), ['6:2']);
  t.deepEqual(await alarm(node, DEACTIVATE, AlarmType.CORRUPT, 6n), []);
  node.crash();
  await node.reopen();
  t.deepEqual(await alarm(node, GET, AlarmType.NONE), ['5:1']);
});

test('without space puts and grants are refused, also inside transactions; deletes and reads go on', async (t) => {
  const node = await TestNode.open();
  await node.put('a', '1');
  await alarm(node, ACTIVATE, AlarmType.NOSPACE);
  const noSpace = { message: 'etcdserver: mvcc: database space exceeded' };
  const requestPut = {
    key: Buffer.from('b'),
    value: Buffer.alloc(0),
    lease: 0n,
    prevKv: false,
    ignoreValue: false,
    ignoreLease: false,
  };
  const put = { requestRange: undefined, requestPut, requestDeleteRange: undefined, requestTxn: undefined };
  await t.throwsAsync(node.put('b', '1'), noSpace);
  await t.throwsAsync(node.grant(10), noSpace);
  await t.throwsAsync(node.txn({ success: [put] }), noSpace);
  t.is(await node.get('a'), '1');
  t.is((await node.deleteRange('a')).deleted, 1);
  await node.compact(2);
  await alarm(node, DEACTIVATE, AlarmType.NOSPACE);
  await node.put('b', '1');
});

test('a corrupt cluster answers no reads and no writes until the alarm is cleared', async (t) => {
  const node = await TestNode.open();
  await alarm(node, ACTIVATE, AlarmType.CORRUPT);
  const corrupt = { message: 'etcdserver: corrupt cluster' };
  await t.throwsAsync(node.put('a', '1'), corrupt);
  await t.throwsAsync(node.range('a'), corrupt);
  await t.throwsAsync(node.deleteRange('a'), corrupt);
  await t.throwsAsync(node.txn({}), corrupt);
  await t.throwsAsync(node.compact(1), corrupt);
  await alarm(node, DEACTIVATE, AlarmType.CORRUPT);
  await node.put('a', '1');
});

test('the members that a cluster starts with are its first entries, and vote', async (t) => {
  const node = await TestNode.start({
    bootstrap: testBootstrap({ one: 'http://a:2380', two: 'http://b:2380', three: 'http://c:2380' }),
  });
  t.is(node.node.membership.members.length, 3);
  t.deepEqual(node.node.raft.log.commitIndex, 3);
  // One of three: it asks whether it could win, and nobody answers.
  await node.clock.runFor(10_000);
  t.is(node.node.raft.role, 'preCandidate');
  t.is(node.node.raft.currentTerm, 1);
});
