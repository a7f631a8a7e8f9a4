// The consensus core: a synchronous state machine in etcd-raft's manner. Ticks, messages and requests go in, `ready`
// comes out; no I/O, no promises, no clock. PreVote and CheckQuorum are always on, and together: either alone can stop
// a cluster for good (thesis 9.6; decentralizedthoughts.github.io/2020-12-12-raft-liveness-full-omission). Leases are
// never used for reads, so no clock and no pause can make one stale.
//
// Here are the calls and the order of effects; roles are member-state.ts's, messages step.ts's, leading leadership.ts's.

import type { Random } from '../../common/runtime/random.ts';
import type { Leadership } from './leadership.ts';
import { MemberState } from './member-state.ts';
import { Members } from './membership.ts';
import type { Message } from './message.ts';
import type { Progress, ProgressState } from './progress.ts';
import { RaftLog } from './raft-log.ts';
import { step } from './step.ts';
import {
  defaultLimits,
  type Entry,
  type EntryKind,
  type HardState,
  type Position,
  type ProposalRefusal,
  type RaftLimits,
  type Ready,
  type RestoreResult,
  type Role,
  type TransferRefusal,
} from './types.ts';

export interface RaftOptions {
  readonly id: bigint;
  readonly voters: readonly bigint[];
  readonly learners?: readonly bigint[];
  /** Ticks without a leader before a follower campaigns; each wait is drawn from [n, 2n) (thesis 3.4). At least 2. */
  readonly electionTicks: number;
  /** Must not repeat after a restart what it gave before: the contexts of reads are drawn from it. */
  readonly random: Random;
  readonly hardState: HardState;
  /** The entry before the first of `entries`. */
  readonly base: Position;
  /** What the write-ahead log holds, durable. */
  readonly entries: readonly Entry[];
  /** Index up to which the state machine holds everything. */
  readonly applied: number;
  readonly limits?: Partial<RaftLimits>;
}

/** How far another member is, as its leader knows. */
export interface MemberStatus {
  readonly id: bigint;
  readonly matchIndex: number;
  readonly nextIndex: number;
  readonly state: ProgressState;
  /** Answered within the last election timeout. */
  readonly active: boolean;
}

export class Raft {
  readonly id: bigint;
  readonly log: RaftLog;
  private readonly electionTicks: number;
  private readonly limits: RaftLimits;
  private readonly members: Members;
  private readonly state: MemberState;
  private lastHardState: HardState;
  private ticks = 0;

  constructor(options: RaftOptions) {
    const { id, hardState, electionTicks, random } = options;
    this.id = id;
    this.electionTicks = electionTicks;
    this.limits = { ...defaultLimits, ...options.limits };
    this.members = new Members(options.voters, options.learners ?? []);
    this.log = new RaftLog(options.base, options.entries, hardState.commit, options.applied);
    const { limits, members, log } = this;
    this.state = new MemberState({ id, members, log, hardState, electionTicks, random, limits });
    // What is applied is committed, and known to be at the next start.
    this.lastHardState = { ...hardState, commit: this.log.commitIndex };
  }

  get role(): Role {
    return this.state.role;
  }

  get currentTerm(): number {
    return this.state.term;
  }

  /** Whom this member voted for in the current term; 0n: nobody. */
  get vote(): bigint {
    return this.state.vote;
  }

  /** The leader of the current term as far as this member knows; 0n: none. */
  get leader(): bigint {
    return this.state.leader;
  }

  /** Whom this leader is handing over to; 0n: nobody. */
  get transferTarget(): bigint {
    return this.leadership?.transferTarget ?? 0n;
  }

  get voters(): ReadonlySet<bigint> {
    return this.members.voters;
  }

  get learners(): ReadonlySet<bigint> {
    return this.members.learners;
  }

  /** As it is now; what of it is durable, `ready` and `persisted` see to. */
  get hardState(): HardState {
    return { term: this.state.term, vote: this.state.vote, commit: this.log.commitIndex };
  }

  private get leadership(): Leadership | null {
    return this.state.leadership;
  }

  /** As `setMembers`, with the learners as they are but for those that became voters. */
  setVoters(voters: readonly bigint[]): void {
    const learners = [...this.members.learners].filter((learner) => !voters.includes(learner));
    this.setMembers(voters, learners);
  }

  /**
   * Another configuration: to be called when a `membership` entry has been applied, before the next one is. A leader
   * that is no voter any more steps down (thesis 4.2.2): it would go on with heartbeats and could commit nothing.
   * While a snapshot is put in place, entries handed out before it may still be applied: what they say is older than
   * what `restore` said, and must not take its place.
   */
  setMembers(voters: readonly bigint[], learners: readonly bigint[]): void {
    if (this.log.isRestoring) return;
    this.members.change(voters, learners);
    if (!this.members.isVoter(this.id) && this.state.role !== 'follower')
      this.state.becomeFollower(this.state.term, 0n);
    this.leadership?.membersChanged();
  }

  /** One heartbeat interval has passed. */
  tick(): void {
    this.ticks++;
    this.state.ownReads.expire(this.ticks);
    if (this.leadership !== null) {
      if (!this.leadership.tick()) this.stepDown();
      return;
    }
    this.state.timer.tick();
    if (this.state.timer.isOver) this.campaign();
  }

  /** Takes in another member's message. */
  step(message: Message): void {
    step(this.state, message);
  }

  /**
   * Starts an election (with a pre-vote). Refused (false) for a leader, for non-voters, and while committed entries
   * wait that change the members.
   */
  campaign(): boolean {
    if (this.leadership !== null || !this.state.isElectable) return false;
    this.state.becomePreCandidate();
    return true;
  }

  /**
   * Ceases to lead. For a driver whose own disk stands still for longer than an election timeout: the others may have
   * a leader that can write (etcd-io/etcd#13527, #15247).
   */
  stepDown(): void {
    if (this.leadership !== null) this.state.becomeFollower(this.state.term, 0n);
  }

  /** Why `propose` would return null now; undefined: it would not. `bytes` is the entry's data size. */
  refusal(bytes: number, kind: EntryKind = 'normal'): ProposalRefusal | undefined {
    return this.leadership === null ? 'notLeader' : this.leadership.refusal(bytes, kind);
  }

  /**
   * Appends an entry. Returns its place, or null when it is refused (see `refusal`). It is committed when it comes out
   * of `ready().committed` with the same term at that index; another term there means that it was lost.
   */
  propose(data: Buffer, kind: EntryKind = 'normal'): Position | null {
    return this.refusal(data.length, kind) === undefined ? this.leadership!.propose(data, kind) : null;
  }

  /**
   * Asks for a linearizable read (ReadIndex, thesis 6.4). `id` must be fresh for every attempt. The answer comes in
   * `ready().reads`, or the id in `lostReads`. A follower asks its leader. Returns false when there is nobody to ask.
   */
  requestRead(id: number): boolean {
    const { ownReads, outbox, leader } = this.state;
    if (ownReads.size >= this.limits.readsMax) return false;
    if (this.leadership !== null) {
      if (!this.leadership.hasRoomForRead) return false;
      this.leadership.addRead({ from: this.id, context: ownReads.add(id, Number.POSITIVE_INFINITY) });
      return true;
    }
    if (leader === 0n) return false;
    outbox.send(leader, { kind: 'readRequest', context: ownReads.add(id, this.ticks + this.electionTicks) });
    return true;
  }

  /** Hands leadership to a voter that is caught up. Undefined: it is under way; it ends within an election timeout. */
  transferLeadership(target: bigint): TransferRefusal | undefined {
    return this.leadership === null ? 'notLeader' : this.leadership.startTransfer(target);
  }

  /** Entries that a member lacks, at its leader (a learner is to be promoted when they are few); else undefined. */
  lag(member: bigint): number | undefined {
    return this.leadership?.lag(member);
  }

  /** The other members, at their leader; else empty. */
  memberStatus(): MemberStatus[] {
    const replication = this.leadership?.replication;
    if (replication === undefined) return [];
    return Array.from(replication.all, ({ id, matchIndex, nextIndex, state }) => {
      return { id, matchIndex, nextIndex, state, active: replication.isActive(id) };
    });
  }

  /** The connection to a member broke: what was sent lately may be lost. */
  unreachable(member: bigint): void {
    this.progressOf(member)?.unreachable();
  }

  /** The member has passed a snapshot up to `index`, which a `snapshot` message asked for, to its `restore`. */
  snapshotSent(member: bigint, index: number): void {
    this.progressOf(member)?.snapshotSent(index);
  }

  /** The snapshot that a `snapshot` message asked for did not get there. */
  snapshotFailed(member: bigint): void {
    this.progressOf(member)?.snapshotFailed();
  }

  private progressOf(member: bigint): Progress | undefined {
    return this.leadership?.replication.progressOf(member);
  }

  /**
   * Offers a snapshot of another member's state machine, complete at hand and durable. `restored`: the next Ready has
   * it in `snapshot`; nothing else is committed here before that place. Otherwise it may be thrown away.
   */
  restore(position: Position, voters: readonly bigint[], learners: readonly bigint[]): RestoreResult {
    const { log, state } = this;
    if (position.index <= log.commitIndex) return 'stale';
    if (log.termAt(position.index) === position.term) {
      // Log matching: all before it is held too. Cheaper, and what is held beyond it stays (thesis 5.2 end).
      log.commitTo(position.index);
      return 'forwarded';
    }
    if (!voters.includes(this.id) && !learners.includes(this.id)) return 'notMember';
    if (state.role !== 'follower') state.becomeFollower(state.term, 0n);
    log.restore(position);
    this.members.change(voters, learners);
    if (state.leader !== 0n)
      state.outbox.sendAfterPersist(state.leader, { kind: 'appendAccepted', index: position.index });
    return 'restored';
  }

  get hasReady(): boolean {
    const { log, state, leadership } = this;
    const wants = log.hasUnoffered || log.hasCommitted || this.hardStateDue;
    return wants || !state.outbox.isEmpty || state.ownReads.hasResults || leadership?.hasWork === true;
  }

  ready(): Ready {
    this.leadership?.flush();
    const { snapshot, entries } = this.log.takeUnoffered();
    const writes = this.hardStateDue || entries.length > 0 || snapshot !== undefined;
    const hardState = writes ? this.hardState : undefined;
    if (hardState !== undefined) {
      this.lastHardState = hardState;
      this.log.writeStarted(endOf(entries) ?? snapshot);
    }
    const { messages, messagesAfterPersist } = this.state.outbox.take();
    const { reads, lostReads } = this.state.ownReads.take();
    const committed = this.log.takeCommitted();
    return { hardState, snapshot, entries, messages, messagesAfterPersist, committed, reads, lostReads };
  }

  /**
   * What a Ready asked to persist is durable: its hard state, and the log up to `last`, the last of its entries or else
   * its snapshot (undefined: it carried neither). Once for each such Ready, in their order; for others it does nothing. Own votes and own appends
   * count only from here on (etcd-io/etcd#14370).
   */
  persisted(hardState: HardState | undefined, last: Position | undefined): void {
    if (hardState === undefined) return;
    this.log.writeFinished(last);
    if (hardState.vote === this.id) this.state.answerToBallot('candidate', hardState.term, this.id, true);
    this.leadership?.stableAdvanced();
  }

  /** The state machine holds everything up to `index`. */
  applied(index: number): void {
    this.log.appliedTo(index);
  }

  /**
   * A commit index alone is not worth a disk write: it rides along with the next entries, and is found again without.
   * But for a membership change: the member that it removed may be gone for good, and then a restart that has forgotten
   * the commit waits for that member's vote (doc.go of etcd-io/raft, on clusters of two).
   */
  private get hardStateDue(): boolean {
    const { term, vote, commit } = this.lastHardState;
    return this.state.term !== term || this.state.vote !== vote || this.log.committedMembershipIndex > commit;
  }
}

/** The place of the last of `entries`. */
function endOf(entries: readonly Entry[]): Position | undefined {
  const last = entries[entries.length - 1];
  return last === undefined ? undefined : { index: last.index, term: last.term };
}
