// Elections: the randomised timer that starts them, the ballot that a candidate counts, and which log may win. When to
// campaign and what a result means is raft.ts's.

import type { Random } from '../../common/runtime/random.ts';
import { type VoteResult, voteResult } from './quorum.ts';
import type { Position } from './types.ts';

/**
 * Ticks since this member last heard of a leader or granted a vote. Each wait is drawn anew from [n, 2n) so that rivals
 * do not split the vote for ever (thesis 3.4). A mere sight of a higher term draws a new wait but does not start it
 * again: only a leader's message and a granted vote do.
 */
export class ElectionTimer {
  private readonly electionTicks: number;
  private readonly random: Random;
  private elapsed = 0;
  private timeout = 0;

  constructor(electionTicks: number, random: Random) {
    this.electionTicks = electionTicks;
    this.random = random;
    this.redraw();
  }

  tick(): void {
    this.elapsed++;
  }

  get isOver(): boolean {
    return this.elapsed >= this.timeout;
  }

  /** Less than the shortest election timeout ago there was a leader or a vote (thesis 4.2.3). */
  get isFresh(): boolean {
    return this.elapsed < this.electionTicks;
  }

  restart(): void {
    this.elapsed = 0;
  }

  redraw(): void {
    this.timeout = this.electionTicks + this.random.below(this.electionTicks);
  }
}

/** The votes that a candidate or pre-candidate has for one term. */
export class Ballot {
  /** The term that the election is about; a pre-candidate has not entered it. */
  readonly term: number;
  private readonly votes = new Map<bigint, boolean>();

  constructor(term: number) {
    this.term = term;
  }

  /** The first answer counts: a vote is not withdrawn, and messages may come twice. */
  count(from: bigint, granted: boolean): void {
    if (!this.votes.has(from)) this.votes.set(from, granted);
  }

  result(voters: ReadonlySet<bigint>): VoteResult {
    return voteResult(voters, this.votes);
  }
}

/** Is a log that ends at `candidate` at least as complete as one that ends at `own` (thesis 3.6.1)? */
export function isUpToDate(candidate: Position, own: Position): boolean {
  return candidate.term > own.term || (candidate.term === own.term && candidate.index >= own.index);
}
