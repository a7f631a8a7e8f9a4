// The KV calls of a core node: checks first, then either a linearized read of the applied state, or a command to the
// log.

import type { MaybePromise } from '../../common/api/call.ts';
import { apiError } from '../../common/api/errors.ts';
import {
  type CompactionRequest,
  CompactionResponse,
  DeleteRangeRequest,
  type DeleteRangeResponse,
  PutRequest,
  type PutResponse,
  type RangeRequest,
  type RangeResponse,
  TxnRequest,
  type TxnResponse,
} from '../../common/api/generated/messages.ts';
import type { Service } from '../../common/api/generated/service.ts';
import { encode } from '../../common/wire/protobuf/codec.ts';
import type { Command } from '../apply/generated/commands.ts';
import { KvApply } from '../apply/kv-apply.ts';
import { type FetchedValues, NeededValues } from '../apply/needed-values.ts';
import {
  checkDeleteRange,
  checkPut,
  checkRange,
  checkTxn,
  isReadOnly,
  isSerializable,
} from '../apply/request-checks.ts';
import type { Alarms } from '../cluster/alarms.ts';
import type { Quota } from '../cluster/quota.ts';
import type { Lessor } from '../lease/lessor.ts';
import type { Compactor } from '../mvcc/compactor.ts';
import { readRange } from '../mvcc/mvcc-reader.ts';
import type { MvccStore } from '../mvcc/mvcc-store.ts';
import type { Replica } from '../replica/replica.ts';
import type { Headers } from './headers.ts';

/** A read-only transaction tries so often to have all the values it compares at hand at once. */
const valueRoundsMax = 100;

export const emptyCommand: Command = {
  put: undefined,
  deleteRange: undefined,
  txn: undefined,
  compact: undefined,
  leaseGrant: undefined,
  leaseRevoke: undefined,
  alarm: undefined,
  memberAttributes: undefined,
  membership: undefined,
};

export interface KvParts {
  readonly store: MvccStore;
  readonly lessor: Lessor;
  readonly replica: Replica;
  readonly compactor: Compactor;
  readonly alarms: Alarms;
  readonly quota: Quota;
  readonly headers: Headers;
  readonly txnOpsMax: number;
}

export class KvService implements Pick<Service, 'range' | 'put' | 'deleteRange' | 'txn' | 'compact'> {
  private readonly parts: KvParts;
  private readonly reads: KvApply;

  constructor(parts: KvParts) {
    this.parts = parts;
    this.reads = new KvApply(parts.store, parts.lessor);
  }

  range(request: RangeRequest): MaybePromise<RangeResponse> {
    checkRange(request);
    if (this.parts.alarms.corrupt) throw apiError('corrupt');
    const wait = request.serializable ? undefined : this.parts.replica.linearize();
    return wait instanceof Promise ? wait.then(() => this.readNow(request)) : this.readNow(request);
  }

  private readNow(request: RangeRequest): MaybePromise<RangeResponse> {
    const result = readRange(this.parts.store, request);
    const answer = ({ kvs, more, count, revision }: Awaited<typeof result>): RangeResponse => ({
      header: this.parts.headers.at(revision),
      kvs,
      more,
      count,
    });
    return result instanceof Promise ? result.then(answer) : answer(result);
  }

  put(request: PutRequest): Promise<PutResponse> {
    checkPut(request);
    this.parts.quota.check();
    return this.propose({ ...emptyCommand, put: { request: encode(PutRequest, request) } });
  }

  deleteRange(request: DeleteRangeRequest): Promise<DeleteRangeResponse> {
    checkDeleteRange(request);
    return this.propose({ ...emptyCommand, deleteRange: { request: encode(DeleteRangeRequest, request) } });
  }

  txn(request: TxnRequest): MaybePromise<TxnResponse> {
    checkTxn(request, this.parts.txnOpsMax);
    if (isReadOnly(request)) return this.readTxn(request);
    if (hasPut(request)) this.parts.quota.check();
    return this.propose({ ...emptyCommand, txn: { request: encode(TxnRequest, request) } });
  }

  /** Needs no log entry: every operation reads. */
  private async readTxn(request: TxnRequest): Promise<TxnResponse> {
    if (this.parts.alarms.corrupt) throw apiError('corrupt');
    if (!isSerializable(request)) await this.parts.replica.linearize();
    const fetched: FetchedValues = new Map();
    for (let round = 0; round < valueRoundsMax; round++) {
      const needed = new NeededValues(this.parts.store, fetched);
      needed.txn(request);
      const loading = needed.fetch();
      // Values may change while others are read: only a turn that finds all of them decides.
      if (loading === undefined) return this.parts.headers.complete(await this.reads.txn(request, fetched));
      await loading;
    }
    throw apiError('timeout');
  }

  async compact(request: CompactionRequest): Promise<CompactionResponse> {
    const { headers, compactor } = this.parts;
    await this.propose({ ...emptyCommand, compact: { revision: request.revision } });
    if (request.physical) await compactor.scrub();
    return CompactionResponse.create({ header: headers.now() });
  }

  private async propose<T extends { header: RangeResponse['header'] }>(command: Command): Promise<T> {
    return this.parts.headers.complete((await this.parts.replica.propose(command)) as T);
  }
}

function hasPut(request: TxnRequest): boolean {
  return [...request.success, ...request.failure].some(
    (op) => op.requestPut !== undefined || op.requestTxn !== undefined,
  );
}
