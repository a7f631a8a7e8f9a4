// What of a client's call goes on to the cluster: its deadline, its cancellation, and the metadata that etcd servers
// read. Everything else (user-agent, cookies, what HTTP intermediaries add) stays here.

import type { Call } from '../common/api/call.ts';

/** Credentials, etcd's WithRequireLeader, its client version, and trace context (w3.org/TR/trace-context). */
const forwarded = ['token', 'authorization', 'hasleader', 'client-api-version', 'traceparent', 'tracestate'] as const;

export function forwardedMetadata(metadata: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const kept = new Map<string, string>();
  for (const name of forwarded) {
    const value = metadata.get(name);
    if (value !== undefined) kept.set(name, value);
  }
  return kept;
}

/** The same call as the cluster sees it. `timeoutMaxMs` shortens its deadline, or gives it one. */
export function forwardCall(call: Call, timeoutMaxMs?: number): Call {
  const { timeoutMs } = call;
  return {
    metadata: forwardedMetadata(call.metadata),
    timeoutMs: timeoutMaxMs === undefined ? timeoutMs : Math.min(timeoutMaxMs, timeoutMs ?? timeoutMaxMs),
    peer: call.peer,
    get cancelled() {
      return call.cancelled;
    },
    onCancel: (listener) => call.onCancel(listener),
  };
}
