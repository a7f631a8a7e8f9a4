// One TCP port for every protocol: the first bytes of a connection tell whether it speaks HTTP/2 (gRPC) or HTTP/1.1
// (JSON, WebSocket), and it is handed to that side for good. Bounds how many connections there are and how long one
// may say nothing. TLS will come in front of `admit`: a TLS socket is sniffed the same way.

import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from '../log.ts';
import type { Clock } from '../runtime/clock.ts';
import { StartError } from '../runtime/role.ts';

/** Where HTTP/2 connections go; `GrpcServer` is one. */
export interface Http2Acceptor {
  accept(socket: Duplex, alreadyRead?: Buffer): void;
  close(graceMs?: number): Promise<void>;
}

/** Where HTTP/1.1 connections go, what was read put back; `HttpSide` is one. */
export interface HttpAcceptor {
  accept(socket: Duplex): void;
  close(graceMs: number): Promise<void>;
}

export interface ListenAddress {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

export interface ClientPortOptions extends ListenAddress {
  readonly http2: Http2Acceptor;
  readonly http: HttpAcceptor;
  readonly clock: Clock;
  readonly log: Logger;
  /** How to choose another address, for error messages: `--listen-client-urls`. */
  readonly option: string;
  /** Connections at once; further ones are closed unread. Default 10,000. */
  readonly connectionsMax?: number;
}

export interface ClientPort {
  readonly address: ListenAddress;
  readonly connections: number;
  /** Takes no more connections, and drops those that have not said anything yet. The two sides are closed by their owner. */
  close(): Promise<void>;
}

export const connectionsMaxDefault = 10_000;
/** A connection must tell its protocol within this time (a browser opens some in advance). */
const firstBytesMs = 60_000;
const keepAliveMs = 30_000;
/** The start of every HTTP/2 connection (RFC 9113 section 3.4); its first four bytes rule HTTP/1.1 out. */
const preface = Buffer.from('PRI ');

/** Listens. Rejects with a StartError that names the address and the option to change it. */
export function listen(options: ClientPortOptions): Promise<ClientPort> {
  return new Promise((resolve, reject) => {
    const sniffer = new Sniffer(options);
    // Half-open, as a client may end its side and still wait for the answer (`printf … | nc`).
    const server = createServer({
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: keepAliveMs,
    });
    server.maxConnections = options.connectionsMax ?? connectionsMaxDefault;
    server.on('connection', (socket) => sniffer.admit(socket));
    server.on('drop', () => sniffer.dropped());
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new StartError(listenFailure(error, options), { cause: error })),
    );
    server.listen({ host: options.host, port: options.port }, () => {
      server.removeAllListeners('error');
      server.on('error', (error) => options.log.warn('accepting a connection failed', { error: error.message }));
      resolve(openPort(server, sniffer, options.host));
    });
  });
}

function openPort(server: Server, sniffer: Sniffer, host: string): ClientPort {
  const bound = server.address();
  const port = bound !== null && typeof bound === 'object' ? bound.port : 0;
  return {
    address: { host, port },
    get connections() {
      return sniffer.connections;
    },
    close() {
      return new Promise((resolve) => {
        // Not waiting for node's callback, which comes when the last connection is gone: those are the sides' to close.
        server.close();
        sniffer.close();
        resolve();
      });
    },
  };
}

function listenFailure(error: NodeJS.ErrnoException, { host, port, option }: ClientPortOptions): string {
  const where = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  const change = `choose another address with ${option}`;
  switch (error.code) {
    case 'EADDRINUSE':
      return `cannot listen on ${where}: the address is in use (another server running?); ${change}`;
    case 'EACCES':
      return `cannot listen on ${where}: not permitted (ports below 1024 need privileges); ${change}`;
    case 'EADDRNOTAVAIL':
      return `cannot listen on ${where}: no interface of this machine has that address; ${change}`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `cannot listen on ${where}: the host name does not resolve; ${change}`;
    default:
      return `cannot listen on ${where}: ${error.message}; ${change}`;
  }
}

class Sniffer {
  readonly #options: ClientPortOptions;
  /** Connections that have not told their protocol yet. */
  readonly #silent = new Set<Socket>();
  #open = 0;
  #dropsLogged = false;

  constructor(options: ClientPortOptions) {
    this.#options = options;
  }

  get connections(): number {
    return this.#open;
  }

  admit(socket: Socket): void {
    this.#open++;
    this.#silent.add(socket);
    const timer = this.#options.clock.after(firstBytesMs, () => socket.destroy());
    const told = (): void => {
      timer.cancel();
      this.#silent.delete(socket);
    };
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      this.#open--;
      if (this.#open === 0) this.#dropsLogged = false;
      told();
    });
    const endSilently = (): void => {
      socket.end();
    };
    socket.once('end', endSilently);
    let head: Buffer | undefined;
    const look = (chunk: Buffer): void => {
      head = head === undefined ? chunk : Buffer.concat([head, chunk]);
      const compared = Math.min(head.length, preface.length);
      const isHttp2 = head.compare(preface, 0, compared, 0, compared) === 0;
      if (isHttp2 && head.length < preface.length) return;
      socket.off('data', look);
      socket.off('end', endSilently);
      told();
      socket.pause();
      if (isHttp2) this.#toHttp2(socket, head);
      else this.#toHttp(socket, head);
    };
    socket.on('data', look);
  }

  dropped(): void {
    if (this.#dropsLogged) return;
    this.#dropsLogged = true;
    this.#options.log.warn('too many client connections: further ones are closed', {
      connections: this.#open,
      max: this.#options.connectionsMax ?? connectionsMaxDefault,
    });
  }

  close(): void {
    for (const socket of this.#silent) socket.destroy();
  }

  #toHttp2(socket: Socket, head: Buffer): void {
    // HTTP/2 has no half-closed connections: the end of one side is the end.
    socket.allowHalfOpen = false;
    this.#options.http2.accept(socket, head);
    socket.resume();
  }

  #toHttp(socket: Socket, head: Buffer): void {
    socket.unshift(head);
    this.#options.http.accept(socket);
    socket.resume();
  }
}
