// The client's half of a streaming call of a Service, without a transport: collects what arrives, and can stop taking.

import type { Call, Inbound, Outbound } from '../../common/api/call.ts';

export type StreamCall<Request, Response> = (call: Call, out: Outbound<Response>) => Inbound<Request>;

export class TestStream<Request, Response> implements Outbound<Response> {
  readonly received: Response[] = [];
  /** Messages until `writable` turns false; Infinity: never. */
  room = Number.POSITIVE_INFINITY;
  ended = false;
  error: Error | undefined;
  readonly #inbound: Inbound<Request>;
  readonly #drainListeners: (() => void)[] = [];
  readonly #cancelListeners: (() => void)[] = [];

  constructor(open: StreamCall<Request, Response>) {
    const call: Call = {
      metadata: new Map(),
      timeoutMs: undefined,
      peer: 'test',
      cancelled: false,
      onCancel: (listener) => this.#cancelListeners.push(listener),
    };
    this.#inbound = open(call, this);
  }

  // ---- the service's side

  get writable(): boolean {
    return this.room > 0 && !this.ended;
  }

  send(message: Response): boolean {
    if (this.ended) throw new Error('a message after the end of the stream');
    this.received.push(message);
    this.room--;
    return this.writable;
  }

  onDrain(listener: () => void): void {
    this.#drainListeners.push(listener);
  }

  end(): void {
    this.ended = true;
  }

  fail(error: Error): void {
    this.ended = true;
    this.error = error;
  }

  // ---- the client's side

  request(message: Request): void {
    this.#inbound.message(message);
  }

  halfClose(): void {
    this.#inbound.end();
  }

  cancel(): void {
    this.ended = true;
    for (const listener of this.#cancelListeners) listener();
    this.#inbound.cancel();
  }

  /** Makes room for so many messages, and tells the service when there was none. */
  makeRoom(messages = Number.POSITIVE_INFINITY): void {
    const wasFull = this.room <= 0;
    this.room = messages;
    if (wasFull && messages > 0) for (const listener of this.#drainListeners) listener();
  }

  /** What has arrived since the last `take`. */
  take(): Response[] {
    return this.received.splice(0);
  }
}
