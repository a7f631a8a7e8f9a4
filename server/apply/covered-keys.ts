// A union of key ranges that answers whether it holds a key by binary search: disjoint intervals in order. Plain lists
// of ranges would make the check of one large transaction quadratic, seconds in which the node does nothing else.
//
// Worked example (tested in covered-keys.test.ts): [b, d), then the key "a", then [c, f) give [a, a\0) [b, f).

import type { KeyRange } from '../mvcc/key-range.ts';

/** start <= key < end; null: no end. */
interface Interval {
  readonly start: string;
  readonly end: string | null;
}

export class CoveredKeys {
  /** Sorted; each ends before the next one starts. */
  private readonly intervals: Interval[] = [];

  has(key: string): boolean {
    const before = this.intervals[this.startingAfter(key) - 1];
    return before !== undefined && (before.end === null || key < before.end);
  }

  add(range: KeyRange): void {
    let { start } = range;
    // "\0" appended is the next key there is.
    let end = range.single ? `${start}\0` : range.end;
    if (end !== null && end <= start) return;
    let from = this.startingAfter(start);
    const before = this.intervals[from - 1];
    if (before !== undefined && (before.end === null || before.end >= start)) {
      from--;
      start = before.start;
      end = later(end, before.end);
    }
    let to = from;
    for (; to < this.intervals.length; to++) {
      const next = this.intervals[to]!;
      if (end !== null && next.start > end) break;
      end = later(end, next.end);
    }
    this.intervals.splice(from, to - from, { start, end });
  }

  /** Position of the first interval that starts behind `key`. */
  private startingAfter(key: string): number {
    let low = 0;
    let high = this.intervals.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.intervals[middle]!.start <= key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function later(a: string | null, b: string | null): string | null {
  return a === null || b === null ? null : a > b ? a : b;
}
