// What must hold at every moment of every run (Raft, figure 3.2; thesis 3 and 6.4), checked from outside: from what
// members send, write, apply and answer. A breach is an error that says what broke.

import type { Message } from '../../../server/raft/message.ts';
import { quorumSize } from '../../../server/raft/quorum.ts';
import type { Entry, HardState } from '../../../server/raft/types.ts';
import { digestOf, type SimMember } from './sim-member.ts';

export class Breach extends Error {
  override readonly name = 'Breach';
}

function must(holds: boolean, what: () => string): void {
  if (!holds) throw new Breach(what());
}

function sameMembers(set: ReadonlySet<bigint>, list: readonly bigint[]): boolean {
  return set.size === list.length && list.every((id) => set.has(id));
}

export class Invariants {
  /** Who leads in a term, with its life: coming back to a term that one led in is a second leader. */
  private readonly leaders = new Map<number, string>();
  /** By place: the term before and the content. Equal everywhere, by log matching. */
  private readonly entries = new Map<string, string>();
  /** Terms of the committed entries, by index from 1. */
  private readonly committed: (number | undefined)[] = [0];
  private readonly digests: number[] = [0];
  private readonly votes = new Map<string, bigint>();
  /** Up to where a member's log was last looked at. */
  private readonly seen = new Map<SimMember, { life: number; index: number; term: number }>();
  private readonly commits = new Map<SimMember, number>();
  /** Least index that a read under way may answer with. */
  private readonly readFloors = new Map<string, number>();
  reads = 0;
  elections = 0;

  get commitIndex(): number {
    return this.committed.length - 1;
  }

  /** A promise must rest on the disk when it leaves. */
  sent(member: SimMember, message: Message): void {
    const { disk } = member;
    if (message.kind === 'vote') this.voted(member, message.term, member.id);
    if (message.kind === 'voteAnswer' && message.granted) this.voted(member, message.term, message.to);
    if (message.kind === 'appendAccepted') {
      must(disk.hardState.term >= message.term, () => `${member.id} acknowledges in a term that is not durable`);
      const held = member.durableLastIndex;
      must(held >= message.index, () => `${member.id} acknowledges ${message.index}, its disk ends at ${held}`);
    }
  }

  private voted(member: SimMember, term: number, candidate: bigint): void {
    const key = `${member.id} in ${term}`;
    const before = this.votes.get(key) ?? candidate;
    must(before === candidate, () => `${key} voted for ${before} and for ${candidate}`);
    this.votes.set(key, candidate);
    const { hardState } = member.disk;
    const durable = hardState.term > term || (hardState.term === term && hardState.vote === candidate);
    must(durable, () => `${key} speaks of a vote that is not durable`);
  }

  /** Term and commit index never fall on a disk; a vote stays within its term. */
  wrote(before: HardState, after: HardState | undefined): void {
    if (after === undefined) return;
    must(after.term >= before.term, () => `the durable term falls from ${before.term} to ${after.term}`);
    must(
      after.commit >= before.commit,
      () => `the durable commit index falls from ${before.commit} to ${after.commit}`,
    );
    const changed = after.term === before.term && before.vote !== 0n && after.vote !== before.vote;
    must(!changed, () => `the durable vote in ${after.term} changes from ${before.vote} to ${after.vote}`);
  }

  /** State machine safety: the same entries in the same order everywhere, and none that is not durable here. */
  applied(member: SimMember, entry: Entry): void {
    const { applied, digest } = member.machine;
    must(entry.index === applied.index + 1, () => `${member.id} applies ${entry.index} after ${applied.index}`);
    must(
      member.durableTermAt(entry.index) === entry.term,
      () => `${member.id} applies ${entry.index}, not durable there`,
    );
    const expected = digestOf(digest, entry);
    this.digests[entry.index] ??= expected;
    must(this.digests[entry.index] === expected, () => `${member.id} applies another entry at ${entry.index}`);
  }

  restored(member: SimMember): void {
    const { applied, digest } = member.machine;
    must(this.digests[applied.index] === digest, () => `${member.id} is restored to a state that nobody had`);
  }

  readAsked(member: SimMember, id: number): void {
    this.readFloors.set(`${member.id}:${id}`, this.commitIndex);
  }

  /** Linearizable: whatever was committed when a read was asked for is in what it answers. */
  readAnswered(member: SimMember, id: number, index: number): void {
    const floor = this.readFloors.get(`${member.id}:${id}`);
    must(floor !== undefined, () => `${member.id} has an answer to read ${id}, which it did not ask for or has had`);
    must(index >= floor!, () => `read ${id} of ${member.id} answers ${index}; ${floor} was committed before it`);
    this.readFloors.delete(`${member.id}:${id}`);
    this.reads++;
  }

  /** After each step, of each member that it may have touched. */
  check(members: readonly SimMember[]): void {
    for (const member of members) {
      if (member.raft === null) continue;
      this.checkLog(member);
      this.checkCommit(member, members);
      this.checkMembers(member);
    }
    for (const member of members) this.checkLeader(member);
  }

  /** Log matching: an entry's place and term decide its content and, by induction, all before it. */
  private checkLog(member: SimMember): void {
    const { log } = member.raft!;
    const seen = this.seen.get(member);
    const grown = seen?.life === member.incarnation && log.termAt(seen.index) === seen.term;
    const from = grown ? seen.index : log.firstIndex - 1;
    for (const entry of log.entriesAfter(from, Number.MAX_SAFE_INTEGER)) {
      const place = `${entry.index}/${entry.term}`;
      const content = `after ${log.termAt(entry.index - 1)}: ${entry.kind} ${entry.data}`;
      const known = this.entries.get(place) ?? content;
      must(known === content, () => `entry ${place} is "${known}", at ${member.id} "${content}"`);
      this.entries.set(place, content);
    }
    const { index, term } = log.last;
    this.seen.set(member, { life: member.incarnation, index, term });
  }

  /** What is committed anywhere is the same everywhere, stays, and lies on the disks of a majority when it becomes so. */
  private checkCommit(member: SimMember, members: readonly SimMember[]): void {
    const { log } = member.raft!;
    const { commit } = member.disk.hardState;
    must(
      log.commitIndex >= commit,
      () => `${member.id} commits ${log.commitIndex}, less than its disk says: ${commit}`,
    );
    const checkedBefore = Math.min(this.commits.get(member) ?? 0, log.commitIndex);
    for (let index = Math.max(checkedBefore + 1, log.firstIndex); index <= log.commitIndex; index++) {
      const term = log.termAt(index);
      if (this.committed[index] === undefined) {
        this.checkMajority(member, index, term!, members);
        this.committed[index] = term;
      }
      must(
        this.committed[index] === term,
        () => `${member.id} commits ${index}/${term}, not ${index}/${this.committed[index]}`,
      );
    }
    this.commits.set(member, log.commitIndex);
  }

  private checkMajority(member: SimMember, index: number, term: number, members: readonly SimMember[]): void {
    const voters = member.raft!.voters;
    let holders = 0;
    for (const other of members) if (voters.has(other.id) && other.durableHolds(index, term)) holders++;
    const quorum = quorumSize(voters.size);
    must(
      holders >= quorum,
      () => `${member.id} commits ${index}/${term}, which ${holders} of ${voters.size} voters hold`,
    );
  }

  /** Who votes is what the state machine says, once it says anything again after a snapshot. */
  private checkMembers({ id, raft, machine }: SimMember): void {
    if (raft!.log.isRestoring || machine.applied.index !== raft!.log.appliedIndex) return;
    const { voters, learners } = machine.configuration;
    const agree = sameMembers(raft!.voters, voters) && sameMembers(raft!.learners, learners);
    must(agree, () => `${id} counts ${[...raft!.voters]} as voters, its state machine says ${voters}`);
  }

  /** One leader a term, and it has every committed entry (leader completeness). */
  private checkLeader(member: SimMember): void {
    const { raft } = member;
    if (raft === null || raft.role !== 'leader') return;
    const self = `${member.id}, life ${member.incarnation}`;
    const known = this.leaders.get(raft.currentTerm);
    must(known === undefined || known === self, () => `term ${raft.currentTerm} has two leaders: ${known}; ${self}`);
    if (known !== undefined) return;
    this.elections++;
    this.leaders.set(raft.currentTerm, self);
    for (let index = raft.log.firstIndex; index <= this.commitIndex; index++) {
      const term = this.committed[index]!;
      if (term >= raft.currentTerm) continue;
      const own = raft.log.termAt(index);
      must(
        own === term,
        () => `leader ${member.id} of term ${raft.currentTerm} has ${index}/${own}, committed is ${index}/${term}`,
      );
    }
  }
}
