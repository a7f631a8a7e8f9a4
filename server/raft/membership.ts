// Who belongs to the cluster, by the last membership entry that this member has applied (etcd's way; thesis 4.1 changes
// on append). Apply-time configurations are safe because of three rules kept elsewhere: one change at a time, each
// proposed only when the one before is applied and the leader's own term has committed something (leadership.ts), and
// no candidacy while a committed change is unapplied (raft.ts). Then a member that holds change n in its log learnt
// in the same message that n-1 is committed, so two configurations in use at once are neighbours, whose majorities meet.

import { assert } from '../../common/runtime/assert.ts';

export class Members {
  private voterSet: ReadonlySet<bigint> = new Set();
  private learnerSet: ReadonlySet<bigint> = new Set();

  constructor(voters: readonly bigint[], learners: readonly bigint[]) {
    this.change(voters, learners);
  }

  change(voters: readonly bigint[], learners: readonly bigint[]): void {
    const sorted = (ids: readonly bigint[]): Set<bigint> => new Set([...ids].sort((a, b) => (a < b ? -1 : 1)));
    this.voterSet = sorted(voters);
    this.learnerSet = sorted(learners);
    for (const learner of learners)
      assert(!this.voterSet.has(learner), `member ${learner.toString(16)} is voter and learner`);
    assert(!this.has(0n), 'a member id is zero, which stands for nobody');
  }

  get voters(): ReadonlySet<bigint> {
    return this.voterSet;
  }

  get learners(): ReadonlySet<bigint> {
    return this.learnerSet;
  }

  has(id: bigint): boolean {
    return this.voterSet.has(id) || this.learnerSet.has(id);
  }

  isVoter(id: bigint): boolean {
    return this.voterSet.has(id);
  }

  /** Voters, then learners, but for `id`; each group ascending. */
  *others(id: bigint): Iterable<bigint> {
    for (const voter of this.voterSet) if (voter !== id) yield voter;
    for (const learner of this.learnerSet) if (learner !== id) yield learner;
  }
}
