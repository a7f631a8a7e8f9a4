import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { RaftLog } from '../../../server/raft/raft-log.ts';
import type { Entry, Position } from '../../../server/raft/types.ts';

const data = Buffer.from('x');
const entry = (index: number, term: number): Entry => ({ index, term, kind: 'normal', data });
const asserted = { name: 'AssertionError' };
const indexes = (entries: readonly Entry[]): number[] => entries.map(({ index }) => index);

/** A write of all that is to be written. */
function startWrite(log: RaftLog): Position | undefined {
  const { snapshot, entries } = log.takeUnoffered();
  const last = entries.at(-1) ?? snapshot;
  const end = last === undefined ? undefined : { index: last.index, term: last.term };
  log.writeStarted(end);
  return end;
}

function emptyLog(): RaftLog {
  return new RaftLog({ index: 0, term: 0 }, [], 0, 0);
}

test('an entry is given out once to be made durable, and once to be applied', (t) => {
  const log = emptyLog();
  log.append(1, 'normal', data);
  log.append(1, 'normal', data);
  const write = startWrite(log);
  t.deepEqual(write, { index: 2, term: 1 });
  t.deepEqual(log.takeUnoffered(), { snapshot: undefined, entries: [] });
  t.deepEqual(indexes(log.takeCommitted()), []);
  log.writeFinished(write);
  log.commitTo(1);
  t.deepEqual(indexes(log.takeCommitted()), [1]);
  log.commitTo(2);
  t.deepEqual(indexes(log.takeCommitted()), [2]);
  t.false(log.hasCommitted);
});

test('a committed entry is not given out before it is durable here', (t) => {
  const log = emptyLog();
  log.append(1, 'normal', data);
  const first = startWrite(log);
  log.append(1, 'normal', data);
  startWrite(log);
  log.commitTo(2);
  t.false(log.hasCommitted);
  log.writeFinished(first);
  t.deepEqual(indexes(log.takeCommitted()), [1]);
});

test('the end of a write says nothing about another entry that has taken its place', (t) => {
  const log = emptyLog();
  log.merge([entry(1, 1), entry(2, 1)]);
  const first = startWrite(log);
  log.merge([entry(2, 2), entry(3, 2)]);
  const second = startWrite(log);
  log.writeFinished(first);
  t.is(log.stableIndex, 1);
  log.writeFinished(second);
  t.is(log.stableIndex, 3);
});

test('nor about the same entry that came back: the write between them is still to overwrite it', (t) => {
  const log = emptyLog();
  const writes = [];
  for (const term of [1, 2, 1]) {
    // Terms fall here as they do when leaders of old entries come and go (etcd-io/raft async_storage_writes_append_aba_race).
    log.merge([entry(1, term)]);
    writes.push(startWrite(log));
  }
  t.deepEqual(writes[0], writes[2]);
  const stable = writes.map((write) => {
    log.writeFinished(write);
    return log.stableIndex;
  });
  t.deepEqual(stable, [0, 0, 1]);
});

test('what was durable and is cut off is durable no more', (t) => {
  const log = new RaftLog({ index: 0, term: 0 }, [entry(1, 1), entry(2, 1), entry(3, 1)], 1, 0);
  log.merge([entry(2, 2)]);
  t.is(log.stableIndex, 1);
  t.is(log.lastIndex, 2);
});

test('writes end in their order, and only those that were asked for', (t) => {
  const log = emptyLog();
  t.throws(() => log.writeFinished(undefined), asserted);
  log.append(1, 'normal', data);
  startWrite(log);
  t.throws(() => log.writeFinished({ index: 2, term: 1 }), asserted);
});

test('old and repeated messages change nothing; only a conflict cuts, and never what is committed', (t) => {
  const log = emptyLog();
  const sent = [entry(1, 1), entry(2, 1), entry(3, 2)];
  log.merge(sent);
  log.commitTo(2);
  for (const repeated of [sent, sent.slice(0, 1), sent.slice(1), []]) log.merge(repeated);
  t.is(log.lastIndex, 3);
  log.merge([entry(3, 2), entry(4, 3)]);
  t.deepEqual(log.last, { index: 4, term: 3 });
  log.merge([entry(4, 4)]);
  t.deepEqual(log.last, { index: 4, term: 4 });
  t.throws(() => log.merge([entry(2, 5)]), asserted);
  t.throws(() => log.merge([entry(9, 5)]), asserted);
});

test('a snapshot takes the place of the log; nothing is given out before it, and writes under way count for nothing', (t) => {
  const log = emptyLog();
  log.merge([entry(1, 1), entry(2, 1)]);
  const before = startWrite(log);
  log.restore({ index: 5, term: 3 });
  log.merge([entry(6, 3)]);
  t.true(log.isRestoring);
  t.deepEqual([log.firstIndex, log.lastIndex, log.commitIndex], [6, 6, 5]);
  const restored = startWrite(log);
  t.deepEqual(restored, { index: 6, term: 3 });
  log.writeFinished(before);
  t.true(log.stableIndex < 5);
  log.commitTo(6);
  t.false(log.hasCommitted);
  log.writeFinished(restored);
  t.deepEqual(indexes(log.takeCommitted()), [6]);
  log.appliedTo(5);
  t.false(log.isRestoring);
  t.throws(() => log.restore({ index: 6, term: 3 }), asserted);
});

test('a committed change of the members is known until it is applied', (t) => {
  const log = new RaftLog(
    { index: 0, term: 0 },
    [entry(1, 1), { ...entry(2, 1), kind: 'membership' }, entry(3, 1)],
    1,
    0,
  );
  t.false(log.hasUnappliedMembership);
  log.commitTo(3);
  t.true(log.hasUnappliedMembership);
  log.takeCommitted();
  log.appliedTo(2);
  t.false(log.hasUnappliedMembership);
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
      assert.deepEqual(indexes(log.takeUnoffered().entries), [next.index]);
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
