// Rules broken on purpose, from outside: each has to be found out by the simulator within so many seeds. What of a rule the
// core's own random schedules (test/server/raft) catch better stays there.

import { Applier } from '../../server/apply/applier.ts';
import { Lessor } from '../../server/lease/lessor.ts';
import { MvccStore } from '../../server/mvcc/mvcc-store.ts';
import { Members } from '../../server/raft/membership.ts';
import { Outbox } from '../../server/raft/message.ts';
import { RaftLog } from '../../server/raft/raft-log.ts';
import { ReadRounds } from '../../server/raft/read-index.ts';
import { Replication } from '../../server/raft/replication.ts';
import { ApplyLoop } from '../../server/replica/apply-loop.ts';
import { Forwarder } from '../../server/replica/forwarder.ts';
import { Replica } from '../../server/replica/replica.ts';
import type { RowChange } from '../../server/storage/key-value-store.ts';
import { MemoryStore } from '../../server/storage/memory-store.ts';
import { appliedIndexKey, appliedTermKey } from '../../server/storage/row-store.ts';
import { WriteAheadLog } from '../../server/storage/wal/write-ahead-log.ts';
import { WatchHub } from '../../server/watch/watch-hub.ts';
import { hasten, type Inside, type Method, type Mutation } from '../harness/mutation.ts';
import { noFaults, type WorldOverrides } from './options.ts';

export interface SimulatedMutation extends Mutation {
  /** A world in which it matters. */
  readonly world?: WorldOverrides;
}

const nothing: (original: Method) => Method = () => () => undefined;

const powerLosses: WorldOverrides = {
  faults: { powerLosses: true, slowDisks: true, everyMs: 400, lastsMs: 300 },
  network: { delayMsMax: 2 },
};
const leadersReplaced: WorldOverrides = {
  members: 3,
  faults: { pauses: true, partitions: true, everyMs: 400, lastsMs: 1_500, memberChanges: false },
};
const readsMatter: WorldOverrides = {
  members: 3,
  clients: 8,
  thinkMs: 5,
  keys: 2,
  calls: { put: 20, delete: 0, read: 60, readSerializable: 0, txn: 0, compact: 0, grant: 0, keepAlive: 0, revoke: 0 },
  network: { delayMsMax: 5, lossRate: 0 },
  faults: { ...noFaults, pauses: true, partitions: true, everyMs: 3_000, lastsMs: 1_500 },
};
const leasesMatter: WorldOverrides = {
  ...readsMatter,
  clients: 5,
  thinkMs: 30,
  calls: { put: 10, delete: 2, read: 2, readSerializable: 2, txn: 2, compact: 1, grant: 30, keepAlive: 40, revoke: 0 },
};
const leasesEnd: WorldOverrides = { ...leadersReplaced, clients: 8, thinkMs: 10, calls: leasesMatter.calls! };
const snapshots: WorldOverrides = {
  members: 3,
  watchers: 3,
  thinkMs: 5,
  budgets: { retainedEntries: 2 },
  faults: { partitions: true, everyMs: 400, lastsMs: 1_500 },
};

export const mutations: readonly SimulatedMutation[] = [
  {
    title: 'writes are acknowledged before the log is synced',
    target: WriteAheadLog,
    member: 'append',
    mutate: (original) =>
      function (this: Inside, ...args: never[]) {
        const [batch, done] = args as unknown as [object, (error: Error | null) => void];
        queueMicrotask(() => done(null));
        return original.apply(this, [batch, () => {}] as unknown as never[]);
      },
    world: powerLosses,
  },
  {
    title: 'a vote is answered before it is durable',
    target: Outbox,
    member: 'sendAfterPersist',
    mutate: hasten('voteAnswer'),
    world: { ...powerLosses, members: 5 },
  },
  {
    title: 'entries are acknowledged to the leader before they are durable',
    target: Outbox,
    member: 'sendAfterPersist',
    mutate: hasten('appendAccepted'),
    world: { ...powerLosses, members: 3 },
  },
  {
    title: 'the leader counts itself for what is not durable there',
    target: Replication,
    member: 'advanceCommit',
    mutate: (original) =>
      function (this: Inside) {
        const log = this.log as RaftLog;
        const { stableIndex } = log;
        log.stableIndex = log.lastIndex;
        original.apply(this);
        log.stableIndex = stableIndex;
      },
    world: { ...powerLosses, members: 3 },
  },
  {
    title: 'a conflicting end of the log is not cut off',
    target: RaftLog,
    member: 'truncateFrom',
    mutate: nothing,
    world: leadersReplaced,
  },
  {
    title: 'reads are served without confirmation by a majority',
    target: ReadRounds,
    member: 'takeConfirmed',
    mutate: () =>
      function (this: Inside) {
        const open = this.open as unknown[];
        this.open = [];
        return open;
      },
    world: readsMatter,
  },
  {
    title: 'read rounds are numbered alike',
    target: ReadRounds,
    member: 'openRound',
    mutate: (original) =>
      function (this: Inside, ...args: never[]) {
        this.lastRound = 0;
        return original.apply(this, args);
      },
    world: readsMatter,
  },
  {
    title: 'learners count as voters',
    target: Members,
    member: 'change',
    mutate: (original) =>
      function (this: Inside, ...args: never[]) {
        const [voters, learners] = args as unknown as [readonly bigint[], readonly bigint[]];
        return original.apply(this, [[...voters, ...learners], []] as unknown as never[]);
      },
    world: { faults: { memberChanges: true } },
  },
  {
    title: 'a forwarded write whose fate is unknown is sent again',
    target: Forwarder,
    member: 'propose',
    mutate: (original) =>
      function (this: Inside, ...args: never[]) {
        return (original.apply(this, args) as Promise<unknown>).catch(() => original.apply(this, args));
      },
    world: leadersReplaced,
  },
  {
    title: 'the applied index is written apart from the data',
    target: MemoryStore,
    member: 'write',
    mutate: (original) =>
      function (this: Inside, ...args: never[]) {
        const [changes] = args as unknown as [readonly RowChange[]];
        const isIndex = (change: RowChange): boolean =>
          change.kind === 'put' && (change.key.equals(appliedIndexKey) || change.key.equals(appliedTermKey));
        const write = (rows: readonly RowChange[]): unknown => original.apply(this, [rows] as unknown as never[]);
        void write(changes.filter(isIndex));
        return write(changes.filter((change) => !isIndex(change)));
      },
    world: powerLosses,
  },
  {
    title: 'the revision is not kept apart from the rows that compaction removes (etcd-io/etcd#17780)',
    target: MvccStore,
    member: 'persistRevision',
    mutate: nothing,
    world: powerLosses,
  },
  {
    title: 'a snapshot is put in place without its leases',
    target: Lessor,
    member: 'adopt',
    mutate: nothing,
    world: {
      ...snapshots,
      calls: {
        put: 10,
        delete: 5,
        read: 5,
        readSerializable: 5,
        txn: 5,
        compact: 2,
        grant: 20,
        keepAlive: 20,
        revoke: 10,
      },
    },
  },
  {
    title: 'entries that were waiting are applied on top of a snapshot',
    target: ApplyLoop,
    member: 'isSuperseded',
    mutate: () => () => false,
    world: {
      members: 3,
      clients: 8,
      thinkMs: 5,
      watchers: 0,
      calls: {
        put: 60,
        delete: 5,
        read: 0,
        readSerializable: 0,
        txn: 20,
        compact: 0,
        grant: 0,
        keepAlive: 0,
        revoke: 0,
      },
      budgets: { retainedEntries: 2, valueCacheBytesMax: 0, unwrittenBytesMax: 200 },
      network: { delayMsMax: 10, lossRate: 0.15, straggleRate: 0 },
      faults: { ...noFaults, slowStores: true, everyMs: 1_500, lastsMs: 1_500 },
    },
  },
  {
    title: 'watchers are not brought up to the state that a snapshot brings',
    target: WatchHub,
    member: 'stateReplaced',
    mutate: nothing,
    world: snapshots,
  },
  {
    title: 'watchers that fell behind go on with what is new',
    target: WatchHub,
    member: 'fallBehind',
    mutate: () =>
      function (this: Inside, ...args: never[]) {
        const [watcher] = args as unknown as [{ nextRevision: number; batch: unknown[]; synced: boolean }];
        watcher.batch = [];
        watcher.synced = true;
        watcher.nextRevision = (this.currentRevision as number) + 1;
      },
    world: { watchers: 3, thinkMs: 5 },
  },
  {
    title: 'an expiry that a leader of an earlier term decided is carried out',
    target: Applier,
    member: 'leaseRevoke',
    mutate: (original) =>
      function (this: Inside, ...args: never[]) {
        const [{ id }, term] = args as unknown as [{ id: bigint }, number];
        return original.apply(this, [{ id, expiryTerm: 0 }, term] as unknown as never[]);
      },
    world: leasesEnd,
  },
  {
    title: 'keepalives are acknowledged by a leader that may have been replaced',
    target: Replica,
    member: 'renewLease',
    mutate: (original) =>
      function (this: Inside, ...args: never[]) {
        const { leases } = this.options as { leases: { renew(id: bigint): number | null } };
        const [id] = args as unknown as [bigint];
        return this.leading === true ? Promise.resolve(leases.renew(id)) : original.apply(this, args);
      },
    world: leasesMatter,
  },
  {
    title: 'a new leader does not give leases all of their time again',
    target: Lessor,
    member: 'promote',
    mutate: (original) =>
      function (this: Inside, ...args: never[]) {
        const [nowMs] = args as unknown as [number];
        original.apply(this, [nowMs - 1_500] as unknown as never[]);
      },
    world: leasesMatter,
  },
];
