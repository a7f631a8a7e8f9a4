import { gzipSync } from 'node:zlib';
import test from 'ava';
import type { Call, Inbound, Outbound } from '../../../../common/api/call.ts';
import { ApiError, Status } from '../../../../common/api/status.ts';
import { OVERHEAD_BYTES } from '../../../../common/wire/grpc/server.ts';
import { ErrorCode } from '../../../../common/wire/http2/error-code.ts';
import { PREFACE } from '../../../../common/wire/http2/frame.ts';
import { brief, data, END_STREAM, headers, ping, reset, settings, windowUpdate } from '../http2/hand-peer.ts';
import { ManualClock } from '../http2/manual-clock.ts';
import {
  call,
  callFields,
  HandClient,
  type Handlers,
  MemorySocket,
  message,
  settle,
  testServer,
} from './hand-client.ts';
import { chat, download, echo, upload } from './text-codec.ts';

const echoing: Handlers = { Echo: (request) => request };

function outcome(client: HandClient, id: number): [string | undefined, string | undefined] {
  const { trailers } = client.answer(id);
  return [trailers.get('grpc-status'), trailers.get('grpc-message')];
}

/** A streaming handler that shows its ends to the test. */
function recorded(): { handlers: Handlers; log: string[]; out: Outbound<string>[]; calls: Call[] } {
  const log: string[] = [];
  const out: Outbound<string>[] = [];
  const calls: Call[] = [];
  const handler = (call: Call, outbound: Outbound<string>): Inbound<string> => {
    calls.push(call);
    out.push(outbound);
    call.onCancel(() => log.push('call cancelled'));
    return {
      message: (text) => log.push(text),
      end: () => log.push('end'),
      cancel: () => log.push('cancel'),
    };
  };
  return { handlers: { Chat: handler, Upload: handler, Download: handler }, log, out, calls };
}

test('a unary call is answered with head, message and status', async (t) => {
  const client = new HandClient(echoing);
  await client.send(call(1, echo, 'hello'));
  const answer = client.answer(1);
  t.deepEqual(
    [...answer.fields],
    [
      [':status', '200'],
      ['content-type', 'application/grpc'],
    ],
  );
  t.deepEqual(answer.messages, ['hello']);
  t.deepEqual([...answer.trailers], [['grpc-status', '0']]);
  t.true(answer.ended);
  t.is(answer.reset, undefined);
});

test('an empty message is a message', async (t) => {
  const client = new HandClient(echoing);
  await client.send(call(1, echo, ''));
  t.deepEqual(client.answer(1).messages, ['']);
  t.deepEqual(outcome(client, 1), ['0', undefined]);
});

test('a handler may answer later, and out of order', async (t) => {
  const answers: ((text: string) => void)[] = [];
  const client = new HandClient({ Echo: () => new Promise<string>((resolve) => answers.push(resolve)) });
  await client.send(call(1, echo, 'a'), call(3, echo, 'b'));
  answers[1]!('second');
  await client.send();
  t.false(client.answer(1).ended);
  t.deepEqual(client.answer(3).messages, ['second']);
  answers[0]!('first');
  await client.send();
  t.deepEqual(client.answer(1).messages, ['first']);
});

test('a message may be spread over many frames, cut anywhere, and the end may come alone', async (t) => {
  const client = new HandClient(echoing);
  const bytes = message('a message that is cut');
  for (const [index, size] of [1, 2, 4, 5, 6, 25].entries()) {
    const id = 1 + 2 * index;
    const frames = [headers(id, callFields(echo.path))];
    for (let at = 0; at < bytes.length; at += size) frames.push(data(id, bytes.subarray(at, at + size)));
    await client.send(...frames, data(id, '', END_STREAM));
    t.deepEqual(client.answer(id).messages, ['a message that is cut'], `pieces of ${size}`);
  }
});

test('several messages in one frame reach a stream one by one', async (t) => {
  const { handlers, log } = recorded();
  const client = new HandClient(handlers);
  const bytes = Buffer.concat([message('one'), message(''), message('three'), message('four')]);
  await client.send(
    headers(1, callFields(chat.path)),
    data(1, bytes.subarray(0, 27)),
    data(1, bytes.subarray(27), END_STREAM),
  );
  t.deepEqual(log, ['one', '', 'three', 'four', 'end']);
});

test('errors of a handler arrive with their code and message, thrown, rejected or failed', async (t) => {
  const refused = new ApiError(Status.FAILED_PRECONDITION, 'etcdserver: größer als 100%\n');
  const failures: unknown[] = [];
  const { handlers, out } = recorded();
  const client = new HandClient(
    {
      ...handlers,
      Echo: (request) => {
        if (request === 'throw') throw refused;
        if (request === 'reject') return Promise.reject(refused);
        throw new TypeError('a bug');
      },
    },
    { handlerFailed: (error) => failures.push(error) },
  );
  await client.send(
    call(1, echo, 'throw'),
    call(3, echo, 'reject'),
    call(5, echo, 'bug'),
    headers(7, callFields(chat.path)),
  );
  out[0]!.fail(refused);
  await client.send();
  const encoded = 'etcdserver: gr%C3%B6%C3%9Fer als 100%25%0A';
  for (const id of [1, 3, 7]) t.deepEqual(outcome(client, id), ['9', encoded]);
  t.deepEqual(outcome(client, 5), ['2', 'a bug']);
  t.is(failures.length, 1);
  // Without a message before it, an error is one HEADERS frame.
  t.true(client.answer(1).fields.has('grpc-status'));
});

test('unknown services, unknown methods and odd paths are unimplemented, in the words of grpc-go', async (t) => {
  const client = new HandClient(echoing);
  const cases: [path: string, text: string][] = [
    ['/no.Service/Echo', 'unknown service no.Service'],
    ['/test.Service/Nope', 'unknown method Nope for service test.Service'],
    ['/test.Service/Chat', 'unknown method Chat for service test.Service'],
    ['/nonsense', 'malformed method name: "/nonsense"'],
  ];
  for (const [index, [path, text]] of cases.entries()) {
    const id = 1 + 2 * index;
    await client.send(headers(id, callFields(path)), data(id, message('x'), END_STREAM));
    t.deepEqual(outcome(client, id), ['12', text]);
  }
});

test('what is not gRPC gets 415, GET gets 405', async (t) => {
  const client = new HandClient(echoing);
  const fields = callFields(echo.path);
  await client.send(
    headers(
      1,
      [...fields.filter(([name]) => name !== 'content-type'), ['content-type', 'application/json']],
      END_STREAM,
    ),
  );
  await client.send(
    headers(
      3,
      fields.filter(([name]) => name !== 'content-type'),
      END_STREAM,
    ),
  );
  await client.send(headers(5, [[':method', 'GET'], ...fields.slice(1)], END_STREAM));
  t.is(client.answer(1).fields.get(':status'), '415');
  t.deepEqual(outcome(client, 1), ['3', 'invalid gRPC request content-type "application/json"']);
  t.is(client.answer(3).fields.get(':status'), '415');
  t.is(client.answer(5).fields.get(':status'), '405');
});

test('content-type subtypes and parameters are accepted, other types that only begin alike are not', async (t) => {
  const client = new HandClient(echoing);
  const types = [
    'application/grpc+proto',
    'application/grpc;charset=utf-8',
    'Application/GRPC',
    'application/grpc-web',
  ];
  const statuses: (string | undefined)[] = [];
  for (const [index, type] of types.entries()) {
    const id = 1 + 2 * index;
    const fields = callFields(echo.path).map(([name, value]): [string, string] => [
      name,
      name === 'content-type' ? type : value,
    ]);
    await client.send(headers(id, fields), data(id, message('x'), END_STREAM));
    statuses.push(client.answer(id).fields.get(':status'));
  }
  t.deepEqual(statuses, ['200', '200', '200', '415']);
});

test('requests that are not gRPC can be served by a fallback on the same connection', async (t) => {
  const client = new HandClient(echoing, {
    fallback: (stream, head) => {
      const answer = (source: Buffer, start: number, end: number) => {
        stream.sendData(Buffer.from(`${head.path}: ${source.toString('utf8', start, end)}`), true);
      };
      return { headers() {}, data: answer, trailers() {}, aborted() {}, drained() {} };
    },
  });
  await client.send(
    headers(1, [
      [':method', 'POST'],
      [':scheme', 'http'],
      [':path', '/v3/kv/range'],
    ]),
    data(1, '{}', END_STREAM),
  );
  t.is(client.answer(1).body, '/v3/kv/range: {}');
});

test('malformed messages are refused in the words of grpc-go', async (t) => {
  const { handlers, log } = recorded();
  const client = new HandClient({ ...echoing, ...handlers });
  await client.send(call(1, echo, 'malformed'));
  const text = 'grpc: error unmarshalling request: test.Text: malformed at byte 0';
  t.deepEqual(outcome(client, 1), ['13', text]);
  await client.send(
    headers(3, callFields(chat.path)),
    data(3, message('fine')),
    data(3, message('malformed')),
    data(3, message('late')),
  );
  t.deepEqual(outcome(client, 3), ['13', text]);
  t.deepEqual(log, ['fine', 'cancel']);
});

test('a unary call with no message, half a message or two is refused', async (t) => {
  const client = new HandClient(echoing);
  await client.send(headers(1, callFields(echo.path), END_STREAM));
  await client.send(headers(3, callFields(echo.path)), data(3, message('hello').subarray(0, 7), END_STREAM));
  await client.send(headers(5, callFields(echo.path)), data(5, message('a')), data(5, message('b'), END_STREAM));
  for (const id of [1, 3, 5]) {
    t.is(outcome(client, id)[0], '13');
    t.regex(outcome(client, id)[1]!, /cardinality violation/);
  }
});

test('a request may be as large as maxRequestBytes and its overhead, and not one byte larger', async (t) => {
  const maxRequestBytes = 1000;
  const max = maxRequestBytes + OVERHEAD_BYTES;
  const client = new HandClient({ Echo: (request) => String(request.length) }, { maxRequestBytes });
  const upload = async (id: number, length: number) => {
    const bytes = message(Buffer.alloc(length, 0x61));
    const frames: Buffer[] = [headers(id, callFields(echo.path))];
    for (let at = 0; at < bytes.length; at += 16_384) frames.push(data(id, bytes.subarray(at, at + 16_384)));
    await client.send(...frames, data(id, '', END_STREAM));
  };
  await upload(1, max);
  t.deepEqual(client.answer(1).messages, [String(max)]);
  await upload(3, max + 1);
  t.deepEqual(outcome(client, 3), ['8', `grpc: received message larger than max (${max + 1} vs. ${max})`]);
  // Known from the prefix alone: the client is told to stop.
  await client.send(headers(5, callFields(echo.path)), data(5, Buffer.from('00ffffffff', 'hex')));
  t.deepEqual(outcome(client, 5), ['8', `grpc: received message larger than max (4294967295 vs. ${max})`]);
  t.is(client.answer(5).reset, ErrorCode.NO_ERROR);
});

test('half-received messages share a budget: gatherBytesMax', async (t) => {
  const client = new HandClient(echoing, { gatherBytesMax: 100_000 });
  const half = message(Buffer.alloc(60_000, 0x61)).subarray(0, 16_000);
  const begin = (id: number) => client.send(headers(id, callFields(echo.path)), data(id, half));
  for (const id of [1, 3, 5]) await begin(id);
  t.false(client.answer(5).ended);
  await begin(7);
  t.deepEqual(outcome(client, 7), ['8', 'grpc: too many bytes in half-received messages']);
  // Whoever goes makes room.
  await client.send(reset(1));
  await begin(9);
  t.false(client.answer(9).ended);
});

test('gzip messages are read, other encodings and stray flags refused', async (t) => {
  const client = new HandClient(echoing, { maxRequestBytes: 0 });
  const send = (id: number, body: Buffer, encoding?: string) => {
    const extra: [string, string][] = encoding === undefined ? [] : [['grpc-encoding', encoding]];
    return client.send(headers(id, callFields(echo.path, extra)), data(id, body, END_STREAM));
  };
  await send(1, message(gzipSync('zipped'), 1), 'gzip');
  t.deepEqual(client.answer(1).messages, ['zipped']);
  await send(3, message('plain'), 'gzip');
  t.deepEqual(client.answer(3).messages, ['plain']);
  await send(5, message('plain'), 'identity');
  t.deepEqual(client.answer(5).messages, ['plain']);
  await send(7, message('x', 1), 'snappy');
  t.deepEqual(outcome(client, 7), ['12', 'grpc: Decompressor is not installed for grpc-encoding "snappy"']);
  await send(9, message('x', 1));
  t.deepEqual(outcome(client, 9), ['13', 'grpc: compressed flag set with identity or empty encoding']);
  await send(11, message('not gzip', 1), 'gzip');
  t.is(outcome(client, 11)[0], '13');
  await send(13, message('x', 7));
  t.deepEqual(outcome(client, 13), ['13', 'grpc: received unexpected payload format 7']);
  // A bomb: 100 MB of zeros in 100 kB.
  await send(15, message(gzipSync(Buffer.alloc(1 << 20)), 1), 'gzip');
  t.is(outcome(client, 15)[0], '8');
});

test('metadata arrives in lower case, binary values decoded, protocol fields left out', async (t) => {
  let seen: ReadonlyMap<string, string> = new Map();
  const client = new HandClient({
    Echo: (request, call) => {
      seen = call.metadata;
      return request;
    },
  });
  const extra: [string, string][] = [
    ['token', 'abc.1'],
    ['trace-bin', Buffer.from([0, 255, 10]).toString('base64')],
    ['multi', 'a'],
    ['multi', 'b'],
    ['user-agent', 'test/1'],
    ['grpc-accept-encoding', 'gzip'],
  ];
  await client.send(call(1, echo, 'x', extra));
  t.deepEqual(Object.fromEntries(seen), { token: 'abc.1', 'trace-bin': '\0ÿ\n', multi: 'a,b', 'user-agent': 'test/1' });
  await client.send(call(3, echo, 'x', [['bad-bin', '???']]));
  t.is(client.answer(3).fields.get(':status'), '400');
  t.deepEqual(outcome(client, 3), ['13', 'malformed binary metadata "???" in header "bad-bin"']);
});

// Deadlines and cancellation.

test('a call is cancelled and answered when its deadline passes, and what the handler says later is dropped', async (t) => {
  let answer: (text: string) => void = () => {};
  let call1: Call | undefined;
  const client = new HandClient({
    Echo: (_request, call) => {
      call1 = call;
      return new Promise<string>((resolve) => {
        answer = resolve;
      });
    },
  });
  await client.send(call(1, echo, 'x', [['grpc-timeout', '500m']]));
  t.is(call1?.timeoutMs, 500);
  client.clock.advance(499);
  t.false(call1?.cancelled);
  client.clock.advance(1);
  t.true(call1?.cancelled);
  answer('too late');
  await client.send();
  t.deepEqual(outcome(client, 1), ['4', 'context deadline exceeded']);
  t.deepEqual(client.answer(1).messages, []);
});

test('the deadline of a stream counts from its beginning, whatever is still queued', async (t) => {
  const { handlers, log, out } = recorded();
  const client = new HandClient(handlers);
  await client.send(headers(1, callFields(chat.path, [['grpc-timeout', '2S']])));
  out[0]!.send('x'.repeat(200_000));
  await client.send();
  client.clock.advance(2000);
  await client.send();
  t.deepEqual(log, ['call cancelled', 'cancel']);
  t.deepEqual(outcome(client, 1), ['4', 'context deadline exceeded']);
  t.false(out[0]!.send('more'));
});

test('an answered call leaves no timer behind', async (t) => {
  const client = new HandClient({ Echo: async (request) => request });
  const before = client.clock.pendingTimers;
  await client.send(call(1, echo, 'x', [['grpc-timeout', '10S']]));
  t.deepEqual(client.answer(1).messages, ['x']);
  t.is(client.clock.pendingTimers, before);
});

test('a deadline beyond what timers can do is no deadline', async (t) => {
  const { handlers, calls } = recorded();
  const client = new HandClient(handlers);
  const before = client.clock.pendingTimers;
  await client.send(headers(1, callFields(chat.path, [['grpc-timeout', '99999999H']])));
  t.is(client.clock.pendingTimers, before);
  t.is(calls[0]?.timeoutMs, 99_999_999 * 3_600_000);
});

test('an answer that cannot be encoded is the handler’s error, not a broken connection', async (t) => {
  const failures: unknown[] = [];
  const client = new HandClient(
    { Echo: () => undefined as unknown as string },
    { handlerFailed: (error) => failures.push(error) },
  );
  await client.send(call(1, echo, 'x'));
  t.is(outcome(client, 1)[0], '2');
  t.is(failures.length, 1);
  t.false(client.closed);
});

test('a malformed grpc-timeout is refused', async (t) => {
  const client = new HandClient(echoing);
  for (const [index, text] of ['', '5', 'S', '123456789S', '-1S', '1x'].entries()) {
    const id = 1 + 2 * index;
    await client.send(call(id, echo, 'x', [['grpc-timeout', text]]));
    t.deepEqual(outcome(client, id), ['13', `malformed grpc-timeout: ${JSON.stringify(text)}`]);
  }
});

test('RST_STREAM and a lost connection cancel calls, once', async (t) => {
  const { handlers, log, calls } = recorded();
  const client = new HandClient(handlers);
  await client.send(headers(1, callFields(chat.path)), headers(3, callFields(chat.path)), reset(1));
  t.deepEqual(log, ['call cancelled', 'cancel']);
  t.deepEqual(
    calls.map(({ cancelled }) => cancelled),
    [true, false],
  );
  client.socket.destroy();
  await settle();
  t.is(log.length, 4);
  let late = false;
  calls[1]!.onCancel(() => {
    late = true;
  });
  t.true(late);
});

// Streams.

test('a bidirectional stream: messages both ways, half-close, end', async (t) => {
  const { handlers, log, out } = recorded();
  const client = new HandClient(handlers);
  await client.send(headers(1, callFields(chat.path)), data(1, message('one')));
  out[0]!.send('ONE');
  await client.send(data(1, message('two'), END_STREAM));
  t.deepEqual(log, ['one', 'two', 'end']);
  out[0]!.send('TWO');
  out[0]!.end();
  await client.send();
  t.deepEqual(client.answer(1).messages, ['ONE', 'TWO']);
  t.deepEqual(outcome(client, 1), ['0', undefined]);
  t.is(client.answer(1).reset, undefined);
});

test('a stream that ends without a message still has a head and a status', async (t) => {
  const { handlers, out } = recorded();
  const client = new HandClient(handlers);
  await client.send(headers(1, callFields(chat.path), END_STREAM));
  out[0]!.end();
  await client.send();
  t.is(client.answer(1).fields.get('content-type'), 'application/grpc');
  t.is(outcome(client, 1)[0], '0');
});

test('server streaming: the request is a message and an end', async (t) => {
  const { handlers, log, out } = recorded();
  const client = new HandClient(handlers);
  await client.send(headers(1, callFields(download.path)), data(1, message('all'), END_STREAM));
  t.deepEqual(log, ['all', 'end']);
  for (const text of ['a', 'b', 'c']) out[0]!.send(text);
  out[0]!.end();
  await client.send();
  t.deepEqual(client.answer(1).messages, ['a', 'b', 'c']);
  await client.send(headers(3, callFields(download.path), END_STREAM));
  t.is(outcome(client, 3)[0], '13');
  await client.send(headers(5, callFields(download.path)), data(5, message('a')), data(5, message('b')));
  t.is(outcome(client, 5)[0], '13');
});

test('client streaming: exactly one answer', async (t) => {
  const { handlers, log, out } = recorded();
  const client = new HandClient(handlers);
  await client.send(headers(1, callFields(upload.path)), data(1, message('a')), data(1, message('b'), END_STREAM));
  t.deepEqual(log, ['a', 'b', 'end']);
  out[0]!.send('2');
  out[0]!.end();
  await client.send(headers(3, callFields(upload.path), END_STREAM));
  out[1]!.end();
  await client.send();
  t.deepEqual(client.answer(1).messages, ['2']);
  t.is(outcome(client, 3)[0], '13');
});

test('a stream that ends within a message is refused and cancelled', async (t) => {
  const { handlers, log } = recorded();
  const client = new HandClient(handlers);
  await client.send(
    headers(1, callFields(chat.path)),
    data(1, message('whole')),
    data(1, message('half').subarray(0, 6), END_STREAM),
  );
  t.deepEqual(log, ['whole', 'cancel']);
  t.is(outcome(client, 1)[0], '13');
});

test('a handler that ends before the client stops it from sending', async (t) => {
  const { handlers, log, out } = recorded();
  const client = new HandClient(handlers);
  await client.send(headers(1, callFields(chat.path)));
  out[0]!.end();
  await client.send(data(1, message('late')), reset(1));
  t.deepEqual(log, []);
  t.is(client.answer(1).reset, ErrorCode.NO_ERROR);
});

test('send says when the client lags, and onDrain when it has caught up', async (t) => {
  const { handlers, out } = recorded();
  const client = new HandClient(handlers);
  await client.send(headers(1, callFields(chat.path)));
  let drains = 0;
  out[0]!.onDrain(() => drains++);
  let sent = 0;
  while (out[0]!.send('x'.repeat(10_000))) sent++;
  t.true(sent > 10 && sent < 60, `${sent} messages`);
  t.false(out[0]!.writable);
  await client.send();
  t.is(drains, 0);
  await client.send(windowUpdate(0, 1 << 20), windowUpdate(1, 1 << 20));
  t.is(drains, 1);
  t.true(out[0]!.writable);
});

test('a client that leaves too much unread gets no more answers: unsentBytesMax', async (t) => {
  const { handlers, out } = recorded();
  const client = new HandClient(
    { Echo: () => 'x'.repeat(400_000), ...handlers },
    { http2: { unsentBytesMax: 1_000_000 } },
  );
  await client.send(call(1, echo, ''), call(3, echo, ''), call(5, echo, ''), headers(7, callFields(chat.path)));
  await client.send(call(9, echo, ''));
  t.deepEqual(outcome(client, 9), ['8', 'grpc: the client leaves too many answers unread']);
  t.false(out[0]!.send('x'));
  await client.send();
  t.is(outcome(client, 7)[0], '8');
});

// Going away.

test('close lets running calls finish and then closes', async (t) => {
  let answer: (text: string) => void = () => {};
  const client = new HandClient({
    Echo: () =>
      new Promise<string>((resolve) => {
        answer = resolve;
      }),
  });
  await client.send(call(1, echo, 'x'));
  const closed = client.server.close(5000);
  await client.send();
  const drainPing = client.frames.at(-1)!;
  t.deepEqual(brief(client.frames.slice(-2)), ['GOAWAY 0', 'PING']);
  await client.send(ping(drainPing.payload.toString(), 1));
  answer('done');
  await client.send();
  await closed;
  t.deepEqual(client.answer(1).messages, ['done']);
  t.true(client.closed);
});

test('close ends what does not finish in time', async (t) => {
  const { handlers, log } = recorded();
  const client = new HandClient(handlers);
  await client.send(headers(1, callFields(chat.path)));
  const closed = client.server.close(5000);
  t.is(client.server.close(), closed);
  client.clock.advance(5000);
  await closed;
  t.deepEqual(log, ['call cancelled', 'cancel']);
  t.is(client.server.connections, 0);
  const [ours, theirs] = MemorySocket.pair();
  client.server.accept(theirs);
  t.true(theirs.destroyed);
  ours.destroy();
});

test('what a sniffer has read already is part of the connection', async (t) => {
  const server = testServer(new ManualClock(), echoing);
  const [ours, theirs] = MemorySocket.pair();
  const received: Buffer[] = [];
  ours.on('data', (chunk: Buffer) => received.push(chunk));
  server.accept(theirs, Buffer.concat([PREFACE, settings(), call(1, echo, 'early')]));
  await settle();
  t.true(Buffer.concat(received).includes('early'));
  t.is(server.connections, 1);
  ours.destroy();
  await settle();
  t.is(server.connections, 0);
});
