// The space quota: when the store has outgrown it, the NOSPACE alarm goes up and writes that take room are refused
// (etcd --quota-backend-bytes). Measured now and then, not per write: a burst may overshoot by what one interval brings.

import { apiError } from '../../common/api/errors.ts';
import type { Logger } from '../../common/log.ts';
import type { Clock, Timer } from '../../common/runtime/clock.ts';

const measureEveryMs = 1000;

export interface QuotaOptions {
  /** Undefined: no quota. */
  readonly bytesMax: number | undefined;
  readonly measure: () => Promise<number>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly alarmUp: () => boolean;
  /** Puts the alarm to the log. */
  readonly raiseAlarm: () => Promise<unknown>;
}

export class Quota {
  private readonly options: QuotaOptions;
  private readonly timer: Timer;
  private measuring = false;
  /** Of the store, at the last measurement. */
  usedBytes = 0;

  constructor(options: QuotaOptions) {
    this.options = options;
    this.timer = options.clock.every(measureEveryMs, () => this.measure());
  }

  /** Throws `noSpace` for a request that would take room. */
  check(): void {
    const { bytesMax, alarmUp } = this.options;
    if (bytesMax !== undefined && this.usedBytes > bytesMax) throw apiError('noSpace');
    if (alarmUp()) throw apiError('noSpace');
  }

  stop(): void {
    this.timer.cancel();
  }

  private measure(): void {
    if (this.measuring) return;
    this.measuring = true;
    this.update().then(
      () => {
        this.measuring = false;
      },
      (error: Error) => {
        this.measuring = false;
        this.options.log.warn('the size of the store could not be told', { error: error.message });
      },
    );
  }

  private async update(): Promise<void> {
    const { bytesMax, measure, alarmUp, raiseAlarm, log } = this.options;
    this.usedBytes = await measure();
    if (bytesMax === undefined || this.usedBytes <= bytesMax || alarmUp()) return;
    log.warn('the space quota is exceeded: raising the NOSPACE alarm', {
      usedBytes: this.usedBytes,
      quotaBytes: bytesMax,
    });
    await raiseAlarm();
  }
}
