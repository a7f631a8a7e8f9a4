// One stream: its state, its windows, and what waits to be sent on it. The calls of the layer above go through here;
// when bytes leave is the sender's decision (sender.ts), what arrives is the connection's (connection.ts).

import { ErrorCode } from './error-code.ts';
import type { HeaderField } from './header-field.ts';
import type { ResponseHead } from './header-rules.ts';
import type { Sender } from './sender.ts';

/** Above this many queued bytes a stream is no longer writable; below the lower mark it is again. */
export const STREAM_HIGH_WATER_BYTES: number = 256 * 1024;
export const STREAM_LOW_WATER_BYTES: number = 64 * 1024;

/** What the layer above hears of a stream. After its end, or `aborted`, nothing comes any more. */
export interface StreamReceiver {
  /** Client only: a final response, or an informational one (status below 200). */
  headers(head: ResponseHead, endStream: boolean): void;
  /** `source[start, end)` is the payload without padding; it may be empty when the stream ends. */
  data(source: Buffer, start: number, end: number, endStream: boolean): void;
  /** A trailer section; it always ends the stream. */
  trailers(fields: readonly HeaderField[]): void;
  /** The stream is gone: reset by the peer, found in error here, or lost with the connection. */
  aborted(cause: AbortCause): void;
  /** What was queued has gone out after `writable` had been false. */
  drained(): void;
}

/** For streams that nobody cares about any more. */
export const silentReceiver: StreamReceiver = { headers() {}, data() {}, trailers() {}, aborted() {}, drained() {} };

export interface AbortCause {
  readonly code: number;
  readonly message: string;
  /** `peer`: RST_STREAM arrived; `local`: an error of the peer found here; `connection`: it closed or failed. */
  readonly source: 'peer' | 'local' | 'connection';
  /** The peer has provably not acted on this stream: refused, or above the last stream of its GOAWAY. */
  readonly unprocessed: boolean;
}

/** The connection, as far as a stream needs it. */
export interface StreamHost {
  readonly role: 'server' | 'client';
  readonly sender: Sender;
  /** Both sides have ended, or either has reset. */
  streamFinished(stream: Http2Stream, resetByUs: boolean): void;
  /** Sends RST_STREAM and forgets the stream. */
  resetStream(stream: Http2Stream, code: ErrorCode): void;
  /** The same, and tells the receiver that the stream was given up. */
  abandon(stream: Http2Stream, code: ErrorCode, message: string): void;
  /** The receiver takes data again: return the credit that was held back. */
  resumeStream(stream: Http2Stream): void;
}

/** Bytes that wait for a window or for the socket. Exists only while a stream has had to wait. */
export class SendQueue {
  readonly pieces: Buffer[] = [];
  /** The first piece that has not left yet, and how much of it has. */
  head = 0;
  headOffset = 0;
  bytes = 0;
  /** What ends the stream behind the bytes: a trailer block, or an empty END_STREAM. */
  ending: Buffer | 'end' | undefined = undefined;

  /** The first piece has left. The array is compacted now and then, so that a long queue costs linear time. */
  dropHead(): void {
    this.head++;
    this.headOffset = 0;
    if (this.head < 64 || this.head * 2 < this.pieces.length) return;
    this.pieces.splice(0, this.head);
    this.head = 0;
  }
}

export class Http2Stream {
  readonly id: number;
  readonly host: StreamHost;
  receiver: StreamReceiver = silentReceiver;
  sendWindow: number;
  receiveWindow: number;
  /** Received bytes whose credit has not been returned to the peer. */
  uncredited = 0;
  /** Bytes announced by content-length that have not come yet; -1 when none was given. */
  bytesExpected = -1;
  localEnded = false;
  remoteEnded = false;
  closed = false;
  /** Client: the final response's fields have arrived, the next HEADERS are trailers. */
  headReceived = false;
  paused = false;
  queue: SendQueue | undefined = undefined;
  /** Links of the sender's round-robin list. */
  ready = false;
  nextReady: Http2Stream | undefined = undefined;
  wasFull = false;

  constructor(host: StreamHost, id: number, sendWindow: number, receiveWindow: number) {
    this.host = host;
    this.id = id;
    this.sendWindow = sendWindow;
    this.receiveWindow = receiveWindow;
  }

  /** Sends a response's or request's encoded fields; never waits for windows. */
  sendHeaders(block: Buffer, endStream: boolean): void {
    if (this.closed || this.localEnded) return;
    this.host.sender.writeHeaders(this, block, endStream);
    if (endStream) this.endLocal();
  }

  /**
   * Room for a DATA frame of `length` payload bytes in `sender.output.chunk`: returns the offset where the caller must
   * write exactly that many bytes at once, or -1 when the data has to wait and `sendData` must be used.
   */
  reserveData(length: number, endStream: boolean): number {
    if (this.closed || this.localEnded || this.queue !== undefined) return -1;
    const offset = this.host.sender.reserveData(this, length, endStream);
    if (offset >= 0 && endStream) this.endLocal();
    return offset;
  }

  /** Queues data that nobody changes any more. Returns `writable`. */
  sendData(data: Buffer, endStream: boolean): boolean {
    if (this.closed || this.localEnded || this.queue?.ending !== undefined) return false;
    this.host.sender.queueData(this, data, endStream ? 'end' : undefined);
    return this.writable;
  }

  /** Ends the stream with an encoded trailer section, behind all data. */
  sendTrailers(block: Buffer): void {
    if (this.closed || this.localEnded || this.queue?.ending !== undefined) return;
    if (this.queue !== undefined) {
      this.queue.ending = block;
      return;
    }
    this.host.sender.writeHeaders(this, block, true);
    this.endLocal();
  }

  /** True while `sendData` may be called without the queue growing past its mark. */
  get writable(): boolean {
    if (this.closed || this.localEnded) return false;
    if (this.queue === undefined || this.queue.bytes < STREAM_HIGH_WATER_BYTES) return true;
    this.wasFull = true;
    return false;
  }

  /** Bytes that have been given to `sendData` and not to the socket. */
  get queuedBytes(): number {
    return this.queue?.bytes ?? 0;
  }

  reset(code: ErrorCode): void {
    if (!this.closed) this.host.resetStream(this, code);
  }

  /** Drops what has not been sent, so that the end need not wait for windows. */
  discardQueued(): void {
    this.host.sender.discard(this);
  }

  /** Holds back the peer's credit; at most a window of data still arrives. */
  pause(): void {
    this.paused = true;
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    if (!this.closed && !this.remoteEnded) this.host.resumeStream(this);
  }

  endLocal(): void {
    this.localEnded = true;
    if (this.closed) return;
    if (this.remoteEnded) this.host.streamFinished(this, false);
    // RFC 9113 section 8.1: a client that is still sending learns that nobody needs the rest.
    else if (this.host.role === 'server') this.host.resetStream(this, ErrorCode.NO_ERROR);
  }

  endRemote(): void {
    this.remoteEnded = true;
    if (this.localEnded && !this.closed) this.host.streamFinished(this, false);
  }
}
