// The shape of a message codec. Codecs are generated from our .proto files (generate.ts); wire engines and
// adapters see only this interface, so they neither know messages nor field numbers.

/** Encodes and decodes one message type; proto3 wire format (protobuf.dev/programming-guides/encoding). */
export interface Codec<T> {
  /** Full name, for instance `etcdserverpb.RangeRequest`. */
  readonly name: string;
  /** Bytes that `write` will produce for this message. */
  size(message: T): number;
  /** Writes the message at `offset` and returns the offset behind it; the caller has reserved `size` bytes. */
  write(message: T, target: Buffer, offset: number): number;
  /**
   * Reads the message in `source[start, end)`. Byte fields are views into `source`, not copies: whoever keeps one
   * beyond the call copies it. Unknown fields are skipped. Throws `WireError` on malformed input.
   */
  read(source: Buffer, start: number, end: number): T;
}

/** Malformed protobuf input: names the message, and where in the outermost one reading failed. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

export function encode<T>(codec: Codec<T>, message: T): Buffer {
  const target = Buffer.allocUnsafe(codec.size(message));
  codec.write(message, target, 0);
  return target;
}

export function decode<T>(codec: Codec<T>, source: Buffer): T {
  return codec.read(source, 0, source.length);
}
