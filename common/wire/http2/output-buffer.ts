// Bytes on their way to the socket. Frames are written into chunks in place; whatever one event-loop turn writes leaves
// together. Chunks are never reused once handed out: a write may still be reading them.

const CHUNK_BYTES_MIN = 4 * 1024;
const CHUNK_BYTES_MAX = 64 * 1024;

/** From this size on a payload is handed to the socket as it is instead of being copied. */
export const COPY_BYTES_MAX = 8 * 1024;

export class OutputBuffer {
  /** Where `reserve` has made room. Valid until the next call of any method. */
  chunk: Buffer = Buffer.alloc(0);
  /** Bytes written and not yet taken. */
  bytes = 0;
  #start = 0;
  #end = 0;
  #chunkBytes = CHUNK_BYTES_MIN / 2;
  readonly #full: Buffer[] = [];

  /** Makes room for exactly `length` bytes (at most CHUNK_BYTES_MAX) and returns their offset in `chunk`. */
  reserve(length: number): number {
    if (this.#end + length > this.chunk.length) this.#nextChunk(length);
    const offset = this.#end;
    this.#end += length;
    this.bytes += length;
    return offset;
  }

  /** Appends bytes that nobody may change any more. */
  append(source: Buffer): void {
    if (source.length > COPY_BYTES_MAX) {
      this.#closeRun();
      this.#full.push(source);
      this.bytes += source.length;
      return;
    }
    const offset = this.reserve(source.length);
    const chunk = this.chunk;
    // Header blocks are a few bytes: a loop beats the call of a native copy there.
    if (source.length < 32) for (let index = 0; index < source.length; index++) chunk[offset + index] = source[index]!;
    else chunk.set(source, offset);
  }

  /** Takes what is pending as a list of pieces; empty when there is nothing. */
  take(): Buffer[] {
    this.#closeRun();
    this.bytes = 0;
    return this.#full.splice(0);
  }

  #closeRun(): void {
    if (this.#end === this.#start) return;
    this.#full.push(this.chunk.subarray(this.#start, this.#end));
    this.#start = this.#end;
  }

  #nextChunk(length: number): void {
    this.#closeRun();
    this.#chunkBytes = Math.min(this.#chunkBytes * 2, CHUNK_BYTES_MAX);
    this.chunk = Buffer.allocUnsafeSlow(Math.max(length, this.#chunkBytes));
    this.#start = 0;
    this.#end = 0;
  }
}
