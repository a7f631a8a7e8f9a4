// Standard input for the verbs that read it: all of it, or line by line on demand.

import type { Readable } from 'node:stream';
import { textOf } from './format/byte-text.ts';

/** A put cannot be larger than a request anyway (etcd's most generous bound is 10 MiB; ours is configurable). */
export const inputBytesMax = 512 * 1024 * 1024;

/** A line is one request at most, and no server takes requests of this size. */
const lineBytesMax = 64 * 1024 * 1024;

export interface LineReader {
  /** The next line without its end, or undefined at the end of input. An unended last line counts as none, as in Go. */
  next(): Promise<string | undefined>;
}

export async function readAll(input: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > inputBytesMax) throw new Error(`standard input is larger than ${inputBytesMax} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

export function createLineReader(input: Readable): LineReader {
  const chunks = input[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let buffered: Buffer = Buffer.alloc(0);
  return {
    async next() {
      for (;;) {
        const end = buffered.indexOf(0x0a);
        if (end >= 0) {
          const line = textOf(buffered.subarray(0, end));
          buffered = buffered.subarray(end + 1);
          return line;
        }
        const chunk = await chunks.next();
        if (chunk.done === true) return undefined;
        buffered = Buffer.concat([buffered, chunk.value]);
        if (buffered.length > lineBytesMax) throw new Error(`a line is longer than ${lineBytesMax} bytes`);
      }
    },
  };
}
