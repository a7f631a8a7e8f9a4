// What a member does with a message from another. First the term decides (thesis 3.3: a higher one is entered, a lower
// one refused, with exceptions that keep a cut-off member from disrupting), then the kind.

import { unreachable } from '../../common/runtime/assert.ts';
import { isUpToDate } from './election.ts';
import type { MemberState } from './member-state.ts';
import type { Append, Envelope, Heartbeat, Message, PreVote, PreVoteAnswer, ReadRequest, Vote } from './message.ts';
import type { Position } from './types.ts';

/** Takes in one message. Those that are late, doubled or not for this member change nothing. */
export function step(state: MemberState, message: Message): void {
  if (message.to !== state.id || message.from === state.id) return;
  if (isAnswer(message) && !state.members.has(message.from)) return;
  if (message.kind === 'preVote') {
    answerPreVote(state, message);
    return;
  }
  if (message.term > state.term && !enterTermOf(state, message)) return;
  if (message.kind === 'preVoteAnswer') {
    learnCommit(state, message.commit);
    state.answerToBallot('preCandidate', message.candidateTerm, message.from, message.granted);
  } else if (message.term < state.term) {
    refuseOldTerm(state, message);
  } else {
    stepInTerm(state, message);
  }
}

/**
 * Answers are only asked of members, so a stranger's is one from before its removal. Requests of strangers count: this
 * member may be the one that has not heard of its own or their joining yet (thesis 4.1, etcd-io/etcd#10998).
 */
function isAnswer({ kind }: Message): boolean {
  return kind.endsWith('Answer') || kind === 'appendAccepted' || kind === 'appendRejected';
}

/** Enters a higher term, but for a vote that nobody should want now (thesis 4.2.3): returns whether it did. */
function enterTermOf(state: MemberState, message: Message): boolean {
  if (message.kind === 'vote' && !message.transfer && state.hasFreshLeader) return false;
  state.becomeFollower(message.term, 0n);
  return true;
}

/**
 * A candidate or leader of an older term is told of the newer one. For a leader this lets in a member that is stuck:
 * its term is ahead, so it ignores the leader, and the leader's lease keeps the others from electing it; the leader
 * steps down and the next term is common to all (etcd-io/raft Step; cockroachdb/cockroach#104042).
 */
function refuseOldTerm(state: MemberState, { from, kind }: Message): void {
  if (kind === 'append' || kind === 'heartbeat' || kind === 'snapshot') {
    state.outbox.sendAfterPersist(from, { kind: 'appendRejected', index: 0, hint: { index: 0, term: 0 } });
  } else if (kind === 'vote') {
    state.outbox.sendAfterPersist(from, { kind: 'voteAnswer', granted: false, commit: state.log.commit });
  }
}

function stepInTerm(state: MemberState, message: Exclude<Message, PreVote | PreVoteAnswer>): void {
  const { leadership } = state;
  const progress = leadership?.replication.progressOf(message.from);
  switch (message.kind) {
    case 'vote':
      answerVote(state, message);
      break;
    case 'voteAnswer':
      learnCommit(state, message.commit);
      state.answerToBallot('candidate', message.term, message.from, message.granted);
      break;
    case 'append':
      takeAppend(state, message);
      break;
    case 'heartbeat':
      takeHeartbeat(state, message);
      break;
    case 'snapshot':
      state.followLeader(message.from);
      break;
    case 'appendAccepted':
      if (progress !== undefined) leadership!.appendAccepted(progress, message);
      break;
    case 'appendRejected':
      if (progress !== undefined) leadership!.appendRejected(progress, message);
      break;
    case 'heartbeatAnswer':
      if (progress !== undefined) leadership!.heartbeatAnswered(progress, message.round);
      break;
    case 'readRequest':
      takeReadRequest(state, message);
      break;
    case 'readAnswer':
      state.ownReads.answer(message.context, message.index);
      break;
    case 'timeoutNow':
      // The leader vouches for the election: no pre-vote, and leases do not stand in its way (thesis 3.10).
      if (message.from === state.leader && state.isElectable) state.becomeCandidate(true);
      break;
    default:
      unreachable(message);
  }
}

/**
 * Would this member vote for the sender in the term that it asks about? It promises nothing, so nothing is stored and
 * the answer need not wait. While a leader is there it keeps silent; else it answers even a candidate of an older
 * term, or a mixed pair could refuse each other for ever (etcd-io/raft Step).
 */
function answerPreVote(state: MemberState, { from, candidateTerm, last, commit }: PreVote & Envelope): void {
  learnCommit(state, commit);
  if (state.hasFreshLeader) return;
  const granted = candidateTerm > state.term && isUpToDate(last, state.log.last);
  state.outbox.send(from, { kind: 'preVoteAnswer', candidateTerm, granted, commit: state.log.commit });
}

/**
 * One vote a term, first come first served, for a log as complete as the own one (thesis 3.4, 3.6.1). Whether the
 * candidate or this member is a voter here is not asked: the candidate knows its configuration, which may be the newer
 * one (thesis 4.1; etcd-io/raft testdata/campaign_learner_must_vote.txt).
 */
function answerVote(state: MemberState, { from, last, commit }: Vote & Envelope): void {
  learnCommit(state, commit);
  const free = state.vote === from || (state.vote === 0n && state.leader === 0n);
  const granted = free && isUpToDate(last, state.log.last);
  if (granted) state.voteFor(from);
  state.outbox.sendAfterPersist(from, { kind: 'voteAnswer', granted, commit: state.log.commit });
}

/**
 * By log matching, what is committed anywhere is so here where the same entry is held. Whoever finds by it a change of
 * the members that is not applied yet ends its candidacy: it has asked by the wrong list.
 */
function learnCommit(state: MemberState, commit: Position): void {
  if (commit.index <= state.log.commitIndex || state.log.termAt(commit.index) !== commit.term) return;
  state.log.commitTo(commit.index);
  const campaigns = state.role === 'preCandidate' || state.role === 'candidate';
  if (campaigns && !state.isElectable) state.becomeFollower(state.term, 0n);
}

function takeAppend(state: MemberState, message: Append & Envelope): void {
  state.followLeader(message.from);
  const { log, outbox } = state;
  const { previous } = message;
  if (previous.index < log.commitIndex) {
    // Old, or from before a snapshot. What is committed here is equal everywhere.
    outbox.sendAfterPersist(message.from, { kind: 'appendAccepted', index: log.commitIndex });
  } else if (log.termAt(previous.index) !== previous.term) {
    const agree = log.lastWithTermAtMost(previous.term, Math.min(previous.index, log.lastIndex));
    const hint = { index: agree, term: log.termAt(agree) ?? 0 };
    outbox.sendAfterPersist(message.from, { kind: 'appendRejected', index: previous.index, hint });
  } else {
    takeEntries(state, message);
  }
}

function takeEntries(state: MemberState, { from, previous, entries, commit }: Append & Envelope): void {
  const { log, outbox, limits } = state;
  // As if lost: the leader finds out by its heartbeats and tries again from here.
  if (entries.length > 0 && log.unappliedBytes > limits.unappliedBytesMax) return;
  log.merge(entries);
  const matched = previous.index + entries.length;
  // Entries beyond those of this message may not be the leader's (thesis 3.5: "index of last new entry").
  log.commitTo(Math.min(commit, matched));
  outbox.sendAfterPersist(from, { kind: 'appendAccepted', index: matched });
}

/**
 * The answer says "you lead in my term", which a crash would not make untrue: a later leader needs a vote of this
 * member or of another of the same majority, and that is durable when given. So it does not wait for the disk.
 */
function takeHeartbeat(state: MemberState, { from, commit, round }: Heartbeat & Envelope): void {
  state.followLeader(from);
  state.log.commitTo(commit);
  state.outbox.send(from, { kind: 'heartbeatAnswer', round });
}

/** Only the leader can answer, and only members are answered; the asker gives up by itself. */
function takeReadRequest({ members, leadership }: MemberState, { from, context }: ReadRequest & Envelope): void {
  if (members.has(from) && leadership?.hasRoomForRead === true) leadership.addRead({ from, context });
}
