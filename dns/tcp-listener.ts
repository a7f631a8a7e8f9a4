// DNS over TCP (RFC 7766): dns2's TCPServer (a net.Server that stays open when the asker half-closes), whose `handle`
// we replace, for the same reason as in udp-listener.ts and because dns2 drops a connection at the first broken message
// where a FORMERR is due. Ours: frames of any cut, pipelining, an idle limit, and a bound on connections that closes
// the one that has been silent longest.

import type { Socket } from 'node:net';
import { TCPServer } from 'dns2';
import { FrameReader } from './frame-reader.ts';
import type { Responder } from './responder.ts';
import type { DnsStats } from './stats.ts';

export interface TcpLimits {
  readonly connectionsMax: number;
  readonly idleMs: number;
}

interface Connection {
  readonly socket: Socket;
  readonly frames: FrameReader;
  /** Octets received but not looked at, while answers wait to be taken by the asker; one chunk at most. */
  waiting: Buffer | undefined;
  hasEnded: boolean;
}

/** Octets of answers that may wait to be taken before we look at further queries; one answer may come on top. */
const unsentOctetsMax = 256 * 1024;

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
    const connection: Connection = { socket, frames: new FrameReader(), waiting: undefined, hasEnded: false };
    socket.setNoDelay(true);
    socket.setTimeout(this.#limits.idleMs, () => socket.destroy());
    socket.on('data', (chunk: Buffer) => this.#read(connection, chunk));
    socket.on('drain', () => this.#continue(connection));
    socket.on('end', () => {
      connection.hasEnded = true;
      this.#endIfDone(connection);
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

  #read(connection: Connection, chunk: Buffer): void {
    const { socket, frames } = connection;
    this.#connections.delete(socket);
    this.#connections.add(socket);
    socket.cork();
    const taken = frames.push(chunk, (message) => this.#respond(socket, message));
    socket.uncork();
    if (taken === chunk.length || socket.destroyed) return;
    // Whoever asks without taking the answers is not listened to either.
    connection.waiting = chunk.subarray(taken);
    socket.pause();
  }

  #continue(connection: Connection): void {
    const { socket, waiting } = connection;
    connection.waiting = undefined;
    if (waiting !== undefined) this.#read(connection, waiting);
    if (connection.waiting !== undefined) return;
    socket.resume();
    this.#endIfDone(connection);
  }

  #endIfDone({ socket, frames, waiting, hasEnded }: Connection): void {
    if (!hasEnded || waiting !== undefined) return;
    if (frames.isPartial) this.#stats.tcpBroken++;
    socket.end();
  }

  /** Returns whether to go on with the next message. */
  #respond(socket: Socket, message: Buffer): boolean {
    const response = this.#responder.respond(message, 'tcp');
    if (response === undefined) {
      // No id, or a response: what comes next on this stream cannot be trusted either.
      this.#stats.tcpBroken++;
      socket.destroy();
      return false;
    }
    const prefix = Buffer.allocUnsafe(2);
    prefix.writeUInt16BE(response.length);
    socket.write(prefix);
    socket.write(response);
    return socket.writableLength < unsentOctetsMax;
  }

  #evictOldest(): void {
    const [oldest] = this.#connections;
    if (oldest === undefined) return;
    this.#stats.tcpEvicted++;
    this.#connections.delete(oldest);
    oldest.destroy();
  }
}
