// One streaming call of the client: waits for a connection if need be, then joins the caller's two halves to the gRPC
// stream. Never moves to another connection by itself: what a stream's loss means only its user can know.

import type { Call, Inbound, Outbound } from '../api/call.ts';
import { apiError, isApiError } from '../api/errors.ts';
import type { Method } from '../api/method.ts';
import { ApiError, Status } from '../api/status.ts';
import type { ClientStream } from '../wire/grpc/client.ts';
import type { Acquirer, Connection } from './endpoint-pool.ts';

/** Requests held while there is no connection or it does not take more; beyond, the stream fails. */
const heldRequestsMax = 131_072;

export interface UpstreamStreamOptions {
  readonly method: Method;
  readonly call: Call;
  readonly metadata: ReadonlyMap<string, string>;
  readonly out: Outbound<unknown>;
  readonly acquire: (acquirer: Acquirer) => void;
  /** The member said that it cannot serve now. */
  readonly unavailable: (connection: Connection) => void;
}

export class UpstreamStream implements Inbound<unknown> {
  readonly #options: UpstreamStreamOptions;
  #stream: ClientStream<unknown> | undefined;
  #held: unknown[] = [];
  #ended = false;
  #over = false;

  constructor(options: UpstreamStreamOptions) {
    this.#options = options;
  }

  start(): void {
    this.#options.call.onCancel(() => this.cancel());
    this.#options.acquire({
      acquired: (connection) => this.#connected(connection),
      unavailable: (error) => this.#fail(error),
    });
  }

  #connected(connection: Connection): void {
    if (this.#over) return;
    const { method, metadata, call, out } = this.#options;
    const options = call.timeoutMs === undefined ? { metadata } : { metadata, timeoutMs: call.timeoutMs };
    const stream = connection.client.open(method, options, {
      message: (message) => {
        // Back-pressure goes on to the server: what a slow caller does not take stays there.
        if (!this.#over && !out.send(message)) this.#stream?.pause();
      },
      end: () => {
        if (this.#over) return;
        this.#over = true;
        out.end();
      },
      cancel: (error) => {
        if (isApiError(error, 'noLeader')) this.#options.unavailable(connection);
        this.#fail(error ?? apiError('requestCancelled'));
      },
    });
    if (this.#over) return;
    this.#stream = stream;
    stream.onDrain(() => this.#flush());
    out.onDrain(() => stream.resume());
    if (!out.writable) stream.pause();
    this.#flush();
  }

  #flush(): void {
    const stream = this.#stream;
    if (stream === undefined || this.#over) return;
    let sent = 0;
    while (sent < this.#held.length && stream.writable) stream.send(this.#held[sent++]);
    this.#held = this.#held.slice(sent);
    if (this.#ended && this.#held.length === 0) stream.end();
  }

  message(message: unknown): void {
    if (this.#over || this.#ended) return;
    if (this.#stream?.writable && this.#held.length === 0) {
      this.#stream.send(message);
    } else if (this.#held.length < heldRequestsMax) {
      this.#held.push(message);
    } else {
      this.#stream?.cancel();
      this.#fail(new ApiError(Status.RESOURCE_EXHAUSTED, 'too many requests wait to be sent on this stream'));
    }
  }

  end(): void {
    if (this.#over || this.#ended) return;
    this.#ended = true;
    this.#flush();
  }

  cancel(): void {
    if (this.#over) return;
    this.#over = true;
    this.#held = [];
    this.#stream?.cancel();
  }

  #fail(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#held = [];
    this.#options.out.fail(error);
  }
}
