// Random operations for the model tests: few keys, small revisions and few leases, so that requests meet.

import fc from 'fast-check';
import {
  Compare,
  CompareCompareTarget,
  DeleteRangeRequest,
  PutRequest,
  RangeRequest,
  RequestOp,
  TxnRequest,
} from '../../../common/api/generated/messages.ts';

export type Operation =
  | { readonly kind: 'range'; readonly request: RangeRequest }
  | { readonly kind: 'put'; readonly request: PutRequest }
  | { readonly kind: 'deleteRange'; readonly request: DeleteRangeRequest }
  | { readonly kind: 'txn'; readonly request: TxnRequest }
  | { readonly kind: 'compact'; readonly revision: number; readonly physical: boolean }
  | { readonly kind: 'grant'; readonly id: bigint; readonly ttl: number }
  | { readonly kind: 'revoke'; readonly id: bigint };

const keyTexts = ['a', 'aa', 'ab', 'b', 'c', '\u00ff'];
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

const key = fc
  .oneof({ weight: 60, arbitrary: fc.constantFrom(...keyTexts) }, { weight: 1, arbitrary: fc.constant('') })
  .map(bytes);
/** Mostly a single key. */
const rangeEnd = fc
  .oneof(
    { weight: 3, arbitrary: fc.constant('') },
    { weight: 2, arbitrary: fc.constantFrom('\0', 'b', 'ac', 'd', 'a') },
  )
  .map(bytes);
const value = fc.constantFrom('', 'x', 'y', 'yy', 'z'.repeat(40)).map(bytes);
const lease = fc.constantFrom(0n, 0n, 0n, 1n, 2n, 3n);
const rarely = fc.integer({ min: 0, max: 5 }).map((n) => n === 0);
const often = fc.boolean();
const revision = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 24 }) },
);
const bound = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 16 }) },
);

const rangeRequest = fc
  .record({
    key,
    rangeEnd,
    limit: fc.constantFrom(0, 0, 1, 2, 3),
    revision,
    sortOrder: fc.integer({ min: 0, max: 2 }),
    sortTarget: fc.integer({ min: 0, max: 4 }),
    serializable: often,
    keysOnly: rarely,
    countOnly: rarely,
    minModRevision: bound,
    maxModRevision: bound,
    minCreateRevision: bound,
    maxCreateRevision: bound,
  })
  .map((fields) => RangeRequest.create(fields));

const putRequest = fc
  .record({
    key,
    value,
    lease,
    prevKv: often,
    ignoreValue: rarely,
    ignoreLease: rarely,
    tidy: fc.integer({ min: 0, max: 9 }),
  })
  .map(({ tidy, ...fields }) =>
    // Most requests are in order; a few contradict themselves.
    PutRequest.create({
      ...fields,
      ...(fields.ignoreValue && tidy > 0 ? { value: bytes('') } : {}),
      ...(fields.ignoreLease && tidy > 0 ? { lease: 0n } : {}),
    }),
  );

const deleteRequest = fc.record({ key, rangeEnd, prevKv: often }).map((fields) => DeleteRangeRequest.create(fields));

/** What it is compared with is a oneof: the member that the target names, and no other. */
const compared: readonly fc.Arbitrary<Partial<Compare>>[] = [
  fc.nat({ max: 3 }).map((version) => ({ target: CompareCompareTarget.VERSION, version })),
  fc.nat({ max: 16 }).map((createRevision) => ({ target: CompareCompareTarget.CREATE, createRevision })),
  fc.nat({ max: 16 }).map((modRevision) => ({ target: CompareCompareTarget.MOD, modRevision })),
  value.map((bytesOf) => ({ target: CompareCompareTarget.VALUE, value: bytesOf })),
  lease.map((id) => ({ target: CompareCompareTarget.LEASE, lease: id })),
];

const compare = fc
  .record({ result: fc.integer({ min: 0, max: 3 }), key, rangeEnd, compared: fc.oneof(...compared) })
  .map(({ compared: what, ...fields }) => Compare.create({ ...fields, ...what }));

function txnRequest(depth: number): fc.Arbitrary<TxnRequest> {
  const plain: fc.Arbitrary<RequestOp>[] = [
    rangeRequest.map((requestRange) => RequestOp.create({ requestRange })),
    putRequest.map((requestPut) => RequestOp.create({ requestPut })),
    putRequest.map((requestPut) => RequestOp.create({ requestPut })),
    deleteRequest.map((requestDeleteRange) => RequestOp.create({ requestDeleteRange })),
  ];
  const nested = depth > 0 ? [txnRequest(depth - 1).map((requestTxn) => RequestOp.create({ requestTxn }))] : [];
  const ops = fc.array(fc.oneof(...plain, ...nested), { maxLength: 3 });
  return fc
    .record({ compare: fc.array(compare, { maxLength: 2 }), success: ops, failure: ops })
    .map((fields) => TxnRequest.create(fields));
}

export const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('put' as const), request: putRequest }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('deleteRange' as const), request: deleteRequest }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('range' as const), request: rangeRequest }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('txn' as const), request: txnRequest(2) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('compact' as const),
      revision: fc.integer({ min: 0, max: 20 }),
      physical: often,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('grant' as const),
      id: fc.constantFrom(1n, 2n, 3n),
      ttl: fc.constant(1000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('revoke' as const), id: fc.constantFrom(1n, 2n, 3n) }) },
);
