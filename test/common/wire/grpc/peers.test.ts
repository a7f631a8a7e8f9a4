// Our engine against those of others: grpc-js on either side, curl, nghttp and h2load (nghttp2) as clients, etcd as the
// server. Tools that are not installed are skipped with a message.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import grpc from '@grpc/grpc-js';
import test, { type ExecutionContext } from 'ava';
import type { Call, Inbound } from '../../../../common/api/call.ts';
import type { Method } from '../../../../common/api/method.ts';
import { ApiError, Status } from '../../../../common/api/status.ts';
import { realClock } from '../../../../common/runtime/real-clock.ts';
import { createGrpcClient, type GrpcClient } from '../../../../common/wire/grpc/client.ts';
import type { GrpcServerOptions, StreamHandler, UnaryHandler } from '../../../../common/wire/grpc/server.ts';
import { type Codec, encode } from '../../../../common/wire/protobuf/codec.ts';
import { type Handlers, message, testServer } from './hand-client.ts';
import { bytesCodec, chat, download, echo, upload } from './text-codec.ts';

const run = promisify(execFile);
const cancelledCalls: string[] = [];

const handlers: Handlers = {
  Echo(request, call) {
    if (request === 'fail') throw new ApiError(Status.OUT_OF_RANGE, 'größer %');
    if (request === 'hang') {
      call.onCancel(() => cancelledCalls.push(call.metadata.get('name') ?? ''));
      return new Promise(() => {});
    }
    if (request === 'metadata') return `${call.metadata.get('token')} ${call.metadata.get('raw-bin')?.length}`;
    if (request.startsWith('big')) return 'x'.repeat(Number(request.slice(3)));
    return request;
  },
  Chat: (_call, out) => ({ message: (text) => void out.send(text.toUpperCase()), end: () => out.end(), cancel() {} }),
  Download: (_call, out) => ({
    message(text) {
      for (let index = 0; index < Number(text); index++) out.send(String(index));
    },
    end: () => out.end(),
    cancel() {},
  }),
  Upload: (_call, out) => {
    let count = 0;
    return {
      message: () => void count++,
      end() {
        out.send(String(count));
        out.end();
      },
      cancel() {},
    };
  },
};

async function listen(t: ExecutionContext, options: Partial<GrpcServerOptions> = {}): Promise<number> {
  const server = testServer(realClock, handlers, options);
  const listener = net.createServer((socket) => server.accept(socket));
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  t.teardown(async () => {
    listener.close();
    await server.close();
  });
  return (listener.address() as net.AddressInfo).port;
}

async function isInstalled(t: ExecutionContext, tool: string, flag = '--version'): Promise<boolean> {
  try {
    await run(tool, [flag]);
    return true;
  } catch {
    t.log(`skipped: ${tool} is not installed`);
    t.pass();
    return false;
  }
}

const text = {
  serialize: (value: string) => Buffer.from(value),
  deserialize: (bytes: Buffer) => bytes.toString(),
};

function definition(method: Method<string, string>): grpc.MethodDefinition<string, string> {
  return {
    path: method.path,
    requestStream: method.requestStream,
    responseStream: method.responseStream,
    requestSerialize: text.serialize,
    requestDeserialize: text.deserialize,
    responseSerialize: text.serialize,
    responseDeserialize: text.deserialize,
  };
}

// grpc-js as the client.

function grpcJsClient(t: ExecutionContext, port: number, options: grpc.ClientOptions = {}): grpc.Client {
  const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
    'grpc.max_receive_message_length': -1,
    ...options,
  });
  t.teardown(() => client.close());
  return client;
}

function unaryFromGrpcJs(
  client: grpc.Client,
  request: string,
  { metadata = new grpc.Metadata(), options = {} }: { metadata?: grpc.Metadata; options?: grpc.CallOptions } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const done = (error: grpc.ServiceError | null, response?: string) => {
      if (error === null) resolve(response!);
      else reject(error);
    };
    client.makeUnaryRequest(echo.path, text.serialize, text.deserialize, request, metadata, options, done);
  });
}

test('grpc-js calls our server: unary, errors, metadata, a 64 MiB answer, a 1.5 MiB request', async (t) => {
  const client = grpcJsClient(t, await listen(t));
  t.is(await unaryFromGrpcJs(client, 'hello'), 'hello');
  const error = (await t.throwsAsync(unaryFromGrpcJs(client, 'fail'))) as grpc.ServiceError;
  t.is(error.code, grpc.status.OUT_OF_RANGE);
  t.is(error.details, 'größer %');
  const metadata = new grpc.Metadata();
  metadata.set('token', 'abc');
  metadata.set('raw-bin', Buffer.from([0, 255, 1]));
  t.is(await unaryFromGrpcJs(client, 'metadata', { metadata }), 'abc 3');
  t.is((await unaryFromGrpcJs(client, `big${64 << 20}`)).length, 64 << 20);
  const request = 'y'.repeat(1.5 * 1024 * 1024);
  t.true((await unaryFromGrpcJs(client, request)) === request);
  const tooLarge = (await t.throwsAsync(unaryFromGrpcJs(client, 'y'.repeat(3 << 20)))) as grpc.ServiceError;
  t.is(tooLarge.details, `grpc: received message larger than max (${3 << 20} vs. ${2 << 20})`);
});

test('grpc-js calls our server: 2000 calls at once', async (t) => {
  const client = grpcJsClient(t, await listen(t));
  const answers = await Promise.all(Array.from({ length: 2000 }, (_, index) => unaryFromGrpcJs(client, `${index}`)));
  t.deepEqual(answers.slice(0, 3), ['0', '1', '2']);
  t.is(new Set(answers).size, 2000);
});

test('grpc-js calls our server: deadlines and cancellation reach the handler', async (t) => {
  const client = grpcJsClient(t, await listen(t));
  const metadata = new grpc.Metadata();
  metadata.set('name', 'late');
  // On a busy machine a deadline may pass before the call has left the client: again, then.
  for (let timeoutMs = 200; !cancelledCalls.includes('late') && timeoutMs < 20_000; timeoutMs *= 2) {
    const options = { deadline: Date.now() + timeoutMs };
    const error = (await t.throwsAsync(unaryFromGrpcJs(client, 'hang', { metadata, options }))) as grpc.ServiceError;
    t.is(error.code, grpc.status.DEADLINE_EXCEEDED);
    await unaryFromGrpcJs(client, 'x');
  }
  t.true(cancelledCalls.includes('late'));
  const other = new grpc.Metadata();
  other.set('name', 'cancelled');
  const call = client.makeUnaryRequest(echo.path, text.serialize, text.deserialize, 'hang', other, () => {});
  await unaryFromGrpcJs(client, 'x');
  call.cancel();
  await unaryFromGrpcJs(client, 'x');
  t.true(cancelledCalls.includes('cancelled'));
});

test('grpc-js calls our server: all three kinds of streams', async (t) => {
  const client = grpcJsClient(t, await listen(t));
  const everything = async (stream: AsyncIterable<string>) => {
    const words: string[] = [];
    for await (const word of stream) words.push(word);
    return words;
  };
  const down = client.makeServerStreamRequest(download.path, text.serialize, text.deserialize, '1000');
  t.is((await everything(down)).length, 1000);
  const both = client.makeBidiStreamRequest(chat.path, text.serialize, text.deserialize);
  for (const word of ['a', 'b']) both.write(word);
  both.end();
  t.deepEqual(await everything(both), ['A', 'B']);
  const uploaded = await new Promise<string | undefined>((resolve, reject) => {
    const up = client.makeClientStreamRequest(upload.path, text.serialize, text.deserialize, (error, value) => {
      if (error === null) resolve(value);
      else reject(error);
    });
    for (let index = 0; index < 100; index++) up.write('x');
    up.end();
  });
  t.is(uploaded, '100');
});

test('grpc-js calls our server: gzip requests', async (t) => {
  const port = await listen(t);
  const zipped = grpcJsClient(t, port, { 'grpc.default_compression_algorithm': 2 });
  t.is(await unaryFromGrpcJs(zipped, 'z'.repeat(5000)), 'z'.repeat(5000));
});

// grpc-js as the server.

async function grpcJsServer(t: ExecutionContext): Promise<number> {
  const server = new grpc.Server({ 'grpc.max_receive_message_length': -1 });
  const service = { Echo: definition(echo), Chat: definition(chat), Download: definition(download) };
  server.addService(service as unknown as grpc.ServiceDefinition, {
    Echo(call: grpc.ServerUnaryCall<string, string>, done: grpc.sendUnaryData<string>) {
      if (call.request === 'fail') done({ code: grpc.status.ABORTED, details: 'größer %' });
      else if (call.request === 'metadata')
        done(null, `${call.metadata.get('token')[0]} ${call.getDeadline() !== Infinity}`);
      else if (call.request.startsWith('big')) done(null, 'x'.repeat(Number(call.request.slice(3))));
      else if (call.request !== 'hang') done(null, call.request);
    },
    Chat(call: grpc.ServerDuplexStream<string, string>) {
      call.on('data', (word: string) => call.write(word.toUpperCase()));
      call.on('end', () => call.end());
    },
    Download(call: grpc.ServerWritableStream<string, string>) {
      for (let index = 0; index < Number(call.request); index++) call.write(String(index));
      call.end();
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  t.teardown(() => server.forceShutdown());
  return port;
}

function ourClient(t: ExecutionContext, port: number): GrpcClient {
  const authority = `127.0.0.1:${port}`;
  const client = createGrpcClient({ connect: () => net.connect(port, '127.0.0.1'), authority, clock: realClock });
  t.teardown(() => client.close());
  return client;
}

function collect(client: GrpcClient, method: Method<string, string>, requests: string[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const messages: string[] = [];
    const inbound: Inbound<string> = {
      message: (word) => void messages.push(word),
      end: () => resolve(messages),
      cancel: (error) => reject(error),
    };
    const out = client.open(method, {}, inbound);
    for (const request of requests) out.send(request);
    out.end();
  });
}

test('our client calls grpc-js: unary, errors, metadata, large messages, streams', async (t) => {
  const client = ourClient(t, await grpcJsServer(t));
  t.is(await client.unary(echo, 'hello'), 'hello');
  const error = (await t.throwsAsync(client.unary(echo, 'fail'))) as ApiError;
  t.is(error.status, Status.ABORTED);
  t.is(error.message, 'größer %');
  const metadata = new Map([['token', 'abc']]);
  t.is(await client.unary(echo, 'metadata', { metadata, timeoutMs: 5000 }), 'abc true');
  t.is((await client.unary(echo, `big${20 << 20}`)).length, 20 << 20);
  const request = 'y'.repeat(5 << 20);
  t.true((await client.unary(echo, request)) === request);
  t.deepEqual(await collect(client, chat, ['a', 'b']), ['A', 'B']);
  t.is((await collect(client, download, ['1000'])).length, 1000);
  const answers = await Promise.all(Array.from({ length: 1000 }, (_, index) => client.unary(echo, `${index}`)));
  t.is(new Set(answers).size, 1000);
  const late = (await t.throwsAsync(client.unary(echo, 'hang', { timeoutMs: 100 }))) as ApiError;
  t.is(late.status, Status.DEADLINE_EXCEEDED);
});

// Tools.

async function requestFile(t: ExecutionContext, body: Buffer): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'rollcall-grpc-'));
  t.teardown(() => rm(directory, { recursive: true }));
  const file = path.join(directory, 'request.bin');
  await writeFile(file, body);
  return file;
}

test('curl speaks to our server', async (t) => {
  if (!(await isInstalled(t, 'curl'))) return;
  const url = `http://127.0.0.1:${await listen(t)}${echo.path}`;
  const file = await requestFile(t, message('from curl'));
  const common = ['--silent', '--max-time', '10', '--http2-prior-knowledge', url];
  const grpcHeaders = ['-H', 'content-type: application/grpc', '-H', 'te: trailers', '--data-binary', `@${file}`];
  const { stdout } = await run('curl', [...common, ...grpcHeaders]);
  t.is(stdout, message('from curl').toString());
  const { stdout: status } = await run('curl', [...common, '-o', '/dev/null', '-w', '%{http_code} %{http_version}']);
  t.is(status, '415 2');
});

test('nghttp speaks to our server, with and without a header table, padded, with small windows', async (t) => {
  if (!(await isInstalled(t, 'nghttp'))) return;
  const url = `http://127.0.0.1:${await listen(t)}${echo.path}`;
  const file = await requestFile(t, message('from nghttp '.repeat(4000)));
  const base = ['--no-dep', '-d', file, '-H', 'content-type: application/grpc', '-H', 'te: trailers', '-t', '10'];
  const variants = [
    [],
    ['--header-table-size=0'],
    ['-c', '65536', '-c', '0'],
    ['-b', '200'],
    ['-w', '10', '-W', '10'],
    ['-m', '20'],
    ['--continuation'],
  ];
  for (const variant of variants) {
    const { stdout } = await run('nghttp', ['-v', ...base, ...variant, url], { maxBuffer: 64 << 20 });
    t.regex(stdout, /grpc-status: 0/, variant.join(' '));
    t.notRegex(
      stdout,
      /GOAWAY frame <length=\d+, flags=0x00, stream_id=0>\s*\n\s*\(last_stream_id=\d+, error_code=[A-Z_]*(?<!NO_ERROR)\(0x0[1-9a-f]\)/,
    );
  }
});

test('h2load gets every answer', async (t) => {
  if (!(await isInstalled(t, 'h2load'))) return;
  const url = `http://127.0.0.1:${await listen(t)}${echo.path}`;
  const file = await requestFile(t, message('key'));
  const load = ['-n', '20000', '-c', '5', '-m', '100', '-t', '1', '-d', file];
  const { stdout } = await run('h2load', [...load, '-H', 'content-type: application/grpc', '-H', 'te: trailers', url]);
  t.regex(stdout, /20000 succeeded, 0 failed, 0 errored/);
});

test('etcdctl, and so grpc-go, speaks to our server: an answer, an error, a deadline, a watch', async (t) => {
  if (!(await isInstalled(t, 'etcdctl', 'version'))) return;
  let hung: Call | undefined;
  // A RangeResponse and WatchResponses by hand: header { revision: 7 }; created; one event of a key `k`.
  const range: UnaryHandler<Buffer, Buffer> = (request, call) => {
    if (request.includes('fail')) throw new ApiError(Status.INVALID_ARGUMENT, 'etcdserver: key is not provided');
    if (!request.includes('hang')) return Buffer.from('0a021807', 'hex');
    hung = call;
    return new Promise(() => {});
  };
  const watch: StreamHandler<Buffer, Buffer> = (_call, out) => ({
    message() {
      out.send(Buffer.from('0a0218071801', 'hex'));
      out.send(Buffer.from('0a0218085a0712050a016b2001', 'hex'));
    },
    end: () => out.end(),
    cancel() {},
  });
  const watchMethod = { ...etcdCall('Watch/Watch', bytesCodec), requestStream: true, responseStream: true };
  const implement = ({ name }: Method) => (name === 'KV/Range' ? range : watch) as UnaryHandler | StreamHandler;
  const methods = [etcdCall('KV/Range', bytesCodec), watchMethod] as Method[];
  const port = await listen(t, { methods, implement });
  const etcdctl = (...words: string[]) =>
    run('etcdctl', ['--endpoints', `127.0.0.1:${port}`, ...words], { env: { ...process.env, ETCDCTL_API: '3' } });
  t.is((await etcdctl('get', 'x', '-w', 'json')).stdout, '{"header":{"revision":7}}\n');
  const failed = (await t.throwsAsync(etcdctl('get', 'fail'))) as Error & { stderr: string };
  t.regex(failed.stderr, /etcdserver: key is not provided/);
  const late = (await t.throwsAsync(etcdctl('--command-timeout', '500ms', 'get', 'hang'))) as Error & {
    stderr: string;
  };
  t.regex(late.stderr, /context deadline exceeded/);
  await new Promise<void>((resolve) => hung!.onCancel(resolve));
  const watching = spawn('etcdctl', ['--endpoints', `127.0.0.1:${port}`, 'watch', 'k'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  t.teardown(() => watching.kill('SIGKILL'));
  const [line] = (await once(watching.stdout, 'data')) as [Buffer];
  t.regex(line.toString(), /^PUT\nk\n/);
});

/** A RangeRequest by hand: field 1, the key. A key that does not exist: the answer has a header (field 1) only. */
const rangeRequest: Codec<Buffer> = {
  ...bytesCodec,
  size: (key) => key.length + 2,
  write(key, target, offset) {
    target[offset] = 0x0a;
    target[offset + 1] = key.length;
    return offset + 2 + key.copy(target, offset + 2);
  },
};

const etcdCall = (name: string, request: Codec<Buffer>): Method<Buffer, Buffer> => ({
  name,
  path: `/etcdserverpb.${name}`,
  request,
  response: bytesCodec,
  requestStream: false,
  responseStream: false,
  httpPaths: [],
});

async function freePort(): Promise<number> {
  const probe = net.createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as net.AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function startEtcd(t: ExecutionContext): Promise<number> {
  const directory = await mkdtemp(path.join(tmpdir(), 'rollcall-etcd-'));
  const [port, peerPort] = [await freePort(), await freePort()];
  const [url, peerUrl] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${peerPort}`];
  const flags = [
    ...['--data-dir', directory, '--name', 'n', '--initial-cluster', `n=${peerUrl}`],
    ...['--listen-client-urls', url, '--advertise-client-urls', url],
    ...['--listen-peer-urls', peerUrl, '--initial-advertise-peer-urls', peerUrl],
  ];
  const child: ChildProcess = spawn('etcd', flags, { stdio: 'ignore' });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  t.teardown(async () => {
    child.kill('SIGKILL');
    await exited;
    await rm(directory, { recursive: true, force: true });
  });
  return port;
}

test('our client calls a real etcd: put, range, an error, and a thousand calls at once', async (t) => {
  if (!(await isInstalled(t, 'etcd'))) return;
  const port = await startEtcd(t);
  const range = etcdCall('KV/Range', rangeRequest);
  let client = ourClient(t, port);
  const deadline = performance.now() + 20_000;
  for (;;) {
    try {
      await client.unary(range, Buffer.from('key'), { timeoutMs: 1000 });
      break;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      if (client.state === 'closed') client = ourClient(t, port);
    }
  }
  const put = etcdCall('KV/Put', bytesCodec);
  await client.unary(put, Buffer.from('0a036b6579120576616c7565', 'hex'));
  const found = await client.unary(range, Buffer.from('key'));
  t.true(found.includes('value'));
  const error = (await t.throwsAsync(client.unary(put, encode(rangeRequest, Buffer.alloc(0))))) as ApiError;
  t.is(error.status, Status.INVALID_ARGUMENT);
  t.is(error.message, 'etcdserver: key is not provided');
  const answers = await Promise.all(Array.from({ length: 1000 }, () => client.unary(range, Buffer.from('key'))));
  t.true(answers.every((answer) => answer.includes('value')));
});
