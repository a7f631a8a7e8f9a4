// Standard input for the verbs that read it: all of it, or line by line on demand.

import type { Readable } from 'node:stream';

/** A put cannot be larger than a request anyway (etcd's most generous bound is 10 MiB; ours is configurable). */
export const inputBytesMax = 512 * 1024 * 1024;

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
  let buffered = '';
  const decoder = new TextDecoder();
  return {
    async next() {
      for (;;) {
        const end = buffered.indexOf('\n');
        if (end >= 0) {
          const line = buffered.slice(0, end);
          buffered = buffered.slice(end + 1);
          return line;
        }
        const chunk = await chunks.next();
        if (chunk.done === true) return undefined;
        buffered += decoder.decode(chunk.value, { stream: true });
        if (buffered.length > inputBytesMax) throw new Error(`a line is longer than ${inputBytesMax} characters`);
      }
    },
  };
}
