// One client's connection: routes each request to its method or refuses it the way grpc-go does, and keeps what the
// calls of the connection share. Requests that are not gRPC go to the fallback (HTTP over the same port), or get a
// 415.

import type { Duplex } from 'node:stream';
import type { Method } from '../../api/method.ts';
import { Status } from '../../api/status.ts';
import type { Clock } from '../../runtime/clock.ts';
import { type ConnectionEvents, Http2Connection } from '../http2/connection.ts';
import type { RequestHead } from '../http2/header-rules.ts';
import type { Http2Limits } from '../http2/limits.ts';
import { type Http2Stream, type StreamReceiver, silentReceiver } from '../http2/stream.ts';
import { Http2Transport, type TransportTimes } from '../http2/transport.ts';
import { GatherBudget } from './message-reader.ts';
import { malformedBinary } from './metadata.ts';
import type { StreamHandler, UnaryHandler } from './server.ts';
import type { CallContext, RequestInfo } from './server-call.ts';
import { errorResponse } from './status-fields.ts';
import { StreamingCall } from './streaming-call.ts';
import { parseTimeout } from './timeout.ts';
import { UnaryCall } from './unary-call.ts';

/** A method with its handler; `streaming` tells which kind of handler it is. */
export type Route =
  | { readonly method: Method; readonly streaming: false; readonly handler: UnaryHandler }
  | { readonly method: Method; readonly streaming: true; readonly handler: StreamHandler };

/** Answers requests on the HTTP/2 port that are not gRPC. */
export type HttpFallback = (stream: Http2Stream, head: RequestHead, endStream: boolean) => StreamReceiver;

export interface ServerConnectionParts {
  readonly routes: ReadonlyMap<string, Route>;
  readonly services: ReadonlySet<string>;
  readonly clock: Clock;
  readonly http2: Http2Limits;
  readonly times: TransportTimes;
  readonly messageBytesMax: number;
  readonly gatherBytesMax: number;
  readonly fallback: HttpFallback | undefined;
  readonly handlerFailed: (error: unknown, path: string) => void;
  readonly closed: (connection: GrpcServerConnection) => void;
}

/** What a request turned out to be: a call, or its refusal. */
type Verdict = { readonly route: Route; readonly info: RequestInfo } | { readonly refusal: Buffer };

export class GrpcServerConnection implements ConnectionEvents {
  readonly connection: Http2Connection;
  readonly #transport: Http2Transport;
  readonly #parts: ServerConnectionParts;
  readonly #context: CallContext;
  /** The verdict on the head seen last: a client that repeats a call repeats its head, the very same object. */
  #lastHead: RequestHead | undefined = undefined;
  #lastVerdict: Verdict | undefined = undefined;

  constructor(socket: Duplex, parts: ServerConnectionParts) {
    this.#parts = parts;
    this.#context = {
      clock: parts.clock,
      peer: peerName(socket),
      messageBytesMax: parts.messageBytesMax,
      budget: new GatherBudget(parts.gatherBytesMax),
      handlerFailed: parts.handlerFailed,
    };
    const nowMs = () => parts.clock.monotonicMs();
    this.connection = new Http2Connection({ role: 'server', limits: parts.http2, events: this, nowMs });
    this.#transport = new Http2Transport(this.connection, socket, parts.clock, parts.times);
  }

  start(alreadyRead?: Buffer): void {
    this.#transport.start(alreadyRead);
  }

  request(stream: Http2Stream, head: RequestHead, endStream: boolean): StreamReceiver {
    if (!isGrpc(head) && this.#parts.fallback !== undefined) return this.#parts.fallback(stream, head, endStream);
    const verdict = this.#verdict(head);
    if ('refusal' in verdict) {
      stream.sendHeaders(verdict.refusal, true);
      return silentReceiver;
    }
    const { route, info } = verdict;
    const call = route.streaming
      ? new StreamingCall(stream, info, this.#context, route)
      : new UnaryCall(stream, info, this.#context, route);
    if (endStream) call.data(Buffer.alloc(0), 0, 0, true);
    return call;
  }

  ready(): void {
    this.#transport.handshakeDone();
  }

  streamsFreed(): void {}

  exhausted(): void {}

  flushWanted(): void {
    this.#transport.flushLater();
  }

  closed(): void {
    this.#transport.closed();
    this.#parts.closed(this);
  }

  #verdict(head: RequestHead): Verdict {
    if (head === this.#lastHead) return this.#lastVerdict!;
    this.#lastHead = head;
    this.#lastVerdict = this.#judge(head);
    return this.#lastVerdict;
  }

  /** The checks of grpc-go's server, in its order and with its words. */
  #judge(head: RequestHead): Verdict {
    if (!isGrpc(head)) {
      const text = `invalid gRPC request content-type ${JSON.stringify(contentType(head))}`;
      return { refusal: errorResponse(Status.INVALID_ARGUMENT, text, 415) };
    }
    if (head.method !== 'POST') {
      const text = `http2Server.operateHeaders parsed a :method field: ${JSON.stringify(head.method)} which should be POST`;
      return { refusal: errorResponse(Status.INTERNAL, text, 405) };
    }
    const timeout = fieldValue(head, 'grpc-timeout');
    const timeoutMs = timeout === undefined ? undefined : parseTimeout(timeout);
    if (timeout !== undefined && timeoutMs === undefined) {
      return { refusal: errorResponse(Status.INTERNAL, `malformed grpc-timeout: ${JSON.stringify(timeout)}`, 400) };
    }
    const malformed = malformedBinary(head.fields);
    if (malformed !== undefined) {
      const text = `malformed binary metadata ${JSON.stringify(malformed.value)} in header ${JSON.stringify(malformed.name)}`;
      return { refusal: errorResponse(Status.INTERNAL, text, 400) };
    }
    const route = this.#parts.routes.get(head.path);
    if (route === undefined) return { refusal: errorResponse(Status.UNIMPLEMENTED, this.#unknownPath(head.path)) };
    const encoding = fieldValue(head, 'grpc-encoding');
    if (encoding !== undefined && encoding !== 'identity' && encoding !== 'gzip') {
      const text = `grpc: Decompressor is not installed for grpc-encoding ${JSON.stringify(encoding)}`;
      return { refusal: errorResponse(Status.UNIMPLEMENTED, text) };
    }
    return { route, info: { head, timeoutMs, encoding } };
  }

  #unknownPath(path: string): string {
    const name = path.startsWith('/') ? path.slice(1) : path;
    const slash = name.lastIndexOf('/');
    if (slash < 0) return `malformed method name: ${JSON.stringify(path)}`;
    const service = name.slice(0, slash);
    if (!this.#parts.services.has(service)) return `unknown service ${service}`;
    return `unknown method ${name.slice(slash + 1)} for service ${service}`;
  }
}

function fieldValue(head: RequestHead, name: string): string | undefined {
  for (const field of head.fields) if (field.name === name) return field.value;
  return undefined;
}

function contentType(head: RequestHead): string {
  return fieldValue(head, 'content-type') ?? '';
}

/** `application/grpc`, alone or followed by a subtype or parameters. */
function isGrpc(head: RequestHead): boolean {
  const type = contentType(head);
  if (type === 'application/grpc') return true;
  return /^application\/grpc[+;]/i.test(type) || type.toLowerCase() === 'application/grpc';
}

function peerName(socket: Duplex): string {
  const { remoteAddress, remotePort } = socket as { remoteAddress?: string; remotePort?: number };
  if (remoteAddress === undefined) return '';
  return remoteAddress.includes(':') ? `[${remoteAddress}]:${remotePort}` : `${remoteAddress}:${remotePort}`;
}
