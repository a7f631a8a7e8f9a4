// Remembers how the latest streams ended. Frames may still arrive for a stream that we reset and are ignored then;
// after one that the peer itself ended they are an error (RFC 9113 section 5.1). Only error paths ask, closing only
// writes.

/** How many streams are remembered; older ones count as ended in an orderly way. */
const REMEMBERED_STREAMS = 1024;

export class ClosedStreams {
  /** id * 2, plus 1 when we reset it. */
  readonly #ring = new Float64Array(REMEMBERED_STREAMS);
  #next = 0;

  add(id: number, resetByUs: boolean): void {
    this.#ring[this.#next] = id * 2 + (resetByUs ? 1 : 0);
    this.#next = (this.#next + 1) % REMEMBERED_STREAMS;
  }

  wasResetByUs(id: number): boolean {
    return this.#ring.includes(id * 2 + 1);
  }

  /** False for an identifier that was skipped, or that is too old to tell. */
  wasOpen(id: number): boolean {
    return this.#ring.includes(id * 2) || this.wasResetByUs(id);
  }
}
