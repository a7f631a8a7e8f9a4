// Commands waiting for their log entry, and entries waiting to be applied here. Bounded in count and bytes; whoever
// waits longer than the request timeout is told so (the command may still take effect: etcd says the same).

import { apiError } from '../../common/api/errors.ts';
import type { CommandResult } from '../apply/applier.ts';
import type { Command } from '../apply/generated/commands.ts';
import type { Position } from '../raft/types.ts';

/** One command and whoever waits for its answer. */
export interface Proposal {
  readonly command: Command;
  readonly bytes: number;
  readonly deadlineMs: number;
  /** `index` is the command's place in the log. */
  readonly resolve: (response: object | Promise<object>, index: number) => void;
  readonly reject: (error: Error) => void;
}

export interface ProposalLimits {
  /** Commands queued or in the log but not applied, at most. */
  readonly proposalsMax: number;
  readonly proposalBytesMax: number;
  /** What one log entry may carry. */
  readonly batchCommandsMax: number;
  readonly batchBytesMax: number;
}

export class ProposalQueue {
  private readonly limits: ProposalLimits;
  private queued: Proposal[] = [];
  /** Proposals by the index of their entry. */
  private readonly logged = new Map<number, { term: number; proposals: Proposal[] }>();
  private count = 0;
  private bytes = 0;

  constructor(limits: ProposalLimits) {
    this.limits = limits;
  }

  /** Proposals queued or logged. */
  get size(): number {
    return this.count;
  }

  get hasQueued(): boolean {
    return this.queued.length > 0;
  }

  /** Throws `tooManyRequests` when full. */
  add(proposal: Proposal): void {
    const full = this.count >= this.limits.proposalsMax || this.bytes + proposal.bytes > this.limits.proposalBytesMax;
    if (full) throw apiError('tooManyRequests');
    this.count++;
    this.bytes += proposal.bytes;
    this.queued.push(proposal);
  }

  /** Takes what fits into one entry, oldest first; at least one. */
  takeBatch(): Proposal[] {
    const { batchCommandsMax, batchBytesMax } = this.limits;
    let taken = 0;
    let bytes = 0;
    while (taken < this.queued.length && taken < batchCommandsMax) {
      bytes += this.queued[taken]!.bytes;
      if (taken > 0 && bytes > batchBytesMax) break;
      taken++;
    }
    if (taken === this.queued.length) {
      const all = this.queued;
      this.queued = [];
      return all;
    }
    return this.queued.splice(0, taken);
  }

  /** Gives a batch back that could not be placed; it stays in front. */
  putBack(batch: Proposal[]): void {
    this.queued = [...batch, ...this.queued];
  }

  /** A proposal that waited elsewhere became the log entry at `position`. */
  adopt(position: Position, proposal: Proposal): void {
    this.count++;
    this.bytes += proposal.bytes;
    this.placed(position, [proposal]);
  }

  /** The batch became the log entry at `position`. */
  placed(position: Position, proposals: Proposal[]): void {
    this.logged.set(position.index, { term: position.term, proposals });
  }

  /** The entry at `position` was applied: answers its proposals, if they were this member's. */
  applied(position: Position, results: readonly CommandResult[]): void {
    const batch = this.logged.get(position.index);
    if (batch === undefined) return;
    this.logged.delete(position.index);
    const own = batch.term === position.term;
    for (const [i, proposal] of batch.proposals.entries()) {
      this.release(proposal);
      const result = own ? results[i]! : { error: apiError('leaderChanged') };
      if ('error' in result) proposal.reject(result.error);
      else proposal.resolve(result.response, position.index);
    }
  }

  /** Tells everyone whose deadline has passed; what is in the log may still be applied. */
  expire(nowMs: number): void {
    const late = (proposal: Proposal): boolean => proposal.deadlineMs <= nowMs;
    for (const proposal of this.queued) {
      if (!late(proposal)) continue;
      this.release(proposal);
      proposal.reject(apiError('timeout'));
    }
    if (this.queued.some(late)) this.queued = this.queued.filter((proposal) => !late(proposal));
    for (const { proposals } of this.logged.values()) {
      // Rejecting twice is harmless; the room is given back when the entry is applied.
      for (const proposal of proposals) if (late(proposal)) proposal.reject(apiError('timeout'));
    }
  }

  /** A snapshot took the place of everything up to `index`: whether it held these commands is unknown. */
  superseded(index: number): void {
    for (const [at, { proposals }] of this.logged) {
      if (at > index) continue;
      this.logged.delete(at);
      for (const proposal of proposals) {
        this.release(proposal);
        proposal.reject(apiError('timeoutDueToLeaderFail'));
      }
    }
  }

  /** Gives up what waits for its entry: it can be passed on, as it is in no log yet. */
  takeQueued(): Proposal[] {
    const queued = this.queued;
    this.queued = [];
    for (const proposal of queued) this.release(proposal);
    return queued;
  }

  failAll(error: Error): void {
    const all = [...this.queued, ...[...this.logged.values()].flatMap((batch) => batch.proposals)];
    this.queued = [];
    this.logged.clear();
    this.count = 0;
    this.bytes = 0;
    for (const proposal of all) proposal.reject(error);
  }

  private release(proposal: Proposal): void {
    this.count--;
    this.bytes -= proposal.bytes;
  }
}
