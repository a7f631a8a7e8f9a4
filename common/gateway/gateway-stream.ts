// One streaming call behind HTTP or WebSocket: JSON objects in, `{"result":…}` or `{"error":…}` lines out, the same
// for both. What differs (how a line is sent, how the peer is told of the end) is the sink's business.

import type { Inbound, Outbound } from '../api/call.ts';
import { deadlineExceeded } from '../api/errors.ts';
import type { Logger } from '../log.ts';
import { AssertionError } from '../runtime/assert.ts';
import type { Clock } from '../runtime/clock.ts';
import { type ErrorAnswer, errorAnswer, errorJson } from './error-answer.ts';
import type { GatewayCall } from './gateway-call.ts';
import type { StreamRoute } from './route-table.ts';

/** A peer that leaves more than this unread, although the service was told to stop, is cut off. */
export const unreadBytesMax = 64 * 1024 * 1024;

export interface StreamSink {
  /** Sends a line. False when the buffer is over its high-water mark; the stream's `drained` follows. */
  write(line: string): boolean;
  /** Bytes written and not yet taken by the system. */
  readonly unreadBytes: number;
  /** Ends after a last line: of status OK, or with `error`. */
  end(error?: ErrorAnswer): void;
  /** Drops the connection at once. */
  destroy(): void;
  /** Input waits while output does, so that answers to a flood of requests do not pile up. */
  pauseInput(): void;
  resumeInput(): void;
}

export class GatewayStream implements Outbound<unknown> {
  readonly #route: StreamRoute;
  readonly #call: GatewayCall;
  readonly #sink: StreamSink;
  readonly #log: Logger;
  #inbound: Inbound<unknown> | undefined;
  #inputEnded = false;
  #done = false;
  #writable = true;
  #drainListeners: (() => void)[] = [];

  constructor(route: StreamRoute, call: GatewayCall, sink: StreamSink, log: Logger) {
    this.#route = route;
    this.#call = call;
    this.#sink = sink;
    this.#log = log;
  }

  /** Starts the call. */
  open(clock: Clock): void {
    if (this.#done) return;
    this.#call.startDeadline(clock, () => this.stop(deadlineExceeded()));
    try {
      const inbound = this.#route.handler(this.#call, this);
      if (!this.#done) this.#inbound = inbound;
    } catch (error) {
      this.fail(error);
    }
  }

  get done(): boolean {
    return this.#done;
  }

  // ---- from the service

  send(message: unknown): boolean {
    if (this.#done) return false;
    if (this.#sink.unreadBytes > unreadBytesMax) {
      this.#log.warn('a stream was cut off: its peer does not read', {
        call: this.#route.method.name,
        peer: this.#call.peer,
      });
      this.gone();
      this.#sink.destroy();
      return false;
    }
    const more = this.#sink.write(`{"result":${this.#route.response.stringify(message)}}\n`);
    if (!more && this.#writable) {
      this.#writable = false;
      this.#sink.pauseInput();
    }
    return more;
  }

  get writable(): boolean {
    return this.#writable && !this.#done;
  }

  onDrain(listener: () => void): void {
    this.#drainListeners.push(listener);
  }

  end(): void {
    if (this.#settle()) this.#sink.end();
  }

  fail(error: unknown): void {
    if (this.#settle()) this.#sink.end(errorAnswer(error, this.#log, this.#route.method.name));
  }

  // ---- from the transport

  /** One request object. */
  receive(object: Buffer): void {
    if (this.#done) return;
    try {
      this.#inbound?.message(this.#route.request.parseBody(object));
    } catch (error) {
      if (error instanceof AssertionError) throw error;
      this.stop(error);
    }
  }

  /** The client sends no more; answers go on. */
  finishInput(): void {
    if (this.#done || this.#inputEnded) return;
    this.#inputEnded = true;
    this.#inbound?.end();
  }

  drained(): void {
    if (this.#done || this.#writable) return;
    this.#writable = true;
    this.#sink.resumeInput();
    for (const listener of this.#drainListeners) listener();
  }

  /** Ends the call with an error that is not the service's: bad input, a deadline, shutting down. */
  stop(error: unknown): void {
    const inbound = this.#inbound;
    if (this.#done) return;
    this.fail(error);
    inbound?.cancel(error instanceof Error ? error : undefined);
    this.#call.cancel();
  }

  /** The connection is gone. */
  gone(): void {
    const inbound = this.#inbound;
    if (!this.#settle()) return;
    inbound?.cancel();
    this.#call.cancel();
  }

  #settle(): boolean {
    if (this.#done) return false;
    this.#done = true;
    this.#inbound = undefined;
    this.#drainListeners = [];
    this.#call.settle();
    return true;
  }
}

/** A line of a stream that ends in an error. */
export function errorLine(error: ErrorAnswer): string {
  return `{"error":${errorJson(error)}}\n`;
}
