// A call of which at least one side streams, on the server. The handler is given the sending half when the call
// begins and returns the receiving half; requests reach it as they arrive, the end of the client's side as `end`.

import type { Inbound, Outbound } from '../../api/call.ts';
import type { Method } from '../../api/method.ts';
import { ApiError, Status } from '../../api/status.ts';
import type { Http2Stream, StreamReceiver } from '../http2/stream.ts';
import { MessageReader, type MessageSink } from './message-reader.ts';
import { sendMessage } from './message-writer.ts';
import type { StreamHandler } from './server.ts';
import { type CallContext, type RequestInfo, ServerCall } from './server-call.ts';
import { OK_TRAILERS, RESPONSE_HEAD } from './status-fields.ts';

export class StreamingCall extends ServerCall implements StreamReceiver, MessageSink, Outbound<unknown> {
  readonly #method: Method;
  readonly #reader: MessageReader;
  readonly #drainListeners: (() => void)[] = [];
  #inbound: Inbound<unknown> | undefined = undefined;
  #requests = 0;
  #responses = 0;

  constructor(
    stream: Http2Stream,
    info: RequestInfo,
    context: CallContext,
    route: { method: Method; handler: StreamHandler },
  ) {
    super(stream, info, context);
    this.#method = route.method;
    this.#reader = new MessageReader(this.messageLimits());
    // The handler may send, and so may lose the stream, before it returns.
    stream.receiver = this;
    try {
      this.#inbound = route.handler(this, this);
    } catch (error) {
      this.endWithError(error);
    }
    this.armDeadline();
  }

  // The sending half.

  send(message: unknown): boolean {
    if (this.finished) return false;
    if (this.stream.host.sender.overloaded) {
      this.fail(new ApiError(Status.RESOURCE_EXHAUSTED, 'grpc: the client leaves too many answers unread'));
      return false;
    }
    const codec = this.#method.response;
    const size = this.sizeOf(codec, message);
    if (size === undefined) return false;
    if (!this.headSent) {
      this.headSent = true;
      this.stream.sendHeaders(RESPONSE_HEAD, false);
    }
    this.#responses++;
    sendMessage(this.stream, codec, { message, size, endStream: false });
    return this.writable;
  }

  get writable(): boolean {
    return !this.finished && this.stream.writable;
  }

  onDrain(listener: () => void): void {
    this.#drainListeners.push(listener);
  }

  end(): void {
    if (this.finished) return;
    if (!this.#method.responseStream && this.#responses !== 1) {
      this.endWith(Status.INTERNAL, 'the handler ended the call without exactly one answer');
      return;
    }
    this.finish();
    if (!this.headSent) this.stream.sendHeaders(RESPONSE_HEAD, false);
    this.stream.sendTrailers(OK_TRAILERS);
  }

  fail(error: Error): void {
    if (!this.finished) this.endWithError(error);
  }

  // The receiving half.

  data(source: Buffer, start: number, end: number, endStream: boolean): void {
    if (this.finished) return;
    if (end > start) this.#read(source, start, end);
    if (endStream) this.#endRequests();
  }

  #read(source: Buffer, start: number, end: number): void {
    try {
      this.#reader.push(source, start, end, this);
    } catch (error) {
      this.#failAndCancel(error);
    }
  }

  messageBytes(source: Buffer, start: number, end: number): boolean {
    this.#requests++;
    if (!this.#method.requestStream && this.#requests > 1) {
      throw new ApiError(Status.INTERNAL, 'cardinality violation: received multiple request messages');
    }
    let request: unknown;
    try {
      request = this.#method.request.read(source, start, end);
    } catch (error) {
      this.endWithMalformed(error);
      this.#cancelInbound();
      return false;
    }
    this.#inbound?.message(request);
    return !this.finished;
  }

  trailers(): void {
    this.#endRequests();
  }

  #endRequests(): void {
    if (this.finished) return;
    if (this.#reader.midMessage || (!this.#method.requestStream && this.#requests === 0)) {
      this.#failAndCancel(new ApiError(Status.INTERNAL, 'the request stream ends within a message or without one'));
      return;
    }
    this.#inbound?.end();
  }

  drained(): void {
    if (this.finished) return;
    for (const listener of this.#drainListeners) listener();
  }

  protected override finish(): void {
    super.finish();
    this.#reader?.discard();
  }

  /** Deadline and lost clients come through here, whatever the handler has done by then. */
  protected override cancel(): void {
    super.cancel();
    this.#cancelInbound();
  }

  #failAndCancel(error: unknown): void {
    this.endWithError(error);
    this.#cancelInbound();
  }

  #cancelInbound(): void {
    const inbound = this.#inbound;
    this.#inbound = undefined;
    inbound?.cancel();
  }
}
