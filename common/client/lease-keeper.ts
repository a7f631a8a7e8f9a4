// One lease kept alive for as long as the keeper lives, and granted anew whenever it is lost. It counts the TTL from
// the moment a keepalive was *sent*, never from its answer, so that its owner hears of the loss no later than the
// server can expire the lease. What lives under the lease is the owner's: it puts everything again in `onGranted`.

import { isApiError } from '../api/errors.ts';
import {
  LeaseGrantRequest,
  LeaseKeepAliveRequest,
  type LeaseKeepAliveResponse,
  LeaseRevokeRequest,
} from '../api/generated/messages.ts';
import type { Service } from '../api/generated/service.ts';
import type { Logger } from '../log.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';
import { type Backoff, createBackoff } from './backoff.ts';
import { outgoingCall } from './outgoing-call.ts';
import { createReopeningStream, type ReopeningStream } from './reopening-stream.ts';
import { requireLeader } from './watcher.ts';

/** `expired`: the server said so; `deadline`: not acknowledged within the TTL, so it must be taken as gone. */
export type LeaseLostReason = 'expired' | 'deadline';

const grantTimeoutMs = 5_000;
const grantRetryMinMs = 100;
const grantRetryMaxMs = 2_000;
const revokeTimeoutDefaultMs = 5_000;
/** An unanswered keepalive condemns its stream after a sixth of the TTL, so that another one has a third left. */
const answerMaxMs = 5_000;

export interface LeaseKeeperOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly ttlSeconds: number;
  readonly metadata?: ReadonlyMap<string, string>;
  /** A fresh lease: put everything under it (again). `ttlSeconds` is what the server granted. */
  readonly onGranted: (leaseId: bigint, ttlSeconds: number) => void;
  /** The lease can no longer be relied on; a new one is already being asked for. */
  readonly onLost: (leaseId: bigint, reason: LeaseLostReason) => void;
  /** Trouble on the way (not a loss yet): the stream broke, a grant failed. Retried by itself. */
  readonly onTrouble?: (error: Error) => void;
}

export interface LeaseKeeper {
  /** The lease in force, or undefined while there is none. */
  readonly leaseId: bigint | undefined;
  /**
   * Revokes the lease (its keys vanish at once) and closes. Rejects when no server could be told within `timeoutMs`
   * (default 5 s); the lease then runs out by itself.
   */
  revoke(timeoutMs?: number): Promise<void>;
  /** Stops keeping alive; the lease runs out by itself. No callback runs afterwards. */
  close(): void;
}

/** Asks for a lease at once. */
export function createLeaseKeeper(service: Service, options: LeaseKeeperOptions): LeaseKeeper {
  const keeper = new SingleLeaseKeeper(service, options);
  keeper.grant();
  return keeper;
}

class SingleLeaseKeeper implements LeaseKeeper {
  readonly #service: Service;
  readonly #options: LeaseKeeperOptions;
  readonly #metadata: ReadonlyMap<string, string>;
  readonly #backoff: Backoff;
  readonly #stream: ReopeningStream<LeaseKeepAliveRequest>;
  leaseId: bigint | undefined;
  /** Chosen here, so that a grant whose answer was lost can be asked for again without leaving a second lease. */
  #wantedId: bigint;
  #granting: Promise<void> | undefined;
  /** When the first attempt to grant `#wantedId` was sent. */
  #firstAttemptMs: number | undefined;
  #ttlMs = 0;
  #deadlineMs = 0;
  /** Send times of the keepalives on the present stream that are not answered yet; at most one TTL's worth. */
  #sentMs: number[] = [];
  #keepAliveTimer: Timer | undefined;
  #answerTimer: Timer | undefined;
  #deadlineTimer: Timer | undefined;
  #grantTimer: Timer | undefined;
  #closed = false;

  constructor(service: Service, options: LeaseKeeperOptions) {
    this.#service = service;
    this.#options = options;
    this.#metadata = options.metadata ?? requireLeader;
    this.#wantedId = freshLeaseId(options.random);
    this.#backoff = createBackoff({ minMs: grantRetryMinMs, maxMs: grantRetryMaxMs, random: options.random });
    this.#stream = createReopeningStream<LeaseKeepAliveRequest, LeaseKeepAliveResponse>({
      open: (call, out) => service.leaseKeepAlive(call, out),
      clock: options.clock,
      random: options.random,
      metadata: this.#metadata,
      opened: () => this.#keepAlive(),
      message: (response) => this.#answered(response),
      lost: (error) => this.#streamLost(error),
    });
  }

  grant(): void {
    if (this.#closed) return;
    const sentMs = this.#options.clock.monotonicMs();
    this.#firstAttemptMs ??= sentMs;
    const request = LeaseGrantRequest.create({ id: this.#wantedId, ttl: this.#options.ttlSeconds });
    this.#granting = this.#grantOnce(request, sentMs).catch((error: Error) => this.#grantFailed(error));
  }

  async #grantOnce(request: LeaseGrantRequest, sentMs: number): Promise<void> {
    const call = outgoingCall({ metadata: this.#metadata, timeoutMs: grantTimeoutMs });
    try {
      const { ttl } = await this.#service.leaseGrant(request, call);
      this.#granted(request.id, ttl, sentMs);
    } catch (error) {
      // The answer to an earlier attempt was lost: the lease is ours, and as old as that attempt.
      if (!isApiError(error, 'leaseExists') || this.#firstAttemptMs === sentMs) throw error;
      this.#granted(request.id, request.ttl, this.#firstAttemptMs ?? sentMs);
    }
  }

  #grantFailed(error: Error): void {
    if (this.#closed) return;
    // An id that someone else holds (one in 2^63) must not be asked for for ever.
    if (isApiError(error, 'leaseExists')) this.#wantFreshId();
    this.#options.onTrouble?.(error);
    this.#grantTimer = this.#options.clock.after(this.#backoff.nextMs(), () => this.grant());
  }

  #granted(id: bigint, ttlSeconds: number, sentMs: number): void {
    if (this.#closed) return;
    this.#backoff.reset();
    this.leaseId = id;
    this.#ttlMs = ttlSeconds * 1000;
    this.#renewed(sentMs);
    this.#stream.open();
    this.#options.onGranted(id, ttlSeconds);
  }

  #wantFreshId(): void {
    this.#wantedId = freshLeaseId(this.#options.random);
    this.#firstAttemptMs = undefined;
  }

  /** The server has acknowledged what was sent at `sentMs`: the lease lives at least one TTL from then. */
  #renewed(sentMs: number): void {
    const { clock } = this.#options;
    this.#deadlineMs = Math.max(this.#deadlineMs, sentMs + this.#ttlMs);
    this.#deadlineTimer?.cancel();
    this.#deadlineTimer = clock.after(Math.max(0, this.#deadlineMs - clock.monotonicMs()), () =>
      this.#lose('deadline'),
    );
  }

  #keepAlive(): void {
    const { clock } = this.#options;
    if (this.leaseId === undefined) return;
    this.#keepAliveTimer?.cancel();
    this.#keepAliveTimer = clock.after(this.#ttlMs / 3, () => this.#keepAlive());
    if (!this.#stream.isOpen) return;
    this.#sentMs.push(clock.monotonicMs());
    this.#armAnswerTimer();
    this.#stream.send(LeaseKeepAliveRequest.create({ id: this.leaseId }));
  }

  #armAnswerTimer(): void {
    const { clock } = this.#options;
    this.#answerTimer?.cancel();
    const oldestMs = this.#sentMs[0];
    if (oldestMs === undefined) return;
    const dueMs = oldestMs + Math.min(answerMaxMs, this.#ttlMs / 6);
    this.#answerTimer = clock.after(Math.max(0, dueMs - clock.monotonicMs()), () =>
      this.#stream.drop(new Error('a lease keepalive went unanswered')),
    );
  }

  #answered({ id, ttl }: LeaseKeepAliveResponse): void {
    if (id !== this.leaseId) return;
    if (ttl <= 0) {
      this.#lose('expired');
      return;
    }
    const sentMs = this.#sentMs.shift();
    this.#armAnswerTimer();
    if (sentMs === undefined) return;
    this.#stream.healthy();
    this.#ttlMs = ttl * 1000;
    this.#renewed(sentMs);
  }

  #streamLost(error: Error | undefined): void {
    this.#sentMs = [];
    this.#answerTimer?.cancel();
    if (isApiError(error, 'leaseNotFound')) this.#lose('expired');
    else this.#options.onTrouble?.(error ?? new Error('the server ended the keepalive stream'));
  }

  #lose(reason: LeaseLostReason): void {
    const lost = this.leaseId;
    if (lost === undefined) return;
    this.#stopKeepingAlive();
    this.#wantFreshId();
    this.#options.log.warn('lease lost, asking for another', { leaseId: lost, reason });
    this.grant();
    this.#options.onLost(lost, reason);
  }

  #stopKeepingAlive(): void {
    this.leaseId = undefined;
    this.#deadlineMs = 0;
    this.#sentMs = [];
    this.#stream.suspend();
    for (const timer of [this.#keepAliveTimer, this.#answerTimer, this.#deadlineTimer, this.#grantTimer])
      timer?.cancel();
  }

  async revoke(timeoutMs: number = revokeTimeoutDefaultMs): Promise<void> {
    const { clock } = this.#options;
    const deadlineMs = clock.monotonicMs() + timeoutMs;
    const id = this.leaseId ?? this.#wantedId;
    const everAsked = this.#firstAttemptMs !== undefined;
    this.close();
    if (!everAsked) return;
    // A grant under way must have settled, or it would outlive its revocation.
    await this.#granting;
    for (;;) {
      const leftMs = deadlineMs - clock.monotonicMs();
      try {
        const call = outgoingCall({ metadata: this.#metadata, timeoutMs: Math.max(1, leftMs) });
        await this.#service.leaseRevoke(LeaseRevokeRequest.create({ id }), call);
        return;
      } catch (error) {
        if (isApiError(error, 'leaseNotFound')) return;
        const pauseMs = this.#backoff.nextMs();
        if (clock.monotonicMs() + pauseMs >= deadlineMs) throw error;
        await new Promise<void>((resolve) => clock.after(pauseMs, resolve));
      }
    }
  }

  close(): void {
    this.#closed = true;
    this.#stopKeepingAlive();
    this.#stream.close();
  }
}

/** A positive 63-bit id; 0 would ask the server to choose. */
function freshLeaseId(random: Random): bigint {
  return random.bits64() & 0x7fff_ffff_ffff_ffffn || 1n;
}
