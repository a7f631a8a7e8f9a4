// Checks of KV requests before anything is queued: pure functions of the request, throwing etcd's errors
// (etcd api/v3rpc/key.go). What depends on the state is checked by apply.

import { apiError } from '../../common/api/errors.ts';
import {
  type DeleteRangeRequest,
  type PutRequest,
  type RangeRequest,
  RangeRequestSortOrder,
  RangeRequestSortTarget,
  type RequestOp,
  type TxnRequest,
} from '../../common/api/generated/messages.ts';
import { type KeyRange, keyRange, keyString } from '../mvcc/key-range.ts';
import { CoveredKeys } from './covered-keys.ts';

const sortOrders = new Set<number>(Object.values(RangeRequestSortOrder));
const sortTargets = new Set<number>(Object.values(RangeRequestSortTarget));

export function checkRange(request: RangeRequest): void {
  if (request.key.length === 0) throw apiError('emptyKey');
  if (!sortOrders.has(request.sortOrder) || !sortTargets.has(request.sortTarget)) throw apiError('invalidSortOption');
}

export function checkPut(request: PutRequest): void {
  if (request.key.length === 0) throw apiError('emptyKey');
  if (request.ignoreValue && request.value.length > 0) throw apiError('valueProvided');
  if (request.ignoreLease && request.lease !== 0n) throw apiError('leaseProvided');
}

export function checkDeleteRange(request: DeleteRangeRequest): void {
  if (request.key.length === 0) throw apiError('emptyKey');
}

/** `opsMax` bounds each list; what a level uses is taken from what its nested transactions may use. */
export function checkTxn(request: TxnRequest, opsMax: number): void {
  checkOps(request, opsMax);
  // After the sizes, which bound it.
  changedKeys(request.success);
  changedKeys(request.failure);
}

function checkOps(request: TxnRequest, opsMax: number): void {
  const ops = Math.max(request.compare.length, request.success.length, request.failure.length);
  if (ops > opsMax) throw apiError('tooManyOps');
  for (const compare of request.compare) if (compare.key.length === 0) throw apiError('emptyKey');
  for (const op of request.success) checkOp(op, opsMax - ops);
  for (const op of request.failure) checkOp(op, opsMax - ops);
}

function checkOp(op: RequestOp, opsMax: number): void {
  if (op.requestRange !== undefined) checkRange(op.requestRange);
  else if (op.requestPut !== undefined) checkPut(op.requestPut);
  else if (op.requestDeleteRange !== undefined) checkDeleteRange(op.requestDeleteRange);
  else if (op.requestTxn !== undefined) checkOps(op.requestTxn, opsMax);
  // An operation with nothing in it: etcd answers "key not found".
  else throw apiError('keyNotFound');
}

interface ChangedKeys {
  readonly puts: Set<string>;
  readonly deletes: KeyRange[];
}

/**
 * Refuses a list that changes a key twice. The branches of one nested transaction exclude each other, so they may overlap.
 * Stricter than etcd, which takes no notice of deletes without an end (and panics when such a key is put with
 * ignore_value).
 */
function changedKeys(ops: readonly RequestOp[]): ChangedKeys {
  const deletes: KeyRange[] = [];
  const deleted = new CoveredKeys();
  const addDelete = (range: KeyRange): void => {
    deletes.push(range);
    deleted.add(range);
  };
  for (const { requestDeleteRange: request } of ops) {
    if (request !== undefined) addDelete(keyRange(request.key, request.rangeEnd));
  }
  const puts = new Set<string>();
  const addPut = (key: string, exempt?: ReadonlySet<string>): void => {
    if (puts.has(key) && !exempt?.has(key)) throw apiError('duplicateKey');
    if (deleted.has(key)) throw apiError('duplicateKey');
    puts.add(key);
  };
  for (const { requestTxn: nested } of ops) {
    if (nested === undefined) continue;
    const success = changedKeys(nested.success);
    const failure = changedKeys(nested.failure);
    for (const key of success.puts) addPut(key);
    for (const key of failure.puts) addPut(key, success.puts);
    success.deletes.forEach(addDelete);
    failure.deletes.forEach(addDelete);
  }
  for (const { requestPut: request } of ops) if (request !== undefined) addPut(keyString(request.key));
  return { puts, deletes };
}

/** Whether a transaction can only read: it then needs no log entry. A nested transaction counts as a change (as in etcd). */
export function isReadOnly(request: TxnRequest): boolean {
  return [...request.success, ...request.failure].every((op) => op.requestRange !== undefined);
}

/** Whether it may be answered from this member's state without asking the leader. */
export function isSerializable(request: TxnRequest): boolean {
  return [...request.success, ...request.failure].every((op) => op.requestRange?.serializable === true);
}
