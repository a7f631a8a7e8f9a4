// The sending half of a connection: writes frames into the output buffer, keeps to the peer's windows (RFC 9113 section
// 5.2), and lets waiting streams take turns, one frame each. Knows the socket only as "blocked or not".

import { ErrorCode } from './error-code.ts';
import { DEFAULT_WINDOW, Flag, FRAME_HEADER_BYTES, FrameType, writeFrameHead, writeUint32 } from './frame.ts';
import { encodeSizeUpdate } from './hpack-encoder.ts';
import type { Http2Limits } from './limits.ts';
import { OutputBuffer } from './output-buffer.ts';
import type { PeerSettings } from './peer-settings.ts';
import type { PingPolicy } from './ping-policy.ts';
import { type Http2Stream, SendQueue, STREAM_LOW_WATER_BYTES } from './stream.ts';

/** Frames up to this size are written in place; it has to fit a chunk of the output buffer. */
const FRAME_IN_PLACE_BYTES_MAX = 32 * 1024;

/** Queued data is moved to the output in portions of this size, so that small answers do not wait behind large ones. */
const OUTPUT_HIGH_WATER_BYTES = 256 * 1024;

export class Sender {
  readonly output = new OutputBuffer();
  /** The connection's send window. */
  window = DEFAULT_WINDOW;
  /** The socket holds bytes back: only frames outside flow control are written. */
  socketBlocked = false;
  /** Sum of what all streams have queued. */
  queuedBytes = 0;
  readonly #peer: PeerSettings;
  readonly #pings: PingPolicy;
  readonly #limits: Http2Limits;
  readonly #wake: () => void;
  #awake = false;
  #firstReady: Http2Stream | undefined = undefined;
  #lastReady: Http2Stream | undefined = undefined;
  /** A table size update that the next header block has to open with. */
  #blockPrefix: Buffer | undefined = undefined;

  /** `wake` is called once when there is something to flush and nobody is about to. */
  constructor(parts: { peer: PeerSettings; pings: PingPolicy; limits: Http2Limits; wake: () => void }) {
    this.#peer = parts.peer;
    this.#pings = parts.pings;
    this.#limits = parts.limits;
    this.#wake = parts.wake;
  }

  /** Says that a flush will follow anyway: no `wake` until then. */
  expectFlush(): void {
    this.#awake = true;
  }

  /** Takes what is to be written now; empty when there is nothing (left). Call until empty or the socket blocks. */
  takeOutput(): Buffer[] {
    this.#awake = true;
    this.#pump();
    this.#awake = false;
    return this.output.take();
  }

  /** More queued data than any peer may leave unread: refuse to queue more. */
  get overloaded(): boolean {
    return this.queuedBytes > this.#limits.unsentBytesMax;
  }

  /** Whether frames outside flow control have piled up because the peer does not read. */
  get flooded(): boolean {
    return this.socketBlocked && this.output.bytes > this.#limits.controlBytesMax + OUTPUT_HIGH_WATER_BYTES;
  }

  /** Our stateless blocks never use the table, so announcing size 0 satisfies any reduction (RFC 7541 section 4.2). */
  announceEmptyTable(): void {
    this.#blockPrefix = encodeSizeUpdate(0);
  }

  writeHeaders(stream: Http2Stream, block: Buffer, endStream: boolean): void {
    this.#pings.sentSincePing = true;
    const whole = this.#blockPrefix === undefined ? block : Buffer.concat([this.#blockPrefix, block]);
    this.#blockPrefix = undefined;
    const endFlag = endStream ? Flag.END_STREAM : 0;
    const output = this.output;
    if (whole.length <= this.#peer.frameBytesMax) {
      const offset = output.reserve(FRAME_HEADER_BYTES);
      writeFrameHead(output.chunk, offset, whole.length, FrameType.HEADERS, Flag.END_HEADERS | endFlag, stream.id);
      output.append(whole);
    } else {
      this.#writeSplit(stream, whole, endFlag);
    }
    this.touch();
  }

  #writeSplit(stream: Http2Stream, block: Buffer, endFlag: number): void {
    const max = this.#peer.frameBytesMax;
    for (let at = 0; at < block.length; at += max) {
      const piece = block.subarray(at, at + max);
      const type = at === 0 ? FrameType.HEADERS : FrameType.CONTINUATION;
      const flags = (at === 0 ? endFlag : 0) | (at + max >= block.length ? Flag.END_HEADERS : 0);
      const offset = this.output.reserve(FRAME_HEADER_BYTES);
      writeFrameHead(this.output.chunk, offset, piece.length, type, flags, stream.id);
      this.output.append(piece);
    }
  }

  /** See Http2Stream.reserveData. */
  reserveData(stream: Http2Stream, length: number, endStream: boolean): number {
    if (length > this.window || length > stream.sendWindow || length > this.#peer.frameBytesMax) return -1;
    if (this.socketBlocked || this.output.bytes > OUTPUT_HIGH_WATER_BYTES || length > FRAME_IN_PLACE_BYTES_MAX)
      return -1;
    this.#pings.sentSincePing = true;
    this.window -= length;
    stream.sendWindow -= length;
    const offset = this.output.reserve(FRAME_HEADER_BYTES + length);
    this.touch();
    const flags = endStream ? Flag.END_STREAM : 0;
    return writeFrameHead(this.output.chunk, offset, length, FrameType.DATA, flags, stream.id);
  }

  queueData(stream: Http2Stream, data: Buffer, ending: 'end' | undefined): void {
    if (this.overloaded) {
      stream.host.abandon(stream, ErrorCode.ENHANCE_YOUR_CALM, 'too many unread bytes');
      return;
    }
    const queue = stream.queue ?? new SendQueue();
    stream.queue = queue;
    if (data.length > 0) queue.pieces.push(data);
    queue.bytes += data.length;
    queue.ending = ending;
    this.queuedBytes += data.length;
    this.makeReady(stream);
    this.touch();
  }

  /** Lines a stream up for sending if it has something to send and a window for it. */
  makeReady(stream: Http2Stream): void {
    const queue = stream.queue;
    if (stream.ready || queue === undefined || (stream.sendWindow <= 0 && queue.bytes > 0)) return;
    stream.ready = true;
    if (this.#lastReady === undefined) this.#firstReady = stream;
    else this.#lastReady.nextReady = stream;
    this.#lastReady = stream;
  }

  /** Forgets what a dead stream still had to say. */
  discard(stream: Http2Stream): void {
    if (stream.queue === undefined) return;
    this.queuedBytes -= stream.queue.bytes;
    stream.queue = undefined;
  }

  writeWindowUpdate(streamId: number, increment: number): void {
    const offset = this.output.reserve(FRAME_HEADER_BYTES + 4);
    writeUint32(
      this.output.chunk,
      writeFrameHead(this.output.chunk, offset, 4, FrameType.WINDOW_UPDATE, 0, streamId),
      increment,
    );
    this.touch();
  }

  writeReset(streamId: number, code: ErrorCode): void {
    const offset = this.output.reserve(FRAME_HEADER_BYTES + 4);
    writeUint32(
      this.output.chunk,
      writeFrameHead(this.output.chunk, offset, 4, FrameType.RST_STREAM, 0, streamId),
      code,
    );
    this.touch();
  }

  /** Any other frame, already encoded. */
  writeFrame(frame: Buffer): void {
    this.output.append(frame);
    this.touch();
  }

  touch(): void {
    if (this.#awake) return;
    this.#awake = true;
    this.#wake();
  }

  #pump(): void {
    while (!this.socketBlocked && this.output.bytes < OUTPUT_HIGH_WATER_BYTES) {
      const stream = this.#firstReady;
      if (stream === undefined) return;
      const queue = stream.queue;
      if (queue !== undefined && queue.bytes > 0 && stream.sendWindow > 0 && this.window <= 0) return;
      this.#firstReady = stream.nextReady;
      if (this.#firstReady === undefined) this.#lastReady = undefined;
      stream.nextReady = undefined;
      stream.ready = false;
      if (stream.closed || queue === undefined) continue;
      if (queue.bytes > 0 && stream.sendWindow <= 0) continue;
      this.#sendFrame(stream, queue);
      if (stream.wasFull && queue.bytes < STREAM_LOW_WATER_BYTES && !stream.closed) {
        stream.wasFull = false;
        stream.receiver.drained();
      }
    }
  }

  /** One DATA frame, and the stream's end when that was all. */
  #sendFrame(stream: Http2Stream, queue: SendQueue): void {
    const length = Math.min(queue.bytes, this.#peer.frameBytesMax, this.window, stream.sendWindow);
    const isLast = length === queue.bytes;
    const endsHere = isLast && queue.ending === 'end';
    this.#pings.sentSincePing = true;
    if (length > 0 || endsHere) {
      const offset = this.output.reserve(FRAME_HEADER_BYTES);
      writeFrameHead(this.output.chunk, offset, length, FrameType.DATA, endsHere ? Flag.END_STREAM : 0, stream.id);
      this.#movePieces(queue, length);
      this.window -= length;
      stream.sendWindow -= length;
      queue.bytes -= length;
      this.queuedBytes -= length;
    }
    if (!isLast) {
      this.makeReady(stream);
      return;
    }
    stream.queue = undefined;
    if (queue.ending instanceof Buffer) stream.sendTrailers(queue.ending);
    else if (endsHere) stream.endLocal();
  }

  #movePieces(queue: SendQueue, length: number): void {
    let left = length;
    while (left > 0) {
      const piece = queue.pieces[queue.head]!;
      const available = piece.length - queue.headOffset;
      const take = Math.min(available, left);
      this.output.append(take === piece.length ? piece : piece.subarray(queue.headOffset, queue.headOffset + take));
      left -= take;
      if (take === available) queue.dropHead();
      else queue.headOffset += take;
    }
  }
}
