// The core node's Service: its parts put together. Calls that this version does not have yet are answered
// UNIMPLEMENTED, as gRPC answers a call that a server does not know.

import { methods, type Service } from '../../common/api/generated/service.ts';
import type { Method } from '../../common/api/method.ts';
import { ApiError, Status } from '../../common/api/status.ts';
import type { WatchHub } from '../watch/watch-hub.ts';
import type { ClusterService } from './cluster-service.ts';
import type { Headers } from './headers.ts';
import type { KvService } from './kv-service.ts';
import type { LeaseService } from './lease-service.ts';

export interface ServiceParts {
  readonly kv: KvService;
  readonly lease: LeaseService;
  readonly cluster: ClusterService;
  readonly watches: WatchHub;
  readonly headers: Headers;
}

export function localService({ kv, lease, cluster, watches, headers }: ServiceParts): Service {
  return {
    ...unavailableService(),
    range: (request) => kv.range(request),
    put: (request) => kv.put(request),
    deleteRange: (request) => kv.deleteRange(request),
    txn: (request) => kv.txn(request),
    compact: (request) => kv.compact(request),
    watch: (_call, out) => watches.open(out, (revision) => headers.at(revision)),
    leaseGrant: (request) => lease.leaseGrant(request),
    leaseRevoke: (request) => lease.leaseRevoke(request),
    leaseKeepAlive: (call, out) => lease.leaseKeepAlive(call, out),
    leaseTimeToLive: (request) => lease.leaseTimeToLive(request),
    leaseLeases: () => lease.leaseLeases(),
    memberList: (request) => cluster.memberList(request),
    memberAdd: (request) => cluster.memberAdd(request),
    memberRemove: (request) => cluster.memberRemove(request),
    memberUpdate: (request) => cluster.memberUpdate(request),
    memberPromote: (request) => cluster.memberPromote(request),
    moveLeader: (request) => cluster.moveLeader(request),
    status: () => cluster.status(),
    alarm: (request) => cluster.alarm(request),
    defragment: () => cluster.defragment(),
    authStatus: () => cluster.authStatus(),
  };
}

function unavailableService(): Service {
  const calls = Object.values<Method>(methods).map((method) => {
    const call = (): never => {
      throw new ApiError(Status.UNIMPLEMENTED, `${method.path} is not implemented by this version of rollcall`);
    };
    return [method.name, call];
  });
  return Object.fromEntries(calls) as Service;
}
