// Everything that one member says to another: the messages of the consensus core, and those of the drivers around it
// (forwarded proposals, relayed lease keepalives, and `custom` for what else the replica needs). What a message means is
// theirs; here is only its shape, and which ones may overtake others.

import type { Message } from '../raft/message.ts';

/** A command for the leader to propose. */
export interface Proposal {
  readonly kind: 'proposal';
  /** Chosen by the asker, never twice, not even after a restart: answers to an earlier life must not match. */
  readonly id: bigint;
  readonly command: Buffer;
  /** What is left of the client's time. A duration, because the clocks of members differ. */
  readonly deadlineMs: number;
}

export interface ProposalDone {
  readonly kind: 'proposalDone';
  readonly id: bigint;
  readonly result: Buffer;
}

/** `error` is a key of the error table (common/api/errors.ts); the receiver checks that it knows it. */
export interface ProposalFailed {
  readonly kind: 'proposalFailed';
  readonly id: bigint;
  readonly error: string;
}

export interface KeepAlive {
  readonly kind: 'keepAlive';
  readonly id: bigint;
  /** Signed, as in the API. */
  readonly lease: bigint;
}

export interface KeepAliveDone {
  readonly kind: 'keepAliveDone';
  readonly id: bigint;
  /** 0: there is no such lease. */
  readonly ttlSeconds: number;
}

export interface KeepAliveFailed {
  readonly kind: 'keepAliveFailed';
  readonly id: bigint;
  readonly error: string;
}

/** Anything else, by name; a receiver that does not know the name ignores it. */
export interface Custom {
  readonly kind: 'custom';
  readonly name: string;
  readonly payload: Buffer;
}

export type DriverMessage =
  | Proposal
  | ProposalDone
  | ProposalFailed
  | KeepAlive
  | KeepAliveDone
  | KeepAliveFailed
  | Custom;

export type PeerMessage = Message | DriverMessage;

/** A `custom` message's name has at most so many bytes, an error key too. */
export const nameBytesMax = 256;

/**
 * True for messages that carry payload. They wait their turn among each other; the others (heartbeats, votes, answers)
 * are small and go first, so that a queue full of log does not cost the leader its followers. Raft tolerates reordering.
 */
export function isBulk(message: PeerMessage): boolean {
  switch (message.kind) {
    case 'append':
    case 'proposal':
    case 'proposalDone':
    case 'custom':
      return true;
    default:
      return false;
  }
}
