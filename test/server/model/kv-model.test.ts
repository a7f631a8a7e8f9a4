import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { LeaseTimeToLiveRequest, RangeRequest } from '../../../common/api/generated/messages.ts';
import { TestNode, type TestNodeOptions, testCall, toTheEnd } from '../../harness/test-node.ts';
import { KvModel } from './kv-model.ts';
import { type Operation, operation } from './operations.ts';
import { onModel, onNode } from './run-operation.ts';

type Step = Operation | { readonly kind: 'crash' | 'kill' | 'restart' };

async function follow(t: ExecutionContext, steps: readonly Step[], options: TestNodeOptions): Promise<void> {
  const node = await TestNode.open(options);
  const model = new KvModel();
  for (const step of steps) {
    if (step.kind === 'crash' || step.kind === 'kill') {
      node[step.kind]();
      await node.reopen();
      await compareStates(t, node, model);
    } else if (step.kind === 'restart') {
      await node.restart();
      await compareStates(t, node, model);
    } else {
      const expected = onModel(model, step);
      t.deepEqual(await onNode(node, step), expected, describe(step));
    }
  }
  await compareStates(t, node, model);
  t.is(node.failure, undefined);
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
async function compareStates(t: ExecutionContext, node: TestNode, model: KvModel): Promise<void> {
  t.is(node.revision, model.revision);
  for (let revision = Math.max(1, model.compactRevision); revision <= model.revision; revision++) {
    const read: Operation = {
      kind: 'range',
      request: RangeRequest.create({ key: Buffer.of(0), rangeEnd: toTheEnd, revision }),
    };
    t.deepEqual(await onNode(node, read), onModel(model, read), `state at revision ${revision}`);
  }
  const { leases } = await node.answer(() => node.service.leaseLeases({}, testCall));
  t.deepEqual(new Set(leases.map(({ id }) => id)), new Set(model.leases.keys()));
  for (const [id, ttl] of model.leases) {
    const request = LeaseTimeToLiveRequest.create({ id, keys: true });
    const lease = await node.answer(() => node.service.leaseTimeToLive(request, testCall));
    t.is(lease.grantedTtl, ttl);
    t.deepEqual(lease.keys.map((key) => key.toString('latin1')), model.leaseKeys(id));
  }
}

test('responses, revisions and errors are those of a model that keeps every state', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 40 }), (steps) => follow(t, steps, {})),
    { numRuns: 150 },
  );
});

const endings = fc.constantFrom({ kind: 'crash' } as const, { kind: 'kill' } as const, { kind: 'restart' } as const);
const stepsWithCrashes: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof({ weight: 8, arbitrary: operation }, { weight: 1, arbitrary: endings }),
  { maxLength: 40 },
);

test('the same holds when values are read from the store, and across crashes: nothing acknowledged is lost', async (t) => {
  await fc.assert(
    fc.asyncProperty(stepsWithCrashes, fc.nat(), fc.constantFrom(0, 1, 60), (steps, seed, valueCacheBytesMax) =>
      follow(t, steps, { seed, budgets: { valueCacheBytesMax, releaseBytes: 200 } }),
    ),
    { numRuns: 150 },
  );
});

test('puts under way at a crash are there or not, but none without those before it, and all acknowledged ones', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.integer({ min: 0, max: 12 }), async (seed, turns) => {
      const node = await TestNode.open({ seed });
      let acknowledged = 0;
      let put = 0;
      for (let turn = 0; turn <= turns; turn++) {
        for (let i = 0; i < 3; i++) {
          const request = { key: Buffer.from(`k${put++}`), value: Buffer.from('v') };
          const answer = node.service.put({ ...request, lease: 0n, prevKv: false, ignoreValue: false, ignoreLease: false }, testCall);
          void Promise.resolve(answer).then(
            () => acknowledged++,
            () => undefined,
          );
        }
        await node.clock.turn();
      }
      node.crash();
      const known = acknowledged;
      await node.reopen();
      const { kvs } = await node.range('k', { rangeEnd: Buffer.from('l') });
      t.true(kvs.length >= known, `${known} acknowledged, ${kvs.length} there`);
      t.deepEqual(
        kvs.map(({ modRevision }) => modRevision).sort((a, b) => a - b),
        kvs.map((_, i) => i + 2),
      );
      t.deepEqual(
        new Set(kvs.map(({ key }) => key.toString())),
        new Set(kvs.map((_, i) => `k${i}`)),
      );
    }),
    { numRuns: 60 },
  );
});
