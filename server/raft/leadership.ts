// What a member is while it leads, from its election to its step-down: replication, read rounds, a transfer under way,
// and which proposals it takes. Made afresh for every term, so nothing of an earlier one can be left over.

import { assert } from '../../common/runtime/assert.ts';
import type { Members } from './membership.ts';
import type { AppendAccepted, AppendRejected, Outbox } from './message.ts';
import type { Progress } from './progress.ts';
import type { RaftLog } from './raft-log.ts';
import { type PendingRead, ReadRounds } from './read-index.ts';
import { Replication } from './replication.ts';
import { Transfer } from './transfer.ts';
import type { Entry, EntryKind, Position, ProposalRefusal, RaftLimits, TransferRefusal } from './types.ts';

const emptyData = Buffer.alloc(0);

export interface LeadershipOptions {
  readonly id: bigint;
  readonly term: number;
  readonly electionTicks: number;
  readonly log: RaftLog;
  readonly members: Members;
  readonly outbox: Outbox;
  readonly limits: RaftLimits;
  /** The leader's own read is confirmed. */
  readonly onRead: (context: bigint, index: number) => void;
}

export class Leadership {
  readonly replication: Replication;
  private readonly options: LeadershipOptions;
  private readonly log: RaftLog;
  private readonly reads: ReadRounds;
  private readonly transfer: Transfer;
  /** Index of this term's own no-op; nothing is confirmed before it is committed (thesis 6.4, 3.6.2). */
  private readonly termStartIndex: number;
  /** No membership change is taken until everything up to here is applied. */
  private pendingMembershipIndex: number;

  constructor(options: LeadershipOptions) {
    this.options = options;
    this.log = options.log;
    this.replication = new Replication(options);
    this.reads = new ReadRounds(options.limits.readsMax);
    this.transfer = new Transfer(options.electionTicks);
    // Any entry taken over may be a membership change; which ones need not be known (etcd-io/raft becomeLeader).
    this.pendingMembershipIndex = this.log.lastIndex;
    this.termStartIndex = this.append('normal', emptyData).index;
    this.replication.advanceCommit();
  }

  /** Whom leadership is being handed to; 0n: nobody. */
  get transferTarget(): bigint {
    return this.transfer.target;
  }

  private get hasCommittedInTerm(): boolean {
    return this.log.commitIndex >= this.termStartIndex;
  }

  /** A heartbeat each tick. Returns false when a majority has not answered for an election timeout (thesis 6.2). */
  tick(): boolean {
    this.transfer.tick();
    if (!this.replication.tick()) return false;
    this.replication.sendHeartbeats(this.reads.newest);
    this.urgeTarget();
    return true;
  }

  /** Why an entry would not be taken now; undefined: it would be. */
  refusal(bytes: number, kind: EntryKind): ProposalRefusal | undefined {
    if (this.transfer.target !== 0n) return 'transferring';
    if (kind === 'membership' && this.membershipPending) return 'membershipPending';
    const { uncommittedBytes } = this.log;
    // Whatever its size, an entry is taken where it would be the only one; an empty one costs nothing.
    if (bytes > 0 && uncommittedBytes > 0 && uncommittedBytes + bytes > this.options.limits.uncommittedBytesMax) {
      return 'tooMuchUncommitted';
    }
    return undefined;
  }

  /**
   * One change at a time, and none before this term has committed an entry: else two leaders could each change a
   * configuration that the other does not know of, to two with disjoint majorities (Ongaro, raft-dev, 2015-07-10).
   */
  private get membershipPending(): boolean {
    return !this.hasCommittedInTerm || this.pendingMembershipIndex > this.log.appliedIndex;
  }

  propose(data: Buffer, kind: EntryKind): Position {
    const { index, term } = this.append(kind, data);
    if (kind === 'membership') this.pendingMembershipIndex = index;
    return { index, term };
  }

  private append(kind: EntryKind, data: Buffer): Entry {
    const entry = this.log.append(this.options.term, kind, data);
    this.replication.entriesAppended();
    return entry;
  }

  get hasRoomForRead(): boolean {
    return this.reads.hasRoom;
  }

  /** Reads wait for this term's first commit: before it the commit index may be behind that of earlier leaders. */
  addRead(read: PendingRead): void {
    assert(this.reads.hasRoom, 'a read was added that there is no room for');
    this.reads.add(read);
  }

  get hasWork(): boolean {
    return this.replication.isDue || (this.reads.hasWaiting && this.hasCommittedInTerm);
  }

  /** Sends what is due. The reads that came since the last time share a round. */
  flush(): void {
    if (this.reads.hasWaiting && this.hasCommittedInTerm) {
      this.replication.sendHeartbeats(this.reads.openRound(this.log.commitIndex));
      this.confirmReads();
    }
    if (this.replication.isDue) this.replication.flush();
  }

  /** More of the log is durable here. */
  stableAdvanced(): void {
    this.replication.advanceCommit();
  }

  appendAccepted(progress: Progress, { index }: AppendAccepted): void {
    progress.silentTicks = 0;
    this.replication.accepted(progress, index);
    if (progress.id === this.transfer.target) this.urgeTarget();
  }

  appendRejected(progress: Progress, message: AppendRejected): void {
    progress.silentTicks = 0;
    this.replication.rejected(progress, message);
  }

  heartbeatAnswered(progress: Progress, round: number): void {
    progress.silentTicks = 0;
    this.replication.heartbeatAnswered(progress);
    if (round <= progress.ackedRound) return;
    progress.ackedRound = round;
    this.confirmReads();
  }

  private confirmReads(): void {
    const { id, members, outbox, onRead } = this.options;
    const acked = (voter: bigint): number =>
      voter === id ? this.reads.newest : (this.replication.progressOf(voter)?.ackedRound ?? 0);
    for (const { index, reads } of this.reads.takeConfirmed(members.voters, acked)) {
      for (const { from, context } of reads) {
        if (from === id) onRead(context, index);
        else outbox.send(from, { kind: 'readAnswer', context, index });
      }
    }
  }

  /** The configuration in `members` is another one; this member is a voter in it. */
  membersChanged(): void {
    assert(this.options.members.isVoter(this.options.id), 'a leader that is no voter has to step down');
    if (!this.options.members.isVoter(this.transfer.target)) this.transfer.abort();
    this.replication.membersChanged();
    this.replication.advanceCommit();
    this.confirmReads();
  }

  /** The target must be a voter, alive, and at most a full window behind: proposals stand still meanwhile. */
  startTransfer(target: bigint): TransferRefusal | undefined {
    const { id, members, limits } = this.options;
    if (target === id) return 'alreadyLeader';
    if (!members.isVoter(target)) return 'notVoter';
    if (this.transfer.target === target) return undefined;
    if (this.transfer.target !== 0n) return 'transferring';
    const progress = this.replication.progressOf(target)!;
    if (!this.replication.isActive(target) || progress.state !== 'replicate') return 'notCaughtUp';
    if (this.log.bytesAfter(progress.matchIndex) > limits.inflightBytesMax) return 'notCaughtUp';
    this.transfer.start(target);
    this.urgeTarget();
    return undefined;
  }

  /** Said again with every tick and answer: the message may get lost, or find the target still applying. */
  private urgeTarget(): void {
    const { target } = this.transfer;
    if (target === 0n || this.replication.progressOf(target)?.matchIndex !== this.log.lastIndex) return;
    this.options.outbox.send(target, { kind: 'timeoutNow' });
  }

  /** How many entries `member` is behind; undefined for a stranger. Itself: what its own disk is behind. */
  lag(member: bigint): number | undefined {
    const matched = member === this.options.id ? this.log.stableIndex : this.replication.progressOf(member)?.matchIndex;
    return matched === undefined ? undefined : this.log.lastIndex - matched;
  }
}
