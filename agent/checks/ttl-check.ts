// A TTL check: the process itself says how it is (PUT /v1/agent/check/pass/:id and so on), and is critical once it has
// said nothing for the TTL. Nothing is remembered across a restart of the agent: silence until then may have been long.

import { formatDuration } from '../../common/config/units.ts';
import type { CheckStatus } from '../../common/registry/instance.ts';
import type { Clock, Timer } from '../../common/runtime/clock.ts';
import type { CheckState } from './check-runner.ts';
import { PROBE_OUTPUT_BYTES_MAX, probeResult } from './probe.ts';

export interface TtlCheckOptions {
  readonly ttlMs: number;
  readonly initialStatus: CheckStatus;
  readonly clock: Clock;
  readonly onChange: (state: CheckState, before: CheckState) => void;
}

export class TtlCheck {
  readonly #options: TtlCheckOptions;
  #state: CheckState;
  #expiry: Timer;

  constructor(options: TtlCheckOptions) {
    this.#options = options;
    this.#state = { status: options.initialStatus, summary: '', output: '' };
    this.#expiry = this.#arm();
  }

  get state(): CheckState {
    return this.#state;
  }

  /** The process reports; the TTL starts anew. */
  report(status: CheckStatus, note: string): void {
    this.#expiry.cancel();
    this.#expiry = this.#arm();
    const output = Buffer.from(note).subarray(0, PROBE_OUTPUT_BYTES_MAX).toString('utf8');
    this.#become({ ...probeResult(status, note), output });
  }

  stop(): void {
    this.#expiry.cancel();
  }

  #arm(): Timer {
    const { clock, ttlMs } = this.#options;
    return clock.after(ttlMs, () => this.#become(probeResult('critical', `no report within ${formatDuration(ttlMs)}`)));
  }

  #become(state: CheckState): void {
    const before = this.#state;
    this.#state = state;
    if (before.status !== state.status || before.summary !== state.summary) this.#options.onChange(state, before);
  }
}
