// The peer transport's sockets on ws: dialling, and wrapping connections that the peer port has accepted. No compression
// (the entries are the clients' bytes, and latency counts), no UTF-8, no timers of its own but ws's for a closing
// handshake that nobody answers.

import type { IncomingMessage } from 'node:http';
import type { LookupFunction } from 'node:net';
import { WebSocket } from 'ws';
import type { PeerLimits } from './limits.ts';
import { closeCode, type Dial, type DialOutcome, type PeerSocket, type SocketHandlers } from './peer-socket.ts';

/** A close reason holds 123 bytes at most (RFC 6455 section 5.5). */
const reasonBytesMax = 123;
/** Of a refusal's body. */
const bodyBytesMax = 4096;
/** Options that both ends share. A frame is one message or several small ones, and a little around them. */
export function webSocketOptions({ frameBytes, messageBytesMax }: PeerLimits) {
  return {
    perMessageDeflate: false,
    maxPayload: messageBytesMax + frameBytes,
    skipUTF8Validation: true,
    closeTimeout: 2_000,
  };
}

/** `lookup` finds the hosts of peer URLs; without it the system does. */
export function webSocketDial(limits: PeerLimits, lookup?: LookupFunction): Dial {
  return ({ url, path, headers }, done) => {
    let over = false;
    const finish = (outcome: DialOutcome): void => {
      if (over) return;
      over = true;
      done(outcome);
    };
    let socket: WebSocket;
    try {
      socket = new WebSocket(new URL(path, url), {
        ...webSocketOptions(limits),
        headers: { ...headers },
        ...(lookup === undefined ? {} : { lookup }),
        followRedirects: false,
        generateMask: noMask,
      });
    } catch (error) {
      // A URL that ws does not take; members are checked for that when they are added.
      const reason = `cannot dial: ${error instanceof Error ? error.message : String(error)}`;
      queueMicrotask(() => finish({ kind: 'failed', reason }));
      return {
        abort: () => {
          over = true;
        },
      };
    }
    let upgrade: IncomingMessage | undefined;
    socket.once('upgrade', (response) => {
      upgrade = response;
    });
    socket.once('unexpected-response', (request, response) => {
      readBody(response, (body) => {
        request.destroy();
        finish({ kind: 'refused', status: response.statusCode ?? 0, headers: response.headers, body });
      });
    });
    socket.once('open', () => {
      finish({ kind: 'open', socket: new WebSocketPeer(socket, new URL(url).host), headers: upgrade?.headers ?? {} });
    });
    socket.on('error', (error) => finish({ kind: 'failed', reason: reasonOf(error) }));
    return {
      abort: () => {
        if (over) return;
        over = true;
        socket.terminate();
      },
    };
  };
}

/**
 * Frames of a client must be masked with an unpredictable key (RFC 6455 section 5.3), so that scripts in browsers cannot
 * make bytes that a proxy in between takes for something else. No script chooses frames here; the key zero is valid for
 * any server and saves two passes over every byte of log.
 */
function noMask(key: Buffer): void {
  key.fill(0);
}

function readBody(response: IncomingMessage, done: (body: string) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const finish = (): void => done(Buffer.concat(chunks).toString('utf8', 0, bodyBytesMax).trim());
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    chunks.push(chunk);
    if (bytes >= bodyBytesMax) response.destroy();
  });
  response.on('error', () => {});
  response.once('close', finish);
}

function reasonOf(error: NodeJS.ErrnoException): string {
  // A name that resolves to several addresses gives an AggregateError without a message.
  return error.message === '' ? (error.code ?? error.name) : error.message;
}

export class WebSocketPeer implements PeerSocket {
  readonly remote: string;
  private readonly socket: WebSocket;
  private handlers: SocketHandlers | undefined;
  private early: ((handlers: SocketHandlers) => void)[] = [];
  private trouble = '';

  constructor(socket: WebSocket, remote: string) {
    this.socket = socket;
    this.remote = remote;
    socket.on('message', (data, isBinary) => {
      if (!isBinary) this.close(closeCode.malformed, 'a text message');
      else if (Buffer.isBuffer(data)) this.tell((handlers) => handlers.message(data));
    });
    socket.on('ping', () => this.tell((handlers) => handlers.pinged()));
    socket.on('pong', (payload) => this.tell((handlers) => handlers.pong(payload)));
    // The 'close' event follows: ws has ended the connection, for instance over a frame that is too large.
    socket.on('error', (error) => {
      this.trouble = reasonOf(error);
    });
    socket.on('close', (code, reason) => {
      const text = reason.toString('utf8');
      this.tell((handlers) => handlers.closed(code, text === '' ? this.trouble : text));
    });
  }

  get unsentBytes(): number {
    return this.socket.bufferedAmount;
  }

  start(handlers: SocketHandlers): void {
    this.handlers = handlers;
    for (const event of this.early.splice(0)) event(handlers);
  }

  send(frame: Buffer): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(frame, this.sent);
  }

  ping(payload: Buffer): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.ping(payload, undefined, ignore);
  }

  close(code: number, reason: string): void {
    let text = reason.slice(0, reasonBytesMax);
    while (Buffer.byteLength(text) > reasonBytesMax) text = text.slice(0, -1);
    this.socket.close(code, text);
  }

  terminate(): void {
    this.socket.terminate();
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  private readonly sent = (error?: Error | null): void => {
    // Without an argument it has gone out; with one, 'close' tells.
    if (error === undefined || error === null) this.tell((handlers) => handlers.sent());
  };

  private tell(event: (handlers: SocketHandlers) => void): void {
    if (this.handlers === undefined) this.early.push(event);
    else event(this.handlers);
  }
}

function ignore(): void {}
