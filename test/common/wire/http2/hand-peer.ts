// The other end of an HTTP/2 connection, played by hand: sends the very bytes that a test says and shows the frames
// that came back. No sockets; the connection under test records what it is asked.

import { type ConnectionEvents, Http2Connection } from '../../../../common/wire/http2/connection.ts';
import {
  encodeFrame,
  encodeSettings,
  Flag,
  FrameType,
  PREFACE,
  readUint32,
} from '../../../../common/wire/http2/frame.ts';
import { type HeaderField, makeField } from '../../../../common/wire/http2/header-field.ts';
import type { RequestHead, ResponseHead } from '../../../../common/wire/http2/header-rules.ts';
import { HpackDecoder } from '../../../../common/wire/http2/hpack-decoder.ts';
import { encodeStateless } from '../../../../common/wire/http2/hpack-encoder.ts';
import { clientLimits, type Http2Limits, serverLimits } from '../../../../common/wire/http2/limits.ts';
import type { AbortCause, Http2Stream, StreamReceiver } from '../../../../common/wire/http2/stream.ts';
import { ManualClock } from './manual-clock.ts';

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

/** What the layer above was told of one stream. */
export class RecordedStream implements StreamReceiver {
  stream!: Http2Stream;
  head: RequestHead | undefined = undefined;
  readonly responses: ResponseHead[] = [];
  body = '';
  ended = false;
  trailerFields: readonly HeaderField[] | undefined = undefined;
  cause: AbortCause | undefined = undefined;
  drains = 0;

  headers(head: ResponseHead, endStream: boolean): void {
    this.responses.push(head);
    if (endStream) this.ended = true;
  }

  data(source: Buffer, start: number, end: number, endStream: boolean): void {
    this.body += source.toString('latin1', start, end);
    if (endStream) this.ended = true;
  }

  trailers(fields: readonly HeaderField[]): void {
    this.trailerFields = fields;
    this.ended = true;
  }

  aborted(cause: AbortCause): void {
    this.cause = cause;
  }

  drained(): void {
    this.drains++;
  }
}

export class HandPeer {
  readonly clock = new ManualClock();
  readonly connection: Http2Connection;
  readonly requests: RecordedStream[] = [];
  readonly log: string[] = [];
  cause: AbortCause | undefined = undefined;
  /** Called with each request as it arrives. */
  onRequest: (request: RecordedStream) => void = () => {};
  readonly #decoder = new HpackDecoder({ headerListBytesMax: 1 << 20 });
  #output: Buffer = Buffer.alloc(0);

  /** `role` is the role of the connection under test. */
  constructor(role: 'server' | 'client' = 'server', limits: Partial<Http2Limits> & { firstStreamId?: number } = {}) {
    const events: ConnectionEvents = {
      request: (stream, head, endStream) => {
        const request = new RecordedStream();
        request.stream = stream;
        request.head = head;
        request.ended = endStream;
        this.requests.push(request);
        this.onRequest(request);
        return request;
      },
      ready: () => this.log.push('ready'),
      streamsFreed: () => {},
      exhausted: (code, message) => this.log.push(`exhausted ${code} ${message}`),
      flushWanted: () => this.log.push('flush wanted'),
      closed: (cause) => {
        this.cause = cause;
      },
    };
    const defaults = role === 'server' ? serverLimits : clientLimits;
    const nowMs = () => this.clock.monotonicMs();
    const { firstStreamId = 1 } = limits;
    this.connection = new Http2Connection({ role, limits: { ...defaults, ...limits }, events, nowMs, firstStreamId });
    this.connection.start();
  }

  /** A peer that has shaken hands: both SETTINGS sent and the acknowledgement seen. */
  static connected(
    role: 'server' | 'client' = 'server',
    limits: Partial<Http2Limits> & { firstStreamId?: number } = {},
  ): HandPeer {
    const peer = new HandPeer(role, limits);
    peer.send(...(role === 'server' ? [PREFACE] : []), settings());
    peer.take();
    return peer;
  }

  send(...pieces: Buffer[]): void {
    this.connection.receive(Buffer.concat(pieces));
  }

  /** The frames written since the last call. */
  take(): Frame[] {
    for (let pieces = this.connection.sender.takeOutput(); pieces.length > 0; ) {
      this.#output = Buffer.concat([this.#output, ...pieces]);
      pieces = this.connection.sender.takeOutput();
    }
    if (this.#output.subarray(0, PREFACE.length).equals(PREFACE)) this.#output = this.#output.subarray(PREFACE.length);
    const frames: Frame[] = [];
    while (this.#output.length >= 9) {
      const end = 9 + this.#output.readUIntBE(0, 3);
      if (end > this.#output.length) break;
      const streamId = this.#output.readUInt32BE(5);
      const [type, flags] = [this.#output[3]!, this.#output[4]!];
      frames.push({ type, flags, streamId, payload: this.#output.subarray(9, end) });
      this.#output = this.#output.subarray(end);
    }
    return frames;
  }

  /** Decodes a HEADERS frame of the connection; each one once, in order. */
  fields(frame: Frame): [string, string][] {
    return this.#decoder.decode(frame.payload, 0, frame.payload.length).map(({ name, value }) => [name, value]);
  }
}

export const requestFields: [string, string][] = [
  [':method', 'POST'],
  [':scheme', 'http'],
  [':path', '/service/method'],
  [':authority', 'localhost'],
];

export function block(fields: readonly (readonly [string, string])[]): Buffer {
  return encodeStateless(fields.map(([name, value]) => makeField(name, value)));
}

export const END_STREAM = Flag.END_STREAM;
export const END_HEADERS = Flag.END_HEADERS;

/** HEADERS that end their block, and by default not the stream. */
export function headers(id: number, fields: readonly (readonly [string, string])[] = requestFields, flags = 0): Buffer {
  return encodeFrame(FrameType.HEADERS, END_HEADERS | flags, id, block(fields));
}

export function data(id: number, text: string | Buffer, flags = 0): Buffer {
  return encodeFrame(FrameType.DATA, flags, id, Buffer.from(text as string));
}

export function settings(...pairs: [number, number][]): Buffer {
  return encodeSettings(pairs);
}

export function reset(id: number, code = 8): Buffer {
  return encodeFrame(FrameType.RST_STREAM, 0, id, uint32(code));
}

export function windowUpdate(id: number, increment: number): Buffer {
  return encodeFrame(FrameType.WINDOW_UPDATE, 0, id, uint32(increment));
}

export function ping(text = '12345678', flags = 0): Buffer {
  return encodeFrame(FrameType.PING, flags, 0, Buffer.from(text));
}

export function goaway(lastId: number, code = 0, message = ''): Buffer {
  return encodeFrame(FrameType.GOAWAY, 0, 0, Buffer.concat([uint32(lastId), uint32(code), Buffer.from(message)]));
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** `RST_STREAM 1 8`, `GOAWAY 1`, `DATA 3 END`, …: frames in short, for comparisons. */
export function brief(frames: readonly Frame[]): string[] {
  return frames.map(({ type, flags, streamId, payload }) => {
    const name = Object.entries(FrameType).find(([, number]) => number === type)?.[0] ?? `type ${type}`;
    switch (type) {
      case FrameType.GOAWAY:
        return `${name} ${readUint32(payload, 4)}`;
      case FrameType.RST_STREAM:
      case FrameType.WINDOW_UPDATE:
        return `${name} ${streamId} ${readUint32(payload, 0)}`;
      case FrameType.SETTINGS:
      case FrameType.PING:
        return (flags & Flag.ACK) === 0 ? name : `${name} ACK`;
      default:
        return `${name} ${streamId}${(flags & Flag.END_STREAM) === 0 ? '' : ' END'}`;
    }
  });
}
