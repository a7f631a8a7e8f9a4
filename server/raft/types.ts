// The values that the consensus core takes and gives: log entries, hard state, and `Ready`, its one output. Terms are
// those of Ongaro's thesis, figure 3.1. Nothing here knows of disks, sockets or clocks.

import type { Message } from './message.ts';

/** `membership` changes the set of members and travels alone; everything else is `normal`. An empty normal entry is a no-op. */
export type EntryKind = 'normal' | 'membership';

export interface Entry {
  /** From 1; contiguous. */
  readonly index: number;
  readonly term: number;
  readonly kind: EntryKind;
  readonly data: Buffer;
}

/** What must be durable before anything that depends on it is sent or counted. */
export interface HardState {
  readonly term: number;
  /** Member voted for in `term`; 0n: nobody. */
  readonly vote: bigint;
  readonly commit: number;
}

/** A place in the log. */
export interface Position {
  readonly index: number;
  readonly term: number;
}

/** A pre-candidate asks whether it could win, without touching anybody's term (thesis 9.6). */
export type Role = 'follower' | 'preCandidate' | 'candidate' | 'leader';

/** A linearizable read was confirmed: it may be served once `index` is applied. */
export interface ReadState {
  readonly id: number;
  readonly index: number;
}

/**
 * What the driver must do next. Where `hardState`, `snapshot` or `entries` is set: make them durable together, Readys in
 * their order, any number under way at once, and call `persisted` once for each. `committed` is to be applied in order
 * (then call `applied`), `reads` to be served when applied.
 */
export interface Ready {
  /** Absent when unchanged since the last Ready. */
  readonly hardState: HardState | undefined;
  /**
   * The snapshot that `restore` accepted takes the log's place: mark it in the durable log before `entries`, switch the
   * state machine over to it, call `applied` with its index.
   */
  readonly snapshot: Position | undefined;
  /** An entry takes the place of the durable one at its index, and of all after that. */
  readonly entries: readonly Entry[];
  /** May be sent at once: nothing in them rests on what is not durable here (thesis 10.2.1). */
  readonly messages: readonly Message[];
  /** To be sent when this Ready and all before it are durable. */
  readonly messagesAfterPersist: readonly Message[];
  /** Committed, durable here, and not handed out before. */
  readonly committed: readonly Entry[];
  readonly reads: readonly ReadState[];
  /** Reads that will not be answered: leadership changed. They may be asked for again under fresh ids. */
  readonly lostReads: readonly number[];
}

/** Why an entry is not taken. */
export type ProposalRefusal =
  | 'notLeader'
  /** Leadership is being handed over; it ends by itself within an election timeout. */
  | 'transferring'
  /** The quorum is away or slow: the log's uncommitted end is at its bound. */
  | 'tooMuchUncommitted'
  /** A membership change is not applied yet, or this term has committed nothing yet. */
  | 'membershipPending';

export type TransferRefusal = 'notLeader' | 'alreadyLeader' | 'notVoter' | 'notCaughtUp' | 'transferring';

/**
 * What became of a snapshot offered to `restore`: it takes the log's place; the log holds its end already and only the
 * commit index moved; it is older than what is committed here; it does not know this member.
 */
export type RestoreResult = 'restored' | 'forwarded' | 'stale' | 'notMember';

export interface RaftLimits {
  /** Bytes of entries in one append message; a single larger entry travels alone. */
  readonly appendBytesMax: number;
  /** Unanswered append messages per follower. */
  readonly inflightMessagesMax: number;
  /** Their bytes; passed by at most one message. */
  readonly inflightBytesMax: number;
  /** Bytes of proposals that are not committed. One always fits. */
  readonly uncommittedBytesMax: number;
  /** Bytes that a follower holds without having applied them; above this it takes no more from the leader. */
  readonly unappliedBytesMax: number;
  /** Linearizable reads waiting for their confirmation. */
  readonly readsMax: number;
}

const mebibyte = 1024 * 1024;

export const defaultLimits: RaftLimits = {
  appendBytesMax: mebibyte,
  inflightMessagesMax: 256,
  inflightBytesMax: 16 * mebibyte,
  uncommittedBytesMax: 1024 * mebibyte,
  unappliedBytesMax: 1024 * mebibyte,
  readsMax: 200_000,
};
