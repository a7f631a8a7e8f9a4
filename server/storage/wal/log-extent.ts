// Which indexes and terms a log holds, without the entries: where the rules of a Raft log's order live (no gap, terms
// never fall, nothing at or below the commit index is replaced). Writing checks with it (a violation is a programmer's error) and
// replay too (a violation is damage). Pure.
//
// Worked example: base {0, 0}, entries 1:1 2:1 3:2 are the runs [{first 1, term 1}, {first 3, term 2}], last {3, 2}.

import type { HardState, LogEntry, LogPosition } from './log-entry.ts';
import { emptyHardState } from './log-entry.ts';

interface TermRun {
  /** Index of the first entry with this term; the run goes on to the next run, or to the last entry. */
  readonly first: number;
  readonly term: number;
}

export class LogExtent {
  /** The entry before the first one held. */
  base: LogPosition;
  hardState: HardState = emptyHardState;
  #lastIndex: number;
  #runs: TermRun[] = [];
  /** True while `base` is only a segment header's word for entries that were dropped (see #restartAt). */
  #baseIsSegmentHeader: boolean;

  constructor(base: LogPosition, options: { baseIsSegmentHeader: boolean }) {
    this.base = base;
    this.#lastIndex = base.index;
    this.#baseIsSegmentHeader = options.baseIsSegmentHeader;
  }

  get last(): LogPosition {
    return { index: this.#lastIndex, term: this.#runs.at(-1)?.term ?? this.base.term };
  }

  /** The term at `index`, or null when the log does not hold it (the base counts as held). */
  termAt(index: number): number | null {
    if (index === this.base.index) return this.base.term;
    if (index < this.base.index || index > this.#lastIndex) return null;
    return this.#runs.findLast((run) => run.first <= index)!.term;
  }

  /** Takes the entry up, replacing what lies at or behind its index. Null, or what is wrong with it. */
  entry({ index, term }: Pick<LogEntry, 'index' | 'term'>): string | null {
    if (!isCount(index) || !isCount(term) || index === 0 || term === 0) return `entry ${index} of term ${term}`;
    if (index > this.#lastIndex + 1) return `entry ${index} follows entry ${this.#lastIndex}`;
    if (index <= this.hardState.commit)
      return `entry ${index} replaces one that is committed (${this.hardState.commit})`;
    if (index <= this.base.index) return this.#restartAt({ index, term });
    const before = this.termAt(index - 1)!;
    if (term < before) return `entry ${index} has term ${term} after term ${before}`;
    this.#truncateFrom(index);
    this.#lastIndex = index;
    if (term !== before || this.#runs.length === 0) this.#runs.push({ first: index, term });
    return null;
  }

  /** Whether installing this snapshot throws the log away: it does not hold that very entry. */
  discardedBy(snapshot: LogPosition): boolean {
    return this.termAt(snapshot.index) !== snapshot.term;
  }

  /**
   * Takes up an installed snapshot. `discards` is what discardedBy said when it was written: a replay that starts at a
   * later segment cannot tell by itself. Null, or what is wrong.
   */
  snapshot(position: LogPosition, discards: boolean): string | null {
    const { index, term } = position;
    if (!isCount(index) || !isCount(term)) return `snapshot at ${index} of term ${term}`;
    if (index < this.base.index && !this.#baseIsSegmentHeader) {
      return `snapshot at ${index} lies before the log's base ${this.base.index}`;
    }
    if (discards) {
      if (index < this.hardState.commit) {
        return `snapshot at ${index} would discard committed entries (${this.hardState.commit})`;
      }
      this.base = position;
      this.#lastIndex = index;
      this.#runs = [];
    } else if (index >= this.base.index) {
      if (this.discardedBy(position)) return `snapshot at ${index} of term ${term} does not match the log`;
      this.advanceBase(index);
    }
    this.#baseIsSegmentHeader &&= index < this.base.index;
    return null;
  }

  /** Takes up a hard state. Null, or what is wrong: term and commit never fall, a vote stays for its term. */
  setHardState(next: HardState): string | null {
    const now = this.hardState;
    if (!isCount(next.term) || !isCount(next.commit)) return `hard state of term ${next.term}, commit ${next.commit}`;
    if (next.vote < 0n || next.vote > 0xffffffffffffffffn) return `vote ${next.vote} is no member id`;
    if (next.term < now.term) return `term falls from ${now.term} to ${next.term}`;
    if (next.commit < now.commit) return `commit index falls from ${now.commit} to ${next.commit}`;
    if (next.term === now.term && now.vote !== 0n && next.vote !== now.vote) {
      return `vote in term ${now.term} changes from ${now.vote} to ${next.vote}`;
    }
    if (next.commit > this.#lastIndex)
      return `commit index ${next.commit} lies behind the last entry ${this.#lastIndex}`;
    this.hardState = next;
    return null;
  }

  /** Forgets entries up to `index`; does nothing when the log does not hold it. */
  advanceBase(index: number): void {
    const term = this.termAt(index);
    if (term === null || index === this.base.index) return;
    this.base = { index, term };
    if (index === this.#lastIndex) {
      this.#runs = [];
      return;
    }
    const containing = this.#runs.findLastIndex((run) => run.first <= index + 1);
    this.#runs.splice(0, containing + 1, { first: index + 1, term: this.#runs[containing]!.term });
  }

  /**
   * An uncommitted suffix may be replaced from below a segment's first entry, and the segments before it dropped
   * later (once the new suffix is applied). The header of the remaining one then names a base that was replaced: the
   * entry itself is the base from here on.
   */
  #restartAt(position: LogPosition): string | null {
    if (!this.#baseIsSegmentHeader)
      return `entry ${position.index} lies at or before the log's base ${this.base.index}`;
    this.base = position;
    this.#lastIndex = position.index;
    this.#runs = [];
    return null;
  }

  #truncateFrom(index: number): void {
    this.#lastIndex = index - 1;
    while ((this.#runs.at(-1)?.first ?? 0) >= index) this.#runs.pop();
  }
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
