// The JSON gateway over any Service: unary calls, streams over HTTP and over WebSocket, and whatever routes the role
// adds (health, metrics, an agent's API). POSTs of unary calls are answered straight on node:http's objects; koa does
// everything else.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import Router from '@koa/router';
import Koa from 'koa';
import { type Server, WebSocketServer } from 'ws';
import { apiError } from '../api/errors.ts';
import type { Service } from '../api/generated/service.ts';
import { Status } from '../api/status.ts';
import type { Logger } from '../log.ts';
import type { Clock } from '../runtime/clock.ts';
import { corsPolicy, type SetCorsHeaders } from './cors.ts';
import { answer, type ErrorAnswer, errorAnswer, errorJson } from './error-answer.ts';
import type { GatewayStream } from './gateway-stream.ts';
import { serveHttpStream } from './http-stream.ts';
import { BodyReader } from './request-body.ts';
import { pathOf, type Route, routeTable, type StreamRoute } from './route-table.ts';
import { sendError, UnaryEndpoint } from './unary-endpoint.ts';
import { GatewayWebSocket, notAStream, serveWebSocket } from './web-socket-stream.ts';

/** etcd's default for --max-request-bytes. */
export const maxRequestBytesDefault = 1.5 * 1024 * 1024;
/** What etcd's gRPC server allows on top for the rest of the message (server/etcdserver/api/v3rpc/grpc.go). */
const messageOverheadBytes = 512 * 1024;
const pingMsDefault = 30_000;

export interface GatewayOptions {
  readonly service: Service;
  readonly clock: Clock;
  readonly log: Logger;
  /** etcd's --max-request-bytes. Default 1.5 MiB. */
  readonly maxRequestBytes?: number;
  /** etcd's --cors: whole origins, or `*`. Default none. */
  readonly corsOrigins?: readonly string[];
  /** Adds routes of the role. */
  readonly routes?: (router: Router) => void;
  /** Milliseconds between pings on a WebSocket. Default 30 s. */
  readonly pingMs?: number;
}

/** Takes requests from a node:http server. */
export interface Gateway {
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Takes a WebSocket handshake (`Upgrade: websocket` requests only). */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Ends every stream with `etcdserver: server stopped`; unary calls under way are answered. */
  close(): void;
}

/** Bytes of JSON that can hold a message of so many bytes: base64 makes 4 of 3, names and punctuation come on top. */
export function jsonBytesMax(maxRequestBytes: number): number {
  return Math.ceil(((maxRequestBytes + messageOverheadBytes) * 4) / 3);
}

export function createGateway(options: GatewayOptions): Gateway {
  return new ServiceGateway(options);
}

class ServiceGateway implements Gateway {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #routes: ReadonlyMap<string, Route>;
  readonly #bytesMax: number;
  readonly #bodies: BodyReader;
  readonly #unary: UnaryEndpoint;
  readonly #streams = new Set<GatewayStream>();
  readonly #setCorsHeaders: SetCorsHeaders;
  readonly #koa: (request: IncomingMessage, response: ServerResponse) => void;
  readonly #webSockets: Server<typeof GatewayWebSocket>;
  readonly #pingMs: number;

  constructor(options: GatewayOptions) {
    const { clock, log, service } = options;
    this.#clock = clock;
    this.#log = log;
    this.#routes = routeTable(service);
    this.#pingMs = options.pingMs ?? pingMsDefault;
    this.#bytesMax = jsonBytesMax(options.maxRequestBytes ?? maxRequestBytesDefault);
    this.#bodies = new BodyReader(clock, this.#bytesMax);
    this.#setCorsHeaders = corsPolicy(options.corsOrigins ?? []);
    this.#unary = new UnaryEndpoint({ clock, log, bodies: this.#bodies });
    this.#koa = this.#createKoa(options.routes).callback();
    this.#webSockets = new WebSocketServer({
      noServer: true,
      WebSocket: GatewayWebSocket,
      maxPayload: this.#bytesMax,
      perMessageDeflate: false,
      handleProtocols: (offered) => (offered.has('Bearer') ? 'Bearer' : false),
    });
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    this.#setCorsHeaders(request, response);
    if (request.method === 'POST') {
      const route = this.#routes.get(pathOf(request.url ?? '/'));
      if (route !== undefined && !route.streams) {
        this.#unary.serve(route, request, response);
        return;
      }
    }
    this.#koa(request, response);
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const route = this.#routes.get(pathOf(request.url ?? '/'));
    if (route === undefined) {
      refuseUpgrade(socket, answer(Status.NOT_FOUND, 'Not Found'));
      return;
    }
    if (!route.streams) {
      refuseUpgrade(socket, notAStream);
      return;
    }
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      serveWebSocket(route, request, webSocket, {
        bytesMax: this.#bytesMax,
        pingMs: this.#pingMs,
        clock: this.#clock,
        log: this.#log,
        streams: this.#streams,
      });
    });
  }

  close(): void {
    for (const stream of this.#streams) stream.stop(apiError('stopped'));
    this.#bodies.close();
  }

  #createKoa(addRoutes: ((router: Router) => void) | undefined): Koa {
    const router = new Router();
    addRoutes?.(router);
    const app = new Koa();
    app.on('error', (error: Error) => this.#log.warn('an HTTP request failed', { error: error.message }));
    app.use(async (context, next) => {
      if (context.method === 'OPTIONS') {
        context.status = 200;
        return;
      }
      const route = this.#routes.get(context.path);
      if (route?.streams && context.method === 'POST') {
        context.respond = false;
        this.#serveStream(route, context.req, context.res);
        return;
      }
      let refusal: ErrorAnswer | undefined;
      // Code 12 and so 501, not 405: grpc-gateway answers a wrong method as an unimplemented call.
      if (route !== undefined) refusal = answer(Status.UNIMPLEMENTED, 'Method Not Allowed');
      else {
        try {
          await next();
          if (context.status === 404 && context.body == null) refusal = answer(Status.NOT_FOUND, 'Not Found');
        } catch (error) {
          refusal = errorAnswer(error, this.#log, context.path);
        }
      }
      if (refusal === undefined) return;
      context.respond = false;
      context.req.resume();
      sendError(context.res, refusal);
    });
    app.use(router.routes());
    return app;
  }

  #serveStream(route: StreamRoute, request: IncomingMessage, response: ServerResponse): void {
    serveHttpStream(route, request, response, {
      bodies: this.#bodies,
      bytesMax: this.#bytesMax,
      clock: this.#clock,
      log: this.#log,
      streams: this.#streams,
    });
  }
}

/** Answers a handshake with plain HTTP. */
function refuseUpgrade(socket: Duplex, error: ErrorAnswer): void {
  const body = errorJson(error);
  socket.on('error', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${error.httpStatus} ${STATUS_CODES[error.httpStatus]}\r\nConnection: close\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
