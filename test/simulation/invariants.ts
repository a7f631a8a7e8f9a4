// What must hold after every event, whatever the clients see: one leader a term, one entry an index, state that is a function
// of the log, nothing promised that a crash takes back. Looks into the members from outside; does not help them.

import type { PeerMessage } from '../../server/peer/peer-message.ts';
import { Raft } from '../../server/raft/raft.ts';
import type { Ready } from '../../server/raft/types.ts';
import { demand } from './journal.ts';
import type { SimMember } from './member.ts';
import type { SimProcess } from './process.ts';
import type { Truth } from './truth.ts';

/** What a member has told others that it has durably. */
interface Promises {
  term: number;
  vote: { readonly term: number; readonly to: bigint } | undefined;
  log: { readonly term: number; readonly index: number; readonly entryTerm: number } | undefined;
  /** The highest index that it acknowledged in each term: a leader that was stopped may count it much later. */
  readonly acknowledged: Map<number, number>;
}

/** What a process showed last; none of it ever falls. */
interface Seen {
  readonly term: number;
  readonly commit: number;
  readonly applied: number;
  readonly revision: number;
  readonly voters: string;
  readonly leads: boolean;
}

export class Invariants {
  elections = 0;
  private readonly truth: Truth;
  private readonly leaders = new Map<number, bigint>();
  private readonly promises = new Map<bigint, Promises>();
  private readonly seen = new WeakMap<SimProcess, Seen>();

  constructor(truth: Truth) {
    this.truth = truth;
  }

  // ---- promises

  sent(member: SimMember, to: bigint, message: PeerMessage): void {
    const { node } = member;
    if (!('term' in message) || node === undefined) return;
    const { term } = message;
    const known: Promises = this.promises.get(member.id) ?? {
      term: 0,
      vote: undefined,
      log: undefined,
      acknowledged: new Map(),
    };
    this.promises.set(member.id, known);
    if (message.kind === 'voteAnswer' && message.granted) known.vote = { term, to };
    else if (message.kind === 'appendAccepted') {
      known.acknowledged.set(term, Math.max(message.index, known.acknowledged.get(term) ?? 0));
      const entryTerm = node.raft.log.termAt(message.index) ?? 0;
      if (known.log === undefined || term > known.log.term || message.index > known.log.index) {
        known.log = { term, index: message.index, entryTerm };
      }
    } else return;
    known.term = Math.max(known.term, term);
  }

  /** A member has started again: everything that it had promised is there. */
  opened(member: SimMember): void {
    const promised = this.promises.get(member.id);
    const { raft } = member.node!;
    if (promised === undefined) return;
    const { term, vote, log } = promised;
    demand(
      raft.currentTerm >= term,
      () => `${member.name} comes back in term ${raft.currentTerm}, after promises in ${term}`,
    );
    if (vote !== undefined && raft.currentTerm === vote.term) {
      demand(raft.vote === vote.to, () => `${member.name} has forgotten its vote in term ${vote.term}`);
    }
    // Where it has been in a later term, a later leader may have replaced the end of its log.
    if (log === undefined || raft.currentTerm !== log.term) return;
    const { index, entryTerm } = log;
    const ends = `its log is (${raft.log.firstIndex - 1}, ${raft.log.lastIndex}]`;
    demand(
      index <= raft.log.lastIndex,
      () => `${member.name} has lost entry ${index}, which it had acknowledged: ${ends}`,
    );
    const found = raft.log.termAt(index);
    demand(
      found === undefined || entryTerm === 0 || found === entryTerm,
      () => `${member.name} has another entry at ${index} (term ${found}) than it had acknowledged (term ${entryTerm})`,
    );
  }

  // ---- after each event

  check(members: Iterable<SimMember>): void {
    for (const member of members) if (member.isRunning) this.checkMember(member);
  }

  private checkMember(member: SimMember): void {
    const { raft, store } = member.node!;
    const process = member.process!;
    const voters = [...raft.voters].sort().join();
    const now: Seen = {
      term: raft.currentTerm,
      commit: raft.log.commitIndex,
      applied: raft.log.appliedIndex,
      revision: store.currentRevision,
      voters,
      leads: raft.role === 'leader',
    };
    const before = this.seen.get(process);
    if (before !== undefined && same(before, now) && raft.role !== 'leader') return;
    this.seen.set(process, now);
    if (before !== undefined) {
      for (const what of ['term', 'commit', 'applied', 'revision'] as const) {
        demand(now[what] >= before[what], () => `${member.name}: ${what} falls from ${before[what]} to ${now[what]}`);
      }
    }
    const { membership } = member.node!;
    // While a snapshot is being put in place the core knows its members before the state does.
    const configured = raft.log.isRestoring || voters === [...membership.voters].sort().join();
    demand(configured, () => `${member.name} counts votes of ${voters}, its members are ${membership.voters.join()}`);
    if (raft.role === 'leader') this.checkLeader(member, before, now);
    if (before === undefined || now.applied !== before.applied) this.checkApplied(member);
  }

  private checkLeader(member: SimMember, before: Seen | undefined, now: Seen): void {
    const { raft } = member.node!;
    const known = this.leaders.get(now.term);
    if (known === undefined) {
      this.elections++;
      this.leaders.set(now.term, member.id);
    } else demand(known === member.id, () => `term ${now.term} has two leaders: ${member.name} is the second`);
    demand(raft.voters.has(member.id), () => `${member.name} leads in term ${now.term} and is no voter`);
    if (before?.leads !== true || before.commit === now.commit || before.voters !== now.voters) return;
    // That an entry of an earlier term is committed it may have heard from its voters; the own ones it has to count.
    if (before.term !== now.term || raft.log.termAt(now.commit) !== now.term) return;
    const holders = [...raft.voters].filter((voter) => this.holds(member, voter, now)).length;
    demand(
      2 * holders > raft.voters.size,
      () => `${member.name} commits ${now.commit}, which ${holders} of ${raft.voters.size} voters acknowledged`,
    );
  }

  private holds(leader: SimMember, voter: bigint, { term, commit }: Seen): boolean {
    if (voter === leader.id) return leader.node!.raft.log.stableIndex >= commit;
    return (this.promises.get(voter)?.acknowledged.get(term) ?? 0) >= commit;
  }

  /** The state at an index is the same everywhere, and the model's. */
  private checkApplied(member: SimMember): void {
    const { raft, store, lessor, membership } = member.node!;
    const expected = this.truth.summaryAt(raft.log.appliedIndex);
    if (expected === undefined) return;
    const found = summary({
      revision: store.currentRevision,
      compactRevision: store.compactRevision,
      leases: lessor.size,
      voters: membership.voters,
      learners: membership.learners,
    });
    demand(
      found === expected,
      () => `${member.name} is at entry ${raft.log.appliedIndex} with ${found}, which makes ${expected}`,
    );
  }
}

export interface Summarised {
  readonly revision: number;
  readonly compactRevision: number;
  readonly leases: number;
  readonly voters: Iterable<bigint>;
  readonly learners: Iterable<bigint>;
}

/** The parts of a state that are quick to compare. */
export function summary({ revision, compactRevision, leases, voters, learners }: Summarised): string {
  const ids = (set: Iterable<bigint>): string =>
    [...set]
      .map((id) => id.toString(16))
      .sort()
      .join('+');
  return `revision ${revision} compacted ${compactRevision} leases ${leases} voters ${ids(voters)} learners ${ids(learners)}`;
}

function same(a: Seen, b: Seen): boolean {
  return a.term === b.term && a.commit === b.commit && a.applied === b.applied && a.revision === b.revision;
}

/**
 * Shows every Ready that a core gives out, until `stop` is called: what is committed is nowhere else to be seen from
 * outside, as members forget entries once they have applied them.
 */
export function observeReadies(see: (member: bigint, ready: Ready) => void): { stop(): void } {
  const { ready } = Raft.prototype;
  Raft.prototype.ready = function (this: Raft): Ready {
    const given = ready.call(this);
    see(this.id, given);
    return given;
  };
  return {
    stop: () => {
      Raft.prototype.ready = ready;
    },
  };
}
