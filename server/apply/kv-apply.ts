// Put, DeleteRange and Txn against the MVCC state: deterministic and synchronous. A request either changes everything
// it asks for or, when it is refused (thrown error), nothing. Values that only answers need may still be on their way:
// answers are MaybePromises.

import type { MaybePromise } from '../../common/api/call.ts';
import { apiError } from '../../common/api/errors.ts';
import {
  type Compare,
  CompareCompareResult,
  CompareCompareTarget,
  type DeleteRangeRequest,
  DeleteRangeResponse,
  type KeyValue,
  type PutRequest,
  type PutResponse,
  RangeResponse,
  type RequestOp,
  ResponseHeader,
  ResponseOp,
  type TxnRequest,
  TxnResponse,
} from '../../common/api/generated/messages.ts';
import type { Lessor } from '../lease/lessor.ts';
import { keyRange, keyString } from '../mvcc/key-range.ts';
import type { KeyRecord } from '../mvcc/key-record.ts';
import { checkReadRevision, readRange } from '../mvcc/mvcc-reader.ts';
import type { MvccStore, PreviousValue } from '../mvcc/mvcc-store.ts';
import { decodeRow } from '../mvcc/revision-row.ts';
import { type FetchedValues, presentValue } from './needed-values.ts';

export class KvApply {
  private readonly store: MvccStore;
  private readonly lessor: Lessor;

  constructor(store: MvccStore, lessor: Lessor) {
    this.store = store;
    this.lessor = lessor;
  }

  /** Changes one key in the open transaction. */
  put(request: PutRequest, fetched: FetchedValues): MaybePromise<PutResponse> {
    this.checkPut(request);
    return this.executePut(request, fetched);
  }

  deleteRange(request: DeleteRangeRequest): MaybePromise<DeleteRangeResponse> {
    const deleted = this.store.deleteRange(keyRange(request.key, request.rangeEnd));
    const answer = (prevKvs: KeyValue[]): DeleteRangeResponse =>
      DeleteRangeResponse.create({ header: this.header(), deleted: deleted.length, prevKvs });
    if (!request.prevKv) return answer([]);
    const header = this.header();
    const kvs = deleted.map(({ key, previous }) => this.previousKv(key, previous));
    return whenAll(kvs, (prevKvs) => ({ ...answer(prevKvs), header }));
  }

  /** Runs a transaction. Its comparisons, nested ones too, see the state before it. */
  txn(request: TxnRequest, fetched: FetchedValues): MaybePromise<TxnResponse> {
    const plan = this.plan(request, fetched);
    this.checkPlan(plan);
    const answer = this.executePlan(plan, fetched);
    const header = this.header();
    return answer instanceof Promise ? answer.then((response) => ({ ...response, header })) : { ...answer, header };
  }

  // ---- comparisons

  private plan(request: TxnRequest, fetched: FetchedValues): Plan {
    const succeeded = request.compare.every((compare) => this.holds(compare, fetched));
    const ops = (succeeded ? request.success : request.failure).map((op) => ({
      op,
      nested: op.requestTxn === undefined ? undefined : this.plan(op.requestTxn, fetched),
    }));
    return { succeeded, ops };
  }

  /** Must hold for every key of the range; no key at all compares as a key of zeros, except by value: that never holds. */
  private holds(compare: Compare, fetched: FetchedValues): boolean {
    let any = false;
    let all = true;
    this.store.keys.visit(keyRange(compare.key, compare.rangeEnd), (record) => {
      if (!record.live) return true;
      any = true;
      all = resultHolds(compare.result, this.compareRecord(compare, record, fetched));
      return all;
    });
    if (any) return all;
    if (compare.target === CompareCompareTarget.VALUE) return false;
    return resultHolds(compare.result, compareNumbers(0, wantedNumber(compare)));
  }

  private compareRecord(compare: Compare, record: KeyRecord, fetched: FetchedValues): number {
    switch (compare.target) {
      case CompareCompareTarget.VERSION:
        return compareNumbers(record.version, compare.version);
      case CompareCompareTarget.CREATE:
        return compareNumbers(record.createRevision, compare.createRevision);
      case CompareCompareTarget.MOD:
        return compareNumbers(record.modRevision, compare.modRevision);
      case CompareCompareTarget.LEASE:
        return compareNumbers(record.lease, compare.lease);
      case CompareCompareTarget.VALUE:
        return Buffer.compare(presentValue(this.store, record, fetched), compare.value);
      default:
        // An unknown target compares as equal (etcd's switch falls through to 0).
        return 0;
    }
  }

  // ---- checks against the state, before anything is changed

  private checkPlan(plan: Plan): void {
    for (const { op, nested } of plan.ops) {
      if (op.requestRange !== undefined) checkReadRevision(this.store, op.requestRange.revision);
      else if (op.requestPut !== undefined) this.checkPut(op.requestPut);
      else if (nested !== undefined) this.checkPlan(nested);
    }
  }

  private checkPut(request: PutRequest): void {
    if (request.lease !== 0n && this.lessor.lookup(request.lease) === undefined) throw apiError('leaseNotFound');
    if (!request.ignoreValue && !request.ignoreLease) return;
    if (this.store.keys.get(keyString(request.key))?.live !== true) throw apiError('keyNotFound');
  }

  // ---- changes

  private executePlan(plan: Plan, fetched: FetchedValues): MaybePromise<TxnResponse> {
    const responses = plan.ops.map(({ op, nested }) => this.executeOp(op, nested, fetched));
    return whenAll(responses, (all) =>
      TxnResponse.create({ header: ResponseHeader.create(), succeeded: plan.succeeded, responses: all }),
    );
  }

  private executeOp(op: RequestOp, nested: Plan | undefined, fetched: FetchedValues): MaybePromise<ResponseOp> {
    if (op.requestRange !== undefined) {
      return then(readRange(this.store, op.requestRange), ({ revision, kvs, more, count }) => {
        const header = ResponseHeader.create({ revision });
        return ResponseOp.create({ responseRange: RangeResponse.create({ header, kvs, more, count }) });
      });
    }
    if (op.requestPut !== undefined) {
      return then(this.executePut(op.requestPut, fetched), (responsePut) => ResponseOp.create({ responsePut }));
    }
    if (op.requestDeleteRange !== undefined) {
      return then(this.deleteRange(op.requestDeleteRange), (responseDeleteRange) =>
        ResponseOp.create({ responseDeleteRange }),
      );
    }
    if (nested !== undefined)
      return then(this.executePlan(nested, fetched), (responseTxn) => ResponseOp.create({ responseTxn }));
    return ResponseOp.create();
  }

  private executePut(request: PutRequest, fetched: FetchedValues): MaybePromise<PutResponse> {
    const key = keyString(request.key);
    const record = this.store.keys.get(key);
    const value = request.ignoreValue ? presentValue(this.store, record!, fetched) : request.value;
    const lease = request.ignoreLease ? record!.lease : request.lease;
    const previous = this.store.put(key, value, lease);
    const header = this.header();
    if (!request.prevKv || previous === null) return { header, prevKv: undefined };
    return then(this.previousKv(key, previous), (prevKv) => ({ header, prevKv }));
  }

  private previousKv(key: string, previous: PreviousValue): MaybePromise<KeyValue> {
    const { createRevision, modRevision, modSub, version, lease, value } = previous;
    if (value !== null) return { key: Buffer.from(key, 'latin1'), createRevision, modRevision, version, value, lease };
    const row = this.store.rows.overlayRow(modRevision, modSub);
    if (row !== undefined) return decodeRow(row);
    return this.store.rows.fetch([{ main: modRevision, sub: modSub }]).then((rows) => decodeRow(rows[0]!));
  }

  private header(): ResponseHeader {
    return ResponseHeader.create({ revision: this.store.readRevision });
  }
}

/** A transaction with its branches chosen. */
interface Plan {
  readonly succeeded: boolean;
  readonly ops: readonly { readonly op: RequestOp; readonly nested: Plan | undefined }[];
}

function wantedNumber(compare: Compare): number | bigint {
  switch (compare.target) {
    case CompareCompareTarget.VERSION:
      return compare.version;
    case CompareCompareTarget.CREATE:
      return compare.createRevision;
    case CompareCompareTarget.MOD:
      return compare.modRevision;
    case CompareCompareTarget.LEASE:
      return compare.lease;
    default:
      return 0;
  }
}

function compareNumbers(a: number | bigint, b: number | bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function resultHolds(wanted: number, result: number): boolean {
  switch (wanted) {
    case CompareCompareResult.EQUAL:
      return result === 0;
    case CompareCompareResult.NOT_EQUAL:
      return result !== 0;
    case CompareCompareResult.GREATER:
      return result > 0;
    case CompareCompareResult.LESS:
      return result < 0;
    default:
      return true;
  }
}

function then<A, B>(value: MaybePromise<A>, next: (value: A) => B): MaybePromise<B> {
  return value instanceof Promise ? value.then(next) : next(value);
}

function whenAll<A, B>(values: MaybePromise<A>[], next: (values: A[]) => B): MaybePromise<B> {
  return values.some((value) => value instanceof Promise) ? Promise.all(values).then(next) : next(values as A[]);
}
