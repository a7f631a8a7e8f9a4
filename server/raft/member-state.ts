// What a member is (term, vote, role, leader it follows) and the transitions between the roles: thesis figure 3.3. Who
// calls for a transition, and the answers to messages, are step.ts's and raft.ts's.
//
//   follower -> preCandidate -> candidate -> leader; every role -> follower at a higher term or a leader's word

import { assert } from '../../common/runtime/assert.ts';
import type { Random } from '../../common/runtime/random.ts';
import { Ballot, ElectionTimer } from './election.ts';
import { Leadership } from './leadership.ts';
import type { Members } from './membership.ts';
import { Outbox } from './message.ts';
import type { RaftLog } from './raft-log.ts';
import { OwnReads } from './read-index.ts';
import type { HardState, RaftLimits, Role } from './types.ts';

export interface MemberStateOptions {
  readonly id: bigint;
  readonly members: Members;
  readonly log: RaftLog;
  readonly hardState: HardState;
  readonly electionTicks: number;
  readonly random: Random;
  readonly limits: RaftLimits;
}

export class MemberState {
  readonly id: bigint;
  readonly members: Members;
  readonly log: RaftLog;
  readonly limits: RaftLimits;
  readonly outbox: Outbox;
  readonly timer: ElectionTimer;
  readonly ownReads: OwnReads;
  private readonly electionTicks: number;
  private currentTerm: number;
  private currentVote: bigint;
  private currentRole: Role = 'follower';
  private currentLeader = 0n;
  private ballot: Ballot | null = null;
  private currentLeadership: Leadership | null = null;

  constructor(options: MemberStateOptions) {
    this.id = options.id;
    this.members = options.members;
    this.log = options.log;
    this.limits = options.limits;
    this.electionTicks = options.electionTicks;
    this.currentTerm = options.hardState.term;
    this.currentVote = options.hardState.vote;
    this.outbox = new Outbox(options.id, () => this.currentTerm);
    this.timer = new ElectionTimer(options.electionTicks, options.random);
    this.ownReads = new OwnReads(options.random.bits64());
  }

  get term(): number {
    return this.currentTerm;
  }

  /** Whom this member voted for in this term; 0n: nobody. */
  get vote(): bigint {
    return this.currentVote;
  }

  get role(): Role {
    return this.currentRole;
  }

  /** The leader of the current term as far as this member knows; 0n: none. */
  get leader(): bigint {
    return this.currentLeader;
  }

  /** Present exactly while this member leads. */
  get leadership(): Leadership | null {
    return this.currentLeadership;
  }

  /** May this member campaign? Learners and strangers may not, nor one that lacks a change known to be committed. */
  get isElectable(): boolean {
    return this.members.isVoter(this.id) && !this.log.isRestoring && !this.log.hasUnappliedMembership;
  }

  /**
   * There was a leader less than an election timeout ago, so whoever wants an election now is cut off or removed and
   * would only disrupt (thesis 4.2.3). A leader that lost its majority is told by its own check, not by this.
   */
  get hasFreshLeader(): boolean {
    return this.currentLeader === this.id || (this.currentLeader !== 0n && this.timer.isFresh);
  }

  /**
   * Follows `leader` (0n: nobody known) in `term`. Within a term the vote stays: forgetting it on the way down would
   * allow a second one (microsoft/CCF#5891).
   */
  becomeFollower(term: number, leader: bigint): void {
    assert(term >= this.currentTerm, `term falls from ${this.currentTerm} to ${term}`);
    if (this.currentRole === 'leader') this.timer.restart();
    if (term > this.currentTerm) this.enterTerm(term, 0n);
    this.currentRole = 'follower';
    this.ballot = null;
    this.currentLeadership = null;
    this.setLeader(leader);
    this.timer.redraw();
  }

  /** A leader of this term is there. Two in one term would be the end of safety: that is not survived. */
  followLeader(leader: bigint): void {
    assert(
      this.currentRole !== 'leader',
      `${leader.toString(16)} leads in term ${this.currentTerm} as this member does`,
    );
    const known = this.currentLeader;
    assert(
      known === 0n || known === leader,
      `two leaders in term ${this.currentTerm}: ${known.toString(16)}, ${leader.toString(16)}`,
    );
    if (this.currentRole !== 'follower') this.becomeFollower(this.currentTerm, leader);
    else this.setLeader(leader);
    this.timer.restart();
  }

  /** Gives the vote in this term. Its answer waits until it is durable. */
  voteFor(candidate: bigint): void {
    assert(this.currentVote === 0n || this.currentVote === candidate, `a second vote in term ${this.currentTerm}`);
    this.currentVote = candidate;
    this.timer.restart();
  }

  /** Asks the voters whether they would elect this member; nobody's term or vote changes (thesis 9.6). */
  becomePreCandidate(): void {
    assert(this.currentRole !== 'leader', 'invalid transition: leader to pre-candidate');
    const candidateTerm = this.currentTerm + 1;
    const { last, commit } = this.log;
    this.startBallot('preCandidate', candidateTerm);
    for (const voter of this.members.voters) {
      if (voter !== this.id) this.outbox.send(voter, { kind: 'preVote', candidateTerm, last, commit });
    }
    this.countVote(this.id, true);
  }

  /**
   * Enters a new term and asks for votes. The requests wait until term, own vote and log are durable, which goes
   * further than etcd: a candidate that crashed after asking could come back without entries that it had claimed,
   * ask again in the same term, and be elected by answers to its first, better claim. The own vote is counted when it
   * is durable (see `persisted`).
   */
  becomeCandidate(transfer: boolean): void {
    assert(this.currentRole !== 'leader', 'invalid transition: leader to candidate');
    this.enterTerm(this.currentTerm + 1, this.id);
    this.startBallot('candidate', this.currentTerm);
    const { last, commit } = this.log;
    for (const voter of this.members.voters) {
      if (voter !== this.id) this.outbox.sendAfterPersist(voter, { kind: 'vote', last, transfer, commit });
    }
  }

  private startBallot(role: 'preCandidate' | 'candidate', term: number): void {
    this.currentRole = role;
    this.ballot = new Ballot(term);
    this.setLeader(0n);
    this.timer.restart();
    this.timer.redraw();
  }

  /** An answer to a (pre-)vote asked for in `term`; one to an earlier ballot says nothing about this one. */
  answerToBallot(role: Role, term: number, from: bigint, granted: boolean): void {
    if (this.currentRole === role && this.ballot?.term === term) this.countVote(from, granted);
  }

  private countVote(from: bigint, granted: boolean): void {
    const ballot = this.ballot!;
    ballot.count(from, granted);
    const result = ballot.result(this.members.voters);
    if (result === 'lost') this.becomeFollower(this.currentTerm, 0n);
    else if (result === 'won' && this.currentRole === 'preCandidate') this.becomeCandidate(false);
    else if (result === 'won') this.becomeLeader();
  }

  private becomeLeader(): void {
    assert(this.currentRole === 'candidate', `invalid transition: ${this.currentRole} to leader`);
    this.currentRole = 'leader';
    this.ballot = null;
    this.setLeader(this.id);
    const { id, log, members, outbox, limits, electionTicks, ownReads } = this;
    const onRead = (context: bigint, index: number): void => ownReads.answer(context, index);
    this.currentLeadership = new Leadership({
      id,
      term: this.term,
      electionTicks,
      log,
      members,
      outbox,
      limits,
      onRead,
    });
  }

  private enterTerm(term: number, vote: bigint): void {
    this.currentTerm = term;
    this.currentVote = vote;
    this.ownReads.giveUpAll();
  }

  private setLeader(leader: bigint): void {
    if (leader !== this.currentLeader) this.ownReads.giveUpAll();
    this.currentLeader = leader;
  }
}
