// One request, one answer. The hot path of the product: a request that lies in one frame is decoded in place, and
// when its handler answers at once, the answer is in the output buffer before the next frame is looked at; no
// promise, no timer.

import type { MaybePromise } from '../../api/call.ts';
import type { Method } from '../../api/method.ts';
import { Status } from '../../api/status.ts';
import { readUint32 } from '../http2/frame.ts';
import type { Http2Stream, StreamReceiver } from '../http2/stream.ts';
import { MessageReader, type MessageSink, PREFIX_BYTES } from './message-reader.ts';
import { sendMessage } from './message-writer.ts';
import type { UnaryHandler } from './server.ts';
import { type CallContext, type RequestInfo, ServerCall } from './server-call.ts';
import { OK_TRAILERS, RESPONSE_HEAD } from './status-fields.ts';

export class UnaryCall extends ServerCall implements StreamReceiver, MessageSink {
  readonly #method: Method;
  readonly #handler: UnaryHandler;
  #reader: MessageReader | undefined = undefined;
  #request: unknown = undefined;
  #requests = 0;

  constructor(
    stream: Http2Stream,
    info: RequestInfo,
    context: CallContext,
    route: { method: Method; handler: UnaryHandler },
  ) {
    super(stream, info, context);
    this.#method = route.method;
    this.#handler = route.handler;
  }

  data(source: Buffer, start: number, end: number, endStream: boolean): void {
    if (this.finished) return;
    if (this.#reader === undefined && this.#requests === 0 && this.#isWhole(source, start, end)) {
      this.messageBytes(source, start + PREFIX_BYTES, end);
    } else if (end > start) {
      this.#read(source, start, end);
    }
    if (endStream) this.#handle();
  }

  /** The usual case: the frame is one uncompressed message. */
  #isWhole(source: Buffer, start: number, end: number): boolean {
    const length = end - start - PREFIX_BYTES;
    if (length < 0 || length > this.context.messageBytesMax) return false;
    return source[start] === 0 && readUint32(source, start + 1) === length;
  }

  #read(source: Buffer, start: number, end: number): void {
    this.#reader ??= new MessageReader(this.messageLimits());
    try {
      this.#reader.push(source, start, end, this);
    } catch (error) {
      this.#reader.discard();
      this.endWithError(error);
    }
  }

  messageBytes(source: Buffer, start: number, end: number): boolean {
    this.#requests++;
    if (this.#requests > 1) {
      this.endWith(Status.INTERNAL, 'cardinality violation: received multiple request messages for a unary call');
      return false;
    }
    try {
      this.#request = this.#method.request.read(source, start, end);
    } catch (error) {
      this.endWithMalformed(error);
    }
    return !this.finished;
  }

  /** Request trailers mean nothing to gRPC; they end the request like an empty frame. */
  trailers(): void {
    this.#handle();
  }

  drained(): void {}

  protected override finish(): void {
    super.finish();
    this.#reader?.discard();
  }

  #handle(): void {
    if (this.finished) return;
    if (this.#requests === 0 || this.#reader?.midMessage === true) {
      this.endWith(Status.INTERNAL, 'cardinality violation: received no whole request message for a unary call');
      return;
    }
    let response: MaybePromise<unknown>;
    try {
      response = this.#handler(this.#request, this);
    } catch (error) {
      this.endWithError(error);
      return;
    }
    if (response instanceof Promise) this.#await(response);
    else this.#answer(response);
  }

  #await(response: Promise<unknown>): void {
    this.armDeadline();
    response.then(
      (message) => this.#answer(message),
      (error: unknown) => this.endWithError(error),
    );
  }

  #answer(response: unknown): void {
    if (this.finished) return;
    if (this.stream.host.sender.overloaded) {
      this.endWith(Status.RESOURCE_EXHAUSTED, 'grpc: the client leaves too many answers unread');
      return;
    }
    const codec = this.#method.response;
    const size = this.sizeOf(codec, response);
    if (size === undefined) return;
    this.finish();
    this.stream.sendHeaders(RESPONSE_HEAD, false);
    sendMessage(this.stream, codec, { message: response, size, endStream: false });
    this.stream.sendTrailers(OK_TRAILERS);
  }
}
