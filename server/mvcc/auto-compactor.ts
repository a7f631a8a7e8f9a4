// Compaction by itself, so that history does not grow without end: keep a window of time, or a number of revisions
// (etcd --auto-compaction-mode). Only the leader proposes.

import type { Logger } from '../../common/log.ts';
import type { Clock, Timer } from '../../common/runtime/clock.ts';

/** Revision samples that a time window is divided into. */
const samplesPerWindow = 10;
/** etcd's pace in revision mode. */
const revisionModeEveryMs = 5 * 60 * 1000;

export type AutoCompactionPolicy =
  | { readonly mode: 'off' }
  | { readonly mode: 'periodic'; readonly retentionMs: number }
  | { readonly mode: 'revision'; readonly revisions: number };

export interface AutoCompactorOptions {
  readonly policy: AutoCompactionPolicy;
  readonly clock: Clock;
  readonly log: Logger;
  readonly currentRevision: () => number;
  readonly compactRevision: () => number;
  /** Puts a compaction to the log; called on any member, does nothing on one that does not lead. */
  readonly compact: (revision: number) => Promise<void>;
}

export class AutoCompactor {
  private readonly options: AutoCompactorOptions;
  private readonly timer: Timer | undefined;
  /** Revisions sampled in periodic mode, oldest first. */
  private samples: number[] = [];

  constructor(options: AutoCompactorOptions) {
    this.options = options;
    const { policy, clock } = options;
    if (policy.mode === 'periodic') {
      this.timer = clock.every(Math.max(1000, policy.retentionMs / samplesPerWindow), () => this.samplePeriod());
    } else if (policy.mode === 'revision') {
      this.timer = clock.every(revisionModeEveryMs, () => this.compact(options.currentRevision() - policy.revisions));
    }
  }

  stop(): void {
    this.timer?.cancel();
  }

  private samplePeriod(): void {
    this.samples.push(this.options.currentRevision());
    // The sample that is now a whole window old: history behind it may go.
    if (this.samples.length > samplesPerWindow) this.compact(this.samples.shift()!);
  }

  private compact(revision: number): void {
    if (revision <= this.options.compactRevision() || revision <= 1) return;
    this.options.compact(revision).catch((error: Error) => {
      this.options.log.warn('automatic compaction failed', { revision, error: error.message });
    });
  }
}
