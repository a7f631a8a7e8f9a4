// The gRPC server: which methods it serves, within which limits, on which sockets. One connection is
// server-connection.ts; who listens, and who looks at the first bytes of a socket, is the caller's business.

import type { Duplex } from 'node:stream';
import type { Call, Inbound, MaybePromise, Outbound } from '../../api/call.ts';
import type { Method } from '../../api/method.ts';
import type { Clock } from '../../runtime/clock.ts';
import { type Http2Limits, serverLimits } from '../http2/limits.ts';
import type { TransportTimes } from '../http2/transport.ts';
import {
  GrpcServerConnection,
  type HttpFallback,
  type Route,
  type ServerConnectionParts,
} from './server-connection.ts';

/** Answers one request. Throwing an ApiError (or rejecting with one) answers with its code and message. */
export type UnaryHandler<Request = unknown, Response = unknown> = (
  request: Request,
  call: Call,
) => MaybePromise<Response>;

/** Any call with a streaming side. For server streaming the one request arrives as `message` and then `end`. */
export type StreamHandler<Request = unknown, Response = unknown> = (
  call: Call,
  out: Outbound<Response>,
) => Inbound<Request>;

export interface GrpcServerOptions {
  readonly methods: readonly Method[];
  /** A UnaryHandler when neither side of the method streams, else a StreamHandler; undefined: unimplemented. */
  readonly implement: (method: Method) => UnaryHandler | StreamHandler | undefined;
  readonly clock: Clock;
  /** Largest request in bytes, before OVERHEAD_BYTES are added; default 1.5 MiB, etcd's --max-request-bytes. */
  readonly maxRequestBytes?: number;
  /** Bytes that half-received requests of one connection may occupy; default 128 MiB. */
  readonly gatherBytesMax?: number;
  readonly http2?: Partial<Http2Limits>;
  readonly times?: Partial<TransportTimes>;
  /** Takes requests that are not gRPC; without it they get status 415. */
  readonly fallback?: HttpFallback;
  /** Hears of errors in handlers that are not ApiErrors; the client gets UNKNOWN. */
  readonly handlerFailed?: (error: unknown, path: string) => void;
}

export interface GrpcServer {
  /** Takes over a socket that speaks HTTP/2; `alreadyRead` are bytes that a protocol sniffer has consumed. */
  accept(socket: Duplex, alreadyRead?: Buffer): void;
  /** Takes no more calls (GOAWAY), lets running ones finish for `graceMs` (default 0), then closes what is left. */
  close(graceMs?: number): Promise<void>;
  /** Connections open now. */
  readonly connections: number;
}

/** What etcd allows a message beyond --max-request-bytes for the fields around the value (grpcOverheadBytes). */
export const OVERHEAD_BYTES: number = 512 * 1024;

const DEFAULT_REQUEST_BYTES_MAX = 1.5 * 1024 * 1024;
const DEFAULT_GATHER_BYTES_MAX = 128 * 1024 * 1024;

/** etcd's --grpc-keepalive-interval and -timeout; a handshake takes one round trip. */
const defaultTimes: TransportTimes = {
  handshakeTimeoutMs: 10_000,
  keepAliveMs: 2 * 60 * 60 * 1000,
  keepAliveTimeoutMs: 20_000,
  keepAliveWithoutStreams: true,
};

export function createGrpcServer(options: GrpcServerOptions): GrpcServer {
  return new Server(options);
}

class Server implements GrpcServer {
  readonly #parts: ServerConnectionParts;
  readonly #connections = new Set<GrpcServerConnection>();
  #closing: Promise<void> | undefined = undefined;
  #whenEmpty: (() => void) | undefined = undefined;

  constructor(options: GrpcServerOptions) {
    this.#parts = {
      routes: routesOf(options),
      services: new Set(options.methods.map(({ path }) => path.slice(1, path.lastIndexOf('/')))),
      clock: options.clock,
      http2: { ...serverLimits, ...options.http2 },
      times: { ...defaultTimes, ...options.times },
      messageBytesMax: (options.maxRequestBytes ?? DEFAULT_REQUEST_BYTES_MAX) + OVERHEAD_BYTES,
      gatherBytesMax: options.gatherBytesMax ?? DEFAULT_GATHER_BYTES_MAX,
      fallback: options.fallback,
      handlerFailed: options.handlerFailed ?? (() => {}),
      closed: (connection) => this.#closed(connection),
    };
  }

  get connections(): number {
    return this.#connections.size;
  }

  accept(socket: Duplex, alreadyRead?: Buffer): void {
    if (this.#closing !== undefined) {
      socket.destroy();
      return;
    }
    const connection = new GrpcServerConnection(socket, this.#parts);
    this.#connections.add(connection);
    connection.start(alreadyRead);
  }

  close(graceMs = 0): Promise<void> {
    this.#closing ??= this.#drain(graceMs);
    return this.#closing;
  }

  #drain(graceMs: number): Promise<void> {
    if (this.#connections.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const closeAll = () => {
        for (const { connection } of [...this.#connections]) connection.close();
      };
      const timer = this.#parts.clock.after(graceMs, closeAll);
      this.#whenEmpty = () => {
        timer.cancel();
        resolve();
      };
      if (graceMs > 0) for (const { connection } of this.#connections) connection.drain();
      else closeAll();
    });
  }

  #closed(connection: GrpcServerConnection): void {
    this.#connections.delete(connection);
    if (this.#connections.size === 0) this.#whenEmpty?.();
  }
}

function routesOf({ methods, implement }: GrpcServerOptions): Map<string, Route> {
  const routes = new Map<string, Route>();
  for (const method of methods) {
    const handler = implement(method);
    if (handler === undefined) continue;
    const streaming = method.requestStream || method.responseStream;
    // Which of the two the handler is follows from the method: that is the contract of `implement`.
    routes.set(method.path, { method, streaming, handler } as Route);
  }
  return routes;
}
