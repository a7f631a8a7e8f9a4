// Applies committed entries in order, one after the other, and goes on by itself after having had to wait for values or
// for the store. Nothing is applied while a snapshot is being put in place, nor what the snapshot already holds.

import type { Applier, CommandResult, PreparedBatch } from '../apply/applier.ts';
import type { Entry } from '../raft/types.ts';
import type { RowStore } from '../storage/row-store.ts';
import { Fifo } from './fifo.ts';

export interface ApplyLoopOptions {
  readonly applier: Applier;
  readonly rows: RowStore;
  readonly appliedIndex: () => number;
  /** The entry has been applied. */
  readonly onApplied: (entry: Entry, results: readonly CommandResult[]) => void;
  /** Went on after having had to wait. */
  readonly onResumed: () => void;
  readonly onFailure: (error: Error) => void;
}

export class ApplyLoop {
  private readonly options: ApplyLoopOptions;
  private readonly queue = new Fifo<Entry>();
  private running = false;
  private held = false;
  private stopped = false;

  constructor(options: ApplyLoopOptions) {
    this.options = options;
  }

  push(entries: readonly Entry[]): void {
    this.queue.pushAll(entries);
    this.next();
  }

  /** A snapshot is about to take the state's place. */
  hold(): void {
    this.held = true;
  }

  /** It has. */
  release(): void {
    this.held = false;
    this.next();
  }

  stop(): void {
    this.stopped = true;
  }

  private next(): void {
    if (this.running || this.held || this.stopped) return;
    const { applier, rows } = this.options;
    this.running = true;
    while (this.queue.length > 0) {
      if (rows.congested) {
        this.resumeAfter(rows.drained());
        return;
      }
      const entry = this.queue.shift()!;
      if (this.isSuperseded(entry)) continue;
      if (entry.kind === 'membership' || entry.data.length === 0) {
        this.options.onApplied(entry, entry.kind === 'membership' ? [applier.applyMembership(entry.data)] : []);
        continue;
      }
      const batch = applier.prepare(entry.data);
      if (batch.loading !== undefined) {
        this.resumeAfter(batch.loading.then(() => this.applyLoaded(entry, batch)));
        return;
      }
      this.options.onApplied(entry, applier.apply(batch, entry.term));
    }
    this.running = false;
  }

  /** A snapshot that was accepted after the entry was handed out holds its effects: they must not come on top again. */
  private isSuperseded({ index }: Entry): boolean {
    return this.held || index <= this.options.appliedIndex();
  }

  private applyLoaded(entry: Entry, batch: PreparedBatch): void {
    if (!this.isSuperseded(entry)) this.options.onApplied(entry, this.options.applier.apply(batch, entry.term));
  }

  private resumeAfter(wait: Promise<void>): void {
    wait.then(
      () => {
        this.running = false;
        if (this.stopped) return;
        this.next();
        this.options.onResumed();
      },
      (error: Error) => this.options.onFailure(error),
    );
  }
}
