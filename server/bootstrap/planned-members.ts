// Members with their ids, and what a node does about them on its first start. The founders of a cluster each compute
// this on their own, so everything that is put to their logs must come out equal on all of them.

import { StartError } from '../../common/runtime/role.ts';
import { memberId } from '../cluster/member-ids.ts';
import type { UrlsMap } from './urls-map.ts';

export interface PlannedMember {
  readonly id: bigint;
  /** Empty when the founders do not all know it by the same name; the member tells its own once it runs. */
  readonly name: string;
  readonly peerUrls: readonly string[];
  readonly isLearner: boolean;
}

export type BootstrapPlan =
  /** Be one of the founders of a new cluster: all members, lowest id first, are the first entries of the log. */
  | {
      readonly kind: 'found';
      readonly memberId: bigint;
      readonly clusterId: bigint;
      readonly members: readonly PlannedMember[];
    }
  /** Join a cluster that has this member on its list: start with an empty log, and hear from the others. */
  | {
      readonly kind: 'join';
      readonly memberId: bigint;
      readonly clusterId: bigint;
      readonly members: readonly PlannedMember[];
      readonly isLearner: boolean;
    }
  /** The discovered cluster has all its members: be a proxy in front of them (--discovery-fallback). */
  | { readonly kind: 'proxy'; readonly members: UrlsMap };

/** Lowest id first. Two members with the same URLs are one id: refused in etcd's words. */
export function foundingMembers(map: UrlsMap, clusterToken: string): readonly PlannedMember[] {
  const members = new Map<bigint, PlannedMember>();
  for (const [name, peerUrls] of map) {
    const id = memberId(peerUrls, clusterToken);
    const member = { id, name, peerUrls, isLearner: false };
    if (members.has(id)) throw new StartError(`member exists with identical ID ${formatMember(member, [])}`);
    if (id === 0n) throw new StartError('cannot use 0 as member id');
    members.set(id, member);
  }
  return [...members.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** As Go prints etcd's Member. */
export function formatMember({ id, name, peerUrls, isLearner }: PlannedMember, clientUrls: readonly string[]): string {
  return (
    `&{ID:${id.toString(16)} RaftAttributes:{PeerURLs:[${peerUrls.join(' ')}] IsLearner:${isLearner}} ` +
    `Attributes:{Name:${name} ClientURLs:[${clientUrls.join(' ')}]}}`
  );
}
