import test from 'ava';
import { apiError, deadlineExceeded } from '../../../common/api/errors.ts';
import {
  AlarmRequest,
  AlarmRequestAlarmAction,
  PutRequest,
  RangeRequest,
  RequestOp,
  TxnRequest,
} from '../../../common/api/generated/messages.ts';
import { type MethodName, methods } from '../../../common/api/generated/service.ts';
import { isRead, mayRetry } from '../../../common/client/retry-policy.ts';
import { TransportError } from '../../../common/wire/grpc/transport-error.ts';

const rangeOp = RequestOp.create({ requestRange: RangeRequest.create() });
const putOp = RequestOp.create({ requestPut: PutRequest.create() });
const nested = (op: RequestOp) => RequestOp.create({ requestTxn: TxnRequest.create({ failure: [op] }) });

test('exactly the calls that change nothing count as reads', (t) => {
  const empty = TxnRequest.create({ success: [putOp] });
  const reads = (Object.keys(methods) as MethodName[]).filter((name) =>
    isRead(name, name === 'txn' ? empty : { action: 1 }),
  );
  t.deepEqual(reads.toSorted(), [
    'authStatus',
    'hash',
    'hashKv',
    'leader',
    'leaseLeases',
    'leaseTimeToLive',
    'memberList',
    'range',
    'roleGet',
    'roleList',
    'status',
    'userGet',
    'userList',
  ]);
});

test('a transaction is a read only if neither branch writes, at any depth', (t) => {
  t.true(isRead('txn', TxnRequest.create({ success: [rangeOp, nested(rangeOp)], failure: [rangeOp] })));
  t.false(isRead('txn', TxnRequest.create({ success: [rangeOp], failure: [putOp] })));
  t.false(isRead('txn', TxnRequest.create({ success: [nested(nested(putOp))] })));
});

test('asking for alarms is a read, raising or clearing them is not', (t) => {
  t.true(isRead('alarm', AlarmRequest.create({ action: AlarmRequestAlarmAction.GET })));
  t.false(isRead('alarm', AlarmRequest.create({ action: AlarmRequestAlarmAction.DEACTIVATE })));
});

const lost = new TransportError('connection lost', false);
const notSent = new TransportError('refused', true);

test('a mutation is repeated only when it provably reached no handler', (t) => {
  const mutation = { read: false, others: true };
  t.true(mayRetry(notSent, mutation));
  t.false(mayRetry(lost, mutation));
  for (const key of ['noLeader', 'leaderChanged', 'timeout', 'stopped', 'tooManyRequests'] as const) {
    t.false(mayRetry(apiError(key), mutation), key);
  }
  t.false(mayRetry(deadlineExceeded(), mutation));
});

test('a read is repeated after any UNAVAILABLE and after nothing else', (t) => {
  const read = { read: true, others: true };
  for (const error of [notSent, lost, apiError('noLeader'), apiError('timeout')]) t.true(mayRetry(error, read));
  for (const error of [apiError('compacted'), apiError('permissionDenied'), deadlineExceeded(), new Error('bug')]) {
    t.false(mayRetry(error, read), error.message);
  }
});

test('what a learner refuses goes to another endpoint if there is one', (t) => {
  const refused = apiError('notSupportedForLearner');
  t.true(mayRetry(refused, { read: false, others: true }));
  t.false(mayRetry(refused, { read: false, others: false }));
});
