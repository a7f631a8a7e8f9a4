// Members and endpoints as rows of text, which the simple format joins by commas and the table format draws. The columns
// are those of etcdctl 3.6.

import type { HashKVResponse, MemberListResponse, StatusResponse } from '../../common/api/generated/messages.ts';
import { sizeText } from '../format/go-number.ts';
import type { EndpointAnswer, EndpointHealth } from './printer.ts';

export interface Rows {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const hex = (id: bigint): string => BigInt.asUintN(64, id).toString(16);

export function memberRows({ members }: MemberListResponse): Rows {
  return {
    header: ['ID', 'Status', 'Name', 'Peer Addrs', 'Client Addrs', 'Is Learner'],
    rows: members.map((member) => [
      hex(member.id),
      member.name === '' ? 'unstarted' : 'started',
      member.name,
      member.peerUrls.join(','),
      member.clientUrls.join(','),
      String(member.isLearner),
    ]),
  };
}

export function healthRows(health: readonly EndpointHealth[]): Rows {
  return {
    header: ['endpoint', 'health', 'took', 'error'],
    rows: health.map(({ endpoint, healthy, took, error }) => [endpoint, String(healthy), took, error]),
  };
}

export function statusRows(answers: readonly EndpointAnswer<StatusResponse>[]): Rows {
  return {
    header: [
      'endpoint',
      'ID',
      'version',
      'storage version',
      'db size',
      'in use',
      'percentage not in use',
      'quota',
      'is leader',
      'is learner',
      'raft term',
      'raft index',
      'raft applied index',
      'errors',
      'downgrade target version',
      'downgrade enabled',
    ],
    rows: answers.map(({ endpoint, response: status }) => [
      endpoint,
      hex(status.header?.memberId ?? 0n),
      status.version,
      status.storageVersion,
      sizeText(status.dbSize),
      sizeText(status.dbSizeInUse),
      `${notInUsePercent(status)}%`,
      sizeText(status.dbSizeQuota),
      String(status.leader === status.header?.memberId),
      String(status.isLearner),
      String(status.raftTerm),
      String(status.raftIndex),
      String(status.raftAppliedIndex),
      status.errors.join(', '),
      status.downgradeInfo?.targetVersion ?? '',
      String(status.downgradeInfo?.enabled ?? false),
    ]),
  };
}

/** etcdctl divides whole numbers, and by zero for an empty store; there nothing is unused. */
function notInUsePercent({ dbSize, dbSizeInUse }: StatusResponse): number {
  return dbSize === 0 ? 0 : 100 - Math.trunc((dbSizeInUse * 100) / dbSize);
}

export function hashRows(answers: readonly EndpointAnswer<HashKVResponse>[]): Rows {
  return {
    header: ['endpoint', 'hash', 'hash_revision'],
    rows: answers.map(({ endpoint, response }) => [endpoint, String(response.hash), String(response.hashRevision)]),
  };
}
