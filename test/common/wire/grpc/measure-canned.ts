// Calls a second of the bare engine: a canned unary answer, loaded by h2load, then our own client at the other end.
// `node dist/test/common/wire/grpc/measure-canned.js [calls]`; needs h2load (Debian: nghttp2-client).

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Method } from '../../../../common/api/method.ts';
import { realClock } from '../../../../common/runtime/real-clock.ts';
import { createGrpcClient } from '../../../../common/wire/grpc/client.ts';
import { createGrpcServer, type UnaryHandler } from '../../../../common/wire/grpc/server.ts';
import { message } from './hand-client.ts';
import { bytesCodec } from './text-codec.ts';

const run = promisify(execFile);
const rangeRequest = Buffer.from('0a03666f6f', 'hex');
const cannedAnswer = Buffer.alloc(60, 7);
const IN_FLIGHT = 500;

const method: Method<Buffer, Buffer> = {
  name: 'range',
  path: '/etcdserverpb.KV/Range',
  request: bytesCodec,
  response: bytesCodec,
  requestStream: false,
  responseStream: false,
  httpPaths: [],
};

const handlers: Record<string, UnaryHandler> = {
  'answered at once': () => cannedAnswer,
  'answered through a promise': () => Promise.resolve(cannedAnswer),
};

async function underH2load(port: number, calls: number, file: string): Promise<string> {
  const load = ['-n', String(calls), '-c', '10', '-m', '50', '-t', '1', '-d', file];
  const headers = ['-H', 'content-type: application/grpc', '-H', 'te: trailers'];
  const { stdout } = await run('h2load', [...load, ...headers, `http://127.0.0.1:${port}${method.path}`]);
  if (!stdout.includes(`${calls} succeeded`)) throw new Error(`not every call succeeded:\n${stdout}`);
  return `${/([0-9.]+) req\/s/.exec(stdout)?.[1] ?? '?'} calls/s`;
}

/** Both ends in this one process. */
async function underOurClient(port: number, calls: number): Promise<string> {
  const connect = () => net.connect(port, '127.0.0.1');
  const client = createGrpcClient({ connect, authority: 'localhost', clock: realClock });
  const startedMs = performance.now();
  let left = calls;
  const worker = async () => {
    while (left-- > 0) await client.unary(method, rangeRequest);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  const rate = (calls / (performance.now() - startedMs)) * 1000;
  client.close();
  return `${rate.toFixed(0)} calls/s, client and server sharing one thread`;
}

const calls = Number(process.argv[2] ?? 300_000);
const directory = await mkdtemp(path.join(tmpdir(), 'rollcall-measure-'));
const file = path.join(directory, 'range.bin');
await writeFile(file, message(rangeRequest));
for (const [name, handler] of Object.entries(handlers)) {
  const server = createGrpcServer({ methods: [method as Method], implement: () => handler, clock: realClock });
  const listener = net.createServer((socket) => server.accept(socket));
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as net.AddressInfo;
  await underH2load(port, Math.ceil(calls / 5), file);
  console.log(`${name}, h2load -c 10 -m 50: ${await underH2load(port, calls, file)}`);
  console.log(`${name}, our client: ${await underOurClient(port, calls)}`);
  listener.close();
  await server.close();
}
await rm(directory, { recursive: true });
