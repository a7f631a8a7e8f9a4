// After the faults: the cluster has to heal by itself, in bounded time. It elects, serves writes through every member, all
// members reach the same state, which is the model's, watchers have been told everything, and leases that nobody keeps
// alive are gone.

import { PutRequest, RangeRequest } from '../../common/api/generated/messages.ts';
import { type Caller, call } from './caller.ts';
import { keyPrefix, keysEnd } from './client.ts';
import type { SimCluster } from './cluster.ts';
import { show } from './history.ts';
import { Breach, demand } from './journal.ts';
import { electionMs, type SimMember } from './member.ts';
import type { Timeline } from './timeline.ts';
import type { WatchClient } from './watch-client.ts';

/** To elect, catch up, and for requests that were sent before to run out of time. */
export const healMsMax = 30 * electionMs;
/** Longest TTL of a client, its revocation, and one that got lost and is tried again. */
const expiryMsMax = 15_000;
const comparedRevisionsMax = 12;

export interface HealingParts {
  readonly cluster: SimCluster;
  readonly timeline: Timeline;
  readonly caller: Caller;
  readonly watchers: readonly WatchClient[];
  /** Lets one event happen, and checks. */
  readonly step: () => Promise<void>;
}

export class Healing {
  private readonly parts: HealingParts;
  private probes = 0;

  constructor(parts: HealingParts) {
    this.parts = parts;
  }

  async run(): Promise<void> {
    const { cluster, watchers } = this.parts;
    cluster.welcome();
    await this.until(
      'every member of the cluster is up',
      () => this.members().every(({ isRunning }) => isRunning) && cluster.leader !== undefined,
      healMsMax,
    );
    for (const member of this.members()) if (!cluster.truth.learners.has(member.id)) await this.write(member);
    await this.until(
      'leases that nobody keeps alive are gone',
      () => cluster.truth.model.leases.size === 0,
      expiryMsMax,
    );
    await this.until('all members have applied the same', () => this.isSettled(), healMsMax);
    await this.until(
      'watchers have been told everything',
      () => watchers.every(({ isUpToDate }) => isUpToDate),
      healMsMax,
    );
    for (const member of this.members()) await this.compare(member);
  }

  /** Those that the true history has now; not all may have been started yet. */
  private members(): SimMember[] {
    const { cluster } = this.parts;
    cluster.welcome();
    return cluster.present;
  }

  private async until(what: string, holds: () => boolean, withinMs: number): Promise<void> {
    const { timeline, cluster } = this.parts;
    const endMs = timeline.nowMs + withinMs;
    while (!holds()) {
      if (timeline.nowMs > endMs) throw new Breach(`not healed within ${withinMs} ms: ${what}; ${standing(cluster)}`);
      await this.parts.step();
    }
  }

  private async outcome<T>(what: string, promise: Promise<T>, withinMs: number): Promise<T> {
    let over = false;
    const settled = (): void => {
      over = true;
    };
    promise.then(settled, settled);
    await this.until(what, () => over, withinMs);
    return promise;
  }

  /** A write through each member; the first may meet an election that is still going on. */
  private async write(member: SimMember): Promise<void> {
    const request = PutRequest.create({
      key: Buffer.from(`${keyPrefix}-probe`),
      value: Buffer.from(`probe.${++this.probes}`),
    });
    let done = false;
    const ask = (): void =>
      this.parts.caller.ask(
        member,
        (service) => service.put(request, call),
        (end) => {
          if (end.kind === 'answer') done = true;
          else this.parts.timeline.after(electionMs / 10, () => retry());
        },
      );
    const retry = (): void => {
      // A value of its own for each attempt: the one before may have taken effect.
      request.value = Buffer.from(`probe.${++this.probes}`);
      ask();
    };
    ask();
    await this.until(
      `a write through ${member.name}`,
      () => done || !this.parts.cluster.present.includes(member),
      healMsMax,
    );
  }

  private isSettled(): boolean {
    const { lastIndex } = this.parts.cluster.truth;
    return this.members().every(({ node }) => node !== undefined && node.raft.log.appliedIndex === lastIndex);
  }

  /** Everything that can be read of a member, against the model. */
  private async compare(member: SimMember): Promise<void> {
    const { truth } = this.parts.cluster;
    const { model } = truth;
    const { service, lessor, store } = member.node!;
    await this.until('all members have applied the same', () => this.isSettled(), healMsMax);
    const last = model.revision;
    demand(
      store.currentRevision === last,
      () => `${member.name} ends at revision ${store.currentRevision}, not ${last}`,
    );
    demand(
      lessor.size === model.leases.size,
      () => `${member.name} has ${lessor.size} leases, there are ${model.leases.size}`,
    );
    // A late compaction may still come meanwhile.
    for (let revision = Math.max(1, last - comparedRevisionsMax); revision <= last; revision++) {
      if (revision < model.compactRevision) continue;
      const request = RangeRequest.create({
        key: Buffer.from(keyPrefix),
        rangeEnd: keysEnd,
        revision,
        serializable: true,
      });
      const reading = (async () => service.range(request, call))();
      const { kvs } = await this.outcome(`reading ${member.name}`, reading, healMsMax);
      const expected = show(truth.stateAt(revision, keyPrefix, keysEnd.toString('latin1')));
      demand(
        show(kvs) === expected,
        () => `${member.name} has ${show(kvs)} at revision ${revision}, it is ${expected}`,
      );
    }
  }
}

function standing(cluster: SimCluster): string {
  const members = cluster.present.map(({ name, node, process }) => {
    if (node === undefined) return `${name} ${process?.isAlive === true ? 'is starting' : 'is down'}`;
    const { raft } = node;
    return `${name} ${raft.role} t${raft.currentTerm} log ${raft.log.lastIndex} commit ${raft.log.commitIndex} applied ${raft.log.appliedIndex}`;
  });
  return `${members.join(', ')}; ${cluster.truth.lastIndex} are committed, ${cluster.truth.model.leases.size} leases are there`;
}
