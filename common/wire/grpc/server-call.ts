// What every call on the server has, unary or streaming: metadata, deadline, cancellation, and the way to end it with a
// status. How messages come and go is in unary-call.ts and streaming-call.ts.

import type { Call } from '../../api/call.ts';
import { ApiError, Status } from '../../api/status.ts';
import { AssertionError } from '../../runtime/assert.ts';
import type { Clock, Timer } from '../../runtime/clock.ts';
import type { RequestHead } from '../http2/header-rules.ts';
import type { AbortCause, Http2Stream } from '../http2/stream.ts';
import { type Codec, WireError } from '../protobuf/codec.ts';
import type { GatherBudget, MessageLimits } from './message-reader.ts';
import { readMetadata } from './metadata.ts';
import { errorResponse, errorTrailers } from './status-fields.ts';
import { TIMER_MS_MAX } from './timeout.ts';

/** What the calls of one connection share. */
export interface CallContext {
  readonly clock: Clock;
  /** `address:port` of the client. */
  readonly peer: string;
  readonly messageBytesMax: number;
  readonly budget: GatherBudget;
  /** A handler failed with something that is not an ApiError: an error of ours that someone should see. */
  readonly handlerFailed: (error: unknown, path: string) => void;
}

/** What the request's fields say, apart from which method it is. */
export interface RequestInfo {
  readonly head: RequestHead;
  readonly timeoutMs: number | undefined;
  readonly encoding: string | undefined;
}

export abstract class ServerCall implements Call {
  cancelled = false;
  protected readonly stream: Http2Stream;
  protected readonly info: RequestInfo;
  protected readonly context: CallContext;
  /** An outcome has been sent; nothing the handler does matters any more. */
  protected finished = false;
  protected headSent = false;
  #metadata: ReadonlyMap<string, string> | undefined = undefined;
  #cancelListeners: (() => void)[] | undefined = undefined;
  #deadline: Timer | undefined = undefined;

  constructor(stream: Http2Stream, info: RequestInfo, context: CallContext) {
    this.stream = stream;
    this.info = info;
    this.context = context;
  }

  get metadata(): ReadonlyMap<string, string> {
    this.#metadata ??= readMetadata(this.info.head.fields);
    return this.#metadata;
  }

  get timeoutMs(): number | undefined {
    return this.info.timeoutMs;
  }

  get peer(): string {
    return this.context.peer;
  }

  onCancel(listener: () => void): void {
    if (this.cancelled) {
      listener();
      return;
    }
    this.#cancelListeners ??= [];
    this.#cancelListeners.push(listener);
  }

  /** Clients send no response heads. */
  headers(): void {}

  aborted(_cause: AbortCause): void {
    if (this.finished) return;
    this.finish();
    this.cancel();
  }

  protected messageLimits(): MessageLimits {
    const { messageBytesMax, budget } = this.context;
    return { messageBytesMax, budget, encoding: this.info.encoding };
  }

  /** Starts the deadline's timer; a call that is answered in the turn it arrived needs none. */
  protected armDeadline(): void {
    const { timeoutMs } = this.info;
    if (timeoutMs === undefined || timeoutMs > TIMER_MS_MAX || this.finished) return;
    this.#deadline = this.context.clock.after(timeoutMs, () => {
      this.stream.discardQueued();
      this.endWith(Status.DEADLINE_EXCEEDED, 'context deadline exceeded');
      this.cancel();
    });
  }

  /** The call has an outcome: no more deadline. */
  protected finish(): void {
    this.finished = true;
    this.#deadline?.cancel();
  }

  /** The client is gone or the time is up: the handler should stop working. */
  protected cancel(): void {
    if (this.cancelled) return;
    this.cancelled = true;
    const listeners = this.#cancelListeners;
    this.#cancelListeners = undefined;
    if (listeners !== undefined) for (const listener of listeners) listener();
  }

  /** Ends the call with an error status. */
  protected endWith(status: Status, message: string): void {
    if (this.finished) return;
    this.finish();
    if (this.headSent) this.stream.sendTrailers(errorTrailers(status, message));
    else this.stream.sendHeaders(errorResponse(status, message), true);
  }

  /** Ends the call with whatever a handler, a codec or the message reader threw. */
  protected endWithError(error: unknown): void {
    if (error instanceof ApiError) {
      this.endWith(error.status, error.message);
    } else if (error instanceof AssertionError) {
      throw error;
    } else {
      this.context.handlerFailed(error, this.info.head.path);
      this.endWith(Status.UNKNOWN, error instanceof Error ? error.message : String(error));
    }
  }

  /** The size of an answer; undefined when it cannot be encoded, and then the call has failed. */
  protected sizeOf<T>(codec: Codec<T>, message: T): number | undefined {
    try {
      return codec.size(message);
    } catch (error) {
      this.endWithError(error);
      return undefined;
    }
  }

  /** grpc-go's answer to a request that is not the message it should be. */
  protected endWithMalformed(error: unknown): void {
    if (!(error instanceof WireError)) throw error;
    this.endWith(Status.INTERNAL, `grpc: error unmarshalling request: ${error.message}`);
  }
}
