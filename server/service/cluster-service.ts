// Cluster and Maintenance calls of a core node, as far as a cluster of one member has them.

import type { MaybePromise } from '../../common/api/call.ts';
import {
  type AlarmRequest,
  AlarmRequestAlarmAction,
  type AlarmResponse,
  AlarmType,
  AuthStatusResponse,
  DefragmentResponse,
  type MemberListRequest,
  type MemberListResponse,
  StatusResponse,
} from '../../common/api/generated/messages.ts';
import type { Service } from '../../common/api/generated/service.ts';
import { ApiError, Status } from '../../common/api/status.ts';
import { apiVersion } from '../../common/version.ts';
import type { Alarms } from '../cluster/alarms.ts';
import type { Membership } from '../cluster/membership.ts';
import type { Quota } from '../cluster/quota.ts';
import type { Raft } from '../raft/raft.ts';
import type { Replica } from '../replica/replica.ts';
import type { KeyValueStore } from '../storage/key-value-store.ts';
import type { Headers } from './headers.ts';
import { emptyCommand } from './kv-service.ts';

export interface ClusterParts {
  readonly memberId: bigint;
  readonly raft: Raft;
  readonly replica: Replica;
  readonly membership: Membership;
  readonly alarms: Alarms;
  readonly quota: Quota;
  readonly quotaBytes: number | undefined;
  readonly backing: KeyValueStore;
  readonly headers: Headers;
}

type ClusterCalls = 'memberList' | 'status' | 'alarm' | 'defragment' | 'authStatus';

export class ClusterService implements Pick<Service, ClusterCalls> {
  private readonly parts: ClusterParts;

  constructor(parts: ClusterParts) {
    this.parts = parts;
  }

  async memberList(request: MemberListRequest): Promise<MemberListResponse> {
    const { replica, membership, headers } = this.parts;
    if (request.linearizable) await replica.linearize();
    const members = membership.members.map(({ id, name, peerUrls, clientUrls, isLearner }) => ({
      id,
      name,
      peerUrls,
      clientUrls,
      isLearner,
    }));
    return { header: headers.withoutRevision(), members };
  }

  async status(): Promise<StatusResponse> {
    const { raft, headers, backing, alarms, quotaBytes } = this.parts;
    const bytes = await backing.approximateBytes();
    const errors = alarms.list().map(({ memberId, alarm }) => `memberID:${memberId} alarm:${alarmName(alarm)} `);
    if (raft.leader === 0n) errors.push('etcdserver: no leader');
    return StatusResponse.create({
      header: headers.now(),
      version: apiVersion,
      storageVersion: apiVersion,
      dbSize: bytes,
      dbSizeInUse: bytes,
      dbSizeQuota: quotaBytes ?? 0,
      leader: raft.leader,
      raftIndex: raft.log.commitIndex,
      raftTerm: raft.currentTerm,
      raftAppliedIndex: raft.log.appliedIndex,
      errors,
    });
  }

  alarm(request: AlarmRequest): MaybePromise<AlarmResponse> {
    const { alarms, headers, replica } = this.parts;
    const { action, memberId, alarm } = request;
    switch (action) {
      case AlarmRequestAlarmAction.GET:
        return { header: headers.now(), alarms: alarms.list(alarm) };
      case AlarmRequestAlarmAction.ACTIVATE:
      case AlarmRequestAlarmAction.DEACTIVATE: {
        // No alarm: nothing changes (as etcd answers it).
        if (alarm === AlarmType.NONE) return { header: headers.now(), alarms: [] };
        if (alarm !== AlarmType.NOSPACE && alarm !== AlarmType.CORRUPT) throw unknownAlarm(alarm);
        const command = { ...emptyCommand, alarm: { action, memberId, alarm } };
        return replica.propose(command).then((response) => headers.complete(response as AlarmResponse));
      }
      default:
        throw unknownAlarm(action);
    }
  }

  /** RocksDB reclaims space by itself; the call is answered because tools make it. */
  defragment(): DefragmentResponse {
    return DefragmentResponse.create();
  }

  authStatus(): AuthStatusResponse {
    return AuthStatusResponse.create({ header: this.parts.headers.now(), authRevision: 1 });
  }
}

function alarmName(alarm: number): string {
  return alarm === AlarmType.NOSPACE ? 'NOSPACE' : 'CORRUPT';
}

function unknownAlarm(value: number): ApiError {
  return new ApiError(Status.INVALID_ARGUMENT, `etcdserver: unknown alarm or action ${value}`);
}
