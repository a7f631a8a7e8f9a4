// The one membership store: who belongs to the cluster, from the log through apply. Everything else (the core's voters,
// the member list of the API, whom the transport talks to) is read off it.

import { apiError } from '../../common/api/errors.ts';
import { encode } from '../../common/wire/protobuf/codec.ts';
import { MemberRow, type MembershipCommand, MembershipCommandKind } from '../apply/generated/commands.ts';
import { encodeMemberKey, encodeRemovedMemberKey } from '../storage/keys.ts';
import type { RowStore } from '../storage/row-store.ts';

const present = Buffer.of(1);

export class Membership {
  private readonly rows: RowStore;
  private byId = new Map<bigint, MemberRow>();
  /** Ids that were members once: never again (etcd membership, "removed" bucket). */
  private removed = new Set<bigint>();
  private list: readonly MemberRow[] = [];
  private listener: () => void = () => {};
  voters: readonly bigint[] = [];
  learners: readonly bigint[] = [];

  constructor(rows: RowStore) {
    this.rows = rows;
  }

  /** Members by id, lowest first, as etcd lists them. */
  get members(): MemberRow[] {
    return [...this.list];
  }

  get(id: bigint): MemberRow | undefined {
    return this.byId.get(id);
  }

  isRemoved(id: bigint): boolean {
    return this.removed.has(id);
  }

  /** Runs `listener` whenever anything about the members has changed. */
  onChange(listener: () => void): void {
    this.listener = listener;
  }

  /** Takes over what `other` holds. */
  adopt(other: Membership): void {
    this.byId = other.byId;
    this.removed = other.removed;
    this.changed();
  }

  /** Brings a member back from its row at start. */
  restore(member: MemberRow): void {
    this.byId.set(member.id, member);
    this.changed();
  }

  restoreRemoved(id: bigint): void {
    this.removed.add(id);
  }

  /** Throws the error with which the command is refused; a pure function of the members. */
  check({ kind, member }: MembershipCommand): void {
    if (member === undefined) throw apiError('memberNotFound');
    const known = this.byId.get(member.id);
    const urlsTaken = this.list.some(
      (other) => other.id !== member.id && other.peerUrls.some((url) => member.peerUrls.includes(url)),
    );
    switch (kind) {
      case MembershipCommandKind.ADD:
        if (known !== undefined || this.removed.has(member.id)) throw apiError('memberExists');
        if (urlsTaken) throw apiError('peerUrlsExist');
        return;
      case MembershipCommandKind.REMOVE:
        if (known === undefined) throw apiError('memberNotFound');
        // Two removals may each have been allowed when they were asked for.
        if (!known.isLearner && this.voters.length === 1) throw apiError('notEnoughStartedMembers');
        return;
      case MembershipCommandKind.UPDATE:
        if (known === undefined) throw apiError('memberNotFound');
        if (urlsTaken) throw apiError('peerUrlsExist');
        return;
      case MembershipCommandKind.PROMOTE:
        if (known === undefined) throw apiError('memberNotFound');
        if (!known.isLearner) throw apiError('canOnlyPromoteLearner');
        return;
      default:
        throw apiError('memberNotFound');
    }
  }

  /** Applies a committed membership entry, or throws why it is refused. */
  apply(command: MembershipCommand): void {
    this.check(command);
    const member = command.member!;
    const known = this.byId.get(member.id);
    switch (command.kind) {
      case MembershipCommandKind.ADD:
        this.set(member);
        break;
      case MembershipCommandKind.REMOVE:
        this.remove(member.id);
        break;
      case MembershipCommandKind.UPDATE:
        this.set({ ...known!, peerUrls: member.peerUrls });
        break;
      default:
        // PROMOTE: check lets no other kind through.
        this.set({ ...known!, isLearner: false });
    }
  }

  private remove(id: bigint): void {
    this.byId.delete(id);
    this.removed.add(id);
    this.rows.delete(encodeMemberKey(id));
    this.rows.put(encodeRemovedMemberKey(id), present);
    this.changed();
  }

  /** A started member tells its name and client URLs; one that is not (or no longer) a member is ignored. */
  setAttributes(id: bigint, name: string, clientUrls: string[]): void {
    const member = this.byId.get(id);
    if (member !== undefined) this.set({ ...member, name, clientUrls });
  }

  private set(member: MemberRow): void {
    this.byId.set(member.id, member);
    this.rows.put(encodeMemberKey(member.id), encode(MemberRow, member));
    this.changed();
  }

  private changed(): void {
    this.list = [...this.byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    this.voters = this.list.filter((member) => !member.isLearner).map((member) => member.id);
    this.learners = this.list.filter((member) => member.isLearner).map((member) => member.id);
    this.listener();
  }
}
