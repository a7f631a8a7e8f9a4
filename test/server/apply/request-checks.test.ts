import test from 'ava';
import { type ErrorKey, errorTable } from '../../../common/api/errors.ts';
import {
  Compare,
  DeleteRangeRequest,
  PutRequest,
  RangeRequest,
  RequestOp,
  TxnRequest,
} from '../../../common/api/generated/messages.ts';
import {
  checkDeleteRange,
  checkPut,
  checkRange,
  checkTxn,
  isReadOnly,
  isSerializable,
} from '../../../server/apply/request-checks.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const put = (key: string, rest: Partial<PutRequest> = {}): RequestOp =>
  RequestOp.create({ requestPut: PutRequest.create({ key: bytes(key), ...rest }) });
const remove = (key: string, rangeEnd = ''): RequestOp =>
  RequestOp.create({ requestDeleteRange: DeleteRangeRequest.create({ key: bytes(key), rangeEnd: bytes(rangeEnd) }) });
const range = (key: string, rest: Partial<RangeRequest> = {}): RequestOp =>
  RequestOp.create({ requestRange: RangeRequest.create({ key: bytes(key), ...rest }) });
const nested = (success: RequestOp[], failure: RequestOp[] = []): RequestOp =>
  RequestOp.create({ requestTxn: TxnRequest.create({ success, failure }) });
const many = (count: number, op: (i: number) => RequestOp): RequestOp[] =>
  Array.from({ length: count }, (_, i) => op(i));

const requests: readonly [string, () => void, ErrorKey | undefined][] = [
  ['a range without a key', () => checkRange(RangeRequest.create({})), 'emptyKey'],
  [
    'a range sorted in an unknown order',
    () => checkRange(RangeRequest.create({ key: bytes('a'), sortOrder: 3 })),
    'invalidSortOption',
  ],
  [
    'a range sorted by an unknown target',
    () => checkRange(RangeRequest.create({ key: bytes('a'), sortTarget: 5 })),
    'invalidSortOption',
  ],
  [
    'a range with every known order and target',
    () => checkRange(RangeRequest.create({ key: bytes('a'), sortOrder: 2, sortTarget: 4 })),
    undefined,
  ],
  ['a put without a key', () => checkPut(PutRequest.create({})), 'emptyKey'],
  [
    'a put that keeps the value and brings one',
    () => checkPut(PutRequest.create({ key: bytes('a'), value: bytes('v'), ignoreValue: true })),
    'valueProvided',
  ],
  [
    'a put that keeps the lease and brings one',
    () => checkPut(PutRequest.create({ key: bytes('a'), lease: 1n, ignoreLease: true })),
    'leaseProvided',
  ],
  [
    'a put that keeps both',
    () => checkPut(PutRequest.create({ key: bytes('a'), ignoreValue: true, ignoreLease: true })),
    undefined,
  ],
  ['a delete without a key', () => checkDeleteRange(DeleteRangeRequest.create({ rangeEnd: bytes('b') })), 'emptyKey'],
];

for (const [title, check, key] of requests) {
  test(`${title} is ${key === undefined ? 'accepted' : `refused: ${errorTable[key].message}`}`, (t) => {
    if (key === undefined) t.notThrows(check);
    else t.throws(check, { message: errorTable[key].message });
  });
}

const transactions: readonly [string, Partial<TxnRequest>, ErrorKey | undefined][] = [
  ['an empty transaction', {}, undefined],
  ['128 operations', { success: many(128, (i) => put(`k${i}`)) }, undefined],
  ['129 operations', { success: many(129, (i) => put(`k${i}`)) }, 'tooManyOps'],
  [
    '129 comparisons',
    { compare: many(129, () => range('a')).map(() => Compare.create({ key: bytes('a') })) },
    'tooManyOps',
  ],
  ['a list within a list, together 128', { success: [nested(many(127, (i) => put(`k${i}`)))] }, undefined],
  ['a list within a list, together 129', { success: [nested(many(128, (i) => put(`k${i}`)))] }, 'tooManyOps'],
  ['a comparison without a key', { compare: [Compare.create({})] }, 'emptyKey'],
  ['an operation with nothing in it', { failure: [RequestOp.create({})] }, 'keyNotFound'],
  ['a put without a key', { success: [put('')] }, 'emptyKey'],
  [
    'a put that keeps the value and brings one, deep inside',
    { failure: [nested([], [nested([put('a', { ignoreValue: true, value: bytes('v') })])])] },
    'valueProvided',
  ],
  ['a range with an unknown order', { success: [range('a', { sortOrder: 9 })] }, 'invalidSortOption'],
  ['the same key put twice', { success: [put('a'), put('a')] }, 'duplicateKey'],
  ['the same key put in either branch', { success: [put('a')], failure: [put('a')] }, undefined],
  ['a key put and deleted', { success: [put('a'), remove('a')] }, 'duplicateKey'],
  ['a key deleted and put', { success: [remove('a'), put('a')] }, 'duplicateKey'],
  ['a key put in a range that is deleted', { success: [put('b'), remove('a', 'c')] }, 'duplicateKey'],
  ['a key put just behind a range that is deleted', { success: [put('c'), remove('a', 'c')] }, undefined],
  [
    'a key put behind the start of an endless range that is deleted',
    { success: [put('z'), remove('a', '\0')] },
    'duplicateKey',
  ],
  ['overlapping deletes', { success: [remove('a', 'c'), remove('b', 'd'), remove('b')] }, undefined],
  ['a key put here and in a nested transaction', { success: [nested([put('a')]), put('a')] }, 'duplicateKey'],
  ['a key put in two nested transactions', { success: [nested([put('a')]), nested([], [put('a')])] }, 'duplicateKey'],
  ['a key put in both branches of one nested transaction', { success: [nested([put('a')], [put('a')])] }, undefined],
  [
    'a key deleted in a nested transaction and put here',
    { success: [nested([], [remove('a', 'b')]), put('a')] },
    'duplicateKey',
  ],
  [
    'a key deleted here and put in a nested transaction',
    { success: [remove('a', 'b'), nested([put('a')])] },
    'duplicateKey',
  ],
  [
    'a key deleted in one nested transaction and put in a later one',
    { success: [nested([remove('a')]), nested([put('a')])] },
    'duplicateKey',
  ],
  [
    'a key put in one nested transaction and deleted in a later one',
    { success: [nested([put('a')]), nested([remove('a')])] },
    undefined,
  ],
  ['a key deleted in one branch and put in the other', { success: [nested([remove('a')], [put('a')])] }, undefined],
];

for (const [title, request, key] of transactions) {
  test(`in a transaction, ${title}: ${key === undefined ? 'accepted' : errorTable[key].message}`, (t) => {
    const check = (): void => checkTxn(TxnRequest.create(request), 128);
    if (key === undefined) t.notThrows(check);
    else t.throws(check, { message: errorTable[key].message });
  });
}

test('a transaction of the largest size that the limits let through is checked in no time', (t) => {
  // Nested lists share no budget: 43 * 42 * 43 operations fit into 1.5 MiB.
  const leaf = (n: number): RequestOp => (n % 2 === 0 ? put(`p${n}`) : remove(`d${n}`, `d${n}\0`));
  const success = many(43, (i) => nested(many(42, (j) => nested(many(43, (k) => leaf((i * 42 + j) * 43 + k))))));
  const request = TxnRequest.create({ success });
  t.true(TxnRequest.size(request) < 1_572_864);
  const start = performance.now();
  checkTxn(request, 128);
  t.true(performance.now() - start < 1_500, `${performance.now() - start} ms`);
});

test('what only reads needs no log entry; a nested transaction counts as a change, as in etcd', (t) => {
  t.true(isReadOnly(TxnRequest.create({})));
  t.true(isReadOnly(TxnRequest.create({ success: [range('a')], failure: [range('b')] })));
  t.false(isReadOnly(TxnRequest.create({ success: [range('a')], failure: [put('b')] })));
  t.false(isReadOnly(TxnRequest.create({ success: [nested([range('a')])] })));
});

test('a transaction is answered without the leader only when all it reads may be', (t) => {
  const serializable = range('a', { serializable: true });
  t.true(isSerializable(TxnRequest.create({ success: [serializable], failure: [serializable] })));
  t.false(isSerializable(TxnRequest.create({ success: [serializable], failure: [range('a')] })));
});
