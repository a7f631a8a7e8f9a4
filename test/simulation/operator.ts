// An operator who changes the members now and then, as one would by hand: adds a learner or a voter and starts it, promotes,
// removes, moves the leader. Never takes the last voter.

import type { MaybePromise } from '../../common/api/call.ts';
import {
  MemberAddRequest,
  MemberPromoteRequest,
  MemberRemoveRequest,
  MoveLeaderRequest,
} from '../../common/api/generated/messages.ts';
import type { Service } from '../../common/api/generated/service.ts';
import type { Random } from '../../common/runtime/random.ts';
import { type Caller, call } from './caller.ts';
import type { SimCluster } from './cluster.ts';
import type { Journal } from './journal.ts';
import type { FaultOptions } from './options.ts';
import type { Timeline } from './timeline.ts';

const membersMax = 6;
const changeEveryMs = 2_500;

export interface OperatorParts {
  readonly options: FaultOptions;
  readonly cluster: SimCluster;
  readonly timeline: Timeline;
  readonly random: Random;
  readonly journal: Journal;
  readonly caller: Caller;
}

type Change = { readonly what: string; readonly work: (service: Service) => MaybePromise<unknown> };

export class Operator {
  private readonly parts: OperatorParts;
  private stopped = false;

  constructor(parts: OperatorParts) {
    this.parts = parts;
    const { memberChanges, transfers } = parts.options;
    if (memberChanges || transfers) this.next();
  }

  stop(): void {
    this.stopped = true;
  }

  private next(): void {
    const { timeline, random } = this.parts;
    timeline.after(2 * random.next() * changeEveryMs, () => {
      if (this.stopped) return;
      this.parts.cluster.welcome();
      const change = this.choose();
      if (change === undefined) this.next();
      else this.ask(change);
    });
  }

  private ask({ what, work }: Change): void {
    const { cluster, random, journal, caller } = this.parts;
    const { present, leader } = cluster;
    const member = leader !== undefined && random.below(2) === 0 ? leader : present[random.below(present.length)]!;
    journal.note(`operator @${member.name} ${what}`);
    caller.ask(member, work, (end) => {
      journal.note(`operator @${member.name} ${what}: ${end.kind === 'error' ? end.error.message : end.kind}`);
      cluster.welcome();
      this.next();
    });
  }

  private choose(): Change | undefined {
    const { memberChanges, transfers } = this.parts.options;
    const { random, cluster } = this.parts;
    const { truth } = cluster;
    const voters = [...truth.voters].sort();
    if (voters.length === 0) return undefined;
    const dice = random.below(5);
    if (transfers && (dice === 0 || !memberChanges)) {
      const targetId = voters[random.below(voters.length)]!;
      return {
        what: `moves the leader to ${nameOf(cluster, targetId)}`,
        work: (s) => s.moveLeader(MoveLeaderRequest.create({ targetId }), call),
      };
    }
    if (!memberChanges) return undefined;
    const [learner] = truth.learners;
    if (dice <= 2 && learner !== undefined) {
      return {
        what: `promotes ${nameOf(cluster, learner)}`,
        work: (s) => s.memberPromote(MemberPromoteRequest.create({ id: learner }), call),
      };
    }
    if (dice <= 3 && voters.length + truth.learners.size < membersMax) {
      const isLearner = random.below(3) !== 0;
      const peerUrls = [cluster.freshUrl()];
      const what = `adds ${peerUrls[0]}${isLearner ? ' as learner' : ''}`;
      return { what, work: (s) => s.memberAdd(MemberAddRequest.create({ peerUrls, isLearner }), call) };
    }
    if (voters.length < 2) return undefined;
    const id = voters[random.below(voters.length)]!;
    return {
      what: `removes ${nameOf(cluster, id)}`,
      work: (s) => s.memberRemove(MemberRemoveRequest.create({ id }), call),
    };
  }
}

function nameOf(cluster: SimCluster, id: bigint): string {
  return cluster.members.get(id)?.name ?? id.toString(16);
}
