// Random changes under random back-pressure: every watcher sees exactly the history that matches it.

import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import {
  DeleteRangeRequest,
  type Event,
  EventEventType,
  KeyValue,
  PutRequest,
  RequestOp,
  WatchCreateRequest,
  WatchProgressRequest,
  WatchRequest,
  type WatchResponse,
} from '../../../common/api/generated/messages.ts';
import { prefixEnd, TestNode } from '../../harness/test-node.ts';
import type { TestStream } from '../../harness/test-stream.ts';

type Change = { readonly key: string; readonly remove: boolean };

type Step =
  | { readonly kind: 'change'; readonly changes: readonly Change[]; readonly wait: boolean }
  | { readonly kind: 'watch'; readonly request: WatchCreateRequest; readonly room: number }
  | { readonly kind: 'room'; readonly stream: number; readonly room: number }
  | { readonly kind: 'progress'; readonly stream: number }
  | { readonly kind: 'compact'; readonly back: number }
  | { readonly kind: 'settle' };

const key = fc.constantFrom('a', 'ab', 'b');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('change' as const),
      changes: fc.uniqueArray(fc.record({ key, remove: fc.boolean() }), {
        minLength: 1,
        maxLength: 3,
        selector: (change) => change.key,
      }),
      wait: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('watch' as const),
      request: fc
        .record({
          key,
          prefix: fc.boolean(),
          startRevision: fc.integer({ min: 0, max: 25 }),
          prevKv: fc.boolean(),
          filters: fc.constantFrom<number[]>([], [], [0], [1]),
        })
        .map(({ key: name, prefix, ...rest }) =>
          WatchCreateRequest.create({
            ...rest,
            key: Buffer.from(name),
            rangeEnd: prefix ? prefixEnd(name) : Buffer.alloc(0),
          }),
        ),
      room: fc.constantFrom(0, 1, 3, Number.POSITIVE_INFINITY),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('room' as const), stream: fc.nat({ max: 5 }), room: fc.nat({ max: 4 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('progress' as const), stream: fc.nat({ max: 5 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('compact' as const), back: fc.nat({ max: 8 }) }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'settle' as const }) },
);

interface Watching {
  readonly stream: TestStream<WatchRequest, WatchResponse>;
  readonly request: WatchCreateRequest;
  /** First revision that it must see. */
  readonly from: number;
}

/** What happened, from the answers of the node: a plain list, and from it what each event must look like. */
class History {
  readonly node: TestNode;
  readonly #transactions: { revision: number; changes: readonly Change[] }[] = [];

  constructor(node: TestNode) {
    this.node = node;
  }

  async apply(changes: readonly Change[]): Promise<void> {
    const success = changes.map(({ key: name, remove }) =>
      remove
        ? RequestOp.create({ requestDeleteRange: DeleteRangeRequest.create({ key: Buffer.from(name) }) })
        : RequestOp.create({ requestPut: PutRequest.create({ key: Buffer.from(name), value: Buffer.from('value') }) }),
    );
    const { header, responses } = await this.node.txn({ success });
    const made = changes.filter((_, i) => responses[i]!.responseDeleteRange?.deleted !== 0);
    this.#transactions.push({ revision: header!.revision, changes: made });
  }

  get events(): Event[] {
    const live = new Map<string, KeyValue>();
    const events: Event[] = [];
    for (const { revision, changes } of this.#transactions.sort((a, b) => a.revision - b.revision)) {
      for (const { key: name, remove } of changes) {
        const prevKv = live.get(name);
        const kv = KeyValue.create({ key: Buffer.from(name), modRevision: revision });
        if (remove) live.delete(name);
        else {
          kv.createRevision = prevKv?.createRevision ?? revision;
          kv.version = (prevKv?.version ?? 0) + 1;
          kv.value = Buffer.from('value');
          live.set(name, kv);
        }
        events.push({ type: remove ? EventEventType.DELETE : EventEventType.PUT, kv, prevKv });
      }
    }
    return events;
  }
}

function revisionOf(event: Event | undefined): number | undefined {
  return event?.kv?.modRevision;
}

function check({ stream, request, from }: Watching, history: History): void {
  const { filters, prevKv, rangeEnd } = request;
  const name = request.key.toString();
  const expected = history.events.filter(
    ({ type, kv }) =>
      kv!.modRevision >= from &&
      (rangeEnd.length === 0 ? kv!.key.toString() === name : kv!.key.toString().startsWith(name)) &&
      !filters.includes(type),
  );
  const cancelled = stream.received.find(({ canceled }) => canceled);
  const seen = stream.received.flatMap(({ events }) => events);
  const wanted = cancelled === undefined ? expected : expected.slice(0, seen.length);
  const compacted = history.node.node.store.compactRevision;
  assert.equal(seen.length, wanted.length, 'number of events');
  seen.forEach((event, i) => {
    const { kv, type, prevKv: before } = wanted[i]!;
    assert.deepEqual({ type: event.type, kv: event.kv }, { type, kv });
    // A former value that was compacted away by the time it was read is left out, as in etcd.
    const mayBeGone = event.prevKv === undefined && kv!.modRevision - 1 < compacted;
    if (!mayBeGone) assert.deepEqual(event.prevKv, prevKv ? before : undefined);
  });
  if (cancelled !== undefined) {
    const next = revisionOf(expected[seen.length]) ?? history.node.revision + 1;
    assert.ok(cancelled.compactRevision > from && cancelled.compactRevision > (revisionOf(seen.at(-1)) ?? 0));
    assert.ok(next >= from);
  }
  checkOrder(stream.received);
}

/** Revisions are never split, and a header's revision is a bookmark: nothing at or below it comes later. */
function checkOrder(received: readonly WatchResponse[]): void {
  let bookmark = 0;
  for (const { created, canceled, header, events } of received) {
    if (created || canceled) continue;
    for (const { kv } of events) assert.ok(kv!.modRevision > bookmark, `${kv!.modRevision} after ${bookmark}`);
    const last = revisionOf(events.at(-1)) ?? 0;
    assert.ok(header!.revision >= last && header!.revision >= bookmark);
    bookmark = header!.revision;
  }
}

async function run(steps: readonly Step[], valueCacheBytesMax: number): Promise<void> {
  const node = await TestNode.open({ budgets: { valueCacheBytesMax } });
  const history = new History(node);
  const watches: Watching[] = [];
  const pending: Promise<void>[] = [];
  for (const each of steps) {
    switch (each.kind) {
      case 'change': {
        const applied = history.apply(each.changes);
        pending.push(applied);
        // Without waiting, several transactions come into one entry.
        if (each.wait) await applied;
        break;
      }
      case 'watch': {
        const stream = node.watchStream(each.room);
        const from = each.request.startRevision === 0 ? node.revision + 1 : each.request.startRevision;
        stream.request(WatchRequest.create({ createRequest: each.request }));
        watches.push({ stream, request: each.request, from });
        break;
      }
      case 'room':
        watches[each.stream]?.stream.makeRoom(each.room);
        break;
      case 'progress':
        watches[each.stream]?.stream.request(WatchRequest.create({ progressRequest: WatchProgressRequest.create() }));
        break;
      case 'compact':
        await Promise.all(pending);
        await node.compact(node.revision - each.back, true).catch(() => undefined);
        break;
      case 'settle':
        await node.clock.settle();
        break;
    }
  }
  await Promise.all(pending);
  for (const { stream } of watches) stream.makeRoom();
  await node.clock.settle();
  for (const watching of watches) check(watching, history);
  assert.equal(node.failure, undefined);
  assert.equal(node.node.watches.unsyncedCount, 0);
}

test('every watcher sees exactly the history that matches it, in order, whatever room its stream has', async (t) => {
  const property = fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.constantFrom(0, 1000), run);
  await t.notThrowsAsync(fc.assert(property, { numRuns: 120 }));
});
