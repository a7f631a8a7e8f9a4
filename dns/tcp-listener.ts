// DNS over TCP (RFC 7766): dns2's TCPServer (a net.Server that stays open when the asker half-closes), whose `handle` we
// replace, for the same reason as in udp-listener.ts and because dns2 drops a connection at the first broken message where
// a FORMERR is due. Ours: frames of any cut, pipelining, an idle limit, and a bound on connections that closes the one
// that has been silent longest.

import type { Socket } from 'node:net';
import { TCPServer } from 'dns2';
import { FrameReader } from './frame-reader.ts';
import type { Responder } from './responder.ts';
import type { DnsStats } from './stats.ts';

export interface TcpLimits {
  readonly connectionsMax: number;
  readonly idleMs: number;
}

export class TcpListener extends TCPServer {
  readonly #responder: Responder;
  readonly #stats: DnsStats;
  readonly #limits: TcpLimits;
  /** The one that has been silent longest comes first. */
  readonly #connections = new Set<Socket>();

  constructor(responder: Responder, stats: DnsStats, limits: TcpLimits) {
    super();
    this.#responder = responder;
    this.#stats = stats;
    this.#limits = limits;
  }

  /** Called by dns2's constructor wiring for each connection. */
  handle(socket: Socket): void {
    const stats = this.#stats;
    stats.tcpAccepted++;
    this.#connections.add(socket);
    if (this.#connections.size > this.#limits.connectionsMax) this.#evictOldest();
    stats.tcpConnections = this.#connections.size;
    const frames = new FrameReader();
    socket.setNoDelay(true);
    socket.setTimeout(this.#limits.idleMs, () => socket.destroy());
    socket.on('data', (chunk: Buffer) => this.#read(socket, frames, chunk));
    socket.on('drain', () => socket.resume());
    socket.on('end', () => {
      if (frames.isPartial) stats.tcpBroken++;
      socket.end();
    });
    // A reset is how many resolvers say goodbye.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#connections.delete(socket);
      stats.tcpConnections = this.#connections.size;
    });
  }

  /** Resolves when the port is bound. */
  open(host: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.once('error', reject);
      this.listen({ port, host, exclusive: true }, () => {
        this.off('error', reject);
        // Running out of descriptors refuses a connection, not the service.
        this.on('error', () => {});
        resolve();
      });
    });
  }

  /** Resolves when the port is free. Connections are cut: DNS askers come back elsewhere by themselves. */
  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.close(() => resolve());
      for (const socket of this.#connections) socket.destroy();
    });
  }

  #read(socket: Socket, frames: FrameReader, chunk: Buffer): void {
    this.#connections.delete(socket);
    this.#connections.add(socket);
    socket.cork();
    frames.push(chunk, (message) => this.#respond(socket, message));
    socket.uncork();
    // Whoever asks without reading the answers is not read from either.
    if (socket.writableNeedDrain) socket.pause();
  }

  #respond(socket: Socket, message: Buffer): void {
    if (socket.destroyed) return;
    const response = this.#responder.respond(message, 'tcp');
    if (response === undefined) {
      // No id, or a response: what comes next on this stream cannot be trusted either.
      this.#stats.tcpBroken++;
      socket.destroy();
      return;
    }
    const prefix = Buffer.allocUnsafe(2);
    prefix.writeUInt16BE(response.length);
    socket.write(prefix);
    socket.write(response);
  }

  #evictOldest(): void {
    const [oldest] = this.#connections;
    if (oldest === undefined) return;
    this.#stats.tcpEvicted++;
    this.#connections.delete(oldest);
    oldest.destroy();
  }
}
