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

/** Who wants a connection. Called back on the spot, so that each call counts before the next one is placed. */
export interface Acquirer {
  acquired(connection: Connection): void;
  /** A TransportError (not sent): none became ready in time. */
  unavailable(error: TransportError): void;
}

export class EndpointPool {
  readonly endpoints: readonly Endpoint[];
  readonly #clock: Clock;
  #current: number;
  /** Calls that wait, oldest first, each with the timer that ends its patience. */
  readonly #waiters = new Map<Acquirer, Timer>();
  #staggerTimer: Timer | undefined;
  #closed = false;

  constructor(options: EndpointPoolOptions) {
    this.#clock = options.clock;
    this.endpoints = options.addresses.map(
      (address) => new Endpoint({ ...options, address, onChange: (endpoint) => this.#changed(endpoint) }),
    );
    this.#current = options.inOrder ? 0 : options.random.below(this.endpoints.length);
  }

  /** Hands over a connection at once if one is ready, else as soon as one is, for `waitMs` at most. */
  acquire(waitMs: number, acquirer: Acquirer): void {
    const ready = this.#waiters.size === 0 ? this.#ready() : undefined;
    if (ready !== undefined) {
      acquirer.acquired(ready);
    } else if (this.#closed) {
      acquirer.unavailable(new TransportError('the client is closed', true));
    } else if (this.#waiters.size >= waitersMax) {
      acquirer.unavailable(new TransportError('too many calls wait for a connection', true));
    } else {
      const timer = this.#clock.after(waitMs, () => {
        this.#waiters.delete(acquirer);
        acquirer.unavailable(this.#noneAvailable());
      });
      this.#waiters.set(acquirer, timer);
      if (this.#staggerTimer === undefined) this.#tryNext();
    }
  }

  /** The connection for a new call if one is ready. An endpoint that is only full is waited for, not left. */
  #ready(): Connection | undefined {
    for (let step = 0; step < this.endpoints.length; step++) {
      const index = (this.#current + step) % this.endpoints.length;
      const endpoint = this.endpoints[index]!;
      if (endpoint.state !== 'ready') continue;
      this.#current = index;
      const { client } = endpoint;
      return client === undefined ? undefined : { endpoint, client };
    }
    return undefined;
  }

  /** The member behind this endpoint cannot serve (no leader, say): the next call goes to another one if there is one. */
  moveOn(from: Endpoint): void {
    if (this.endpoints[this.#current] !== from || this.endpoints.length === 1) return;
    this.#current = (this.#current + 1) % this.endpoints.length;
    this.endpoints[this.#current]!.connect();
  }

  close(): void {
    this.#closed = true;
    for (const endpoint of this.endpoints) endpoint.close();
    for (const [acquirer, timer] of this.#waiters) {
      timer.cancel();
      acquirer.unavailable(new TransportError('the client is closed', true));
    }
    this.#waiters.clear();
    this.#stopTrying();
  }

  #changed(endpoint: Endpoint): void {
    if (this.#closed || this.#waiters.size === 0) return;
    this.#serveWaiters();
    if (this.#waiters.size === 0) this.#stopTrying();
    else if (endpoint.state === 'failed') this.#tryNext();
  }

  #serveWaiters(): void {
    for (const [acquirer, timer] of this.#waiters) {
      const connection = this.#ready();
      if (connection === undefined) return;
      timer.cancel();
      this.#waiters.delete(acquirer);
      acquirer.acquired(connection);
    }
  }

  #stopTrying(): void {
    this.#staggerTimer?.cancel();
    this.#staggerTimer = undefined;
  }

  /** Serves who can be served, starts one more attempt, and looks again a little later for as long as calls wait. */
  #tryNext(): void {
    this.#stopTrying();
    this.#serveWaiters();
    if (this.#waiters.size === 0) return;
    if (this.endpoints[this.#current]!.state !== 'ready') this.#connectNext();
    // A dial that fails on the spot may have started the next attempt, or found that nobody waits any more.
    if (this.#waiters.size > 0) this.#staggerTimer ??= this.#clock.after(staggerMs, () => this.#tryNext());
  }

  #connectNext(): void {
    const triedBeforeMs = this.#clock.monotonicMs() - staggerMs;
    for (let step = 0; step < this.endpoints.length; step++) {
      const endpoint = this.endpoints[(this.#current + step) % this.endpoints.length]!;
      if (endpoint.state === 'idle' || (endpoint.state === 'failed' && endpoint.failedAtMs <= triedBeforeMs)) {
        endpoint.connect();
        return;
      }
    }
  }

  #noneAvailable(): TransportError {
    const reasons = this.endpoints.map(
      ({ address, state, error }) => `${address.url}: ${error?.message ?? (state === 'idle' ? 'not tried' : state)}`,
    );
    return new TransportError(`no endpoint is available (${reasons.join('; ')})`, true);
  }
}
