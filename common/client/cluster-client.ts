// A `Service` over the network: every call of the method table over gRPC to one of several endpoints. Decides how long
// a call waits for a connection and how often it is tried; whether it may be, is retry-policy.ts, and where it goes,
// endpoint-pool.ts.

import type { Call, Outbound } from '../api/call.ts';
import { apiError, deadlineExceeded } from '../api/errors.ts';
import { type MethodName, methods, type Service } from '../api/generated/service.ts';
import type { Method } from '../api/method.ts';
import { ApiError, Status } from '../api/status.ts';
import type { Logger } from '../log.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';
import type { CallOptions } from '../wire/grpc/client.ts';
import { type Backoff, createBackoff } from './backoff.ts';
import { CancelSignal } from './cancel-signal.ts';
import { type Dial, tcpDial } from './dial.ts';
import type { EndpointState } from './endpoint.ts';
import { parseEndpoint, parseEndpoints } from './endpoint-address.ts';
import { type Connection, EndpointPool } from './endpoint-pool.ts';
import { isRead, mayRetry } from './retry-policy.ts';
import { UpstreamStream } from './upstream-stream.ts';

/** Attempts a call has, the first included: about six seconds of an election at the pauses below. */
const attemptsMax = 10;
const retryMinMs = 25;
const retryMaxMs = 1_000;

const connectTimeoutDefaultMs = 2_000;
const keepAliveDefaultMs = 10_000;
const keepAliveTimeoutDefaultMs = 5_000;
const failureWaitDefaultMs = 5_000;

export interface ClientOptions {
  /** `http://host:port` or `host:port`, also several in one string separated by commas. */
  readonly endpoints: string | readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** How long a call waits for any endpoint to accept; default 2 s. */
  readonly connectTimeoutMs?: number;
  /** Silence on a connection in use before it is probed; default 10 s. */
  readonly keepAliveMs?: number;
  /** How long the probe may stay unanswered; default 5 s. */
  readonly keepAliveTimeoutMs?: number;
  /** Longest rest of a failed endpoint before it is tried again; default 5 s. */
  readonly failureWaitMs?: number;
  /** Start with the first endpoint of the list; otherwise with any, which spreads a fleet. */
  readonly inOrder?: boolean;
  /** Added to each call's own metadata, which wins. */
  readonly metadata?: ReadonlyMap<string, string>;
  /** Opens a connection; default: TCP. */
  readonly dial?: Dial;
}

export interface EndpointStatus {
  readonly endpoint: string;
  readonly state: EndpointState;
  /** Why it failed last; undefined once it is ready again. */
  readonly error: string | undefined;
}

export interface ClusterClient extends Service {
  /** Normalised, in the order given. */
  readonly endpoints: readonly string[];
  endpointStatus(): readonly EndpointStatus[];
  /** The same calls to one endpoint only, without failover (endpoint status and health). Throws UsageError. */
  forEndpoint(endpoint: string): Service;
  close(): Promise<void>;
}

/** Throws UsageError for a bad endpoint list. Connects on the first call. */
export function createClient(options: ClientOptions): ClusterClient {
  const addresses = parseEndpoints(options.endpoints);
  const connectTimeoutMs = options.connectTimeoutMs ?? connectTimeoutDefaultMs;
  const dial =
    options.dial ??
    tcpDial({
      clock: options.clock,
      connectTimeoutMs,
      keepAliveMs: options.keepAliveMs ?? keepAliveDefaultMs,
      keepAliveTimeoutMs: options.keepAliveTimeoutMs ?? keepAliveTimeoutDefaultMs,
    });
  const poolOptions = {
    dial,
    clock: options.clock,
    random: options.random,
    log: options.log,
    failureWaitMs: options.failureWaitMs ?? failureWaitDefaultMs,
    inOrder: options.inOrder ?? false,
  };
  const pool = new EndpointPool({ ...poolOptions, addresses });
  const single = new Map<string, { pool: EndpointPool; service: Service }>();
  const serviceOver = (over: EndpointPool): Service => poolService({ pool: over, options, connectTimeoutMs });

  return {
    ...serviceOver(pool),
    endpoints: addresses.map(({ url }) => url),
    endpointStatus: () =>
      pool.endpoints.map(({ address, state, error }) => ({ endpoint: address.url, state, error: error?.message })),
    forEndpoint(endpoint) {
      const address = parseEndpoint(endpoint);
      let entry = single.get(address.url);
      if (entry === undefined) {
        const own = new EndpointPool({ ...poolOptions, addresses: [address] });
        entry = { pool: own, service: serviceOver(own) };
        single.set(address.url, entry);
      }
      return entry.service;
    },
    async close() {
      pool.close();
      for (const entry of single.values()) entry.pool.close();
    },
  };
}

interface PoolServiceOptions {
  readonly pool: EndpointPool;
  readonly options: ClientOptions;
  readonly connectTimeoutMs: number;
}

/** The whole `Service`, generated from the method table. */
function poolService({ pool, options, connectTimeoutMs }: PoolServiceOptions): Service {
  const metadataOf = (call: Call): ReadonlyMap<string, string> =>
    options.metadata === undefined ? call.metadata : new Map([...options.metadata, ...call.metadata]);

  const unary = (method: Method, request: unknown, call: Call): Promise<unknown> =>
    new UnaryAttempts({ pool, clock: options.clock, random: options.random, connectTimeoutMs }, method, call).run(
      request,
      metadataOf(call),
    );

  const stream = (method: Method, call: Call, out: Outbound<unknown>): UpstreamStream => {
    const upstream = new UpstreamStream({
      method,
      call,
      out,
      metadata: metadataOf(call),
      acquire: (acquirer) => pool.acquire(Math.min(connectTimeoutMs, call.timeoutMs ?? connectTimeoutMs), acquirer),
      unavailable: ({ endpoint }) => pool.moveOn(endpoint),
    });
    upstream.start();
    return upstream;
  };

  const calls = Object.entries(methods).map(([name, method]) => [
    name,
    method.requestStream || method.responseStream
      ? (call: Call, out: Outbound<unknown>) => stream(method as Method, call, out)
      : (request: unknown, call: Call) => unary(method as Method, request, call),
  ]);
  // The table has every name of `Service` with its types (`satisfies` in service.ts); loops cannot express that.
  return Object.fromEntries(calls) as Service;
}

interface UnaryContext {
  readonly pool: EndpointPool;
  readonly clock: Clock;
  readonly random: Random;
  readonly connectTimeoutMs: number;
}

/** One unary call with its retries, from the first attempt to the answer. */
class UnaryAttempts {
  readonly #context: UnaryContext;
  readonly #method: Method;
  readonly #call: Call;
  readonly #deadlineMs: number | undefined;
  readonly #signal = new CancelSignal();
  /** No endpoint was to be had in all the time that there is for it. */
  #connectionFailed = false;

  constructor(context: UnaryContext, method: Method, call: Call) {
    this.#context = context;
    this.#method = method;
    this.#call = call;
    this.#deadlineMs = call.timeoutMs === undefined ? undefined : context.clock.monotonicMs() + call.timeoutMs;
    call.onCancel(() => this.#signal.abort());
  }

  async run(request: unknown, metadata: ReadonlyMap<string, string>): Promise<unknown> {
    let backoff: Backoff | undefined;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(request, metadata);
      } catch (error) {
        if (attempt === attemptsMax || !this.#mayRetry(error, request)) throw error;
        backoff ??= createBackoff({ minMs: retryMinMs, maxMs: retryMaxMs, random: this.#context.random });
        const pauseMs = backoff.nextMs();
        if (pauseMs >= this.#leftMs()) throw error;
        await this.#pause(pauseMs);
      }
    }
  }

  #attempt(request: unknown, metadata: ReadonlyMap<string, string>): Promise<unknown> {
    const leftMs = this.#leftMs();
    if (leftMs <= 0) throw deadlineExceeded();
    return new Promise((resolve, reject) => {
      this.#context.pool.acquire(Math.min(leftMs, this.#context.connectTimeoutMs), {
        acquired: (connection) => {
          if (this.#call.cancelled) reject(apiError('requestCancelled'));
          else this.#send(connection, request, metadata).then(resolve, reject);
        },
        unavailable: (error) => {
          this.#connectionFailed = true;
          reject(error);
        },
      });
    });
  }

  async #send({ client, endpoint }: Connection, request: unknown, metadata: ReadonlyMap<string, string>) {
    try {
      return await client.unary(this.#method, request, this.#callOptions(metadata));
    } catch (error) {
      if (error instanceof ApiError && error.status === Status.UNAVAILABLE) this.#context.pool.moveOn(endpoint);
      throw error;
    }
  }

  #mayRetry(error: unknown, request: unknown): boolean {
    if (this.#call.cancelled || this.#connectionFailed) return false;
    const others = this.#context.pool.endpoints.length > 1;
    return mayRetry(error, { read: isRead(this.#method.name as MethodName, request), others });
  }

  #callOptions(metadata: ReadonlyMap<string, string>): CallOptions {
    const signal = this.#signal.asAbortSignal();
    return this.#deadlineMs === undefined ? { metadata, signal } : { metadata, signal, timeoutMs: this.#leftMs() };
  }

  #leftMs(): number {
    if (this.#deadlineMs === undefined) return Number.POSITIVE_INFINITY;
    return this.#deadlineMs - this.#context.clock.monotonicMs();
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#context.clock.after(ms, resolve);
      this.#call.onCancel(() => {
        timer.cancel();
        resolve();
      });
    });
  }
}
