// A cluster of cores in memory. Every call is one small thing that can happen (a tick, a message, a disk write, a
// crash); after each the invariants are checked.

import type { Random } from '../../../common/runtime/random.ts';
import { seededRandom } from '../../../common/runtime/random.ts';
import type { Message } from '../../../server/raft/message.ts';
import type { Entry, HardState, RaftLimits, Ready } from '../../../server/raft/types.ts';
import { Invariants } from './invariants.ts';
import { type Configuration, encodeConfiguration, SimMember, type Surroundings } from './sim-member.ts';
import { SimNetwork } from './sim-network.ts';

export interface SimClusterOptions {
  readonly voters: readonly bigint[];
  readonly learners?: readonly bigint[];
  readonly electionTicks: number;
  readonly seed: number;
  readonly limits?: Partial<RaftLimits>;
}

/** Who is told of what happens; for transcripts. */
export interface Observer {
  sent?(member: SimMember, message: Message): void;
  wrote?(member: SimMember, ready: Ready): void;
  applied?(member: SimMember, entry: Entry): void;
  restored?(member: SimMember): void;
  readAnswered?(member: SimMember, id: number, index: number): void;
  readLost?(member: SimMember, id: number): void;
}

export class SimCluster {
  readonly members = new Map<bigint, SimMember>();
  readonly network = new SimNetwork(this.members);
  readonly invariants = new Invariants();
  private readonly surroundings: Surroundings;
  private nextRead = 1;

  constructor(options: SimClusterOptions, observer: Observer = {}) {
    const random: Random = seededRandom(options.seed);
    const { electionTicks, limits = {}, voters, learners = [] } = options;
    const { network, invariants } = this;
    this.surroundings = {
      random,
      electionTicks,
      limits,
      send: (member, message) => {
        invariants.sent(member, message);
        observer.sent?.(member, message);
        network.send(member, message);
      },
      wrote: (member, before: HardState, ready) => {
        invariants.wrote(before, ready.hardState);
        observer.wrote?.(member, ready);
      },
      applied: (member, entry) => {
        invariants.applied(member, entry);
        observer.applied?.(member, entry);
      },
      restored: (member) => {
        invariants.restored(member);
        observer.restored?.(member);
      },
      readAnswered: (member, id, index) => {
        invariants.readAnswered(member, id, index);
        observer.readAnswered?.(member, id, index);
      },
      readLost: (member, id) => observer.readLost?.(member, id),
    };
    for (const id of [...voters, ...learners]) this.add(id, { voters, learners });
  }

  /** A process of its own; whether it is a member is the log's matter. */
  add(id: bigint, configuration: Configuration): SimMember {
    const member = new SimMember(id, configuration, this.surroundings);
    this.members.set(id, member);
    member.start();
    return member;
  }

  member(id: bigint): SimMember {
    const member = this.members.get(id);
    if (member === undefined) throw new Error(`there is no member ${id}`);
    return member;
  }

  get leaders(): SimMember[] {
    return [...this.members.values()].filter((member) => member.raft?.role === 'leader');
  }

  /** The leader of the highest term: the one that can still commit. */
  get leader(): SimMember | undefined {
    return this.leaders.sort((a, b) => b.raft!.currentTerm - a.raft!.currentTerm)[0];
  }

  /** Does something to a member that is up, lets it work, and checks everything. */
  act<Result>(member: SimMember, action: (member: SimMember) => Result): Result | undefined {
    if (!member.isUp) return undefined;
    const result = action(member);
    member.work();
    this.check();
    return result;
  }

  check(): void {
    this.invariants.check([...this.members.values()]);
  }

  tick(member: SimMember): void {
    this.act(member, ({ raft }) => raft!.tick());
  }

  propose(member: SimMember, data: string): boolean {
    return this.act(member, ({ raft }) => raft!.propose(Buffer.from(data)) !== null) === true;
  }

  proposeMembers(member: SimMember, configuration: Configuration): boolean {
    const data = encodeConfiguration(configuration);
    return this.act(member, ({ raft }) => raft!.propose(data, 'membership') !== null) === true;
  }

  /** Asks for a read; returns its id, or undefined where there was nobody to ask. */
  read(member: SimMember): number | undefined {
    const id = this.nextRead++;
    return this.act(member, ({ raft }) => {
      this.invariants.readAsked(member, id);
      return raft!.requestRead(id) ? id : undefined;
    });
  }

  deliver(place: number): void {
    this.network.deliver(this.network.take(place));
    this.check();
  }

  lose(place: number): void {
    this.network.lose(this.network.take(place));
  }

  double(place: number): void {
    this.network.inFlight.push(this.network.inFlight[place]!);
  }

  persist(member: SimMember): void {
    this.act(member, () => member.persistOne());
  }

  apply(member: SimMember): void {
    this.act(member, () => member.applyOne());
  }

  crash(member: SimMember, durable: number): void {
    member.crash(durable);
  }

  restart(member: SimMember): void {
    if (member.isUp) return;
    member.start();
    this.check();
  }

  /** Delivers, persists and applies until nothing is left to do. */
  settle(): void {
    for (let rounds = 0; this.settleOnce(); rounds++)
      if (rounds > 10_000) throw new Error('the cluster does not come to rest');
  }

  private settleOnce(): boolean {
    let busy = this.network.inFlight.length > 0;
    for (const parcel of this.network.inFlight.splice(0)) {
      this.network.deliver(parcel);
      this.check();
    }
    for (const member of this.members.values()) {
      while (member.isUp && (member.writes.length > 0 || member.applyQueue.length > 0)) {
        busy = true;
        this.persist(member);
        this.apply(member);
      }
    }
    return busy;
  }
}
