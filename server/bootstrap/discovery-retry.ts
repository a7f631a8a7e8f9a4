// Patience with a discovery service that does not answer: back-off between attempts, and an end to it.

import { type Backoff, createBackoff } from '../../common/client/backoff.ts';
import { StartError } from '../../common/runtime/role.ts';
import { type BootstrapEnvironment, messageOf, pause, refuseWhenGivenUp } from './environment.ts';
import { discoveryError } from './registered-members.ts';

const retryMinMs = 1_000;
const retryMaxMs = 30_000;
/** Without any answer for so long, the start fails; etcd would go on for ever. */
export const unreachableMsMax = 600_000;

export class DiscoveryRetry {
  readonly #environment: BootstrapEnvironment;
  readonly #service: string;
  readonly #backoff: Backoff;
  #lastAnswerMs: number;

  /** `service`: its URL or endpoints, for the log. */
  constructor(environment: BootstrapEnvironment, service: string) {
    this.#environment = environment;
    this.#service = service;
    this.#backoff = createBackoff({ minMs: retryMinMs, maxMs: retryMaxMs, random: environment.random });
    this.#lastAnswerMs = environment.clock.monotonicMs();
  }

  /** Runs `request` until it answers. A StartError is an answer, too: it goes through. */
  async until<T>(step: string, request: () => Promise<T>): Promise<T> {
    const { clock, log } = this.#environment;
    for (;;) {
      refuseWhenGivenUp(this.#environment);
      try {
        const answer = await request();
        this.#lastAnswerMs = clock.monotonicMs();
        this.#backoff.reset();
        return answer;
      } catch (error) {
        if (error instanceof StartError) throw error;
        const waitMs = this.#backoff.nextMs();
        if (clock.monotonicMs() + waitMs - this.#lastAnswerMs > unreachableMsMax) {
          throw discoveryError('tooManyRetries', `${step} at ${this.#service}: ${messageOf(error)}`);
        }
        log.warn('the discovery service does not answer; trying again', {
          service: this.#service,
          step,
          waitMs: Math.round(waitMs),
          error: messageOf(error),
        });
        await pause(this.#environment, waitMs);
      }
    }
  }
}
