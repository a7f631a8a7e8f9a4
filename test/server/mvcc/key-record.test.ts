import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { KeyRecord } from '../../../server/mvcc/key-record.ts';

interface Change {
  readonly main: number;
  readonly sub: number;
  readonly tombstone: boolean;
}

function recordOf(changes: readonly Change[]): KeyRecord {
  const record = new KeyRecord('a');
  for (const { main, sub, tombstone } of changes) {
    record.pushHistory();
    record.version = tombstone ? 0 : record.version + 1;
    record.modRevision = main;
    record.modSub = sub;
  }
  return record;
}

const put = (main: number, sub = 0): Change => ({ main, sub, tombstone: false });
const tombstone = (main: number, sub = 0): Change => ({ main, sub, tombstone: true });
/** The worked example of key-record.ts. */
const example = [put(2), put(4), tombstone(5), put(7), tombstone(9)];

const shown = (changes: Iterable<Change>): string =>
  [...changes].map(({ main, tombstone }) => `${main}${tombstone ? 't' : ''}`).join(' ');

test('the worked example: a read sees the newest change at or below its revision, and nothing where that is a tombstone', (t) => {
  const record = recordOf(example);
  const seen = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((revision) => record.at(revision)?.main ?? 'none');
  t.deepEqual(seen, ['none', 2, 2, 4, 'none', 'none', 7, 7, 'none', 'none']);
});

for (const [revision, kept, removed] of [
  [1, '2 4 5t 7 9t', []],
  [2, '2 4 5t 7 9t', []],
  [3, '2 4 5t 7 9t', []],
  [4, '4 5t 7 9t', [2]],
  [5, '5t 7 9t', [2, 4]],
  [6, '7 9t', [2, 4, 5]],
  [7, '7 9t', [2, 4, 5]],
  [9, '9t', [2, 4, 5, 7]],
] as const) {
  test(`the worked example: compaction at ${revision} keeps ${kept}`, (t) => {
    const record = recordOf(example);
    t.deepEqual(
      record.compact(revision).map(({ main }) => main),
      [...removed],
    );
    t.is(shown(record.changes()), kept);
    t.false(record.obsolete(revision));
  });
}

test('the worked example: compaction at 10 leaves nothing, so the record may leave the index', (t) => {
  const record = recordOf(example);
  t.is(record.compact(10).length, 5);
  t.true(record.obsolete(10));
});

test('of several changes in one transaction a read sees the last', (t) => {
  const record = recordOf([put(3, 0), put(3, 4), put(6, 1), tombstone(6, 2), put(8)]);
  t.deepEqual(record.at(3), { main: 3, sub: 4 });
  t.deepEqual(record.at(5), { main: 3, sub: 4 });
  t.is(record.at(6), null);
  t.deepEqual(record.at(8), { main: 8, sub: 0 });
});

/** Changes as a store makes them: revisions rise, a tombstone follows a put. */
const history: fc.Arbitrary<Change[]> = fc
  .array(fc.record({ gap: fc.nat({ max: 2 }), remove: fc.boolean() }), { minLength: 1, maxLength: 10 })
  .map((steps) => {
    const changes: Change[] = [];
    let main = 1;
    for (const { gap, remove } of steps) {
      const last = changes.at(-1);
      const again = gap === 0 && last !== undefined;
      if (!again) main += Math.max(1, gap);
      changes.push({ main, sub: again ? last.sub + 1 : 0, tombstone: remove && last !== undefined && !last.tombstone });
    }
    return changes;
  });

test('reads and compactions agree with a plain list of changes', (t) => {
  const property = fc.property(
    history,
    fc.array(fc.integer({ min: 1, max: 24 }), { maxLength: 4 }),
    (changes, compactions) => {
      const record = recordOf(changes);
      let kept = changes;
      for (const revision of compactions.sort((a, b) => a - b)) {
        const reachable = kept.filter(({ main }) => main > revision);
        const newest = kept.filter(({ main }) => main <= revision).at(-1);
        const stays = newest !== undefined && !(newest.tombstone && newest.main < revision) ? [newest] : [];
        const next = [...stays, ...reachable];
        const gone = kept.filter((change) => !next.includes(change));
        if (gone.length > 0) assert.ok(record.compactable(revision), 'compactable');
        const removed = record.compact(revision);
        assert.deepEqual(
          removed,
          gone.map(({ main, sub }) => ({ main, sub })),
        );
        assert.equal(record.obsolete(revision), next.length === 0);
        if (next.length === 0) return;
        kept = next;
        assert.deepEqual([...record.changes()], kept);
        for (let at = revision; at <= 24; at++) {
          const seen = kept.filter(({ main }) => main <= at).at(-1);
          const expected = seen === undefined || seen.tombstone ? null : { main: seen.main, sub: seen.sub };
          assert.deepEqual(record.at(at), expected);
        }
      }
    },
  );
  t.notThrows(() => fc.assert(property, { numRuns: 500 }));
});
