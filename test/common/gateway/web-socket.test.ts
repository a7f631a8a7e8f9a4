import test, { type ExecutionContext } from 'ava';
import { WebSocket } from 'ws';
import { ManualClock } from '../wire/http2/manual-clock.ts';
import { base64, rawConnection, startServer, type TestServer, until } from './gateway-server.ts';

interface Client {
  readonly socket: WebSocket;
  readonly messages: unknown[];
  closing(): { code: number; reason: string } | undefined;
}

function open(t: ExecutionContext, server: TestServer, path: string, protocols: string[] = []): Promise<Client> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, protocols);
    const messages: unknown[] = [];
    let closing: { code: number; reason: string } | undefined;
    t.teardown(() => socket.terminate());
    socket.on('message', (data) => messages.push(JSON.parse(String(data))));
    socket.on('close', (code, reason) => {
      closing = { code, reason: reason.toString() };
    });
    socket.once('error', reject);
    socket.once('open', () => resolve({ socket, messages, closing: () => closing }));
  });
}

test('a watch over WebSocket: each request and each answer is one text message', async (t) => {
  const server = await startServer(t);
  const client = await open(t, server, '/v3/watch');
  client.socket.send(`{"create_request":{"key":"${base64('k')}","watch_id":"3"}}`);
  await until('the creation', () => client.messages.length === 1);
  await fetch(`${server.url}/v3/kv/put`, { method: 'POST', body: `{"key":"${base64('k')}","value":"${base64('v')}"}` });
  await until('the event', () => client.messages.length === 2);
  t.like(client.messages[0], { result: { created: true, watch_id: '3' } });
  t.like(client.messages[1], { result: { events: [{ kv: { key: base64('k'), value: base64('v') } }] } });
  client.socket.close();
  await until('the cancellation', () => server.service.streams === 0);
});

test('one message may hold several requests', async (t) => {
  const server = await startServer(t);
  const client = await open(t, server, '/v3beta/lease/keepalive');
  client.socket.send('{"ID":1}\n{"ID":2}');
  await until('both answers', () => client.messages.length === 2);
  t.like(client.messages[1], { result: { ID: '2' } });
});

test('a server stream starts at its first message and ends with a close frame', async (t) => {
  const server = await startServer(t);
  const client = await open(t, server, '/v3/maintenance/snapshot');
  t.is(server.service.streams, 0);
  client.socket.send('{}');
  await until('the end', () => client.closing() !== undefined);
  t.is(client.messages.length, 3);
  t.deepEqual(client.closing(), { code: 1000, reason: '' });
});

test('the token comes as subprotocol, which the answer confirms', async (t) => {
  const server = await startServer(t);
  const client = await open(t, server, '/v3/watch', ['Bearer', 'abc.1']);
  t.is(client.socket.protocol, 'Bearer');
  await until('the call', () => server.service.seen.length === 1);
  t.is(server.service.seen[0]?.get('token'), 'abc.1');
  t.is(server.service.seen[0]?.get('authorization'), 'Bearer abc.1');
});

const refusals: [title: string, message: string | Buffer, code: number, error: RegExp][] = [
  ['text that is not JSON', 'nonsense', 1007, /expected an object, found "n"/],
  ['half a request', '{"create_request":', 1007, /the input ends inside it/],
  ['an empty object in the wrong place', '[]', 1007, /expected an object, found "\["/],
  ['a wrong type', '{"create_request":5}', 1007, /WatchRequest\.create_request as an object, found 5/],
  ['a binary message', Buffer.from('{}'), 1003, /a binary message; requests are JSON in text messages/],
];

for (const [title, message, code, error] of refusals) {
  test(`${title} gets an error message and close code ${code}`, async (t) => {
    const server = await startServer(t);
    const client = await open(t, server, '/v3/watch');
    client.socket.send(message);
    await until('the close', () => client.closing() !== undefined);
    t.is(client.messages.length, 1);
    t.like(client.messages[0], { error: { code: 3 } });
    t.regex(JSON.stringify(client.messages[0]), new RegExp(error.source.replaceAll('"', '\\\\"')));
    t.is(client.closing()?.code, code);
    t.regex(client.closing()!.reason, /^json: /);
    t.is(server.service.streams, 0);
  });
}

test('an error of the service is the last message, and its reason in the close frame', async (t) => {
  const server = await startServer(t);
  const client = await open(t, server, '/v3/watch');
  client.socket.send(`{"create_request":{"key":"${base64('no leader')}"}}`);
  await until('the close', () => client.closing() !== undefined);
  t.deepEqual(client.messages, [{ error: { code: 14, message: 'etcdserver: no leader', details: [] } }]);
  t.deepEqual(client.closing(), { code: 1001, reason: 'etcdserver: no leader' });
});

test('a message over the limit closes with 1009 and says so', async (t) => {
  const server = await startServer(t, { maxRequestBytes: 1000 });
  const client = await open(t, server, '/v3/watch');
  client.socket.send('x'.repeat(1_000_000));
  await until('the close', () => client.closing() !== undefined);
  t.deepEqual(client.closing(), { code: 1009, reason: 'etcdserver: request is too large' });
  await until('the cancellation', () => server.service.streams === 0);
});

test('bytes that are no WebSocket frame close the connection and hurt nobody else', async (t) => {
  const server = await startServer(t);
  const raw = await rawConnection(t, server.port);
  raw.send(
    'GET /v3/watch HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  await until('the handshake', () => raw.received().startsWith('HTTP/1.1 101 '));
  raw.send(Buffer.alloc(64, 0xff));
  await until('the close', () => raw.closed());
  t.true(raw.received().endsWith('\x03\xeamalformed WebSocket frame'));
  await until('the cancellation', () => server.service.streams === 0);
  t.is((await fetch(`${server.url}/health`)).status, 200);
});

test('a malformed handshake is refused with 400, an unknown path with 404, a unary call with 501', async (t) => {
  const server = await startServer(t);
  const ask = async (path: string, key: string): Promise<string> => {
    const raw = await rawConnection(t, server.port);
    raw.send(
      `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n${key}\r\n`,
    );
    await until('the refusal', () => raw.closed());
    return raw.received();
  };
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
  t.regex(await ask('/v3/watch', ''), /^HTTP\/1\.1 400 /);
  t.regex(await ask('/v3/nope', key), /^HTTP\/1\.1 404 [\s\S]*"message":"Not Found"/);
  t.regex(await ask('/v3/kv/put', key), /^HTTP\/1\.1 501 [\s\S]*"message":"this call does not stream: POST it"/);
});

test('a second request to a call that takes one is refused', async (t) => {
  const server = await startServer(t);
  server.service.snapshotMessages = 10_000;
  const client = await open(t, server, '/v3/maintenance/snapshot');
  client.socket.pause();
  client.socket.send('{}');
  client.socket.send('{}');
  await until('the refusal', () => server.service.streams === 0);
  client.socket.resume();
  await until('the close', () => client.closing() !== undefined);
  t.is(client.closing()?.code, 1007);
  t.regex(client.closing()!.reason, /snapshot takes one request only/);
});

test('a peer that does not read is waited for, and gets everything when it does', async (t) => {
  const server = await startServer(t);
  server.service.snapshotMessages = 400;
  const client = await open(t, server, '/v3/maintenance/snapshot');
  client.socket.pause();
  client.socket.send('{}');
  let last = -1;
  await until('the snapshot to come to rest', () => {
    const rests = server.service.snapshotSent > 0 && server.service.snapshotSent === last;
    last = server.service.snapshotSent;
    return rests;
  });
  t.true(server.service.snapshotSent < 400);
  client.socket.resume();
  await until('the end', () => client.closing() !== undefined);
  t.is(client.messages.length, 400);
});

test('a stream that ends while its buffer is full still closes in good order', async (t) => {
  const server = await startServer(t);
  server.service.snapshotMessages = 200;
  server.service.impatient = true;
  const client = await open(t, server, '/v3/maintenance/snapshot');
  client.socket.send('{}');
  await until('the end', () => client.closing() !== undefined);
  t.is(client.messages.length, 200);
  t.deepEqual(client.closing(), { code: 1000, reason: '' });
});

test('a peer that does not answer pings is gone after two of them', async (t) => {
  const clock = new ManualClock();
  const server = await startServer(t, { clock });
  const client = await open(t, server, '/v3/watch');
  await until('the call', () => server.service.streams === 1);
  let pings = 0;
  client.socket.on('ping', () => pings++);
  clock.advance(30_000);
  await until('the ping', () => pings === 1);
  t.is(server.service.streams, 1);
  const silent = await rawConnection(t, server.port);
  silent.send(
    'GET /v3/watch HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  await until('the second call', () => server.service.streams === 2);
  clock.advance(30_000);
  await until('the second ping', () => pings === 2);
  t.false(silent.closed());
  // An answer to a request that follows the pong: the server has seen that, too.
  client.socket.send('{"cancel_request":{}}');
  await until('an answer', () => client.messages.length === 1);
  clock.advance(30_000);
  await until('the silent one to be dropped', () => silent.closed() && server.service.streams === 1);
  t.is(client.closing(), undefined);
});

test('closing the server closes WebSockets with its reason', async (t) => {
  const server = await startServer(t);
  const client = await open(t, server, '/v3/watch');
  await until('the call', () => server.service.streams === 1);
  await server.served.close(10_000);
  await until('the close', () => client.closing() !== undefined);
  t.deepEqual(client.closing(), { code: 1001, reason: 'etcdserver: server stopped' });
});
