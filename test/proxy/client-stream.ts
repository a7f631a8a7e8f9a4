// The client's end of a stream to a relay, with a transport's manners: records what arrives, can be slow, can leave.

import type { Inbound, Outbound } from '../../common/api/call.ts';
import { type OutgoingCall, outgoingCall } from '../../common/client/outgoing-call.ts';

export class ClientStream<Request, Response> {
  readonly call: OutgoingCall;
  readonly received: Response[] = [];
  /** How the stream ended: `ended`, or the error's message. */
  outcome: string | undefined;
  #writable = true;
  readonly #drainListeners: (() => void)[] = [];
  readonly #inbound: Inbound<Request>;

  constructor(
    open: (call: OutgoingCall, out: Outbound<Response>) => Inbound<Request>,
    metadata: ReadonlyMap<string, string> = new Map(),
  ) {
    this.call = outgoingCall({ metadata });
    const stream = this;
    this.#inbound = open(this.call, {
      send: (response) => {
        this.received.push(response);
        return this.#writable;
      },
      get writable() {
        return stream.#writable;
      },
      onDrain: (listener) => this.#drainListeners.push(listener),
      end: () => {
        this.outcome = 'ended';
      },
      fail: (error) => {
        this.outcome = error.message;
      },
    });
  }

  send(request: Request): void {
    this.#inbound.message(request);
  }

  endSending(): void {
    this.#inbound.end();
  }

  leave(): void {
    this.call.cancel();
    this.#inbound.cancel();
  }

  slowDown(): void {
    this.#writable = false;
  }

  catchUp(): void {
    this.#writable = true;
    for (const listener of this.#drainListeners) listener();
  }
}
