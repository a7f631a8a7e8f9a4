// Every bound and every time of the peer transport, with its default. Times are those of rafthttp where it has them
// (5 s until a silent connection counts as dead).

const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;

export interface PeerLimits {
  /** Messages of one turn are put together up to this size of a frame; a larger message travels alone. */
  readonly frameBytes: number;
  /** A larger message is not sent, a larger frame not taken. Above any log entry: commands are bounded far below. */
  readonly messageBytesMax: number;
  /** Bytes that the socket has not passed to the kernel yet; above this, messages wait in the queue. */
  readonly socketBytesMax: number;
  /** Messages waiting for one peer; further ones are dropped. */
  readonly queueMessagesMax: number;
  /** Their bytes; above raft's inflight window, so that a window fits. A single message always does. */
  readonly queueBytesMax: number;
  readonly pingEveryMs: number;
  /** Pings in a row without an answer after which the connection counts as dead. */
  readonly silentPingsMax: number;
  /** From the dial to the end of the handshake. */
  readonly dialTimeoutMs: number;
  readonly backOffFirstMs: number;
  readonly backOffMostMs: number;
  /** The same for a peer that answers but refuses: that changes by an operator's hand or a log entry, not by itself. */
  readonly refusedBackOffMostMs: number;
  /** A link that was up for so long starts its back-off from the beginning. */
  readonly stableMs: number;
  /** Members that we do not know yet and that know of a newer membership than we. */
  readonly guestsMax: number;
  readonly snapshotsOutgoingMax: number;
  /** One is written, the others wait for its end or are about to be refused. */
  readonly snapshotsIncomingMax: number;
  /** Bytes of one frame of a snapshot. */
  readonly snapshotFrameBytes: number;
  /** Bytes of a snapshot that were received and wait for the store; above this, the connection is not read. */
  readonly snapshotWaitingBytesMax: number;
  /** A longer snapshot is given up on both sides. */
  readonly snapshotBytesMax: number;
  /** A store that takes longer for one step (a chunk, or the end with its fsync) has failed. */
  readonly snapshotStepMs: number;
}

export const defaultPeerLimits: PeerLimits = {
  frameBytes: 256 * kibibyte,
  messageBytesMax: 64 * mebibyte,
  socketBytesMax: mebibyte,
  queueMessagesMax: 16_384,
  queueBytesMax: 32 * mebibyte,
  pingEveryMs: 1_000,
  silentPingsMax: 5,
  dialTimeoutMs: 3_000,
  backOffFirstMs: 100,
  backOffMostMs: 5_000,
  refusedBackOffMostMs: 15_000,
  stableMs: 5_000,
  guestsMax: 16,
  snapshotsOutgoingMax: 16,
  snapshotsIncomingMax: 16,
  snapshotFrameBytes: 512 * kibibyte,
  snapshotWaitingBytesMax: 8 * mebibyte,
  snapshotBytesMax: 1024 * 1024 * mebibyte,
  snapshotStepMs: 300_000,
};
