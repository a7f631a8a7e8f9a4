// The client against our own server and against a server played by hand; other people's servers are in peers.test.ts.

import net from 'node:net';
import type { Duplex } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import type { Call, Inbound, Outbound } from '../../../../common/api/call.ts';
import { ApiError, Status } from '../../../../common/api/status.ts';
import { realClock } from '../../../../common/runtime/real-clock.ts';
import { createGrpcClient, type GrpcClient, type GrpcClientOptions } from '../../../../common/wire/grpc/client.ts';
import { TransportError } from '../../../../common/wire/grpc/transport-error.ts';
import { Setting } from '../../../../common/wire/http2/frame.ts';
import { data, END_STREAM, goaway, headers, reset, settings } from '../http2/hand-peer.ts';
import { ManualClock } from '../http2/manual-clock.ts';
import { type Handlers, MemorySocket, message, settle, testServer } from './hand-client.ts';
import { chat, download, echo, textMethod, upload } from './text-codec.ts';

/** A client and our server on the two ends of an in-memory socket, both in real time. */
function connected(
  t: ExecutionContext,
  handlers: Handlers,
  options: Partial<GrpcClientOptions> & { server?: Parameters<typeof testServer>[2] } = {},
): GrpcClient {
  const server = testServer(realClock, handlers, options.server);
  const connect = (): Duplex => {
    const [ours, theirs] = MemorySocket.pair();
    server.accept(theirs);
    return ours;
  };
  const client = createGrpcClient({ connect, authority: 'test', clock: realClock, ...options });
  t.teardown(() => {
    client.close();
    return server.close();
  });
  return client;
}

/** A client whose server is played by hand. */
class HandServer {
  readonly clock = new ManualClock();
  readonly client: GrpcClient;
  readonly socket: MemorySocket;

  constructor(options: Partial<GrpcClientOptions> = {}) {
    const [ours, theirs] = MemorySocket.pair();
    this.socket = theirs;
    theirs.resume();
    theirs.on('error', () => {});
    this.client = createGrpcClient({ connect: () => ours, authority: 'test', clock: this.clock, ...options });
  }

  async send(...pieces: Buffer[]): Promise<void> {
    this.socket.write(Buffer.concat(pieces));
    await settle();
    this.clock.endTurn();
    await settle();
  }
}

const grpcHead: [string, string][] = [
  [':status', '200'],
  ['content-type', 'application/grpc'],
];
const ok: [string, string][] = [['grpc-status', '0']];

async function failure(promise: Promise<unknown>): Promise<ApiError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('the call did not fail');
}

class Recorder implements Inbound<string> {
  readonly messages: string[] = [];
  error: Error | undefined = undefined;
  readonly outcome: Promise<'end' | 'cancel'>;
  #resolve: (outcome: 'end' | 'cancel') => void = () => {};

  constructor() {
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  message(text: string): void {
    this.messages.push(text);
  }

  end(): void {
    this.#resolve('end');
  }

  cancel(error?: Error): void {
    this.error = error;
    this.#resolve('cancel');
  }
}

test('unary calls, many at once, are each answered with their own answer', async (t) => {
  const client = connected(t, { Echo: (request) => `<${request}>` });
  const answers = await Promise.all(Array.from({ length: 500 }, (_, index) => client.unary(echo, `call ${index}`)));
  t.deepEqual(
    answers,
    Array.from({ length: 500 }, (_, index) => `<call ${index}>`),
  );
  t.is(client.state, 'ready');
  t.is(client.calls, 0);
});

test('errors arrive as ApiError with the code and the very message', async (t) => {
  const text = 'größer als 100%';
  const client = connected(t, {
    Echo: () => {
      throw new ApiError(Status.NOT_FOUND, text);
    },
  });
  const error = await failure(client.unary(echo, 'x'));
  t.is(error.status, Status.NOT_FOUND);
  t.is(error.message, text);
  const unknown = await failure(client.unary(textMethod('Nope'), 'x'));
  t.is(unknown.status, Status.UNIMPLEMENTED);
});

test('metadata and the deadline reach the handler', async (t) => {
  let seen: Call | undefined;
  const client = connected(t, {
    Echo: (request, call) => {
      seen = call;
      return request;
    },
  });
  const metadata = new Map([
    ['token', 'abc'],
    ['raw-bin', '\0\u00ff'],
  ]);
  await client.unary(echo, 'x', { metadata, timeoutMs: 5000 });
  t.is(seen?.metadata.get('token'), 'abc');
  t.is(seen?.metadata.get('raw-bin'), '\0\u00ff');
  // What is left of it when the call is sent; how much, the machine's load decides.
  t.true(seen!.timeoutMs! > 0 && seen!.timeoutMs! <= 5000);
});

test('a message of 70 MiB comes through in both directions, where the limits allow it', async (t) => {
  const size = 70 << 20;
  const client = connected(t, { Echo: (request) => request }, { server: { maxRequestBytes: size } });
  const text = 'x'.repeat(size);
  t.true((await client.unary(echo, text)) === text);
});

test('an answer above responseBytesMax is refused', async (t) => {
  const client = connected(t, { Echo: () => 'x'.repeat(1001) }, { responseBytesMax: 1000 });
  const error = await failure(client.unary(echo, ''));
  t.is(error.status, Status.RESOURCE_EXHAUSTED);
  t.is(error.message, 'grpc: received message larger than max (1001 vs. 1000)');
});

test('a bidirectional stream', async (t) => {
  const client = connected(t, {
    Chat: (_call, out) => ({ message: (text) => void out.send(text.toUpperCase()), end: () => out.end(), cancel() {} }),
  });
  const inbound = new Recorder();
  const out = client.open(chat, {}, inbound);
  for (const text of ['a', 'b', 'c']) out.send(text);
  out.end();
  t.is(await inbound.outcome, 'end');
  t.deepEqual(inbound.messages, ['A', 'B', 'C']);
});

test('client and server streaming', async (t) => {
  const client = connected(t, {
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
    Download: (_call, out) => ({
      message(text) {
        for (let index = 0; index < Number(text); index++) out.send(String(index));
      },
      end: () => out.end(),
      cancel() {},
    }),
  });
  const uploaded = new Recorder();
  const up = client.open(upload, {}, uploaded);
  for (let index = 0; index < 1000; index++) up.send('x');
  up.end();
  t.is(await uploaded.outcome, 'end');
  t.deepEqual(uploaded.messages, ['1000']);
  const downloaded = new Recorder();
  const down = client.open(download, {}, downloaded);
  down.send('1000');
  down.end();
  t.is(await downloaded.outcome, 'end');
  t.is(downloaded.messages.length, 1000);
});

test('a stream that the server fails is cancelled with its error', async (t) => {
  const client = connected(t, {
    Chat: (_call, out) => ({
      message() {
        out.send('one');
        out.fail(new ApiError(Status.OUT_OF_RANGE, 'compacted'));
      },
      end() {},
      cancel() {},
    }),
  });
  const inbound = new Recorder();
  client.open(chat, {}, inbound).send('x');
  t.is(await inbound.outcome, 'cancel');
  t.deepEqual(inbound.messages, ['one']);
  t.is((inbound.error as ApiError).status, Status.OUT_OF_RANGE);
});

test('cancel reaches the handler, and the inbound side hears nothing more', async (t) => {
  const cancelled = new Promise<Outbound<string>>((resolve) => {
    const client = connected(t, {
      Chat: (call, out) => {
        call.onCancel(() => resolve(out));
        out.send('begun');
        return { message() {}, end() {}, cancel() {} };
      },
    });
    const inbound: Inbound<string> = {
      message: () => stream.cancel(),
      end: () => t.fail('end after cancel'),
      cancel: () => t.fail('cancel after cancel'),
    };
    const stream = client.open(chat, {}, inbound);
  });
  t.false((await cancelled).writable);
});

test('an AbortSignal cancels a call, before it begins too', async (t) => {
  const client = connected(t, { Echo: () => new Promise<string>(() => {}) });
  const controller = new AbortController();
  const running = failure(client.unary(echo, 'x', { signal: controller.signal }));
  await settle();
  controller.abort();
  t.is((await running).status, Status.CANCELLED);
  t.is((await failure(client.unary(echo, 'x', { signal: controller.signal }))).message, 'context canceled');
});

test('a deadline passes here even when the server says nothing', async (t) => {
  const peer = new HandServer();
  await peer.send(settings());
  const error = failure(peer.client.unary(echo, 'x', { timeoutMs: 300 }));
  peer.clock.advance(300);
  t.is((await error).status, Status.DEADLINE_EXCEEDED);
  t.is((await error).message, 'context deadline exceeded');
  t.is(peer.client.calls, 0);
});

test('a deadline passes while a call waits for the handshake', async (t) => {
  const peer = new HandServer();
  const error = failure(peer.client.unary(echo, 'x', { timeoutMs: 300 }));
  peer.clock.advance(300);
  t.is((await error).status, Status.DEADLINE_EXCEEDED);
  t.is(peer.client.calls, 0);
});

test('a handshake that does not come fails the waiting calls, provably unsent', async (t) => {
  const peer = new HandServer({ connectTimeoutMs: 2000 });
  const error = failure(peer.client.unary(echo, 'x'));
  let closed: Error | undefined;
  peer.client.onClose((reason) => {
    closed = reason;
  });
  t.is(peer.client.state, 'connecting');
  peer.clock.advance(2000);
  t.true((await error) instanceof TransportError);
  t.true(((await error) as TransportError).notSent);
  t.is(closed?.message, 'handshake timed out');
  t.is(peer.client.state, 'closed');
});

test('a refused TCP connection and a connect that throws are UNAVAILABLE and unsent', async (t) => {
  const free = await new Promise<number>((resolve) => {
    const probe = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(port));
    });
  });
  const refused = createGrpcClient({ connect: () => net.connect(free, '127.0.0.1'), authority: 'x', clock: realClock });
  const error = (await failure(refused.unary(echo, 'x'))) as TransportError;
  t.is(error.status, Status.UNAVAILABLE);
  t.true(error.notSent);
  t.regex(error.message, /ECONNREFUSED/);
  const throwing = createGrpcClient({
    connect: () => {
      throw new Error('no such host');
    },
    authority: 'x',
    clock: realClock,
  });
  t.is(throwing.state, 'closed');
  t.is((await failure(throwing.unary(echo, 'x'))).message, 'no such host');
});

test('a call that was on its way when the connection broke is not known to be unsent', async (t) => {
  const peer = new HandServer();
  await peer.send(settings());
  const error = failure(peer.client.unary(echo, 'x'));
  peer.clock.endTurn();
  peer.socket.destroy();
  t.is((await error).status, Status.UNAVAILABLE);
  t.false(((await error) as TransportError).notSent);
});

test('a refused call, and one above the last stream of a GOAWAY, are unsent; the one below it is served', async (t) => {
  const peer = new HandServer();
  await peer.send(settings());
  const calls = ['a', 'b', 'c'].map((text) => peer.client.unary(echo, text));
  const refused = failure(calls[0]!);
  const beyond = failure(calls[2]!);
  let drained = false;
  peer.client.onDrain(() => {
    drained = true;
  });
  await peer.send(reset(1, 7), goaway(3, 0, 'bye'));
  t.true(((await refused) as TransportError).notSent);
  t.true(((await beyond) as TransportError).notSent);
  t.true(drained);
  t.is(peer.client.state, 'draining');
  t.true(((await failure(peer.client.unary(echo, 'late'))) as TransportError).notSent);
  await peer.send(headers(3, grpcHead), data(3, message('B')), headers(3, ok, END_STREAM));
  t.is(await calls[1], 'B');
  t.is(peer.client.state, 'closed');
});

test('calls wait for free streams in order, and no more of them than waitingCallsMax', async (t) => {
  const peer = new HandServer({ waitingCallsMax: 2 });
  await peer.send(settings([Setting.MAX_CONCURRENT_STREAMS, 1]));
  const calls = ['a', 'b', 'c'].map((text) => peer.client.unary(echo, text));
  const tooMany = (await failure(peer.client.unary(echo, 'd'))) as TransportError;
  t.true(tooMany.notSent);
  t.is(peer.client.calls, 3);
  for (const id of [1, 3, 5]) {
    await peer.send(headers(id, grpcHead), data(id, message(`answer ${id}`)), headers(id, ok, END_STREAM));
  }
  t.deepEqual(await Promise.all(calls), ['answer 1', 'answer 3', 'answer 5']);
});

test('messages sent before the stream exists are kept in order, and bounded by writable', async (t) => {
  const peer = new HandServer();
  const written: Buffer[] = [];
  peer.socket.on('data', (chunk: Buffer) => written.push(chunk));
  const out = peer.client.open(chat, {}, new Recorder());
  let drains = 0;
  out.onDrain(() => drains++);
  let sent = 0;
  while (out.send('y'.repeat(20_000))) sent++;
  t.true(sent > 5 && sent < 20);
  out.end();
  const big = Buffer.from('3fffffff', 'hex');
  const open = Buffer.concat([Buffer.from('000004080000000000', 'hex'), big]);
  await peer.send(settings([Setting.INITIAL_WINDOW_SIZE, 1 << 30]), open);
  const arrived = () => Buffer.concat(written).toString('latin1').split('y').length - 1;
  while (arrived() < (sent + 1) * 20_000) await settle();
  t.is(arrived(), (sent + 1) * 20_000);
  t.is(drains, 1);
});

test('answers that are not gRPC’s become errors that say what came', async (t) => {
  const cases: [pieces: Buffer[], status: Status, text: RegExp][] = [
    [
      [
        headers(1, [
          [':status', '503'],
          ['content-type', 'text/html'],
        ]),
        data(1, '<html>', END_STREAM),
      ],
      Status.UNAVAILABLE,
      /status 503, content-type "text\/html"/,
    ],
    [
      [
        headers(
          1,
          [
            [':status', '200'],
            ['content-type', 'text/html'],
          ],
          END_STREAM,
        ),
      ],
      Status.UNKNOWN,
      /unexpected HTTP response/,
    ],
    [[headers(1, grpcHead), data(1, message('x'), END_STREAM)], Status.INTERNAL, /without trailers/],
    [[headers(1, grpcHead, END_STREAM)], Status.UNKNOWN, /without a grpc-status/],
    [[headers(1, grpcHead), headers(1, ok, END_STREAM)], Status.INTERNAL, /0 answers/],
    [
      [headers(1, grpcHead), data(1, message('x')), data(1, message('y')), headers(1, ok, END_STREAM)],
      Status.INTERNAL,
      /2 answers/,
    ],
    [
      [headers(1, grpcHead), data(1, message('x').subarray(0, 3)), headers(1, ok, END_STREAM)],
      Status.INTERNAL,
      /within a message/,
    ],
    [[headers(1, grpcHead), data(1, message('malformed'))], Status.INTERNAL, /failed to unmarshal/],
    [
      [headers(1, [...grpcHead, ['grpc-status', '7'], ['grpc-message', 'no%21']], END_STREAM)],
      Status.PERMISSION_DENIED,
      /^no!$/,
    ],
    [
      [
        headers(
          1,
          [
            [':status', '429'],
            ['grpc-status', '8'],
            ['grpc-message', 'slow'],
          ],
          END_STREAM,
        ),
      ],
      Status.RESOURCE_EXHAUSTED,
      /^slow$/,
    ],
    [[reset(1, 8)], Status.CANCELLED, /CANCEL/],
    [[reset(1, 11)], Status.RESOURCE_EXHAUSTED, /ENHANCE_YOUR_CALM/],
    [[reset(1, 2)], Status.INTERNAL, /INTERNAL_ERROR/],
    [[headers(1, [['a', 'b']])], Status.INTERNAL, /protocol error of the peer: malformed response/],
  ];
  for (const [pieces, status, text] of cases) {
    const peer = new HandServer();
    await peer.send(settings());
    const error = failure(peer.client.unary(echo, 'x'));
    await peer.send(...pieces);
    t.is((await error).status, status, String(text));
    t.regex((await error).message, text);
    t.is(peer.client.calls, 0);
  }
});

test('a server that speaks HTTP/1 is recognised as none of ours', async (t) => {
  const peer = new HandServer();
  const error = failure(peer.client.unary(echo, 'x'));
  await peer.send(Buffer.from('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'));
  t.true(((await error) as TransportError).notSent);
  t.is((await error).message, 'the peer answers in HTTP/1');
});

test('a dead connection is noticed by its silence while calls run', async (t) => {
  const peer = new HandServer({ keepAliveMs: 1000, keepAliveTimeoutMs: 500 });
  await peer.send(settings());
  const error = failure(peer.client.unary(echo, 'x'));
  peer.clock.advance(1500);
  t.is((await error).status, Status.UNAVAILABLE);
  t.regex((await error).message, /keepalive/);
});

test('a paused stream is sent no more than its window', async (t) => {
  const client = connected(
    t,
    {
      Download: (_call, out) => {
        const pump = () => {
          while (out.writable) out.send('z'.repeat(1000));
        };
        out.onDrain(pump);
        return { message: pump, end() {}, cancel() {} };
      },
    },
    { http2: { streamWindow: 100_000 } },
  );
  const inbound = new Recorder();
  const stream = client.open(download, {}, inbound);
  stream.pause();
  stream.send('go');
  while (inbound.messages.length < 99) await settle();
  await settle();
  t.is(inbound.messages.length, 99);
  stream.resume();
  while (inbound.messages.length < 300) await settle();
  stream.cancel();
  t.pass();
});

test('close fails what runs and tells no error of its own', async (t) => {
  const peer = new HandServer();
  await peer.send(settings());
  const closed: (Error | undefined)[] = [];
  peer.client.onClose((error) => closed.push(error));
  const error = failure(peer.client.unary(echo, 'x'));
  peer.client.close();
  t.is((await error).status, Status.UNAVAILABLE);
  t.deepEqual(closed, [undefined]);
  t.is(peer.clock.pendingTimers, 1, 'only the linger timer');
  peer.clock.advance(1000);
  t.is(peer.clock.pendingTimers, 0);
});
