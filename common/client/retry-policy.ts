// May a failed call be sent again? Reads: on any UNAVAILABLE. Mutations: only when the request provably reached no
// handler; a mutation whose outcome is unknown goes back to the caller as it is, since sending it again can apply it
// twice (Jepsen's report on jetcd 0.8.2). Same classes as etcd's clientv3 (client/v3/retry.go), but stricter for
// leaseGrant and leaseRevoke, which clientv3 repeats.

import { isApiError } from '../api/errors.ts';
import type { AlarmRequest, RequestOp, TxnRequest } from '../api/generated/messages.ts';
import { AlarmRequestAlarmAction } from '../api/generated/messages.ts';
import type { MethodName } from '../api/generated/service.ts';
import { ApiError, Status } from '../api/status.ts';
import { TransportError } from '../wire/grpc/transport-error.ts';

const reads: ReadonlySet<MethodName> = new Set<MethodName>([
  'range',
  'leaseTimeToLive',
  'leaseLeases',
  'leader',
  'memberList',
  'status',
  'hash',
  'hashKv',
  'authStatus',
  'userGet',
  'userList',
  'roleGet',
  'roleList',
]);

/** Whether the call changes nothing, so that doing it twice is the same as doing it once. */
export function isRead(method: MethodName, request: unknown): boolean {
  if (reads.has(method)) return true;
  if (method === 'txn') return onlyReads(request as TxnRequest);
  return method === 'alarm' && (request as AlarmRequest).action === AlarmRequestAlarmAction.GET;
}

function onlyReads(txn: TxnRequest): boolean {
  return [...txn.success, ...txn.failure].every(isReadOp);
}

function isReadOp(op: RequestOp): boolean {
  if (op.requestTxn !== undefined) return onlyReads(op.requestTxn);
  return op.requestPut === undefined && op.requestDeleteRange === undefined;
}

/** `others`: whether another endpoint could be asked. */
export function mayRetry(error: unknown, { read, others }: { read: boolean; others: boolean }): boolean {
  if (error instanceof TransportError && error.notSent) return true;
  // A learner refuses before doing anything; a voter may take the call.
  if (others && isApiError(error, 'notSupportedForLearner')) return true;
  return read && error instanceof ApiError && error.status === Status.UNAVAILABLE;
}
