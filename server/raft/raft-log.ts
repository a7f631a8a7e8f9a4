// The log as the core sees it: entries in memory behind a base, how far it is stable (durable here), committed, handed
// out and applied. Invariant at all times: base <= applied <= handedOut <= min(commit, stable), commit <= last.

import { assert } from '../../common/runtime/assert.ts';
import type { Entry, Position } from './types.ts';

export class RaftLog {
  private base: Position;
  private entries: Entry[];
  /** Entries at the head of the array that are discarded. They leave it once they are half of it: amortised, each once. */
  private discarded = 0;
  /** Highest index known to be durable on this member. */
  stableIndex: number;
  /** Entries up to here have been given out to be made durable. */
  private offeredIndex: number;
  commitIndex: number;
  private handedOutIndex: number;
  appliedIndex: number;

  /** `entries` follow `base` and are durable; everything up to `applied` is in the state machine. */
  constructor(base: Position, entries: readonly Entry[], commit: number, applied: number) {
    this.base = base;
    this.entries = [...entries];
    const last = this.lastIndex;
    assert(
      applied >= base.index && applied <= last,
      `applied index ${applied} outside the log (${base.index}, ${last}]`,
    );
    this.stableIndex = last;
    this.offeredIndex = last;
    this.commitIndex = Math.max(commit, applied);
    assert(this.commitIndex <= last, `commit index ${commit} beyond the log's end ${last}`);
    this.handedOutIndex = applied;
    this.appliedIndex = applied;
  }

  get firstIndex(): number {
    return this.base.index + 1;
  }

  get lastIndex(): number {
    return this.base.index + this.entries.length - this.discarded;
  }

  get lastTerm(): number {
    return this.termAt(this.lastIndex)!;
  }

  /** Term of the entry at `index`, or undefined when the log does not hold it (any more, or yet). */
  termAt(index: number): number | undefined {
    if (index === this.base.index) return this.base.term;
    return index < this.base.index ? undefined : this.entries[this.discarded + index - this.base.index - 1]?.term;
  }

  append(term: number, kind: Entry['kind'], data: Buffer): Entry {
    const entry: Entry = { index: this.lastIndex + 1, term, kind, data };
    this.entries.push(entry);
    return entry;
  }

  get hasUnoffered(): boolean {
    return this.offeredIndex < this.lastIndex;
  }

  /** Entries to make durable, each given out once. */
  takeUnoffered(): Entry[] {
    const entries = this.slice(this.offeredIndex, this.lastIndex);
    this.offeredIndex = this.lastIndex;
    return entries;
  }

  /**
   * The entry at `position` and all before it are durable. Ignored when the log holds another term there by now: the
   * completion belongs to an entry that was replaced (etcd-io/raft, async_storage_writes_append_aba_race).
   */
  stabilize(position: Position): void {
    if (position.index > this.stableIndex && this.termAt(position.index) === position.term)
      this.stableIndex = position.index;
  }

  commitTo(index: number): void {
    assert(index <= this.lastIndex, `commit ${index} beyond the log's end ${this.lastIndex}`);
    if (index > this.commitIndex) this.commitIndex = index;
  }

  get hasCommitted(): boolean {
    return this.handedOutIndex < Math.min(this.commitIndex, this.stableIndex);
  }

  /** Committed entries that are durable here, each given out once. */
  takeCommitted(): Entry[] {
    const end = Math.min(this.commitIndex, this.stableIndex);
    const entries = this.slice(this.handedOutIndex, end);
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
    if (index <= this.base.index) return;
    const term = this.termAt(index)!;
    this.discarded += index - this.base.index;
    this.base = { index, term };
    if (this.discarded * 2 >= this.entries.length) {
      this.entries = this.entries.slice(this.discarded);
      this.discarded = 0;
    }
  }

  /** Entries with after < index <= to. */
  private slice(after: number, to: number): Entry[] {
    const offset = this.discarded - this.base.index;
    return this.entries.slice(after + offset, to + offset);
  }
}
