import { createSocket } from 'node:dgram';
import { connect, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import dns2 from 'dns2';
import { StartError } from '../../common/runtime/role.ts';
import { type Listener, openListeners } from '../../dns/listeners.ts';
import { buildQuery } from './harness/build-query.ts';
import { type DecodedMessage, decodeMessage } from './harness/decode-message.ts';
import { eventually } from './harness/eventually.ts';
import { manyInstances, TestZone } from './harness/zone-view.ts';

const tcpLimits = { connectionsMax: 8, idleMs: 5_000 };

async function listening(t: ExecutionContext, limits = tcpLimits, host = '127.0.0.1') {
  const zone = new TestZone({ registry: { ...manyInstances('web', 2), ...manyInstances('many', 100) } });
  const options = { responder: zone.responder, stats: zone.stats, tcpLimits: limits };
  const [listener] = await openListeners([{ host, port: 0 }], options);
  t.teardown(() => listener!.stop());
  return { zone, listener: listener!, port: listener!.address.port };
}

function askUdp(port: number, message: Buffer, host = '127.0.0.1'): Promise<DecodedMessage> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    socket.once('error', reject);
    socket.once('message', (response) => {
      socket.close();
      resolve(decodeMessage(response));
    });
    socket.send(message, port, host);
  });
}

function framed(...messages: readonly Buffer[]): Buffer {
  return Buffer.concat(messages.flatMap((message) => [Buffer.of(message.length >> 8, message.length & 255), message]));
}

/** A connection and the messages that came over it so far. */
async function openTcp(t: ExecutionContext, port: number, host = '127.0.0.1') {
  const socket: Socket = connect({ port, host, allowHalfOpen: true });
  t.teardown(() => socket.destroy());
  const state = { closed: false };
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => {});
  socket.on('end', () => {
    state.closed = true;
  });
  socket.on('close', () => {
    state.closed = true;
  });
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  const messages = (): DecodedMessage[] => {
    const found: DecodedMessage[] = [];
    const octets = Buffer.concat(chunks);
    for (let at = 0; at + 2 <= octets.length; ) {
      const end = at + 2 + octets.readUInt16BE(at);
      if (end > octets.length) break;
      found.push(decodeMessage(octets.subarray(at + 2, end)));
      at = end;
    }
    return found;
  };
  return { socket, messages, state };
}

const question = (id: number) => buildQuery('web.service.rollcall.internal', { id, type: 'SRV' });

test('UDP and TCP answer on the same port', async (t) => {
  const { port } = await listening(t);
  t.is((await askUdp(port, question(1))).answer.length, 2);
  const { socket, messages } = await openTcp(t, port);
  socket.write(framed(question(2)));
  await eventually('an answer over TCP', () => messages().length === 1);
  t.is(messages()[0]?.answer.length, 2);
});

test("dns2's own client understands us, truncation and all", async (t) => {
  const { port } = await listening(t);
  const resolve = dns2.UDPClient({ dns: '127.0.0.1', port, timeout: 5_000, retryOverTCP: true });
  const { answers } = await resolve('many.service.rollcall.internal', 'SRV');
  t.is(answers.length, 100);
});

test('IPv6 works as IPv4 does', async (t) => {
  const { port } = await listening(t, tcpLimits, '::1');
  t.is((await askUdp(port, question(1), '::1')).answer.length, 2);
  const { socket, messages } = await openTcp(t, port, '::1');
  socket.write(framed(question(2)));
  await eventually('an answer over TCP', () => messages().length === 1);
  t.pass();
});

test('an empty host listens on both families', async (t) => {
  const { port } = await listening(t, tcpLimits, '');
  t.is((await askUdp(port, question(1), '127.0.0.1')).answer.length, 2);
  t.is((await askUdp(port, question(1), '::1')).answer.length, 2);
});

test('queries in one write are all answered, in order, and a broken one gets its FORMERR among them', async (t) => {
  const { port } = await listening(t);
  const { socket, messages } = await openTcp(t, port);
  const queries = Array.from({ length: 100 }, (_, index) => question(index));
  queries[50] = Buffer.concat([question(50), Buffer.of(0)]);
  socket.write(framed(...queries));
  await eventually('all answers', () => messages().length === 100);
  t.deepEqual(
    messages().map(({ id }) => id),
    queries.map((_, index) => index),
  );
  t.deepEqual(
    messages().flatMap(({ rcode, id }) => (rcode === 0 ? [] : [id])),
    [50],
  );
});

test('a query in single octets is answered', async (t) => {
  const { port } = await listening(t);
  const { socket, messages } = await openTcp(t, port);
  socket.setNoDelay(true);
  for (const octet of framed(question(9))) {
    await new Promise<void>((resolve) => socket.write(Buffer.of(octet), () => resolve()));
  }
  await eventually('the answer', () => messages().length === 1);
  t.is(messages()[0]?.id, 9);
});

test('whoever half-closes still gets all answers, then the end', async (t) => {
  const { port } = await listening(t);
  const { socket, messages, state } = await openTcp(t, port);
  socket.end(framed(question(1), question(2)));
  await eventually('the end', () => state.closed);
  t.is(messages().length, 2);
});

test('a response or a message without an id over TCP ends the connection', async (t) => {
  const { port, zone } = await listening(t);
  const response = question(1);
  response[2]! |= 0x80;
  for (const message of [response, Buffer.alloc(0), Buffer.of(7)]) {
    const { socket, state } = await openTcp(t, port);
    socket.write(framed(message));
    await eventually('closed', () => state.closed);
  }
  t.is(zone.stats.tcpBroken, 3);
  t.is((await askUdp(port, question(2))).answer.length, 2);
});

test('a silent connection is closed', async (t) => {
  const { port } = await listening(t, { connectionsMax: 8, idleMs: 100 });
  const { state } = await openTcp(t, port);
  await eventually('closed', () => state.closed);
  t.pass();
});

test('one connection too many closes the one silent longest', async (t) => {
  const { port, zone } = await listening(t, { connectionsMax: 2, idleMs: 60_000 });
  const first = await openTcp(t, port);
  const second = await openTcp(t, port);
  await eventually('both accepted', () => zone.stats.tcpConnections === 2);
  first.socket.write(framed(question(1)));
  await eventually('the first is answered', () => first.messages().length === 1);
  const third = await openTcp(t, port);
  await eventually('the second is closed', () => second.state.closed);
  third.socket.write(framed(question(2)));
  await eventually('the third is answered', () => third.messages().length === 1);
  t.false(first.state.closed);
  t.is(zone.stats.tcpEvicted, 1);
});

test('whoever asks without reading is not served without bound, and is served in full once it reads', async (t) => {
  const { port, zone } = await listening(t);
  const { socket, messages, state } = await openTcp(t, port);
  socket.pause();
  const query = framed(buildQuery('many.service.rollcall.internal', { type: 'SRV' }));
  const total = 3_000;
  for (let sent = 0; sent < total; sent++) socket.write(query);
  let before = -1;
  await eventually('the responder stops reading', () => {
    const now = zone.stats.tcpQueries;
    const isStill = now === before && now > 0;
    before = now;
    return isStill;
  });
  t.true(zone.stats.tcpQueries < total, `${zone.stats.tcpQueries} answered unread`);
  socket.resume();
  socket.end();
  await eventually('the rest is answered and the connection ended', () => state.closed);
  t.is(zone.stats.tcpQueries, total);
  const answers = messages();
  t.is(answers.length, total);
  t.true(answers.every(({ answer }) => answer.length === 100));
});

test('a taken port is one clear error that names address and flag, and leaves nothing open', async (t) => {
  const { port, zone } = await listening(t);
  const options = { responder: zone.responder, stats: zone.stats, tcpLimits };
  const error = await t.throwsAsync(
    openListeners(
      [
        { host: '127.0.0.1', port: 0 },
        { host: '127.0.0.1', port },
      ],
      options,
    ),
    { instanceOf: StartError },
  );
  t.is(
    error?.message,
    `--listen 127.0.0.1:${port}: cannot listen on TCP: the address is in use by another process (EADDRINUSE)`,
  );
});

test('a port that only UDP has taken is an error as well', async (t) => {
  const socket = createSocket('udp4');
  t.teardown(() => void socket.close());
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  const zone = new TestZone();
  const options = { responder: zone.responder, stats: zone.stats, tcpLimits };
  await t.throwsAsync(openListeners([{ host: '127.0.0.1', port }], options), {
    instanceOf: StartError,
    message: `--listen 127.0.0.1:${port}: cannot listen on UDP: the address is in use by another process (EADDRINUSE)`,
  });
});

test('an address that no interface has is named', async (t) => {
  const zone = new TestZone();
  const options = { responder: zone.responder, stats: zone.stats, tcpLimits };
  await t.throwsAsync(openListeners([{ host: '192.0.2.1', port: 0 }], options), {
    message: /^--listen 192\.0\.2\.1:0: cannot listen on TCP: no interface of this machine has the address/,
  });
});

test('after stopping the port is free again, connections or not', async (t) => {
  const { port, zone, listener } = await listening(t);
  const { state } = await openTcp(t, port);
  await listener.stop();
  await eventually('closed', () => state.closed);
  const options = { responder: zone.responder, stats: zone.stats, tcpLimits };
  const again: Listener[] = await openListeners([{ host: '127.0.0.1', port }], options);
  await again[0]!.stop();
  t.pass();
});
