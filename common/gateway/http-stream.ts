// Streaming calls over plain HTTP: the request body is a row of JSON objects that may go on as long as it likes, the
// response a row of lines, each flushed by itself. HTTP/1.1 in both directions at once, as `curl -N` uses it.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '../log.ts';
import type { Clock } from '../runtime/clock.ts';
import { type ErrorAnswer, errorAnswer } from './error-answer.ts';
import { GatewayCall } from './gateway-call.ts';
import { errorLine, GatewayStream, type StreamSink } from './gateway-stream.ts';
import { JsonSplitter } from './json-splitter.ts';
import type { BodyReader } from './request-body.ts';
import type { StreamRoute } from './route-table.ts';
import { bodyAnswer, sendError } from './unary-endpoint.ts';

export interface HttpStreamOptions {
  readonly bodies: BodyReader;
  readonly bytesMax: number;
  readonly clock: Clock;
  readonly log: Logger;
  /** Streams under way, so that closing the gateway ends them. */
  readonly streams: Set<GatewayStream>;
}

export function serveHttpStream(
  route: StreamRoute,
  request: IncomingMessage,
  response: ServerResponse,
  options: HttpStreamOptions,
): void {
  let call: GatewayCall;
  try {
    call = new GatewayCall(request);
  } catch (error) {
    request.resume();
    sendError(response, errorAnswer(error, options.log, route.method.name));
    return;
  }
  const stream = new GatewayStream(route, call, new HttpSink(request, response), options.log);
  options.streams.add(stream);
  response.on('drain', () => stream.drained());
  response.on('close', () => {
    options.streams.delete(stream);
    stream.gone();
  });
  const open = (): void => stream.open(options.clock);
  if (route.method.requestStream) {
    open();
    receiveObjects(request, stream, options.bytesMax);
    return;
  }
  options.bodies.read(request, (body) => {
    if (typeof body === 'string') {
      sendError(response, bodyAnswer(body));
      return;
    }
    open();
    stream.receive(body);
    stream.finishInput();
  });
}

function receiveObjects(request: IncomingMessage, stream: GatewayStream, bytesMax: number): void {
  const splitter = new JsonSplitter(bytesMax);
  // After an error the rest of the input is read and dropped, so that the client gets to see the answer.
  request.on('data', (chunk: Buffer) => {
    if (stream.done) return;
    try {
      splitter.push(chunk, (object) => stream.receive(object));
    } catch (error) {
      stream.stop(error);
    }
  });
  request.on('end', () => {
    if (stream.done) return;
    try {
      splitter.finish();
      stream.finishInput();
    } catch (error) {
      stream.stop(error);
    }
  });
}

class HttpSink implements StreamSink {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.#request = request;
    this.#response = response;
  }

  get unreadBytes(): number {
    return this.#response.writableLength;
  }

  write(line: string): boolean {
    this.#begin(200);
    return this.#response.write(line);
  }

  end(error?: ErrorAnswer): void {
    this.#begin(error === undefined ? 200 : error.httpStatus);
    this.resumeInput();
    this.#response.end(error === undefined ? undefined : errorLine(error));
  }

  destroy(): void {
    this.#response.destroy();
  }

  pauseInput(): void {
    this.#request.pause();
  }

  resumeInput(): void {
    this.#request.resume();
  }

  /** The status line waits for the first line, so that a call refused at once has a status that says so. */
  #begin(status: number): void {
    if (!this.#response.headersSent) this.#response.writeHead(status, ['Content-Type', 'application/json']);
  }
}
