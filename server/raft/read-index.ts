// Linearizable reads (ReadIndex, thesis 6.4). The leader notes its commit index, and a majority's answers to heartbeats
// that it sent afterwards prove that it still led then. Reads that arrive together share one such round. Whoever asks
// (a follower, or the leader for itself) does so under a context that no read had before, in this life or an earlier
// one of the member: an answer that comes late must find nobody waiting for it (etcd-io/etcd#20418).

import { assert } from '../../common/runtime/assert.ts';
import { majorityIndex } from './quorum.ts';
import type { ReadState } from './types.ts';

/** Somebody's read, at the leader. */
export interface PendingRead {
  readonly from: bigint;
  readonly context: bigint;
}

interface ReadRound {
  readonly round: number;
  /** The leader's commit index when the round was opened. */
  readonly index: number;
  readonly reads: readonly PendingRead[];
}

/** The leader's side, for one term. Rounds are numbered from 1 and a number is never used again in the term. */
export class ReadRounds {
  private readonly readsMax: number;
  private lastRound = 0;
  private waiting: PendingRead[] = [];
  /** Opened and not confirmed, oldest first. */
  private open: ReadRound[] = [];
  private count = 0;

  constructor(readsMax: number) {
    this.readsMax = readsMax;
  }

  get hasRoom(): boolean {
    return this.count < this.readsMax;
  }

  /** Takes a read into the next round. */
  add(read: PendingRead): void {
    this.count++;
    this.waiting.push(read);
  }

  get hasWaiting(): boolean {
    return this.waiting.length > 0;
  }

  /** The newest round opened; 0: none. Every heartbeat carries it, so a round survives the loss of its first ones. */
  get newest(): number {
    return this.lastRound;
  }

  /** Opens a round for the reads that wait. Heartbeats with its number have to be sent after this. */
  openRound(commitIndex: number): number {
    const round = ++this.lastRound;
    this.open.push({ round, index: commitIndex, reads: this.waiting });
    this.waiting = [];
    return round;
  }

  /** Rounds that a majority has answered: an answer to one confirms those before it too. */
  takeConfirmed(voters: ReadonlySet<bigint>, acked: (voter: bigint) => number): ReadRound[] {
    if (this.open.length === 0) return [];
    const confirmed = majorityIndex(voters, acked);
    assert(confirmed <= this.lastRound, `read round ${confirmed} was confirmed, but the newest is ${this.lastRound}`);
    const rounds = this.open.filter((round) => round.round <= confirmed);
    this.open = this.open.slice(rounds.length);
    for (const round of rounds) this.count -= round.reads.length;
    return rounds;
  }
}

interface OwnRead {
  readonly id: number;
  /** Tick at which it is given up; Infinity while this member is itself the leader, which loses no messages. */
  readonly deadline: number;
}

/** The asking side: this member's own reads on their way. */
export class OwnReads {
  private nextContext: bigint;
  private readonly waiting = new Map<bigint, OwnRead>();
  private answered: ReadState[] = [];
  private lost: number[] = [];

  /** `firstContext` is random, so that contexts of an earlier life of this member are not met again. */
  constructor(firstContext: bigint) {
    this.nextContext = firstContext;
  }

  get hasResults(): boolean {
    return this.answered.length > 0 || this.lost.length > 0;
  }

  get size(): number {
    return this.waiting.size;
  }

  add(id: number, deadline: number): bigint {
    const context = this.nextContext;
    this.nextContext = BigInt.asUintN(64, context + 1n);
    this.waiting.set(context, { id, deadline });
    return context;
  }

  /** Unknown contexts are those of reads given up, or of an earlier life. */
  answer(context: bigint, index: number): void {
    const read = this.waiting.get(context);
    if (read === undefined) return;
    this.waiting.delete(context);
    this.answered.push({ id: read.id, index });
  }

  /** Gives up what was asked so long ago that the question or the answer must be lost. Oldest come first. */
  expire(now: number): void {
    for (const [context, read] of this.waiting) {
      if (read.deadline > now) return;
      this.waiting.delete(context);
      this.lost.push(read.id);
    }
  }

  /** Leadership changed: whoever was asked may answer no more. */
  giveUpAll(): void {
    for (const read of this.waiting.values()) this.lost.push(read.id);
    this.waiting.clear();
  }

  take(): { reads: ReadState[]; lostReads: number[] } {
    const taken = { reads: this.answered, lostReads: this.lost };
    this.answered = [];
    this.lost = [];
    return taken;
  }
}
