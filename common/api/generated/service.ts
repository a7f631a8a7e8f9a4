// Generated from the .proto files by `npm run generate`. Do not edit.

import type { Call, Inbound, MaybePromise, Outbound } from '../../api/call.ts';
import type { Method } from '../../api/method.ts';
import * as m from './messages.ts';

/** Every call of the API, typed. Implemented by the core node, by the client and by the proxy. */
export interface Service {
  campaign(request: m.CampaignRequest, call: Call): MaybePromise<m.CampaignResponse>;
  proclaim(request: m.ProclaimRequest, call: Call): MaybePromise<m.ProclaimResponse>;
  leader(request: m.LeaderRequest, call: Call): MaybePromise<m.LeaderResponse>;
  observe(call: Call, out: Outbound<m.LeaderResponse>): Inbound<m.LeaderRequest>;
  resign(request: m.ResignRequest, call: Call): MaybePromise<m.ResignResponse>;
  lock(request: m.LockRequest, call: Call): MaybePromise<m.LockResponse>;
  unlock(request: m.UnlockRequest, call: Call): MaybePromise<m.UnlockResponse>;
  range(request: m.RangeRequest, call: Call): MaybePromise<m.RangeResponse>;
  rangeStream(call: Call, out: Outbound<m.RangeStreamResponse>): Inbound<m.RangeRequest>;
  put(request: m.PutRequest, call: Call): MaybePromise<m.PutResponse>;
  deleteRange(request: m.DeleteRangeRequest, call: Call): MaybePromise<m.DeleteRangeResponse>;
  txn(request: m.TxnRequest, call: Call): MaybePromise<m.TxnResponse>;
  compact(request: m.CompactionRequest, call: Call): MaybePromise<m.CompactionResponse>;
  watch(call: Call, out: Outbound<m.WatchResponse>): Inbound<m.WatchRequest>;
  leaseGrant(request: m.LeaseGrantRequest, call: Call): MaybePromise<m.LeaseGrantResponse>;
  leaseRevoke(request: m.LeaseRevokeRequest, call: Call): MaybePromise<m.LeaseRevokeResponse>;
  leaseKeepAlive(call: Call, out: Outbound<m.LeaseKeepAliveResponse>): Inbound<m.LeaseKeepAliveRequest>;
  leaseTimeToLive(request: m.LeaseTimeToLiveRequest, call: Call): MaybePromise<m.LeaseTimeToLiveResponse>;
  leaseLeases(request: m.LeaseLeasesRequest, call: Call): MaybePromise<m.LeaseLeasesResponse>;
  memberAdd(request: m.MemberAddRequest, call: Call): MaybePromise<m.MemberAddResponse>;
  memberRemove(request: m.MemberRemoveRequest, call: Call): MaybePromise<m.MemberRemoveResponse>;
  memberUpdate(request: m.MemberUpdateRequest, call: Call): MaybePromise<m.MemberUpdateResponse>;
  memberList(request: m.MemberListRequest, call: Call): MaybePromise<m.MemberListResponse>;
  memberPromote(request: m.MemberPromoteRequest, call: Call): MaybePromise<m.MemberPromoteResponse>;
  alarm(request: m.AlarmRequest, call: Call): MaybePromise<m.AlarmResponse>;
  status(request: m.StatusRequest, call: Call): MaybePromise<m.StatusResponse>;
  defragment(request: m.DefragmentRequest, call: Call): MaybePromise<m.DefragmentResponse>;
  hash(request: m.HashRequest, call: Call): MaybePromise<m.HashResponse>;
  hashKv(request: m.HashKVRequest, call: Call): MaybePromise<m.HashKVResponse>;
  snapshot(call: Call, out: Outbound<m.SnapshotResponse>): Inbound<m.SnapshotRequest>;
  moveLeader(request: m.MoveLeaderRequest, call: Call): MaybePromise<m.MoveLeaderResponse>;
  downgrade(request: m.DowngradeRequest, call: Call): MaybePromise<m.DowngradeResponse>;
  authEnable(request: m.AuthEnableRequest, call: Call): MaybePromise<m.AuthEnableResponse>;
  authDisable(request: m.AuthDisableRequest, call: Call): MaybePromise<m.AuthDisableResponse>;
  authStatus(request: m.AuthStatusRequest, call: Call): MaybePromise<m.AuthStatusResponse>;
  authenticate(request: m.AuthenticateRequest, call: Call): MaybePromise<m.AuthenticateResponse>;
  userAdd(request: m.AuthUserAddRequest, call: Call): MaybePromise<m.AuthUserAddResponse>;
  userGet(request: m.AuthUserGetRequest, call: Call): MaybePromise<m.AuthUserGetResponse>;
  userList(request: m.AuthUserListRequest, call: Call): MaybePromise<m.AuthUserListResponse>;
  userDelete(request: m.AuthUserDeleteRequest, call: Call): MaybePromise<m.AuthUserDeleteResponse>;
  userChangePassword(request: m.AuthUserChangePasswordRequest, call: Call): MaybePromise<m.AuthUserChangePasswordResponse>;
  userGrantRole(request: m.AuthUserGrantRoleRequest, call: Call): MaybePromise<m.AuthUserGrantRoleResponse>;
  userRevokeRole(request: m.AuthUserRevokeRoleRequest, call: Call): MaybePromise<m.AuthUserRevokeRoleResponse>;
  roleAdd(request: m.AuthRoleAddRequest, call: Call): MaybePromise<m.AuthRoleAddResponse>;
  roleGet(request: m.AuthRoleGetRequest, call: Call): MaybePromise<m.AuthRoleGetResponse>;
  roleList(request: m.AuthRoleListRequest, call: Call): MaybePromise<m.AuthRoleListResponse>;
  roleDelete(request: m.AuthRoleDeleteRequest, call: Call): MaybePromise<m.AuthRoleDeleteResponse>;
  roleGrantPermission(request: m.AuthRoleGrantPermissionRequest, call: Call): MaybePromise<m.AuthRoleGrantPermissionResponse>;
  roleRevokePermission(request: m.AuthRoleRevokePermissionRequest, call: Call): MaybePromise<m.AuthRoleRevokePermissionResponse>;
}

export const methods = {
  campaign: {
    name: 'campaign',
    path: '/v3electionpb.Election/Campaign',
    request: m.CampaignRequest,
    response: m.CampaignResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/election/campaign'],
  },
  proclaim: {
    name: 'proclaim',
    path: '/v3electionpb.Election/Proclaim',
    request: m.ProclaimRequest,
    response: m.ProclaimResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/election/proclaim'],
  },
  leader: {
    name: 'leader',
    path: '/v3electionpb.Election/Leader',
    request: m.LeaderRequest,
    response: m.LeaderResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/election/leader'],
  },
  observe: {
    name: 'observe',
    path: '/v3electionpb.Election/Observe',
    request: m.LeaderRequest,
    response: m.LeaderResponse,
    requestStream: false,
    responseStream: true,
    httpPaths: ['/v3/election/observe'],
  },
  resign: {
    name: 'resign',
    path: '/v3electionpb.Election/Resign',
    request: m.ResignRequest,
    response: m.ResignResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/election/resign'],
  },
  lock: {
    name: 'lock',
    path: '/v3lockpb.Lock/Lock',
    request: m.LockRequest,
    response: m.LockResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/lock/lock'],
  },
  unlock: {
    name: 'unlock',
    path: '/v3lockpb.Lock/Unlock',
    request: m.UnlockRequest,
    response: m.UnlockResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/lock/unlock'],
  },
  range: {
    name: 'range',
    path: '/etcdserverpb.KV/Range',
    request: m.RangeRequest,
    response: m.RangeResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/kv/range'],
  },
  rangeStream: {
    name: 'rangeStream',
    path: '/etcdserverpb.KV/RangeStream',
    request: m.RangeRequest,
    response: m.RangeStreamResponse,
    requestStream: false,
    responseStream: true,
    httpPaths: [],
  },
  put: {
    name: 'put',
    path: '/etcdserverpb.KV/Put',
    request: m.PutRequest,
    response: m.PutResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/kv/put'],
  },
  deleteRange: {
    name: 'deleteRange',
    path: '/etcdserverpb.KV/DeleteRange',
    request: m.DeleteRangeRequest,
    response: m.DeleteRangeResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/kv/deleterange'],
  },
  txn: {
    name: 'txn',
    path: '/etcdserverpb.KV/Txn',
    request: m.TxnRequest,
    response: m.TxnResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/kv/txn'],
  },
  compact: {
    name: 'compact',
    path: '/etcdserverpb.KV/Compact',
    request: m.CompactionRequest,
    response: m.CompactionResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/kv/compaction'],
  },
  watch: {
    name: 'watch',
    path: '/etcdserverpb.Watch/Watch',
    request: m.WatchRequest,
    response: m.WatchResponse,
    requestStream: true,
    responseStream: true,
    httpPaths: ['/v3/watch'],
  },
  leaseGrant: {
    name: 'leaseGrant',
    path: '/etcdserverpb.Lease/LeaseGrant',
    request: m.LeaseGrantRequest,
    response: m.LeaseGrantResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/lease/grant'],
  },
  leaseRevoke: {
    name: 'leaseRevoke',
    path: '/etcdserverpb.Lease/LeaseRevoke',
    request: m.LeaseRevokeRequest,
    response: m.LeaseRevokeResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/lease/revoke', '/v3/kv/lease/revoke'],
  },
  leaseKeepAlive: {
    name: 'leaseKeepAlive',
    path: '/etcdserverpb.Lease/LeaseKeepAlive',
    request: m.LeaseKeepAliveRequest,
    response: m.LeaseKeepAliveResponse,
    requestStream: true,
    responseStream: true,
    httpPaths: ['/v3/lease/keepalive'],
  },
  leaseTimeToLive: {
    name: 'leaseTimeToLive',
    path: '/etcdserverpb.Lease/LeaseTimeToLive',
    request: m.LeaseTimeToLiveRequest,
    response: m.LeaseTimeToLiveResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/lease/timetolive', '/v3/kv/lease/timetolive'],
  },
  leaseLeases: {
    name: 'leaseLeases',
    path: '/etcdserverpb.Lease/LeaseLeases',
    request: m.LeaseLeasesRequest,
    response: m.LeaseLeasesResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/lease/leases', '/v3/kv/lease/leases'],
  },
  memberAdd: {
    name: 'memberAdd',
    path: '/etcdserverpb.Cluster/MemberAdd',
    request: m.MemberAddRequest,
    response: m.MemberAddResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/cluster/member/add'],
  },
  memberRemove: {
    name: 'memberRemove',
    path: '/etcdserverpb.Cluster/MemberRemove',
    request: m.MemberRemoveRequest,
    response: m.MemberRemoveResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/cluster/member/remove'],
  },
  memberUpdate: {
    name: 'memberUpdate',
    path: '/etcdserverpb.Cluster/MemberUpdate',
    request: m.MemberUpdateRequest,
    response: m.MemberUpdateResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/cluster/member/update'],
  },
  memberList: {
    name: 'memberList',
    path: '/etcdserverpb.Cluster/MemberList',
    request: m.MemberListRequest,
    response: m.MemberListResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/cluster/member/list'],
  },
  memberPromote: {
    name: 'memberPromote',
    path: '/etcdserverpb.Cluster/MemberPromote',
    request: m.MemberPromoteRequest,
    response: m.MemberPromoteResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/cluster/member/promote'],
  },
  alarm: {
    name: 'alarm',
    path: '/etcdserverpb.Maintenance/Alarm',
    request: m.AlarmRequest,
    response: m.AlarmResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/maintenance/alarm'],
  },
  status: {
    name: 'status',
    path: '/etcdserverpb.Maintenance/Status',
    request: m.StatusRequest,
    response: m.StatusResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/maintenance/status'],
  },
  defragment: {
    name: 'defragment',
    path: '/etcdserverpb.Maintenance/Defragment',
    request: m.DefragmentRequest,
    response: m.DefragmentResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/maintenance/defragment'],
  },
  hash: {
    name: 'hash',
    path: '/etcdserverpb.Maintenance/Hash',
    request: m.HashRequest,
    response: m.HashResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/maintenance/hash'],
  },
  hashKv: {
    name: 'hashKv',
    path: '/etcdserverpb.Maintenance/HashKV',
    request: m.HashKVRequest,
    response: m.HashKVResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/maintenance/hashkv'],
  },
  snapshot: {
    name: 'snapshot',
    path: '/etcdserverpb.Maintenance/Snapshot',
    request: m.SnapshotRequest,
    response: m.SnapshotResponse,
    requestStream: false,
    responseStream: true,
    httpPaths: ['/v3/maintenance/snapshot'],
  },
  moveLeader: {
    name: 'moveLeader',
    path: '/etcdserverpb.Maintenance/MoveLeader',
    request: m.MoveLeaderRequest,
    response: m.MoveLeaderResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/maintenance/transfer-leadership'],
  },
  downgrade: {
    name: 'downgrade',
    path: '/etcdserverpb.Maintenance/Downgrade',
    request: m.DowngradeRequest,
    response: m.DowngradeResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/maintenance/downgrade'],
  },
  authEnable: {
    name: 'authEnable',
    path: '/etcdserverpb.Auth/AuthEnable',
    request: m.AuthEnableRequest,
    response: m.AuthEnableResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/auth/enable'],
  },
  authDisable: {
    name: 'authDisable',
    path: '/etcdserverpb.Auth/AuthDisable',
    request: m.AuthDisableRequest,
    response: m.AuthDisableResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/auth/disable'],
  },
  authStatus: {
    name: 'authStatus',
    path: '/etcdserverpb.Auth/AuthStatus',
    request: m.AuthStatusRequest,
    response: m.AuthStatusResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/auth/status'],
  },
  authenticate: {
    name: 'authenticate',
    path: '/etcdserverpb.Auth/Authenticate',
    request: m.AuthenticateRequest,
    response: m.AuthenticateResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/auth/authenticate'],
  },
  userAdd: {
    name: 'userAdd',
    path: '/etcdserverpb.Auth/UserAdd',
    request: m.AuthUserAddRequest,
    response: m.AuthUserAddResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/auth/user/add'],
  },
  userGet: {
    name: 'userGet',
    path: '/etcdserverpb.Auth/UserGet',
    request: m.AuthUserGetRequest,
    response: m.AuthUserGetResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/auth/user/get'],
  },
  userList: {
    name: 'userList',
    path: '/etcdserverpb.Auth/UserList',
    request: m.AuthUserListRequest,
    response: m.AuthUserListResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/auth/user/list'],
  },
  userDelete: {
    name: 'userDelete',
    path: '/etcdserverpb.Auth/UserDelete',
    request: m.AuthUserDeleteRequest,
    response: m.AuthUserDeleteResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/auth/user/delete'],
  },
  userChangePassword: {
    name: 'userChangePassword',
    path: '/etcdserverpb.Auth/UserChangePassword',
    request: m.AuthUserChangePasswordRequest,
    response: m.AuthUserChangePasswordResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/auth/user/changepw'],
  },
  userGrantRole: {
    name: 'userGrantRole',
    path: '/etcdserverpb.Auth/UserGrantRole',
    request: m.AuthUserGrantRoleRequest,
    response: m.AuthUserGrantRoleResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/auth/user/grant'],
  },
  userRevokeRole: {
    name: 'userRevokeRole',
    path: '/etcdserverpb.Auth/UserRevokeRole',
    request: m.AuthUserRevokeRoleRequest,
    response: m.AuthUserRevokeRoleResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/auth/user/revoke'],
  },
  roleAdd: {
    name: 'roleAdd',
    path: '/etcdserverpb.Auth/RoleAdd',
    request: m.AuthRoleAddRequest,
    response: m.AuthRoleAddResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/auth/role/add'],
  },
  roleGet: {
    name: 'roleGet',
    path: '/etcdserverpb.Auth/RoleGet',
    request: m.AuthRoleGetRequest,
    response: m.AuthRoleGetResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/auth/role/get'],
  },
  roleList: {
    name: 'roleList',
    path: '/etcdserverpb.Auth/RoleList',
    request: m.AuthRoleListRequest,
    response: m.AuthRoleListResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/auth/role/list'],
  },
  roleDelete: {
    name: 'roleDelete',
    path: '/etcdserverpb.Auth/RoleDelete',
    request: m.AuthRoleDeleteRequest,
    response: m.AuthRoleDeleteResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/auth/role/delete'],
  },
  roleGrantPermission: {
    name: 'roleGrantPermission',
    path: '/etcdserverpb.Auth/RoleGrantPermission',
    request: m.AuthRoleGrantPermissionRequest,
    response: m.AuthRoleGrantPermissionResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/auth/role/grant'],
  },
  roleRevokePermission: {
    name: 'roleRevokePermission',
    path: '/etcdserverpb.Auth/RoleRevokePermission',
    request: m.AuthRoleRevokePermissionRequest,
    response: m.AuthRoleRevokePermissionResponse,
    requestStream: false,
    responseStream: false,
    httpPaths: ['/v3/auth/role/revoke'],
  },
} as const satisfies Record<keyof Service, Method>;

export type MethodName = keyof Service;
