// Cuts a byte stream into its JSON objects: the requests of a streaming call come one after another, in chunks that
// end anywhere. It only finds where an object ends; whether it is right is for the reader of the message to say.

import { JsonError } from '../api/json.ts';

const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const quote = 0x22;
const backslash = 0x5c;

export class JsonSplitter {
  readonly #bytesMax: number;
  /** Earlier chunks of the object that is not complete yet. */
  #parts: Buffer[] = [];
  #size = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #count = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Calls `take` with the bytes of each object that this chunk completes. Throws JsonError. */
  push(chunk: Buffer, take: (object: Buffer) => void): void {
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === backslash) this.#escaped = true;
        else if (byte === quote) this.#inString = false;
      } else if (this.#depth === 0) {
        if (byte === openBrace) {
          this.#depth = 1;
          start = at;
        } else if (!isSpace(byte)) {
          const found = JSON.stringify(String.fromCharCode(byte));
          throw new JsonError(`json: request ${this.#count + 1} of the stream: expected an object, found ${found}`);
        }
      } else if (byte === quote) this.#inString = true;
      else if (byte === openBrace || byte === openBracket) this.#depth++;
      else if ((byte === closeBrace || byte === closeBracket) && --this.#depth === 0) {
        this.#keep(chunk.subarray(start, at + 1));
        this.#count++;
        const object = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts, this.#size);
        this.#parts = [];
        this.#size = 0;
        take(object);
      }
    }
    if (this.#depth > 0) this.#keep(chunk.subarray(start));
  }

  /** The input ended. Throws JsonError in the middle of an object. */
  finish(): void {
    if (this.#depth > 0)
      throw new JsonError(`json: request ${this.#count + 1} of the stream: the input ends inside it`);
  }

  #keep(part: Buffer): void {
    this.#size += part.length;
    if (this.#size > this.#bytesMax) {
      throw new JsonError(`json: request ${this.#count + 1} of the stream: larger than ${this.#bytesMax} bytes`);
    }
    this.#parts.push(part);
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
