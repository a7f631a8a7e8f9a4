// The core node's Service: its parts put together. Calls that this version does not have yet are answered
// UNIMPLEMENTED, as gRPC answers a call that a server does not know.

import type { MaybePromise } from '../../common/api/call.ts';
import { apiError } from '../../common/api/errors.ts';
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
  readonly isLearner: () => boolean;
}

export function localService({ kv, lease, cluster, watches, headers, isLearner }: ServiceParts): Service {
  /** A learner answers what needs no vote: its status, and reads that may be stale (etcd v3rpc/interceptor.go). */
  const votersOnly = (): void => {
    if (isLearner()) throw apiError('notSupportedForLearner');
  };
  const guarded = <Request, Response>(call: (request: Request) => MaybePromise<Response>) => {
    return (request: Request): MaybePromise<Response> => {
      votersOnly();
      return call(request);
    };
  };
  return {
    ...unavailableService(),
    range: (request) => {
      if (!request.serializable) votersOnly();
      return kv.range(request);
    },
    put: guarded((request) => kv.put(request)),
    deleteRange: guarded((request) => kv.deleteRange(request)),
    txn: guarded((request) => kv.txn(request)),
    compact: guarded((request) => kv.compact(request)),
    watch: (_call, out) => {
      votersOnly();
      return watches.open(out, (revision) => headers.at(revision));
    },
    leaseGrant: guarded((request) => lease.leaseGrant(request)),
    leaseRevoke: guarded((request) => lease.leaseRevoke(request)),
    leaseKeepAlive: (call, out) => {
      votersOnly();
      return lease.leaseKeepAlive(call, out);
    },
    leaseTimeToLive: guarded((request) => lease.leaseTimeToLive(request)),
    leaseLeases: guarded(() => lease.leaseLeases()),
    memberList: guarded((request) => cluster.memberList(request)),
    memberAdd: guarded((request) => cluster.memberAdd(request)),
    memberRemove: guarded((request) => cluster.memberRemove(request)),
    memberUpdate: guarded((request) => cluster.memberUpdate(request)),
    memberPromote: guarded((request) => cluster.memberPromote(request)),
    moveLeader: guarded((request) => cluster.moveLeader(request)),
    status: () => cluster.status(),
    alarm: guarded((request) => cluster.alarm(request)),
    defragment: guarded(() => cluster.defragment()),
    hash: guarded(() => cluster.hash()),
    hashKv: guarded((request) => cluster.hashKv(request)),
    authStatus: guarded(() => cluster.authStatus()),
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
