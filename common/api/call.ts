// What every call carries besides its message, and how streams talk. Plain callbacks instead of promises and
// iterators: the hot paths answer in the same turn, and a simulator can drive them deterministically.

/** One call in progress, unary or streaming, whatever transport brought it. */
export interface Call {
  /** Request metadata: lower-case names (`token`, `authorization`, `hasleader`, …). */
  readonly metadata: ReadonlyMap<string, string>;
  /** Milliseconds left when the call arrived (`grpc-timeout`), or undefined without a deadline. */
  readonly timeoutMs: number | undefined;
  /** `address:port` of the caller, for logs. */
  readonly peer: string;
  /** True once the caller went away, cancelled, or its deadline passed. */
  readonly cancelled: boolean;
  /** Runs `listener` once when the call is cancelled (at once if it already is). */
  onCancel(listener: () => void): void;
}

/** The sending half of a stream of messages. */
export interface Outbound<T> {
  /** Queues a message. Returns false when the buffer is over its high-water mark: stop until `onDrain`. */
  send(message: T): boolean;
  /** True while `send` may be called without growing the buffer past its high-water mark. */
  readonly writable: boolean;
  /** Runs `listener` each time the buffer has drained below its low-water mark after having been full. */
  onDrain(listener: () => void): void;
  /** Ends the stream with status OK. */
  end(): void;
  /** Ends the stream with an error (an ApiError keeps its code; anything else is UNKNOWN). */
  fail(error: Error): void;
}

/** The receiving half of a stream: the callee's hooks, called by the transport. None is called after `cancel`. */
export interface Inbound<T> {
  message(message: T): void;
  /** The other side will send no more (half-close). */
  end(): void;
  /** The stream is gone: reset, connection lost, deadline, or failed. `error` tells which on the client side. */
  cancel(error?: Error): void;
}

/** A value now, or later. Hot paths answer now. */
export type MaybePromise<T> = T | Promise<T>;
