// The Cluster and Maintenance calls of a core node.

import type { MaybePromise } from '../../common/api/call.ts';
import { apiError } from '../../common/api/errors.ts';
import {
  type AlarmRequest,
  AlarmRequestAlarmAction,
  type AlarmResponse,
  AlarmType,
  AuthStatusResponse,
  DefragmentResponse,
  type HashKVRequest,
  type HashKVResponse,
  type HashResponse,
  type Member,
  type MemberAddRequest,
  type MemberAddResponse,
  type MemberListRequest,
  type MemberListResponse,
  type MemberPromoteRequest,
  type MemberPromoteResponse,
  type MemberRemoveRequest,
  type MemberRemoveResponse,
  type MemberUpdateRequest,
  type MemberUpdateResponse,
  type MoveLeaderRequest,
  type MoveLeaderResponse,
  type ResponseHeader,
  StatusResponse,
} from '../../common/api/generated/messages.ts';
import type { Service } from '../../common/api/generated/service.ts';
import { ApiError, Status } from '../../common/api/status.ts';
import type { Clock } from '../../common/runtime/clock.ts';
import { apiVersion } from '../../common/version.ts';
import { MemberRow, type MembershipCommand, MembershipCommandKind } from '../apply/generated/commands.ts';
import type { Alarms } from '../cluster/alarms.ts';
import { memberId as idOf } from '../cluster/member-ids.ts';
import type { Membership } from '../cluster/membership.ts';
import type { Quota } from '../cluster/quota.ts';
import type { ReconfigurationGuard } from '../cluster/reconfiguration-guard.ts';
import { hashKv } from '../mvcc/hash-kv.ts';
import type { MvccStore } from '../mvcc/mvcc-store.ts';
import type { Raft } from '../raft/raft.ts';
import type { Replica } from '../replica/replica.ts';
import type { KeyValueStore } from '../storage/key-value-store.ts';
import type { Headers } from './headers.ts';
import { emptyCommand } from './kv-service.ts';

export interface ClusterParts {
  readonly memberId: bigint;
  readonly raft: Raft;
  readonly store: MvccStore;
  readonly replica: Replica;
  readonly membership: Membership;
  readonly alarms: Alarms;
  readonly quota: Quota;
  readonly quotaBytes: number | undefined;
  /** The store in use at the moment. */
  readonly backing: () => KeyValueStore;
  readonly clusterToken: string;
  readonly clock: Clock;
  readonly guard: ReconfigurationGuard;
  readonly headers: Headers;
}

type ClusterCalls =
  | 'memberList'
  | 'memberAdd'
  | 'memberRemove'
  | 'memberUpdate'
  | 'memberPromote'
  | 'moveLeader'
  | 'status'
  | 'alarm'
  | 'defragment'
  | 'hash'
  | 'hashKv'
  | 'authStatus';

export class ClusterService implements Pick<Service, ClusterCalls> {
  private readonly parts: ClusterParts;

  constructor(parts: ClusterParts) {
    this.parts = parts;
  }

  async memberList(request: MemberListRequest): Promise<MemberListResponse> {
    const { replica, headers } = this.parts;
    if (request.linearizable) await replica.linearize();
    return { header: headers.withoutRevision(), members: this.members() };
  }

  async memberAdd(request: MemberAddRequest): Promise<MemberAddResponse> {
    const { clusterToken, clock, guard } = this.parts;
    const peerUrls = checkedUrls(request.peerUrls);
    // Seconds make the id of a member that comes back under its old URLs a new one (etcd membership.NewMember).
    const id = idOf(peerUrls, clusterToken, Math.floor(clock.wallMs() / 1000));
    const member = MemberRow.create({ id, peerUrls, isLearner: request.isLearner });
    const command = { kind: MembershipCommandKind.ADD, member };
    await this.checkLinearized(command);
    guard.checkAdd(request.isLearner);
    const members = await this.change(command);
    return { ...members, member: members.members.find((other) => other.id === id) };
  }

  async memberRemove(request: MemberRemoveRequest): Promise<MemberRemoveResponse> {
    const command = { kind: MembershipCommandKind.REMOVE, member: MemberRow.create({ id: request.id }) };
    await this.checkLinearized(command);
    this.parts.guard.checkRemove(request.id);
    return this.change(command);
  }

  async memberUpdate(request: MemberUpdateRequest): Promise<MemberUpdateResponse> {
    const peerUrls = checkedUrls(request.peerUrls);
    const command = { kind: MembershipCommandKind.UPDATE, member: MemberRow.create({ id: request.id, peerUrls }) };
    await this.checkLinearized(command);
    return this.change(command);
  }

  async memberPromote(request: MemberPromoteRequest): Promise<MemberPromoteResponse> {
    const command = { kind: MembershipCommandKind.PROMOTE, member: MemberRow.create({ id: request.id }) };
    await this.checkLinearized(command);
    this.parts.guard.checkPromote(request.id);
    return this.change(command);
  }

  /** Refuses early what apply would refuse. */
  private async checkLinearized(command: MembershipCommand): Promise<void> {
    await this.parts.replica.linearize();
    this.parts.membership.check(command);
  }

  private async change(membership: MembershipCommand): Promise<{ header: ResponseHeader; members: Member[] }> {
    await this.parts.replica.propose({ ...emptyCommand, membership });
    return { header: this.parts.headers.withoutRevision(), members: this.members() };
  }

  private members(): Member[] {
    return this.parts.membership.members.map(({ id, name, peerUrls, clientUrls, isLearner }) => {
      return { id, name, peerUrls, clientUrls, isLearner };
    });
  }

  /** Asked of the leader only, as in etcd; answered once the other member leads. */
  async moveLeader(request: MoveLeaderRequest): Promise<MoveLeaderResponse> {
    const { raft, replica, headers, membership, clock } = this.parts;
    const member = membership.get(request.targetId);
    if (raft.role !== 'leader') throw apiError('notLeader');
    if (member === undefined || member.isLearner) throw apiError('badLeaderTransferee');
    if (request.targetId === raft.id) return { header: headers.now() };
    const refusal = raft.transferLeadership(request.targetId);
    if (refusal !== undefined) throw apiError('timeoutDueToLeaderFail');
    replica.wake();
    for (let round = 0; round < transferRoundsMax && raft.leader !== request.targetId; round++) {
      await new Promise<void>((resolve) => clock.after(transferPollMs, resolve));
    }
    if (raft.leader !== request.targetId) throw apiError('timeoutDueToLeaderFail');
    return { header: headers.now() };
  }

  async status(): Promise<StatusResponse> {
    const { raft, headers, backing, alarms, quotaBytes } = this.parts;
    const bytes = await backing().approximateBytes();
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
      isLearner: this.parts.membership.learners.includes(this.parts.memberId),
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

  async hashKv(request: HashKVRequest): Promise<HashKVResponse> {
    const { hash, hashRevision, compactRevision, currentRevision } = await hashKv(this.parts.store, request.revision);
    return { header: this.parts.headers.at(currentRevision), hash, compactRevision, hashRevision };
  }

  async hash(): Promise<HashResponse> {
    const { hash, currentRevision } = await hashKv(this.parts.store, 0);
    return { header: this.parts.headers.at(currentRevision), hash };
  }

  authStatus(): AuthStatusResponse {
    return AuthStatusResponse.create({ header: this.parts.headers.now(), authRevision: 1 });
  }
}

/** How long a transfer is waited for: it ends by itself within an election timeout. */
const transferPollMs = 20;
const transferRoundsMax = 150;

/** Peer URLs as a request gives them; etcd's "given member URLs are invalid" for anything else. */
function checkedUrls(urls: readonly string[]): string[] {
  const valid = urls.length > 0 && urls.every((url) => /^https?:\/\/[^/?#\s]+:\d+$/.test(url) && URL.canParse(url));
  if (!valid) throw apiError('memberBadUrls');
  return [...urls].sort();
}

function alarmName(alarm: number): string {
  return alarm === AlarmType.NOSPACE ? 'NOSPACE' : 'CORRUPT';
}

function unknownAlarm(value: number): ApiError {
  return new ApiError(Status.INVALID_ARGUMENT, `etcdserver: unknown alarm or action ${value}`);
}
