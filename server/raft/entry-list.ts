// Log entries in memory behind a base, the place of the last entry that is gone. Knows terms, bytes and how to cut at
// both ends; what the indexes mean (stable, committed, applied) is raft-log.ts's.
//
// Example: base {index 4, term 2} with entries of terms 2 3 3 5 holds indexes 5 to 8; termAt(4) is 2, termAt(3) is
// undefined, lastWithTermAtMost(4, 8) is 7, lastWithTermAtMost(1, 8) is 3: below the base nothing is known.

import { assert } from '../../common/runtime/assert.ts';
import type { Entry, Position } from './types.ts';

/** Discarded places at the front that are let be, so that cutting them off is O(1) per entry. */
const slackMin = 64;

export class EntryList {
  private basePosition: Position;
  /** Undefined before `start`: given up, not yet cut off. */
  private entries: (Entry | undefined)[] = [];
  /** Data bytes of all entries ever up to and with this one. */
  private ends: number[] = [];
  private start = 0;
  private endOfBase = 0;

  constructor(base: Position, entries: readonly Entry[] = []) {
    this.basePosition = base;
    for (const entry of entries) this.push(entry);
  }

  get base(): Position {
    return this.basePosition;
  }

  get lastIndex(): number {
    return this.basePosition.index + this.entries.length - this.start;
  }

  push(entry: Entry): void {
    assert(entry.index === this.lastIndex + 1, `entry ${entry.index} does not follow ${this.lastIndex}`);
    assert(
      entry.term >= (this.termAt(this.lastIndex) ?? 0),
      `entry ${entry.index} of term ${entry.term} follows a later term`,
    );
    this.ends.push(this.bytesTo(this.lastIndex) + entry.data.length);
    this.entries.push(entry);
  }

  /** The entry at `index`, where held. */
  at(index: number): Entry | undefined {
    return index <= this.basePosition.index ? undefined : this.entries[this.place(index)];
  }

  /** Term of the entry at `index`, or undefined when it is not held (any more, or yet). */
  termAt(index: number): number | undefined {
    return index === this.basePosition.index ? this.basePosition.term : this.at(index)?.term;
  }

  /** Entries with after < index <= to. */
  slice(after: number, to: number): Entry[] {
    assert(after >= this.basePosition.index && to <= this.lastIndex, `entries (${after}, ${to}] are not held`);
    return this.entries.slice(this.place(after + 1), this.place(to) + 1) as Entry[];
  }

  /** The entries that follow `after`: as many as fit into `bytesMax`, at least one where there is one. */
  sliceBytes(after: number, bytesMax: number): Entry[] {
    const limit = this.bytesTo(after) + bytesMax;
    let to = Math.min(after + 1, this.lastIndex);
    while (to < this.lastIndex && this.bytesTo(to + 1) <= limit) to++;
    return this.slice(after, to);
  }

  /** Data bytes of the entries with after < index <= to. */
  bytesBetween(after: number, to: number): number {
    return this.bytesTo(to) - this.bytesTo(after);
  }

  /** Drops the entry at `index` and all after it. */
  truncateFrom(index: number): void {
    assert(index > this.basePosition.index, `truncating at ${index}, the base is ${this.basePosition.index}`);
    this.entries.length = this.place(index);
    this.ends.length = this.place(index);
  }

  /** Gives up the entries up to `index`. */
  discardTo(index: number): void {
    if (index <= this.basePosition.index) return;
    const term = this.termAt(index)!;
    const endOfBase = this.bytesTo(index);
    const start = this.place(index) + 1;
    this.entries.fill(undefined, this.start, start);
    this.start = start;
    this.basePosition = { index, term };
    this.endOfBase = endOfBase;
    if (start < slackMin || start * 2 < this.entries.length) return;
    this.entries = this.entries.slice(start);
    this.ends = this.ends.slice(start);
    this.start = 0;
  }

  /**
   * The last index up to `to` whose term is at most `term`, by bisection: terms never fall along a log. One less than
   * the base when that has a higher term; `to` itself when that lies before the base.
   */
  lastWithTermAtMost(term: number, to: number): number {
    if (to < this.basePosition.index) return to;
    let low = this.basePosition.index - 1;
    let high = Math.min(to, this.lastIndex);
    while (low < high) {
      const middle = low + Math.ceil((high - low) / 2);
      if (this.termAt(middle)! <= term) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private place(index: number): number {
    return this.start + index - this.basePosition.index - 1;
  }

  private bytesTo(index: number): number {
    return index === this.basePosition.index ? this.endOfBase : this.ends[this.place(index)]!;
  }
}
