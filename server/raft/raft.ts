// The consensus core: a synchronous state machine in etcd-raft's manner. `tick`, `propose` and `requestRead` go in,
// `ready` comes out; no I/O, no promises, no clock. Its voters may be many by its arithmetic, but this version exchanges
// no messages: it runs the clusters of one member that a node can form so far.

import { assert } from '../../common/runtime/assert.ts';
import type { Random } from '../../common/runtime/random.ts';
import { majorityIndex, voteResult } from './quorum.ts';
import { RaftLog } from './raft-log.ts';
import type { Entry, EntryKind, HardState, Position, ReadState, Ready, Role } from './types.ts';

export interface RaftOptions {
  readonly id: bigint;
  readonly voters: readonly bigint[];
  /** Ticks without a leader before a follower campaigns; each wait is drawn from [n, 2n) (thesis 3.4). */
  readonly electionTicks: number;
  readonly random: Random;
  readonly hardState: HardState;
  /** The entry before the first of `entries`. */
  readonly base: Position;
  /** What the write-ahead log holds, durable. */
  readonly entries: readonly Entry[];
  /** Index up to which the state machine holds everything. */
  readonly applied: number;
}

const emptyData = Buffer.alloc(0);

export class Raft {
  readonly id: bigint;
  readonly log: RaftLog;
  private readonly options: RaftOptions;
  private voters: Set<bigint>;
  private term: number;
  private vote: bigint;
  private currentRole: Role = 'follower';
  private currentLeader = 0n;
  private electionElapsed = 0;
  private electionTimeout = 0;
  private readonly votes = new Map<bigint, boolean>();
  /** Per voter, the highest index known to be durable there (thesis figure 3.1: matchIndex). */
  private readonly matchIndex = new Map<bigint, number>();
  /** Index of this term's own no-op; nothing is confirmed before it is committed (thesis 6.4, 3.6.2). */
  private termStartIndex = 0;
  private pendingReads: number[] = [];
  private confirmedReads: ReadState[] = [];
  private lastHardState: HardState;

  constructor(options: RaftOptions) {
    this.options = options;
    this.id = options.id;
    this.voters = new Set(options.voters);
    this.term = options.hardState.term;
    this.vote = options.hardState.vote;
    this.log = new RaftLog(options.base, options.entries, options.hardState.commit, options.applied);
    this.lastHardState = options.hardState;
    this.resetElectionTimer();
  }

  get role(): Role {
    return this.currentRole;
  }

  get currentTerm(): number {
    return this.term;
  }

  /** The leader of the current term as far as this member knows; 0n: none. */
  get leader(): bigint {
    return this.currentLeader;
  }

  /** As it is now; what of it is durable, `ready` and `persisted` see to. */
  get hardState(): HardState {
    return { term: this.term, vote: this.vote, commit: this.log.commitIndex };
  }

  /** The state changes in `membership` entries, when they are applied (etcd's way; thesis 4.1 changes on append). */
  setVoters(voters: readonly bigint[]): void {
    this.voters = new Set(voters);
    if (this.currentRole === 'leader') this.advanceCommit();
  }

  tick(): void {
    if (this.currentRole === 'leader') return;
    this.electionElapsed++;
    if (this.electionElapsed >= this.electionTimeout) this.campaign();
  }

  /** Starts an election. Refused (false) for non-voters, and while committed entries wait that may change the voters. */
  campaign(): boolean {
    if (!this.voters.has(this.id) || this.log.appliedIndex < this.log.commitIndex) return false;
    this.becomeCandidate();
    return true;
  }

  /**
   * Appends an entry. Returns its place, or null when this member is not the leader. It is committed when it comes out
   * of `ready().committed` with the same term at that index; another term there means that it was lost.
   */
  propose(data: Buffer, kind: EntryKind = 'normal'): Position | null {
    if (this.currentRole !== 'leader') return null;
    const { index, term } = this.log.append(this.term, kind, data);
    return { index, term };
  }

  /**
   * Asks for a linearizable read (ReadIndex, thesis 6.4). `id` must be fresh for every attempt. The answer comes in
   * `ready().reads`. Returns false when this member cannot have it confirmed.
   */
  requestRead(id: number): boolean {
    if (this.currentRole !== 'leader') return false;
    this.pendingReads.push(id);
    this.confirmReads();
    return true;
  }

  get hasReady(): boolean {
    return this.log.hasUnoffered || this.log.hasCommitted || this.confirmedReads.length > 0 || this.ballotChanged;
  }

  ready(): Ready {
    const entries = this.log.takeUnoffered();
    // A commit index alone is not worth a disk write: it rides along with the next entries, and is found again without.
    const hardState = this.ballotChanged || entries.length > 0 ? this.hardState : undefined;
    if (hardState !== undefined) this.lastHardState = hardState;
    const reads = this.confirmedReads;
    this.confirmedReads = [];
    return {
      hardState,
      entries,
      committed: this.log.takeCommitted(),
      reads,
    };
  }

  /**
   * What a Ready asked to persist is durable: the hard state of that Ready, and the log up to `last` (undefined when it
   * carried no entries). Own votes and own appends count only from here on (etcd-io/etcd#14370).
   */
  persisted(hardState: HardState | undefined, last: Position | undefined): void {
    if (last !== undefined) this.log.stabilize(last);
    if (hardState !== undefined && hardState.term === this.term && hardState.vote === this.id)
      this.countVote(this.id, true);
    if (this.currentRole === 'leader') {
      this.matchIndex.set(this.id, this.log.stableIndex);
      this.advanceCommit();
    }
  }

  /** The state machine holds everything up to `index`. */
  applied(index: number): void {
    this.log.appliedTo(index);
  }

  private get ballotChanged(): boolean {
    return this.term !== this.lastHardState.term || this.vote !== this.lastHardState.vote;
  }

  private becomeCandidate(): void {
    assert(this.currentRole !== 'leader', 'invalid transition: leader to candidate');
    this.term++;
    this.vote = this.id;
    this.currentRole = 'candidate';
    this.currentLeader = 0n;
    this.votes.clear();
    this.resetElectionTimer();
  }

  private countVote(from: bigint, granted: boolean): void {
    if (this.currentRole !== 'candidate') return;
    this.votes.set(from, granted);
    if (voteResult(this.voters, this.votes) === 'won') this.becomeLeader();
  }

  private becomeLeader(): void {
    this.currentRole = 'leader';
    this.currentLeader = this.id;
    this.matchIndex.clear();
    this.matchIndex.set(this.id, this.log.stableIndex);
    this.termStartIndex = this.log.append(this.term, 'normal', emptyData).index;
  }

  /** Commits what a majority holds, but only by counting an entry of the own term (thesis 3.6.2, figure 3.7). */
  private advanceCommit(): void {
    const index = majorityIndex(this.voters, (voter) => this.matchIndex.get(voter) ?? 0);
    if (index > this.log.commitIndex && this.log.termAt(index) === this.term) this.log.commitTo(index);
    this.confirmReads();
  }

  private confirmReads(): void {
    if (this.pendingReads.length === 0 || this.log.commitIndex < this.termStartIndex) return;
    // The leader's own word is a quorum only where it is the sole voter.
    if (this.voters.size !== 1 || !this.voters.has(this.id)) return;
    const index = this.log.commitIndex;
    for (const id of this.pendingReads) this.confirmedReads.push({ id, index });
    this.pendingReads = [];
  }

  private resetElectionTimer(): void {
    this.electionElapsed = 0;
    this.electionTimeout = this.options.electionTicks + this.options.random.below(this.options.electionTicks);
  }
}
