import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { RaftLog } from '../../../server/raft/raft-log.ts';
import type { Entry } from '../../../server/raft/types.ts';

const data = Buffer.from('x');
const entry = (index: number, term: number): Entry => ({ index, term, kind: 'normal', data });
const indexes = (entries: readonly Entry[]): number[] => entries.map(({ index }) => index);

test('an entry is given out once to be made durable, and once to be applied', (t) => {
  const log = new RaftLog({ index: 0, term: 0 }, [], 0, 0);
  log.append(1, 'normal', data);
  log.append(1, 'normal', data);
  t.deepEqual(indexes(log.takeUnoffered()), [1, 2]);
  t.deepEqual(indexes(log.takeUnoffered()), []);
  t.deepEqual(indexes(log.takeCommitted()), []);
  log.stabilize({ index: 2, term: 1 });
  log.commitTo(1);
  t.deepEqual(indexes(log.takeCommitted()), [1]);
  log.commitTo(2);
  t.deepEqual(indexes(log.takeCommitted()), [2]);
  t.false(log.hasCommitted);
});

test('a committed entry is not given out before it is durable here', (t) => {
  const log = new RaftLog({ index: 0, term: 0 }, [], 0, 0);
  log.append(1, 'normal', data);
  log.append(1, 'normal', data);
  log.takeUnoffered();
  log.commitTo(2);
  t.false(log.hasCommitted);
  log.stabilize({ index: 1, term: 1 });
  t.deepEqual(indexes(log.takeCommitted()), [1]);
});

test('the completion of an append says nothing about another entry that has taken its place', (t) => {
  const log = new RaftLog({ index: 0, term: 0 }, [], 0, 0);
  log.append(2, 'normal', data);
  log.stabilize({ index: 1, term: 1 });
  t.is(log.stableIndex, 0);
  log.stabilize({ index: 5, term: 2 });
  t.is(log.stableIndex, 0);
  log.stabilize({ index: 1, term: 2 });
  t.is(log.stableIndex, 1);
});

test('a log that was read back is durable, and what of it is committed and not applied is given out', (t) => {
  const log = new RaftLog({ index: 4, term: 2 }, [entry(5, 2), entry(6, 3), entry(7, 3)], 6, 4);
  t.is(log.firstIndex, 5);
  t.is(log.lastTerm, 3);
  t.false(log.hasUnoffered);
  t.deepEqual(indexes(log.takeCommitted()), [5, 6]);
  t.deepEqual(
    [3, 4, 5, 6, 7, 8].map((index) => log.termAt(index)),
    [undefined, 2, 2, 3, 3, undefined],
  );
});

test('what was applied is committed, whatever commit index was read back', (t) => {
  const log = new RaftLog({ index: 4, term: 2 }, [entry(5, 2)], 1, 4);
  t.is(log.commitIndex, 4);
  t.false(log.hasCommitted);
});

test('contradictions are assertions: applied or committed beyond the log, applied what was not handed out', (t) => {
  const asserted = { name: 'AssertionError' };
  t.throws(() => new RaftLog({ index: 4, term: 2 }, [], 4, 5), asserted);
  t.throws(() => new RaftLog({ index: 4, term: 2 }, [], 4, 3), asserted);
  t.throws(() => new RaftLog({ index: 4, term: 2 }, [], 5, 4), asserted);
  const log = new RaftLog({ index: 0, term: 0 }, [entry(1, 1)], 1, 0);
  t.throws(() => log.commitTo(2), asserted);
  t.throws(() => log.appliedTo(1), asserted);
  t.throws(() => log.discardTo(1), asserted);
});

test('entries and terms survive discarding what lies before them', (t) => {
  const property = fc.property(
    fc.array(fc.nat({ max: 1 }), { minLength: 1, maxLength: 30 }),
    fc.array(fc.nat({ max: 30 }), { maxLength: 8 }),
    (termSteps, discards) => {
      let term = 1;
      const entries = termSteps.map((step, i) => {
        term += step;
        return entry(i + 1, term);
      });
      const log = new RaftLog({ index: 0, term: 0 }, entries, entries.length, 0);
      log.takeCommitted();
      log.appliedTo(entries.length);
      let base = 0;
      for (const to of discards) {
        const index = Math.min(to, entries.length);
        log.discardTo(index);
        base = Math.max(base, index);
        assert.equal(log.firstIndex, base + 1);
        assert.equal(log.lastIndex, entries.length);
        for (let at = 0; at <= entries.length + 1; at++) {
          assert.equal(log.termAt(at), at < base ? undefined : at === 0 ? 0 : entries[at - 1]?.term);
        }
      }
      const next = log.append(term, 'normal', data);
      assert.equal(next.index, entries.length + 1);
      assert.deepEqual(indexes(log.takeUnoffered()), [next.index]);
    },
  );
  t.notThrows(() => fc.assert(property));
});

test('a long log that is applied and discarded entry by entry, as after a crash, takes time in proportion', (t) => {
  const count = 300_000;
  const entries = Array.from({ length: count }, (_, i) => entry(i + 1, 1));
  const log = new RaftLog({ index: 0, term: 0 }, entries, count, 0);
  log.takeCommitted();
  const start = performance.now();
  for (let index = 1; index <= count; index++) {
    log.appliedTo(index);
    log.discardTo(index);
  }
  // Copying what is left each time takes minutes; in proportion it is a few milliseconds.
  t.true(performance.now() - start < 5_000);
  t.is(log.firstIndex, count + 1);
});
