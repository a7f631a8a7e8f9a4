// One call on the client, unary or streaming: from the wait for a free stream to its outcome. Whoever began it hears of
// messages and of exactly one outcome; client.ts owns the connection and the queue of waiting calls.

import type { Method } from '../../api/method.ts';
import { ApiError, Status } from '../../api/status.ts';
import type { Clock, Timer } from '../../runtime/clock.ts';
import { ErrorCode } from '../http2/error-code.ts';
import { type HeaderField, makeField } from '../http2/header-field.ts';
import type { ResponseHead } from '../http2/header-rules.ts';
import type { RepeatedFields } from '../http2/hpack-encoder.ts';
import { type AbortCause, type Http2Stream, STREAM_HIGH_WATER_BYTES, type StreamReceiver } from '../http2/stream.ts';
import { WireError } from '../protobuf/codec.ts';
import type { CallOptions } from './client.ts';
import { type MessageLimits, MessageReader, type MessageSink } from './message-reader.ts';
import { frameMessage, sendMessage } from './message-writer.ts';
import { writeMetadata } from './metadata.ts';
import { httpError, readOutcome, resetError } from './status-fields.ts';
import { formatTimeout, TIMER_MS_MAX } from './timeout.ts';
import { TransportError } from './transport-error.ts';

/** Opens a stream for a call whose turn has come. */
export type OpenStream = (call: ClientCall, extra: readonly HeaderField[], endStream: boolean) => Http2Stream;

export interface ClientCallParts {
  readonly method: Method;
  readonly fields: RepeatedFields;
  readonly options: CallOptions;
  readonly limits: Omit<MessageLimits, 'encoding'>;
  readonly clock: Clock;
  /** A message of the answer. */
  readonly message: (message: unknown) => void;
  /** The call is over: undefined for OK. Called once, last. */
  readonly outcome: (error: ApiError | undefined) => void;
  readonly drained?: () => void;
}

/** What is sent before the stream exists. */
interface Waiting {
  readonly pieces: Buffer[];
  bytes: number;
  ended: boolean;
}

export class ClientCall implements StreamReceiver, MessageSink {
  readonly parts: ClientCallParts;
  over = false;
  #stream: Http2Stream | undefined = undefined;
  #waiting: Waiting | undefined = { pieces: [], bytes: 0, ended: false };
  #reader: MessageReader | undefined = undefined;
  #encoding: string | undefined = undefined;
  #isGrpc = true;
  #deadline: Timer | undefined = undefined;
  readonly #deadlineAtMs: number;
  #wasFull = false;
  #paused = false;
  readonly #onAbort = (): void => this.cancelWith(new ApiError(Status.CANCELLED, 'context canceled'));

  constructor(parts: ClientCallParts) {
    this.parts = parts;
    const { timeoutMs, signal } = parts.options;
    this.#deadlineAtMs = timeoutMs === undefined ? Number.POSITIVE_INFINITY : parts.clock.monotonicMs() + timeoutMs;
    if (timeoutMs !== undefined && timeoutMs <= TIMER_MS_MAX) {
      const expired = () => this.cancelWith(new ApiError(Status.DEADLINE_EXCEEDED, 'context deadline exceeded'));
      this.#deadline = parts.clock.after(timeoutMs, expired);
    }
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** The call's turn has come: sends its fields and what has been waiting. */
  begin(open: OpenStream): void {
    const waiting = this.#waiting!;
    this.#waiting = undefined;
    const stream = open(this, this.#extraFields(), false);
    this.#stream = stream;
    if (this.#paused) stream.pause();
    waiting.pieces.forEach((piece, index) => {
      stream.sendData(piece, waiting.ended && index === waiting.pieces.length - 1);
    });
    if (waiting.ended && waiting.pieces.length === 0) stream.sendData(Buffer.alloc(0), true);
    if (this.#wasFull && stream.writable) this.drained();
  }

  /** Sends fields, the one request and the end at once; instead of `begin` when nothing has been waiting. */
  beginWith(open: OpenStream, request: unknown, size: number): void {
    this.#waiting = undefined;
    this.#stream = open(this, this.#extraFields(), false);
    sendMessage(this.#stream, this.parts.method.request, { message: request, size, endStream: true });
  }

  #extraFields(): HeaderField[] {
    const { metadata, timeoutMs } = this.parts.options;
    const extra = metadata === undefined ? [] : writeMetadata(metadata);
    if (timeoutMs === undefined) return extra;
    extra.push(makeField('grpc-timeout', formatTimeout(this.#deadlineAtMs - this.parts.clock.monotonicMs())));
    return extra;
  }

  send(message: unknown): boolean {
    if (this.over) return false;
    const codec = this.parts.method.request;
    if (this.#stream !== undefined) {
      sendMessage(this.#stream, codec, { message, size: codec.size(message), endStream: false });
    } else if (this.#waiting !== undefined && !this.#waiting.ended) {
      const piece = frameMessage(codec, message, codec.size(message));
      this.#waiting.pieces.push(piece);
      this.#waiting.bytes += piece.length;
    }
    return this.writable;
  }

  get writable(): boolean {
    if (this.over) return false;
    if (this.#waiting === undefined) return this.#stream?.writable ?? false;
    if (this.#waiting.bytes < STREAM_HIGH_WATER_BYTES) return !this.#waiting.ended;
    this.#wasFull = true;
    return false;
  }

  end(): void {
    if (this.over) return;
    if (this.#waiting !== undefined) this.#waiting.ended = true;
    else this.#stream?.sendData(Buffer.alloc(0), true);
  }

  pause(): void {
    this.#paused = true;
    this.#stream?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#stream?.resume();
  }

  /** Ends the call from this side. */
  cancelWith(error: ApiError): void {
    this.#stream?.reset(ErrorCode.CANCEL);
    this.#finish(error);
  }

  // What the stream reports.

  headers(head: ResponseHead, endStream: boolean): void {
    if (head.status < 200) return;
    let contentType = '';
    for (const { name, value } of head.fields) {
      if (name === 'content-type') contentType = value;
      else if (name === 'grpc-encoding') this.#encoding = value;
    }
    this.#isGrpc = head.status === 200 && contentType.startsWith('application/grpc');
    const hasOutcome = endStream && head.fields.some(({ name }) => name === 'grpc-status');
    if (hasOutcome) this.#finish(readOutcome(head.fields));
    else if (!this.#isGrpc) this.cancelWith(httpError(head.status, contentType));
    else if (endStream) this.#finish(readOutcome(head.fields));
  }

  data(source: Buffer, start: number, end: number, endStream: boolean): void {
    if (this.over) return;
    this.#reader ??= new MessageReader({ ...this.parts.limits, encoding: this.#encoding });
    try {
      if (end > start) this.#reader.push(source, start, end, this);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.cancelWith(error);
    }
    if (endStream) this.#finish(new ApiError(Status.INTERNAL, 'the peer ended the call without trailers'));
  }

  messageBytes(source: Buffer, start: number, end: number): boolean {
    const { method, message } = this.parts;
    let response: unknown;
    try {
      response = method.response.read(source, start, end);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      throw new ApiError(Status.INTERNAL, `grpc: failed to unmarshal the received message: ${error.message}`);
    }
    message(response);
    return !this.over;
  }

  trailers(fields: readonly HeaderField[]): void {
    if (this.over) return;
    let error = readOutcome(fields);
    if (error === undefined && this.#reader?.midMessage === true) {
      error = new ApiError(Status.INTERNAL, 'the peer ended the call within a message');
    }
    // An answer may come before our side has ended: nobody reads the rest of it (RFC 9113 section 8.1).
    this.#stream?.reset(ErrorCode.NO_ERROR);
    this.#finish(error);
  }

  aborted({ code, message, source, unprocessed }: AbortCause): void {
    if (unprocessed) this.#finish(new TransportError(message, true));
    else if (source === 'connection') this.#finish(new TransportError(message, false));
    else if (source === 'local') this.#finish(new ApiError(Status.INTERNAL, `protocol error of the peer: ${message}`));
    else this.#finish(resetError(code, message));
  }

  drained(): void {
    this.#wasFull = false;
    if (!this.over) this.parts.drained?.();
  }

  /** Fails a call that was never sent. */
  refuse(message: string): void {
    this.#finish(new TransportError(message, true));
  }

  #finish(error: ApiError | undefined): void {
    if (this.over) return;
    this.over = true;
    this.#waiting = undefined;
    this.#reader?.discard();
    this.#deadline?.cancel();
    this.parts.options.signal?.removeEventListener('abort', this.#onAbort);
    this.parts.outcome(error);
  }
}
