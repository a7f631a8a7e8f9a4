// Puts a header block together from HEADERS and CONTINUATION frames (RFC 9113 section 4.3) within bounds. Most blocks
// come in one frame and never pass through here.

import { ConnectionError, ErrorCode } from './error-code.ts';
import type { Http2Limits } from './limits.ts';

export class HeaderAssembler {
  /** The stream whose block is unfinished; 0 when none is, and then any frame but CONTINUATION may come. */
  streamId = 0;
  endStream = false;
  #pieces: Buffer[] = [];
  #bytes = 0;
  #continuations = 0;
  readonly #limits: Http2Limits;

  constructor(limits: Http2Limits) {
    this.#limits = limits;
  }

  begin(streamId: number, endStream: boolean, fragment: Uint8Array): void {
    this.streamId = streamId;
    this.endStream = endStream;
    this.#continuations = 0;
    this.#add(fragment);
  }

  continue(fragment: Uint8Array): void {
    this.#continuations++;
    if (this.#continuations > this.#limits.continuationsMax) {
      throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, 'too many CONTINUATION frames');
    }
    this.#add(fragment);
  }

  /** The whole block; the assembler is free for the next one. */
  finish(): Buffer {
    const block = Buffer.concat(this.#pieces);
    this.streamId = 0;
    this.#pieces = [];
    this.#bytes = 0;
    return block;
  }

  #add(fragment: Uint8Array): void {
    this.#bytes += fragment.length;
    if (this.#bytes > this.#limits.headerBlockBytesMax) {
      throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, 'header block too large');
    }
    this.#pieces.push(Buffer.from(fragment));
  }
}
