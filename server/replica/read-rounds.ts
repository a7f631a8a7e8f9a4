// Linearizable reads waiting for their confirmation. Each attempt gets an id that is never used again
// (etcd-io/etcd#20418); a read is ready when the confirmed index has been applied here.

import { apiError } from '../../common/api/errors.ts';
import type { Raft } from '../raft/raft.ts';
import type { ReadState } from '../raft/types.ts';

/** Reads waiting at most; more are refused. */
const waitingReadsMax = 100_000;

export class ReadRound {
  /** Of the newest attempt. */
  id: number;
  readonly deadlineMs: number;
  /** Confirmed at this index; Infinity until then. */
  index = Number.POSITIVE_INFINITY;
  done = false;
  private resolve: (() => void) | undefined;
  private reject: ((error: Error) => void) | undefined;

  constructor(id: number, deadlineMs: number) {
    this.id = id;
    this.deadlineMs = deadlineMs;
  }

  promise(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  finish(): void {
    this.done = true;
    this.resolve?.();
  }

  fail(error: Error): void {
    this.reject?.(error);
  }
}

export class ReadRounds {
  private readonly raft: Raft;
  private nextId = 1;
  /** By id: asked for (or to be asked for once there is a leader), not ready. */
  private readonly waiting = new Map<number, ReadRound>();
  /** Those of `waiting` that the core has refused so far. */
  private unasked: ReadRound[] = [];

  constructor(raft: Raft) {
    this.raft = raft;
  }

  request(deadlineMs: number): ReadRound {
    if (this.waiting.size >= waitingReadsMax) throw apiError('tooManyRequests');
    const round = new ReadRound(this.nextId++, deadlineMs);
    this.waiting.set(round.id, round);
    if (!this.raft.requestRead(round.id)) this.unasked.push(round);
    return round;
  }

  /** Reads waiting. */
  get size(): number {
    return Math.max(this.waiting.size, this.unasked.length);
  }

  /** There is a leader now: asks for what could not be asked for. */
  retry(): void {
    if (this.unasked.length === 0) return;
    this.unasked = this.unasked.filter((round) => this.waiting.has(round.id) && !this.ask(round));
  }

  /** Each attempt has an id of its own: the core may have taken note of one that it refused. */
  private ask(round: ReadRound): boolean {
    this.waiting.delete(round.id);
    round.id = this.nextId++;
    this.waiting.set(round.id, round);
    return this.raft.requestRead(round.id);
  }

  /** The core will not answer these any more: they are asked for again, under fresh ids. */
  lost(ids: readonly number[]): void {
    for (const id of ids) {
      const round = this.waiting.get(id);
      if (round === undefined) continue;
      this.waiting.delete(id);
      round.id = this.nextId++;
      this.waiting.set(round.id, round);
      this.unasked.push(round);
    }
  }

  get hasUnasked(): boolean {
    return this.unasked.length > 0;
  }

  confirmed(read: ReadState, appliedIndex: number): void {
    const round = this.waiting.get(read.id);
    if (round === undefined) return;
    round.index = read.index;
    if (read.index <= appliedIndex) this.finish(round);
  }

  applied(appliedIndex: number): void {
    for (const round of this.waiting.values()) if (round.index <= appliedIndex) this.finish(round);
  }

  expire(nowMs: number): void {
    for (const round of this.waiting.values()) {
      if (round.deadlineMs > nowMs) continue;
      this.waiting.delete(round.id);
      round.fail(apiError(round.index === Number.POSITIVE_INFINITY ? 'timeout' : 'timeoutWaitAppliedIndex'));
    }
    this.unasked = this.unasked.filter((round) => this.waiting.has(round.id));
  }

  failAll(error: Error): void {
    for (const round of this.waiting.values()) round.fail(error);
    this.waiting.clear();
    this.unasked = [];
  }

  private finish(round: ReadRound): void {
    this.waiting.delete(round.id);
    round.finish();
  }
}
