// Random histories of a cluster: a list of numbers is read as things that happen to it, then the faults end and it has
// to heal: elect, commit and bring everybody up to date.

import fc from 'fast-check';
import { seededRandom } from '../../../common/runtime/random.ts';
import { Breach } from './invariants.ts';
import { SimCluster } from './sim-cluster.ts';
import type { Configuration, SimMember } from './sim-member.ts';

const electionTicks = 4;
/** Election timeouts within which a cluster without faults must be whole again. */
const healTimeouts = 40;
const membersMax = 9;

export interface Setup {
  readonly voters: number;
  readonly learners: number;
  /** Entries that a message carries are about this many bytes: small, so that windows fill. */
  readonly appendBytesMax: number;
}

/** One thing that happens; `a` and `b` choose to whom and how. */
type Happening = (run: Run, a: number, b: number) => void;

class Run {
  readonly cluster: SimCluster;
  proposals = 0;
  private nextId: bigint;
  private readonly slow: bigint;

  constructor(setup: Setup, seed: number) {
    const ids = Array.from({ length: setup.voters + setup.learners }, (_, place) => BigInt(place + 1));
    this.nextId = BigInt(ids.length + 1);
    this.slow = BigInt(seed & 7);
    const limits = {
      appendBytesMax: setup.appendBytesMax,
      inflightMessagesMax: 3,
      inflightBytesMax: 200,
      readsMax: 20,
    };
    const voters = ids.slice(0, setup.voters);
    const learners = ids.slice(setup.voters);
    this.cluster = new SimCluster({
      voters,
      learners,
      electionTicks,
      seed,
      limits: { ...limits, uncommittedBytesMax: 400 },
    });
  }

  pick(number: number): SimMember {
    const members = [...this.cluster.members.values()];
    return members[number % members.length]!;
  }

  /** Mostly the leader, where there is one. */
  pickLeader(number: number): SimMember {
    const { leaders } = this.cluster;
    return leaders.length > 0 && number % 4 > 0 ? leaders[number % leaders.length]! : this.pick(number);
  }

  /** One member's disk and state machine take eight times as long. */
  inItsTime(a: number, b: number, act: (member: SimMember) => void): void {
    const member = this.pick(a);
    if (member.id !== this.slow || b % 8 === 0) act(member);
  }

  propose(member: SimMember): void {
    this.proposals++;
    this.cluster.propose(member, `p${this.proposals}`);
  }

  changeMembers(member: SimMember, choice: number): void {
    if (member.raft?.role !== 'leader') return;
    const next = this.nextConfiguration(member.machine.configuration, choice);
    if (next === undefined) return;
    const known = [...next.voters, ...next.learners];
    const accepted = this.cluster.proposeMembers(member, next);
    if (!accepted || this.cluster.members.has(this.nextId) || !known.includes(this.nextId)) return;
    this.cluster.add(this.nextId, { voters: [], learners: [] });
    this.nextId++;
  }

  private nextConfiguration({ voters, learners }: Configuration, choice: number): Configuration | undefined {
    const kind = choice % 4;
    if (kind === 0 && this.nextId <= BigInt(membersMax)) return { voters, learners: [...learners, this.nextId] };
    if (kind === 1 && this.nextId <= BigInt(membersMax)) return { voters: [...voters, this.nextId], learners };
    if (kind === 2 && learners.length > 0) return { voters: [...voters, learners[0]!], learners: learners.slice(1) };
    if (kind === 3 && voters.length > 1) {
      const leaving = voters[Math.floor(choice / 4) % voters.length]!;
      return { voters: voters.filter((voter) => voter !== leaving), learners };
    }
    return undefined;
  }

  /** No faults any more: everyone is up, nothing gets lost, disks are quick. */
  heal(): void {
    const { cluster } = this;
    cluster.network.heal();
    for (const member of cluster.members.values()) cluster.restart(member);
    for (let tick = 0; tick < healTimeouts * electionTicks; tick++) {
      cluster.settle();
      if (this.isWhole()) return;
      tickAll(this);
    }
    throw new Breach(`not healed after ${healTimeouts} election timeouts`);
  }

  private isWhole(): boolean {
    const { cluster } = this;
    const { leader } = cluster;
    if (leader === undefined) return false;
    const reads = cluster.invariants.reads;
    if (!cluster.propose(leader, 'healed') || cluster.read(leader) === undefined) return false;
    cluster.settle();
    const { lastIndex } = leader.raft!.log;
    const { voters, learners } = leader.machine.configuration;
    const reached = [...voters, ...learners].every((id) => cluster.member(id).machine.applied.index === lastIndex);
    return reached && cluster.invariants.reads > reads;
  }
}

const happenings: readonly (readonly [weight: number, name: string, happening: Happening])[] = [
  // First, so that what a failure does not need shrinks to it.
  [1, 'nothing', () => {}],
  [40, 'deliver', (run, a, b) => forSome(run, a, b, (place) => run.cluster.deliver(place))],
  [20, 'deliver oldest', (run, _a, b) => forSome(run, 0, b, () => run.cluster.deliver(0))],
  [3, 'lose', (run, a, b) => forSome(run, a, b % 2, (place) => run.cluster.lose(place))],
  [2, 'double', (run, a) => forSome(run, a, 0, (place) => run.cluster.double(place))],
  [25, 'persist', (run, a, b) => run.inItsTime(a, b, (member) => run.cluster.persist(member))],
  [12, 'apply', (run, a, b) => run.inItsTime(a, b, (member) => run.cluster.apply(member))],
  [8, 'tick', (run, a) => run.cluster.tick(run.pick(a))],
  [8, 'tick all', (run) => tickAll(run)],
  [
    4,
    'time out',
    (run, a, b) => void run.cluster.act(run.pick(a), ({ raft }) => tickTimes(raft!, (b % 2) + electionTicks)),
  ],
  [8, 'propose', (run, a) => run.propose(run.pickLeader(a))],
  [8, 'read', (run, a) => void run.cluster.read(run.pick(a))],
  [2, 'crash', (run, a, b) => run.cluster.crash(run.pick(a), b % 3)],
  [6, 'restart', (run, a) => run.cluster.restart(run.pick(a))],
  [1, 'cut', (run, a, b) => run.cluster.network.cut(run.pick(a).id, run.pick(b).id)],
  [1, 'isolate', (run, a) => isolate(run, run.pick(a))],
  [4, 'mend links', (run) => run.cluster.network.heal()],
  [5, 'change members', (run, a, b) => run.changeMembers(run.pickLeader(a), b)],
  [
    2,
    'transfer',
    (run, a, b) => void run.cluster.act(run.pickLeader(a), ({ raft }) => raft!.transferLeadership(run.pick(b).id)),
  ],
  [2, 'campaign', (run, a) => void run.cluster.act(run.pick(a), ({ raft }) => raft!.campaign())],
  [1, 'step down', (run, a) => void run.cluster.act(run.pickLeader(a), ({ raft }) => raft!.stepDown())],
  [2, 'compact', (run, a, b) => void run.cluster.act(run.pick(a), (member) => member.compact(b % 3))],
  [
    1,
    'unreachable',
    (run, a, b) => void run.cluster.act(run.pickLeader(a), ({ raft }) => raft!.unreachable(run.pick(b).id)),
  ],
  [2, 'settle', (run) => run.cluster.settle()],
];

type Ticket = (typeof happenings)[number];

/** Numbers that a step's first may be; each run maps them to what is likely in it. */
const draws = 100_000;
const moods = [0, 2, 2, 2, 12] as const;
/** Without these nothing else happens either. */
const vital = new Set(['deliver', 'deliver oldest', 'persist', 'apply', 'tick all', 'restart', 'propose', 'nothing']);
const vitalMoods = [1, 2, 2, 6] as const;

/**
 * What happens in a run, each thing as often as it is likely. Some things never happen in it and others all the time,
 * as its seed decides (swarm testing: Groce et al., ISSTA 2012): slow disks here, restless candidates there.
 */
function lotteryOf(seed: number): readonly Ticket[] {
  const random = seededRandom(seed);
  return happenings.flatMap((ticket) => {
    const choice = vital.has(ticket[1]) ? vitalMoods : moods;
    const mood = choice[random.below(choice.length)]!;
    return Array<Ticket>(ticket[0] * mood).fill(ticket);
  });
}

function ticketOf(lottery: readonly Ticket[], draw: number): Ticket {
  return lottery[Math.floor((draw * lottery.length) / draws)]!;
}

function forSome(run: Run, a: number, b: number, act: (place: number) => void): void {
  for (let count = 0; count <= b % 4; count++) {
    const flying = run.cluster.network.inFlight.length;
    if (flying > 0) act(a % flying);
  }
}

function tickTimes(raft: { tick(): void }, times: number): void {
  for (let count = 0; count < times; count++) raft.tick();
}

function tickAll({ cluster }: Run): void {
  for (const member of cluster.members.values()) cluster.tick(member);
}

function isolate({ cluster }: Run, member: SimMember): void {
  for (const other of cluster.members.values()) {
    cluster.network.cut(member.id, other.id);
    cluster.network.cut(other.id, member.id);
  }
}

export type Schedule = readonly (readonly [draw: number, a: number, b: number])[];

export function schedules(length: number): fc.Arbitrary<Schedule> {
  const byte = fc.integer({ min: 0, max: 255 });
  const step = fc.tuple(fc.integer({ min: 0, max: draws - 1 }), byte, byte);
  // Of one length: what a failure does not need shrinks to 'nothing'. Without bias: small numbers are no likelier here.
  return fc.noBias(fc.array(step, { minLength: length, maxLength: length }));
}

/** What a run went through, to show that it was no idle one. */
export interface Outcome {
  readonly elections: number;
  readonly commits: number;
  readonly reads: number;
  readonly configurations: number;
}

/** Throws a Breach, or whatever assertion of the core fails. */
export function play(setup: Setup, seed: number, schedule: Schedule): Outcome {
  const run = new Run(setup, seed);
  run.cluster.check();
  const lottery = lotteryOf(seed);
  for (const [draw, a, b] of schedule) ticketOf(lottery, draw)[2](run, a, b);
  run.heal();
  const { invariants, members } = run.cluster;
  return {
    elections: invariants.elections,
    commits: invariants.commitIndex,
    reads: invariants.reads,
    configurations: members.size,
  };
}

/** The schedule as one line a step, without those that do nothing. */
export function describe(seed: number, schedule: Schedule): string {
  const lottery = lotteryOf(seed);
  const steps = schedule.map(([draw, a, b]) => ({ name: ticketOf(lottery, draw)[1], a, b }));
  return steps
    .filter(({ name }) => name !== 'nothing')
    .map(({ name, a, b }) => `${name} ${a} ${b}`)
    .join('\n');
}
