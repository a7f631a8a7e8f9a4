// Cuts the byte stream into frames (RFC 9113 section 4.1). A frame that lies within one chunk is handed on in place;
// only one that straddles chunks is copied, into a buffer of its own.

import { ConnectionError, ErrorCode } from './error-code.ts';
import { DEFAULT_FRAME_BYTES_MAX, FRAME_HEADER_BYTES } from './frame.ts';

export interface FrameSink {
  /** True once nothing more is wanted of what was received. */
  readonly halted: boolean;
  /** The payload is `source[start, end)`. */
  frame(type: number, flags: number, streamId: number, source: Buffer, start: number, end: number): void;
}

export class FrameSplitter {
  /** The beginning of a frame whose rest has not come; its first `#have` bytes are filled. */
  #partial: Buffer | undefined = undefined;
  #have = 0;
  readonly #sink: FrameSink;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  push(chunk: Buffer, start: number): void {
    let at = this.#partial === undefined ? start : this.#completePartial(chunk, start);
    const sink = this.#sink;
    while (chunk.length - at >= FRAME_HEADER_BYTES && !sink.halted) {
      const payload = at + FRAME_HEADER_BYTES;
      const end = payload + frameLength(chunk, at);
      if (end > chunk.length) break;
      sink.frame(chunk[at + 3]!, chunk[at + 4]!, streamId(chunk, at), chunk, payload, end);
      at = end;
    }
    if (at < chunk.length && !sink.halted) this.#keepPartial(chunk, at);
  }

  #keepPartial(chunk: Buffer, at: number): void {
    const have = chunk.length - at;
    const known = have >= FRAME_HEADER_BYTES;
    this.#partial = Buffer.allocUnsafe(FRAME_HEADER_BYTES + (known ? frameLength(chunk, at) : 0));
    this.#have = chunk.copy(this.#partial, 0, at);
  }

  /** Fills the partial frame; returns the offset behind what it took from `chunk`. */
  #completePartial(chunk: Buffer, start: number): number {
    let partial = this.#partial!;
    let at = start + this.#fill(partial, chunk, start);
    if (this.#have === FRAME_HEADER_BYTES && partial.length === FRAME_HEADER_BYTES) {
      const length = frameLength(partial, 0);
      if (length > 0) {
        partial = Buffer.concat([partial], FRAME_HEADER_BYTES + length);
        this.#partial = partial;
        at += this.#fill(partial, chunk, at);
      }
    }
    if (this.#have < partial.length) return at;
    this.#partial = undefined;
    this.#sink.frame(partial[3]!, partial[4]!, streamId(partial, 0), partial, FRAME_HEADER_BYTES, partial.length);
    return at;
  }

  #fill(target: Buffer, chunk: Buffer, at: number): number {
    const taken = chunk.copy(target, this.#have, at);
    this.#have += taken;
    return taken;
  }
}

function frameLength(source: Buffer, at: number): number {
  const length = (source[at]! << 16) | (source[at + 1]! << 8) | source[at + 2]!;
  // We never announce more than the default, so this is the bound (section 4.2).
  if (length > DEFAULT_FRAME_BYTES_MAX) {
    if (source.toString('latin1', at, at + 5) === 'HTTP/') {
      throw new ConnectionError(ErrorCode.HTTP_1_1_REQUIRED, 'the peer answers in HTTP/1');
    }
    throw new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, `frame of ${length} bytes`);
  }
  return length;
}

function streamId(source: Buffer, at: number): number {
  return ((source[at + 5]! & 0x7f) << 24) | (source[at + 6]! << 16) | (source[at + 7]! << 8) | source[at + 8]!;
}
