// The model against Debian's etcd: what our node is measured by is itself measured by a server that we did not write.

import assert from 'node:assert/strict';
import anyTest from 'ava';
import fc from 'fast-check';
import { errorTable } from '../../../common/api/errors.ts';
import { RangeRequest, type RequestOp } from '../../../common/api/generated/messages.ts';
import { EtcdProcess, etcdMissing } from '../../agent/etcd-process.ts';
import { testCall, toTheEnd } from '../../harness/test-node.ts';
import { KvModel } from './kv-model.ts';
import { type Operation, operation } from './operations.ts';
import { onModel, onSubject, type Subject } from './run-operation.ts';

const test = etcdMissing === undefined ? anyTest : anyTest.skip;
if (etcdMissing !== undefined) console.log(`the model is not compared with etcd: ${etcdMissing}`);

/** A store that was never compacted takes a compaction at 0 there, which means nothing. */
const comparable = (each: Operation): boolean => each.kind !== 'compact' || each.revision > 0;

/** etcd does not see that a delete without an end covers a put of the same transaction; we do (request-checks.ts). */
function isStricter(step: Operation, { refused }: { refused?: string }): boolean {
  const endless = (ops: readonly RequestOp[]): boolean =>
    ops.some(
      ({ requestDeleteRange, requestTxn }) =>
        requestDeleteRange?.rangeEnd.equals(toTheEnd) ||
        (requestTxn !== undefined && endless([...requestTxn.success, ...requestTxn.failure])),
    );
  if (step.kind !== 'txn' || refused !== errorTable.duplicateKey.message) return false;
  return endless([...step.request.success, ...step.request.failure]);
}

test('etcd answers every request as the model does', async (t) => {
  const etcd = await EtcdProcess.start(t);
  const subject: Subject = {
    service: etcd.client,
    answer: async (call) => call(),
    revision: async () => {
      const request = RangeRequest.create({ key: Buffer.from('x'), countOnly: true });
      return (await etcd.client.range(request, testCall)).header!.revision;
    },
  };
  const property = fc.asyncProperty(fc.array(operation.filter(comparable), { maxLength: 60 }), async (steps) => {
    // A new store each time: revisions begin at 1.
    await etcd.kill();
    await etcd.wipe();
    await etcd.run();
    const model = new KvModel();
    for (const step of steps) {
      const expected = onModel(model, step);
      if (isStricter(step, expected)) continue;
      const actual = await onSubject(subject, step);
      // Of several reasons to refuse a transaction etcd 3.4 names one of a put first, 3.6 the first in the list.
      const bothRefused = step.kind === 'txn' && actual.refused !== undefined && expected.refused !== undefined;
      if (!bothRefused) assert.deepEqual(actual, expected);
    }
  });
  await t.notThrowsAsync(fc.assert(property, { numRuns: 15, endOnFailure: true }));
});
