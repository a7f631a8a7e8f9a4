// What goes wrong in a world, and is mended again: links, processes, disks, clocks. Which of it happens at all, how often
// and for how long the world's options say.

import type { Random } from '../../common/runtime/random.ts';
import type { SimCluster } from './cluster.ts';
import type { Journal } from './journal.ts';
import type { SimMember } from './member.ts';
import type { FaultOptions } from './options.ts';
import type { Timeline } from './timeline.ts';

const wallJumpMsMax = 3_600_000;
const operationsBeforeCrashMax = 12;
/** Long enough for the others to have another leader. */
const freezeMs = 2_500;

export interface FaultParts {
  readonly options: FaultOptions;
  readonly cluster: SimCluster;
  readonly timeline: Timeline;
  readonly random: Random;
  readonly journal: Journal;
}

type Fault = (member: SimMember) => void;

export class Faults {
  private readonly parts: FaultParts;
  private readonly kinds: readonly Fault[];
  private stopped = false;

  constructor(parts: FaultParts) {
    this.parts = parts;
    const {
      partitions,
      pauses,
      powerLosses,
      kills,
      restarts,
      tornWrites,
      slowDisks,
      slowStores,
      failingDisks,
      wallJumps,
    } = parts.options;
    const kinds: readonly (readonly [boolean, Fault])[] = [
      [partitions, (member) => this.isolate(member)],
      [partitions, () => this.splitInTwo()],
      [partitions, (member) => this.cutOneWay(member)],
      [partitions, (member) => this.bridge(member)],
      [pauses, (member) => this.pause(member)],
      [pauses && partitions, (member) => this.freeze(member)],
      [powerLosses, (member) => this.crash(member, 'powerLoss')],
      [powerLosses, () => this.crashAll()],
      [kills, (member) => this.crash(member, 'kill')],
      [restarts, (member) => member.stop()],
      [tornWrites, (member) => this.crashDuringWrite(member)],
      [slowDisks, (member) => this.slowDown(member, 'isDiskSlow')],
      [slowStores, (member) => this.slowDown(member, 'isStoreSlow')],
      [failingDisks, (member) => this.failDisk(member)],
      [wallJumps, (member) => this.jump(member)],
    ];
    this.kinds = kinds.filter(([happens]) => happens).map(([, kind]) => kind);
    if (this.kinds.length > 0) this.next();
  }

  private get present(): SimMember[] {
    return this.parts.cluster.present;
  }

  private lastsMs(): number {
    return 2 * this.parts.random.next() * this.parts.options.lastsMs;
  }

  private next(): void {
    const { timeline, random, options } = this.parts;
    timeline.after(2 * random.next() * options.everyMs, () => {
      if (this.stopped) return;
      const { present } = this;
      if (present.length > 0) this.kinds[random.below(this.kinds.length)]!(this.someone(present));
      this.next();
    });
  }

  /** Leaders are where it hurts. */
  private someone(present: readonly SimMember[]): SimMember {
    const { random, cluster } = this.parts;
    const { leader } = cluster;
    return leader !== undefined && random.below(3) === 0 ? leader : present[random.below(present.length)]!;
  }

  // ---- the network

  private cut(what: string, links: readonly (readonly [SimMember, SimMember])[]): void {
    const { journal, timeline, cluster } = this.parts;
    journal.note(`the network: ${what}`);
    for (const [from, to] of links) cluster.network.cut(from.id, to.id);
    timeline.after(this.lastsMs(), () => {
      journal.note(`the network: no more "${what}"`);
      for (const [from, to] of links) cluster.network.mend(from.id, to.id);
    });
  }

  private isolate(member: SimMember): void {
    const others = this.present.filter((other) => other !== member);
    this.cut(
      `${member.name} is alone`,
      others.flatMap(
        (other) =>
          [
            [member, other],
            [other, member],
          ] as const,
      ),
    );
  }

  private splitInTwo(): void {
    const left = this.present.filter(() => this.parts.random.below(2) === 0);
    const right = this.present.filter((member) => !left.includes(member));
    this.cut(
      `${names(left)} and ${names(right)} apart`,
      left.flatMap((a) =>
        right.flatMap(
          (b) =>
            [
              [a, b],
              [b, a],
            ] as const,
        ),
      ),
    );
  }

  /** It hears the others and they do not hear it, or the other way round. */
  private cutOneWay(member: SimMember): void {
    const others = this.present.filter((other) => other !== member);
    const deaf = this.parts.random.below(2) === 0;
    const links = others.map((other) => (deaf ? ([other, member] as const) : ([member, other] as const)));
    this.cut(`${member.name} is ${deaf ? 'deaf' : 'mute'}`, links);
  }

  /** Two halves that share one member. */
  private bridge(middle: SimMember): void {
    const others = this.present.filter((other) => other !== middle);
    const left = others.filter((_, i) => i % 2 === 0);
    const right = others.filter((_, i) => i % 2 === 1);
    this.cut(
      `${middle.name} is the bridge`,
      left.flatMap((a) =>
        right.flatMap(
          (b) =>
            [
              [a, b],
              [b, a],
            ] as const,
        ),
      ),
    );
  }

  // ---- processes

  private pause(member: SimMember): void {
    const { journal, timeline } = this.parts;
    const { process } = member;
    if (process?.isAlive !== true || process.isPaused) return;
    journal.note(`${member.name} is stopped`);
    process.pause();
    timeline.after(this.lastsMs(), () => {
      journal.note(`${member.name} goes on`);
      process.resume();
    });
  }

  /** As a machine that moves: it stands still, goes on without knowing, and its network comes back last. */
  private freeze(member: SimMember): void {
    const { cluster, timeline, journal } = this.parts;
    const others = this.present.filter((other) => other !== member);
    journal.note(`${member.name} freezes`);
    for (const other of others) cluster.network.cut(member.id, other.id);
    for (const other of others) cluster.network.cut(other.id, member.id);
    this.pause(member);
    timeline.after(freezeMs, () => {
      member.process?.resume();
      timeline.after(this.lastsMs(), () => {
        journal.note(`${member.name} is back`);
        for (const other of others) cluster.network.mend(member.id, other.id);
        for (const other of others) cluster.network.mend(other.id, member.id);
      });
    });
  }

  private crash(member: SimMember, ending: 'kill' | 'powerLoss'): void {
    member.end(ending);
  }

  private crashAll(): void {
    this.parts.journal.note('the power fails');
    for (const member of this.present) this.crash(member, 'powerLoss');
  }

  /** A process has ended, by a fault of ours or by what one led to. */
  ended(member: SimMember): void {
    this.parts.timeline.after(this.lastsMs(), () => {
      if (!member.isGone && member.process?.isAlive !== true) member.start();
    });
  }

  // ---- disks and clocks

  private crashDuringWrite(member: SimMember): void {
    const { journal, random } = this.parts;
    if (member.process?.isAlive !== true) return;
    const operations = random.below(operationsBeforeCrashMax);
    journal.note(`${member.name} is to crash after ${operations} disk operations`);
    member.data.disk.crashAfter(operations);
  }

  private slowDown(member: SimMember, device: 'isDiskSlow' | 'isStoreSlow'): void {
    const { journal, timeline } = this.parts;
    const what = device === 'isDiskSlow' ? 'log disk' : 'store';
    journal.note(`${member.name} has a slow ${what}`);
    member[device] = true;
    timeline.after(this.lastsMs(), () => {
      journal.note(`${member.name} has a quick ${what} again`);
      member[device] = false;
    });
  }

  private failDisk(member: SimMember): void {
    const { journal, random } = this.parts;
    if (member.process?.isAlive !== true) return;
    const kind = random.below(2) === 0 ? 'write' : 'sync';
    journal.note(`${member.name} has a disk that fails its next ${kind}`);
    member.mayFail = true;
    const { disk } = member.data;
    disk.fault = (operation) => (operation.kind === kind ? new Error(`EIO: ${kind}`) : null);
  }

  private jump(member: SimMember): void {
    const { random, journal } = this.parts;
    const byMs = Math.floor((2 * random.next() - 1) * wallJumpMsMax);
    journal.note(`${member.name}: the wall clock jumps by ${byMs} ms`);
    if (member.process !== undefined) member.process.wallErrorMs += byMs;
  }

  // ---- the end of it

  /** Nothing goes wrong any more, and what went wrong is mended. */
  stop(): void {
    this.stopped = true;
    const { cluster, journal } = this.parts;
    journal.note('no more faults');
    cluster.network.heal();
    cluster.network.options = { ...cluster.network.options, lossRate: 0, straggleRate: 0 };
    for (const member of cluster.members.values()) {
      member.isDiskSlow = false;
      member.isStoreSlow = false;
      member.process?.resume();
      member.data.disk.crashAfter(Number.POSITIVE_INFINITY);
      member.data.disk.fault = () => null;
    }
    this.startAll();
  }

  startAll(): void {
    for (const member of this.present) if (member.process?.isAlive !== true) member.start();
  }
}

function names(members: readonly SimMember[]): string {
  return members.map(({ name }) => name).join('+');
}
