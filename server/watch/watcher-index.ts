// Finds the watchers of a key: a map for single-key watches, and one group for each distinct range, so that a thousand
// watchers of the same prefix cost one comparison.

import { type KeyRange, rangeContains } from '../mvcc/key-range.ts';
import type { Watcher } from './watcher.ts';

interface RangeGroup {
  readonly range: KeyRange;
  readonly watchers: Set<Watcher>;
}

export class WatcherIndex {
  private readonly singles = new Map<string, Set<Watcher>>();
  private readonly ranges = new Map<string, RangeGroup>();

  add(watcher: Watcher): void {
    const { range } = watcher;
    if (range.single) {
      const set = this.singles.get(range.start);
      if (set === undefined) this.singles.set(range.start, new Set([watcher]));
      else set.add(watcher);
      return;
    }
    const id = rangeId(range);
    const group = this.ranges.get(id);
    if (group === undefined) this.ranges.set(id, { range, watchers: new Set([watcher]) });
    else group.watchers.add(watcher);
  }

  remove(watcher: Watcher): void {
    const { range } = watcher;
    if (range.single) {
      const set = this.singles.get(range.start);
      if (set?.delete(watcher) && set.size === 0) this.singles.delete(range.start);
      return;
    }
    const id = rangeId(range);
    const group = this.ranges.get(id);
    if (group?.watchers.delete(watcher) && group.watchers.size === 0) this.ranges.delete(id);
  }

  visit(key: string, visit: (watcher: Watcher) => void): void {
    const singles = this.singles.get(key);
    if (singles !== undefined) for (const watcher of singles) visit(watcher);
    for (const group of this.ranges.values()) {
      if (rangeContains(group.range, key)) for (const watcher of group.watchers) visit(watcher);
    }
  }
}

/** Unique for each range: the length keeps "a" + "b" apart from "ab" + "". */
function rangeId(range: KeyRange): string {
  return `${range.start.length}:${range.start}${range.end === null ? '' : `:${range.end}`}`;
}
