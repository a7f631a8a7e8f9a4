// What each received frame means (RFC 9113 section 6), and which error it is when it is wrong. Works on the
// connection's state; header blocks are in header-receiver.ts, lifecycle and what we send on our own initiative in
// connection.ts.

import type { Http2Connection } from './connection.ts';
import { ConnectionError, ErrorCode, frameSizeError, protocolError } from './error-code.ts';
import { Flag, FrameType, paddingOf, readUint32, WINDOW_MAX } from './frame.ts';
import type { FrameSink } from './frame-splitter.ts';
import { HeaderReceiver } from './header-receiver.ts';
import { UNKNOWN_LENGTH } from './header-rules.ts';
import type { Http2Limits } from './limits.ts';
import type { Http2Stream } from './stream.ts';
import { TokenBucket } from './token-bucket.ts';

export class FrameReceiver implements FrameSink {
  readonly #connection: Http2Connection;
  readonly #limits: Http2Limits;
  readonly #headers: HeaderReceiver;
  readonly #resets: TokenBucket;
  readonly #controlFrames: TokenBucket;
  #settingsSeen = false;
  /** The connection's receive window, and what of it has been used without being credited. */
  #window: number;
  #uncredited = 0;
  constructor(connection: Http2Connection, limits: Http2Limits, nowMs: number) {
    this.#connection = connection;
    this.#limits = limits;
    this.#headers = new HeaderReceiver(connection, limits);
    this.#resets = new TokenBucket(limits.resets, nowMs);
    this.#controlFrames = new TokenBucket(limits.controlFrames, nowMs);
    this.#window = limits.connectionWindow;
  }

  get halted(): boolean {
    return this.#connection.closed;
  }

  frame(type: number, flags: number, id: number, source: Buffer, start: number, end: number): void {
    if (!this.#settingsSeen && (type !== FrameType.SETTINGS || (flags & Flag.ACK) !== 0)) {
      throw protocolError('the first frame is not SETTINGS');
    }
    if (this.#headers.openBlock !== 0 && (type !== FrameType.CONTINUATION || id !== this.#headers.openBlock)) {
      throw protocolError('a frame within a header block');
    }
    switch (type) {
      case FrameType.DATA:
        this.#data(flags, id, source, start, end);
        break;
      case FrameType.HEADERS:
        this.#headers.frame(flags, id, source, start, end);
        break;
      case FrameType.CONTINUATION:
        this.#headers.continuation(flags, id, source, start, end);
        break;
      case FrameType.WINDOW_UPDATE:
        this.#windowUpdate(id, source, start, end);
        break;
      case FrameType.RST_STREAM:
        this.#reset(id, source, start, end);
        break;
      case FrameType.SETTINGS:
        this.#settings(flags, id, source, start, end);
        break;
      case FrameType.PING:
        this.#ping(flags, id, source, start, end);
        break;
      case FrameType.GOAWAY:
        this.#goaway(id, source, start, end);
        break;
      case FrameType.PRIORITY:
        this.#priority(id, end - start);
        break;
      case FrameType.PUSH_PROMISE:
        // Section 8.4: a client may not push, and as a client we have switched it off.
        throw protocolError('PUSH_PROMISE');
      default:
        // Section 4.1: frames of unknown types are ignored.
        this.#countControlFrame();
    }
  }

  #data(flags: number, id: number, source: Buffer, start: number, end: number): void {
    if (id === 0) throw protocolError('DATA on stream 0');
    const length = end - start;
    this.#takeConnectionCredit(length);
    let from = start;
    let to = end;
    if ((flags & Flag.PADDED) !== 0) {
      to -= paddingOf(source, start, end);
      from++;
    }
    const stream = this.#connection.streams.get(id);
    if (stream === undefined || stream.remoteEnded) {
      this.#dataAfterEnd(stream, id);
      return;
    }
    stream.receiveWindow -= length;
    if (stream.receiveWindow < 0) {
      this.#connection.abort(stream, ErrorCode.FLOW_CONTROL_ERROR, 'DATA beyond the window');
      return;
    }
    const endStream = (flags & Flag.END_STREAM) !== 0;
    if (!this.#isExpected(stream, to - from, endStream)) {
      this.#connection.abort(stream, ErrorCode.PROTOCOL_ERROR, 'DATA that the headers do not announce');
      return;
    }
    if (endStream) {
      stream.endRemote();
    } else {
      if (from === to) this.#countControlFrame();
      stream.uncredited += length;
    }
    stream.receiver.data(source, from, to, endStream);
    if (!endStream && !stream.closed) this.creditStream(stream);
  }

  #takeConnectionCredit(length: number): void {
    this.#window -= length;
    if (this.#window < 0) throw new ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, 'DATA beyond the window');
    this.#uncredited += length;
    // The connection's window is given back at once; what one stream may occupy is bounded by its own.
    if (this.#uncredited < this.#limits.connectionWindow / 2) return;
    this.#connection.sender.writeWindowUpdate(0, this.#uncredited);
    this.#window += this.#uncredited;
    this.#uncredited = 0;
  }

  /** Returns a stream's window to the peer, in portions of half its size. */
  creditStream(stream: Http2Stream): void {
    if (stream.paused || stream.remoteEnded || stream.uncredited < this.#limits.streamWindow / 2) return;
    this.#connection.sender.writeWindowUpdate(stream.id, stream.uncredited);
    stream.receiveWindow += stream.uncredited;
    stream.uncredited = 0;
  }

  #dataAfterEnd(stream: Http2Stream | undefined, id: number): void {
    const connection = this.#connection;
    if (stream !== undefined) {
      connection.abort(stream, ErrorCode.STREAM_CLOSED, 'DATA after the end of the stream');
      return;
    }
    if (connection.isIdle(id)) throw protocolError(`DATA on idle stream ${id}`);
    // Section 5.1: frames may have been on their way when we reset the stream.
    if (!connection.closedStreams.wasResetByUs(id)) connection.refuse(id, ErrorCode.STREAM_CLOSED);
  }

  /** Section 8.1.1: the body has the length that content-length gave; a client gets no body before the response. */
  #isExpected(stream: Http2Stream, length: number, endStream: boolean): boolean {
    if (this.#connection.role === 'client' && !stream.headReceived) return false;
    if (stream.bytesExpected === UNKNOWN_LENGTH) return true;
    if (length > stream.bytesExpected) return false;
    stream.bytesExpected -= length;
    return !endStream || stream.bytesExpected === 0;
  }

  #windowUpdate(id: number, source: Buffer, start: number, end: number): void {
    if (end - start !== 4) throw frameSizeError('WINDOW_UPDATE');
    const increment = readUint32(source, start) % 2 ** 31;
    const connection = this.#connection;
    const sender = connection.sender;
    if (id === 0) {
      if (increment === 0) throw protocolError('WINDOW_UPDATE by 0');
      sender.window += increment;
      if (sender.window > WINDOW_MAX)
        throw new ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, 'window above its maximum');
      return;
    }
    const stream = connection.streams.get(id);
    if (stream === undefined) {
      if (connection.isIdle(id)) throw protocolError(`WINDOW_UPDATE on idle stream ${id}`);
      return;
    }
    if (increment === 0) {
      connection.abort(stream, ErrorCode.PROTOCOL_ERROR, 'WINDOW_UPDATE by 0');
      return;
    }
    stream.sendWindow += increment;
    if (stream.sendWindow > WINDOW_MAX) {
      connection.abort(stream, ErrorCode.FLOW_CONTROL_ERROR, 'window above its maximum');
      return;
    }
    sender.makeReady(stream);
  }

  #reset(id: number, source: Buffer, start: number, end: number): void {
    if (id === 0) throw protocolError('RST_STREAM on stream 0');
    if (end - start !== 4) throw frameSizeError('RST_STREAM');
    const connection = this.#connection;
    const stream = connection.streams.get(id);
    if (stream === undefined) {
      if (connection.isIdle(id)) throw protocolError(`RST_STREAM on idle stream ${id}`);
      return;
    }
    if (connection.role === 'server' && !this.#resets.take(connection.nowMs())) {
      throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, 'too many resets');
    }
    connection.resetByPeer(stream, readUint32(source, start));
  }

  #settings(flags: number, id: number, source: Buffer, start: number, end: number): void {
    if (id !== 0) throw protocolError(`SETTINGS on stream ${id}`);
    if ((flags & Flag.ACK) !== 0) {
      if (end !== start) throw frameSizeError('SETTINGS acknowledgement');
      this.#countControlFrame();
      return;
    }
    if ((end - start) % 6 !== 0) throw frameSizeError('SETTINGS');
    this.#countControlFrame();
    const isFirst = !this.#settingsSeen;
    this.#settingsSeen = true;
    this.#connection.applySettings(source, start, end, isFirst);
  }

  #ping(flags: number, id: number, source: Buffer, start: number, end: number): void {
    if (id !== 0) throw protocolError(`PING on stream ${id}`);
    if (end - start !== 8) throw frameSizeError('PING');
    const payload = source.subarray(start, end);
    if ((flags & Flag.ACK) !== 0) this.#connection.pingAcknowledged(payload);
    else this.#connection.answerPing(payload);
  }

  #goaway(id: number, source: Buffer, start: number, end: number): void {
    if (id !== 0) throw protocolError(`GOAWAY on stream ${id}`);
    if (end - start < 8) throw frameSizeError('GOAWAY');
    const lastId = readUint32(source, start) % 2 ** 31;
    const message = source.toString('latin1', start + 8, end);
    this.#connection.goawayByPeer(lastId, readUint32(source, start + 4), message);
  }

  #priority(id: number, length: number): void {
    if (id === 0) throw protocolError('PRIORITY on stream 0');
    this.#countControlFrame();
    // Section 6.3: a stream error; on an idle or closed stream there is nothing to reset.
    const stream = this.#connection.streams.get(id);
    if (length !== 5 && stream !== undefined) {
      this.#connection.abort(stream, ErrorCode.FRAME_SIZE_ERROR, 'PRIORITY of a wrong size');
    } else if (length !== 5) {
      throw frameSizeError('PRIORITY');
    }
  }

  #countControlFrame(): void {
    if (this.#controlFrames.take(this.#connection.nowMs())) return;
    throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, 'too many frames that carry nothing');
  }
}
