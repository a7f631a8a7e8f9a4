// Received header blocks: put together, decoded (always, because that changes the table), and taken as a request, a
// response, or trailers (RFC 9113 sections 4.3 and 8.1). What makes them well-formed is in header-rules.ts.

import type { Http2Connection } from './connection.ts';
import { ConnectionError, ErrorCode, protocolError } from './error-code.ts';
import { Flag, paddingOf } from './frame.ts';
import { HeaderAssembler } from './header-assembler.ts';
import type { HeaderField } from './header-field.ts';
import { parseRequest, parseResponse, type RequestHead, UNKNOWN_LENGTH, validTrailers } from './header-rules.ts';
import { HpackDecoder } from './hpack-decoder.ts';
import type { Http2Limits } from './limits.ts';
import type { Http2Stream } from './stream.ts';

export class HeaderReceiver {
  readonly #connection: Http2Connection;
  readonly #limits: Http2Limits;
  readonly #decoder: HpackDecoder;
  readonly #assembler: HeaderAssembler;
  /** The head that the decoder's last list of fields made: repeated calls repeat the list itself. */
  #lastFields: readonly HeaderField[] | undefined = undefined;
  #lastHead: RequestHead | undefined = undefined;

  constructor(connection: Http2Connection, limits: Http2Limits) {
    this.#connection = connection;
    this.#limits = limits;
    this.#decoder = new HpackDecoder(limits);
    this.#assembler = new HeaderAssembler(limits);
  }

  /** The stream whose header block is unfinished, 0 when there is none: only its CONTINUATION may come. */
  get openBlock(): number {
    return this.#assembler.streamId;
  }

  frame(flags: number, id: number, source: Buffer, start: number, end: number): void {
    if (id === 0) throw protocolError('HEADERS on stream 0');
    let from = start;
    let to = end;
    if ((flags & (Flag.PADDED | Flag.PRIORITY)) !== 0) {
      if ((flags & Flag.PADDED) !== 0) {
        to -= paddingOf(source, start, end);
        from++;
      }
      // Section 5.3.2: the priority fields are parsed and mean nothing any more.
      if ((flags & Flag.PRIORITY) !== 0) from += 5;
      if (from > to) throw protocolError('HEADERS: padding or priority longer than the frame');
    }
    const endStream = (flags & Flag.END_STREAM) !== 0;
    if ((flags & Flag.END_HEADERS) !== 0) this.#headerBlock(id, endStream, source, from, to);
    else this.#assembler.begin(id, endStream, source.subarray(from, to));
  }

  continuation(flags: number, id: number, source: Buffer, start: number, end: number): void {
    if (this.#assembler.streamId === 0) throw protocolError('CONTINUATION without HEADERS');
    this.#assembler.continue(source.subarray(start, end));
    if ((flags & Flag.END_HEADERS) === 0) return;
    const block = this.#assembler.finish();
    this.#headerBlock(id, this.#assembler.endStream, block, 0, block.length);
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
}

function isComplete(stream: Http2Stream): boolean {
  return stream.bytesExpected === UNKNOWN_LENGTH || stream.bytesExpected === 0;
}
