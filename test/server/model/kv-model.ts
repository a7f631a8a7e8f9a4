// The KV and lease semantics of etcd's API, as dumb as they can be written: the whole state of every revision is kept,
// a transaction works on a copy, nothing is indexed. Takes the API's own requests and gives its responses (headers carry
// the revision only), or the error's message.

import { type ErrorKey, errorTable } from '../../../common/api/errors.ts';
import {
  type Compare,
  CompareCompareResult,
  CompareCompareTarget,
  type DeleteRangeRequest,
  DeleteRangeResponse,
  type KeyValue,
  type PutRequest,
  PutResponse,
  type RangeRequest,
  RangeRequestSortOrder,
  RangeRequestSortTarget,
  RangeResponse,
  type RequestOp,
  ResponseHeader,
  ResponseOp,
  type TxnRequest,
  TxnResponse,
} from '../../../common/api/generated/messages.ts';

/** Keys are latin1 strings. */
type State = ReadonlyMap<string, KeyValue>;

export class Refusal extends Error {
  constructor(key: ErrorKey) {
    super(errorTable[key].message);
  }
}

export class KvModel {
  /** `states[r]` is the state at revision r; an empty store is at 1. */
  readonly states: State[] = [new Map(), new Map()];
  compactRevision = 0;
  readonly leases = new Map<bigint, number>();
  /** Of the transaction under way. */
  #working = new Map<string, KeyValue>();
  #changes = 0;

  get revision(): number {
    return this.states.length - 1;
  }

  get #now(): number {
    return this.revision + (this.#changes > 0 ? 1 : 0);
  }

  // ---- calls

  range(request: RangeRequest): RangeResponse {
    checkRange(request);
    return this.#transaction(() => this.#range(request));
  }

  put(request: PutRequest): PutResponse {
    checkPut(request);
    return this.#transaction(() => {
      this.#checkPut(request);
      return this.#put(request);
    });
  }

  deleteRange(request: DeleteRangeRequest): DeleteRangeResponse {
    if (request.key.length === 0) throw new Refusal('emptyKey');
    return this.#transaction(() => this.#deleteRange(request));
  }

  txn(request: TxnRequest): TxnResponse {
    checkTxn(request, 128);
    changes(request.success);
    changes(request.failure);
    return this.#transaction(() => {
      const plan = this.#plan(request);
      this.#checkPlan(plan);
      const response = this.#execute(plan);
      return { ...response, header: this.#header() };
    });
  }

  compact(revision: number): void {
    if (revision <= this.compactRevision) throw new Refusal('compacted');
    if (revision > this.revision) throw new Refusal('futureRevision');
    this.compactRevision = revision;
  }

  grant(id: bigint, ttl: number): void {
    if (this.leases.has(id)) throw new Refusal('leaseExists');
    this.leases.set(id, ttl);
  }

  revoke(id: bigint): void {
    if (!this.leases.delete(id)) throw new Refusal('leaseNotFound');
    this.#transaction(() => {
      for (const [key, kv] of [...this.#working]) if (kv.lease === id) this.#remove(key);
      return ResponseHeader.create();
    });
  }

  /** Keys of a lease, sorted. */
  leaseKeys(id: bigint): string[] {
    const state = this.states[this.revision]!;
    return [...state]
      .filter(([, kv]) => kv.lease === id)
      .map(([key]) => key)
      .sort();
  }

  // ---- inside a transaction

  #transaction<T>(run: () => T): T {
    this.#working = new Map(this.states[this.revision]);
    this.#changes = 0;
    const result = run();
    if (this.#changes > 0) {
      this.states.push(this.#working);
      this.#changes = 0;
    }
    return result;
  }

  #header(): ResponseHeader {
    return ResponseHeader.create({ revision: this.#now });
  }

  #checkRevision(revision: number): void {
    if (revision > this.#now) throw new Refusal('futureRevision');
    if (revision > 0 && revision < this.compactRevision) throw new Refusal('compacted');
  }

  #range(request: RangeRequest): RangeResponse {
    this.#checkRevision(request.revision);
    const old = request.revision > 0 && request.revision <= this.revision;
    const state: State = old ? this.states[request.revision]! : this.#working;
    const inRange = inside(state, request.key, request.rangeEnd);
    const count = inRange.length;
    if (request.countOnly) return RangeResponse.create({ header: this.#header(), count });
    const { sortTarget, sortOrder, limit } = request;
    let kvs = inRange.filter(
      (kv) =>
        (request.minModRevision === 0 || kv.modRevision >= request.minModRevision) &&
        (request.maxModRevision === 0 || kv.modRevision <= request.maxModRevision) &&
        (request.minCreateRevision === 0 || kv.createRevision >= request.minCreateRevision) &&
        (request.maxCreateRevision === 0 || kv.createRevision <= request.maxCreateRevision),
    );
    const filtered =
      request.minModRevision + request.maxModRevision + request.minCreateRevision + request.maxCreateRevision !== 0;
    // etcd's quirk: without an order it reads one key more than the limit, and sorts only those.
    if (limit > 0 && sortOrder === RangeRequestSortOrder.NONE && !filtered) kvs = kvs.slice(0, limit + 1);
    kvs.sort((a, b) => compareBy(sortTarget, a, b) * (sortOrder === RangeRequestSortOrder.DESCEND ? -1 : 1));
    const more = limit > 0 && kvs.length > limit;
    if (limit > 0) kvs = kvs.slice(0, limit);
    if (request.keysOnly) kvs = kvs.map((kv) => ({ ...kv, value: Buffer.alloc(0) }));
    return RangeResponse.create({ header: this.#header(), kvs, more, count });
  }

  #checkPut(request: PutRequest): void {
    if (request.lease !== 0n && !this.leases.has(request.lease)) throw new Refusal('leaseNotFound');
    const there = this.#working.has(request.key.toString('latin1'));
    if ((request.ignoreValue || request.ignoreLease) && !there) throw new Refusal('keyNotFound');
  }

  #put(request: PutRequest): PutResponse {
    const key = request.key.toString('latin1');
    const old = this.#working.get(key);
    this.#changes++;
    const modRevision = this.#now;
    this.#working.set(key, {
      key: request.key,
      createRevision: old?.createRevision ?? modRevision,
      modRevision,
      version: (old?.version ?? 0) + 1,
      value: request.ignoreValue ? old!.value : request.value,
      lease: request.ignoreLease ? old!.lease : request.lease,
    });
    return PutResponse.create({ header: this.#header(), prevKv: request.prevKv ? old : undefined });
  }

  #remove(key: string): void {
    this.#working.delete(key);
    this.#changes++;
  }

  #deleteRange(request: DeleteRangeRequest): DeleteRangeResponse {
    const gone = inside(this.#working, request.key, request.rangeEnd);
    for (const kv of gone) this.#remove(kv.key.toString('latin1'));
    const prevKvs = request.prevKv ? gone : [];
    return DeleteRangeResponse.create({ header: this.#header(), deleted: gone.length, prevKvs });
  }

  #plan(request: TxnRequest): Plan {
    const succeeded = request.compare.every((compare) => this.#holds(compare));
    const ops = succeeded ? request.success : request.failure;
    return { succeeded, ops, nested: ops.map(({ requestTxn }) => requestTxn && this.#plan(requestTxn)) };
  }

  #holds(compare: Compare): boolean {
    const kvs = inside(this.#working, compare.key, compare.rangeEnd);
    if (kvs.length > 0) return kvs.every((kv) => compareHolds(compare, kv));
    return compare.target !== CompareCompareTarget.VALUE && compareHolds(compare, undefined);
  }

  #checkPlan({ ops, nested }: Plan): void {
    ops.forEach((op, i) => {
      if (op.requestRange !== undefined) this.#checkRevision(op.requestRange.revision);
      else if (op.requestPut !== undefined) this.#checkPut(op.requestPut);
      else if (op.requestTxn !== undefined) this.#checkPlan(nested[i]!);
    });
  }

  #execute({ succeeded, ops, nested }: Plan): TxnResponse {
    const responses = ops.map((op, i) => {
      if (op.requestRange !== undefined) return ResponseOp.create({ responseRange: this.#range(op.requestRange) });
      if (op.requestPut !== undefined) return ResponseOp.create({ responsePut: this.#put(op.requestPut) });
      if (op.requestTxn !== undefined) return ResponseOp.create({ responseTxn: this.#execute(nested[i]!) });
      return ResponseOp.create({ responseDeleteRange: this.#deleteRange(op.requestDeleteRange!) });
    });
    return TxnResponse.create({ header: ResponseHeader.create(), succeeded, responses });
  }
}

interface Plan {
  readonly succeeded: boolean;
  readonly ops: readonly RequestOp[];
  readonly nested: readonly (Plan | undefined)[];
}

function isInside(key: string, start: Buffer, end: Buffer): boolean {
  const first = start.toString('latin1');
  if (end.length === 0) return key === first;
  return key >= first && (end.equals(Buffer.of(0)) || key < end.toString('latin1'));
}

function inside(state: State, start: Buffer, end: Buffer): KeyValue[] {
  const keys = [...state.keys()].filter((key) => isInside(key, start, end));
  return keys.sort().map((key) => state.get(key)!);
}

function compareBy(target: number, a: KeyValue, b: KeyValue): number {
  switch (target) {
    case RangeRequestSortTarget.VERSION:
      return a.version - b.version;
    case RangeRequestSortTarget.CREATE:
      return a.createRevision - b.createRevision;
    case RangeRequestSortTarget.MOD:
      return a.modRevision - b.modRevision;
    case RangeRequestSortTarget.VALUE:
      return Buffer.compare(a.value, b.value);
    default:
      return Buffer.compare(a.key, b.key);
  }
}

function compareHolds(compare: Compare, kv: KeyValue | undefined): boolean {
  const of = (a: number | bigint, b: number | bigint): number => (a < b ? -1 : a > b ? 1 : 0);
  const results: Record<number, () => number> = {
    [CompareCompareTarget.VERSION]: () => of(kv?.version ?? 0, compare.version),
    [CompareCompareTarget.CREATE]: () => of(kv?.createRevision ?? 0, compare.createRevision),
    [CompareCompareTarget.MOD]: () => of(kv?.modRevision ?? 0, compare.modRevision),
    [CompareCompareTarget.LEASE]: () => of(kv?.lease ?? 0n, compare.lease),
    [CompareCompareTarget.VALUE]: () => Buffer.compare(kv!.value, compare.value),
  };
  const result = results[compare.target]!();
  switch (compare.result) {
    case CompareCompareResult.EQUAL:
      return result === 0;
    case CompareCompareResult.NOT_EQUAL:
      return result !== 0;
    case CompareCompareResult.GREATER:
      return result > 0;
    default:
      return result < 0;
  }
}

// ---- refusals that need no state

function checkRange(request: RangeRequest): void {
  if (request.key.length === 0) throw new Refusal('emptyKey');
}

function checkPut(request: PutRequest): void {
  if (request.key.length === 0) throw new Refusal('emptyKey');
  if (request.ignoreValue && request.value.length > 0) throw new Refusal('valueProvided');
  if (request.ignoreLease && request.lease !== 0n) throw new Refusal('leaseProvided');
}

function checkTxn(request: TxnRequest, budget: number): void {
  const used = Math.max(request.compare.length, request.success.length, request.failure.length);
  if (used > budget) throw new Refusal('tooManyOps');
  if (request.compare.some(({ key }) => key.length === 0)) throw new Refusal('emptyKey');
  for (const op of [...request.success, ...request.failure]) {
    if (op.requestRange !== undefined) checkRange(op.requestRange);
    else if (op.requestPut !== undefined) checkPut(op.requestPut);
    else if (op.requestTxn !== undefined) checkTxn(op.requestTxn, budget - used);
    else if (op.requestDeleteRange === undefined) throw new Refusal('keyNotFound');
    else if (op.requestDeleteRange.key.length === 0) throw new Refusal('emptyKey');
  }
}

interface Changes {
  readonly puts: string[];
  readonly deletes: DeleteRangeRequest[];
}

/** What a list may change; refuses a key put twice, or put and deleted (as far as etcd looks: see below). */
function changes(ops: readonly RequestOp[]): Changes {
  const deletes = ops.flatMap(({ requestDeleteRange }) => requestDeleteRange ?? []);
  const puts: string[] = [];
  const add = (key: string, exempt: readonly string[]): void => {
    if (puts.includes(key) && !exempt.includes(key)) throw new Refusal('duplicateKey');
    if (deletes.some((request) => isInside(key, request.key, request.rangeEnd))) throw new Refusal('duplicateKey');
    puts.push(key);
  };
  for (const { requestTxn } of ops) {
    if (requestTxn === undefined) continue;
    const success = changes(requestTxn.success);
    const failure = changes(requestTxn.failure);
    for (const key of success.puts) add(key, []);
    for (const key of failure.puts) add(key, success.puts);
    // Only what comes later is checked against these: etcd does not look back either.
    deletes.push(...success.deletes, ...failure.deletes);
  }
  for (const { requestPut } of ops) if (requestPut !== undefined) add(requestPut.key.toString('latin1'), []);
  return { puts: [...new Set(puts)], deletes };
}
