// Two tiny message types for tests of the wire: text as it is (with a text that is malformed), and a real protobuf
// message with one string and one number field, enough to speak to servers of others.

import type { Method } from '../../../../common/api/method.ts';
import { type Codec, WireError } from '../../../../common/wire/protobuf/codec.ts';

/** Text as UTF-8; `malformed` on the wire is refused. */
export const textCodec: Codec<string> = {
  name: 'test.Text',
  size: (message) => Buffer.byteLength(message),
  write: (message, target, offset) => offset + target.write(message, offset),
  read(source, start, end) {
    const text = source.toString('utf8', start, end);
    if (text === 'malformed') throw new WireError('test.Text: malformed at byte 0');
    return text;
  },
};

export const bytesCodec: Codec<Buffer> = {
  name: 'test.Bytes',
  size: (message) => message.length,
  write: (message, target, offset) => offset + message.copy(target, offset),
  read: (source, start, end) => source.subarray(start, end),
};

export function textMethod(
  name: string,
  { requestStream = false, responseStream = false }: { requestStream?: boolean; responseStream?: boolean } = {},
): Method<string, string> {
  return {
    name,
    path: `/test.Service/${name}`,
    request: textCodec,
    response: textCodec,
    requestStream,
    responseStream,
    httpPaths: [],
  };
}

export const echo: Method<string, string> = textMethod('Echo');
export const upload: Method<string, string> = textMethod('Upload', { requestStream: true });
export const download: Method<string, string> = textMethod('Download', { responseStream: true });
export const chat: Method<string, string> = textMethod('Chat', { requestStream: true, responseStream: true });
