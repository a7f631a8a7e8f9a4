// What one run of a check reports, and the seam between the schedule (check-runner.ts) and the sockets (http-probe.ts,
// tcp-probe.ts). Probes have no timers: the runner aborts the signal when the timeout is over.

import type { CheckStatus } from '../../common/registry/instance.ts';

/** Bytes of output kept for the local API, as in Consul. */
export const PROBE_OUTPUT_BYTES_MAX = 4096;
/** Characters of a summary: it travels in every copy of the instance record. */
export const PROBE_SUMMARY_LENGTH_MAX = 200;

export interface ProbeResult {
  readonly status: CheckStatus;
  /** One line without times or counters, for the instance record: equal outcomes give equal text. */
  readonly summary: string;
  /** The long form for the local API, at most PROBE_OUTPUT_BYTES_MAX. */
  readonly output: string;
}

/** Runs once. Never rejects: whatever goes wrong is a critical result. Settles soon after `signal` aborts. */
export type Probe = (signal: AbortSignal) => Promise<ProbeResult>;

/** A result whose long form is its summary. */
export function probeResult(status: CheckStatus, summary: string): ProbeResult {
  const line = summary.replace(/\s+/g, ' ').slice(0, PROBE_SUMMARY_LENGTH_MAX);
  return { status, summary: line, output: line };
}

/** One line for a failed connection: Node's message, which names call, code and address; its cause when that is empty. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.errors.length > 0) {
    return error.errors.map((each: unknown) => describeFailure(each)).join('; ');
  }
  return error.message === '' ? error.name : error.message;
}
