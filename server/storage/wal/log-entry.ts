// What the write-ahead log stores, in the terms of the Raft thesis (figure 3.1: persistent state). The log keeps these
// values and checks their order; it does not know what an entry means. Indexes and terms are safe integers, a member id
// is an unsigned 64-bit bigint (0n: none).

/** `normal` carries commands for the state machine, `membership` a change of the member list (travels alone). */
export type LogEntryKind = 'normal' | 'membership';

export interface LogEntry {
  /** 1 for the first entry of a cluster; contiguous. */
  readonly index: number;
  /** Never falls from one entry to the next. */
  readonly term: number;
  readonly kind: LogEntryKind;
  readonly data: Buffer;
}

export interface HardState {
  readonly term: number;
  /** The member voted for in `term`; 0n: nobody. */
  readonly vote: bigint;
  readonly commit: number;
}

/** A place in the log. As a base: the last entry that is *not* in the log any more; {0, 0} for a whole log. */
export interface LogPosition {
  readonly index: number;
  readonly term: number;
}

/**
 * One durable step: all of it survives a crash or none of it. Order of effect: snapshot, entries, hard state.
 * The first entry may lie at or below the last one: it and what follows it are replaced (thesis 3.5).
 */
export interface LogAppend {
  readonly entries?: readonly LogEntry[];
  readonly hardState?: HardState;
  /**
   * A snapshot installed from another member: entries up to `index` are superseded; entries after it are kept only if
   * the log has this very (index, term), otherwise the log restarts behind it. Not for local compaction: see release.
   */
  readonly snapshot?: LogPosition;
}

export const emptyHardState: HardState = { term: 0, vote: 0n, commit: 0 };
