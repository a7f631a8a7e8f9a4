// A member that comes back under its old identity without what it had acknowledged must not vote: it might elect a
// leader that lacks committed entries (raft's doc.go: an id is used once; etcd has no such check). Whoever it connects to
// compares the end of its log with what is known of it.

import { hexId } from '../peer/handshake.ts';
import type { Raft } from '../raft/raft.ts';
import type { Membership } from './membership.ts';

export class LostDataCheck {
  private readonly raft: Raft;
  private readonly membership: Membership;
  /**
   * Highest end of log that each member has shown since this process started, as far as it was committed: the rest may
   * rightly be cut off again by another leader.
   */
  private readonly shown = new Map<bigint, number>();

  constructor(raft: Raft, membership: Membership) {
    this.raft = raft;
    this.membership = membership;
  }

  /** Why a member whose durable log ends at `logIndex` may not talk to us; undefined: it may. */
  objection(member: bigint, logIndex: number): string | undefined {
    const matched = this.raft.memberStatus().find(({ id }) => id === member)?.matchIndex ?? 0;
    const known = Math.max(matched, this.shown.get(member) ?? 0, this.leastOf(member));
    if (logIndex >= known) {
      this.shown.set(member, Math.min(logIndex, this.raft.log.commitIndex));
      return undefined;
    }
    const urls = this.membership.get(member)?.peerUrls.join(',') ?? '';
    return (
      `member ${hexId(member)} has held entries up to ${known} and now ends at ${logIndex}: it lost its data and must not vote. ` +
      `Replace it: "rollcall member remove ${hexId(member)}", "rollcall member add NAME --peer-urls=${urls}", ` +
      'then start it with an empty data directory and --initial-cluster-state=existing'
    );
  }

  /** A member that has told its client URLs had been started, so it holds more than what a first start writes. */
  private leastOf(member: bigint): number {
    const row = this.membership.get(member);
    return row === undefined || row.clientUrls.length === 0 ? 0 : 1;
  }
}
