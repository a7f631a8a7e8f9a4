// Whether a membership change may be asked for now (etcd --strict-reconfig-check): it must not put the quorum at the mercy
// of members that are not there. Judged where the request arrives, by the links of that member.

import { apiError } from '../../common/api/errors.ts';
import type { Clock } from '../../common/runtime/clock.ts';
import { quorumSize } from '../raft/quorum.ts';
import type { Raft } from '../raft/raft.ts';
import type { Membership } from './membership.ts';

/** Links must have stood for so long before a voter is added (etcd HealthInterval). */
const connectedMs = 5_000;
/** Entries that a learner may lack when it is promoted: an absolute bound, as a share of the log grows with it. */
const promotionLagMax = 1_000;

export interface GuardOptions {
  readonly raft: Raft;
  readonly membership: Membership;
  readonly clock: Clock;
  readonly strict: boolean;
  /** etcd --max-learners. */
  readonly learnersMax: number;
  /** Since when this member has been linked to another, on the monotonic clock. */
  readonly connectedSince: (member: bigint) => number | undefined;
}

export class ReconfigurationGuard {
  private readonly options: GuardOptions;

  constructor(options: GuardOptions) {
    this.options = options;
  }

  checkAdd(isLearner: boolean): void {
    const { membership, strict, learnersMax } = this.options;
    if (isLearner) {
      if (membership.learners.length >= learnersMax) throw apiError('tooManyLearners');
      return;
    }
    if (!strict) return;
    const { voters } = membership;
    const started = this.started(voters);
    // One member may take a second one although that needs both from then on: there is no other way to grow.
    if (voters.length !== 1 || started !== 1) {
      if (started < quorumSize(voters.length + 1)) throw apiError('notEnoughStartedMembers');
    }
    if (!this.allConnected(voters)) throw apiError('unhealthy');
  }

  checkRemove(id: bigint): void {
    const { membership, strict } = this.options;
    if (!strict || membership.learners.includes(id)) return;
    const rest = membership.voters.filter((voter) => voter !== id);
    // The last member of a cluster cannot be removed: nobody would be left to hold its data.
    if (rest.length === 0) throw apiError('notEnoughStartedMembers');
    const removedIsStarted = this.isStarted(id);
    if (this.started(rest) < quorumSize(rest.length)) throw apiError('notEnoughStartedMembers');
    if (!removedIsStarted) return;
    const active = rest.filter((voter) => this.isConnected(voter, 0)).length;
    if (active < quorumSize(rest.length)) throw apiError('unhealthy');
  }

  checkPromote(id: bigint): void {
    const { raft, membership, strict } = this.options;
    if (raft.role === 'leader') {
      const lag = raft.lag(id);
      if (lag === undefined || lag > promotionLagMax) throw apiError('learnerNotReady');
    }
    if (strict && this.started(membership.voters) + 1 < quorumSize(membership.voters.length + 1)) {
      throw apiError('notEnoughStartedMembers');
    }
  }

  private started(members: readonly bigint[]): number {
    return members.filter((member) => this.isStarted(member)).length;
  }

  /** A member that has started has published its name. */
  private isStarted(id: bigint): boolean {
    return (this.options.membership.get(id)?.name ?? '') !== '';
  }

  private allConnected(members: readonly bigint[]): boolean {
    return members.every((member) => this.isConnected(member, connectedMs));
  }

  private isConnected(member: bigint, forMs: number): boolean {
    const { raft, clock, connectedSince } = this.options;
    if (member === raft.id) return true;
    const since = connectedSince(member);
    return since !== undefined && clock.monotonicMs() - since >= forMs;
  }
}
