// One endpoint: its connections, and whether it is worth using. A failed endpoint rests, longer after each failure, and
// then tries by itself to come back, so that its return is known before it is needed. One connection carries all calls
// until they are many; which endpoint a call takes is endpoint-pool.ts.

import type { Logger } from '../log.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';
import type { GrpcClient } from '../wire/grpc/client.ts';
import { type Backoff, createBackoff } from './backoff.ts';
import type { Dial } from './dial.ts';
import type { EndpointAddress } from './endpoint-address.ts';

/** `idle`: no connection, none wanted yet; `failed`: resting until it is tried again. */
export type EndpointState = 'idle' | 'connecting' | 'ready' | 'failed';

/** The first rest of a failed endpoint. */
const restMinMs = 100;
/** An endpoint that fails sooner after it was ready goes on where its back-off was. */
const stableMs = 2_000;
/** Calls on one connection from which on another one is opened: servers bound the streams of a connection (ours 4096). */
export const callsPerConnection = 1_000;
/** While another one is being opened, more calls than this on each wait for it. */
const callsWhileGrowing = 2_000;
/** Connections to one endpoint at once; beyond, they fill up to what the server allows. */
export const connectionsMax = 32;

export interface EndpointOptions {
  readonly address: EndpointAddress;
  readonly dial: Dial;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** The longest rest of a failed endpoint. */
  readonly failureWaitMs: number;
  readonly onChange: (endpoint: Endpoint) => void;
}

export class Endpoint {
  readonly address: EndpointAddress;
  readonly #options: EndpointOptions;
  readonly #backoff: Backoff;
  state: EndpointState = 'idle';
  /** Why it failed last; undefined once it is ready again. */
  error: Error | undefined;
  /** When it last failed, on the monotonic clock. */
  failedAtMs = Number.NEGATIVE_INFINITY;
  #readyAtMs = 0;
  /** Connections that take calls, the oldest first; not empty exactly while `ready`. */
  #clients: readonly GrpcClient[] = [];
  #connecting: GrpcClient | undefined;
  /** When a connection beside others could not be opened last: a server may allow no more of them. */
  #growthFailedAtMs = Number.NEGATIVE_INFINITY;
  /** Connections that take no new calls but still finish old ones. */
  readonly #draining = new Set<GrpcClient>();
  #restTimer: Timer | undefined;
  #closed = false;

  constructor(options: EndpointOptions) {
    this.address = options.address;
    this.#options = options;
    this.#backoff = createBackoff({
      minMs: Math.min(restMinMs, options.failureWaitMs),
      maxMs: options.failureWaitMs,
      random: options.random,
    });
  }

  /** The connection for a new call; undefined unless `ready`, and while all are full and another is on its way. */
  get client(): GrpcClient | undefined {
    const oldest = this.#clients[0];
    return oldest === undefined || oldest.calls < callsPerConnection ? oldest : this.#clientWithRoom();
  }

  /** The oldest with room, so that the others fall idle again; while none has any, the least busy one. */
  #clientWithRoom(): GrpcClient | undefined {
    const withRoom = this.#clients.find(({ calls }) => calls < callsPerConnection);
    if (withRoom !== undefined) return withRoom;
    const growing = this.#grow();
    const leastBusy = this.#clients.reduce((least, client) => (client.calls < least.calls ? client : least));
    return growing && leastBusy.calls >= callsWhileGrowing ? undefined : leastBusy;
  }

  /** Opens another connection; true while one is on its way. */
  #grow(): boolean {
    if (this.#connecting !== undefined) return true;
    const sinceFailureMs = this.#options.clock.monotonicMs() - this.#growthFailedAtMs;
    if (this.#clients.length >= connectionsMax || sinceFailureMs < this.#options.failureWaitMs) return false;
    this.#dial();
    return this.#connecting !== undefined;
  }

  /** Starts connecting unless that is under way or done. */
  connect(): void {
    if (this.#closed || this.state === 'connecting' || this.state === 'ready') return;
    this.#restTimer?.cancel();
    this.state = 'connecting';
    if (this.#connecting === undefined) this.#dial();
  }

  #dial(): void {
    const client = this.#options.dial(this.address);
    this.#connecting = client;
    client.onClose((error) => this.#gone(client, error ?? new Error('connection closed')));
    client.onReady(() => this.#connected(client));
    client.onDrain(() => {
      if (client.state !== 'closed') this.#drained(client);
    });
  }

  #connected(client: GrpcClient): void {
    if (client !== this.#connecting) return;
    this.#connecting = undefined;
    this.#clients = [...this.#clients, client];
    if (this.state === 'ready') {
      this.#options.onChange(this);
      return;
    }
    const wasFailed = this.error !== undefined;
    this.state = 'ready';
    this.error = undefined;
    this.#readyAtMs = this.#options.clock.monotonicMs();
    if (wasFailed) this.#options.log.info('endpoint is back', { endpoint: this.address.url });
    this.#options.onChange(this);
  }

  /** GOAWAY: a server shuts down, or wants a fresh connection. Calls under way finish on the old one. */
  #drained(client: GrpcClient): void {
    if (this.#closed || this.#draining.has(client)) return;
    this.#draining.add(client);
    this.#remove(client, new Error('the server is closing the connection'));
  }

  #gone(client: GrpcClient, error: Error): void {
    if (!this.#draining.delete(client) && !this.#closed) this.#remove(client, error);
  }

  #remove(client: GrpcClient, error: Error): void {
    if (client === this.#connecting) {
      this.#connecting = undefined;
      this.#growthFailedAtMs = this.#options.clock.monotonicMs();
    }
    this.#clients = this.#clients.filter((other) => other !== client);
    if (this.#clients.length === 0 && this.state !== 'failed') this.#failed(error);
  }

  #failed(error: Error): void {
    const { clock, log } = this.#options;
    if (this.error === undefined) log.warn('endpoint failed', { endpoint: this.address.url, error: error.message });
    if (this.state === 'ready' && clock.monotonicMs() - this.#readyAtMs >= stableMs) this.#backoff.reset();
    this.state = 'failed';
    this.error = error;
    this.failedAtMs = clock.monotonicMs();
    this.#restTimer = clock.after(this.#backoff.nextMs(), () => this.connect());
    this.#options.onChange(this);
  }

  close(): void {
    this.#closed = true;
    this.state = 'idle';
    this.#restTimer?.cancel();
    for (const client of [...this.#draining, ...this.#clients]) client.close();
    this.#connecting?.close();
    this.#clients = [];
    this.#connecting = undefined;
  }
}
