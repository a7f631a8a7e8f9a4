// Apply decides with values that may have left memory. Each test moves them out at an awkward moment.

import test from 'ava';
import {
  Compare,
  CompareCompareResult,
  CompareCompareTarget,
  PutRequest,
  RequestOp,
} from '../../../common/api/generated/messages.ts';
import { TestNode } from '../../harness/test-node.ts';

const bytes = (text: string): Buffer => Buffer.from(text);

function hasValue(key: string, value: string): Compare {
  return Compare.create({
    key: bytes(key),
    target: CompareCompareTarget.VALUE,
    result: CompareCompareResult.EQUAL,
    value: bytes(value),
  });
}

function putOp(fields: Partial<PutRequest>): RequestOp {
  return RequestOp.create({ requestPut: PutRequest.create(fields) });
}

test('a value that an earlier command of the same entry pushed out of memory can still be compared', async (t) => {
  const node = await TestNode.open({ budgets: { valueCacheBytesMax: 30 } });
  await node.put('a', 'first');
  const [, txn] = await Promise.all([
    node.put('b', 'x'.repeat(30)),
    node.txn({ compare: [hasValue('a', 'first')], success: [putOp({ key: bytes('c') })] }),
  ]);
  t.true(txn.succeeded);
  t.is(node.failure, undefined);
  // Both went into one entry, or this test shows nothing.
  t.is(node.node.raft.log.lastIndex, 5);
});

test('a value that an earlier operation of the same transaction pushed out of memory can still be kept', async (t) => {
  const node = await TestNode.open({ budgets: { valueCacheBytesMax: 30 } });
  await node.put('a', 'first');
  await node.txn({
    success: [putOp({ key: bytes('b'), value: bytes('x'.repeat(30)) }), putOp({ key: bytes('a'), ignoreValue: true })],
  });
  t.is(await node.get('a'), 'first');
});

test('a value that reaches the store while others are read ahead can still be compared', async (t) => {
  const node = await TestNode.open({ budgets: { valueCacheBytesMax: 0 } });
  await node.put('a', 'in the store');
  await node.clock.settle();
  node.gates.hold('write');
  await node.put('b', 'on its way');
  node.gates.hold('getMany');
  const txn = node.txn({
    compare: [hasValue('a', 'in the store'), hasValue('b', 'on its way')],
    success: [putOp({ key: bytes('c') })],
  });
  await node.clock.settle();
  t.is(node.gates.waiting('getMany'), 1);
  node.gates.open('write');
  await node.clock.settle();
  node.gates.open('getMany');
  t.true((await txn).succeeded);
  t.is(node.failure, undefined);
});
