// Cuts a TCP stream into DNS messages: two octets of length, then the message (RFC 1035 section 4.2.2). Holds at most
// one unfinished message, in a buffer of just its length, so a slow sender costs what it announced and no copying.

export class FrameReader {
  /** Octets of the unfinished frame: the length first, the message then. */
  #length = 0;
  #prefixOctets = 0;
  #message: Buffer | undefined;
  #filled = 0;

  /** Whether a message has begun and is not complete. */
  get isPartial(): boolean {
    return this.#prefixOctets > 0;
  }

  /**
   * Takes the next octets of the stream and hands on each message that they complete, valid during the call only. Stops
   * early when `onMessage` returns false. Returns how many octets it has taken.
   */
  push(chunk: Buffer, onMessage: (message: Buffer) => boolean): number {
    let at = 0;
    while (at < chunk.length) {
      if (this.#prefixOctets < 2) {
        this.#length = (this.#length << 8) | chunk[at++]!;
        this.#prefixOctets++;
        if (this.#prefixOctets < 2 || this.#length > 0) continue;
      }
      const end = at + this.#length - this.#filled;
      if (end <= chunk.length) {
        const rest = chunk.subarray(at, end);
        const message = this.#message === undefined ? rest : this.#append(rest);
        at = end;
        this.#reset();
        if (!onMessage(message)) return at;
        continue;
      }
      this.#message ??= Buffer.allocUnsafe(this.#length);
      this.#append(chunk.subarray(at));
      return chunk.length;
    }
    return at;
  }

  #append(octets: Buffer): Buffer {
    const message = this.#message!;
    octets.copy(message, this.#filled);
    this.#filled += octets.length;
    return message;
  }

  #reset(): void {
    this.#length = 0;
    this.#prefixOctets = 0;
    this.#message = undefined;
    this.#filled = 0;
  }
}
