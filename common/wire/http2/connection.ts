// One HTTP/2 connection as a state machine (RFC 9113): bytes in, events and bytes out. It knows neither socket nor
// timers (transport.ts has them) nor what streams mean (grpc/ does). This file has the lifecycle and the streams;
// frame-receiver.ts judges what arrives, sender.ts decides what leaves when. An error of the peer never throws out of
// `receive`: it becomes RST_STREAM or GOAWAY.

import { ClosedStreams } from './closed-streams.ts';
import { ConnectionError, ErrorCode, errorCodeName } from './error-code.ts';
import {
  DEFAULT_WINDOW,
  encodeFrame,
  encodeSettings,
  Flag,
  FrameType,
  PREFACE,
  Setting,
  STREAM_ID_MAX,
  WINDOW_MAX,
  writeUint32,
} from './frame.ts';
import { FrameReceiver } from './frame-receiver.ts';
import { FrameSplitter } from './frame-splitter.ts';
import { type HeaderField, makeField } from './header-field.ts';
import type { RequestHead } from './header-rules.ts';
import { encodeStateless, HpackEncoder, type RepeatedFields } from './hpack-encoder.ts';
import { DEFAULT_TABLE_BYTES } from './hpack-table.ts';
import type { Http2Limits } from './limits.ts';
import { PeerSettings } from './peer-settings.ts';
import { PingPolicy } from './ping-policy.ts';
import { Sender } from './sender.ts';
import { type AbortCause, Http2Stream, type StreamHost, type StreamReceiver } from './stream.ts';
import { TokenBucket } from './token-bucket.ts';

/** What the layers around hear of a connection. */
export interface ConnectionEvents {
  /** Server: a well-formed request has begun; returns who hears of the rest. Called in order of arrival. */
  request(stream: Http2Stream, head: RequestHead, endStream: boolean): StreamReceiver;
  /** The peer's first SETTINGS have arrived: the handshake is complete. */
  ready(): void;
  /** Client: a stream has ended, or the peer's SETTINGS have changed: `mayOpen` may be true now. */
  streamsFreed(): void;
  /** No new streams from now on: GOAWAY (streams that it excludes have been aborted), or no identifiers left. */
  exhausted(code: number, message: string): void;
  /** There are bytes to be written, and no `receive` is running that a flush would follow anyway. */
  flushWanted(): void;
  /** Nothing more will happen. What `takeOutput` still holds (a GOAWAY) should be written before the socket closes. */
  closed(cause: AbortCause): void;
}

export interface ConnectionOptions {
  readonly role: 'server' | 'client';
  readonly limits: Http2Limits;
  readonly events: ConnectionEvents;
  readonly nowMs: () => number;
  /** Client: the first stream's identifier, odd; default 1. */
  readonly firstStreamId?: number;
}

/** Opaque data of the PINGs that we send, so that their acknowledgements can be told apart. */
const KEEPALIVE_PING = Buffer.from('keepaliv', 'latin1');
const DRAIN_PING = Buffer.from('draining', 'latin1');

const SETTINGS_ACK = encodeFrame(FrameType.SETTINGS, Flag.ACK, 0, Buffer.alloc(0));

/** RFC 6585 section 5: request header fields too large. */
const OVERSIZED_RESPONSE = encodeStateless([makeField(':status', '431')]);

export class Http2Connection implements StreamHost {
  readonly role: 'server' | 'client';
  readonly events: ConnectionEvents;
  readonly nowMs: () => number;
  readonly sender: Sender;
  readonly streams = new Map<number, Http2Stream>();
  readonly closedStreams = new ClosedStreams();
  closed = false;
  /** Largest identifier that the peer has used, and largest that the layer above has seen. */
  peerLastId = 0;
  lastProcessedId = 0;
  /** The last stream that our GOAWAY promised to process. */
  goawayLastId = STREAM_ID_MAX;
  #nextId: number;
  #draining = false;
  #closedToNew = false;
  #prefaceMatched: number;
  readonly #limits: Http2Limits;
  readonly #peer = new PeerSettings();
  readonly #pings: PingPolicy;
  readonly #encoder = new HpackEncoder();
  readonly #receiver: FrameReceiver;
  readonly #splitter: FrameSplitter;
  readonly #streamErrors: TokenBucket;

  constructor({ role, limits, events, nowMs, firstStreamId = 1 }: ConnectionOptions) {
    this.role = role;
    this.events = events;
    this.nowMs = nowMs;
    this.#limits = limits;
    this.#nextId = firstStreamId;
    this.#pings = new PingPolicy(limits);
    this.sender = new Sender({ peer: this.#peer, pings: this.#pings, limits, wake: () => events.flushWanted() });
    this.#receiver = new FrameReceiver(this, limits, nowMs());
    this.#splitter = new FrameSplitter(this.#receiver);
    this.#streamErrors = new TokenBucket(limits.streamErrors, nowMs());
    this.#prefaceMatched = role === 'server' ? 0 : PREFACE.length;
  }

  /** Says hello: the preface and our settings. To be called once, first. */
  start(): void {
    const { streamWindow, connectionWindow, concurrentStreamsMax, headerListBytesMax } = this.#limits;
    const isClient = this.role === 'client';
    if (isClient) this.sender.writeFrame(PREFACE);
    this.sender.writeFrame(
      encodeSettings([
        isClient ? [Setting.ENABLE_PUSH, 0] : [Setting.MAX_CONCURRENT_STREAMS, concurrentStreamsMax],
        [Setting.INITIAL_WINDOW_SIZE, streamWindow],
        [Setting.MAX_HEADER_LIST_SIZE, headerListBytesMax],
      ]),
    );
    if (connectionWindow > DEFAULT_WINDOW) this.sender.writeWindowUpdate(0, connectionWindow - DEFAULT_WINDOW);
  }

  /** Takes what the socket has read. The caller flushes afterwards. */
  receive(chunk: Buffer): void {
    if (this.closed) return;
    this.sender.expectFlush();
    try {
      const start = this.#prefaceMatched < PREFACE.length ? this.#matchPreface(chunk) : 0;
      if (start < chunk.length) this.#splitter.push(chunk, start);
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      this.fail(error.code, error.message);
    }
  }

  #matchPreface(chunk: Buffer): number {
    const length = Math.min(chunk.length, PREFACE.length - this.#prefaceMatched);
    if (chunk.compare(PREFACE, this.#prefaceMatched, this.#prefaceMatched + length, 0, length) !== 0) {
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'not the HTTP/2 preface');
    }
    this.#prefaceMatched += length;
    return length;
  }

  /** Client: whether a stream may be opened now (SETTINGS_MAX_CONCURRENT_STREAMS, GOAWAY, identifiers left). */
  get mayOpen(): boolean {
    return !this.closed && !this.exhausted && this.streams.size < this.#peer.concurrentStreamsMax;
  }

  /** Client: no stream will ever be opened here again. */
  get exhausted(): boolean {
    return this.#closedToNew || this.#draining;
  }

  /** Client: sends a request's fields. Only when `mayOpen`. */
  openStream(
    receiver: StreamReceiver,
    repeated: RepeatedFields,
    extra: readonly HeaderField[],
    endStream: boolean,
  ): Http2Stream {
    const stream = this.addStream(this.#nextId);
    this.#nextId += 2;
    stream.receiver = receiver;
    stream.sendHeaders(this.#encoder.encode(repeated, extra), endStream);
    // RFC 9113 section 5.1.1: identifiers are not used again. A busy connection gets there within hours.
    if (this.#nextId > STREAM_ID_MAX) this.#takeNoMore(ErrorCode.NO_ERROR, 'stream identifiers are used up');
    return stream;
  }

  ping(): void {
    this.sender.writeFrame(encodeFrame(FrameType.PING, 0, 0, KEEPALIVE_PING));
  }

  /**
   * Server: lets running streams finish and takes no new ones. RFC 9113 section 6.8: a GOAWAY that still allows every
   * stream, and after a round trip (a PING) the one that names the last; then the connection closes when idle.
   */
  drain(): void {
    if (this.closed || this.#draining) return;
    this.#draining = true;
    this.#writeGoaway(STREAM_ID_MAX, ErrorCode.NO_ERROR, 'closing');
    this.sender.writeFrame(encodeFrame(FrameType.PING, 0, 0, DRAIN_PING));
  }

  /** Closes in an orderly way, now: running streams are aborted. */
  close(): void {
    this.fail(ErrorCode.NO_ERROR, 'closed');
  }

  /** Closes with an error: GOAWAY says which. */
  fail(code: ErrorCode, message: string): void {
    if (this.closed) return;
    this.#writeGoaway(this.lastProcessedId, code, message);
    this.#finish({ code, message, source: 'connection', unprocessed: false });
  }

  /** The socket is gone. */
  transportLost(message: string): void {
    if (this.closed) return;
    this.#finish({ code: ErrorCode.NO_ERROR, message, source: 'connection', unprocessed: false });
  }

  #finish(cause: AbortCause): void {
    this.closed = true;
    for (const stream of this.streams.values()) this.#end(stream, cause);
    this.streams.clear();
    this.events.closed(cause);
  }

  #end(stream: Http2Stream, cause: AbortCause): void {
    const wasOver = stream.remoteEnded && stream.localEnded;
    stream.closed = true;
    this.sender.discard(stream);
    if (!wasOver) stream.receiver.aborted(cause);
  }

  #writeGoaway(lastId: number, code: ErrorCode, message: string): void {
    const payload = Buffer.alloc(8 + message.length);
    writeUint32(payload, writeUint32(payload, 0, lastId), code);
    payload.write(message, 8, 'latin1');
    this.sender.writeFrame(encodeFrame(FrameType.GOAWAY, 0, 0, payload));
  }

  // The rest is for the parts of the engine: frame-receiver.ts and stream.ts.

  /** Whether a stream has not been used yet (RFC 9113 section 5.1). */
  isIdle(id: number): boolean {
    if (this.role === 'server') return id % 2 === 0 || id > this.peerLastId;
    return id % 2 === 0 || id >= this.#nextId;
  }

  addStream(id: number): Http2Stream {
    const stream = new Http2Stream(this, id, this.#peer.initialWindow, this.#limits.streamWindow);
    this.streams.set(id, stream);
    return stream;
  }

  streamFinished(stream: Http2Stream, resetByUs: boolean): void {
    stream.closed = true;
    this.sender.discard(stream);
    this.streams.delete(stream.id);
    this.closedStreams.add(stream.id, resetByUs);
    if (this.role === 'client') this.events.streamsFreed();
    this.#closeIfDrained();
  }

  #closeIfDrained(): void {
    if (this.streams.size > 0 || this.closed) return;
    if (this.#closedToNew || (this.#draining && this.goawayLastId !== STREAM_ID_MAX)) this.close();
  }

  resetStream(stream: Http2Stream, code: ErrorCode): void {
    this.sender.writeReset(stream.id, code);
    this.streamFinished(stream, true);
  }

  resumeStream(stream: Http2Stream): void {
    this.#receiver.creditStream(stream);
  }

  /** A stream error (section 5.4.2): reset it and tell the layer above. */
  abort(stream: Http2Stream, code: ErrorCode, message: string): void {
    this.#countStreamError();
    this.abandon(stream, code, message);
  }

  abandon(stream: Http2Stream, code: ErrorCode, message: string): void {
    this.resetStream(stream, code);
    stream.receiver.aborted({ code, message, source: 'local', unprocessed: false });
  }

  /** A stream error on a stream that does not exist here. */
  refuse(id: number, code: ErrorCode): void {
    this.#countStreamError();
    this.sender.writeReset(id, code);
    this.closedStreams.add(id, true);
  }

  rejectOversized(id: number, endStream: boolean): void {
    this.#countStreamError();
    const stream = this.addStream(id);
    stream.remoteEnded = endStream;
    stream.sendHeaders(OVERSIZED_RESPONSE, true);
  }

  #countStreamError(): void {
    if (this.#streamErrors.take(this.nowMs())) return;
    throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, 'too many stream errors');
  }

  resetByPeer(stream: Http2Stream, code: number): void {
    this.streamFinished(stream, false);
    const unprocessed = code === ErrorCode.REFUSED_STREAM;
    stream.receiver.aborted({ code, message: `reset by peer: ${errorCodeName(code)}`, source: 'peer', unprocessed });
  }

  applySettings(source: Buffer, start: number, end: number, isFirst: boolean): void {
    const windowBefore = this.#peer.initialWindow;
    this.#peer.apply(source, start, end, this.role === 'client');
    this.#changeWindows(this.#peer.initialWindow - windowBefore);
    if (this.role === 'client') {
      this.#encoder.setTableBytesMax(this.#peer.headerTableLow);
      this.#encoder.setTableBytesMax(this.#peer.headerTableBytes);
    } else if (this.#peer.headerTableLow < DEFAULT_TABLE_BYTES) {
      this.sender.announceEmptyTable();
    }
    this.sender.writeFrame(SETTINGS_ACK);
    if (isFirst) this.events.ready();
    if (this.role === 'client') this.events.streamsFreed();
  }

  /** Section 6.9.2: a new initial window changes the windows of all streams, possibly below zero. */
  #changeWindows(delta: number): void {
    if (delta === 0) return;
    for (const stream of this.streams.values()) {
      stream.sendWindow += delta;
      if (stream.sendWindow > WINDOW_MAX) {
        throw new ConnectionError(
          ErrorCode.FLOW_CONTROL_ERROR,
          'SETTINGS_INITIAL_WINDOW_SIZE: window above its maximum',
        );
      }
      this.sender.makeReady(stream);
    }
  }

  answerPing(payload: Buffer): void {
    if (!this.#pings.allows(this.nowMs(), this.streams.size)) {
      // The words by which grpc clients know that they have to ping less often.
      throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, 'too_many_pings');
    }
    this.sender.writeFrame(encodeFrame(FrameType.PING, Flag.ACK, 0, payload));
  }

  pingAcknowledged(payload: Buffer): void {
    if (!this.#draining || !payload.equals(DRAIN_PING)) return;
    this.goawayLastId = this.lastProcessedId;
    this.#writeGoaway(this.lastProcessedId, ErrorCode.NO_ERROR, 'closing');
    this.#closeIfDrained();
  }

  goawayByPeer(lastId: number, code: number, message: string): void {
    if (this.role === 'client') {
      const text = `peer is going away: ${errorCodeName(code)}${message === '' ? '' : ` (${message})`}`;
      for (const stream of [...this.streams.values()]) {
        if (stream.id <= lastId) continue;
        this.streamFinished(stream, false);
        stream.receiver.aborted({ code, message: text, source: 'connection', unprocessed: true });
      }
    }
    this.#takeNoMore(code, message);
    this.#closeIfDrained();
  }

  #takeNoMore(code: number, message: string): void {
    this.#closedToNew = true;
    this.events.exhausted(code, message);
  }
}
