// A cluster's film: commands on one side, on the other what every member did then. Disks and state machines work at
// once unless they are held; messages stay in flight until a command delivers or drops them.
//
//   cluster 1 2 3 [learners 4 5] [election N] [window N] [append BYTES] [uncommitted BYTES]
//   campaign M | tick M [N] | stepdown M | propose M TEXT | read M | transfer M TARGET | unreachable M OTHER
//   silence M...                        an election timeout passes for these members without a word of the leader
//   members M 1 2 3 [learners 4]        proposes a membership change; processes that are new start empty
//   deliver [FROM TO] | drop [FROM TO] | double FROM TO | stabilize | cut A B | isolate M | heal
//   hold M [disk|apply] | release M | persist M [N] | apply M [N] | crash M [DURABLE WRITES] | restart M
//   compact M KEEP | log M | status
//   quiet COMMAND                       does it without showing what follows

import type { Message } from '../../../server/raft/message.ts';
import type { Entry, HardState, Position, RaftLimits } from '../../../server/raft/types.ts';
import { SimCluster } from './sim-cluster.ts';
import { decodeConfiguration, type SimMember } from './sim-member.ts';

type Hold = 'disk' | 'apply';

export class Film {
  private cluster: SimCluster | undefined;
  private electionTicks = 0;
  private lines: string[] = [];
  private readonly holds = new Set<string>();
  private readonly shown = new Map<bigint, string>();

  /** Runs one command and returns what it made happen. */
  run(command: string): string {
    this.lines = [];
    const words = command.split(' ').filter((word) => word !== '');
    const quiet = words[0] === 'quiet';
    if (quiet) words.shift();
    this.perform(words[0] ?? '', words.slice(1));
    this.flow();
    this.showRoles();
    if (quiet) return 'ok';
    return this.lines.length === 0 ? 'nothing' : this.lines.join('\n');
  }

  private get sim(): SimCluster {
    if (this.cluster === undefined) throw new Error('a film begins with "cluster"');
    return this.cluster;
  }

  private member(word: string | undefined): SimMember {
    return this.sim.member(BigInt(word ?? 0));
  }

  private perform(verb: string, args: string[]): void {
    if (verb === 'cluster') this.begin(args);
    else if (!this.performCall(verb, args) && !this.performMessage(verb, args) && !this.performFault(verb, args)) {
      throw new Error(`no such command: ${verb}`);
    }
  }

  private begin(args: string[]): void {
    const lists = listsOf(args);
    const number = (name: string, otherwise: number): number => Number(lists.get(name)?.[0] ?? otherwise);
    const limits: Partial<RaftLimits> = {
      inflightMessagesMax: number('window', 256),
      appendBytesMax: number('append', 1_000),
      uncommittedBytesMax: number('uncommitted', 1_000),
    };
    const voters = lists.get('')!.map(BigInt);
    const learners = (lists.get('learners') ?? []).map(BigInt);
    const say = (line: string): void => void this.lines.push(line);
    this.electionTicks = number('election', 10);
    this.cluster = new SimCluster(
      { voters, learners, electionTicks: this.electionTicks, seed: 1, limits },
      {
        sent: (member, message) => say(`  ${member.id}->${message.to} t${message.term} ${describeMessage(message)}`),
        wrote: (member, { hardState, snapshot, entries }) => {
          if (hardState !== undefined) say(`  ${member.id} has on disk ${describeWrite(hardState, snapshot, entries)}`);
        },
        applied: (member, entry) => say(`  ${member.id} applies ${describeEntry(entry)}`),
        restored: (member) => say(`  ${member.id} is restored to ${place(member.machine.applied)}`),
        readAnswered: (member, id, index) => say(`  ${member.id} may serve read ${id} at ${index}`),
        readLost: (member, id) => say(`  ${member.id} gives up read ${id}`),
      },
    );
  }

  private performCall(verb: string, [first, ...rest]: string[]): boolean {
    const { sim } = this;
    const say = (line: string | undefined): void => void this.lines.push(`  ${line ?? 'taken'}`);
    if (verb === 'campaign') {
      if (sim.act(this.member(first), ({ raft }) => raft!.campaign()) === false) say('refused');
    } else if (verb === 'tick') {
      for (let count = 0; count < Number(rest[0] ?? 1); count++) sim.tick(this.member(first));
    } else if (verb === 'silence') {
      for (const word of [first, ...rest])
        for (let tick = 0; tick < this.electionTicks; tick++) sim.tick(this.member(word));
    } else if (verb === 'stepdown') {
      sim.act(this.member(first), ({ raft }) => raft!.stepDown());
    } else if (verb === 'propose') {
      const data = rest.join(' ');
      const refusal = this.member(first).raft!.refusal(data.length);
      if (refusal !== undefined) say(refusal);
      sim.propose(this.member(first), data);
    } else if (verb === 'members') {
      this.proposeMembers(this.member(first), rest);
    } else if (verb === 'read') {
      const id = sim.read(this.member(first));
      say(id === undefined ? 'nobody to ask' : `read ${id}`);
    } else if (verb === 'transfer') {
      say(sim.act(this.member(first), ({ raft }) => raft!.transferLeadership(BigInt(rest[0]!))));
    } else if (verb === 'unreachable') {
      sim.act(this.member(first), ({ raft }) => raft!.unreachable(BigInt(rest[0]!)));
    } else {
      return false;
    }
    return true;
  }

  private proposeMembers(member: SimMember, words: string[]): void {
    const lists = listsOf(words);
    const configuration = { voters: lists.get('')!.map(BigInt), learners: (lists.get('learners') ?? []).map(BigInt) };
    const refusal = member.raft!.refusal(0, 'membership');
    if (refusal !== undefined) this.lines.push(`  ${refusal}`);
    if (!this.sim.proposeMembers(member, configuration)) return;
    for (const id of [...configuration.voters, ...configuration.learners]) {
      if (!this.sim.members.has(id)) this.sim.add(id, { voters: [], learners: [] });
    }
  }

  private performMessage(verb: string, [from, to]: string[]): boolean {
    const { sim } = this;
    if (verb === 'deliver') this.forEach(from, to, (index) => sim.deliver(index));
    else if (verb === 'drop') this.forEach(from, to, (index) => sim.lose(index));
    else if (verb === 'double') for (const parcel of this.between(from, to)) sim.network.inFlight.push(parcel);
    else if (verb === 'cut')
      for (const [a, b] of [[from, to] as const, [to, from] as const]) sim.network.cut(BigInt(a!), BigInt(b!));
    else if (verb === 'isolate')
      for (const other of sim.members.keys()) this.performMessage('cut', [from!, `${other}`]);
    else if (verb === 'heal') sim.network.heal();
    else if (verb === 'stabilize') this.stabilize();
    else return false;
    return true;
  }

  private between(from: string | undefined, to: string | undefined): SimCluster['network']['inFlight'] {
    const matches = (word: string | undefined, id: bigint): boolean => word === undefined || BigInt(word) === id;
    return this.sim.network.inFlight.filter(({ message }) => matches(from, message.from) && matches(to, message.to));
  }

  /** What is in flight now, not what that leads to. */
  private forEach(from: string | undefined, to: string | undefined, act: (index: number) => void): void {
    for (const parcel of this.between(from, to)) {
      const index = this.sim.network.inFlight.indexOf(parcel);
      if (index !== -1) act(index);
    }
  }

  private stabilize(): void {
    for (let waves = 0; this.sim.network.inFlight.length > 0; waves++) {
      if (waves > 100) throw new Error('the messages do not come to an end');
      this.performMessage('deliver', []);
      this.flow();
    }
  }

  private performFault(verb: string, [first, second]: string[]): boolean {
    const { sim } = this;
    const times = Number(second ?? 1);
    if (verb === 'hold') {
      for (const what of second === undefined ? ['disk', 'apply'] : [second]) this.holds.add(`${first} ${what}`);
    } else if (verb === 'release') {
      for (const what of ['disk', 'apply']) this.holds.delete(`${first} ${what}`);
    } else if (verb === 'persist') {
      for (let count = 0; count < times; count++) sim.persist(this.member(first));
    } else if (verb === 'apply') {
      for (let count = 0; count < times; count++) sim.apply(this.member(first));
    } else if (verb === 'crash') {
      sim.crash(this.member(first), Number(second ?? 0));
    } else if (verb === 'restart') {
      sim.restart(this.member(first));
    } else if (verb === 'compact') {
      sim.act(this.member(first), (member) => member.compact(Number(second)));
    } else if (verb === 'log') {
      this.lines.push(`  ${describeLog(this.member(first))}`);
    } else if (verb === 'status') {
      for (const member of sim.members.values()) this.lines.push(...describeStatus(member));
    } else {
      return false;
    }
    return true;
  }

  /** Disks write and state machines apply, where they are not held. */
  private flow(): void {
    for (let busy = true; busy; ) {
      busy = false;
      for (const member of this.sim.members.values()) {
        while (member.isUp && member.writes.length > 0 && !this.holds.has(`${member.id} ${'disk' satisfies Hold}`)) {
          this.sim.persist(member);
          busy = true;
        }
        while (
          member.isUp &&
          member.applyQueue.length > 0 &&
          !this.holds.has(`${member.id} ${'apply' satisfies Hold}`)
        ) {
          this.sim.apply(member);
          busy = true;
        }
      }
    }
  }

  private showRoles(): void {
    for (const { id, raft } of this.sim.members.values()) {
      const leader = raft?.leader === 0n ? 'nobody' : raft?.leader;
      const role = raft?.role === 'follower' ? `follows ${leader}` : `is ${raft?.role}`;
      const now = raft === null ? 'is down' : `${role} in term ${raft.currentTerm}`;
      const before = this.shown.get(id);
      this.shown.set(id, now);
      if (before !== now) this.lines.push(`${id} ${now}`);
    }
  }
}

/** `1 2 learners 3 4` as lists by the word before them. */
function listsOf(words: readonly string[]): Map<string, string[]> {
  const lists = new Map<string, string[]>([['', []]]);
  let name = '';
  for (const word of words) {
    if (/^\d+$/.test(word)) lists.get(name)!.push(word);
    else {
      name = word;
      lists.set(name, []);
    }
  }
  return lists;
}

function place({ index, term }: Position): string {
  return `${index}/${term}`;
}

function describeEntry(entry: Entry): string {
  if (entry.kind === 'normal') return entry.data.length === 0 ? place(entry) : `${place(entry)} "${entry.data}"`;
  const { voters, learners } = decodeConfiguration(entry.data);
  return `${place(entry)} voters ${voters.join(' ')}${learners.length === 0 ? '' : ` learners ${learners.join(' ')}`}`;
}

function describeEntries(entries: readonly Entry[]): string {
  return entries.length === 0 ? 'nothing' : entries.map(describeEntry).join(', ');
}

function describeWrite(
  { term, vote, commit }: HardState,
  snapshot: Position | undefined,
  entries: readonly Entry[],
): string {
  const parts = [`term ${term}, vote ${vote}, commit ${commit}`];
  if (snapshot !== undefined) parts.push(`snapshot ${place(snapshot)}`);
  if (entries.length > 0) parts.push(describeEntries(entries));
  return parts.join('; ');
}

function describeMessage(message: Message): string {
  const { kind } = message;
  const granted =
    'granted' in message ? `${message.granted ? 'granted' : 'refused'}; commit ${place(message.commit)}` : '';
  if (kind === 'preVote') return `preVote for term ${message.candidateTerm}, log to ${place(message.last)}`;
  if (kind === 'preVoteAnswer') return `preVote for term ${message.candidateTerm} ${granted}`;
  if (kind === 'vote') return `vote, log to ${place(message.last)}${message.transfer ? ', transfer' : ''}`;
  if (kind === 'voteAnswer') return `vote ${granted}`;
  if (kind === 'append') {
    return `append after ${place(message.previous)}: ${describeEntries(message.entries)}; commit ${message.commit}`;
  }
  if (kind === 'appendAccepted') return `accepted to ${message.index}`;
  if (kind === 'appendRejected') return `rejected after ${message.index}, hint ${place(message.hint)}`;
  if (kind === 'heartbeat') return `heartbeat, commit ${message.commit}, round ${message.round}`;
  if (kind === 'heartbeatAnswer') return `heartbeat answered, round ${message.round}`;
  if (kind === 'snapshot') return `snapshot ${place(message.position)}`;
  // Contexts are random numbers: how the cluster's members call them is of no interest.
  if (kind === 'readAnswer') return `read index ${message.index}`;
  return kind === 'readRequest' ? 'asks for a read index' : 'timeoutNow';
}

function describeLog({ raft, disk }: SimMember): string {
  const { base, entries } = disk;
  if (raft === null) return `on disk after ${place(base)}: ${describeEntries(entries)}`;
  const { log } = raft;
  const held = log.entriesAfter(log.firstIndex - 1, Number.MAX_SAFE_INTEGER);
  const marks = `stable ${log.stableIndex}, commit ${log.commitIndex}, applied ${log.appliedIndex}`;
  return `after ${log.firstIndex - 1}/${log.termAt(log.firstIndex - 1)}: ${describeEntries(held)}; ${marks}`;
}

function describeStatus({ id, raft }: SimMember): string[] {
  if (raft === null) return [`  ${id}: down`];
  const { log, role, currentTerm, vote, voters, learners } = raft;
  const others = learners.size === 0 ? '' : ` learners ${[...learners].join(' ')}`;
  const lines = [
    `  ${id}: ${role} in ${currentTerm}, vote ${vote}, log to ${place(log.last)}, commit ${log.commitIndex}; voters ${[...voters].join(' ')}${others}`,
  ];
  for (const { id: other, matchIndex, nextIndex, state, active } of raft.memberStatus()) {
    const lag = raft.lag(other);
    lines.push(`     ${other} ${state}, match ${matchIndex}, next ${nextIndex}, lag ${lag}${active ? '' : ', silent'}`);
  }
  return lines;
}
