// What the model test does not reach: numbers beyond the safe range, and calls that this version does not have.

import test from 'ava';
import {
  AuthUserListRequest,
  MemberListRequest,
  RangeRequest,
  RequestOp,
  StatusRequest,
  TxnRequest,
} from '../../../common/api/generated/messages.ts';
import { decode } from '../../../common/wire/protobuf/codec.ts';
import { TestNode, testCall, toTheEnd } from '../../harness/test-node.ts';

const future = { message: 'etcdserver: mvcc: required revision is a future revision' };

/** `request` with a revision of 2^63 - 1, as it comes from the wire. */
function atTheEndOfTime(key: string): RangeRequest {
  const largest = [...Array<number>(8).fill(0xff), 0x7f];
  return decode(RangeRequest, Buffer.from([0x0a, key.length, ...Buffer.from(key), 0x20, ...largest]));
}

test('the largest revision of the wire is a future one, in a range, a compaction and through the log', async (t) => {
  const node = await TestNode.open();
  await node.put('a', '1');
  const requestRange = atTheEndOfTime('a');
  await t.throwsAsync(
    node.answer(() => node.service.range(requestRange, testCall)),
    future,
  );
  const put = RequestOp.create({
    requestPut: {
      key: Buffer.from('b'),
      value: Buffer.alloc(0),
      lease: 0n,
      prevKv: false,
      ignoreValue: false,
      ignoreLease: false,
    },
  });
  await t.throwsAsync(node.txn({ success: [RequestOp.create({ requestRange })] }), future);
  await t.throwsAsync(node.txn({ success: [put, RequestOp.create({ requestRange })] }), future);
  await t.throwsAsync(node.compact(requestRange.revision), future);
  t.is(node.revision, 2);
});

test('the largest bounds of the wire leave nothing out, also through the log', async (t) => {
  const node = await TestNode.open();
  await node.put('a', '1');
  const { revision: largest } = atTheEndOfTime('a');
  const requestRange = RangeRequest.create({
    key: Buffer.of(0),
    rangeEnd: toTheEnd,
    limit: largest,
    maxModRevision: largest,
    maxCreateRevision: largest,
  });
  const put = RequestOp.create({
    requestPut: {
      key: Buffer.from('b'),
      value: Buffer.alloc(0),
      lease: 0n,
      prevKv: false,
      ignoreValue: false,
      ignoreLease: false,
    },
  });
  const { responses } = await node.txn({ success: [put, RequestOp.create({ requestRange })] });
  t.deepEqual(
    responses[1]!.responseRange!.kvs.map(({ key }) => key.toString()),
    ['a', 'b'],
  );
  t.is((await node.range('\0', requestRange)).count, 2);
});

test('every answer tells cluster, member, term and revision', async (t) => {
  const node = await TestNode.open();
  const expected = { clusterId: 0xcdf818194e3a8c32n, memberId: 0x8e9e05c52164694dn, raftTerm: 2 };
  t.deepEqual((await node.put('a', '1')).header, { ...expected, revision: 2 });
  t.deepEqual((await node.range('a', { revision: 2 })).header, { ...expected, revision: 2 });
  t.deepEqual((await node.deleteRange('b')).header, { ...expected, revision: 2 });
  t.deepEqual((await node.txn(TxnRequest.create())).header, { ...expected, revision: 2 });
  t.deepEqual((await node.compact(2)).header, { ...expected, revision: 2 });
  t.deepEqual((await node.grant(10)).header, { ...expected, revision: 2 });
  const list = await node.answer(() => node.service.memberList(MemberListRequest.create(), testCall));
  t.deepEqual(list.header, { ...expected, revision: 0 });
  const status = await node.answer(() => node.service.status(StatusRequest.create(), testCall));
  t.like(status, {
    header: { ...expected, revision: 2 },
    leader: expected.memberId,
    raftTerm: 2,
    errors: [],
    isLearner: false,
  });
  t.true(status.raftIndex >= status.raftAppliedIndex && status.raftAppliedIndex > 0);
});

test('serializable reads are answered without a leader, others wait for one', async (t) => {
  const node = await TestNode.open();
  await node.put('a', '1');
  node.kill();
  node.disk.held = true;
  const again = await TestNode.start({ disk: node.disk, store: node.store });
  const key = Buffer.from('a');
  const serializable = again.service.range(RangeRequest.create({ key, serializable: true }), testCall);
  t.false(serializable instanceof Promise);
  const linearizable = again.answer(() => again.service.range(RangeRequest.create({ key }), testCall));
  await t.throwsAsync(linearizable, { message: 'etcdserver: request timed out' });
});

test('a call that this version does not have is answered as gRPC answers unknown ones', async (t) => {
  const node = await TestNode.open();
  await t.throwsAsync(
    node.answer(() => node.service.userList(AuthUserListRequest.create(), testCall)),
    {
      name: 'ApiError',
      message: '/etcdserverpb.Auth/UserList is not implemented by this version of rollcall',
    },
  );
});
