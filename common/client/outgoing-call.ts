// The `Call` that code inside this process makes to a `Service`: the client, a fake, or the core node itself. Carries
// metadata and a deadline; enforcing the deadline is the service's transport's job.

import type { Call } from '../api/call.ts';

export interface OutgoingCallOptions {
  /** Lower-case names, for instance `authorization` or `hasleader`. */
  readonly metadata?: ReadonlyMap<string, string> | undefined;
  readonly timeoutMs?: number | undefined;
  /** Who calls, for the service's logs; default `local`. */
  readonly peer?: string;
}

export interface OutgoingCall extends Call {
  /** The caller gave up. Idempotent. */
  cancel(): void;
}

const noMetadata: ReadonlyMap<string, string> = new Map();

export function outgoingCall(options: OutgoingCallOptions = {}): OutgoingCall {
  const listeners: (() => void)[] = [];
  let cancelled = false;
  return {
    metadata: options.metadata ?? noMetadata,
    timeoutMs: options.timeoutMs,
    peer: options.peer ?? 'local',
    get cancelled() {
      return cancelled;
    },
    onCancel(listener) {
      if (cancelled) listener();
      else listeners.push(listener);
    },
    cancel() {
      if (cancelled) return;
      cancelled = true;
      for (const listener of listeners.splice(0)) listener();
    },
  };
}
