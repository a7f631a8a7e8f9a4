// A leader's rules, with the others played by the test.

import test from 'ava';
import type { Message, MessageBody } from '../../../server/raft/message.ts';
import type { Raft, RaftOptions } from '../../../server/raft/raft.ts';
import { entriesOf, hear, loneRaft, makeLeader, settle, withLog } from './lone-raft.ts';

const none = { index: 0, term: 0 };
const accepted = (index: number): MessageBody => ({ kind: 'appendAccepted', index });
const answered = (round: number): MessageBody => ({ kind: 'heartbeatAnswer', round });
const appendsTo = (to: bigint, messages: readonly Message[]): (Message & { kind: 'append' })[] => {
  return messages.filter((message) => message.kind === 'append' && message.to === to) as (Message & {
    kind: 'append';
  })[];
};

/** Leads term 1 with entry 1 committed; members 2 and 3 are caught up. */
function leader(overrides: Partial<RaftOptions> = {}): Raft {
  const raft = loneRaft(overrides);
  makeLeader(raft);
  for (const { id } of raft.memberStatus()) hear(raft, id, raft.currentTerm, accepted(raft.log.lastIndex));
  return raft;
}

test('proposals of one turn share a message', (t) => {
  const raft = leader();
  for (const word of ['a', 'b', 'c']) raft.propose(Buffer.from(word));
  const { messages } = settle(raft);
  t.deepEqual(
    messages.map((message) => message.kind === 'append' && message.entries.length),
    [3, 3],
  );
});

test('a message has entries up to its bound, or a single larger one', (t) => {
  const raft = leader({ limits: { appendBytesMax: 10 } });
  for (const length of [4, 6, 1, 30, 1]) raft.propose(Buffer.alloc(length));
  const sizes = appendsTo(2n, settle(raft).messages).map(({ entries }) => entries.map(({ data }) => data.length));
  t.deepEqual(sizes, [[4, 6], [1], [30], [1]]);
});

test('the inflight window is bounded in messages and in bytes, and opens as answers come', (t) => {
  const raft = leader({ limits: { appendBytesMax: 1, inflightMessagesMax: 3, inflightBytesMax: 100 } });
  for (let count = 0; count < 6; count++) raft.propose(Buffer.from('x'));
  t.is(appendsTo(2n, settle(raft).messages).length, 3);
  t.is(appendsTo(2n, hear(raft, 2n, 1, accepted(3)).messages).filter(({ entries }) => entries.length > 0).length, 2);

  const narrow = leader({ limits: { appendBytesMax: 10, inflightBytesMax: 20 } });
  for (let count = 0; count < 6; count++) narrow.propose(Buffer.alloc(10));
  t.is(appendsTo(2n, settle(narrow).messages).length, 2);
});

test('a full window whose messages all got lost is found out by the answer to a heartbeat', (t) => {
  const raft = leader({ limits: { appendBytesMax: 1, inflightMessagesMax: 2 } });
  for (let count = 0; count < 4; count++) raft.propose(Buffer.from('x'));
  settle(raft);
  const [probe, ...more] = appendsTo(2n, hear(raft, 2n, 1, answered(0)).messages);
  t.deepEqual([probe!.entries.length, probe!.previous.index, more.length], [0, 3, 0]);
  const rejected: MessageBody = { kind: 'appendRejected', index: 3, hint: { index: 1, term: 1 } };
  const [again] = appendsTo(2n, hear(raft, 2n, 1, rejected).messages);
  t.deepEqual([again!.previous.index, again!.entries.length], [1, 1]);
});

test('late and repeated rejections change nothing', (t) => {
  const raft = leader();
  raft.propose(Buffer.from('x'));
  settle(raft);
  hear(raft, 2n, 1, accepted(2));
  const before = raft.memberStatus();
  hear(raft, 2n, 1, { kind: 'appendRejected', index: 1, hint: none });
  hear(raft, 2n, 1, { kind: 'appendRejected', index: 2, hint: none });
  hear(raft, 2n, 1, accepted(1));
  t.deepEqual(raft.memberStatus(), before);
});

test('an acknowledgement beyond the log is impossible, and not survived', (t) => {
  t.throws(() => hear(leader(), 2n, 1, accepted(9)), { name: 'AssertionError' });
});

test('a broken connection makes the leader probe', (t) => {
  const raft = leader();
  raft.propose(Buffer.from('x'));
  settle(raft);
  raft.unreachable(2n);
  const [probe] = appendsTo(2n, settle(raft).messages);
  t.is(raft.memberStatus()[0]!.state, 'probe');
  t.is(probe, undefined);
  const [sent] = appendsTo(2n, hear(raft, 2n, 1, answered(0)).messages);
  t.deepEqual([sent!.previous.index, sent!.entries.length], [1, 1]);
});

test('answers of strangers count for nothing, their higher term neither', (t) => {
  const raft = leader();
  raft.propose(Buffer.from('x'));
  settle(raft);
  for (const body of [accepted(2), answered(1), { kind: 'voteAnswer', granted: true, commit: none } as const]) {
    hear(raft, 9n, 1, body);
    hear(raft, 9n, 7, body);
  }
  t.is(raft.role, 'leader');
  t.is(raft.log.commitIndex, 1);
});

test('messages for somebody else are not taken', (t) => {
  const raft = leader();
  raft.step({ from: 2n, to: 3n, term: 9, kind: 'heartbeat', commit: 0, round: 0 });
  t.is(raft.currentTerm, 1);
});

test('without answers of a majority for an election timeout a leader steps down; with them it stays', (t) => {
  const raft = leader();
  for (let tick = 0; tick < 30; tick++) {
    raft.tick();
    hear(raft, 3n, 1, answered(0));
  }
  t.is(raft.role, 'leader');
  for (let tick = 0; tick < 10; tick++) raft.tick();
  t.is(raft.role, 'follower');
  t.is(raft.leader, 0n);
  t.is(raft.vote, 1n);
});

test('answers of learners do not keep a leader in office', (t) => {
  const raft = leader({ learners: [4n] });
  for (let tick = 0; tick < 10; tick++) {
    raft.tick();
    hear(raft, 4n, 1, answered(0));
  }
  t.is(raft.role, 'follower');
});

test('a driver whose disk stands still can make the leader step down; it does not forget its vote', (t) => {
  const raft = leader();
  raft.requestRead(1);
  raft.stepDown();
  t.deepEqual(settle(raft).lostReads, [1]);
  t.is(raft.role, 'follower');
  t.is(raft.vote, 1n);
  t.is(raft.refusal(1), 'notLeader');
});

test('proposals beyond the uncommitted bound are refused until something is committed; a single large one is taken', (t) => {
  const raft = leader({ limits: { uncommittedBytesMax: 10 } });
  t.truthy(raft.propose(Buffer.alloc(50)));
  settle(raft);
  t.is(raft.refusal(1), 'tooMuchUncommitted');
  t.is(raft.propose(Buffer.alloc(1)), null);
  hear(raft, 2n, 1, accepted(2));
  t.is(raft.refusal(10), undefined);
  t.truthy(raft.propose(Buffer.alloc(10)));
  t.is(raft.refusal(1), 'tooMuchUncommitted');
});

test('a new leader counts what it took over towards the uncommitted bound', (t) => {
  const raft = loneRaft({ ...withLog([1, 1]), limits: { uncommittedBytesMax: 5 } });
  makeLeader(raft);
  t.is(raft.refusal(5), 'tooMuchUncommitted');
  hear(raft, 2n, 2, accepted(3));
  t.is(raft.refusal(5), undefined);
});

test('a membership change waits for an entry of the own term, and for whatever change may be in the log taken over', (t) => {
  const raft = loneRaft({ ...withLog([1, 1]) });
  makeLeader(raft);
  t.is(raft.refusal(1, 'membership'), 'membershipPending');
  raft.step({ from: 2n, to: 1n, term: 2, ...({ kind: 'appendAccepted', index: 3 } as const) });
  // Committed, but not applied: one of the entries could be a change.
  t.is(raft.log.commitIndex, 3);
  t.is(raft.refusal(1, 'membership'), 'membershipPending');
  settle(raft);
  t.is(raft.refusal(1, 'membership'), undefined);
});

test('one membership change at a time: the next waits until the one before is applied', (t) => {
  const raft = leader();
  t.deepEqual(raft.propose(Buffer.from('x'), 'membership'), { index: 2, term: 1 });
  t.is(raft.propose(Buffer.from('y'), 'membership'), null);
  t.truthy(raft.propose(Buffer.from('normal')));
  settle(raft);
  hear(raft, 2n, 1, accepted(3));
  t.is(raft.refusal(1, 'membership'), undefined);
});

test('a smaller configuration may commit what waited for the larger one, and finishes reads', (t) => {
  const raft = leader();
  raft.propose(Buffer.from('x'));
  raft.requestRead(1);
  settle(raft);
  t.is(raft.log.commitIndex, 1);
  raft.setMembers([1n], []);
  const { committed, reads } = settle(raft);
  t.deepEqual(
    committed.map(({ index }) => index),
    [2],
  );
  t.deepEqual(reads, [{ id: 1, index: 1 }]);
});

test('a leader that is no voter any more steps down, also when it becomes a learner', (t) => {
  for (const learners of [[], [1n]]) {
    const raft = leader();
    raft.setMembers([2n, 3n], learners);
    t.is(raft.role, 'follower');
    t.false(raft.campaign());
  }
});

test('lag is counted in entries, and known to the leader only', (t) => {
  const raft = leader({ learners: [4n] });
  for (let count = 0; count < 5; count++) raft.propose(Buffer.from('x'));
  t.is(raft.lag(1n), 5);
  settle(raft);
  hear(raft, 4n, 1, accepted(4));
  t.deepEqual([raft.lag(1n), raft.lag(2n), raft.lag(4n), raft.lag(9n)], [0, 5, 2, undefined]);
  t.is(loneRaft().lag(2n), undefined);
});

test('leadership is handed only to a voter that is there and in step', (t) => {
  const raft = leader({ learners: [4n] });
  t.is(raft.transferLeadership(1n), 'alreadyLeader');
  t.is(raft.transferLeadership(4n), 'notVoter');
  t.is(raft.transferLeadership(9n), 'notVoter');
  raft.unreachable(2n);
  t.is(raft.transferLeadership(2n), 'notCaughtUp');
  for (let tick = 0; tick < 9; tick++) {
    raft.tick();
    hear(raft, 2n, 1, answered(0));
  }
  raft.tick();
  hear(raft, 2n, 1, accepted(1));
  t.is(raft.transferLeadership(3n), 'notCaughtUp');
  t.is(raft.transferLeadership(2n), undefined);
  t.is(raft.transferTarget, 2n);
  t.is(raft.transferLeadership(3n), 'transferring');
  t.is(loneRaft().transferLeadership(2n), 'notLeader');
});

test('a handover ends when its target is no voter any more', (t) => {
  const raft = leader();
  raft.transferLeadership(2n);
  raft.setMembers([1n, 3n], []);
  t.is(raft.transferTarget, 0n);
  t.is(raft.refusal(1), undefined);
});

test('reads of one turn share a round, numbers are never used twice, and answers to old rounds confirm old reads only', (t) => {
  const raft = leader();
  raft.requestRead(1);
  raft.requestRead(2);
  const rounds = settle(raft).messages.map((message) => message.kind === 'heartbeat' && message.round);
  t.deepEqual(rounds, [1, 1]);
  raft.requestRead(3);
  t.deepEqual(
    settle(raft).messages.map((message) => message.kind === 'heartbeat' && message.round),
    [2, 2],
  );
  t.deepEqual(
    hear(raft, 2n, 1, answered(1)).reads.map(({ id }) => id),
    [1, 2],
  );
  t.deepEqual(hear(raft, 2n, 1, answered(1)).reads, []);
  t.deepEqual(
    hear(raft, 3n, 1, answered(2)).reads.map(({ id }) => id),
    [3],
  );
});

test('an answer to a later round confirms the earlier ones too', (t) => {
  const raft = leader();
  raft.requestRead(1);
  settle(raft);
  raft.requestRead(2);
  settle(raft);
  t.deepEqual(
    hear(raft, 2n, 1, answered(2)).reads.map(({ id }) => id),
    [1, 2],
  );
});

test('reads that wait are bounded', (t) => {
  const raft = leader({ limits: { readsMax: 2 } });
  t.deepEqual(
    [1, 2, 3].map((id) => raft.requestRead(id)),
    [true, true, false],
  );
  hear(raft, 2n, 1, { kind: 'readRequest', context: 5n });
  t.deepEqual(
    hear(raft, 2n, 1, answered(1)).reads.map(({ id }) => id),
    [1, 2],
  );
  t.true(raft.requestRead(4));
});

test('reads of members are answered to them, those of strangers not at all', (t) => {
  const raft = leader({ learners: [4n] });
  hear(raft, 9n, 1, { kind: 'readRequest', context: 1n });
  hear(raft, 4n, 1, { kind: 'readRequest', context: 2n });
  const answers = hear(raft, 2n, 1, answered(1)).messages.filter(({ kind }) => kind === 'readAnswer');
  t.deepEqual(answers, [{ from: 1n, to: 4n, term: 1, kind: 'readAnswer', context: 2n, index: 1 }]);
});

test('a member that needs entries that are gone is sent a snapshot, and nothing else until it is heard how that went', (t) => {
  const behind: MessageBody = { kind: 'appendRejected', index: 5, hint: none };
  const begin = (): Raft => {
    const raft = loneRaft({ base: { index: 5, term: 1 }, hardState: { term: 1, vote: 0n, commit: 5 }, applied: 5 });
    makeLeader(raft);
    hear(raft, 3n, 2, accepted(6));
    return raft;
  };
  const failing = begin();
  const asked = hear(failing, 2n, 2, behind).messages.filter(({ kind }) => kind === 'snapshot');
  t.deepEqual(asked, [{ from: 1n, to: 2n, term: 2, kind: 'snapshot', position: { index: 6, term: 2 } }]);
  t.deepEqual(hear(failing, 2n, 2, answered(0)).messages, []);
  failing.propose(Buffer.from('x'));
  t.deepEqual(appendsTo(2n, settle(failing).messages), []);
  failing.snapshotFailed(2n);
  t.deepEqual(settle(failing).messages, []);
  t.is(hear(failing, 2n, 2, answered(0)).messages[0]!.kind, 'snapshot');

  // Sent: it goes on behind the snapshot when the member is heard of.
  const sending = begin();
  hear(sending, 2n, 2, behind);
  sending.snapshotSent(2n, 6);
  t.deepEqual(settle(sending).messages, []);
  const [probe] = appendsTo(2n, hear(sending, 2n, 2, answered(0)).messages);
  t.is(probe!.previous.index, 6);

  // The member's own word is enough, also for an older snapshot than the one asked for, if the log reaches back to it.
  const resuming = begin();
  hear(resuming, 2n, 2, behind);
  hear(resuming, 2n, 2, accepted(5));
  t.is(resuming.memberStatus()[0]!.state, 'replicate');
});

test('entries that a slow member needs may be dropped under it: it gets a snapshot', (t) => {
  const raft = leader({ limits: { appendBytesMax: 1, inflightMessagesMax: 2 } });
  for (let count = 0; count < 6; count++) raft.propose(Buffer.from('x'));
  settle(raft);
  for (const index of [2, 3, 4, 5, 6, 7]) hear(raft, 3n, 1, accepted(index));
  raft.log.discardTo(7);
  const { messages } = hear(raft, 2n, 1, answered(0));
  t.deepEqual(
    messages.map(({ to, kind }) => [to, kind]),
    [[2n, 'snapshot']],
  );
});

test('what may be sent at once and what has to wait for the disk are told apart', (t) => {
  const raft = leader();
  raft.propose(Buffer.from('x'));
  const leading = raft.ready();
  t.deepEqual(
    leading.messages.map(({ kind }) => kind),
    ['append', 'append'],
  );
  t.deepEqual(leading.messagesAfterPersist, []);
  const follower = loneRaft();
  follower.step({ from: 2n, to: 1n, term: 1, kind: 'append', previous: none, entries: entriesOf([1]), commit: 0 });
  follower.step({ from: 2n, to: 1n, term: 1, kind: 'heartbeat', commit: 0, round: 4 });
  const following = follower.ready();
  t.deepEqual(
    following.messages.map(({ kind }) => kind),
    ['heartbeatAnswer'],
  );
  t.deepEqual(
    following.messagesAfterPersist.map(({ kind }) => kind),
    ['appendAccepted'],
  );
});
