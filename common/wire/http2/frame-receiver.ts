// What each received frame means (RFC 9113 section 6), and which error it is when it is wrong. Works on the connection's
// state; lifecycle and everything that is sent on our own initiative are in connection.ts.

import type { Http2Connection } from './connection.ts';
import { ConnectionError, ErrorCode } from './error-code.ts';
import { Flag, FrameType, readUint32, WINDOW_MAX } from './frame.ts';
import type { FrameSink } from './frame-splitter.ts';
import { HeaderAssembler } from './header-assembler.ts';
import type { HeaderField } from './header-field.ts';
import { parseRequest, parseResponse, type RequestHead, UNKNOWN_LENGTH, validTrailers } from './header-rules.ts';
import { HpackDecoder } from './hpack-decoder.ts';
import type { Http2Limits } from './limits.ts';
import type { Http2Stream } from './stream.ts';
import { TokenBucket } from './token-bucket.ts';

export class FrameReceiver implements FrameSink {
  readonly #connection: Http2Connection;
  readonly #limits: Http2Limits;
  readonly #decoder: HpackDecoder;
  readonly #headers: HeaderAssembler;
  readonly #resets: TokenBucket;
  readonly #controlFrames: TokenBucket;
  #settingsSeen = false;
  /** The connection's receive window, and what of it has been used without being credited. */
  #window: number;
  #uncredited = 0;
  /** The head that the decoder's last list of fields made: repeated calls repeat the list itself. */
  #lastFields: readonly HeaderField[] | undefined = undefined;
  #lastHead: RequestHead | undefined = undefined;

  constructor(connection: Http2Connection, limits: Http2Limits, nowMs: number) {
    this.#connection = connection;
    this.#limits = limits;
    this.#decoder = new HpackDecoder(limits);
    this.#headers = new HeaderAssembler(limits);
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
    if (this.#headers.streamId !== 0 && (type !== FrameType.CONTINUATION || id !== this.#headers.streamId)) {
      throw protocolError('a frame within a header block');
    }
    switch (type) {
      case FrameType.DATA:
        this.#data(flags, id, source, start, end);
        break;
      case FrameType.HEADERS:
        this.#headersFrame(flags, id, source, start, end);
        break;
      case FrameType.CONTINUATION:
        this.#continuation(flags, id, source, start, end);
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

  #headersFrame(flags: number, id: number, source: Buffer, start: number, end: number): void {
    if (id === 0) throw protocolError('HEADERS on stream 0');
    let from = start;
    let to = end;
    if ((flags & (Flag.PADDED | Flag.PRIORITY)) !== 0) {
      if ((flags & Flag.PADDED) !== 0) {
        to -= padding(source, start, end);
        from++;
      }
      // Section 5.3.2: the priority fields are parsed and mean nothing any more.
      if ((flags & Flag.PRIORITY) !== 0) from += 5;
      if (from > to) throw protocolError('HEADERS: padding or priority longer than the frame');
    }
    const endStream = (flags & Flag.END_STREAM) !== 0;
    if ((flags & Flag.END_HEADERS) !== 0) this.#headerBlock(id, endStream, source, from, to);
    else this.#headers.begin(id, endStream, source.subarray(from, to));
  }

  #continuation(flags: number, id: number, source: Buffer, start: number, end: number): void {
    if (this.#headers.streamId === 0) throw protocolError('CONTINUATION without HEADERS');
    this.#headers.continue(source.subarray(start, end));
    if ((flags & Flag.END_HEADERS) === 0) return;
    const block = this.#headers.finish();
    this.#headerBlock(id, this.#headers.endStream, block, 0, block.length);
  }

  #headerBlock(id: number, endStream: boolean, source: Buffer, start: number, end: number): void {
    // Whatever becomes of the stream, the block is decoded: it changes the table (section 4.3).
    const fields = this.#decoder.decode(source, start, end);
    const stream = this.#connection.streams.get(id);
    if (stream !== undefined) this.#moreHeaders(stream, endStream, fields);
    else if (this.#connection.isIdle(id)) this.#request(id, endStream, fields);
    else this.#headersAfterEnd(id);
  }

  #headersAfterEnd(id: number): void {
    const { closedStreams } = this.#connection;
    // Section 5.1: frames may have been on their way when we reset the stream.
    if (closedStreams.wasResetByUs(id)) return;
    if (closedStreams.wasOpen(id)) {
      throw new ConnectionError(ErrorCode.STREAM_CLOSED, `HEADERS on closed stream ${id}`);
    }
    // Section 5.1.1: a smaller identifier than one seen before.
    throw protocolError(`HEADERS on unexpected stream ${id}`);
  }

  #request(id: number, endStream: boolean, fields: readonly HeaderField[]): void {
    const connection = this.#connection;
    if (connection.role === 'client' || id % 2 === 0) throw protocolError(`HEADERS on unexpected stream ${id}`);
    connection.peerLastId = id;
    if (id > connection.goawayLastId) {
      // Section 6.8: after our GOAWAY new streams are ignored; the peer tries them elsewhere.
      connection.closedStreams.add(id, true);
      return;
    }
    if (connection.streams.size >= this.#limits.concurrentStreamsMax) {
      connection.refuse(id, ErrorCode.REFUSED_STREAM);
      return;
    }
    if (this.#decoder.oversized) {
      connection.rejectOversized(id, endStream);
      return;
    }
    const head = this.#head(fields);
    if (head === undefined || (endStream && head.contentLength > 0)) {
      connection.refuse(id, ErrorCode.PROTOCOL_ERROR);
      return;
    }
    connection.lastProcessedId = id;
    const stream = connection.addStream(id);
    stream.bytesExpected = head.contentLength;
    stream.remoteEnded = endStream;
    stream.receiver = connection.events.request(stream, head, endStream);
  }

  #head(fields: readonly HeaderField[]): RequestHead | undefined {
    if (fields === this.#lastFields) return this.#lastHead;
    this.#lastFields = fields;
    this.#lastHead = parseRequest(fields);
    return this.#lastHead;
  }

  /** Trailers, or on a client the response. */
  #moreHeaders(stream: Http2Stream, endStream: boolean, fields: readonly HeaderField[]): void {
    const connection = this.#connection;
    if (stream.remoteEnded) {
      connection.abort(stream, ErrorCode.STREAM_CLOSED, 'HEADERS after the end of the stream');
      return;
    }
    if (this.#decoder.oversized) {
      connection.abort(stream, ErrorCode.ENHANCE_YOUR_CALM, 'header list too large');
      return;
    }
    if (connection.role === 'client' && !stream.headReceived) {
      this.#response(stream, endStream, fields);
      return;
    }
    if (!endStream || !validTrailers(fields) || !isComplete(stream)) {
      connection.abort(stream, ErrorCode.PROTOCOL_ERROR, 'malformed trailers');
      return;
    }
    stream.endRemote();
    stream.receiver.trailers(fields);
  }

  #response(stream: Http2Stream, endStream: boolean, fields: readonly HeaderField[]): void {
    const head = parseResponse(fields);
    const informational = head !== undefined && head.status < 200;
    if (head === undefined || (informational && endStream) || (endStream && head.contentLength > 0)) {
      this.#connection.abort(stream, ErrorCode.PROTOCOL_ERROR, 'malformed response');
      return;
    }
    if (!informational) {
      stream.headReceived = true;
      stream.bytesExpected = head.contentLength;
    }
    if (endStream) stream.endRemote();
    stream.receiver.headers(head, endStream);
  }

  #data(flags: number, id: number, source: Buffer, start: number, end: number): void {
    if (id === 0) throw protocolError('DATA on stream 0');
    const length = end - start;
    this.#takeConnectionCredit(length);
    let from = start;
    let to = end;
    if ((flags & Flag.PADDED) !== 0) {
      to -= padding(source, start, end);
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

/** The bytes of padding at the end of a padded frame (section 6.1). */
function padding(source: Buffer, start: number, end: number): number {
  if (start >= end) throw frameSizeError('padded frame');
  const length = source[start]!;
  if (length >= end - start) throw protocolError('padding longer than the frame');
  return length;
}

function isComplete(stream: Http2Stream): boolean {
  return stream.bytesExpected === UNKNOWN_LENGTH || stream.bytesExpected === 0;
}

function protocolError(message: string): ConnectionError {
  return new ConnectionError(ErrorCode.PROTOCOL_ERROR, message);
}

function frameSizeError(what: string): ConnectionError {
  return new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, `${what}: wrong size`);
}
