// A core node without its sockets: log, state and consensus put together over injected disk, store, clock and
// randomness, giving a Service. main.ts puts the network around it; a simulator puts many of them into one process.

import { apiError } from '../common/api/errors.ts';
import { AlarmRequestAlarmAction, AlarmType } from '../common/api/generated/messages.ts';
import type { Service } from '../common/api/generated/service.ts';
import type { Logger } from '../common/log.ts';
import type { Clock, Timer } from '../common/runtime/clock.ts';
import type { Random } from '../common/runtime/random.ts';
import { Applier } from './apply/applier.ts';
import type { Alarms } from './cluster/alarms.ts';
import type { Membership } from './cluster/membership.ts';
import { Quota } from './cluster/quota.ts';
import { ReconfigurationGuard } from './cluster/reconfiguration-guard.ts';
import { type Bootstrap, type DurableState, openDurableState } from './durable-state.ts';
import type { Lessor } from './lease/lessor.ts';
import type { Identity } from './log-identity.ts';
import { type AutoCompactionPolicy, AutoCompactor } from './mvcc/auto-compactor.ts';
import { Compactor } from './mvcc/compactor.ts';
import type { MvccStore } from './mvcc/mvcc-store.ts';
import type { PeerMessage } from './peer/peer-message.ts';
import type { SnapshotHeader } from './peer/snapshot-codec.ts';
import type { SnapshotSource, SnapshotTransfer } from './peer/snapshot-sender.ts';
import type { SnapshotSink } from './peer/snapshot-stream.ts';
import { Raft } from './raft/raft.ts';
import type { Peers } from './replica/peers.ts';
import { Replica } from './replica/replica.ts';
import { ClusterService } from './service/cluster-service.ts';
import { Headers } from './service/headers.ts';
import { emptyCommand, KvService } from './service/kv-service.ts';
import { LeaseService } from './service/lease-service.ts';
import { localService } from './service/local-service.ts';
import { type NextStore, SnapshotExchange } from './snapshots.ts';
import { State, type StateOptions } from './state.ts';
import type { KeyValueStore } from './storage/key-value-store.ts';
import type { LogDisk } from './storage/wal/log-disk.ts';
import { WatchHub } from './watch/watch-hub.ts';

const mebibyte = 1024 * 1024;
/** Expiry of leases, and telling the others who this member is. */
const houseworkEveryMs = 200;
/** Expired leases revoked in one round (etcd: 1,000 a second). */
const expiriesPerRound = 500;
const expiryRetryMs = 3_000;

const limits = {
  proposalsMax: 50_000,
  proposalBytesMax: 256 * mebibyte,
  batchCommandsMax: 4_096,
  batchBytesMax: 1 * mebibyte,
};

/** How much memory and log a node may hold. Tests set them low to reach the bounds. */
export interface NodeBudgets {
  /** Values kept in memory; older ones are read from RocksDB. */
  readonly valueCacheBytesMax: number;
  /** Rows applied but not yet in RocksDB; apply waits above this. */
  readonly unwrittenBytesMax: number;
  /** Log bytes after which the store is flushed and old segments are dropped. */
  readonly releaseBytes: number;
  /** Size at which a segment of the log is followed by the next one. */
  readonly segmentBytes: number;
  /** Applied entries that a follower may be behind without needing a snapshot. */
  readonly retainedEntries: number;
}

const defaultBudgets: NodeBudgets = {
  valueCacheBytesMax: 256 * mebibyte,
  unwrittenBytesMax: 64 * mebibyte,
  releaseBytes: 64 * mebibyte,
  segmentBytes: 64 * mebibyte,
  /** etcd: 5,000. */
  retainedEntries: 5_000,
};

export interface CoreNodeOptions {
  readonly store: KeyValueStore;
  /** Taken over: closed with the node, or when opening fails. */
  readonly logDisk: LogDisk;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly bootstrap: Bootstrap;
  readonly clientUrls: readonly string[];
  readonly heartbeatMs: number;
  readonly electionMs: number;
  readonly txnOpsMax: number;
  readonly requestBytesMax: number;
  readonly progressNotifyMs: number;
  readonly quotaBytes: number | undefined;
  readonly autoCompaction: AutoCompactionPolicy;
  readonly peers: Peers;
  /** Starts the transfer of a snapshot to a member. */
  readonly transfer: (to: bigint, source: SnapshotSource) => SnapshotTransfer;
  readonly openNextStore: () => Promise<NextStore>;
  readonly openInterruptedStore: () => Promise<{ readonly store: KeyValueStore; commit(): Promise<void> } | null>;
  /** Since when there has been a link to a member, on the monotonic clock. */
  readonly connectedSince: (member: bigint) => number | undefined;
  readonly strictReconfigCheck: boolean;
  readonly learnersMax: number;
  readonly budgets?: Partial<NodeBudgets>;
}

/** Keeps the first of what may be many reports. */
class FirstFailure {
  readonly first: Promise<Error>;
  report!: (error: Error) => void;

  constructor() {
    this.first = new Promise((resolve) => {
      this.report = resolve;
    });
  }
}

interface NodeParts {
  readonly options: CoreNodeOptions;
  readonly budgets: NodeBudgets;
  readonly durable: DurableState;
  readonly state: State;
  readonly stateOptions: StateOptions;
  readonly failures: FirstFailure;
}

export class CoreNode {
  readonly identity: Identity;
  readonly service: Service;
  readonly store: MvccStore;
  readonly raft: Raft;
  readonly replica: Replica;
  readonly watches: WatchHub;
  readonly lessor: Lessor;
  readonly alarms: Alarms;
  readonly quota: Quota;
  readonly membership: Membership;
  /** Resolves with the reason when the node cannot go on. */
  readonly failed: Promise<Error>;
  private readonly options: CoreNodeOptions;
  private readonly durable: DurableState;
  private readonly state: State;
  private readonly snapshots: SnapshotExchange;
  private readonly compactor: Compactor;
  private readonly autoCompactor: AutoCompactor;
  private readonly timer: Timer;
  private readonly failures: FirstFailure;
  private publishing = false;
  private stopping: Promise<void> | undefined;

  /** Opens the member's state (making it on first start), replays its log and starts consensus. */
  static async open(options: CoreNodeOptions): Promise<CoreNode> {
    const { store, logDisk, bootstrap, log, clock, openInterruptedStore } = options;
    const budgets = { ...defaultBudgets, ...options.budgets };
    const { segmentBytes, valueCacheBytesMax, unwrittenBytesMax, retainedEntries } = budgets;
    const durable = await openDurableState({
      disk: logDisk,
      segmentBytes,
      store,
      bootstrap,
      logger: log,
      retainedEntries,
      openInterruptedStore,
    });
    try {
      const failures = new FirstFailure();
      const onFailure = (error: Error): void => failures.report(error);
      const stateOptions = { clock, valueCacheBytesMax, unwrittenBytesMax, onFailure };
      const state = await State.load(durable.store, stateOptions, durable.facts);
      const node = new CoreNode({ options, budgets, durable, state, stateOptions, failures });
      node.replica.start();
      // A compaction that a crash cut short goes on.
      node.compactor.scrub().catch(onFailure);
      return node;
    } catch (error) {
      await durable.log.close();
      throw error;
    }
  }

  private constructor({ options, budgets, durable, state, stateOptions, failures }: NodeParts) {
    this.options = options;
    this.durable = durable;
    this.state = state;
    this.identity = durable.identity;
    this.failures = failures;
    this.failed = failures.first;
    const { clock, random, log, quotaBytes } = options;
    const onFailure = (error: Error): void => this.fail(error);
    this.store = state.store;
    this.lessor = state.lessor;
    this.membership = state.membership;
    this.alarms = state.alarms;
    this.compactor = new Compactor(this.store, clock, state.scrubbedRevision);
    this.watches = new WatchHub({
      store: this.store,
      clock,
      random,
      progressIntervalMs: options.progressNotifyMs,
      fragmentBytes: options.requestBytesMax,
      onFailure,
    });
    this.raft = new Raft({
      id: durable.identity.memberId,
      voters: this.membership.voters,
      learners: this.membership.learners,
      electionTicks: Math.max(2, Math.round(options.electionMs / options.heartbeatMs)),
      random,
      hardState: durable.hardState,
      base: durable.base,
      entries: durable.entries,
      applied: durable.applied.index,
    });
    this.snapshots = new SnapshotExchange({
      raft: this.raft,
      state,
      stateOptions,
      log,
      openNext: options.openNextStore,
      transfer: options.transfer,
      sent: (to, index) => this.replica.snapshotSent(to, index),
      failed: (to) => this.replica.snapshotFailed(to),
      offer: (position, voters, learners) => this.replica.offerSnapshot(position, voters, learners),
      replaced: (before) => this.stateReplaced(before),
    });
    this.replica = new Replica({
      raft: this.raft,
      log: durable.log,
      rows: state.rows,
      applier: this.makeApplier(),
      peers: options.peers,
      snapshots: this.snapshots,
      clock,
      random,
      logger: log,
      tickMs: options.heartbeatMs,
      electionMs: options.electionMs,
      requestTimeoutMs: 5_000 + 2 * options.electionMs,
      requestBytesMax: options.requestBytesMax,
      limits,
      releaseBytes: budgets.releaseBytes,
      retainedEntries: budgets.retainedEntries,
      members: () => this.membership,
      leases: {
        renew: (lease) => this.lessor.renew(lease, clock.monotonicMs()),
        remaining: (lease) => this.remainingSeconds(lease),
      },
      onApplied: () => this.watches.flush(),
      onLeading: (leading) => this.leadershipChanged(leading),
      onFailure,
    });
    this.quota = new Quota({
      bytesMax: quotaBytes,
      measure: () => state.rows.store.approximateBytes(),
      clock,
      log,
      alarmUp: () => this.alarms.noSpace,
      raiseAlarm: () =>
        this.replica.propose({
          ...emptyCommand,
          alarm: {
            action: AlarmRequestAlarmAction.ACTIVATE,
            memberId: this.identity.memberId,
            alarm: AlarmType.NOSPACE,
          },
        }),
    });
    this.autoCompactor = new AutoCompactor({
      policy: options.autoCompaction,
      clock,
      log,
      currentRevision: () => this.store.currentRevision,
      compactRevision: () => this.store.compactRevision,
      compact: (revision) => this.compactAutomatically(revision),
    });
    this.timer = clock.every(houseworkEveryMs, () => {
      this.expireLeases();
      this.publish();
    });
    this.service = this.makeService();
  }

  private makeApplier(): Applier {
    return new Applier({
      store: this.store,
      lessor: this.lessor,
      membership: this.membership,
      alarms: this.alarms,
      clock: this.options.clock,
      onEvents: (events) => this.watches.publish(events),
      onCompaction: () => {
        this.compactor.scrub().catch((error: Error) => this.fail(error));
      },
    });
  }

  private makeService(): Service {
    const { replica, lessor, alarms, quota, store, raft, membership, options, compactor } = this;
    const headers = new Headers({
      ...this.identity,
      term: () => raft.currentTerm,
      revision: () => store.currentRevision,
    });
    const kv = new KvService({
      store,
      lessor,
      replica,
      compactor,
      alarms,
      quota,
      headers,
      txnOpsMax: options.txnOpsMax,
    });
    // etcd: one and a half election timeouts, in whole seconds.
    const ttlSecondsMin = Math.ceil((1.5 * options.electionMs) / 1000);
    const { clock, random } = options;
    const lease = new LeaseService({ lessor, replica, headers, quota, random, ttlSecondsMin });
    const cluster = new ClusterService({
      memberId: this.identity.memberId,
      raft,
      store,
      replica,
      membership,
      alarms,
      quota,
      quotaBytes: options.quotaBytes,
      backing: () => this.state.rows.store,
      clusterToken: options.bootstrap.clusterToken,
      clock,
      guard: new ReconfigurationGuard({
        raft,
        membership,
        clock,
        strict: options.strictReconfigCheck,
        learnersMax: options.learnersMax,
        connectedSince: options.connectedSince,
      }),
      headers,
    });
    const isLearner = (): boolean => membership.learners.includes(this.identity.memberId);
    return localService({ kv, lease, cluster, watches: this.watches, headers, isLearner });
  }

  /** Whom to talk to: the members, or before the state knows any, those that the first start found. */
  get peerUrls(): ReadonlyMap<bigint, readonly string[]> {
    const { members } = this.membership;
    const known = members.length > 0 ? members : this.durable.firstMembers;
    return new Map(known.map((member) => [member.id, member.peerUrls]));
  }

  /** Takes in what another member says. */
  receive(from: bigint, message: PeerMessage): void {
    this.replica.receive(from, message);
  }

  /** Opens the place for a snapshot that begins to arrive. */
  openSnapshot(header: SnapshotHeader): Promise<SnapshotSink> {
    return this.snapshots.open(header);
  }

  /** The store in use: another one than at the start once a snapshot has been installed. */
  get backing(): KeyValueStore {
    return this.state.rows.store;
  }

  private stateReplaced(before: number): void {
    this.compactor.scrubbedRevision = this.state.scrubbedRevision;
    this.watches.stateReplaced(before);
    this.compactor.scrub().catch((error: Error) => this.fail(error));
  }

  private remainingSeconds(id: bigint): number | null {
    const lease = this.lessor.lookup(id);
    return lease === undefined ? null : this.lessor.remainingSeconds(lease, this.options.clock.monotonicMs());
  }

  private leadershipChanged(leading: boolean): void {
    const { log, clock } = this.options;
    if (!leading) {
      log.info('this member does not lead any more', { term: this.raft.currentTerm });
      this.lessor.demote();
      return;
    }
    this.lessor.promote(clock.monotonicMs());
    log.info('this member leads', { term: this.raft.currentTerm });
    this.publish();
  }

  /** Tells the cluster this member's name and client URLs, once there is a leader, until it is known. */
  private publish(): void {
    const { log, clientUrls, bootstrap } = this.options;
    const memberId = this.identity.memberId;
    const known = this.membership.get(memberId);
    if (known === undefined || this.raft.leader === 0n || this.publishing) return;
    if (known.name === bootstrap.name && known.clientUrls.join() === clientUrls.join()) return;
    this.publishing = true;
    const memberAttributes = { memberId, name: bootstrap.name, clientUrls: [...clientUrls] };
    this.replica
      .propose({ ...emptyCommand, memberAttributes })
      .catch((error: Error) => log.warn('could not publish name and client URLs yet', { error: error.message }))
      .finally(() => {
        this.publishing = false;
      });
  }

  private expireLeases(): void {
    if (!this.replica.isLeading) return;
    const expiryTerm = this.raft.currentTerm;
    for (const id of this.lessor.takeExpired(this.options.clock.monotonicMs(), expiriesPerRound, expiryRetryMs)) {
      this.replica.propose({ ...emptyCommand, leaseRevoke: { id, expiryTerm } }).catch((error: Error) => {
        this.options.log.warn('an expired lease could not be revoked yet', {
          lease: id.toString(16),
          error: error.message,
        });
      });
    }
  }

  private async compactAutomatically(revision: number): Promise<void> {
    if (!this.replica.isLeading) return;
    await this.replica.propose({ ...emptyCommand, compact: { revision } });
    this.options.log.info('compacted history', { revision });
  }

  private fail(error: Error): void {
    if (this.stopping === undefined) this.failures.report(error);
  }

  /** Lets another member lead, so that a planned stop costs no election. */
  handOver(): Promise<void> {
    return this.replica.handOver();
  }

  /** Ends calls under way, writes and flushes what is applied, and closes the log. The store is its owner's to close. */
  stop(): Promise<void> {
    this.stopping ??= this.shutDown();
    return this.stopping;
  }

  private async shutDown(): Promise<void> {
    this.timer.cancel();
    this.autoCompactor.stop();
    this.quota.stop();
    this.compactor.stop();
    this.watches.stop(apiError('stopped'));
    await this.replica.stop();
    await this.snapshots.stop();
    await this.state.rows.flush().catch((error: Error) => {
      // Nothing is lost: what the store lacks is in the log and comes back at the next start.
      this.options.log.error('the state store could not be flushed', { error: error.message });
    });
    await this.durable.log.close();
  }
}
