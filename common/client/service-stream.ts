// The consuming end of a streaming method of a `Service`. The interface is written for whoever implements it; this
// turns it around: messages and the end arrive at callbacks, requests go out through a handle. Works the same over
// the network, over a fake and in process.

import type { Call, Inbound, Outbound } from '../api/call.ts';
import { type OutgoingCallOptions, outgoingCall } from './outgoing-call.ts';

export type OpenStream<Request, Response> = (call: Call, out: Outbound<Response>) => Inbound<Request>;

export interface StreamConsumer<Response> {
  message(message: Response): void;
  /** The stream is over; undefined when it ended with status OK. Not called after `cancel`. */
  end(error: Error | undefined): void;
}

export interface StreamHandle<Request> {
  send(message: Request): void;
  /** Half-close: no more requests. */
  endSending(): void;
  /** Asks the service to hold messages back; it may still deliver some that are under way. */
  pause(): void;
  resume(): void;
  /** Gives the stream up; the consumer hears nothing more. Idempotent. */
  cancel(): void;
}

export function consumeStream<Request, Response>(
  open: OpenStream<Request, Response>,
  options: OutgoingCallOptions,
  consumer: StreamConsumer<Response>,
): StreamHandle<Request> {
  const call = outgoingCall(options);
  const drainListeners: (() => void)[] = [];
  let inbound: Inbound<Request> | undefined;
  let over = false;
  let paused = false;

  const finish = (error: Error | undefined): void => {
    if (over) return;
    over = true;
    consumer.end(error);
  };
  const out: Outbound<Response> = {
    send(message) {
      if (!over) consumer.message(message);
      return !paused;
    },
    get writable() {
      return !paused;
    },
    onDrain: (listener) => drainListeners.push(listener),
    end: () => finish(undefined),
    fail: finish,
  };
  try {
    inbound = open(call, out);
  } catch (error) {
    finish(error instanceof Error ? error : new Error(String(error)));
  }

  return {
    send(message) {
      if (!over) inbound?.message(message);
    },
    endSending() {
      if (!over) inbound?.end();
    },
    pause() {
      paused = true;
    },
    resume() {
      if (!paused) return;
      paused = false;
      for (const listener of drainListeners) listener();
    },
    cancel() {
      if (over) return;
      over = true;
      call.cancel();
      inbound?.cancel();
    },
  };
}
