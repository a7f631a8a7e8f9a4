// What both ends of a snapshot transfer share: the words for its failure, the count of what went over, and the sink that
// the receiver writes to.

import { crc32 } from 'node:zlib';
import type { Row } from '../storage/key-value-store.ts';
import type { SnapshotHeader, SnapshotTotals } from './snapshot-codec.ts';

/** The transfer did not arrive; raft is to be told. The message says on which side and why. */
export class SnapshotTransferFailed extends Error {
  override readonly name = 'SnapshotTransferFailed';
}

/** Where a received snapshot goes. Calls never overlap; exactly one of `finish` and `abort` is the last. */
export interface SnapshotSink {
  /** Rows in the sender's order; keys and values are views that stay valid. */
  write(rows: readonly Row[]): Promise<void>;
  /** All of it is here and checked. When this resolves, the sender reports the snapshot as sent. */
  finish(): Promise<void>;
  /** Nothing more comes. Must not reject. */
  abort(reason: Error): Promise<void>;
}

/** Opens a sink for a snapshot that begins to arrive; a rejection refuses it, and its message goes to the sender. */
export type OpenSnapshotSink = (from: bigint, header: SnapshotHeader) => Promise<SnapshotSink>;

/** Counts rows and bytes and chains the checksums of row frames. */
export class SnapshotTally {
  private rowCount = 0;
  private byteCount = 0;
  private chained = 0;

  get totals(): SnapshotTotals {
    return { rows: this.rowCount, bytes: this.byteCount };
  }

  get checksum(): number {
    return this.chained;
  }

  add(frame: Buffer, { rows, bytes }: SnapshotTotals): void {
    this.rowCount += rows;
    this.byteCount += bytes;
    // The frame begins with its own checksum: chaining these four bytes chains the frames.
    this.chained = crc32(frame.subarray(0, 4), this.chained);
  }
}
