// What the driver is given, and what it calls for.

import type { Logger } from '../../common/log.ts';
import type { Clock } from '../../common/runtime/clock.ts';
import type { Random } from '../../common/runtime/random.ts';
import type { Applier } from '../apply/applier.ts';
import type { Raft } from '../raft/raft.ts';
import type { Position } from '../raft/types.ts';
import type { RowStore } from '../storage/row-store.ts';
import type { WriteAheadLog } from '../storage/wal/write-ahead-log.ts';
import type { LeaderWork } from './forwarder.ts';
import type { Peers } from './peers.ts';
import type { ProposalLimits } from './proposal-queue.ts';

/** Brings a state machine to members whose next entries are gone, and takes one in. */
export interface Snapshots {
  /** The core asks for one at `position` or later to be sent; it is told of the end by snapshotSent or snapshotFailed. */
  send(to: bigint, position: Position): void;
  /** The core took a received snapshot: switch over to it. Resolves when the state is that of `position`. */
  install(position: Position): Promise<void>;
}

export interface ReplicaOptions {
  readonly raft: Raft;
  readonly log: WriteAheadLog;
  readonly rows: RowStore;
  readonly applier: Applier;
  readonly peers: Peers;
  readonly snapshots: Snapshots;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly tickMs: number;
  readonly electionMs: number;
  /** 5 s and two election timeouts, as in etcd. */
  readonly requestTimeoutMs: number;
  readonly requestBytesMax: number;
  readonly limits: ProposalLimits;
  /** Log bytes after which the store is flushed and old segments are dropped. */
  readonly releaseBytes: number;
  /** Applied entries kept in memory for followers that are a little behind. */
  readonly retainedEntries: number;
  /** The members may have changed with an applied entry. */
  readonly members: () => { readonly voters: readonly bigint[]; readonly learners: readonly bigint[] };
  /** What a leader does for others besides proposing. */
  readonly leases: Pick<LeaderWork, 'renew' | 'remaining'>;
  /** After each applied entry: let watchers have their events. */
  readonly onApplied: () => void;
  /** This member leads and has applied its term's first entry (true), or no longer leads (false). */
  readonly onLeading: (leading: boolean) => void;
  readonly onFailure: (error: Error) => void;
}
