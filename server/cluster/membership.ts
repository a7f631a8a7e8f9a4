// The one membership store: who belongs to the cluster, from the log through apply. Everything else (raft's voters,
// the member list of the API) is read off it.

import { encode } from '../../common/wire/protobuf/codec.ts';
import { MemberRow, type MembershipCommand } from '../apply/generated/commands.ts';
import { encodeMemberKey } from '../storage/keys.ts';
import type { RowStore } from '../storage/row-store.ts';

export class Membership {
  private readonly rows: RowStore;
  private readonly byId = new Map<bigint, MemberRow>();

  constructor(rows: RowStore) {
    this.rows = rows;
  }

  /** Members by id, lowest first, as etcd lists them. */
  get members(): MemberRow[] {
    return [...this.byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  get voters(): bigint[] {
    return this.members.filter((member) => !member.isLearner).map((member) => member.id);
  }

  /** Brings a member back from its row at start. */
  restore(member: MemberRow): void {
    this.byId.set(member.id, member);
  }

  /** Applies a committed membership entry. */
  apply(command: MembershipCommand): void {
    if (command.member !== undefined) this.set(command.member);
  }

  /** A started member tells its name and client URLs; one that is not (or no longer) a member is ignored. */
  setAttributes(id: bigint, name: string, clientUrls: string[]): void {
    const member = this.byId.get(id);
    if (member !== undefined) this.set({ ...member, name, clientUrls });
  }

  private set(member: MemberRow): void {
    this.byId.set(member.id, member);
    this.rows.put(encodeMemberKey(member.id), encode(MemberRow, member));
  }
}
