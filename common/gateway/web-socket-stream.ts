// Calls over WebSocket, as etcd serves them through grpc-websocket-proxy: each text message carries JSON requests,
// each answer line is one text message, the token comes as subprotocol (`Sec-WebSocket-Protocol: Bearer, <token>`),
// browsers being unable to set headers. Better than that proxy: errors come with a close code, silent peers are found
// by pings, slow ones are waited for.

import type { IncomingMessage } from 'node:http';
import { type RawData, WebSocket } from 'ws';
import { JsonError } from '../api/json.ts';
import { Status } from '../api/status.ts';
import type { Logger } from '../log.ts';
import type { Clock } from '../runtime/clock.ts';
import { answer, type ErrorAnswer, errorAnswer } from './error-answer.ts';
import { GatewayCall } from './gateway-call.ts';
import { errorLine, GatewayStream, type StreamSink } from './gateway-stream.ts';
import { JsonSplitter } from './json-splitter.ts';
import type { StreamRoute } from './route-table.ts';

/** Close codes of RFC 6455 section 7.4.1. */
const closeCode = {
  normal: 1000,
  goingAway: 1001,
  protocolError: 1002,
  unsupportedData: 1003,
  badMessage: 1007,
  tooLarge: 1009,
  serverError: 1011,
} as const;
/** Above `high` the service is told to stop, below `low` to go on. */
const bufferedBytes = { high: 1024 * 1024, low: 256 * 1024 } as const;
/** A close reason holds 123 bytes at most (RFC 6455 section 5.5). */
const reasonBytesMax = 123;

export interface WebSocketOptions {
  /** Largest single request object. */
  readonly bytesMax: number;
  readonly pingMs: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly streams: Set<GatewayStream>;
}

/** What ws closes by itself for, in words. */
const closeReasons: Readonly<Record<number, string>> = {
  [closeCode.protocolError]: 'malformed WebSocket frame',
  [closeCode.badMessage]: 'a text message that is not UTF-8',
  [closeCode.tooLarge]: 'etcdserver: request is too large',
};

/** ws closes after a bad frame with the code alone; here a client is told the reason as well. */
export class GatewayWebSocket extends WebSocket {
  override close(code?: number, reason?: string | Buffer): void {
    super.close(code, reason ?? (code === undefined ? undefined : closeReasons[code]));
  }
}

/** The token of `Bearer, <token>`; undefined when the client offers none. */
export function bearerOf(request: IncomingMessage): string | undefined {
  const offered = request.headers['sec-websocket-protocol'];
  const token = offered === undefined ? undefined : /^\s*Bearer\s*,\s*(.*?)\s*$/.exec(offered)?.[1];
  return token === undefined || token === '' ? undefined : `Bearer ${token}`;
}

export function serveWebSocket(
  route: StreamRoute,
  request: IncomingMessage,
  socket: WebSocket,
  options: WebSocketOptions,
): void {
  const sink = new WebSocketSink(socket);
  let call: GatewayCall;
  try {
    call = new GatewayCall(request, bearerOf(request));
  } catch (error) {
    sink.end(errorAnswer(error, options.log, route.method.name));
    return;
  }
  const stream = new GatewayStream(route, call, sink, options.log);
  sink.onDrain = () => stream.drained();
  options.streams.add(stream);
  const stopPings = keepAlive(socket, options);
  socket.on('close', () => {
    stopPings();
    options.streams.delete(stream);
    stream.gone();
  });
  // ws closes by itself after a frame that breaks the protocol or is too large (1002, 1007, 1009).
  socket.on('error', (error) =>
    options.log.info('a WebSocket client broke the protocol', { peer: call.peer, error: error.message }),
  );

  let opened = false;
  const open = (): void => {
    opened = true;
    stream.open(options.clock);
  };
  if (route.method.requestStream) open();
  socket.on('message', (data, isBinary) => {
    if (stream.done) return;
    if (isBinary) {
      sink.closeCode = closeCode.unsupportedData;
      stream.stop(new JsonError('json: a binary message; requests are JSON in text messages'));
      return;
    }
    receive(data, (object) => {
      if (!route.method.requestStream && opened)
        throw new JsonError(`json: ${route.method.name} takes one request only`);
      if (!opened) open();
      stream.receive(object);
      if (!route.method.requestStream) stream.finishInput();
    });
  });

  function receive(data: RawData, take: (object: Buffer) => void): void {
    const splitter = new JsonSplitter(options.bytesMax);
    try {
      splitter.push(bytesOf(data), take);
      splitter.finish();
    } catch (error) {
      stream.stop(error);
    }
  }
}

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}

/** Pings; a peer that has not answered one by the next is gone. */
function keepAlive(socket: WebSocket, { clock, pingMs }: WebSocketOptions): () => void {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  const timer = clock.every(pingMs, () => {
    if (!answered) {
      socket.terminate();
      return;
    }
    answered = false;
    socket.ping();
  });
  return () => timer.cancel();
}

class WebSocketSink implements StreamSink {
  /** Overrides the close code of the next error. */
  closeCode: number | undefined;
  onDrain: () => void = () => {};
  readonly #socket: WebSocket;
  #full = false;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  get unreadBytes(): number {
    return this.#socket.bufferedAmount;
  }

  write(line: string): boolean {
    // A closing socket takes nothing more; its 'close' event ends the stream.
    if (this.#socket.readyState !== this.#socket.OPEN) return false;
    this.#socket.send(line.slice(0, -1), this.#sent);
    if (this.#socket.bufferedAmount > bufferedBytes.high) this.#full = true;
    return !this.#full;
  }

  readonly #sent = (): void => {
    if (!this.#full || this.#socket.bufferedAmount > bufferedBytes.low) return;
    this.#full = false;
    this.onDrain();
  };

  end(error?: ErrorAnswer): void {
    // The peer's half of the closing handshake must be read.
    this.resumeInput();
    if (error === undefined) {
      this.#socket.close(closeCode.normal);
      return;
    }
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(errorLine(error).slice(0, -1));
    this.#socket.close(this.closeCode ?? codeOf(error), reasonOf(error.message));
  }

  destroy(): void {
    this.#socket.terminate();
  }

  pauseInput(): void {
    this.#socket.pause();
  }

  resumeInput(): void {
    this.#socket.resume();
  }
}

function codeOf(error: ErrorAnswer): number {
  if (error.status === Status.INVALID_ARGUMENT) return closeCode.badMessage;
  return error.status === Status.UNAVAILABLE ? closeCode.goingAway : closeCode.serverError;
}

/** As much of the message as a close frame holds, cut between characters. */
function reasonOf(message: string): string {
  let reason = message.slice(0, reasonBytesMax);
  while (Buffer.byteLength(reason) > reasonBytesMax) reason = reason.slice(0, -1);
  return reason;
}

/** For an upgrade to a call that does not stream. */
export const notAStream: ErrorAnswer = answer(Status.UNIMPLEMENTED, 'this call does not stream: POST it');
