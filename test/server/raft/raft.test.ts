// A cluster of one, in the Raft paper's sentences.

import test from 'ava';
import { seededRandom } from '../../../common/runtime/random.ts';
import { Raft, type RaftOptions } from '../../../server/raft/raft.ts';
import type { Entry, Ready } from '../../../server/raft/types.ts';

const id = 7n;

function raftOf(overrides: Partial<RaftOptions> = {}): Raft {
  return new Raft({
    id,
    voters: [id],
    electionTicks: 10,
    random: seededRandom(1),
    hardState: { term: 0, vote: 0n, commit: 0 },
    base: { index: 0, term: 0 },
    entries: [],
    applied: 0,
    ...overrides,
  });
}

function persist(raft: Raft, ready: Ready): void {
  const last = ready.entries.at(-1);
  raft.persisted(ready.hardState, last === undefined ? undefined : { index: last.index, term: last.term });
}

/** Carries out everything the core asks for, as a disk without delay would. Returns what was committed and confirmed. */
function run(raft: Raft): { committed: Entry[]; reads: { id: number; index: number }[] } {
  const committed: Entry[] = [];
  const reads: { id: number; index: number }[] = [];
  while (raft.hasReady) {
    const ready = raft.ready();
    committed.push(...ready.committed);
    reads.push(...ready.reads);
    for (const { index } of ready.committed) raft.applied(index);
    persist(raft, ready);
  }
  return { committed, reads };
}

function leader(): Raft {
  const raft = raftOf();
  raft.campaign();
  run(raft);
  return raft;
}

test('a candidate votes for itself in a new term, and its vote counts only once it is durable', (t) => {
  const raft = raftOf({ hardState: { term: 4, vote: 0n, commit: 0 } });
  t.true(raft.campaign());
  const ready = raft.ready();
  t.deepEqual(ready.hardState, { term: 5, vote: id, commit: 0 });
  t.is(raft.role, 'candidate');
  t.is(raft.leader, 0n);
  t.is(raft.propose(Buffer.from('x')), null);
  persist(raft, ready);
  t.is(raft.role, 'leader');
  t.is(raft.leader, id);
});

test('the vote of an earlier candidacy does not count in a later one', (t) => {
  const raft = raftOf();
  raft.campaign();
  const first = raft.ready();
  raft.campaign();
  persist(raft, first);
  t.is(raft.role, 'candidate');
  run(raft);
  t.is(raft.role, 'leader');
  t.is(raft.currentTerm, 2);
});

test('a new leader begins its term with an entry without content', (t) => {
  const raft = raftOf({ hardState: { term: 3, vote: 0n, commit: 0 } });
  raft.campaign();
  persist(raft, raft.ready());
  const { entries } = raft.ready();
  t.deepEqual(
    entries.map(({ index, term, kind, data }) => ({ index, term, kind, bytes: data.length })),
    [{ index: 1, term: 4, kind: 'normal', bytes: 0 }],
  );
});

test('nothing is committed before it is durable, even where one voter is the majority (etcd-io/etcd#14370)', (t) => {
  const raft = leader();
  const place = raft.propose(Buffer.from('x'));
  t.deepEqual(place, { index: 2, term: 1 });
  const ready = raft.ready();
  t.deepEqual(
    ready.entries.map(({ index }) => index),
    [2],
  );
  t.deepEqual(ready.committed, []);
  t.false(raft.hasReady);
  t.is(raft.log.commitIndex, 1);
  persist(raft, ready);
  t.is(raft.log.commitIndex, 2);
  t.deepEqual(
    raft.ready().committed.map(({ data }) => data.toString()),
    ['x'],
  );
});

test('entries are committed in order although their completions come together', (t) => {
  const raft = leader();
  raft.propose(Buffer.from('a'));
  const first = raft.ready();
  raft.propose(Buffer.from('b'));
  const second = raft.ready();
  t.deepEqual(
    second.entries.map(({ data }) => data.toString()),
    ['b'],
  );
  persist(raft, first);
  persist(raft, second);
  t.deepEqual(
    run(raft).committed.map(({ data }) => data.toString()),
    ['a', 'b'],
  );
});

test('a read is confirmed only after an entry of the own term is committed (thesis 6.4)', (t) => {
  const raft = raftOf({
    hardState: { term: 1, vote: id, commit: 1 },
    entries: [
      { index: 1, term: 1, kind: 'normal', data: Buffer.from('a') },
      { index: 2, term: 1, kind: 'normal', data: Buffer.from('b') },
    ],
  });
  t.false(raft.requestRead(1));
  run(raft);
  raft.campaign();
  persist(raft, raft.ready());
  t.true(raft.requestRead(2));
  const beginning = raft.ready();
  t.deepEqual(beginning.reads, []);
  persist(raft, beginning);
  const { committed, reads } = run(raft);
  t.deepEqual(
    committed.map(({ index }) => index),
    [2, 3],
  );
  t.deepEqual(reads, [{ id: 2, index: 3 }]);
  t.true(raft.requestRead(3));
  t.deepEqual(run(raft).reads, [{ id: 3, index: 3 }]);
});

test('a read waits for what was committed before it, and not for what is only proposed', (t) => {
  const raft = leader();
  raft.propose(Buffer.from('x'));
  raft.requestRead(1);
  t.deepEqual(raft.ready().reads, [{ id: 1, index: 1 }]);
});

test('a restart hands out what was committed and not applied, and commits the rest with its own entry only', (t) => {
  const entries = [1, 2, 3].map((index) => ({
    index,
    term: 2,
    kind: 'normal' as const,
    data: Buffer.from(`${index}`),
  }));
  const raft = raftOf({
    hardState: { term: 2, vote: id, commit: 2 },
    entries,
    applied: 1,
    base: { index: 0, term: 0 },
  });
  t.deepEqual(
    run(raft).committed.map(({ index }) => index),
    [2],
  );
  raft.campaign();
  persist(raft, raft.ready());
  // Entry 3 is on a majority, but of an earlier term: counting it alone would commit nothing (figure 3.7).
  t.is(raft.log.commitIndex, 2);
  const { committed } = run(raft);
  t.deepEqual(
    committed.map(({ index, term }) => `${index} of term ${term}`),
    ['3 of term 2', '4 of term 3'],
  );
});

test('nobody campaigns while committed entries wait, as they may change who votes', (t) => {
  const raft = raftOf({
    hardState: { term: 1, vote: 0n, commit: 1 },
    entries: [{ index: 1, term: 1, kind: 'membership', data: Buffer.from('x') }],
    voters: [],
  });
  t.false(raft.campaign());
  raft.setVoters([id]);
  t.false(raft.campaign());
  run(raft);
  t.true(raft.campaign());
});

test('somebody who is no voter never campaigns', (t) => {
  const raft = raftOf({ voters: [1n, 2n] });
  for (let tick = 0; tick < 100; tick++) raft.tick();
  t.is(raft.role, 'follower');
  t.false(raft.hasReady);
});

test('a voter that hears of no leader campaigns after one to two election timeouts, a little different each time', (t) => {
  const waits = new Set<number>();
  for (let seed = 1; seed <= 40; seed++) {
    const raft = raftOf({ random: seededRandom(seed) });
    let ticks = 0;
    while (raft.role === 'follower') {
      raft.tick();
      ticks++;
    }
    t.true(ticks >= 10 && ticks < 20, `${ticks} ticks`);
    waits.add(ticks);
  }
  t.true(waits.size > 5);
});

test('with more voters a candidate does not win by its own vote, and commits nothing alone', (t) => {
  const raft = raftOf({ voters: [id, 8n, 9n] });
  raft.campaign();
  run(raft);
  t.is(raft.role, 'candidate');
  t.is(raft.log.lastIndex, 0);
});

test('a hard state is given out when term or vote change, and with entries', (t) => {
  const raft = leader();
  t.deepEqual(raft.hardState, { term: 1, vote: id, commit: 1 });
  raft.requestRead(1);
  t.is(raft.ready().hardState, undefined);
  raft.propose(Buffer.from('x'));
  t.deepEqual(raft.ready().hardState, { term: 1, vote: id, commit: 1 });
});
