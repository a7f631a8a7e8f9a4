// The gRPC client: one connection, calls on it, and a bounded queue of calls that wait for the handshake or for a free
// stream. It neither reconnects nor retries: common/client does, and is told which failures are safe to retry.

import type { Duplex } from 'node:stream';
import type { Inbound, Outbound } from '../../api/call.ts';
import type { Method } from '../../api/method.ts';
import { ApiError, Status } from '../../api/status.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Http2Limits } from '../http2/limits.ts';
import type { TransportTimes } from '../http2/transport.ts';
import { GrpcClientConnection } from './client-connection.ts';

export interface GrpcClientOptions {
  /** Opens the transport: `net.connect(…)`, `tls.connect(…)`; it may still be connecting when returned. */
  readonly connect: () => Duplex;
  /** The `:authority` of requests, for instance `127.0.0.1:2379`. */
  readonly authority: string;
  readonly clock: Clock;
  /** Default `http`. */
  readonly scheme?: 'http' | 'https';
  readonly userAgent?: string;
  /** Until the peer's SETTINGS have arrived; default 5 s. */
  readonly connectTimeoutMs?: number;
  /** Silence after which a PING goes out while calls are running; default 10 s, 0 turns it off. */
  readonly keepAliveMs?: number;
  /** How long the PING may stay unanswered; default 5 s. */
  readonly keepAliveTimeoutMs?: number;
  /** Whether to PING without running calls too; default no, servers punish it (too_many_pings). */
  readonly keepAliveWithoutStreams?: boolean;
  /** Calls that may wait for the handshake or a free stream; default 10,000. */
  readonly waitingCallsMax?: number;
  /** Largest answer in bytes; default 512 MiB. */
  readonly responseBytesMax?: number;
  readonly http2?: Partial<Http2Limits>;
}

export interface CallOptions {
  /** Names in lower case; values of names ending in `-bin` are binary (latin1) strings, base64 on the wire. */
  readonly metadata?: ReadonlyMap<string, string>;
  /** Deadline from now; sent as grpc-timeout and enforced here. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** The sending half of an open stream on the client. */
export interface ClientStream<Request> extends Outbound<Request> {
  /** Resets the stream; the inbound side hears nothing more. */
  cancel(): void;
  /** Stops the peer from sending (its window is not renewed); what it may have sent already still arrives. */
  pause(): void;
  resume(): void;
}

export type ConnectionState = 'connecting' | 'ready' | 'draining' | 'closed';

/** One connection. Reconnecting and retrying belong to the caller: a closed client stays closed. */
export interface GrpcClient {
  readonly state: ConnectionState;
  /** Calls that run or wait. */
  readonly calls: number;
  /** Runs `listener` once when the first SETTINGS of the peer have arrived (at once if they have). */
  onReady(listener: () => void): void;
  /** Runs `listener` once when no new calls are taken any more: GOAWAY received, or closed (at once if so). */
  onDrain(listener: () => void): void;
  /** Runs `listener` once when the connection is gone (at once if it is); `error` is undefined after `close()`. */
  onClose(listener: (error: Error | undefined) => void): void;
  /** Rejects with an ApiError: the peer's code and message, or a TransportError (transport-error.ts). */
  unary<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    options?: CallOptions,
  ): Promise<Response>;
  /** `inbound.end` is the outcome OK, `inbound.cancel(error)` any other; exactly one of them is called, last. */
  open<Request, Response>(
    method: Method<Request, Response>,
    options: CallOptions,
    inbound: Inbound<Response>,
  ): ClientStream<Request>;
  /** Cancels what runs and closes the connection. */
  close(): void;
}

const defaultTimes: TransportTimes = {
  handshakeTimeoutMs: 5000,
  keepAliveMs: 10_000,
  keepAliveTimeoutMs: 5000,
  keepAliveWithoutStreams: false,
};

export function createGrpcClient(options: GrpcClientOptions): GrpcClient {
  return new Client(options);
}

class Client implements GrpcClient {
  readonly #connection: GrpcClientConnection;

  constructor(options: GrpcClientOptions) {
    const times: TransportTimes = {
      handshakeTimeoutMs: options.connectTimeoutMs ?? defaultTimes.handshakeTimeoutMs,
      keepAliveMs: options.keepAliveMs ?? defaultTimes.keepAliveMs,
      keepAliveTimeoutMs: options.keepAliveTimeoutMs ?? defaultTimes.keepAliveTimeoutMs,
      keepAliveWithoutStreams: options.keepAliveWithoutStreams ?? defaultTimes.keepAliveWithoutStreams,
    };
    this.#connection = new GrpcClientConnection(options, times);
  }

  get state(): ConnectionState {
    return this.#connection.state;
  }

  get calls(): number {
    return this.#connection.calls;
  }

  onReady(listener: () => void): void {
    this.#connection.becameReady.add(listener);
  }

  onDrain(listener: () => void): void {
    this.#connection.stoppedTaking.add(listener);
  }

  onClose(listener: (error: Error | undefined) => void): void {
    this.#connection.wentAway.add(() => listener(this.#connection.closeError));
  }

  unary<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    options: CallOptions = {},
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      // First, because it throws for what cannot be encoded.
      const size = method.request.size(request);
      let response: Response | undefined;
      let responses = 0;
      const message = (value: unknown) => {
        response = value as Response;
        responses++;
      };
      const outcome = (error: ApiError | undefined) => {
        if (error !== undefined) reject(error);
        else if (responses === 1) resolve(response as Response);
        else reject(new ApiError(Status.INTERNAL, `cardinality violation: ${responses} answers to a unary call`));
      };
      this.#connection.callUnary(this.#connection.makeCall(method, options, { message, outcome }), request, size);
    });
  }

  open<Request, Response>(
    method: Method<Request, Response>,
    options: CallOptions,
    inbound: Inbound<Response>,
  ): ClientStream<Request> {
    let cancelled = false;
    const drainListeners: (() => void)[] = [];
    const call = this.#connection.makeCall(method, options, {
      message: (value) => inbound.message(value as Response),
      outcome: (error) => {
        if (cancelled) return;
        if (error === undefined) inbound.end();
        else inbound.cancel(error);
      },
      drained: () => {
        for (const listener of drainListeners) listener();
      },
    });
    const cancel = (reason: string) => {
      cancelled = true;
      call.cancelWith(new ApiError(Status.CANCELLED, reason));
    };
    this.#connection.callStreaming(call);
    return {
      send: (request) => call.send(request),
      get writable() {
        return call.writable;
      },
      onDrain: (listener) => void drainListeners.push(listener),
      end: () => call.end(),
      fail: (error) => cancel(error.message),
      cancel: () => cancel('context canceled'),
      pause: () => call.pause(),
      resume: () => call.resume(),
    };
  }

  close(): void {
    this.#connection.close();
  }
}
