// A unary call over HTTP: body in, one JSON object out. Works on node:http's objects alone, because this is the hot
// path of JSON clients: the same puts through koa and its router are answered 22 thousand times a second, here 35
// thousand (50 connections of `h2load --h1`, canned service, Node 20).

import type { IncomingMessage, ServerResponse } from 'node:http';
import { apiError, deadlineExceeded } from '../api/errors.ts';
import { Status } from '../api/status.ts';
import type { Logger } from '../log.ts';
import type { Clock } from '../runtime/clock.ts';
import { answer, type ErrorAnswer, errorAnswer, errorJson } from './error-answer.ts';
import { GatewayCall } from './gateway-call.ts';
import type { BodyProblem, BodyReader } from './request-body.ts';
import type { UnaryRoute } from './route-table.ts';

export interface UnaryEndpointOptions {
  readonly bodies: BodyReader;
  readonly clock: Clock;
  readonly log: Logger;
}

export class UnaryEndpoint {
  readonly #options: UnaryEndpointOptions;

  constructor(options: UnaryEndpointOptions) {
    this.#options = options;
  }

  serve(route: UnaryRoute, request: IncomingMessage, response: ServerResponse): void {
    this.#options.bodies.read(request, (body) => {
      if (typeof body === 'string') sendError(response, bodyAnswer(body));
      else this.#call(route, body, request, response);
    });
  }

  #call(route: UnaryRoute, body: Buffer, request: IncomingMessage, response: ServerResponse): void {
    const { clock, log } = this.#options;
    let call: GatewayCall | undefined;
    let done = false;
    const succeed = (result: unknown): void => {
      if (done) return;
      // First, as it may throw: an answer that is no message is then reported instead of never sent.
      const text = route.response.stringify(result);
      done = true;
      call?.settle();
      sendJson(response, 200, text);
    };
    const fail = (error: unknown): void => {
      if (done) return;
      done = true;
      call?.settle();
      sendError(response, errorAnswer(error, log, route.method.name));
    };
    try {
      const message = route.request.parseBody(body);
      call = new GatewayCall(request);
      const result = route.handler(message, call);
      if (!(result instanceof Promise)) {
        succeed(result);
        return;
      }
      const waiting = call;
      waiting.startDeadline(clock, () => fail(deadlineExceeded()));
      response.on('close', () => {
        if (done) return;
        done = true;
        waiting.cancel();
      });
      result.then(succeed).catch(fail);
    } catch (error) {
      fail(error);
    }
  }
}

/** What to say of a body that was not taken. */
export function bodyAnswer(problem: BodyProblem): ErrorAnswer {
  if (problem === 'too slow') return answer(Status.DEADLINE_EXCEEDED, 'the request body did not arrive in time', 408);
  const tooLarge = apiError('requestTooLarge');
  return answer(tooLarge.status, tooLarge.message, 413);
}

export function sendError(response: ServerResponse, error: ErrorAnswer): void {
  if (response.headersSent || response.destroyed) return;
  // As grpc-gateway does: RFC 9110 wants the header with every 401.
  if (error.httpStatus === 401) response.setHeader('WWW-Authenticate', error.message);
  sendJson(response, error.httpStatus, errorJson(error));
}

export function sendJson(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, ['Content-Type', 'application/json', 'Content-Length', String(Buffer.byteLength(text))]);
  response.end(text);
}
