// The values that the consensus core takes and gives: log entries, hard state, and `Ready`, its one output. Terms are
// those of Ongaro's thesis, figure 3.1. Nothing here knows of disks, sockets or clocks.

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

export type Role = 'follower' | 'candidate' | 'leader';

/** A linearizable read was confirmed: it may be served once `index` is applied. */
export interface ReadState {
  readonly id: number;
  readonly index: number;
}

/**
 * What the driver must do next, in this order: make `hardState` and `entries` durable (then call `persisted`), apply
 * `committed` (then call `applied`), serve `reads`.
 */
export interface Ready {
  /** Absent when unchanged since the last Ready. */
  readonly hardState: HardState | undefined;
  readonly entries: readonly Entry[];
  /** Committed, durable here, and not handed out before. */
  readonly committed: readonly Entry[];
  readonly reads: readonly ReadState[];
}

/** A place in the log. */
export interface Position {
  readonly index: number;
  readonly term: number;
}
