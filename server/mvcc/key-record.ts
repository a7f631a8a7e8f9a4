// One user key in the in-memory index: its newest revision with metadata, and where its older revisions lie. The index
// answers "which revision row holds this key at revision R" without touching the disk; the rows hold the values.
//
// Worked example (tested in key-record.test.ts), key "a", each change at the revision named:
//   put 2, put 4, delete 5, put 7, delete 9        (newest: tombstone 9; history: 2 4 5t 7)
//   at(1) none   at(2) 2   at(3) 2   at(4) 4   at(5) none   at(6) none   at(8) 7   at(9) none
//   compact(4) keeps 4 5t 7 9t     (the newest <= 4 still answers reads at 4)
//   compact(5) keeps 5t 7 9t       (a tombstone exactly at the compact revision stays: a watch may start there,
//                                   etcd-io/etcd#19179)
//   compact(6) keeps 7 9t          compact(10) keeps nothing: the record leaves the index

/** Place of one change: store revision and position within its transaction. */
export interface RevisionRef {
  readonly main: number;
  readonly sub: number;
}

export class KeyRecord {
  readonly key: string;
  /** Revision that created this generation; 0 while deleted. */
  createRevision = 0;
  modRevision = 0;
  modSub = 0;
  /** Changes since creation, from 1; 0 while deleted: the newest change is a tombstone. */
  version = 0;
  lease = 0n;
  /** Newest value while it is cached, else null: read the row. */
  value: Buffer | null = null;
  /** For the value cache: used since its hand last passed; place in its ring, -1 when not in it. */
  recentlyUsed = false;
  cacheSlot = -1;
  /** Older changes, oldest first, as pairs: main, sub * 2 + (1 for a tombstone). Null when there are none. */
  private history: number[] | null = null;

  constructor(key: string) {
    this.key = key;
  }

  get live(): boolean {
    return this.version > 0;
  }

  /** Moves the newest change into the history; the caller then fills in the new one. */
  pushHistory(): void {
    if (this.modRevision === 0) return;
    const packed = this.modSub * 2 + (this.version > 0 ? 0 : 1);
    if (this.history === null) this.history = [this.modRevision, packed];
    else this.history.push(this.modRevision, packed);
  }

  /** The live change that a read at `revision` sees, or null. Of several in one transaction, the last. */
  at(revision: number): RevisionRef | null {
    if (this.modRevision <= revision) return this.version > 0 ? { main: this.modRevision, sub: this.modSub } : null;
    const history = this.history;
    if (history === null) return null;
    let low = 0;
    let high = history.length >> 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (history[middle * 2]! <= revision) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return null;
    const packed = history[low * 2 - 1]!;
    return packed & 1 ? null : { main: history[low * 2 - 2]!, sub: packed >>> 1 };
  }

  /** The newest change at or before `revision`, deletions included. */
  newestAt(revision: number): (RevisionRef & { readonly tombstone: boolean }) | undefined {
    let newest: (RevisionRef & { readonly tombstone: boolean }) | undefined;
    for (const change of this.changes()) {
      if (change.main > revision) break;
      newest = change;
    }
    return newest;
  }

  /** Whether compact(revision) would remove any row of this key. */
  compactable(revision: number): boolean {
    if (this.history !== null && this.history[0]! <= revision) return true;
    return this.version === 0 && this.modRevision < revision;
  }

  /** Drops what compaction at `revision` makes unreachable and returns the rows to delete. */
  compact(revision: number): RevisionRef[] {
    const history = this.history ?? [];
    const newestCounts = this.modRevision <= revision;
    // Position of the newest change <= revision, counting the current one as the last.
    let keep = 0;
    while (keep * 2 < history.length && history[keep * 2]! <= revision) keep++;
    if (!newestCounts) keep--;
    const removed: RevisionRef[] = [];
    const drop = (count: number): void => {
      for (let i = 0; i < count; i++) removed.push({ main: history[i * 2]!, sub: history[i * 2 + 1]! >>> 1 });
      this.history = count * 2 < history.length ? history.slice(count * 2) : null;
    };
    if (newestCounts) {
      drop(history.length >> 1);
      if (this.version === 0 && this.modRevision < revision) removed.push({ main: this.modRevision, sub: this.modSub });
      return removed;
    }
    if (keep < 0) return removed;
    const tombstone = (history[keep * 2 + 1]! & 1) === 1 && history[keep * 2]! < revision;
    drop(tombstone ? keep + 1 : keep);
    return removed;
  }

  /** True when nothing of the key is reachable any more, after `compact(revision)`. */
  obsolete(revision: number): boolean {
    return this.history === null && this.version === 0 && this.modRevision < revision;
  }

  /** Every change still indexed, oldest first, with whether it is a tombstone. */
  *changes(): Generator<RevisionRef & { tombstone: boolean }> {
    const history = this.history ?? [];
    for (let i = 0; i < history.length; i += 2) {
      yield { main: history[i]!, sub: history[i + 1]! >>> 1, tombstone: (history[i + 1]! & 1) === 1 };
    }
    yield { main: this.modRevision, sub: this.modSub, tombstone: this.version === 0 };
  }
}
