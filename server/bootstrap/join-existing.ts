// Joining a cluster that runs (--initial-cluster-state=existing): the flags must describe the very members that the
// cluster has, this one included, and ids are the cluster's (etcd: bootstrapExistingClusterNoWAL,
// ValidateClusterAndAssignIDs). Unlike etcd, a member that has run before is refused: it has lost what it acknowledged.

import { StartError } from '../../common/runtime/role.ts';
import { type BootstrapEnvironment, messageOf } from './environment.ts';
import type { BootstrapPlan } from './planned-members.ts';
import {
  fetchRemoteCluster,
  formatCluster,
  type RemoteCluster,
  type RemoteMember,
  refuseIncompatible,
} from './remote-cluster.ts';
import { compareUrls, resolveMsMax } from './url-equality.ts';
import type { UrlsMap } from './urls-map.ts';
import { type LocalMember, verifyJoiner } from './verify-flags.ts';

export async function planJoin(
  local: LocalMember,
  map: UrlsMap,
  environment: BootstrapEnvironment,
): Promise<BootstrapPlan & { readonly kind: 'join' }> {
  verifyJoiner(local, map);
  const remotePeerUrls = [...map].filter(([name]) => name !== local.name).flatMap(([, urls]) => urls);
  const existing = await fetchExisting(remotePeerUrls, environment);
  const names = await matchMembers(existing, map, environment);
  const own = existing.members.find(({ id }) => names.get(id) === local.name)!;
  if (own.clientUrls.length > 0) throw hasRunBefore(own, local.name);
  await refuseIncompatible(remotePeerUrls, environment);
  return {
    kind: 'join',
    memberId: own.id,
    clusterId: existing.clusterId,
    isLearner: own.isLearner,
    members: existing.members.map(({ id, name, peerUrls, isLearner }) => ({ id, name, peerUrls, isLearner })),
  };
}

async function fetchExisting(peerUrls: readonly string[], environment: BootstrapEnvironment): Promise<RemoteCluster> {
  try {
    return await fetchRemoteCluster(peerUrls, environment);
  } catch (error) {
    throw new StartError(`cannot fetch cluster info from peer urls: ${messageOf(error)}`, { cause: error });
  }
}

/** The name in the flags of every existing member, by id. Rejects in etcd's words unless it is one to one. */
async function matchMembers(
  existing: RemoteCluster,
  map: UrlsMap,
  environment: BootstrapEnvironment,
): Promise<ReadonlyMap<bigint, string>> {
  const refuse = (problem: string): StartError =>
    new StartError(`error validating peerURLs ${formatCluster(existing)}: ${problem}`);
  if (existing.members.length !== map.size) {
    throw refuse(
      `the member count is unequal: the cluster has ${existing.members.length}, --initial-cluster ${map.size}`,
    );
  }
  const deadlineMs = environment.clock.monotonicMs() + resolveMsMax;
  const names = new Map<bigint, string>();
  const rest = new Map(map);
  for (const member of existing.members) {
    let reason = '';
    for (const [name, urls] of rest) {
      const comparison = await compareUrls(member.peerUrls, urls, environment, deadlineMs);
      if (comparison.equal) {
        names.set(member.id, name);
        rest.delete(name);
        break;
      }
      reason = comparison.reason;
    }
    if (!names.has(member.id)) {
      const which = `(${member.id.toString(16)}, [${member.peerUrls.join(' ')}])`;
      throw refuse(
        `unmatched member while checking PeerURLs: no match found for existing member ${which}, last resolver error (${reason})`,
      );
    }
  }
  return names;
}

function hasRunBefore({ id, peerUrls }: RemoteMember, name: string): StartError {
  const hex = id.toString(16);
  return new StartError(
    `member ${hex} has already been bootstrapped, but there is no data of it here; what it acknowledged is lost. ` +
      `Replace it: rollcall member remove ${hex}, rollcall member add ${name} --peer-urls=${peerUrls.join(',')}, then start again`,
  );
}
