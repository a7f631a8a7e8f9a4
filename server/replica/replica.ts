// Drives the consensus core: turns queued commands into log entries (once per event-loop turn), makes what `Ready` asks
// for durable, sends its messages, applies what is committed, answers. Every decision is the core's; here are only the
// order of effects and the bounds. A failed log or store write is fatal: nothing is retried (fsync errors cannot be).

import type { MaybePromise } from '../../common/api/call.ts';
import { apiError, isApiError } from '../../common/api/errors.ts';
import type { Timer } from '../../common/runtime/clock.ts';
import { encode } from '../../common/wire/protobuf/codec.ts';
import type { CommandResult } from '../apply/applier.ts';
import { Command, CommandBatch, MembershipCommand, MembershipCommandKind } from '../apply/generated/commands.ts';
import type { PeerMessage } from '../peer/peer-message.ts';
import type { Message } from '../raft/message.ts';
import type { Raft } from '../raft/raft.ts';
import type { Entry, Position, Ready } from '../raft/types.ts';
import { ApplyLoop } from './apply-loop.ts';
import { Forwarder } from './forwarder.ts';
import { LogRelease } from './log-release.ts';
import { lostEntries } from './lost-entries.ts';
import type { DriverMessage } from './peers.ts';
import { type Proposal, ProposalQueue } from './proposal-queue.ts';
import { ReadRounds } from './read-rounds.ts';
import type { ReplicaOptions } from './replica-options.ts';

/** How often waiters are checked for their deadline. */
const expireEveryMs = 500;
const forwardsMax = 50_000;
/** Of entries that are kept for followers; a follower that needs older ones is sent a snapshot. */
const retainedBytesMax = 64 * 1024 * 1024;

export class Replica {
  private readonly options: ReplicaOptions;
  private readonly raft: Raft;
  private readonly proposals: ProposalQueue;
  private readonly reads: ReadRounds;
  private readonly forwarder: Forwarder;
  private readonly timers: Timer[] = [];
  /** Membership changes waiting for the core to take one. */
  private membershipQueue: Proposal[] = [];
  private readonly applyLoop: ApplyLoop;
  private readonly logRelease: LogRelease;
  private batchScheduled = false;
  private leading = false;
  private stopped = false;
  private appliedWaiters: { index: number; resolve: () => void }[] = [];
  /** When each log write under way began, oldest first, and what may be sent once the newest of them is durable. */
  private readonly writesUnderWay: { readonly startedMs: number; messages: readonly Message[] }[] = [];

  constructor(options: ReplicaOptions) {
    this.options = options;
    this.raft = options.raft;
    this.proposals = new ProposalQueue(options.limits);
    this.reads = new ReadRounds(options.raft);
    const { applier, rows, log, releaseBytes, onFailure } = options;
    this.applyLoop = new ApplyLoop({
      applier,
      rows,
      appliedIndex: () => this.raft.log.appliedIndex,
      onApplied: (entry, results) => this.finishEntry(entry, results),
      onResumed: () => this.pump(),
      onFailure,
    });
    this.logRelease = new LogRelease({ rows, log, hardState: () => this.raft.hardState, releaseBytes, onFailure });
    this.forwarder = new Forwarder({
      peers: options.peers,
      clock: options.clock,
      random: options.random,
      work: {
        propose: (command) => this.proposeAsLeader(command),
        renew: (lease) => this.confirmedLeader(() => options.leases.renew(lease)),
        remaining: (lease) => this.confirmedLeader(() => options.leases.remaining(lease)),
      },
      requestTimeoutMs: options.requestTimeoutMs,
      waitingMax: forwardsMax,
      whenApplied: (index) => this.whenApplied(index),
    });
  }

  /** Starts ticking; a member that is its cluster's only voter leads as soon as its vote is on disk. */
  start(): void {
    const { clock, tickMs, members } = this.options;
    this.timers.push(clock.every(tickMs, () => this.tick()));
    this.timers.push(clock.every(expireEveryMs, () => this.expire()));
    this.pump();
    if (members().voters.length === 1) this.raft.campaign();
    this.pump();
  }

  get pendingProposals(): number {
    return this.proposals.size + this.membershipQueue.length;
  }

  get isLeading(): boolean {
    return this.leading;
  }

  // ---- calls

  /**
   * Puts a command to the log, by way of the leader. Resolves with its answer once it is applied here; rejects with an
   * ApiError when it is refused, too large, or not applied in time (then it may still take effect).
   */
  propose(command: Command): Promise<object> {
    const bytes = Command.size(command);
    if (this.stopped) return Promise.reject(apiError('stopped'));
    if (bytes > this.options.requestBytesMax) return Promise.reject(apiError('requestTooLarge'));
    const deadlineMs = this.options.clock.monotonicMs() + this.options.requestTimeoutMs;
    return new Promise((resolve, reject) => this.route({ command, bytes, deadlineMs, resolve, reject }));
  }

  /** For another member: proposes only if this one leads. */
  private proposeAsLeader(command: Command): Promise<{ response: object; index: number }> {
    if (this.stopped || this.raft.role !== 'leader') return Promise.reject(apiError('notLeader'));
    const deadlineMs = this.options.clock.monotonicMs() + this.options.requestTimeoutMs;
    return new Promise((resolve, reject) => {
      const settle = async (response: object | Promise<object>, index: number): Promise<void> => {
        resolve({ response: await response, index });
      };
      const proposal: Proposal = {
        command,
        bytes: Command.size(command),
        deadlineMs,
        resolve: (response, index) => void settle(response, index).catch(reject),
        reject,
      };
      this.route(proposal);
    });
  }

  /** To this member's log, to the leader, or to the queue until there is a leader. */
  private route(proposal: Proposal): void {
    if (this.raft.role !== 'leader' && this.raft.leader !== 0n) {
      this.forward(proposal);
      return;
    }
    try {
      if (proposal.command.membership !== undefined) this.queueMembership(proposal);
      else this.proposals.add(proposal);
    } catch (error) {
      proposal.reject(error as Error);
      return;
    }
    this.scheduleBatch();
  }

  private queueMembership(proposal: Proposal): void {
    if (this.membershipQueue.length >= this.options.limits.proposalsMax) throw apiError('tooManyRequests');
    this.membershipQueue.push(proposal);
  }

  private forward(proposal: Proposal): void {
    const { clock } = this.options;
    this.forwarder.propose(this.raft.leader, proposal.command).then(
      (response) => proposal.resolve(response, 0),
      (error: Error) => {
        // Not the leader (any more) when it arrived: it is in no log, so it may go to the next one.
        const again = isApiError(error, 'notLeader') && clock.monotonicMs() < proposal.deadlineMs && !this.stopped;
        if (!again) return proposal.reject(isApiError(error, 'notLeader') ? apiError('timeout') : error);
        clock.after(this.options.tickMs, () =>
          this.stopped ? proposal.reject(apiError('stopped')) : this.route(proposal),
        );
      },
    );
  }

  /** Undefined, or a promise: when it is over, a read of the applied state is linearizable. */
  linearize(): MaybePromise<void> {
    if (this.stopped) throw apiError('stopped');
    const round = this.reads.request(this.options.clock.monotonicMs() + this.options.requestTimeoutMs);
    this.pump();
    return round.done ? undefined : round.promise();
  }

  /** Renews a lease at the leader: its TTL in seconds, or null when there is no such lease. */
  renewLease(lease: bigint): Promise<number | null> {
    return this.askLeader(
      () => this.options.leases.renew(lease),
      (leader) => this.forwarder.renew(leader, lease),
    );
  }

  /** Whole seconds that a lease has left, as its leader knows; null when there is no such lease. */
  remainingTtl(lease: bigint): Promise<number | null> {
    return this.askLeader(
      () => this.options.leases.remaining(lease),
      (leader) => this.forwarder.remaining(leader, lease),
    );
  }

  /** Asks whoever leads, anew while the question certainly did not reach a leader: these questions change nothing twice. */
  private async askLeader<T>(own: () => MaybePromise<T>, other: (leader: bigint) => Promise<T>): Promise<T> {
    const { clock, requestTimeoutMs, tickMs } = this.options;
    const deadlineMs = clock.monotonicMs() + requestTimeoutMs;
    for (;;) {
      await this.whenLeaderKnown();
      try {
        return await (this.raft.role === 'leader' ? own() : other(this.raft.leader));
      } catch (error) {
        if (!isApiError(error, 'notLeader') || this.stopped || clock.monotonicMs() >= deadlineMs) throw error;
      }
      await new Promise<void>((resolve) => clock.after(tickMs, resolve));
    }
  }

  /**
   * For another member: does what only the leader may, once a majority has confirmed that this member still leads. One
   * that was stopped for a while may have been replaced without knowing: a lease that it renews would end at the next
   * leader all the same (etcd's LeaseRenew, ensureLeadership).
   */
  private async confirmedLeader<T>(work: () => MaybePromise<T>): Promise<T> {
    if (this.raft.role !== 'leader') throw apiError('notLeader');
    await this.linearize();
    if (this.raft.role !== 'leader') throw apiError('notLeader');
    return work();
  }

  /** A linearizable read needs a leader that has committed in its term: so does everything asked of one. */
  private async whenLeaderKnown(): Promise<void> {
    await this.linearize();
    if (this.raft.leader === 0n) throw apiError('noLeader');
  }

  /** Resolves once the entry at `index` is applied. */
  whenApplied(index: number): MaybePromise<void> {
    if (this.raft.log.appliedIndex >= index) return undefined;
    return new Promise((resolve) => this.appliedWaiters.push({ index, resolve }));
  }

  // ---- the network's side

  /** Takes in what another member says. */
  receive(from: bigint, message: PeerMessage): void {
    if (this.stopped) return;
    if (!('term' in message)) {
      this.forwarder.receive(from, message satisfies DriverMessage);
      return;
    }
    const lost = lostEntries(this.raft, message);
    if (lost !== undefined) {
      this.options.onFailure(new Error(lost));
      return;
    }
    this.raft.step(message);
    this.pump();
  }

  /** A received snapshot is complete and durable at hand: offers it to the core. */
  offerSnapshot(position: Position, voters: readonly bigint[], learners: readonly bigint[]): boolean {
    if (this.stopped) return false;
    const result = this.raft.restore(position, voters, learners);
    this.pump();
    return result === 'restored';
  }

  snapshotSent(member: bigint, index: number): void {
    this.raft.snapshotSent(member, index);
    this.pump();
  }

  snapshotFailed(member: bigint): void {
    this.raft.snapshotFailed(member);
    this.pump();
  }

  unreachable(member: bigint): void {
    this.raft.unreachable(member);
    this.pump();
  }

  /** Carries out what a call on the core (a transfer, say) has made ready. */
  wake(): void {
    if (!this.stopped) this.pump();
  }

  /** Ends everything under way with an error; what is logged stays logged. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.leading = false;
    this.applyLoop.stop();
    for (const timer of this.timers) timer.cancel();
    const stopped = apiError('stopped');
    this.proposals.failAll(stopped);
    for (const proposal of this.membershipQueue) proposal.reject(stopped);
    this.reads.failAll(stopped);
    this.forwarder.failAll(stopped);
    await this.logRelease.stop();
  }

  // ---- time

  private tick(): void {
    if (this.stopped) return;
    this.stepDownIfDiskStalls();
    this.raft.tick();
    this.pump();
  }

  /** The others may have a leader that can write (etcd-io/etcd#13527, #15247). */
  private stepDownIfDiskStalls(): void {
    const oldest = this.writesUnderWay[0];
    if (oldest === undefined || this.raft.role !== 'leader' || this.options.members().voters.length === 1) return;
    const forMs = this.options.clock.monotonicMs() - oldest.startedMs;
    if (forMs <= this.options.electionMs) return;
    this.options.logger.warn('the log has not been written for longer than an election timeout: stepping down', {
      forMs: Math.round(forMs),
    });
    this.raft.stepDown();
  }

  private expire(): void {
    const nowMs = this.options.clock.monotonicMs();
    this.proposals.expire(nowMs);
    const late = this.membershipQueue.filter((proposal) => proposal.deadlineMs <= nowMs);
    this.membershipQueue = this.membershipQueue.filter((proposal) => proposal.deadlineMs > nowMs);
    for (const proposal of late) proposal.reject(apiError('timeout'));
    this.reads.expire(nowMs);
    this.forwarder.expire(nowMs, this.raft.leader);
  }

  // ---- proposing

  private scheduleBatch(): void {
    if (this.batchScheduled || this.raft.role !== 'leader') return;
    this.batchScheduled = true;
    this.options.clock.atTurnEnd(() => {
      this.batchScheduled = false;
      this.proposeBatches();
    });
  }

  private proposeBatches(): void {
    while (this.proposals.hasQueued && this.raft.refusal(0) === undefined && !this.stopped) {
      const batch = this.proposals.takeBatch();
      const data = encode(CommandBatch, { commands: batch.map((proposal) => proposal.command) });
      const position = this.raft.propose(data);
      if (position === null) {
        // The uncommitted end of the log is at its bound: these wait in front of the queue.
        this.proposals.putBack(batch);
        break;
      }
      this.proposals.placed(position, batch);
    }
    this.proposeMembership();
    // What the core would not take waits for the next thing that happens: asking each turn would be a busy loop.
    this.carryOut();
  }

  private proposeMembership(): void {
    const first = this.membershipQueue[0];
    if (first === undefined || this.stopped) return;
    if (this.handsOverFirst(first.command.membership!)) return;
    const data = encode(MembershipCommand, first.command.membership!);
    const position = this.raft.propose(data, 'membership');
    if (position === null) return;
    this.membershipQueue.shift();
    this.proposals.adopt(position, first);
  }

  /**
   * A leader that is asked to remove itself lets another one do it: once it has stepped down, nobody might tell the rest
   * that the removal is committed, and of two voters the other one would wait for its vote for ever.
   */
  private handsOverFirst({ kind, member }: MembershipCommand): boolean {
    return kind === MembershipCommandKind.REMOVE && member?.id === this.raft.id && this.beginHandOver();
  }

  /** Asks the voter that is furthest to lead. False when there is nobody to hand over to, or nothing to hand over. */
  private beginHandOver(): boolean {
    const { raft } = this;
    if (raft.transferTarget !== 0n) return true;
    const { voters } = this.options.members();
    const successors = raft.memberStatus().filter(({ id, active }) => active && voters.includes(id));
    const target = successors.sort((a, b) => b.matchIndex - a.matchIndex)[0];
    return target !== undefined && raft.transferLeadership(target.id) === undefined;
  }

  /** Gives leadership to the member that is furthest; resolves when another leads, or an election timeout is over. */
  async handOver(): Promise<void> {
    if (this.raft.role !== 'leader' || !this.beginHandOver()) return;
    this.wake();
    const { clock, electionMs } = this.options;
    const patienceMs = clock.monotonicMs() + electionMs;
    while (this.raft.role === 'leader' && clock.monotonicMs() < patienceMs) {
      await new Promise<void>((resolve) => clock.after(10, resolve));
    }
  }

  // ---- the core's wishes

  /** After whatever may have changed the core: does what it asks for, and gives it what waits. */
  private pump(): void {
    this.carryOut();
    if (this.stopped || this.raft.role !== 'leader') return;
    if (this.proposals.hasQueued || this.membershipQueue.length > 0) this.scheduleBatch();
  }

  /** Does what the core asks for until it asks for nothing. */
  private carryOut(): void {
    while (this.raft.hasReady && !this.stopped) this.handle(this.raft.ready());
    if (this.stopped) return;
    const leads = this.raft.role === 'leader';
    if (!leads && this.leading) {
      this.leading = false;
      this.options.onLeading(false);
    }
    if (!leads && this.raft.leader === 0n) return;
    if (this.reads.hasUnasked) {
      this.reads.retry();
      if (this.raft.hasReady) {
        this.carryOut();
        return;
      }
    }
    if (!leads) this.forwardQueued();
  }

  /** Another member leads: what waits here for an entry goes there. */
  private forwardQueued(): void {
    const membership = this.membershipQueue;
    this.membershipQueue = [];
    for (const proposal of [...this.proposals.takeQueued(), ...membership]) this.forward(proposal);
  }

  private handle(ready: Ready): void {
    for (const message of ready.messages) this.send(message);
    const last = ready.entries[ready.entries.length - 1];
    const end = last === undefined ? ready.snapshot : { index: last.index, term: last.term };
    if (ready.hardState !== undefined || end !== undefined) this.persist(ready, end);
    else this.sendWhenPersisted(ready.messagesAfterPersist);
    if (ready.committed.length > 0) {
      this.applyLoop.push(ready.committed);
    }
    for (const read of ready.reads) this.reads.confirmed(read, this.raft.log.appliedIndex);
    this.reads.lost(ready.lostReads);
  }

  private send(message: Message): void {
    if (message.kind === 'snapshot') this.options.snapshots.send(message.to, message.position);
    this.options.peers.sendMessage(message);
  }

  /** They promise nothing of their own, but may speak of what is still being written. */
  private sendWhenPersisted(messages: readonly Message[]): void {
    if (messages.length === 0) return;
    const newest = this.writesUnderWay[this.writesUnderWay.length - 1];
    if (newest === undefined) for (const message of messages) this.send(message);
    else newest.messages = [...newest.messages, ...messages];
  }

  private persist(ready: Ready, end: Position | undefined): void {
    for (const entry of ready.entries) this.logRelease.appended(entry.data.length);
    const write = { startedMs: this.options.clock.monotonicMs(), messages: ready.messagesAfterPersist };
    this.writesUnderWay.push(write);
    const { snapshot, hardState, entries } = ready;
    if (snapshot !== undefined) this.applyLoop.hold();
    const append = {
      entries,
      ...(hardState === undefined ? {} : { hardState }),
      ...(snapshot === undefined ? {} : { snapshot }),
    };
    this.options.log.append(append, (error) => {
      if (error !== null) return this.options.onFailure(error);
      if (this.stopped) return;
      this.writesUnderWay.shift();
      for (const message of write.messages) this.send(message);
      this.raft.persisted(hardState, end);
      if (snapshot !== undefined) this.install(snapshot);
      this.pump();
    });
  }

  private install(position: Position): void {
    this.options.snapshots.install(position).then(
      () => {
        this.raft.applied(position.index);
        this.proposals.superseded(position.index);
        this.reads.applied(position.index);
        this.wakeAppliedWaiters(position.index);
        this.applyLoop.release();
        this.pump();
      },
      (error: Error) => this.options.onFailure(error),
    );
  }

  // ---- applying

  private finishEntry(entry: Entry, results: readonly CommandResult[]): void {
    const { rows, onApplied, members } = this.options;
    rows.entryApplied(entry.index, entry.term);
    this.raft.applied(entry.index);
    if (entry.kind === 'membership') this.raft.setMembers(members().voters, members().learners);
    this.discardApplied(entry.index);
    onApplied();
    this.proposals.applied(entry, results);
    this.reads.applied(entry.index);
    if (this.appliedWaiters.length > 0) this.wakeAppliedWaiters(entry.index);
    if (!this.leading && this.raft.role === 'leader' && entry.term === this.raft.currentTerm) {
      this.leading = true;
      this.options.onLeading(true);
    }
    this.logRelease.maybeStart();
  }

  /** Entries stay in memory for followers that are a little behind; with nobody to follow, none do. */
  private discardApplied(applied: number): void {
    const { members, retainedEntries } = this.options;
    const { voters, learners } = members();
    const { log } = this.raft;
    let keep = voters.length + learners.length > 1 ? Math.min(retainedEntries, applied - log.firstIndex + 1) : 0;
    const newer = log.bytesAfter(applied);
    while (keep > 0 && log.bytesAfter(applied - keep) - newer > retainedBytesMax) keep >>= 1;
    if (applied > keep) log.discardTo(applied - keep);
  }

  private wakeAppliedWaiters(index: number): void {
    const ready = this.appliedWaiters.filter((waiter) => waiter.index <= index);
    this.appliedWaiters = this.appliedWaiters.filter((waiter) => waiter.index > index);
    for (const waiter of ready) waiter.resolve();
  }
}
