// Calls of simulated clients: over a network of their own to one member, with an answer, an error or, when the process died
// or time ran out, no knowledge of what became of it.

import type { Call, MaybePromise } from '../../common/api/call.ts';
import type { Service } from '../../common/api/generated/service.ts';
import type { Random } from '../../common/runtime/random.ts';
import type { SimMember } from './member.ts';
import type { SimProcess } from './process.ts';
import type { Timeline } from './timeline.ts';

/** How long a caller waits: the longest is above the servers' own request timeout, which are to say so first. */
const patienceMs = [400, 2_000, 12_000] as const;
const delayMsMax = 5;

export type CallEnd<T> =
  | { readonly kind: 'answer'; readonly answer: T }
  | { readonly kind: 'error'; readonly error: Error }
  /** Connection refused: it never arrived. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'unknown' };

export const call: Call = {
  metadata: new Map(),
  timeoutMs: undefined,
  peer: 'client',
  cancelled: false,
  onCancel: () => {},
};

export class Caller {
  private readonly timeline: Timeline;
  private readonly random: Random;
  /** Ends of what waits for a process. */
  private readonly waiting = new Map<SimProcess, Set<() => void>>();

  constructor(timeline: Timeline, random: Random) {
    this.timeline = timeline;
    this.random = random;
  }

  delayMs(): number {
    return this.random.next() * delayMsMax;
  }

  /** A process has ended: its connections break. */
  ended(process: SimProcess): void {
    const ends = this.waiting.get(process);
    this.waiting.delete(process);
    for (const end of ends ?? []) this.timeline.after(this.delayMs(), end);
  }

  /** Runs `broken` when the process ends. Returns how to call that off. */
  onEnd(process: SimProcess, broken: () => void): () => void {
    const ends = this.waiting.get(process) ?? new Set();
    this.waiting.set(process, ends);
    ends.add(broken);
    return () => ends.delete(broken);
  }

  ask<T>(member: SimMember, work: (service: Service) => MaybePromise<T>, onEnd: (end: CallEnd<T>) => void): void {
    const { timeline } = this;
    let over = false;
    let forget: () => void = () => {};
    const end = (how: CallEnd<T>): void => {
      if (over) return;
      over = true;
      patience.cancel();
      forget();
      onEnd(how);
    };
    const patience = timeline.after(patienceMs[this.random.below(patienceMs.length)]!, () => end({ kind: 'unknown' }));
    const reply = (how: CallEnd<T>): void => {
      timeline.after(this.delayMs(), () => end(how));
    };
    timeline.after(this.delayMs(), () => {
      const { process } = member;
      if (process?.isAlive !== true) return reply({ kind: 'refused' });
      forget = this.onEnd(process, () => end({ kind: 'unknown' }));
      process.run(() => {
        const { node } = member;
        if (node === undefined) return reply({ kind: 'refused' });
        (async () => work(node.service))().then(
          (answer) => process.isAlive && reply({ kind: 'answer', answer }),
          (error: Error) => process.isAlive && reply({ kind: 'error', error }),
        );
      });
    });
  }
}
