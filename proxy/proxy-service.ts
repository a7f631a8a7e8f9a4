// The proxy as a `Service` over a `Service`: unary calls and server streams are handed on, watches and keepalives are
// relayed so that they outlive their upstream. Answers pass unchanged: headers say which member and revision they
// come from.

import type { Call, MaybePromise, Outbound } from '../common/api/call.ts';
import { type MethodName, methods, type Service } from '../common/api/generated/service.ts';
import type { Method } from '../common/api/method.ts';
import { ApiError, Status } from '../common/api/status.ts';
import { forwardCall } from './forwarded-call.ts';
import { LeaseRelay } from './lease-relay.ts';
import { type RelayContext, WatchRelay } from './watch-relay.ts';

export interface ProxyServiceOptions extends RelayContext {
  /** Longest a unary call may take; undefined: as long as its client waits. */
  readonly readTimeoutMs?: number | undefined;
}

/** Calls that wait for something to happen in the cluster: no timeout of ours may end them. */
const blocking: ReadonlySet<MethodName> = new Set<MethodName>(['lock', 'campaign']);

type UnaryCall = (request: unknown, call: Call) => MaybePromise<unknown>;

export function createProxyService(options: ProxyServiceOptions): Service {
  const forwarded = Object.values<Method>(methods).map((method) => {
    const name = method.name as MethodName;
    // The table's rows have lost their types; `Service` guarantees that each name is a call of this shape.
    const handler =
      method.requestStream || method.responseStream ? forwardStream(name, options) : forwardUnary(name, options);
    return [name, handler];
  });
  return {
    ...(Object.fromEntries(forwarded) as Service),
    watch: (call, out) => new WatchRelay(options, call, out),
    leaseKeepAlive: (call, out) => new LeaseRelay(options, call, out),
  };
}

function forwardUnary(name: MethodName, { upstream, metrics, readTimeoutMs }: ProxyServiceOptions): UnaryCall {
  const callUpstream = upstream[name] as unknown as UnaryCall;
  const timeoutMaxMs = blocking.has(name) ? undefined : readTimeoutMs;
  const succeeded = metrics.calls(name, Status.OK);
  return async (request, call) => {
    try {
      const response = await callUpstream(request, forwardCall(call, timeoutMaxMs));
      succeeded.increment();
      return response;
    } catch (error) {
      metrics.calls(name, error instanceof ApiError ? error.status : Status.UNKNOWN).increment();
      throw error;
    }
  };
}

/** Snapshot, observe, range stream: lost with their upstream, as the client can only ask again from the start. */
function forwardStream(name: MethodName, { upstream }: ProxyServiceOptions) {
  const openUpstream = upstream[name] as unknown as (call: Call, out: Outbound<unknown>) => unknown;
  return (call: Call, out: Outbound<unknown>) => openUpstream(forwardCall(call), out);
}
