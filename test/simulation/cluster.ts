// The members of a simulated cluster, and those that join it. Knows who should exist by the true history: a member that was
// added is started, also when whoever asked for it never heard the answer.

import { type Random, seededRandom } from '../../common/runtime/random.ts';
import { memberId } from '../../server/cluster/member-ids.ts';
import type { FirstMembers } from '../../server/durable-state.ts';
import { Invariants, observeReadies } from './invariants.ts';
import { Breach, type Journal } from './journal.ts';
import { clusterToken, SimMember, type Surroundings } from './member.ts';
import { SimNetwork } from './network.ts';
import type { WorldOptions } from './options.ts';
import type { SimProcess } from './process.ts';
import type { Timeline } from './timeline.ts';
import type { LeaseEnd } from './truth.ts';
import { Truth } from './truth.ts';

const clusterId = 0x5151n;

export interface ClusterParts {
  readonly world: WorldOptions;
  readonly timeline: Timeline;
  readonly random: Random;
  readonly journal: Journal;
  readonly onEnded: (member: SimMember, process: SimProcess) => void;
  readonly onLeaseEnd: (id: bigint, end: LeaseEnd) => void;
}

export class SimCluster {
  readonly members = new Map<bigint, SimMember>();
  readonly network: SimNetwork;
  readonly truth: Truth;
  readonly invariants: Invariants;
  crashes = 0;
  snapshots = 0;
  private readonly parts: ClusterParts;
  private readonly around: Surroundings;
  private readonly observer: { stop(): void };
  /** What ended the run from within a promise. */
  private failure: Error | undefined;

  constructor(parts: ClusterParts) {
    const { world, timeline, random, journal } = parts;
    this.parts = parts;
    this.truth = new Truth(() => timeline.nowMs, parts.onLeaseEnd);
    this.invariants = new Invariants(this.truth);
    this.network = new SimNetwork(world.network, timeline, seededRandom(random.below(2 ** 31)), journal);
    this.around = {
      world,
      timeline,
      network: this.network,
      journal,
      peer: (id) => this.members.get(id),
      onOpened: (member) => this.opened(member),
      onEnded: (member, process) => {
        this.crashes++;
        parts.onEnded(member, process);
      },
      onGivenUp: (member, error) => this.fail(new Breach(`${member.name} gave up: ${error.stack}`)),
      onSent: (member, to, message) => this.invariants.sent(member, to, message),
    };
    this.observer = observeReadies((id, { committed, snapshot }) => {
      const member = this.members.get(id);
      if (member?.process?.isAlive !== true) return;
      if (snapshot !== undefined) this.snapshots++;
      for (const entry of committed) this.truth.committed(member.name, entry);
    });
    this.found();
  }

  private found(): void {
    const urls = Array.from({ length: this.parts.world.members }, (_, i) => urlOf(i + 1));
    const founders = urls
      .map((url) => ({ id: memberId([url], clusterToken), name: nameOf(url), peerUrls: [url], isLearner: false }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    for (const { id, peerUrls } of founders) {
      this.add(id, peerUrls[0]!, () => ({ identity: { memberId: id, clusterId }, members: founders, founding: true }));
    }
  }

  private add(id: bigint, peerUrl: string, firstMembers: () => FirstMembers): void {
    const seed = this.parts.random.below(2 ** 31);
    const member = new SimMember({ id, name: nameOf(peerUrl), peerUrl, seed, around: this.around, firstMembers });
    this.members.set(id, member);
    this.network.join(member);
    member.start();
  }

  private opened(member: SimMember): void {
    try {
      this.invariants.opened(member);
    } catch (error) {
      this.fail(error as Error);
    }
  }

  /** Ends the run after this event. */
  fail(error: Error): void {
    this.failure ??= error;
  }

  /** Starts members that were added and are not there yet. */
  welcome(): void {
    const { truth } = this;
    for (const [id, url] of truth.peerUrls) {
      if (this.members.has(id)) continue;
      const members = [...truth.peerUrls].map(([other, peerUrl]) => {
        return { id: other, name: nameOf(peerUrl), peerUrls: [peerUrl], isLearner: truth.learners.has(other) };
      });
      this.add(id, url, () => ({ identity: { memberId: id, clusterId }, members, founding: false }));
    }
  }

  /** Members by the true history, and those of it that run. */
  get present(): SimMember[] {
    return [...this.members.values()].filter(({ id, isGone }) => !isGone && !this.truth.removed.has(id));
  }

  get leader(): SimMember | undefined {
    const leaders = this.present.filter(({ node }) => node?.replica.isLeading === true);
    return leaders.sort((a, b) => b.node!.raft.currentTerm - a.node!.raft.currentTerm)[0];
  }

  /** The peer URL for one more member. */
  freshUrl(): string {
    return urlOf(this.members.size + 1 + this.parts.random.below(1_000));
  }

  check(): void {
    if (this.failure !== undefined) throw this.failure;
    this.invariants.check(this.members.values());
  }

  /** The run is over: nothing of it is left behind. */
  close(): void {
    this.observer.stop();
    for (const member of this.members.values()) member.process?.die();
  }
}

function urlOf(number: number): string {
  return `http://m${number}:2380`;
}

function nameOf(url: string): string {
  return new URL(url).hostname;
}
