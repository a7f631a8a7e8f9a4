// The HTTP/1.1 half of a client port: a node:http server that never listens but is handed sockets. Decides when an
// idle connection goes and how closing goes about requests under way, which node's own timers do for listening
// servers only. What the requests mean is the gateway's business.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from '../log.ts';
import type { Clock, Timer } from '../runtime/clock.ts';

/** Takes requests and WebSocket handshakes; `Gateway` is one. */
export interface HttpHandler {
  handle(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

const headerBytesMax = 32 * 1024;
const sweepMs = 10_000;
/** A connection without a request for so many sweeps is closed: 5 minutes, or a minute before its first request. */
const idleSweepsMax = 30;
const firstRequestSweepsMax = 6;

interface Connection {
  readonly socket: Duplex;
  /** The newest request's response; none before the first. */
  response: ServerResponse | undefined;
  idleSweeps: number;
  /** A WebSocket now: the gateway's to close. */
  upgraded: boolean;
}

export class HttpSide {
  readonly #handler: HttpHandler;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #server: Server;
  readonly #connections = new Map<Duplex, Connection>();
  readonly #sweeper: Timer;
  #closing = false;
  #whenEmpty: (() => void) | undefined;

  constructor(handler: HttpHandler, clock: Clock, log: Logger) {
    this.#handler = handler;
    this.#clock = clock;
    this.#log = log;
    this.#server = createServer({
      keepAliveTimeout: 0,
      requestTimeout: 0,
      headersTimeout: 0,
      maxHeaderSize: headerBytesMax,
    });
    this.#server.on('request', (request, response) => this.#request(request, response));
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket) => this.#malformed(error, socket));
    this.#sweeper = clock.every(sweepMs, () => this.#sweep());
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** Takes over a socket that speaks HTTP/1.1; bytes already read have been put back with `unshift`. */
  accept(socket: Duplex): void {
    if (this.#closing) {
      socket.destroy();
      return;
    }
    this.#connections.set(socket, { socket, response: undefined, idleSweeps: 0, upgraded: false });
    socket.on('close', () => this.#closed(socket));
    this.#server.emit('connection', socket);
  }

  /** Ends streams and idle connections now, the others after their answer, and whatever is left after `graceMs`. */
  close(graceMs: number): Promise<void> {
    this.#closing = true;
    this.#sweeper.cancel();
    for (const connection of this.#connections.values()) {
      const { response, socket, upgraded } = connection;
      if (upgraded) continue;
      if (isIdle(connection)) socket.end();
      else {
        if (!response!.headersSent) response!.setHeader('Connection', 'close');
        response!.once('close', () => socket.end());
      }
    }
    this.#handler.close();
    if (this.#connections.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = this.#clock.after(graceMs, () => {
        for (const socket of this.#connections.keys()) socket.destroy();
      });
      this.#whenEmpty = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  #request(request: IncomingMessage, response: ServerResponse): void {
    const connection = this.#connections.get(request.socket);
    if (connection !== undefined) {
      connection.response = response;
      connection.idleSweeps = 0;
    }
    if (this.#closing) response.setHeader('Connection', 'close');
    this.#handler.handle(request, response);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      this.#ignoreUpgrade(request, socket, head);
      return;
    }
    const connection = this.#connections.get(socket);
    if (connection !== undefined) connection.upgraded = true;
    // ws adds its own listener after the handshake; a reset before that must not go unheard.
    socket.on('error', () => socket.destroy());
    this.#handler.upgrade(request, socket, head);
  }

  /**
   * Once somebody listens for upgrades, node leaves every other one unanswered too: `Upgrade: h2c`, with which curl and
   * Java's client offer HTTP/2. A server may ignore an upgrade (RFC 9110 section 7.8), so the request is played again
   * without it.
   */
  #ignoreUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    let text = `${request.method} ${request.url} HTTP/${request.httpVersion}\r\n`;
    for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) {
      const name = request.rawHeaders[i]!;
      if (/^(upgrade|connection|http2-settings)$/i.test(name)) continue;
      text += `${name}: ${request.rawHeaders[i + 1]}\r\n`;
    }
    if (head.length > 0) socket.unshift(head);
    socket.unshift(Buffer.from(`${text}\r\n`, 'latin1'));
    this.#server.emit('connection', socket);
    socket.resume();
  }

  #malformed(error: NodeJS.ErrnoException, socket: Duplex): void {
    if (socket.writable && error.code !== 'ECONNRESET') {
      const tooLong = error.code === 'HPE_HEADER_OVERFLOW';
      const status = tooLong ? '431 Request Header Fields Too Large' : '400 Bad Request';
      const message = tooLong
        ? `request headers larger than ${headerBytesMax} bytes`
        : `malformed HTTP request: ${error.message}`;
      const body = `{"code":3,"message":${JSON.stringify(message)},"details":[]}`;
      socket.end(
        `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
          `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
        () => socket.destroy(),
      );
    } else socket.destroy();
    this.#log.debug('an HTTP client broke the protocol', { error: error.message });
  }

  #sweep(): void {
    for (const connection of this.#connections.values()) {
      if (connection.upgraded || !isIdle(connection)) continue;
      const sweepsMax = connection.response === undefined ? firstRequestSweepsMax : idleSweepsMax;
      if (++connection.idleSweeps >= sweepsMax) connection.socket.destroy();
    }
  }

  #closed(socket: Duplex): void {
    this.#connections.delete(socket);
    if (this.#connections.size === 0) this.#whenEmpty?.();
  }
}

function isIdle({ response }: Connection): boolean {
  return response === undefined || response.writableFinished || response.destroyed;
}
