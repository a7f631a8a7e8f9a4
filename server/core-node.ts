// A core node without its sockets: log, state and consensus put together over injected disk, store, clock and
// randomness, giving a Service. main.ts puts the network around it; a simulator puts many of them into one process.

import { apiError } from '../common/api/errors.ts';
import { AlarmRequestAlarmAction, AlarmType } from '../common/api/generated/messages.ts';
import type { Service } from '../common/api/generated/service.ts';
import type { Logger } from '../common/log.ts';
import type { Clock, Timer } from '../common/runtime/clock.ts';
import type { Random } from '../common/runtime/random.ts';
import { decode } from '../common/wire/protobuf/codec.ts';
import { Applier } from './apply/applier.ts';
import { LeaseRow, MemberRow } from './apply/generated/commands.ts';
import { Alarms } from './cluster/alarms.ts';
import { Membership } from './cluster/membership.ts';
import { Quota } from './cluster/quota.ts';
import { type Bootstrap, type DurableState, openDurableState } from './durable-state.ts';
import { Lessor } from './lease/lessor.ts';
import type { Identity } from './log-identity.ts';
import { type AutoCompactionPolicy, AutoCompactor } from './mvcc/auto-compactor.ts';
import { Compactor } from './mvcc/compactor.ts';
import { loadMvcc, metaNumber } from './mvcc/mvcc-loader.ts';
import { currentRevisionKey, MvccStore } from './mvcc/mvcc-store.ts';
import { Raft } from './raft/raft.ts';
import { Replica } from './replica/replica.ts';
import { ClusterService } from './service/cluster-service.ts';
import { Headers } from './service/headers.ts';
import { emptyCommand, KvService } from './service/kv-service.ts';
import { LeaseService } from './service/lease-service.ts';
import { localService } from './service/local-service.ts';
import type { KeyValueStore } from './storage/key-value-store.ts';
import { alarmRange, decodeClusterKey, leaseRange, memberRange } from './storage/keys.ts';
import { RowStore } from './storage/row-store.ts';
import type { LogDisk } from './storage/wal/log-disk.ts';
import { WatchHub } from './watch/watch-hub.ts';

const mebibyte = 1024 * 1024;
const expireLeasesEveryMs = 500;
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
}

const defaultBudgets: NodeBudgets = {
  valueCacheBytesMax: 256 * mebibyte,
  unwrittenBytesMax: 64 * mebibyte,
  releaseBytes: 64 * mebibyte,
  segmentBytes: 64 * mebibyte,
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
  readonly budgets?: Partial<NodeBudgets>;
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
  private readonly state: DurableState;
  private readonly rows: RowStore;
  private readonly compactor: Compactor;
  private readonly autoCompactor: AutoCompactor;
  private readonly expiryTimer: Timer;
  private reportFailure: (error: Error) => void = () => {};
  private stopping: Promise<void> | undefined;

  /** Opens the member's state (making it on first start), replays its log and starts consensus. */
  static async open(options: CoreNodeOptions): Promise<CoreNode> {
    const { store, logDisk, bootstrap, log } = options;
    const { segmentBytes } = { ...defaultBudgets, ...options.budgets };
    const state = await openDurableState({ disk: logDisk, segmentBytes, store, bootstrap, logger: log });
    let node: CoreNode | undefined;
    try {
      node = new CoreNode(options, state);
      await node.load();
      node.replica.start();
      return node;
    } catch (error) {
      await (node === undefined ? state.log.close() : node.stop());
      throw error;
    }
  }

  private constructor(options: CoreNodeOptions, state: DurableState) {
    this.options = options;
    this.state = state;
    this.identity = state.identity;
    const { clock, random, log, store: backing, quotaBytes } = options;
    const budgets = { ...defaultBudgets, ...options.budgets };
    this.failed = new Promise((resolve) => {
      this.reportFailure = resolve;
    });
    const onFailure = (error: Error): void => this.fail(error);
    this.rows = new RowStore({
      store: backing,
      clock,
      appliedIndex: state.applied.index,
      appliedTerm: state.applied.term,
      writtenRevision: Math.max(1, metaNumber(state.facts, currentRevisionKey)),
      pendingBytesMax: budgets.unwrittenBytesMax,
      onFailure,
    });
    this.lessor = new Lessor(this.rows);
    this.membership = new Membership(this.rows);
    this.alarms = new Alarms(this.rows);
    this.store = new MvccStore({
      rows: this.rows,
      valueCacheBytesMax: budgets.valueCacheBytesMax,
      onLeaseChange: (key, from, to) => this.lessor.moveKey(key, from, to),
    });
    this.compactor = new Compactor(this.store, clock, 0);
    this.watches = new WatchHub({
      store: this.store,
      clock,
      random,
      progressIntervalMs: options.progressNotifyMs,
      fragmentBytes: options.requestBytesMax,
      onFailure,
    });
    this.raft = new Raft({
      id: state.identity.memberId,
      voters: [],
      electionTicks: Math.max(1, Math.round(options.electionMs / options.heartbeatMs)),
      random,
      hardState: state.hardState,
      base: state.applied,
      entries: state.entries,
      applied: state.applied.index,
    });
    this.replica = new Replica({
      raft: this.raft,
      log: state.log,
      rows: this.rows,
      applier: this.makeApplier(),
      clock,
      logger: log,
      tickMs: options.heartbeatMs,
      requestTimeoutMs: 5_000 + 2 * options.electionMs,
      requestBytesMax: options.requestBytesMax,
      limits,
      releaseBytes: budgets.releaseBytes,
      voters: () => this.membership.voters,
      onApplied: () => this.watches.flush(),
      onLeading: (leading) => this.leadershipChanged(leading),
      onFailure,
    });
    this.quota = new Quota({
      bytesMax: quotaBytes,
      measure: () => backing.approximateBytes(),
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
    this.expiryTimer = clock.every(expireLeasesEveryMs, () => this.expireLeases());
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
    const lease = new LeaseService({ lessor, replica, headers, quota, clock, random, ttlSecondsMin });
    const cluster = new ClusterService({
      memberId: this.identity.memberId,
      raft,
      replica,
      membership,
      alarms,
      quota,
      quotaBytes: options.quotaBytes,
      backing: options.store,
      headers,
    });
    return localService({ kv, lease, cluster, watches: this.watches, headers });
  }

  private async load(): Promise<void> {
    const backing = this.options.store;
    for await (const rows of backing.scan({ ...memberRange }))
      for (const row of rows) this.membership.restore(decode(MemberRow, row.value));
    for await (const rows of backing.scan({ ...alarmRange })) {
      for (const row of rows) {
        const { memberId, alarm } = decodeClusterKey(row.key);
        this.alarms.restore(memberId, alarm ?? AlarmType.NONE);
      }
    }
    for await (const rows of backing.scan({ ...leaseRange })) {
      for (const row of rows) {
        const { id, ttl } = decode(LeaseRow, row.value);
        this.lessor.restore(id, ttl);
      }
    }
    this.compactor.scrubbedRevision = await loadMvcc(this.store, backing, this.state.facts);
    this.store.keys.visit({ start: '', end: null, single: false }, (record) => {
      if (record.lease !== 0n) this.lessor.moveKey(record.key, 0n, record.lease);
      return true;
    });
    this.raft.setVoters(this.membership.voters);
    // A compaction that a crash cut short goes on.
    this.compactor.scrub().catch((error: Error) => this.fail(error));
  }

  private leadershipChanged(leading: boolean): void {
    const { log, clock, clientUrls, bootstrap } = this.options;
    if (!leading) {
      this.lessor.demote();
      return;
    }
    this.lessor.promote(clock.monotonicMs());
    log.info('this member leads', { term: this.raft.currentTerm });
    const memberId = this.identity.memberId;
    const known = this.membership.members.find((member) => member.id === memberId);
    if (known !== undefined && known.name === bootstrap.name && known.clientUrls.join() === clientUrls.join()) return;
    const memberAttributes = { memberId, name: bootstrap.name, clientUrls: [...clientUrls] };
    this.replica.propose({ ...emptyCommand, memberAttributes }).catch((error: Error) => {
      log.warn('could not publish name and client URLs', { error: error.message });
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
    if (this.stopping === undefined) this.reportFailure(error);
  }

  /** Ends calls under way, writes and flushes what is applied, and closes the log. The store is its owner's to close. */
  stop(): Promise<void> {
    this.stopping ??= this.shutDown();
    return this.stopping;
  }

  private async shutDown(): Promise<void> {
    this.expiryTimer.cancel();
    this.autoCompactor.stop();
    this.quota.stop();
    this.compactor.stop();
    this.watches.stop(apiError('stopped'));
    await this.replica.stop();
    await this.rows.flush().catch((error: Error) => {
      // Nothing is lost: what the store lacks is in the log and comes back at the next start.
      this.options.log.error('the state store could not be flushed', { error: error.message });
    });
    await this.state.log.close();
  }
}
