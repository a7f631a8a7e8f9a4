// The three calls that registration makes, in terms of keys and leases. Each has a deadline; none retries (the loop in
// registrar.ts does, with what it then knows).

import {
  Compare,
  CompareCompareResult,
  CompareCompareTarget,
  DeleteRangeRequest,
  PutRequest,
  RangeRequest,
  RequestOp,
  TxnRequest,
} from '../../common/api/generated/messages.ts';
import type { Service } from '../../common/api/generated/service.ts';
import { outgoingCall } from '../../common/client/outgoing-call.ts';
import type { Observation } from './reconcile.ts';

const CALL_TIMEOUT_MS = 5000;
/** etcd's default --max-txn-ops is 128. */
const KEYS_PER_OBSERVATION = 100;

export interface PutOutcome {
  readonly modRevision: number;
  readonly clusterId: bigint;
  /** The lease that held the key before; 0n when the key was absent or on no lease. */
  readonly previousLeaseId: bigint;
}

export async function putRecord(
  service: Service,
  { key, value, leaseId }: { readonly key: string; readonly value: string; readonly leaseId: bigint },
): Promise<PutOutcome> {
  const request = PutRequest.create({ key: Buffer.from(key), value: Buffer.from(value), lease: leaseId, prevKv: true });
  const { header, prevKv } = await service.put(request, outgoingCall({ timeoutMs: CALL_TIMEOUT_MS }));
  return {
    modRevision: header?.revision ?? 0,
    clusterId: header?.clusterId ?? 0n,
    previousLeaseId: prevKv?.lease ?? 0n,
  };
}

/** Deletes the key only while it hangs on `leaseId`. */
export async function deleteOwned(service: Service, key: string, leaseId: bigint): Promise<void> {
  const name = Buffer.from(key);
  const request = TxnRequest.create({
    compare: [
      Compare.create({
        key: name,
        target: CompareCompareTarget.LEASE,
        result: CompareCompareResult.EQUAL,
        lease: leaseId,
      }),
    ],
    success: [RequestOp.create({ requestDeleteRange: DeleteRangeRequest.create({ key: name }) })],
  });
  await service.txn(request, outgoingCall({ timeoutMs: CALL_TIMEOUT_MS }));
}

/** Revision and lease of each key that exists; values are not read. One call for KEYS_PER_OBSERVATION keys. */
export async function observeKeys(
  service: Service,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Observation>> {
  const seen = new Map<string, Observation>();
  for (let start = 0; start < keys.length; start += KEYS_PER_OBSERVATION) {
    const success = keys
      .slice(start, start + KEYS_PER_OBSERVATION)
      .map((key) => RequestOp.create({ requestRange: RangeRequest.create({ key: Buffer.from(key), keysOnly: true }) }));
    const { responses } = await service.txn(
      TxnRequest.create({ success }),
      outgoingCall({ timeoutMs: CALL_TIMEOUT_MS }),
    );
    for (const { responseRange } of responses) {
      const kv = responseRange?.kvs[0];
      if (kv !== undefined) seen.set(kv.key.toString(), { modRevision: kv.modRevision, leaseId: kv.lease });
    }
  }
  return seen;
}
