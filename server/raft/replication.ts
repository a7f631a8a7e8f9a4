// The leader's replication: what each member is sent (appends, commit index, snapshots), what its answers mean, and
// what is therefore committed. Nothing is sent while messages arrive; `flush` sends once for all that happened since,
// so that proposals of one turn share a message.

import { assert } from '../../common/runtime/assert.ts';
import type { Members } from './membership.ts';
import type { AppendRejected, Outbox } from './message.ts';
import { Progress } from './progress.ts';
import { majorityIndex, quorumSize } from './quorum.ts';
import type { RaftLog } from './raft-log.ts';
import type { RaftLimits } from './types.ts';

export interface ReplicationOptions {
  readonly id: bigint;
  readonly term: number;
  readonly electionTicks: number;
  readonly log: RaftLog;
  readonly members: Members;
  readonly outbox: Outbox;
  readonly limits: RaftLimits;
}

export class Replication {
  private readonly options: ReplicationOptions;
  private readonly log: RaftLog;
  /** Of every member but this one. */
  private readonly progress = new Map<bigint, Progress>();
  /** Something happened that `flush` may have to tell. */
  private due = true;

  constructor(options: ReplicationOptions) {
    this.options = options;
    this.log = options.log;
    this.membersChanged();
  }

  get isDue(): boolean {
    return this.due;
  }

  progressOf(id: bigint): Progress | undefined {
    return this.progress.get(id);
  }

  get all(): Iterable<Progress> {
    return this.progress.values();
  }

  membersChanged(): void {
    const { members, id, limits } = this.options;
    for (const known of this.progress.keys()) if (!members.has(known)) this.progress.delete(known);
    for (const other of members.others(id)) {
      if (!this.progress.has(other)) this.progress.set(other, new Progress(other, this.log.lastIndex + 1, limits));
    }
    this.due = true;
  }

  entriesAppended(): void {
    this.due = true;
  }

  /**
   * Commits what a majority of voters has durably, but only by counting an entry of the own term: one of an earlier
   * term could still be replaced (thesis 3.6.2, figure 3.7). The leader counts for what is stable at itself, not for
   * what it has appended (etcd-io/etcd#14370), and not at all where it is no voter (thesis 4.2.2).
   */
  advanceCommit(): void {
    const { id, term, members } = this.options;
    const durableIndex = (voter: bigint): number =>
      voter === id ? this.log.stableIndex : (this.progress.get(voter)?.matchIndex ?? 0);
    const index = majorityIndex(members.voters, durableIndex);
    if (index <= this.log.commitIndex || this.log.termAt(index) !== term) return;
    this.log.commitTo(index);
    this.due = true;
  }

  accepted(progress: Progress, index: number): void {
    assert(
      index <= this.log.lastIndex,
      `member ${progress.id.toString(16)} acknowledges ${index}, beyond the log's end`,
    );
    progress.accepted(index, this.log.firstIndex);
    this.advanceCommit();
    this.due = true;
  }

  /**
   * Probing back costs a round trip for each term at most, not for each entry: the follower names its last entry whose
   * term is not above the leader's, and the leader goes on from its own last entry whose term is not above that
   * (thesis 3.5 end; etcd-io/raft#149: entry by entry took an hour).
   */
  rejected(progress: Progress, { index, hint }: AppendRejected): void {
    const agree = hint.term === 0 ? hint.index : this.log.lastWithTermAtMost(hint.term, hint.index);
    if (progress.rejected(index, agree)) this.due = true;
  }

  heartbeatAnswered(progress: Progress): void {
    progress.heartbeatAnswered(progress.matchIndex < this.log.lastIndex);
    this.due = true;
  }

  /** The commit index that a heartbeat tells lies within what the member has for sure (thesis 3.5; lagging_commit). */
  sendHeartbeats(round: number): void {
    for (const progress of this.progress.values()) {
      const commit = Math.min(progress.matchIndex, this.log.commitIndex);
      this.options.outbox.send(progress.id, { kind: 'heartbeat', commit, round });
    }
  }

  /** Sends each member what it lacks, as far as its window allows. */
  flush(): void {
    this.due = false;
    for (const progress of this.progress.values()) {
      while (!progress.isPaused && this.owes(progress) && this.sendAppend(progress));
    }
  }

  private owes(progress: Progress): boolean {
    if (progress.appendDue) return true;
    if (progress.nextIndex <= this.log.lastIndex) return progress.takesEntries;
    return progress.sentCommit < Math.min(this.log.commitIndex, progress.nextIndex - 1);
  }

  private sendAppend(progress: Progress): boolean {
    const previousIndex = progress.nextIndex - 1;
    const term = this.log.termAt(previousIndex);
    if (term === undefined) return this.requestSnapshot(progress);
    const { limits, outbox } = this.options;
    const entries = progress.takesEntries ? this.log.entriesAfter(previousIndex, limits.appendBytesMax) : [];
    const commit = this.log.commitIndex;
    outbox.send(progress.id, { kind: 'append', previous: { index: previousIndex, term }, entries, commit });
    let bytes = 0;
    for (const entry of entries) bytes += entry.data.length;
    progress.appendSent(previousIndex + entries.length, bytes, commit);
    return true;
  }

  /** The entries that it needs are gone: the driver is to send a snapshot, once it is known to be there at all. */
  private requestSnapshot(progress: Progress): boolean {
    progress.appendDue = false;
    if (!this.isActive(progress.id)) return false;
    const index = this.log.appliedIndex;
    progress.snapshotNeeded();
    this.options.outbox.send(progress.id, { kind: 'snapshot', position: { index, term: this.log.termAt(index)! } });
    return false;
  }

  /** Counts the silence of the others; returns whether a majority answered within the last election timeout (thesis 6.2). */
  tick(): boolean {
    const { id, members } = this.options;
    for (const progress of this.progress.values()) progress.silentTicks++;
    let active = 0;
    for (const voter of members.voters) if (voter === id || this.isActive(voter)) active++;
    return active >= quorumSize(members.voters.size);
  }

  /** Has it answered within the last election timeout? */
  isActive(member: bigint): boolean {
    const progress = this.progress.get(member);
    return progress !== undefined && progress.silentTicks < this.options.electionTicks;
  }
}
