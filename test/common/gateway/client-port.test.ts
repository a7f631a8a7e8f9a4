import type { Duplex } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { type ClientPort, type ClientPortOptions, listen } from '../../../common/gateway/client-port.ts';
import { silentLogger } from '../../../common/log.ts';
import { StartError } from '../../../common/runtime/role.ts';
import { ManualClock } from '../wire/http2/manual-clock.ts';
import { base64, rawConnection, startServer, until } from './gateway-server.ts';

interface Accepted {
  readonly side: 'http' | 'http2';
  readonly socket: Duplex;
  bytes: string;
}

/** A port whose two sides only note what they are given. */
async function openPort(t: ExecutionContext, options: Partial<ClientPortOptions> = {}) {
  const accepted: Accepted[] = [];
  const side = (name: 'http' | 'http2') => ({
    accept(socket: Duplex, alreadyRead?: Buffer) {
      const entry: Accepted = { side: name, socket, bytes: alreadyRead?.toString('latin1') ?? '' };
      socket.on('data', (chunk: Buffer) => {
        entry.bytes += chunk.toString('latin1');
      });
      accepted.push(entry);
    },
    close: () => Promise.resolve(),
  });
  const clock = new ManualClock();
  const port: ClientPort = await listen({
    host: '127.0.0.1',
    port: 0,
    http2: side('http2'),
    http: side('http'),
    clock,
    log: silentLogger,
    option: '--listen-client-urls',
    ...options,
  });
  t.teardown(async () => {
    await port.close();
    for (const { socket } of accepted) socket.destroy();
  });
  return { port, accepted, clock };
}

test('the HTTP/2 preface goes to the gRPC side, everything else to HTTP, with all bytes', async (t) => {
  const { port, accepted } = await openPort(t);
  const cases: [bytes: string, side: 'http' | 'http2'][] = [
    ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nframes', 'http2'],
    ['POST /v3/kv/put HTTP/1.1\r\n', 'http'],
    ['PROPFIND / HTTP/1.1\r\n', 'http'],
    ['PRIME', 'http'],
    ['\0\0garbage', 'http'],
  ];
  for (const [index, [bytes, side]] of cases.entries()) {
    const connection = await rawConnection(t, port.address.port);
    connection.send(bytes);
    await until(`${bytes} to arrive`, () => accepted[index]?.bytes === bytes);
    t.is(accepted[index]?.side, side, bytes);
  }
});

test('bytes that come one by one are kept until they tell the protocol', async (t) => {
  const { port, accepted } = await openPort(t);
  for (const text of ['PRI * HTTP/2.0', 'PROPFIND /', 'GET /']) {
    const before = accepted.length;
    const connection = await rawConnection(t, port.address.port);
    connection.socket.setNoDelay(true);
    for (const character of text) {
      connection.send(character);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(`${text} to arrive`, () => accepted[before]?.bytes === text);
    t.is(accepted[before]?.side, text.startsWith('PRI ') ? 'http2' : 'http');
  }
});

test('a connection that does not tell its protocol within a minute is closed', async (t) => {
  const { port, clock } = await openPort(t);
  const silent = await rawConnection(t, port.address.port);
  const slow = await rawConnection(t, port.address.port);
  slow.send('P');
  await until('both to be accepted', () => port.connections === 2);
  clock.advance(59_999);
  t.false(silent.closed() || slow.closed());
  clock.advance(1);
  await until('both to be closed', () => silent.closed() && slow.closed());
  await until('the count', () => port.connections === 0);
});

test('a connection that ends without a word is closed', async (t) => {
  const { port, clock } = await openPort(t);
  const connection = await rawConnection(t, port.address.port);
  connection.socket.end();
  await until('the close', () => connection.closed());
  await until('the count', () => port.connections === 0);
  t.is(clock.pendingTimers, 0);
});

test('connections beyond the bound are closed unread', async (t) => {
  const warnings: string[] = [];
  const { port } = await openPort(t, {
    connectionsMax: 2,
    log: { ...silentLogger, warn: (message) => warnings.push(message) },
  });
  const first = await rawConnection(t, port.address.port);
  await rawConnection(t, port.address.port);
  await until('two', () => port.connections === 2);
  for (let i = 0; i < 3; i++) {
    const third = await rawConnection(t, port.address.port);
    await until('the third to be closed', () => third.closed());
  }
  t.deepEqual(warnings, ['too many client connections: further ones are closed']);
  first.socket.destroy();
  await until('room', () => port.connections === 1);
  const fourth = await rawConnection(t, port.address.port);
  await until('two again', () => port.connections === 2);
  t.false(fourth.closed());
});

test('a taken port is a StartError that names the address and the option', async (t) => {
  const { port } = await openPort(t);
  const error = await t.throwsAsync(openPort(t, { port: port.address.port }), { instanceOf: StartError });
  t.is(
    error.message,
    `cannot listen on 127.0.0.1:${port.address.port}: the address is in use (another server running?); choose another address with --listen-client-urls`,
  );
});

test('an address that this machine does not have is a StartError', async (t) => {
  const error = await t.throwsAsync(openPort(t, { host: '192.0.2.1' }), { instanceOf: StartError });
  t.regex(error.message, /^cannot listen on 192\.0\.2\.1:0: no interface of this machine has that address; choose/);
});

test('when one of several ports cannot be opened, none is', async (t) => {
  const { port } = await openPort(t);
  const free = await openPort(t);
  await free.port.close();
  const addresses = [free.port.address, port.address];
  const error = await t.throwsAsync(startServer(t, { listen: addresses }), { instanceOf: StartError });
  t.regex(error.message, /the address is in use/);
  await t.notThrowsAsync(openPort(t, { port: free.port.address.port }));
});

test('closing answers what is under way, ends idle connections and takes no new ones', async (t) => {
  const server = await startServer(t);
  const idle = await rawConnection(t, server.port);
  idle.send('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
  await until('the first answer', () => idle.received().includes('"true"'));
  const silent = await rawConnection(t, server.port);
  const busy = await rawConnection(t, server.port);
  const body = `{"key":"${base64('wait')}"}`;
  busy.send(`POST /v3/kv/put HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  await until('the call', () => server.service.waiting === 1);

  let closed = false;
  const closing = server.served.close(10_000).then(() => {
    closed = true;
  });
  await until('the idle ones to be closed', () => idle.closed() && silent.closed());
  await t.throwsAsync(rawConnection(t, server.port), { code: 'ECONNREFUSED' });
  t.false(closed);
  t.is(busy.received(), '');
  server.service.release();
  await closing;
  await until('the busy one to be closed', () => busy.closed());
  t.regex(busy.received(), /^HTTP\/1\.1 200 OK[\s\S]*Connection: close[\s\S]*"revision"/);
});

test('what is still under way when the grace period ends is dropped', async (t) => {
  const server = await startServer(t);
  const busy = await rawConnection(t, server.port);
  const body = `{"key":"${base64('wait')}"}`;
  busy.send(`POST /v3/kv/put HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  await until('the call', () => server.service.waiting === 1);
  await server.served.close(20);
  await until('the close', () => busy.closed());
  t.is(busy.received(), '');
  t.is(server.service.cancelled, 1);
});

test('a connection without a first request is closed after a minute, an idle one after five', async (t) => {
  const clock = new ManualClock();
  const server = await startServer(t, { clock });
  const slow = await rawConnection(t, server.port);
  slow.send('GET /version HTT');
  const idle = await rawConnection(t, server.port);
  idle.send('GET /version HTTP/1.1\r\nHost: x\r\n\r\n');
  await until('the answer', () => idle.received().includes('etcdserver'));
  await until('both connections', () => server.served.connections === 2);
  clock.advance(60_000);
  await until('the slow one to be closed', () => slow.closed());
  clock.advance(230_000);
  idle.send('GET /version HTTP/1.1\r\nHost: x\r\n\r\n');
  await until('the second answer', () => idle.received().split('etcdserver').length === 3);
  clock.advance(290_000);
  t.false(idle.closed());
  clock.advance(10_000);
  await until('the idle one to be closed', () => idle.closed());
});
