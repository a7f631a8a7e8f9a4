import test from 'ava';
import { ManualClock } from '../wire/http2/manual-clock.ts';
import { base64, type RawConnection, rawConnection, startServer, type TestServer, until } from './gateway-server.ts';

/** The JSON lines in a chunked response so far. */
function lines(connection: RawConnection): unknown[] {
  return connection
    .received()
    .split(/\r?\n/)
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

async function openStream(
  t: Parameters<typeof rawConnection>[0],
  server: TestServer,
  path: string,
  headers = '',
): Promise<RawConnection> {
  const connection = await rawConnection(t, server.port);
  connection.send(`POST ${path} HTTP/1.1\r\nHost: x\r\n${headers}Transfer-Encoding: chunked\r\n\r\n`);
  return connection;
}

async function put(server: TestServer, key: string, value: string): Promise<void> {
  await fetch(`${server.url}/v3/kv/put`, {
    method: 'POST',
    body: `{"key":"${base64(key)}","value":"${base64(value)}"}`,
  });
}

interface WatchLine {
  result: { created?: boolean; watch_id?: string; events?: { kv: { value: string } }[] };
}

test('a watch answers line by line while its request stays open', async (t) => {
  const server = await startServer(t);
  const connection = await openStream(t, server, '/v3/watch');
  connection.send(chunk(`{"create_request":{"key":"${base64('k')}","watch_id":7}}`));
  await until('the creation', () => lines(connection).length === 1);
  t.like(lines(connection)[0], { result: { created: true, watch_id: '7' } });
  await put(server, 'k', 'one');
  await until('the first event', () => lines(connection).length === 2);
  await put(server, 'k', 'two');
  await until('the second event', () => lines(connection).length === 3);
  t.deepEqual(
    (lines(connection).slice(1) as WatchLine[]).map((line) => line.result.events?.[0]?.kv.value),
    [base64('one'), base64('two')],
  );
  // A second request on the same stream.
  connection.send(chunk('{"cancel_request":{"watch_id":"7"}}'));
  await until('the cancellation', () => lines(connection).length === 4);
  t.like(lines(connection)[3], { result: { canceled: true, watch_id: '7' } });
});

test('a watch goes on after its request has ended, as curl sends it, and is cancelled when the client goes', async (t) => {
  const server = await startServer(t);
  const connection = await rawConnection(t, server.port);
  const body = `{"create_request":{"key":"${base64('k')}"}}`;
  connection.send(`POST /v3/watch HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  await until('the creation', () => lines(connection).length === 1);
  await put(server, 'k', 'one');
  await until('the event', () => lines(connection).length === 2);
  t.is(server.service.streams, 1);
  connection.socket.destroy();
  await until('the cancellation', () => server.service.streams === 0);
  t.is(server.service.cancelled, 1);
});

test('requests may be cut anywhere, and several may come in one chunk', async (t) => {
  const server = await startServer(t);
  const connection = await openStream(t, server, '/v3/lease/keepalive');
  for (const character of '{"ID":"1"} {"no":"}{\\"","ID":2}\n') connection.send(chunk(character));
  connection.send(chunk('{"ID":3}{"ID":4}\n\n{"ID":5}'));
  connection.send('0\r\n\r\n');
  await until('the end', () => connection.received().endsWith('0\r\n\r\n'));
  t.deepEqual(
    (lines(connection) as { result: { ID: string } }[]).map((line) => line.result.ID),
    ['1', '2', '3', '4', '5'],
  );
  t.is(server.service.streams, 0);
});

test('a stream that fails before its first answer has the HTTP status of the error', async (t) => {
  const server = await startServer(t);
  const response = await fetch(`${server.url}/v3/watch`, {
    method: 'POST',
    body: `{"create_request":{"key":"${base64('no leader')}"}}`,
  });
  t.is(response.status, 503);
  t.deepEqual(await response.json(), { error: { code: 14, message: 'etcdserver: no leader', details: [] } });
});

test('a stream that fails later says so in its last line', async (t) => {
  const server = await startServer(t);
  const response = await fetch(`${server.url}/v3/election/observe`, {
    method: 'POST',
    body: `{"name":"${base64('boss')}"}`,
  });
  t.is(response.status, 200);
  const [first, last] = (await response.text()).trim().split('\n');
  t.like(JSON.parse(first!), { result: { kv: { key: base64('boss') } } });
  t.deepEqual(JSON.parse(last!), { error: { code: 14, message: 'etcdserver: no leader', details: [] } });
});

const malformed: [body: string, message: string][] = [
  ['nonsense', 'json: request 1 of the stream: expected an object, found "n"'],
  ['{"create_request":', 'json: request 1 of the stream: the input ends inside it'],
  [
    '{"create_request":{"key":true}}',
    'json: line 1 column 26: expected etcdserverpb.WatchCreateRequest.key as base64 text, found true',
  ],
  ['{"create_request":{}]', 'json: line 1 column 21: expected "," or "}", found "]"'],
];

for (const [body, message] of malformed) {
  test(`a stream of ${JSON.stringify(body)} ends with an error that says where`, async (t) => {
    const server = await startServer(t);
    const response = await fetch(`${server.url}/v3/watch`, { method: 'POST', body });
    t.is(response.status, 400);
    t.deepEqual(await response.json(), { error: { code: 3, message, details: [] } });
    t.is(server.service.streams, 0);
  });
}

test('one malformed request ends a stream that was going well', async (t) => {
  const server = await startServer(t);
  const connection = await openStream(t, server, '/v3/lease/keepalive');
  connection.send(chunk('{"ID":1}'));
  await until('the first answer', () => lines(connection).length === 1);
  connection.send(chunk('{"ID":"x"}'));
  await until('the end', () => connection.received().endsWith('0\r\n\r\n'));
  t.deepEqual(lines(connection)[1], {
    error: {
      code: 3,
      message: 'json: line 1 column 7: etcdserverpb.LeaseKeepAliveRequest.ID: "x" is not an integer',
      details: [],
    },
  });
});

test('a request of a stream that never ends is refused at the limit', async (t) => {
  const server = await startServer(t, { maxRequestBytes: 1000 });
  const connection = await openStream(t, server, '/v3/watch');
  connection.send(chunk('{"x":"'));
  for (let i = 0; i < 10; i++) connection.send(chunk('x'.repeat(100_000)));
  await until('the refusal', () => lines(connection).length === 1);
  t.regex(JSON.stringify(lines(connection)[0]), /request 1 of the stream: larger than \d+ bytes/);
});

test('a snapshot waits for a client that does not read, and comes whole when it does', async (t) => {
  const server = await startServer(t);
  server.service.snapshotMessages = 400;
  const connection = await rawConnection(t, server.port);
  connection.socket.pause();
  connection.send('POST /v3/maintenance/snapshot HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}');
  let last = -1;
  await until('the snapshot to come to rest', () => {
    const rests = server.service.snapshotSent > 0 && server.service.snapshotSent === last;
    last = server.service.snapshotSent;
    return rests;
  });
  t.true(server.service.snapshotSent < 400, `${server.service.snapshotSent} messages were sent to nobody`);
  connection.socket.resume();
  await until('the end', () => connection.received().endsWith('0\r\n\r\n'));
  const messages = lines(connection) as { result: { remaining_bytes?: string; blob: string } }[];
  t.is(messages.length, 400);
  t.is(messages[0]!.result.remaining_bytes, '399');
  t.is(Buffer.from(messages[399]!.result.blob, 'base64').length, 65_536);
});

test('a stream without a request gets the message with nothing set', async (t) => {
  const server = await startServer(t);
  const response = await fetch(`${server.url}/v3/maintenance/snapshot`, { method: 'POST' });
  t.is((await response.text()).trim().split('\n').length, 3);
});

test('Grpc-Timeout ends a stream', async (t) => {
  const server = await startServer(t);
  const connection = await openStream(t, server, '/v3/watch', 'Grpc-Timeout: 50m\r\n');
  connection.send(chunk(`{"create_request":{"key":"${base64('k')}"}}`));
  await until('the end', () => connection.received().endsWith('0\r\n\r\n'));
  t.deepEqual(lines(connection).at(-1), { error: { code: 4, message: 'context deadline exceeded', details: [] } });
  t.is(server.service.cancelled, 1);
});

test('closing the server ends streams with its reason', async (t) => {
  const server = await startServer(t);
  const connection = await openStream(t, server, '/v3/watch');
  connection.send(chunk(`{"create_request":{"key":"${base64('k')}"}}`));
  await until('the creation', () => lines(connection).length === 1);
  await server.served.close(10_000);
  t.deepEqual(lines(connection).at(-1), { error: { code: 14, message: 'etcdserver: server stopped', details: [] } });
  t.is(server.service.streams, 0);
});

test('a body that does not arrive in a minute is refused', async (t) => {
  const clock = new ManualClock();
  const server = await startServer(t, { clock });
  const connection = await rawConnection(t, server.port);
  connection.send('POST /v3/kv/put HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n{"key"');
  // The answer to a second connection shows that the first one's bytes have been read.
  t.is((await fetch(`${server.url}/health`, { method: 'POST' })).status, 405);
  clock.advance(60_000);
  await until('the refusal', () => connection.received().includes('did not arrive in time'));
  t.regex(connection.received(), /^HTTP\/1\.1 408 /);
});
