// Messages between simulated members, in flight until somebody delivers, loses or doubles them. A snapshot's content
// travels with the message that announced it; the sender's driver hears how it went.

import type { Message } from '../../../server/raft/message.ts';
import type { Machine, SimMember } from './sim-member.ts';

export interface Parcel {
  readonly message: Message;
  readonly sender: SimMember;
  readonly senderLife: number;
  readonly machine: Machine | undefined;
}

export class SimNetwork {
  readonly members: Map<bigint, SimMember>;
  inFlight: Parcel[] = [];
  /** Links `from-to` that lose everything. */
  private readonly cuts = new Set<string>();

  constructor(members: Map<bigint, SimMember>) {
    this.members = members;
  }

  send(sender: SimMember, message: Message): void {
    const machine = message.kind === 'snapshot' ? sender.machine : undefined;
    const parcel = { message, sender, senderLife: sender.incarnation, machine };
    if (this.isCut(message)) this.lose(parcel);
    else this.inFlight.push(parcel);
  }

  isCut({ from, to }: { from: bigint; to: bigint }): boolean {
    return this.cuts.has(`${from}-${to}`);
  }

  cut(from: bigint, to: bigint): void {
    this.cuts.add(`${from}-${to}`);
  }

  heal(): void {
    this.cuts.clear();
  }

  /** Takes the parcel at `place` out. */
  take(place: number): Parcel {
    return this.inFlight.splice(place, 1)[0]!;
  }

  deliver(parcel: Parcel): void {
    const { message, sender, senderLife, machine } = parcel;
    const receiver = this.members.get(message.to);
    if (receiver === undefined || receiver.raft === null || this.isCut(message)) {
      this.lose(parcel);
      return;
    }
    receiver.raft.step(message);
    if (machine !== undefined) {
      receiver.offerSnapshot(machine);
      if (sender.incarnation === senderLife) sender.raft?.snapshotSent(message.to, machine.applied.index);
      sender.work();
    }
    receiver.work();
  }

  lose({ message, sender, senderLife, machine }: Parcel): void {
    if (machine === undefined || sender.incarnation !== senderLife) return;
    sender.raft?.snapshotFailed(message.to);
  }
}
