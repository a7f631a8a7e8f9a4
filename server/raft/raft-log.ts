// The log as the core sees it: entries in memory, how far it is stable (durable here), committed, handed out and
// applied, and which writes are under way. Invariant at all times: applied <= handedOut <= commit <= last and base <=
// handedOut; applied <= stable and base <= applied too, but for the while in which a snapshot is being put in place.

import { assert } from '../../common/runtime/assert.ts';
import { EntryList } from './entry-list.ts';
import type { Entry, Position } from './types.ts';

/** A write that the driver has under way. */
interface Write {
  readonly last: Position | undefined;
  /** What its completion makes stable: falls when a later truncation replaces part of what it writes. */
  stableIndex: number;
}

/** What a Ready asks to make durable of the log. */
export interface Offer {
  readonly snapshot: Position | undefined;
  readonly entries: readonly Entry[];
}

export class RaftLog {
  private list: EntryList;
  /** Highest index known to be durable on this member, with all writes under way taken into account. */
  stableIndex: number;
  /** Entries up to here have been given out to be made durable. */
  private offeredIndex: number;
  commitIndex: number;
  /** The last membership change at or before the commit index; 0: none is held. */
  committedMembershipIndex = 0;
  private handedOutIndex: number;
  appliedIndex: number;
  /** Accepted by `restore`, not given out yet. */
  private unofferedSnapshot: Position | undefined;
  private readonly writes: Write[] = [];

  /** `entries` follow `base` and are durable; everything up to `applied` is in the state machine. */
  constructor(base: Position, entries: readonly Entry[], commit: number, applied: number) {
    this.list = new EntryList(base, entries);
    const last = this.lastIndex;
    assert(
      applied >= base.index && applied <= last,
      `applied index ${applied} outside the log (${base.index}, ${last}]`,
    );
    this.stableIndex = last;
    this.offeredIndex = last;
    this.commitIndex = base.index;
    this.commitTo(Math.max(commit, applied));
    this.handedOutIndex = applied;
    this.appliedIndex = applied;
  }

  get firstIndex(): number {
    return this.list.base.index + 1;
  }

  get lastIndex(): number {
    return this.list.lastIndex;
  }

  get lastTerm(): number {
    return this.list.termAt(this.lastIndex)!;
  }

  get last(): Position {
    return { index: this.lastIndex, term: this.lastTerm };
  }

  /** The last entry known to be committed. */
  get commit(): Position {
    return { index: this.commitIndex, term: this.termAt(this.commitIndex)! };
  }

  /** Term of the entry at `index`, or undefined when the log does not hold it (any more, or yet). */
  termAt(index: number): number | undefined {
    return this.list.termAt(index);
  }

  get uncommittedBytes(): number {
    return this.list.bytesBetween(this.commitIndex, this.lastIndex);
  }

  get unappliedBytes(): number {
    return this.list.bytesBetween(Math.max(this.appliedIndex, this.list.base.index), this.lastIndex);
  }

  /** Data bytes of the entries after `index`; Infinity where some of them are gone. */
  bytesAfter(index: number): number {
    return index < this.list.base.index ? Number.POSITIVE_INFINITY : this.list.bytesBetween(index, this.lastIndex);
  }

  /** A snapshot was accepted and is not in the state machine yet. */
  get isRestoring(): boolean {
    return this.appliedIndex < this.list.base.index;
  }

  /** Entries that follow `after`, for one message. */
  entriesAfter(after: number, bytesMax: number): Entry[] {
    return this.list.sliceBytes(after, bytesMax);
  }

  /** See EntryList.lastWithTermAtMost. */
  lastWithTermAtMost(term: number, to: number): number {
    return this.list.lastWithTermAtMost(term, to);
  }

  /** Is a membership change known to be committed that the state machine has not seen? */
  get hasUnappliedMembership(): boolean {
    return this.committedMembershipIndex > this.appliedIndex;
  }

  append(term: number, kind: Entry['kind'], data: Buffer): Entry {
    const entry: Entry = { index: this.lastIndex + 1, term, kind, data };
    this.list.push(entry);
    return entry;
  }

  /**
   * Takes the leader's `entries`, which follow an entry that matches. What is held already stays as it is: an old or
   * repeated message must not shorten the log; only a conflict cuts, and never what is committed (thesis 3.5, 3.6.2).
   */
  merge(entries: readonly Entry[]): void {
    const conflict = entries.findIndex((entry) => this.termAt(entry.index) !== entry.term);
    if (conflict === -1) return;
    const index = entries[conflict]!.index;
    assert(index > this.commitIndex, `entry ${index} conflicts with a committed one (commit ${this.commitIndex})`);
    if (index <= this.lastIndex) this.truncateFrom(index);
    for (const entry of entries.slice(conflict)) this.list.push(entry);
  }

  /**
   * A write that is under way may contain what is cut off here. Its completion then says nothing about the entries that
   * took their place, even where those are of the same term as the old ones again: a write in between is still to
   * overwrite them (the ABA race of etcd-io/raft testdata/async_storage_writes_append_aba_race.txt). So each write
   * remembers how much of it is still true, rather than being compared by term when it ends.
   */
  private truncateFrom(index: number): void {
    this.list.truncateFrom(index);
    this.stableIndex = Math.min(this.stableIndex, index - 1);
    this.offeredIndex = Math.min(this.offeredIndex, index - 1);
    for (const write of this.writes) write.stableIndex = Math.min(write.stableIndex, index - 1);
  }

  /** The state machine's content up to `position`, which is committed, takes the place of the log. */
  restore(position: Position): void {
    assert(position.index > this.commitIndex, `snapshot ${position.index} is not beyond commit ${this.commitIndex}`);
    this.list = new EntryList(position);
    this.stableIndex = Math.min(this.stableIndex, position.index - 1);
    this.offeredIndex = position.index;
    this.commitIndex = position.index;
    this.handedOutIndex = position.index;
    this.unofferedSnapshot = position;
    for (const write of this.writes) write.stableIndex = 0;
  }

  get hasUnoffered(): boolean {
    return this.offeredIndex < this.lastIndex || this.unofferedSnapshot !== undefined;
  }

  /** What is to be made durable, each thing given out once. */
  takeUnoffered(): Offer {
    const offer: Offer = {
      snapshot: this.unofferedSnapshot,
      entries: this.list.slice(this.offeredIndex, this.lastIndex),
    };
    this.unofferedSnapshot = undefined;
    this.offeredIndex = this.lastIndex;
    return offer;
  }

  /** The driver was asked to write something; `last` is the end of what it writes of the log, if anything. */
  writeStarted(last: Position | undefined): void {
    this.writes.push({ last, stableIndex: last?.index ?? 0 });
  }

  /** The oldest write under way is durable. */
  writeFinished(last: Position | undefined): void {
    const write = this.writes.shift();
    const expected = write?.last;
    assert(write !== undefined, 'a write was reported durable that was never asked for');
    assert(
      last?.index === expected?.index && last?.term === expected?.term,
      `writes reported out of order: ${last?.index}, expected ${expected?.index}`,
    );
    this.stableIndex = Math.max(this.stableIndex, write.stableIndex);
  }

  commitTo(index: number): void {
    assert(
      index <= this.lastIndex,
      `commit ${index} beyond the log's end ${this.lastIndex}: has this member lost its disk?`,
    );
    while (this.commitIndex < index) {
      this.commitIndex++;
      if (this.list.at(this.commitIndex)!.kind === 'membership') this.committedMembershipIndex = this.commitIndex;
    }
  }

  get hasCommitted(): boolean {
    return this.handedOutIndex < Math.min(this.commitIndex, this.stableIndex);
  }

  /** Committed entries that are durable here, each given out once (a quorum may be faster than this member's disk). */
  takeCommitted(): Entry[] {
    if (!this.hasCommitted) return [];
    const end = Math.min(this.commitIndex, this.stableIndex);
    const entries = this.list.slice(this.handedOutIndex, end);
    this.handedOutIndex = end;
    return entries;
  }

  appliedTo(index: number): void {
    assert(index >= this.appliedIndex && index <= this.handedOutIndex, `applied ${index} was never handed out`);
    this.appliedIndex = index;
  }

  /** Forgets entries up to `index` in memory. They must be applied. */
  discardTo(index: number): void {
    assert(index <= this.appliedIndex, `discarding ${index}, applied is ${this.appliedIndex}`);
    this.list.discardTo(index);
  }
}
