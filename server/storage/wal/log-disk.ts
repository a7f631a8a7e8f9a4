// The disk as the write-ahead log sees it: one flat directory, and ordered operations with one completion for each
// submission. The real one (worker-log-disk.ts) does them on a thread of its own; the simulator's loses and tears what was
// not synced. Nothing here retries: an error is final for the caller.

export type LogDiskOperation =
  /** Makes an empty file; fails if there is one. Its name is durable only after `syncDirectory`. */
  | { readonly kind: 'create'; readonly file: string }
  /** Writes `data` at `offset`, all of it or an error. */
  | { readonly kind: 'write'; readonly file: string; readonly offset: number; readonly data: Uint8Array }
  /** fdatasync: content and size of the file are on the medium. */
  | { readonly kind: 'sync'; readonly file: string }
  /** Sets the length; what is added reads as zeros. */
  | { readonly kind: 'truncate'; readonly file: string; readonly length: number }
  /** Replaces `to` if it exists. Durable only after `syncDirectory`. */
  | { readonly kind: 'rename'; readonly file: string; readonly to: string }
  /** Durable only after `syncDirectory`; a file that is not there is an error. */
  | { readonly kind: 'remove'; readonly file: string }
  | { readonly kind: 'syncDirectory' };

export type LogDiskCallback = (error: Error | null) => void;

export interface LogDisk {
  /** The directory, for messages. */
  readonly path: string;
  /** File names in the directory, unordered. */
  list(): Promise<string[]>;
  /** A whole file. */
  read(file: string): Promise<Buffer>;
  /**
   * Carries the operations out in order and stops at the first that fails. Submissions are carried out in order and
   * complete in order; `done` is never called before submit returns. `data` passes to the disk: it may be handed to another thread.
   */
  submit(operations: readonly LogDiskOperation[], done: LogDiskCallback): void;
  /** Waits for what was submitted, then lets go of files and threads. */
  close(): Promise<void>;
}
