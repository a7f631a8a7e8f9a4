// Puts a connection on a socket: reads into it, writes what it has to say (everything of one event-loop turn in one
// write), and closes what stays silent: an unfinished handshake, a dead peer (keepalive), a close that nobody answers.

import type { Duplex } from 'node:stream';
import type { Clock, Timer } from '../../runtime/clock.ts';
import type { Http2Connection } from './connection.ts';
import { ErrorCode } from './error-code.ts';

export interface TransportTimes {
  /** From the start until the peer's SETTINGS. */
  readonly handshakeTimeoutMs: number;
  /** Silence after which a PING is sent; 0: never. */
  readonly keepAliveMs: number;
  /** Silence after that PING, after which the connection counts as dead. */
  readonly keepAliveTimeoutMs: number;
  /** Whether PINGs are sent while no stream is open: servers may forbid it (grpc-go's too_many_pings). */
  readonly keepAliveWithoutStreams: boolean;
}

/** How long a closing connection waits for the peer to take our last words and close its side. */
const LINGER_MS = 1000;

export class Http2Transport {
  readonly #connection: Http2Connection;
  readonly #socket: Duplex;
  readonly #clock: Clock;
  readonly #times: TransportTimes;
  #handshake: Timer | undefined;
  #keepAlive: Timer | undefined = undefined;
  #linger: Timer | undefined = undefined;
  #receivedAtMs: number;
  #pinged = false;
  #flushScheduled = false;
  readonly #flushTask = (): void => {
    this.#flushScheduled = false;
    this.flush();
  };

  constructor(connection: Http2Connection, socket: Duplex, clock: Clock, times: TransportTimes) {
    this.#connection = connection;
    this.#socket = socket;
    this.#clock = clock;
    this.#times = times;
    this.#receivedAtMs = clock.monotonicMs();
    this.#handshake = clock.after(times.handshakeTimeoutMs, () => this.#handshakeTimedOut());
    if ('setNoDelay' in socket && typeof socket.setNoDelay === 'function') socket.setNoDelay(true);
  }

  /** Begins: says hello and takes `alreadyRead` before anything that the socket reads. */
  start(alreadyRead?: Buffer): void {
    const socket = this.#socket;
    socket.on('error', (error: Error) => this.#lost(error.message));
    socket.on('close', () => this.#lost('connection closed by peer'));
    socket.on('end', () => {
      // HTTP/2 has no half-open connections: without the peer there is nobody to answer.
      this.#connection.transportLost('connection closed by peer');
      socket.end();
    });
    socket.on('drain', () => this.#drained());
    this.#connection.start();
    if (alreadyRead !== undefined && alreadyRead.length > 0) this.#read(alreadyRead);
    else this.flush();
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    if (socket.destroyed) this.#lost('connection closed by peer');
  }

  /** The peer's SETTINGS have arrived. */
  handshakeDone(): void {
    this.#handshake?.cancel();
    this.#handshake = undefined;
    if (this.#times.keepAliveMs > 0 && !this.#connection.closed) this.#watchSilence(this.#times.keepAliveMs);
  }

  /** Something is to be written: at the end of this turn. */
  flushLater(): void {
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    this.#clock.atTurnEnd(this.#flushTask);
  }

  /** The connection has ended: its last words, then the socket. */
  closed(): void {
    this.#handshake?.cancel();
    this.#keepAlive?.cancel();
    if (this.#socket.destroyed) return;
    this.#connection.sender.socketBlocked = false;
    this.#writePending();
    this.#socket.end();
    this.#linger ??= this.#clock.after(LINGER_MS, () => this.#socket.destroy());
  }

  #read(chunk: Buffer): void {
    this.#receivedAtMs = this.#clock.monotonicMs();
    this.#pinged = false;
    this.#connection.receive(chunk);
    this.flush();
  }

  flush(): void {
    const connection = this.#connection;
    if (connection.closed || this.#socket.destroyed) return;
    if (connection.sender.flooded) {
      connection.fail(ErrorCode.ENHANCE_YOUR_CALM, 'peer does not read');
      this.#socket.destroy();
      return;
    }
    if (!connection.sender.socketBlocked) this.#writePending();
  }

  #writePending(): void {
    const sender = this.#connection.sender;
    const socket = this.#socket;
    for (;;) {
      const pieces = sender.takeOutput();
      if (pieces.length === 0) return;
      let accepted = true;
      if (pieces.length === 1) {
        accepted = socket.write(pieces[0]!);
      } else {
        socket.cork();
        for (const piece of pieces) accepted = socket.write(piece);
        socket.uncork();
      }
      if (!accepted) {
        sender.socketBlocked = true;
        return;
      }
    }
  }

  #drained(): void {
    this.#connection.sender.socketBlocked = false;
    this.flush();
  }

  #lost(reason: string): void {
    this.#linger?.cancel();
    this.#connection.transportLost(reason);
    this.#socket.destroy();
  }

  #handshakeTimedOut(): void {
    this.#connection.fail(ErrorCode.SETTINGS_TIMEOUT, 'handshake timed out');
  }

  #watchSilence(delayMs: number): void {
    this.#keepAlive = this.#clock.after(delayMs, () => this.#checkSilence());
  }

  #checkSilence(): void {
    const { keepAliveMs, keepAliveTimeoutMs, keepAliveWithoutStreams } = this.#times;
    if (this.#pinged) {
      this.#connection.transportLost(`no answer to a keepalive PING for ${keepAliveTimeoutMs} ms`);
      this.#socket.destroy();
      return;
    }
    const silentMs = this.#clock.monotonicMs() - this.#receivedAtMs;
    if (silentMs < keepAliveMs) {
      this.#watchSilence(keepAliveMs - silentMs);
    } else if (this.#connection.streams.size > 0 || keepAliveWithoutStreams) {
      this.#pinged = true;
      this.#connection.ping();
      this.#watchSilence(keepAliveTimeoutMs);
    } else {
      this.#watchSilence(keepAliveMs);
    }
  }
}
