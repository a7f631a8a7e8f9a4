// Lets the log go that is not needed any more: now and then the store is made durable, and segments of the log that it
// covers are dropped.

import type { HardState } from '../raft/types.ts';
import type { RowStore } from '../storage/row-store.ts';
import type { WriteAheadLog } from '../storage/wal/write-ahead-log.ts';

export interface LogReleaseOptions {
  readonly rows: RowStore;
  readonly log: WriteAheadLog;
  readonly hardState: () => HardState;
  /** Log bytes after which it is time. */
  readonly releaseBytes: number;
  readonly onFailure: (error: Error) => void;
}

export class LogRelease {
  private readonly options: LogReleaseOptions;
  private bytesSince = 0;
  private running: Promise<void> | null = null;
  private stopped = false;

  constructor(options: LogReleaseOptions) {
    this.options = options;
  }

  /** So much has been appended to the log. */
  appended(bytes: number): void {
    this.bytesSince += bytes;
  }

  /** Starts a round if it is time and none is under way. */
  maybeStart(): void {
    const { releaseBytes } = this.options;
    if (this.bytesSince <= releaseBytes || this.running !== null || this.stopped) return;
    this.bytesSince = 0;
    this.running = this.round().finally(() => {
      this.running = null;
    });
  }

  /** Starts no more, and waits for the round under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async round(): Promise<void> {
    const { rows, log, hardState, onFailure } = this.options;
    const reported = (error: Error | null): void => {
      if (error !== null && !this.stopped) onFailure(error);
    };
    try {
      const index = await rows.flush();
      if (this.stopped) return;
      // The log lets go of committed entries only, and has heard of the commit index no later than with the last ones.
      log.append({ hardState: hardState() }, reported);
      log.release(index, reported);
    } catch (error) {
      reported(error as Error);
    }
  }
}
