// Decides which endpoint a call takes. Sticky: the one in use stays in use while it is ready, so that a caller's reads
// come from one member; on failure it moves on to the next that is ready, and starts connecting others only as
// needed, a little apart, first come first served. The random start spreads a fleet over the members.

import type { Logger } from '../log.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';
import type { GrpcClient } from '../wire/grpc/client.ts';
import { TransportError } from '../wire/grpc/transport-error.ts';
import type { Dial } from './dial.ts';
import { Endpoint } from './endpoint.ts';
import type { EndpointAddress } from './endpoint-address.ts';

/** While calls wait: how far apart connection attempts start, and how soon a failed endpoint is tried again. */
const staggerMs = 200;
/** Calls that may wait for a connection at the same time; beyond, they fail at once. */
const waitersMax = 100_000;

export interface EndpointPoolOptions {
  readonly addresses: readonly EndpointAddress[];
  readonly dial: Dial;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly failureWaitMs: number;
  /** Start with the first endpoint of the list instead of any. */
  readonly inOrder: boolean;
}

/** A ready connection and where it leads. */
export interface Connection {
  readonly endpoint: Endpoint;
  readonly client: GrpcClient;
}

interface Waiter {
  readonly resolve: (connection: Connection) => void;
  readonly reject: (error: Error) => void;
  readonly timer: Timer;
}

export class EndpointPool {
  readonly endpoints: readonly Endpoint[];
  readonly #clock: Clock;
  #current: number;
  readonly #waiters = new Set<Waiter>();
  #staggerTimer: Timer | undefined;
  #closed = false;

  constructor(options: EndpointPoolOptions) {
    this.#clock = options.clock;
    this.endpoints = options.addresses.map(
      (address) => new Endpoint({ ...options, address, onChange: (endpoint) => this.#changed(endpoint) }),
    );
    this.#current = options.inOrder ? 0 : options.random.below(this.endpoints.length);
  }

  /** The connection for a new call if one is ready. */
  ready(): Connection | undefined {
    for (let step = 0; step < this.endpoints.length; step++) {
      const index = (this.#current + step) % this.endpoints.length;
      const endpoint = this.endpoints[index]!;
      const client = endpoint.client;
      if (client === undefined) continue;
      this.#current = index;
      return { endpoint, client };
    }
    return undefined;
  }

  /** A connection as soon as one is ready; rejects with a TransportError (not sent) after `waitMs`. */
  acquire(waitMs: number): Connection | Promise<Connection> {
    const ready = this.ready();
    if (ready !== undefined) return ready;
    if (this.#closed) throw new TransportError('the client is closed', true);
    if (this.#waiters.size >= waitersMax) throw new TransportError('too many calls wait for a connection', true);
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(waitMs, () => {
        this.#waiters.delete(waiter);
        reject(this.#noneAvailable());
      });
      const waiter: Waiter = { resolve, reject, timer };
      this.#waiters.add(waiter);
      if (this.#staggerTimer === undefined) this.#tryNext();
    });
  }

  /** The member behind this endpoint cannot serve (no leader, say): the next call goes to another one if there is one. */
  moveOn(from: Endpoint): void {
    if (this.endpoints[this.#current] !== from || this.endpoints.length === 1) return;
    this.#current = (this.#current + 1) % this.endpoints.length;
    this.endpoints[this.#current]!.connect();
  }

  close(): void {
    this.#closed = true;
    this.#staggerTimer?.cancel();
    for (const endpoint of this.endpoints) endpoint.close();
    this.#settle((waiter) => waiter.reject(new TransportError('the client is closed', true)));
  }

  #changed(endpoint: Endpoint): void {
    if (this.#closed || this.#waiters.size === 0) return;
    const connection = this.ready();
    if (connection !== undefined) this.#settle((waiter) => waiter.resolve(connection));
    else if (endpoint.state === 'failed') this.#tryNext();
  }

  #settle(how: (waiter: Waiter) => void): void {
    this.#staggerTimer?.cancel();
    this.#staggerTimer = undefined;
    for (const waiter of this.#waiters) {
      waiter.timer.cancel();
      how(waiter);
    }
    this.#waiters.clear();
  }

  /** Starts one more attempt, and looks again a little later for as long as calls wait. */
  #tryNext(): void {
    this.#staggerTimer?.cancel();
    this.#staggerTimer = undefined;
    if (this.#waiters.size === 0) return;
    const triedBeforeMs = this.#clock.monotonicMs() - staggerMs;
    for (let step = 0; step < this.endpoints.length; step++) {
      const endpoint = this.endpoints[(this.#current + step) % this.endpoints.length]!;
      if (endpoint.state === 'idle' || (endpoint.state === 'failed' && endpoint.failedAtMs <= triedBeforeMs)) {
        endpoint.connect();
        break;
      }
    }
    // A dial that fails on the spot may have started the next attempt, or found that nobody waits any more.
    if (this.#waiters.size > 0) this.#staggerTimer ??= this.#clock.after(staggerMs, () => this.#tryNext());
  }

  #noneAvailable(): TransportError {
    const reasons = this.endpoints.map(
      ({ address, state, error }) => `${address.url}: ${error?.message ?? (state === 'idle' ? 'not tried' : state)}`,
    );
    return new TransportError(`no endpoint is available (${reasons.join('; ')})`, true);
  }
}
