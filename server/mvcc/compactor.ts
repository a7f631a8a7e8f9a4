// Physical compaction: walks the index in small steps and deletes the rows that no read at or above the compact
// revision can reach. It never holds up writes, and may stop at any point: rows that are left over are found again at
// the next start, as `scrubbedRevision` moves only when a pass has finished.

import type { Clock } from '../../common/runtime/clock.ts';
import { encodeRevisionKey, encodeSafeU64 } from '../storage/keys.ts';
import { type MvccStore, scrubbedRevisionKey } from './mvcc-store.ts';

/** Index blocks walked in one event-loop turn. */
const blocksPerTurn = 8;

export class Compactor {
  private readonly store: MvccStore;
  private readonly clock: Clock;
  private running: Promise<void> | null = null;
  private stopped = false;
  /** Everything below this revision that can go has gone. */
  scrubbedRevision: number;

  constructor(store: MvccStore, clock: Clock, scrubbedRevision: number) {
    this.store = store;
    this.clock = clock;
    this.scrubbedRevision = scrubbedRevision;
  }

  /** Resolves once everything below the compact revision of this moment is deleted (and handed to the store). */
  async scrub(): Promise<void> {
    const target = this.store.compactRevision;
    while (this.scrubbedRevision < target && !this.stopped) {
      this.running ??= this.pass().finally(() => {
        this.running = null;
      });
      await this.running;
    }
  }

  stop(): void {
    this.stopped = true;
  }

  private async pass(): Promise<void> {
    const { store } = this;
    const revision = store.compactRevision;
    // Reads that began before the compaction may still want rows that go now; later ones cannot.
    await store.rows.fetchesSettled();
    let key = '';
    for (;;) {
      for (let i = 0; i < blocksPerTurn; i++) {
        const block = store.keys.blockFrom(key);
        if (block.length === 0) {
          this.finish(revision);
          return;
        }
        for (const record of block) {
          if (!record.compactable(revision)) continue;
          for (const ref of record.compact(revision)) store.rows.delete(encodeRevisionKey(ref.main, ref.sub));
          if (record.obsolete(revision)) store.keys.delete(record.key);
        }
        key = `${block[block.length - 1]!.key}\0`;
      }
      store.rows.schedule();
      await new Promise<void>((resolve) => this.clock.atTurnEnd(resolve));
      if (store.rows.congested) await store.rows.drained();
      if (this.stopped) return;
    }
  }

  private finish(revision: number): void {
    this.scrubbedRevision = revision;
    this.store.rows.put(scrubbedRevisionKey, encodeSafeU64(revision));
    this.store.rows.schedule();
  }
}
