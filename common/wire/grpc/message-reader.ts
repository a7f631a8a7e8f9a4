// Cuts the bytes of one direction of a call into messages (gRPC over HTTP/2, "Length-Prefixed-Message"). A message
// within one frame is handed on in place; one that spans frames is gathered in a buffer that grows with what has
// really arrived, and whose size counts against a budget shared by the calls of a connection.

import { constants, gunzipSync } from 'node:zlib';
import { ApiError, Status } from '../../api/status.ts';
import { readUint32 } from '../http2/frame.ts';

/** A flag byte and a length. */
export const PREFIX_BYTES = 5;

const GATHER_BYTES_MIN = 16 * 1024;

/** Bytes that half-received messages may occupy together. */
export class GatherBudget {
  used = 0;
  readonly bytesMax: number;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }
}

export interface MessageSink {
  /** One message, decompressed: `source[start, end)`. Returns false to stop reading. */
  messageBytes(source: Buffer, start: number, end: number): boolean;
}

export interface MessageLimits {
  readonly messageBytesMax: number;
  readonly budget: GatherBudget;
  /** The grpc-encoding of this direction; undefined means identity. */
  readonly encoding: string | undefined;
}

export class MessageReader {
  readonly #limits: MessageLimits;
  readonly #prefix = Buffer.alloc(PREFIX_BYTES);
  #prefixHave = 0;
  #gathered: Buffer | undefined = undefined;
  #gatheredHave = 0;

  constructor(limits: MessageLimits) {
    this.#limits = limits;
  }

  /** Takes the payload of a DATA frame; throws ApiError when it cannot be a message that we accept. */
  push(source: Buffer, start: number, end: number, sink: MessageSink): void {
    let at = start;
    while (at < end) {
      if (this.#prefixHave === 0 && end - at >= PREFIX_BYTES) {
        const length = this.#checkedLength(source, at);
        const body = at + PREFIX_BYTES;
        if (end - body >= length) {
          at = body + length;
          if (!this.#deliver(source[body - PREFIX_BYTES]!, source, body, at, sink)) return;
          continue;
        }
      }
      at = this.#gather(source, at, end);
      if (!this.#isGathered()) continue;
      const whole = this.#gathered ?? Buffer.alloc(0);
      this.discard();
      if (!this.#deliver(this.#prefix[0]!, whole, 0, whole.length, sink)) return;
    }
  }

  /** True when the bytes so far end within a message. */
  get midMessage(): boolean {
    return this.#prefixHave > 0;
  }

  /** Gives back the memory of a half-received message. */
  discard(): void {
    this.#limits.budget.used -= this.#gathered?.length ?? 0;
    this.#gathered = undefined;
    this.#gatheredHave = 0;
    this.#prefixHave = 0;
  }

  #checkedLength(source: Buffer, at: number): number {
    const length = readUint32(source, at + 1);
    const max = this.#limits.messageBytesMax;
    if (length <= max) return length;
    throw new ApiError(Status.RESOURCE_EXHAUSTED, `grpc: received message larger than max (${length} vs. ${max})`);
  }

  #isGathered(): boolean {
    return this.#prefixHave === PREFIX_BYTES && this.#gatheredHave === readUint32(this.#prefix, 1);
  }

  #gather(source: Buffer, start: number, end: number): number {
    let at = start;
    while (this.#prefixHave < PREFIX_BYTES && at < end) this.#prefix[this.#prefixHave++] = source[at++]!;
    if (this.#prefixHave < PREFIX_BYTES) return at;
    const length = this.#checkedLength(this.#prefix, 0);
    const take = Math.min(length - this.#gatheredHave, end - at);
    if (take > 0) source.copy(this.#roomFor(length, this.#gatheredHave + take), this.#gatheredHave, at, at + take);
    this.#gatheredHave += take;
    return at + take;
  }

  /** Doubles as bytes arrive: a peer that announces much and sends little costs little. */
  #roomFor(length: number, needed: number): Buffer {
    const before = this.#gathered;
    if (before !== undefined && before.length >= needed) return before;
    const size = Math.min(length, Math.max(GATHER_BYTES_MIN, needed * 2));
    const budget = this.#limits.budget;
    const grown = size - (before?.length ?? 0);
    if (budget.used + grown > budget.bytesMax) {
      throw new ApiError(Status.RESOURCE_EXHAUSTED, 'grpc: too many bytes in half-received messages');
    }
    budget.used += grown;
    const buffer = Buffer.allocUnsafeSlow(size);
    before?.copy(buffer, 0, 0, this.#gatheredHave);
    this.#gathered = buffer;
    return buffer;
  }

  #deliver(flag: number, source: Buffer, start: number, end: number, sink: MessageSink): boolean {
    if (flag === 0) return sink.messageBytes(source, start, end);
    const { encoding } = this.#limits;
    if (flag !== 1) throw new ApiError(Status.INTERNAL, `grpc: received unexpected payload format ${flag}`);
    if (encoding === undefined || encoding === 'identity') {
      throw new ApiError(Status.INTERNAL, 'grpc: compressed flag set with identity or empty encoding');
    }
    const plain = this.#decompress(source.subarray(start, end));
    return sink.messageBytes(plain, 0, plain.length);
  }

  #decompress(source: Buffer): Buffer {
    const max = this.#limits.messageBytesMax;
    try {
      return gunzipSync(source, { maxOutputLength: max, finishFlush: constants.Z_FINISH });
    } catch (error) {
      if (error instanceof RangeError) {
        const text = `grpc: received message after decompression larger than max ${max}`;
        throw new ApiError(Status.RESOURCE_EXHAUSTED, text);
      }
      throw new ApiError(Status.INTERNAL, `grpc: failed to decompress the received message: ${String(error)}`);
    }
  }
}
