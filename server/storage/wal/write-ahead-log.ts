import type { HardState, LogAppend, LogEntry, LogPosition } from './log-entry.ts';

// Interface first; the class follows in this file (being written).

export interface WriteAheadLog {
  /** See LogAppend. `done` after fdatasync, in call order; an error is final: the log refuses everything after. */
  append(batch: LogAppend, done: (error: Error | null) => void): void;
  /** Drops whole segments whose entries are all <= index. The newest segment always stays. */
  release(index: number, done: (error: Error | null) => void): void;
  close(): Promise<void>;
  /** Bytes appended whose fdatasync is still owed: back-pressure for the caller. */
  readonly pendingBytes: number;
}

export interface OpenedLog {
  readonly log: WriteAheadLog;
  /** The opaque bytes given to createLog. */
  readonly metadata: Buffer;
  readonly hardState: HardState;
  /** Contiguous from base.index + 1. */
  readonly entries: LogEntry[];
  /** The entry before the first of `entries`: from the newest snapshot marker or the oldest retained segment. */
  readonly base: LogPosition;
  /** Index of the newest snapshot marker in the retained segments, or null: RocksDB must be at or beyond it. */
  readonly snapshot: LogPosition | null;
  /** Set when a torn tail was cut off (saved beside it as `<segment>.broken`): log it. */
  readonly repaired?: { readonly file: string; readonly offset: number; readonly bytesCut: number };
}

// open-log.ts:
//   logExists(disk: LogDisk): Promise<boolean>
//   createLog({ disk, metadata: Buffer, base?: LogPosition, hardState?: HardState, segmentBytes? }): Promise<OpenedLog>
//   openLog({ disk, segmentBytes? }): Promise<OpenedLog>   throws LogCorrupted (names file and offset), LogMissing
// worker-log-disk.ts:
//   openWorkerLogDisk({ path }): Promise<LogDisk>
