// Writes messages to a stream: straight into the connection's output where the windows allow it, else into a buffer of
// their own that waits. The streams' own flow control is below (http2/sender.ts).

import { assert } from '../../runtime/assert.ts';
import { writeUint32 } from '../http2/frame.ts';
import type { Http2Stream } from '../http2/stream.ts';
import type { Codec } from '../protobuf/codec.ts';
import { PREFIX_BYTES } from './message-reader.ts';

/**
 * Sends one message of `size` bytes as `codec.size` told: whoever asks for the size before anything is sent can still
 * fail the call when the message cannot be encoded. `endStream` ends our side (requests; answers end with trailers).
 */
export function sendMessage<T>(
  stream: Http2Stream,
  codec: Codec<T>,
  { message, size, endStream }: { message: T; size: number; endStream: boolean },
): void {
  const offset = stream.reserveData(PREFIX_BYTES + size, endStream);
  if (offset >= 0) writeMessage(codec, message, size, stream.host.sender.output.chunk, offset);
  else stream.sendData(frameMessage(codec, message, size), endStream);
}

/** A message with its prefix in a buffer of its own. */
export function frameMessage<T>(codec: Codec<T>, message: T, size: number): Buffer {
  const target = Buffer.allocUnsafe(PREFIX_BYTES + size);
  writeMessage(codec, message, size, target, 0);
  return target;
}

function writeMessage<T>(codec: Codec<T>, message: T, size: number, target: Buffer, offset: number): void {
  target[offset] = 0;
  const start = writeUint32(target, offset + 1, size);
  const end = codec.write(message, target, start);
  assert(end === start + size, 'a codec writes as many bytes as it says');
}
