// What a leader knows about one other member's log, and how it therefore sends to it:
//   probe      one message, then wait: it is not known where the logs agree, or messages got lost
//   replicate  pipelined: nextIndex runs ahead of the answers, as far as the inflight window allows (thesis 10.2.1)
//   snapshot   nothing: the entries it needs are gone here, a snapshot is on its way
// Invariant: matchIndex < nextIndex.

import { assert } from '../../common/runtime/assert.ts';
import { Inflights } from './inflights.ts';
import type { RaftLimits } from './types.ts';

export type ProgressState = 'probe' | 'replicate' | 'snapshot';

export class Progress {
  readonly id: bigint;
  /** Highest index known to be durable there and equal to the leader's log. */
  matchIndex = 0;
  nextIndex: number;
  state: ProgressState = 'probe';
  readonly inflights: Inflights;
  /** Ticks since it was last heard of; a new member and a new leader start with the benefit of the doubt. */
  silentTicks = 0;
  /** Newest read round that it answered. */
  ackedRound = 0;
  /** Highest commit index that a message under way (or arrived) tells it. */
  sentCommit = 0;
  /** An append is owed even where it carries nothing: it probes, or tells the commit index. */
  appendDue = true;
  /** Set where nothing more may be sent before an answer; heartbeat answers lift it once. */
  private flowPaused = false;

  constructor(id: bigint, nextIndex: number, limits: RaftLimits) {
    this.id = id;
    this.nextIndex = nextIndex;
    this.inflights = new Inflights(limits.inflightMessagesMax, limits.inflightBytesMax);
  }

  get isPaused(): boolean {
    return this.state === 'snapshot' || this.flowPaused;
  }

  /** A full window takes no entries; an empty append may go, to find out whether everything in it got lost. */
  get takesEntries(): boolean {
    return this.state === 'probe' || !this.inflights.isFull;
  }

  /** An append went out with entries up to `lastIndex` (nextIndex - 1: with none). */
  appendSent(lastIndex: number, bytes: number, commit: number): void {
    if (this.state === 'probe') {
      this.flowPaused = true;
    } else {
      if (lastIndex >= this.nextIndex) this.inflights.add(lastIndex, bytes);
      this.nextIndex = lastIndex + 1;
      this.flowPaused = this.inflights.isFull;
    }
    this.appendDue = false;
    this.sentCommit = Math.max(this.sentCommit, Math.min(commit, lastIndex));
  }

  /**
   * Everything up to `index` matches. Pipelining starts; after a snapshot only where the log here reaches back far
   * enough (`firstIndex`), whichever snapshot it was that arrived (etcd-io/raft#110).
   */
  accepted(index: number, firstIndex: number): void {
    if (index > this.matchIndex) this.matchIndex = index;
    else if (index < this.matchIndex || this.state !== 'probe') return;
    this.nextIndex = Math.max(this.nextIndex, index + 1);
    this.flowPaused = false;
    if (this.state === 'replicate') this.inflights.freeTo(index);
    else if (this.state === 'probe' || this.matchIndex + 1 >= firstIndex) this.become('replicate');
    this.check();
  }

  /**
   * The entry at `rejectedIndex` did not match; `agreeIndex` is the best guess of the last that does. Returns whether
   * the rejection is news: those that came late or twice are not (etcd-io/raft stepLeader).
   */
  rejected(rejectedIndex: number, agreeIndex: number): boolean {
    if (this.state === 'replicate') {
      if (rejectedIndex <= this.matchIndex) return false;
      this.become('probe');
    } else if (this.state === 'probe') {
      if (this.nextIndex - 1 !== rejectedIndex) return false;
      this.nextIndex = Math.max(Math.min(rejectedIndex, agreeIndex + 1), this.matchIndex + 1);
      this.flowPaused = false;
    } else {
      return false;
    }
    this.appendDue = true;
    this.check();
    return true;
  }

  /** It answered a heartbeat, so whatever was sent before has arrived or is lost. `behind`: it lacks entries. */
  heartbeatAnswered(behind: boolean): void {
    this.flowPaused = false;
    if (behind || this.state === 'probe') this.appendDue = true;
  }

  /** Messages to it may have been lost: find out where it is before sending much. */
  unreachable(): void {
    if (this.state === 'replicate') this.become('probe');
  }

  snapshotNeeded(): void {
    this.become('snapshot');
  }

  /** A snapshot up to `index` was handed over; it is probed behind that as soon as it is heard of. */
  snapshotSent(index: number): void {
    if (this.state !== 'snapshot') return;
    this.become('probe');
    this.nextIndex = Math.max(this.nextIndex, index + 1);
    this.flowPaused = true;
  }

  /** Tried again when it is heard of. */
  snapshotFailed(): void {
    if (this.state !== 'snapshot') return;
    this.become('probe');
    this.flowPaused = true;
  }

  private become(state: ProgressState): void {
    this.state = state;
    this.nextIndex = this.matchIndex + 1;
    this.inflights.clear();
    this.flowPaused = false;
    this.sentCommit = Math.min(this.sentCommit, this.matchIndex);
    this.appendDue = state === 'probe';
    this.check();
  }

  private check(): void {
    assert(this.matchIndex < this.nextIndex, `nextIndex ${this.nextIndex} is not beyond matchIndex ${this.matchIndex}`);
  }
}
