// One endpoint: its connection, and whether it is worth using. A failed endpoint rests, longer after each failure, and
// then tries by itself to come back, so that its return is known before it is needed. Which endpoint a call takes is
// endpoint-pool.ts.

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
  #client: GrpcClient | undefined;
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

  /** The connection for new calls while `ready`. */
  get client(): GrpcClient | undefined {
    return this.state === 'ready' ? this.#client : undefined;
  }

  /** Starts connecting unless that is under way or done. */
  connect(): void {
    if (this.#closed || this.state === 'connecting' || this.state === 'ready') return;
    this.#restTimer?.cancel();
    this.state = 'connecting';
    const client = this.#options.dial(this.address);
    this.#client = client;
    client.onClose((error) => this.#connectionClosed(client, error));
    client.onReady(() => this.#connectionReady(client));
    client.onDrain(() => this.#connectionDraining(client));
  }

  #connectionReady(client: GrpcClient): void {
    if (client !== this.#client) return;
    const wasFailed = this.error !== undefined;
    this.state = 'ready';
    this.error = undefined;
    this.#backoff.reset();
    if (wasFailed) this.#options.log.info('endpoint is back', { endpoint: this.address.url });
    this.#options.onChange(this);
  }

  /** GOAWAY: a server shuts down, or wants a fresh connection. Calls under way finish on the old one. */
  #connectionDraining(client: GrpcClient): void {
    if (client !== this.#client || client.state === 'closed') return;
    this.#draining.add(client);
    this.#failed(new Error('the server is closing the connection'));
  }

  #connectionClosed(client: GrpcClient, error: Error | undefined): void {
    this.#draining.delete(client);
    if (client !== this.#client || this.#closed) return;
    this.#failed(error ?? new Error('connection closed'));
  }

  #failed(error: Error): void {
    const { clock, log } = this.#options;
    if (this.error === undefined) log.warn('endpoint failed', { endpoint: this.address.url, error: error.message });
    this.#client = undefined;
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
    for (const client of this.#draining) client.close();
    this.#client?.close();
    this.#client = undefined;
  }
}
