// One member of a simulated cluster: the real core, a driver that does what the product's driver does (persist in order,
// send after persisting, apply in order), a disk that loses what was not written, and a state machine that is a digest.

import type { Random } from '../../../common/runtime/random.ts';
import type { Message } from '../../../server/raft/message.ts';
import { Raft } from '../../../server/raft/raft.ts';
import type { Entry, HardState, Position, RaftLimits, Ready } from '../../../server/raft/types.ts';

export interface Configuration {
  readonly voters: readonly bigint[];
  readonly learners: readonly bigint[];
}

/** Applied entries, told apart by a digest over all of them. */
export interface Machine {
  readonly applied: Position;
  readonly digest: number;
  readonly configuration: Configuration;
}

/** What a crash leaves. */
export interface Disk {
  hardState: HardState;
  /** The place before the first of `entries`; never beyond what `machine` has applied. */
  base: Position;
  entries: Entry[];
  machine: Machine;
}

/** Where a member's doings go: the network, the checker, the transcript. */
export interface Surroundings {
  readonly random: Random;
  readonly electionTicks: number;
  readonly limits: Partial<RaftLimits>;
  send(member: SimMember, message: Message): void;
  /** `before` is the hard state that the write took the place of. */
  wrote(member: SimMember, before: HardState, ready: Ready): void;
  applied(member: SimMember, entry: Entry): void;
  restored(member: SimMember): void;
  readAnswered(member: SimMember, id: number, index: number): void;
  readLost(member: SimMember, id: number): void;
}

const noEntries: Position = { index: 0, term: 0 };

export function encodeConfiguration({ voters, learners }: Configuration): Buffer {
  return Buffer.from(`${[...voters].join(',')}/${[...learners].join(',')}`);
}

export function decodeConfiguration(data: Buffer): Configuration {
  const [voters, learners] = data.toString().split('/');
  const ids = (list: string): bigint[] => (list === '' ? [] : list.split(',').map(BigInt));
  return { voters: ids(voters!), learners: ids(learners!) };
}

export class SimMember {
  readonly id: bigint;
  readonly disk: Disk;
  /** Null while crashed. */
  raft: Raft | null = null;
  machine: Machine;
  /** Readys that ask for a write, or have to wait behind one. */
  writes: Ready[] = [];
  applyQueue: Entry[] = [];
  /** Lives so far. */
  incarnation = 0;
  /** Accepted snapshots by their index, until they are switched to. */
  private readonly staged = new Map<number, Machine>();
  private readonly surroundings: Surroundings;

  constructor(id: bigint, configuration: Configuration, surroundings: Surroundings) {
    this.id = id;
    this.surroundings = surroundings;
    this.machine = { applied: noEntries, digest: 0, configuration };
    this.disk = { hardState: { term: 0, vote: 0n, commit: 0 }, base: noEntries, entries: [], machine: this.machine };
  }

  get isUp(): boolean {
    return this.raft !== null;
  }

  start(): void {
    const { disk, surroundings, id } = this;
    const { random, electionTicks, limits } = surroundings;
    this.incarnation++;
    this.machine = disk.machine;
    const { voters, learners } = disk.machine.configuration;
    const { hardState, base, entries } = disk;
    const applied = disk.machine.applied.index;
    this.raft = new Raft({ id, voters, learners, electionTicks, random, hardState, base, entries, applied, limits });
    this.work();
  }

  /** Loses everything that is not on disk; the first `durable` of the writes under way have made it there, unreported. */
  crash(durable: number): void {
    for (const ready of this.writes.slice(0, durable)) this.write(ready);
    this.raft = null;
    this.writes = [];
    this.applyQueue = [];
    this.staged.clear();
  }

  /** Carries out what the core asks for. */
  work(): void {
    const { raft, surroundings } = this;
    while (raft?.hasReady === true) {
      const ready = raft.ready();
      for (const message of ready.messages) surroundings.send(this, message);
      this.applyQueue.push(...ready.committed);
      for (const { id, index } of ready.reads) surroundings.readAnswered(this, id, index);
      for (const id of ready.lostReads) surroundings.readLost(this, id);
      if (ready.hardState !== undefined || this.writes.length > 0) this.writes.push(ready);
      else for (const message of ready.messagesAfterPersist) surroundings.send(this, message);
    }
  }

  /** Ends the oldest write under way. */
  persistOne(): void {
    const ready = this.writes.shift();
    if (ready === undefined || this.raft === null) return;
    const before = this.disk.hardState;
    this.write(ready);
    this.surroundings.wrote(this, before, ready);
    for (const message of ready.messagesAfterPersist) this.surroundings.send(this, message);
    const last = ready.entries.at(-1) ?? ready.snapshot;
    if (ready.hardState !== undefined) {
      this.raft.persisted(ready.hardState, last === undefined ? undefined : { index: last.index, term: last.term });
    }
    if (ready.snapshot !== undefined) this.switchMachine(ready.snapshot.index);
    this.work();
  }

  private write({ hardState, snapshot, entries }: Ready): void {
    const { disk } = this;
    if (hardState !== undefined) disk.hardState = hardState;
    if (snapshot !== undefined) {
      disk.machine = this.staged.get(snapshot.index)!;
      disk.base = snapshot;
      disk.entries = [];
    }
    if (entries.length === 0) return;
    disk.entries.length = entries[0]!.index - disk.base.index - 1;
    disk.entries.push(...entries);
  }

  private switchMachine(index: number): void {
    this.machine = this.disk.machine;
    for (const staged of this.staged.keys()) if (staged <= index) this.staged.delete(staged);
    this.applyQueue = this.applyQueue.filter((entry) => entry.index > index);
    this.raft!.applied(index);
    this.surroundings.restored(this);
  }

  applyOne(): void {
    const entry = this.applyQueue.shift();
    if (entry === undefined || this.raft === null) return;
    this.surroundings.applied(this, entry);
    const { index, term, kind, data } = entry;
    const configuration = kind === 'membership' ? decodeConfiguration(data) : this.machine.configuration;
    this.machine = { applied: { index, term }, digest: digestOf(this.machine.digest, entry), configuration };
    this.raft.applied(index);
    if (kind === 'membership') this.raft.setMembers(configuration.voters, configuration.learners);
    this.work();
  }

  /** Makes the state machine durable and drops the log behind it, but for `keep` entries. */
  compact(keep: number): void {
    if (this.raft === null || this.raft.log.isRestoring) return;
    const { disk } = this;
    disk.machine = this.machine;
    const index = this.machine.applied.index - keep;
    if (index <= disk.base.index) return;
    const cut = index - disk.base.index;
    disk.base = { index, term: disk.entries[cut - 1]!.term };
    disk.entries = disk.entries.slice(cut);
    this.raft.log.discardTo(index);
  }

  /** Another member's state machine has arrived here. */
  offerSnapshot(machine: Machine): void {
    const { voters, learners } = machine.configuration;
    const result = this.raft!.restore(machine.applied, voters, learners);
    if (result === 'restored') this.staged.set(machine.applied.index, machine);
    this.work();
  }

  /** Term of the entry at `index` on disk, or of the snapshot that ends there. */
  durableTermAt(index: number): number | undefined {
    const { base, entries } = this.disk;
    return index === base.index ? base.term : entries[index - base.index - 1]?.term;
  }

  /** Is the entry on disk, by itself or within the state machine? */
  durableHolds(index: number, term: number): boolean {
    return index <= this.disk.base.index || this.durableTermAt(index) === term;
  }

  get durableLastIndex(): number {
    return this.disk.base.index + this.disk.entries.length;
  }
}

/** FNV-1a over place and content, chained. */
export function digestOf(previous: number, { index, term, data }: Entry): number {
  let hash = previous ^ 0x811c9dc5;
  for (const byte of Buffer.concat([Buffer.from(`${index}/${term}/`), data])) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
