// The connection under a client: its life from connecting to closed, and the calls that wait for it. A call that never
// left this queue, or that the peer says it did not process, fails with `notSent`: it may be tried elsewhere.

import type { Duplex } from 'node:stream';
import type { Method } from '../../api/method.ts';
import { ApiError, Status } from '../../api/status.ts';
import { type ConnectionEvents, Http2Connection } from '../http2/connection.ts';
import { makeField } from '../http2/header-field.ts';
import { RepeatedFields } from '../http2/hpack-encoder.ts';
import { clientLimits } from '../http2/limits.ts';
import type { AbortCause, StreamReceiver } from '../http2/stream.ts';
import { Http2Transport, type TransportTimes } from '../http2/transport.ts';
import type { CallOptions, ConnectionState, GrpcClientOptions } from './client.ts';
import { ClientCall, type ClientCallParts, type OpenStream } from './client-call.ts';
import { GatherBudget } from './message-reader.ts';
import { Occasion } from './occasion.ts';

const DEFAULT_WAITING_CALLS_MAX = 10_000;
const DEFAULT_RESPONSE_BYTES_MAX = 512 * 1024 * 1024;
const DEFAULT_USER_AGENT = 'rollcall';

export class GrpcClientConnection implements ConnectionEvents {
  state: ConnectionState = 'connecting';
  /** Why the connection closed; undefined while it has not, or when we closed it ourselves. */
  closeError: Error | undefined = undefined;
  readonly becameReady = new Occasion();
  readonly stoppedTaking = new Occasion();
  readonly wentAway = new Occasion();
  readonly #options: GrpcClientOptions;
  readonly #connection: Http2Connection;
  readonly #transport: Http2Transport | undefined;
  readonly #budget: GatherBudget;
  /** Field lists of the methods called so far: as many as there are methods. */
  readonly #methodFields = new Map<string, RepeatedFields>();
  /** Calls without a stream, oldest first, each with the way to begin it. */
  readonly #waiting = new Map<ClientCall, () => void>();
  #closedByUs = false;

  constructor(options: GrpcClientOptions, times: TransportTimes) {
    this.#options = options;
    this.#budget = new GatherBudget(options.responseBytesMax ?? DEFAULT_RESPONSE_BYTES_MAX);
    this.#connection = new Http2Connection({
      role: 'client',
      limits: { ...clientLimits, ...options.http2 },
      events: this,
      nowMs: () => options.clock.monotonicMs(),
    });
    let socket: Duplex;
    try {
      socket = options.connect();
    } catch (error) {
      this.#transport = undefined;
      this.#connection.transportLost(error instanceof Error ? error.message : String(error));
      return;
    }
    this.#transport = new Http2Transport(this.#connection, socket, options.clock, times);
    this.#transport.start();
  }

  get calls(): number {
    return this.#connection.streams.size + this.#waiting.size;
  }

  makeCall(
    method: Method,
    options: CallOptions,
    hooks: Pick<ClientCallParts, 'message' | 'outcome' | 'drained'>,
  ): ClientCall {
    const limits = { messageBytesMax: this.#budget.bytesMax, budget: this.#budget };
    const { clock } = this.#options;
    const fields = this.#fieldsOf(method);
    // A call that ends while it waits leaves the queue.
    const outcome = (error: ApiError | undefined) => {
      this.#waiting.delete(call);
      hooks.outcome(error);
    };
    const call: ClientCall = new ClientCall({ method, fields, options, limits, clock, ...hooks, outcome });
    return call;
  }

  callUnary(call: ClientCall, request: unknown, size: number): void {
    this.#whenPossible(call, () => call.beginWith(this.#open, request, size));
  }

  callStreaming(call: ClientCall): void {
    this.#whenPossible(call, () => call.begin(this.#open));
  }

  close(): void {
    this.#closedByUs = true;
    this.#connection.close();
  }

  readonly #open: OpenStream = (call, extra, endStream) =>
    this.#connection.openStream(call, call.parts.fields, extra, endStream);

  #whenPossible(call: ClientCall, begin: () => void): void {
    const signal = call.parts.options.signal;
    if (signal?.aborted === true) {
      call.cancelWith(new ApiError(Status.CANCELLED, 'context canceled'));
    } else if (this.state === 'closed' || this.#connection.exhausted) {
      call.refuse(this.closeError?.message ?? 'the connection takes no more calls');
    } else if (this.state === 'ready' && this.#waiting.size === 0 && this.#connection.mayOpen) {
      begin();
    } else if (this.#waiting.size >= (this.#options.waitingCallsMax ?? DEFAULT_WAITING_CALLS_MAX)) {
      call.refuse('too many calls wait for the connection');
    } else {
      this.#waiting.set(call, begin);
    }
  }

  #beginWaiting(): void {
    if (this.state !== 'ready') return;
    for (const [call, begin] of this.#waiting) {
      if (!this.#connection.mayOpen) return;
      this.#waiting.delete(call);
      begin();
    }
  }

  #refuseWaiting(message: string): void {
    for (const call of [...this.#waiting.keys()]) call.refuse(message);
  }

  #fieldsOf(method: Method): RepeatedFields {
    let fields = this.#methodFields.get(method.path);
    if (fields === undefined) {
      const { authority, scheme = 'http', userAgent = DEFAULT_USER_AGENT } = this.#options;
      fields = new RepeatedFields([
        makeField(':method', 'POST'),
        makeField(':scheme', scheme),
        makeField(':path', method.path),
        makeField(':authority', authority),
        makeField('te', 'trailers'),
        makeField('content-type', 'application/grpc'),
        makeField('user-agent', userAgent),
        makeField('grpc-accept-encoding', 'identity,gzip'),
      ]);
      this.#methodFields.set(method.path, fields);
    }
    return fields;
  }

  // What the connection reports.

  request(): StreamReceiver {
    throw new Error('a client is sent no requests');
  }

  ready(): void {
    this.state = 'ready';
    this.#transport?.handshakeDone();
    this.becameReady.happen();
  }

  streamsFreed(): void {
    if (this.#waiting.size === 0) return;
    if (this.#connection.exhausted) this.#refuseWaiting('the connection takes no more calls');
    else this.#beginWaiting();
  }

  exhausted(_code: number, message: string): void {
    this.state = 'draining';
    this.#refuseWaiting(message === '' ? 'peer is going away' : `peer is going away: ${message}`);
    this.stoppedTaking.happen();
  }

  flushWanted(): void {
    this.#transport?.flushLater();
  }

  closed(cause: AbortCause): void {
    this.state = 'closed';
    if (!this.#closedByUs) this.closeError = new Error(cause.message);
    this.#refuseWaiting(cause.message);
    this.#transport?.closed();
    this.stoppedTaking.happen();
    this.wentAway.happen();
  }
}
