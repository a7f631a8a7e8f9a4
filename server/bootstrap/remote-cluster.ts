// What running members tell about their cluster on the peer port: GET /members, with the cluster's id in a header
// (etcd server/etcdserver/cluster_util.go), and GET /version. The writing side of /members is here too.

import { StartError } from '../../common/runtime/role.ts';
import { type BootstrapEnvironment, messageOf, refuseWhenGivenUp } from './environment.ts';
import { formatMember, type PlannedMember } from './planned-members.ts';

export interface RemoteMember extends PlannedMember {
  /** Known once the member has run; empty before. */
  readonly clientUrls: readonly string[];
}

export interface RemoteCluster {
  readonly clusterId: bigint;
  /** Lowest id first. */
  readonly members: readonly RemoteMember[];
}

export const clusterIdHeader = 'X-Etcd-Cluster-ID';
/** etcd's: time for a connection and a request. */
const fetchMs = 10_000;
/** etcd's: an answer that decides whether a founder has been here before must come quickly. */
const bootstrappedMs = 1_000;
const versionMs = 7_000;

/** Asks one URL after the other. Rejects with a StartError when none tells. */
export async function fetchRemoteCluster(
  peerUrls: readonly string[],
  environment: BootstrapEnvironment,
): Promise<RemoteCluster> {
  for (const url of [...peerUrls].sort()) {
    refuseWhenGivenUp(environment);
    try {
      const cluster = await fetchMembers(url, environment, fetchMs);
      if (cluster.members.length === 0) {
        throw new StartError('failed to get raft cluster member(s) from the given URLs');
      }
      return cluster;
    } catch (error) {
      if (error instanceof StartError) throw error;
      environment.log.warn('failed to get the member list from a peer', { url, error: messageOf(error) });
    }
  }
  throw new StartError('could not retrieve cluster information from the given URLs');
}

/** Whether any of the peers knows `id` as a member that has run. Peers that do not answer in a second know nothing. */
export async function isBootstrapped(
  id: bigint,
  peerUrls: readonly string[],
  environment: BootstrapEnvironment,
): Promise<boolean> {
  const answers = await Promise.allSettled(peerUrls.map((url) => fetchMembers(url, environment, bootstrappedMs)));
  return answers.some(
    (answer) =>
      answer.status === 'fulfilled' &&
      answer.value.members.some((member) => member.id === id && member.clientUrls.length > 0),
  );
}

/**
 * Refuses a cluster that does not speak our peer protocol: one of etcd's own members, say. Members that do not answer
 * may be down while another one joins.
 */
export async function refuseIncompatible(
  peerUrls: readonly string[],
  environment: BootstrapEnvironment,
): Promise<void> {
  const answers = await Promise.allSettled(peerUrls.map((url) => fetchVersion(url, environment)));
  let compatible = 0;
  answers.forEach((answer, i) => {
    if (answer.status === 'rejected') {
      environment.log.warn('failed to get the version of a peer', {
        url: peerUrls[i]!,
        error: messageOf(answer.reason),
      });
      return;
    }
    if (!answer.value.isRollcall) {
      throw new StartError(
        `incompatible with current running cluster: ${peerUrls[i]} is etcd ${answer.value.etcdserver}, ` +
          'whose peer protocol is another one; copy its keys into a new cluster instead',
      );
    }
    compatible++;
  });
  if (compatible === 0) throw new StartError('incompatible with current running cluster: no member tells its version');
}

async function fetchMembers(url: string, environment: BootstrapEnvironment, timeoutMs: number): Promise<RemoteCluster> {
  const { http, signal } = environment;
  const answer = await http({ method: 'GET', url: `${url}/members`, timeoutMs }, signal);
  const header = answer.headers.get(clusterIdHeader.toLowerCase()) ?? '';
  const members = decodeMembers(answer.body);
  if (!/^[0-9a-f]{1,16}$/i.test(header)) throw new Error(`failed to parse cluster ID "${header}"`);
  return { clusterId: BigInt(`0x${header}`), members };
}

async function fetchVersion(
  url: string,
  { http, signal }: BootstrapEnvironment,
): Promise<{ readonly etcdserver: string; readonly isRollcall: boolean }> {
  const answer = await http({ method: 'GET', url: `${url}/version`, timeoutMs: versionMs }, signal);
  const { etcdserver, rollcall } = JSON.parse(answer.body) as { etcdserver?: unknown; rollcall?: unknown };
  if (typeof etcdserver !== 'string') throw new Error(`${url}/version does not tell "etcdserver"`);
  return { etcdserver, isRollcall: typeof rollcall === 'string' };
}

/** The body of GET /members, as etcd writes it: ids are JSON numbers of 64 bits. */
export function encodeMembers(members: readonly RemoteMember[]): string {
  const rows = members.map(({ id, name, peerUrls, clientUrls, isLearner }) => {
    const rest = JSON.stringify({
      peerURLs: peerUrls,
      ...(isLearner ? { isLearner } : {}),
      ...(name === '' ? {} : { name }),
      ...(clientUrls.length === 0 ? {} : { clientURLs: clientUrls }),
    });
    return `{"id":${id},${rest.slice(1)}`;
  });
  return `[${rows.join(',')}]\n`;
}

/** Throws an Error for anything else than a list of members. */
export function decodeMembers(body: string): readonly RemoteMember[] {
  // JSON.parse would round the ids. A quote within a string is escaped, so this meets property names only.
  const rows: unknown = JSON.parse(body.replace(/"id"(\s*):(\s*)(\d+)/g, '"id"$1:$2"$3"'));
  if (!Array.isArray(rows)) throw new Error('the answer is not a list of members');
  return rows.map(decodeMember).sort((a, b) => (a.id < b.id ? -1 : 1));
}

function decodeMember(row: unknown): RemoteMember {
  const member = (row ?? {}) as Readonly<Record<string, unknown>>;
  const { id, name, isLearner } = member;
  if (typeof id !== 'string' || !/^\d{1,20}$/.test(id)) throw new Error('a member of the list has no id');
  return {
    id: BigInt(id),
    name: typeof name === 'string' ? name : '',
    isLearner: isLearner === true,
    peerUrls: stringsOf(member.peerURLs, 'peerURLs'),
    clientUrls: stringsOf(member.clientURLs ?? [], 'clientURLs'),
  };
}

function stringsOf(value: unknown, what: string): readonly string[] {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw new Error(`${what} of a member is not a list of URLs`);
  }
  return value;
}

/** As Go prints etcd's cluster, for refusals that show it. */
export function formatCluster({ clusterId, members }: RemoteCluster): string {
  const list = members.map((member) => formatMember(member, member.clientUrls)).join(' ');
  return `{ClusterID:${clusterId.toString(16)} Members:[${list}] RemovedMemberIDs:[]}`;
}
