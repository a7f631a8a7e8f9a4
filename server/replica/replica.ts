// Drives the consensus core: turns queued commands into log entries (once per event-loop turn), makes what `Ready` asks
// for durable, applies what is committed, answers. Every decision is the core's; here are only the order of effects and
// the bounds. A failed log or store write is fatal: nothing is retried (fsync errors cannot be).

import type { MaybePromise } from '../../common/api/call.ts';
import { apiError } from '../../common/api/errors.ts';
import type { Logger } from '../../common/log.ts';
import type { Clock, Timer } from '../../common/runtime/clock.ts';
import { encode } from '../../common/wire/protobuf/codec.ts';
import type { Applier } from '../apply/applier.ts';
import { Command, CommandBatch } from '../apply/generated/commands.ts';
import type { Raft } from '../raft/raft.ts';
import type { Entry, Ready } from '../raft/types.ts';
import type { RowStore } from '../storage/row-store.ts';
import type { WriteAheadLog } from '../storage/wal/write-ahead-log.ts';
import { Fifo } from './fifo.ts';
import { type Proposal, type ProposalLimits, ProposalQueue } from './proposal-queue.ts';
import { ReadRounds } from './read-rounds.ts';

/** How often waiters are checked for their deadline. */
const expireEveryMs = 500;

export interface ReplicaOptions {
  readonly raft: Raft;
  readonly log: WriteAheadLog;
  readonly rows: RowStore;
  readonly applier: Applier;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tickMs: number;
  /** 5 s and two election timeouts, as in etcd. */
  readonly requestTimeoutMs: number;
  readonly requestBytesMax: number;
  readonly limits: ProposalLimits;
  /** Log bytes after which the store is flushed and old segments are dropped. */
  readonly releaseBytes: number;
  /** The voters may have changed with an applied entry. */
  readonly voters: () => readonly bigint[];
  /** After each applied entry: let watchers have their events. */
  readonly onApplied: () => void;
  /** This member leads and has applied its term's first entry (true), or no longer leads (false). */
  readonly onLeading: (leading: boolean) => void;
  readonly onFailure: (error: Error) => void;
}

export class Replica {
  private readonly options: ReplicaOptions;
  private readonly raft: Raft;
  private readonly proposals: ProposalQueue;
  private readonly reads: ReadRounds;
  private readonly timers: Timer[] = [];
  private readonly applyQueue = new Fifo<Entry>();
  private applying = false;
  private batchScheduled = false;
  private leading = false;
  private stopped = false;
  private bytesSinceRelease = 0;
  private releasing: Promise<void> | null = null;
  private appliedWaiters: { index: number; resolve: () => void }[] = [];

  constructor(options: ReplicaOptions) {
    this.options = options;
    this.raft = options.raft;
    this.proposals = new ProposalQueue(options.limits);
    this.reads = new ReadRounds(options.raft);
  }

  /** Starts ticking; a member that is its cluster's only voter leads as soon as its vote is on disk. */
  start(): void {
    const { clock, tickMs } = this.options;
    this.timers.push(clock.every(tickMs, () => this.tick()));
    this.timers.push(clock.every(expireEveryMs, () => this.expire()));
    this.pump();
    if (this.options.voters().length === 1) this.raft.campaign();
    this.pump();
  }

  get pendingProposals(): number {
    return this.proposals.size;
  }

  get isLeading(): boolean {
    return this.leading;
  }

  /**
   * Puts a command to the log. Resolves with its answer once it is applied here; rejects with an ApiError when it is
   * refused, too large, or not applied in time (then it may still take effect).
   */
  propose(command: Command): Promise<object> {
    return new Promise((resolve, reject) => {
      if (this.stopped) return reject(apiError('stopped'));
      const bytes = Command.size(command);
      if (bytes > this.options.requestBytesMax) return reject(apiError('requestTooLarge'));
      const deadlineMs = this.options.clock.monotonicMs() + this.options.requestTimeoutMs;
      this.proposals.add({ command, bytes, deadlineMs, resolve, reject });
      this.scheduleBatch();
    });
  }

  /** Undefined, or a promise: when it is over, a read of the applied state is linearizable. */
  linearize(): MaybePromise<void> {
    if (this.stopped) throw apiError('stopped');
    const round = this.reads.request(this.options.clock.monotonicMs() + this.options.requestTimeoutMs);
    this.pump();
    return round.done ? undefined : round.promise();
  }

  /** Resolves once the entry at `index` is applied. */
  whenApplied(index: number): MaybePromise<void> {
    if (this.raft.log.appliedIndex >= index) return undefined;
    return new Promise((resolve) => this.appliedWaiters.push({ index, resolve }));
  }

  /** Ends everything under way with an error; what is logged stays logged. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers) timer.cancel();
    this.proposals.failAll(apiError('stopped'));
    this.reads.failAll(apiError('stopped'));
    await this.releasing;
  }

  private tick(): void {
    if (this.stopped) return;
    this.raft.tick();
    this.pump();
  }

  private expire(): void {
    const nowMs = this.options.clock.monotonicMs();
    this.proposals.expire(nowMs);
    this.reads.expire(nowMs);
  }

  private scheduleBatch(): void {
    if (this.batchScheduled || this.raft.role !== 'leader') return;
    this.batchScheduled = true;
    this.options.clock.atTurnEnd(() => {
      this.batchScheduled = false;
      this.proposeBatches();
    });
  }

  private proposeBatches(): void {
    while (this.proposals.hasQueued && this.raft.role === 'leader' && !this.stopped) {
      const batch: Proposal[] = this.proposals.takeBatch();
      const data = encode(CommandBatch, { commands: batch.map((proposal) => proposal.command) });
      this.proposals.placed(this.raft.propose(data)!, batch);
    }
    this.pump();
  }

  /** Carries out what the core asks for until it asks for nothing. */
  private pump(): void {
    while (this.raft.hasReady && !this.stopped) this.handle(this.raft.ready());
    if (this.raft.role === 'leader') {
      this.reads.retry();
      if (this.raft.hasReady) this.pump();
      if (this.proposals.hasQueued) this.scheduleBatch();
    } else if (this.leading) {
      this.leading = false;
      this.options.onLeading(false);
    }
  }

  private handle(ready: Ready): void {
    if (ready.entries.length > 0 || ready.hardState !== undefined) this.persist(ready);
    if (ready.committed.length > 0) {
      this.applyQueue.pushAll(ready.committed);
      this.applyNext();
    }
    for (const read of ready.reads) this.reads.confirmed(read, this.raft.log.appliedIndex);
  }

  private persist(ready: Ready): void {
    const last = ready.entries[ready.entries.length - 1];
    for (const entry of ready.entries) this.bytesSinceRelease += entry.data.length;
    const batch = { entries: ready.entries, ...(ready.hardState === undefined ? {} : { hardState: ready.hardState }) };
    this.options.log.append(batch, (error) => {
      if (error !== null) return this.options.onFailure(error);
      if (this.stopped) return;
      this.raft.persisted(ready.hardState, last === undefined ? undefined : { index: last.index, term: last.term });
      this.pump();
    });
  }

  /** Applies queued entries in order; goes on by itself after having had to wait for values or for the store. */
  private applyNext(): void {
    if (this.applying) return;
    this.applying = true;
    while (this.applyQueue.length > 0) {
      if (this.options.rows.congested) {
        this.resumeApply(this.options.rows.drained());
        return;
      }
      const entry = this.applyQueue.shift()!;
      if (entry.kind === 'membership' || entry.data.length === 0) {
        if (entry.kind === 'membership') this.options.applier.applyMembership(entry.data);
        this.finishEntry(entry, []);
        continue;
      }
      const batch = this.options.applier.prepare(entry.data);
      if (batch.loading !== undefined) {
        this.resumeApply(
          batch.loading.then(() => this.finishEntry(entry, this.options.applier.apply(batch, entry.term))),
        );
        return;
      }
      this.finishEntry(entry, this.options.applier.apply(batch, entry.term));
    }
    this.applying = false;
  }

  private resumeApply(wait: Promise<void>): void {
    wait.then(
      () => {
        this.applying = false;
        if (this.stopped) return;
        this.applyNext();
        this.pump();
      },
      (error: Error) => this.options.onFailure(error),
    );
  }

  private finishEntry(entry: Entry, results: Parameters<ProposalQueue['applied']>[1]): void {
    const { rows, onApplied } = this.options;
    rows.entryApplied(entry.index, entry.term);
    this.raft.applied(entry.index);
    this.raft.log.discardTo(entry.index);
    if (entry.kind === 'membership') this.raft.setVoters(this.options.voters());
    onApplied();
    this.proposals.applied(entry, results);
    this.reads.applied(entry.index);
    if (this.appliedWaiters.length > 0) this.wakeAppliedWaiters(entry.index);
    if (!this.leading && this.raft.role === 'leader' && entry.term === this.raft.currentTerm) {
      this.leading = true;
      this.options.onLeading(true);
    }
    if (this.bytesSinceRelease > this.options.releaseBytes) this.release();
  }

  private wakeAppliedWaiters(index: number): void {
    const ready = this.appliedWaiters.filter((waiter) => waiter.index <= index);
    this.appliedWaiters = this.appliedWaiters.filter((waiter) => waiter.index > index);
    for (const waiter of ready) waiter.resolve();
  }

  /** Makes the store durable and drops the log segments that it covers. */
  private release(): void {
    if (this.releasing !== null || this.stopped) return;
    this.bytesSinceRelease = 0;
    const { rows, log, onFailure } = this.options;
    const reported = (error: Error | null): void => {
      if (error !== null && !this.stopped) onFailure(error);
    };
    this.releasing = rows
      .flush()
      .then((index) => {
        if (this.stopped) return;
        // The log lets go of committed entries only, and has heard of the commit index no later than with the last ones.
        log.append({ hardState: this.raft.hardState }, reported);
        log.release(index, reported);
      })
      .catch(reported)
      .finally(() => {
        this.releasing = null;
      });
  }
}
