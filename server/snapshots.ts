// Snapshots between members: what a leader sends to a follower whose next entries are gone, and what a follower does
// with one. A received snapshot is written to a store of its own, complete and flushed, before the core hears of it; then
// the log marks it, the pointer of the data directory moves, and the state is exchanged in one turn. A crash at any
// point leaves the old state or the new one (see openDurableState for the moment between mark and pointer).

import type { Logger } from '../common/log.ts';
import { decode } from '../common/wire/protobuf/codec.ts';
import { MemberRow } from './apply/generated/commands.ts';
import { loadMeta } from './mvcc/mvcc-loader.ts';
import type { SnapshotHeader } from './peer/snapshot-codec.ts';
import type { SnapshotSource, SnapshotTransfer } from './peer/snapshot-sender.ts';
import type { SnapshotSink } from './peer/snapshot-stream.ts';
import type { Raft } from './raft/raft.ts';
import type { Position } from './raft/types.ts';
import { appliedPosition, State, type StateOptions } from './state.ts';
import type { KeyValueStore, Row } from './storage/key-value-store.ts';
import { everyRow, memberRange } from './storage/keys.ts';
import { appliedIndexKey, appliedTermKey } from './storage/row-store.ts';

/** A store that is being filled beside the one in use. */
export interface NextStore {
  readonly store: KeyValueStore;
  /** Makes it the one in use, durably. */
  commit(): Promise<void>;
  /** Removes the stores that are not in use; they are closed. */
  removeOld(): Promise<void>;
}

export interface SnapshotOptions {
  readonly raft: Raft;
  readonly state: State;
  readonly stateOptions: StateOptions;
  readonly log: Logger;
  readonly openNext: () => Promise<NextStore>;
  /** Starts a transfer to a member. */
  readonly transfer: (to: bigint, source: SnapshotSource) => SnapshotTransfer;
  readonly sent: (to: bigint, index: number) => void;
  readonly failed: (to: bigint) => void;
  /** Passes a complete snapshot to the core; false: it does not want it. */
  readonly offer: (position: Position, voters: readonly bigint[], learners: readonly bigint[]) => boolean;
  /** The state has been exchanged; `before` was the current revision until then. */
  readonly replaced: (before: number) => void;
}

export class SnapshotExchange {
  private readonly options: SnapshotOptions;
  private readonly sending = new Map<bigint, SnapshotTransfer | undefined>();
  /** Offered to the core, not yet switched over to. */
  private pending: NextStore | undefined;
  private receiving = false;

  constructor(options: SnapshotOptions) {
    this.options = options;
  }

  // ---- sending

  send(to: bigint, position: Position): void {
    if (this.sending.has(to)) return;
    this.sending.set(to, undefined);
    this.sendTo(to, position).then(
      (index) => {
        this.sending.delete(to);
        this.options.sent(to, index);
      },
      (error: Error) => {
        this.sending.delete(to);
        this.options.log.warn('a snapshot did not arrive', { member: to.toString(16), error: error.message });
        this.options.failed(to);
      },
    );
  }

  private async sendTo(to: bigint, position: Position): Promise<number> {
    const { state, log, raft, transfer } = this.options;
    await state.rows.settled();
    const snapshot = state.rows.store.snapshot();
    try {
      const [index, term] = await snapshot.getMany([appliedIndexKey, appliedTermKey]);
      const at = { index: Number(index!.readBigUInt64BE()), term: Number(term!.readBigUInt64BE()) };
      if (at.index < position.index) throw new Error(`the store is at entry ${at.index}, behind ${position.index}`);
      log.info('sending a snapshot', { member: to.toString(16), index: at.index });
      // The members of this moment may be newer than the snapshot's: the rows have theirs, the core learns from the log.
      const { voters, learners } = await membersOf(snapshot);
      const header = {
        term: raft.currentTerm,
        position: at,
        voters,
        learners,
        rowsEstimate: 0,
        details: Buffer.alloc(0),
      };
      const running = transfer(to, { header, chunks: snapshot.scan({ ...everyRow }) });
      this.sending.set(to, running);
      await running.done;
      return at.index;
    } finally {
      await snapshot.release();
    }
  }

  // ---- receiving

  /** Opens the place for a snapshot that begins to arrive. */
  async open(header: SnapshotHeader): Promise<SnapshotSink> {
    if (this.receiving || this.pending !== undefined) throw new Error('another snapshot is being received');
    if (header.position.index <= this.options.raft.log.commitIndex)
      throw new Error('older than what is committed here');
    this.receiving = true;
    try {
      const next = await this.options.openNext();
      return this.sink(header, next);
    } catch (error) {
      this.receiving = false;
      throw error;
    }
  }

  private sink(header: SnapshotHeader, next: NextStore): SnapshotSink {
    const discard = async (): Promise<void> => {
      this.receiving = false;
      await next.store.close();
      await next.removeOld();
    };
    return {
      write: (rows: readonly Row[]) =>
        next.store.write(
          rows.map(({ key, value }) => ({ kind: 'put', key: Buffer.from(key), value: Buffer.from(value) })),
        ),
      finish: async () => {
        await next.store.flush();
        const stored = appliedPosition(await loadMeta(next.store));
        if (stored.index !== header.position.index || stored.term !== header.position.term) {
          await discard();
          throw new Error(`the rows are of entry ${stored.index}, the header says ${header.position.index}`);
        }
        this.pending = next;
        this.receiving = false;
        if (!this.options.offer(header.position, header.voters, header.learners)) {
          this.pending = undefined;
          await discard();
        }
      },
      abort: async () => {
        await discard().catch((error: Error) =>
          this.options.log.warn('a broken snapshot could not be removed', { error: error.message }),
        );
      },
    };
  }

  /** The log has marked the snapshot: switches over to it. */
  async install(position: Position): Promise<void> {
    const { state, stateOptions, log, replaced } = this.options;
    const next = this.pending!;
    const fresh = await State.load(next.store, stateOptions);
    await next.commit();
    const old = state.rows.store;
    await state.rows.fetchesSettled();
    // Compaction may hand over more meanwhile; nothing else does while a snapshot is being installed.
    while (!state.rows.isIdle) await state.rows.settled();
    const before = state.store.currentRevision;
    state.adopt(fresh);
    this.pending = undefined;
    replaced(before);
    log.info('installed a snapshot', { index: position.index, revision: state.store.currentRevision });
    await old.close();
    await next.removeOld();
  }

  async stop(): Promise<void> {
    for (const transfer of this.sending.values()) transfer?.abort('the member stops');
    await this.pending?.store.close();
  }
}

async function membersOf(snapshot: Pick<KeyValueStore, 'scan'>): Promise<{ voters: bigint[]; learners: bigint[] }> {
  const voters: bigint[] = [];
  const learners: bigint[] = [];
  for await (const rows of snapshot.scan({ ...memberRange })) {
    for (const row of rows) {
      const { id, isLearner } = decode(MemberRow, row.value);
      (isLearner ? learners : voters).push(id);
    }
  }
  return { voters, learners };
}
