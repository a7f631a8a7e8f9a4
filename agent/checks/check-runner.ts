// Runs one check for as long as its service is registered: when to probe, how long to wait, what the results mean
// (flap-window.ts), and telling the owner when something changed. Never two probes of one check at once.
//
// A check that has never been good is probed at STARTUP_INTERVAL_MS for its first STARTUP_PROBES probes, because it is
// then most likely waiting for a process that is just coming up, and a user who looks at an empty answer.

import type { CheckStatus } from '../../common/registry/instance.ts';
import type { Clock, Timer } from '../../common/runtime/clock.ts';
import type { Random } from '../../common/runtime/random.ts';
import { type FlapThresholds, type FlapWindow, observe, openFlapWindow } from './flap-window.ts';
import { type Probe, type ProbeResult, probeResult } from './probe.ts';
import type { ProbeGate } from './probe-gate.ts';

/** The first probe starts within this time, spread at random so that a restart does not probe everything at once. */
const FIRST_PROBE_SPREAD_MS = 250;
const STARTUP_INTERVAL_MS = 1000;
const STARTUP_PROBES = 30;

export interface CheckSchedule extends FlapThresholds {
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly initialStatus: CheckStatus;
}

export interface CheckState {
  readonly status: CheckStatus;
  readonly summary: string;
  readonly output: string;
}

export interface CheckRunnerOptions {
  readonly schedule: CheckSchedule;
  readonly probe: Probe;
  readonly gate: ProbeGate;
  readonly clock: Clock;
  readonly random: Random;
  /** Called after every probe that changed status or summary. */
  readonly onChange: (state: CheckState, before: CheckState) => void;
}

export class CheckRunner {
  readonly #options: CheckRunnerOptions;
  #window: FlapWindow;
  #state: CheckState;
  #probes = 0;
  #everGood: boolean;
  #stopped = false;
  #timer: Timer | undefined;
  #abort: (() => void) | undefined;

  constructor(options: CheckRunnerOptions) {
    this.#options = options;
    const { initialStatus, intervalMs } = options.schedule;
    this.#window = openFlapWindow(initialStatus);
    this.#state = { status: initialStatus, summary: '', output: '' };
    this.#everGood = initialStatus !== 'critical';
    const spreadMs = Math.min(FIRST_PROBE_SPREAD_MS, intervalMs);
    this.#timer = options.clock.after(options.random.below(spreadMs), () => this.#run());
  }

  get state(): CheckState {
    return this.#state;
  }

  /** Whether the state says anything about the service yet. */
  get hasRun(): boolean {
    return this.#probes > 0;
  }

  /** No probe starts and none reports after this. Idempotent. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#abort?.();
  }

  #run(): void {
    const { clock, gate, probe, schedule } = this.#options;
    const controller = new AbortController();
    let settled = false;
    let timeout: Timer | undefined;
    let startedMs = clock.monotonicMs();
    const settle = (result: ProbeResult): void => {
      if (settled) return;
      settled = true;
      timeout?.cancel();
      controller.abort();
      this.#abort = undefined;
      leave();
      if (!this.#stopped) this.#settled(result, clock.monotonicMs() - startedMs);
    };
    const leave = gate.enter(() => {
      startedMs = clock.monotonicMs();
      timeout = clock.after(schedule.timeoutMs, () =>
        settle(probeResult('critical', `no answer within ${schedule.timeoutMs} ms`)),
      );
      probe(controller.signal).then(settle, (error: unknown) =>
        settle(probeResult('critical', `the check itself failed: ${String(error)}`)),
      );
    });
    if (!settled) this.#abort = () => settle(probeResult('critical', 'stopped'));
  }

  #settled(result: ProbeResult, tookMs: number): void {
    const { clock, onChange, schedule } = this.#options;
    const before = this.#state;
    this.#window = observe(this.#window, result.status, schedule);
    this.#state = { status: this.#window.status, summary: result.summary, output: result.output };
    this.#probes++;
    if (this.#state.status !== 'critical') this.#everGood = true;
    this.#timer = clock.after(Math.max(0, this.#pauseMs() - tookMs), () => this.#run());
    if (before.status !== this.#state.status || before.summary !== this.#state.summary) onChange(this.#state, before);
  }

  /** From the start of one probe to the start of the next. */
  #pauseMs(): number {
    const { random, schedule } = this.#options;
    if (!this.#everGood && this.#probes < STARTUP_PROBES) return Math.min(schedule.intervalMs, STARTUP_INTERVAL_MS);
    // The second probe comes early by a random part, so that checks that started together drift apart over the interval.
    if (this.#probes === 1) return schedule.intervalMs * (0.5 + random.next() / 2);
    return schedule.intervalMs;
  }
}
