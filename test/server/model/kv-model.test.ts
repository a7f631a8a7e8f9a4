// Properties throw plain assertion errors, so that fast-check can shrink what it found.

import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import {
  LeaseTimeToLiveRequest,
  PutRequest,
  RangeRequest,
  RangeRequestSortTarget,
} from '../../../common/api/generated/messages.ts';
import { TestNode, type TestNodeOptions, testCall, toTheEnd } from '../../harness/test-node.ts';
import { KvModel } from './kv-model.ts';
import { type Operation, operation } from './operations.ts';
import { onModel, onSubject, subjectOf } from './run-operation.ts';

type Ending = { readonly kind: 'crash' } | { readonly kind: 'kill' } | { readonly kind: 'restart' };
type Step = Operation | Ending;

async function follow(steps: readonly Step[], options: TestNodeOptions): Promise<void> {
  const node = await TestNode.open(options);
  const model = new KvModel();
  for (const step of steps) {
    if (step.kind === 'crash' || step.kind === 'kill') {
      node[step.kind]();
      await node.reopen();
      await compareStates(node, model);
    } else if (step.kind === 'restart') {
      await node.restart();
      await compareStates(node, model);
    } else {
      const expected = onModel(model, step);
      assert.deepEqual(await onSubject(subjectOf(node), step), expected, describe(step));
    }
  }
  await compareStates(node, model);
  assert.equal(node.failure, undefined);
  await node.stop();
}

function describe(step: Step): string {
  return JSON.stringify(step, (_, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`;
    const buffer = value as { type?: string; data?: number[] } | null;
    return buffer?.type === 'Buffer' ? Buffer.from(buffer.data!).toString('latin1') : value;
  });
}

/** Every revision that can still be read, and every lease with its keys. */
async function compareStates(node: TestNode, model: KvModel): Promise<void> {
  assert.equal(node.revision, model.revision);
  for (let revision = Math.max(1, model.compactRevision); revision <= model.revision; revision++) {
    const read: Operation = {
      kind: 'range',
      request: RangeRequest.create({ key: Buffer.of(0), rangeEnd: toTheEnd, revision }),
    };
    assert.deepEqual(await onSubject(subjectOf(node), read), onModel(model, read), `state at revision ${revision}`);
  }
  const { leases } = await node.answer(() => node.service.leaseLeases({}, testCall));
  assert.deepEqual(
    leases.map(({ id }) => id),
    [...model.leases.keys()].sort(),
  );
  for (const [id, ttl] of model.leases) {
    const request = LeaseTimeToLiveRequest.create({ id, keys: true });
    const lease = await node.answer(() => node.service.leaseTimeToLive(request, testCall));
    assert.equal(lease.grantedTtl, ttl);
    assert.deepEqual(
      lease.keys.map((key) => key.toString('latin1')),
      model.leaseKeys(id),
    );
  }
}

test('responses, revisions and errors are those of a model that keeps every state', async (t) => {
  const property = fc.asyncProperty(fc.array(operation, { maxLength: 40 }), (steps) => follow(steps, {}));
  await t.notThrowsAsync(fc.assert(property, { numRuns: 80 }));
});

const ending = fc.constantFrom<Ending>({ kind: 'crash' }, { kind: 'kill' }, { kind: 'restart' });
const stepsWithCrashes: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof({ weight: 8, arbitrary: operation }, { weight: 1, arbitrary: ending }),
  { maxLength: 40 },
);

test('the same holds when values are read from the store, and across crashes: nothing acknowledged is lost', async (t) => {
  const property = fc.asyncProperty(stepsWithCrashes, fc.nat(), fc.constantFrom(0, 1, 60), (steps, seed, cacheBytes) =>
    follow(steps, { seed, budgets: { valueCacheBytesMax: cacheBytes, releaseBytes: 200 } }),
  );
  await t.notThrowsAsync(fc.assert(property, { numRuns: 80 }));
});

test('puts under way at a crash are there or not, but none without those before it, and all acknowledged ones', async (t) => {
  const property = fc.asyncProperty(fc.nat(), fc.integer({ min: 0, max: 12 }), async (seed, turns) => {
    const node = await TestNode.open({ seed });
    let acknowledged = 0;
    let sent = 0;
    const put = async (key: string): Promise<void> => {
      await node.service.put(PutRequest.create({ key: Buffer.from(key) }), testCall);
      acknowledged++;
    };
    for (let turn = 0; turn <= turns; turn++) {
      for (let i = 0; i < 3; i++) put(`k${sent++}`).catch(() => undefined);
      await node.clock.turn();
    }
    node.crash();
    const known = acknowledged;
    await node.reopen();
    const { kvs } = await node.range('k', { rangeEnd: Buffer.from('l'), sortTarget: RangeRequestSortTarget.MOD });
    assert.ok(kvs.length >= known, `${known} acknowledged, ${kvs.length} there`);
    assert.deepEqual(
      kvs.map(({ key, modRevision }) => `${key.toString()} at ${modRevision}`),
      kvs.map((_, i) => `k${i} at ${i + 2}`),
    );
  });
  await t.notThrowsAsync(fc.assert(property, { numRuns: 60 }));
});
