// Rules of those who do not lead, with the others played by the test.

import test from 'ava';
import type { MessageBody } from '../../../server/raft/message.ts';
import type { Raft } from '../../../server/raft/raft.ts';
import { entriesOf, hear, loneRaft, makeCandidate, settle, termsOf, withLog } from './lone-raft.ts';

const none = { index: 0, term: 0 };
const heartbeat: MessageBody = { kind: 'heartbeat', commit: 0, round: 0 };
const voteFor = (index: number, term: number, transfer = false): MessageBody => ({
  kind: 'vote',
  last: { index, term },
  transfer,
  commit: none,
});

/** Follows member 2 in term 1. */
function follower(): Raft {
  const raft = loneRaft();
  hear(raft, 2n, 1, heartbeat);
  return raft;
}

test('whoever hears from a leader ignores candidates and stays in its term, unless the leader asked for the election', (t) => {
  const raft = follower();
  t.deepEqual(hear(raft, 3n, 5, voteFor(9, 9)).messages, []);
  t.deepEqual(
    hear(raft, 3n, 1, { kind: 'preVote', candidateTerm: 2, last: { index: 9, term: 9 }, commit: none }).messages,
    [],
  );
  t.is(raft.currentTerm, 1);
  const [answer] = hear(raft, 3n, 5, voteFor(9, 9, true)).messages;
  t.true(answer!.kind === 'voteAnswer' && answer!.granted);
  t.is(raft.currentTerm, 5);
});

test('a pre-vote changes neither term nor vote, and is granted for the term that it asks about', (t) => {
  const raft = loneRaft({ hardState: { term: 3, vote: 2n, commit: 0 } });
  const ask = (candidateTerm: number, term: number): boolean => {
    const [answer] = hear(raft, 3n, term, { kind: 'preVote', candidateTerm, last: none, commit: none }).messages;
    if (answer?.kind !== 'preVoteAnswer') throw new Error('no answer');
    t.is(answer.candidateTerm, candidateTerm);
    t.is(answer.term, 3);
    return answer.granted;
  };
  t.true(ask(4, 3));
  t.true(ask(9, 8));
  t.false(ask(3, 2));
  t.deepEqual(raft.hardState, { term: 3, vote: 2n, commit: 0 });
});

test('answers to an earlier pre-vote do not count for a later one', (t) => {
  const raft = loneRaft();
  raft.campaign();
  hear(raft, 2n, 4, { kind: 'preVoteAnswer', candidateTerm: 1, granted: false, commit: none });
  t.is(raft.currentTerm, 4);
  raft.campaign();
  hear(raft, 2n, 0, { kind: 'preVoteAnswer', candidateTerm: 1, granted: true, commit: none });
  t.is(raft.role, 'preCandidate');
  hear(raft, 2n, 4, { kind: 'preVoteAnswer', candidateTerm: 5, granted: true, commit: none });
  t.is(raft.role, 'candidate');
});

test('a pre-candidate that a majority refuses becomes a follower again', (t) => {
  const raft = loneRaft();
  raft.campaign();
  for (const voter of [2n, 3n])
    hear(raft, voter, 0, { kind: 'preVoteAnswer', candidateTerm: 1, granted: false, commit: none });
  t.is(raft.role, 'follower');
});

test('votes are asked for, and given, only after they are durable', (t) => {
  const raft = loneRaft();
  raft.campaign();
  settle(raft);
  raft.step({ from: 2n, to: 1n, term: 0, kind: 'preVoteAnswer', candidateTerm: 1, granted: true, commit: none });
  const asking = raft.ready();
  t.deepEqual(asking.messages, []);
  t.is(asking.messagesAfterPersist.length, 2);
  t.deepEqual(asking.hardState, { term: 1, vote: 1n, commit: 0 });
  const voter = loneRaft();
  voter.step({ from: 2n, to: 1n, term: 1, ...voteFor(0, 0) });
  const voting = voter.ready();
  t.deepEqual(voting.messages, []);
  t.deepEqual(
    voting.messagesAfterPersist.map(({ kind }) => kind),
    ['voteAnswer'],
  );
  t.deepEqual(voting.hardState, { term: 1, vote: 2n, commit: 0 });
});

test('the votes of others do not make up for an own vote that is not durable', (t) => {
  const raft = loneRaft();
  raft.campaign();
  settle(raft);
  raft.step({ from: 2n, to: 1n, term: 0, kind: 'preVoteAnswer', candidateTerm: 1, granted: true, commit: none });
  const asking = raft.ready();
  raft.step({ from: 2n, to: 1n, term: 1, kind: 'voteAnswer', granted: true, commit: none });
  t.is(raft.role, 'candidate');
  raft.persisted(asking.hardState, undefined);
  t.is(raft.role, 'leader');
});

test('learners and strangers vote: the candidate knows who its voters are', (t) => {
  for (const members of [{ voters: [2n, 3n], learners: [1n] }, { voters: [2n, 3n] }, { voters: [] }]) {
    const raft = loneRaft(members);
    const [answer] = hear(raft, 2n, 1, voteFor(0, 0)).messages;
    t.true(answer!.kind === 'voteAnswer' && answer!.granted);
    t.false(raft.campaign());
  }
});

test('a candidate that learns of a committed membership change ends its candidacy until it is applied', (t) => {
  const [first, second] = entriesOf([1, 1]);
  const entries = [first!, { ...second!, kind: 'membership' as const }];
  const raft = loneRaft({ entries, hardState: { term: 1, vote: 0n, commit: 1 } });
  settle(raft);
  raft.campaign();
  settle(raft);
  const commit = { index: 2, term: 1 };
  raft.step({ from: 2n, to: 1n, term: 1, kind: 'preVoteAnswer', candidateTerm: 2, granted: false, commit });
  t.is(raft.role, 'follower');
  t.false(raft.campaign());
  // The commit index is written down, though no entry is: the change may have removed whoever knew of it.
  const ready = raft.ready();
  t.deepEqual(ready.hardState, { term: 1, vote: 0n, commit: 2 });
  raft.persisted(ready.hardState, undefined);
  raft.applied(2);
  raft.setMembers([1n, 2n], []);
  t.true(raft.campaign());
});

test('a candidate tells what is committed, which may make a voter of a learner that did not know', (t) => {
  const entries = entriesOf([1, 1, 1]).map((entry) => ({
    ...entry,
    kind: entry.index === 2 ? ('membership' as const) : entry.kind,
  }));
  for (const kind of ['preVote', 'vote'] as const) {
    const raft = loneRaft({ entries, hardState: { term: 1, vote: 0n, commit: 1 }, voters: [2n], learners: [1n] });
    const last = { index: 2, term: 1 };
    const asked: MessageBody =
      kind === 'vote' ? { kind, last, transfer: false, commit: last } : { kind, candidateTerm: 2, last, commit: last };
    const { messages, committed } = hear(raft, 2n, 2, asked);
    t.true(messages[0] !== undefined && 'granted' in messages[0] && !messages[0].granted);
    t.deepEqual(
      committed.map(({ index }) => index),
      [1, 2],
    );
    raft.setMembers([1n, 2n], []);
    t.true(raft.campaign());
  }
});

test('what a voter tells to be committed is not believed of another entry at that place', (t) => {
  const raft = loneRaft(withLog([1, 1]));
  makeCandidate(raft);
  hear(raft, 2n, 2, { kind: 'voteAnswer', granted: false, commit: { index: 2, term: 2 } });
  hear(raft, 2n, 2, { kind: 'voteAnswer', granted: false, commit: { index: 7, term: 1 } });
  t.is(raft.log.commitIndex, 0);
});

test('told to campaign by its leader, a voter does so at once; nobody else can make it', (t) => {
  const raft = follower();
  hear(raft, 3n, 1, { kind: 'timeoutNow' });
  t.is(raft.role, 'follower');
  const { messages } = hear(raft, 2n, 1, { kind: 'timeoutNow' });
  t.is(raft.currentTerm, 2);
  t.deepEqual(
    messages.map((message) => message.kind === 'vote' && message.transfer),
    [true, true],
  );
  hear(raft, 2n, 1, { kind: 'timeoutNow' });
  t.is(raft.currentTerm, 2);
});

test('a read goes to the leader under a context that differs in each life, and its answer is taken once', (t) => {
  const raft = follower();
  raft.requestRead(7);
  const [question] = settle(raft).messages;
  if (question?.kind !== 'readRequest') throw new Error('no question');
  const { context } = question;
  t.deepEqual(hear(raft, 2n, 1, { kind: 'readAnswer', context: context + 1n, index: 9 }).reads, []);
  t.deepEqual(hear(raft, 2n, 1, { kind: 'readAnswer', context, index: 4 }).reads, [{ id: 7, index: 4 }]);
  t.deepEqual(hear(raft, 2n, 1, { kind: 'readAnswer', context, index: 4 }).reads, []);
  t.true(context > 2n ** 32n);
});

test('without a leader there is nobody to ask; reads under way are given up when leadership changes', (t) => {
  t.false(loneRaft().requestRead(1));
  const raft = follower();
  raft.requestRead(1);
  raft.requestRead(2);
  t.deepEqual(hear(raft, 3n, 2, heartbeat).lostReads, [1, 2]);
  raft.requestRead(3);
  for (let tick = 0; tick < 9; tick++) raft.tick();
  t.deepEqual(settle(raft).lostReads, []);
  raft.tick();
  t.deepEqual(settle(raft).lostReads, [3]);
});

test('a follower that applies too slowly takes no more entries, and says nothing of them', (t) => {
  const raft = loneRaft({ limits: { unappliedBytesMax: 5 } });
  const append = (first: number): MessageBody => {
    return {
      kind: 'append',
      previous: { index: first - 1, term: first === 1 ? 0 : 1 },
      entries: entriesOf([1, 1], first),
      commit: 0,
    };
  };
  hear(raft, 2n, 1, append(1));
  t.deepEqual(hear(raft, 2n, 1, append(3)).messages, []);
  t.is(raft.log.lastIndex, 2);
  hear(raft, 2n, 1, { kind: 'heartbeat', commit: 2, round: 0 });
  hear(raft, 2n, 1, append(3));
  t.is(raft.log.lastIndex, 4);
});

test('an append from before what is committed here is answered with the commit index, and cuts nothing', (t) => {
  const raft = loneRaft(withLog([1, 1, 1], 2));
  const { messages } = hear(raft, 2n, 2, { kind: 'append', previous: none, entries: entriesOf([2]), commit: 0 });
  t.deepEqual(
    messages.map((message) => message.kind === 'appendAccepted' && message.index),
    [2],
  );
  t.deepEqual(termsOf(raft), [1, 1, 1]);
});

test('a member that has forgotten entries that it acknowledged halts (a lost disk under the old identity)', (t) => {
  const raft = follower();
  t.throws(() => hear(raft, 2n, 1, { kind: 'heartbeat', commit: 3, round: 0 }), { name: 'AssertionError' });
});

test('a snapshot is taken only where it brings something, and only by a member that it knows', (t) => {
  const offer = (raft: Raft, index: number, term: number, voters = [1n, 2n]): string => {
    return raft.restore({ index, term }, voters, []);
  };
  t.is(offer(loneRaft(withLog([1, 1, 1], 2)), 2, 1), 'stale');
  const held = loneRaft(withLog([1, 1, 1], 1));
  t.is(offer(held, 2, 1), 'forwarded');
  t.deepEqual([held.log.commitIndex, held.log.lastIndex], [2, 3]);
  t.is(offer(loneRaft(), 4, 2, [2n, 3n]), 'notMember');
  const conflicting = loneRaft(withLog([1, 1, 1], 1));
  t.is(offer(conflicting, 2, 2), 'restored');
  t.deepEqual([conflicting.log.firstIndex, conflicting.log.lastIndex, conflicting.log.commitIndex], [3, 2, 2]);
});

test('a snapshot is announced, put in place durably, acknowledged, applied, and the log goes on behind it', (t) => {
  const raft = follower();
  hear(raft, 2n, 1, { kind: 'snapshot', position: { index: 5, term: 1 } });
  t.is(raft.restore({ index: 5, term: 1 }, [1n, 2n], [3n]), 'restored');
  t.deepEqual([...raft.voters, ...raft.learners], [1n, 2n, 3n]);
  t.false(raft.campaign());
  const ready = raft.ready();
  t.deepEqual(ready.snapshot, { index: 5, term: 1 });
  t.deepEqual(ready.hardState, { term: 1, vote: 0n, commit: 5 });
  t.deepEqual(
    ready.messagesAfterPersist.map((message) => message.kind === 'appendAccepted' && [message.to, message.index]),
    [[2n, 5]],
  );
  // An older change that is applied late does not bring the older members back.
  raft.setMembers([1n, 2n, 3n], []);
  t.is(raft.voters.size, 2);
  raft.persisted(ready.hardState, ready.snapshot);
  raft.applied(5);
  t.is(raft.restore({ index: 5, term: 1 }, [1n, 2n], []), 'stale');
  const append: MessageBody = {
    kind: 'append',
    previous: { index: 5, term: 1 },
    entries: entriesOf([1], 6),
    commit: 6,
  };
  t.deepEqual(
    hear(raft, 2n, 1, append).committed.map(({ index }) => index),
    [6],
  );
  t.true(raft.campaign());
});

test('two snapshots in a row: the first of them need not be finished', (t) => {
  const raft = follower();
  raft.restore({ index: 5, term: 1 }, [1n, 2n], []);
  const first = raft.ready();
  t.is(raft.restore({ index: 9, term: 1 }, [1n, 2n], []), 'restored');
  const second = raft.ready();
  raft.persisted(first.hardState, first.snapshot);
  raft.applied(5);
  t.true(raft.log.isRestoring);
  raft.persisted(second.hardState, second.snapshot);
  raft.applied(9);
  t.false(raft.log.isRestoring);
  t.is(raft.log.stableIndex, 9);
});

test('a leader that is offered a snapshot of a later state has been replaced', (t) => {
  const raft = loneRaft({ voters: [1n] });
  raft.campaign();
  settle(raft);
  t.is(raft.role, 'leader');
  t.is(raft.restore({ index: 8, term: 4 }, [1n, 2n], []), 'restored');
  t.is(raft.role, 'follower');
});
