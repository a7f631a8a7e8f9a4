// The table of client verbs: dispatch and help are loops over it.

import { serviceDeregister } from './service/deregister.ts';
import { serviceList } from './service/list.ts';
import { serviceRegister } from './service/register.ts';
import { serviceResolve } from './service/resolve.ts';
import { serviceShow } from './service/show.ts';
import type { Verb } from './verb.ts';
import { alarmDisarm, alarmList } from './verbs/alarm.ts';
import { clusterHealth } from './verbs/cluster-health.ts';
import { compaction } from './verbs/compaction.ts';
import { del } from './verbs/del.ts';
import { endpointHashKv, endpointHealth, endpointStatus } from './verbs/endpoint.ts';
import { get } from './verbs/get.ts';
import { leaseGrant, leaseList, leaseRevoke, leaseTimeToLive } from './verbs/lease.ts';
import { leaseKeepAlive } from './verbs/lease-keep-alive.ts';
import { memberAdd, memberList, memberPromote, memberRemove, memberUpdate } from './verbs/member.ts';
import { put } from './verbs/put.ts';
import { txn } from './verbs/txn.ts';
import { watch } from './verbs/watch.ts';

export const verbs: readonly Verb[] = [
  serviceList,
  serviceShow,
  serviceResolve,
  serviceRegister,
  serviceDeregister,
  get,
  put,
  del,
  txn,
  watch,
  leaseGrant,
  leaseRevoke,
  leaseTimeToLive,
  leaseList,
  leaseKeepAlive,
  compaction,
  endpointHealth,
  endpointStatus,
  endpointHashKv,
  memberList,
  memberAdd,
  memberRemove,
  memberUpdate,
  memberPromote,
  alarmList,
  alarmDisarm,
  clusterHealth,
];

/** The first words of verbs that have two, in the order of the table: `service`, `lease`, … */
export function groupNames(): readonly string[] {
  return [...new Set(verbs.filter(({ name }) => name.includes(' ')).map(({ name }) => name.split(' ')[0]!))];
}

export const groupSummaries: Readonly<Record<string, string>> = {
  service: 'registers, lists and resolves services',
  lease: 'grants, renews and revokes leases',
  endpoint: 'health, status and hashes of endpoints',
  member: 'members of the cluster',
  alarm: 'alarms of the cluster',
};
