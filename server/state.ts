// The replicated state of a member, loaded from its store: keys, leases, members, alarms. What is loaded from a snapshot
// that another member sent takes the place of the old state in one turn (`adopt`), so whoever holds on to the parts never
// sees half of it.

import { AlarmType } from '../common/api/generated/messages.ts';
import type { Clock } from '../common/runtime/clock.ts';
import { decode } from '../common/wire/protobuf/codec.ts';
import { LeaseRow, MemberRow } from './apply/generated/commands.ts';
import { Alarms } from './cluster/alarms.ts';
import { Membership } from './cluster/membership.ts';
import { Lessor } from './lease/lessor.ts';
import { loadMeta, loadMvcc, type MetaFacts, metaNumber } from './mvcc/mvcc-loader.ts';
import { currentRevisionKey, MvccStore } from './mvcc/mvcc-store.ts';
import type { KeyValueStore } from './storage/key-value-store.ts';
import { alarmRange, decodeClusterKey, leaseRange, memberRange, removedMemberRange } from './storage/keys.ts';
import { appliedIndexKey, appliedTermKey, RowStore } from './storage/row-store.ts';
import type { LogPosition } from './storage/wal/log-entry.ts';

export interface StateOptions {
  readonly clock: Clock;
  readonly valueCacheBytesMax: number;
  readonly unwrittenBytesMax: number;
  readonly onFailure: (error: Error) => void;
}

export class State {
  readonly rows: RowStore;
  readonly store: MvccStore;
  readonly lessor: Lessor;
  readonly membership: Membership;
  readonly alarms: Alarms;
  /** Up to here compaction had removed rows when the state was loaded. */
  scrubbedRevision = 0;

  static async load(backing: KeyValueStore, options: StateOptions, facts?: MetaFacts): Promise<State> {
    const known = facts ?? (await loadMeta(backing));
    const state = new State(backing, options, known);
    await state.fill(known);
    return state;
  }

  private constructor(backing: KeyValueStore, options: StateOptions, facts: MetaFacts) {
    const applied = appliedPosition(facts);
    this.rows = new RowStore({
      store: backing,
      clock: options.clock,
      appliedIndex: applied.index,
      appliedTerm: applied.term,
      writtenRevision: Math.max(1, metaNumber(facts, currentRevisionKey)),
      pendingBytesMax: options.unwrittenBytesMax,
      onFailure: options.onFailure,
    });
    this.lessor = new Lessor(this.rows);
    this.membership = new Membership(this.rows);
    this.alarms = new Alarms(this.rows);
    this.store = new MvccStore({
      rows: this.rows,
      valueCacheBytesMax: options.valueCacheBytesMax,
      onLeaseChange: (key, from, to) => this.lessor.moveKey(key, from, to),
    });
  }

  private async fill(facts: MetaFacts): Promise<void> {
    const backing = this.rows.store;
    for await (const rows of backing.scan({ ...memberRange })) {
      for (const row of rows) this.membership.restore(decode(MemberRow, row.value));
    }
    for await (const rows of backing.scan({ ...removedMemberRange, values: false })) {
      for (const row of rows) this.membership.restoreRemoved(decodeClusterKey(row.key).memberId);
    }
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
    this.scrubbedRevision = await loadMvcc(this.store, backing, facts);
    this.store.keys.visit({ start: '', end: null, single: false }, (record) => {
      if (record.lease !== 0n) this.lessor.moveKey(record.key, 0n, record.lease);
      return true;
    });
  }

  /** Takes over what `other` holds, in this turn. `other` is of no use afterwards. */
  adopt(other: State): void {
    this.rows.adopt(other.rows);
    this.store.adopt(other.store);
    this.lessor.adopt(other.lessor);
    this.membership.adopt(other.membership);
    this.alarms.adopt(other.alarms);
    this.scrubbedRevision = other.scrubbedRevision;
  }
}

/** The last entry whose effects a store holds. */
export function appliedPosition(facts: MetaFacts): LogPosition {
  return { index: metaNumber(facts, appliedIndexKey), term: metaNumber(facts, appliedTermKey) };
}
