// What members say to one another. `term` is always the sender's current term, also where a pre-vote asks about the
// next one: a pre-vote changes nobody's term (thesis 9.6), so the asked-for term has a field of its own.

import type { Entry, Position } from './types.ts';

/**
 * "Would you vote for me in `candidateTerm`?" `last` is the end of the candidate's log. `commit` is the last entry that
 * it knows to be committed. A voter that holds it learns so: it may be the change that made it a voter, without which
 * it would neither campaign nor, with the longer log, grant the vote.
 */
export interface PreVote {
  readonly kind: 'preVote';
  readonly candidateTerm: number;
  readonly last: Position;
  readonly commit: Position;
}

/** Keyed by the term that was asked for, so that answers of an earlier round are told apart. For `commit` see VoteAnswer. */
export interface PreVoteAnswer {
  readonly kind: 'preVoteAnswer';
  readonly candidateTerm: number;
  readonly granted: boolean;
  readonly commit: Position;
}

export interface Vote {
  readonly kind: 'vote';
  readonly last: Position;
  /** The leader itself asked for this election: its lease does not stand in the way (thesis 4.2.3). */
  readonly transfer: boolean;
  /** See PreVote. */
  readonly commit: Position;
}

/**
 * `commit` is the last entry that the voter knows to be committed. A candidate that holds it learns so. It may be the
 * very change that removed the voter, which neither campaigns any more nor can vote for a log shorter than its own.
 */
export interface VoteAnswer {
  readonly kind: 'voteAnswer';
  readonly granted: boolean;
  readonly commit: Position;
}

/** AppendEntries: `entries` follow the entry at `previous`. */
export interface Append {
  readonly kind: 'append';
  readonly previous: Position;
  readonly entries: readonly Entry[];
  readonly commit: number;
}

/** Everything up to `index` is durable at the sender and equal to the leader's log. */
export interface AppendAccepted {
  readonly kind: 'appendAccepted';
  readonly index: number;
}

/**
 * The sender's log has no entry like the append's `previous`, which was at `index`. No entry after `hint` can match;
 * the hint's term is 0 where the sender does not know it. Also the answer to a leader of an older term.
 */
export interface AppendRejected {
  readonly kind: 'appendRejected';
  readonly index: number;
  readonly hint: Position;
}

/** `round` is the leader's newest read round (0: none yet in this term). */
export interface Heartbeat {
  readonly kind: 'heartbeat';
  readonly commit: number;
  readonly round: number;
}

export interface HeartbeatAnswer {
  readonly kind: 'heartbeatAnswer';
  readonly round: number;
}

/**
 * To the sender's own driver: send the member a snapshot of the state machine at `position` or later, then call
 * `snapshotSent` or `snapshotFailed`. To the receiver: the leader is there and a snapshot comes (see `restore`).
 */
export interface Snapshot {
  readonly kind: 'snapshot';
  readonly position: Position;
}

/** A follower asks for a read index. `context` is never used twice, not even after a restart. */
export interface ReadRequest {
  readonly kind: 'readRequest';
  readonly context: bigint;
}

export interface ReadAnswer {
  readonly kind: 'readAnswer';
  readonly context: bigint;
  readonly index: number;
}

/** "Campaign now": the leader hands over (thesis 3.10). */
export interface TimeoutNow {
  readonly kind: 'timeoutNow';
}

export type MessageBody =
  | PreVote
  | PreVoteAnswer
  | Vote
  | VoteAnswer
  | Append
  | AppendAccepted
  | AppendRejected
  | Heartbeat
  | HeartbeatAnswer
  | Snapshot
  | ReadRequest
  | ReadAnswer
  | TimeoutNow;

export interface Envelope {
  readonly from: bigint;
  readonly to: bigint;
  readonly term: number;
}

export type Message = Envelope & MessageBody;

/** Messages on their way out, stamped with sender and term. */
export class Outbox {
  private readonly from: bigint;
  private readonly currentTerm: () => number;
  private now: Message[] = [];
  private afterPersist: Message[] = [];

  constructor(from: bigint, currentTerm: () => number) {
    this.from = from;
    this.currentTerm = currentTerm;
  }

  get isEmpty(): boolean {
    return this.now.length === 0 && this.afterPersist.length === 0;
  }

  send(to: bigint, body: MessageBody): void {
    this.now.push({ from: this.from, to, term: this.currentTerm(), ...body });
  }

  /** For whatever promises something: a vote, or the possession of entries. */
  sendAfterPersist(to: bigint, body: MessageBody): void {
    this.afterPersist.push({ from: this.from, to, term: this.currentTerm(), ...body });
  }

  take(): { messages: Message[]; messagesAfterPersist: Message[] } {
    const taken = { messages: this.now, messagesAfterPersist: this.afterPersist };
    this.now = [];
    this.afterPersist = [];
    return taken;
  }
}
