import { Duplex } from 'node:stream';
import test from 'ava';
import { type ConnectionEvents, Http2Connection } from '../../../../common/wire/http2/connection.ts';
import { ErrorCode } from '../../../../common/wire/http2/error-code.ts';
import { encodeFrame, Flag, FrameType, PREFACE } from '../../../../common/wire/http2/frame.ts';
import { type Http2Limits, serverLimits } from '../../../../common/wire/http2/limits.ts';
import type { AbortCause, Http2Stream } from '../../../../common/wire/http2/stream.ts';
import { Http2Transport, type TransportTimes } from '../../../../common/wire/http2/transport.ts';
import { block, END_STREAM, headers, ping, RecordedStream, requestFields, settings } from './hand-peer.ts';
import { ManualClock } from './manual-clock.ts';

/** Shows each write, and takes as long over it as the test likes. */
class FakeSocket extends Duplex {
  readonly writes: Buffer[][] = [];
  stalled = false;
  ended = false;
  #unstall: (() => void) | undefined = undefined;

  constructor() {
    super({ readableHighWaterMark: 1 << 20, writableHighWaterMark: 16_384 });
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#record([chunk], done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.#record(
      chunks.map(({ chunk }) => chunk),
      done,
    );
  }

  override _final(done: () => void): void {
    this.ended = true;
    done();
  }

  unstall(): void {
    this.stalled = false;
    this.#unstall?.();
  }

  #record(pieces: Buffer[], done: () => void): void {
    this.writes.push(pieces);
    if (this.stalled) this.#unstall = done;
    else done();
  }
}

const times: TransportTimes = {
  handshakeTimeoutMs: 1000,
  keepAliveMs: 10_000,
  keepAliveTimeoutMs: 2000,
  keepAliveWithoutStreams: false,
};

class Fixture implements ConnectionEvents {
  readonly clock = new ManualClock();
  readonly socket = new FakeSocket();
  readonly streams: Http2Stream[] = [];
  readonly connection: Http2Connection;
  readonly transport: Http2Transport;
  cause: AbortCause | undefined = undefined;

  constructor(options: Partial<TransportTimes> & { limits?: Partial<Http2Limits> } = {}) {
    const limits = { ...serverLimits, ...options.limits };
    const nowMs = () => this.clock.monotonicMs();
    this.connection = new Http2Connection({ role: 'server', limits, events: this, nowMs });
    this.transport = new Http2Transport(this.connection, this.socket, this.clock, { ...times, ...options });
  }

  request(stream: Http2Stream): RecordedStream {
    this.streams.push(stream);
    return new RecordedStream();
  }

  ready(): void {
    this.transport.handshakeDone();
  }

  streamsFreed(): void {}

  exhausted(): void {}

  flushWanted(): void {
    this.transport.flushLater();
  }

  closed(cause: AbortCause): void {
    this.cause = cause;
    this.transport.closed();
  }

  /** What the peer sends reaches the transport in the next turn of the event loop. */
  async arrive(...pieces: Buffer[]): Promise<void> {
    this.socket.push(Buffer.concat(pieces));
    await new Promise(setImmediate);
  }
}

const responseBlock = block([[':status', '200']]);

async function connected(options: ConstructorParameters<typeof Fixture>[0] = {}): Promise<Fixture> {
  const fixture = new Fixture(options);
  fixture.transport.start();
  await fixture.arrive(PREFACE, settings());
  fixture.socket.writes.length = 0;
  return fixture;
}

test('bytes that were read before are taken first', async (t) => {
  const fixture = new Fixture();
  const bytes = Buffer.concat([PREFACE, settings(), headers(1)]);
  fixture.transport.start(bytes.subarray(0, 30));
  await fixture.arrive(bytes.subarray(30));
  t.is(fixture.streams.length, 1);
});

test('what is answered while reading leaves in one write', async (t) => {
  const fixture = await connected();
  fixture.connection.events.request = (stream) => {
    stream.sendHeaders(responseBlock, true);
    return new RecordedStream();
  };
  await fixture.arrive(...[1, 3, 5].map((id) => headers(id, requestFields, END_STREAM)));
  t.is(fixture.socket.writes.length, 1);
});

test('what is answered later leaves in one write at the end of the turn', async (t) => {
  const fixture = await connected();
  await fixture.arrive(headers(1), headers(3));
  for (const stream of fixture.streams) stream.sendHeaders(responseBlock, false);
  t.is(fixture.socket.writes.length, 0);
  fixture.clock.endTurn();
  t.is(fixture.socket.writes.length, 1);
});

test('while the socket is full only as much is taken as fits, and the rest follows when it drains', async (t) => {
  const fixture = await connected();
  await fixture.arrive(
    headers(1, requestFields, END_STREAM),
    encodeFrame(FrameType.WINDOW_UPDATE, 0, 0, Buffer.from('3fffffff', 'hex')),
    encodeFrame(FrameType.WINDOW_UPDATE, 0, 1, Buffer.from('3fffffff', 'hex')),
  );
  fixture.socket.stalled = true;
  fixture.streams[0]!.sendData(Buffer.alloc(2 << 20), true);
  fixture.clock.endTurn();
  const written = () => fixture.socket.writes.flat().reduce((sum, piece) => sum + piece.length, 0);
  t.true(written() < 600_000, `${written()} bytes`);
  t.true(fixture.connection.sender.socketBlocked);
  fixture.socket.unstall();
  while (written() < 2 << 20) await new Promise(setImmediate);
  t.is(fixture.connection.streams.size, 0);
});

test('a peer that sends and never reads is cut off', async (t) => {
  const fixture = await connected({ limits: { controlBytesMax: 1000, pingIntervalMinMs: 0 } });
  fixture.socket.stalled = true;
  const pings = Buffer.concat(new Array(10_000).fill(ping()));
  for (let round = 0; round < 10 && fixture.cause === undefined; round++) await fixture.arrive(pings);
  t.is(fixture.cause?.code, ErrorCode.ENHANCE_YOUR_CALM);
  t.true(fixture.socket.destroyed);
});

test('a handshake that does not come is given up', (t) => {
  const fixture = new Fixture();
  fixture.transport.start();
  fixture.clock.advance(999);
  t.is(fixture.cause, undefined);
  fixture.clock.advance(1);
  t.is(fixture.cause?.code, ErrorCode.SETTINGS_TIMEOUT);
  t.true(fixture.socket.writableEnded);
});

test('a silent peer with running calls is pinged, and given up when it does not answer', async (t) => {
  const fixture = await connected();
  await fixture.arrive(headers(1));
  fixture.clock.advance(10_000);
  t.is(fixture.socket.writes.at(-1)?.[0]?.[3], FrameType.PING);
  fixture.clock.advance(1999);
  t.is(fixture.cause, undefined);
  fixture.clock.advance(1);
  t.is(fixture.cause?.message, 'no answer to a keepalive PING for 2000 ms');
  t.true(fixture.socket.destroyed);
});

test('a peer that answers its pings stays', async (t) => {
  const fixture = await connected();
  await fixture.arrive(headers(1));
  let pings = 0;
  for (let second = 0; second < 60; second++) {
    fixture.clock.advance(1000);
    if (fixture.socket.writes.splice(0).length === 0) continue;
    pings++;
    await fixture.arrive(ping('keepaliv', Flag.ACK));
  }
  t.is(fixture.cause, undefined);
  t.is(pings, 6);
});

test('without running calls nobody is pinged, unless that is asked for', async (t) => {
  const quiet = await connected();
  quiet.clock.advance(100_000);
  t.is(quiet.socket.writes.length, 0);
  t.is(quiet.cause, undefined);
  const watchful = await connected({ keepAliveWithoutStreams: true });
  watchful.clock.advance(12_000);
  t.regex(watchful.cause?.message ?? '', /keepalive/);
});

test('a connection error is said before the socket closes, and a peer that lingers is cut off', async (t) => {
  const fixture = await connected();
  await fixture.arrive(encodeFrame(FrameType.DATA, 0, 0, Buffer.alloc(0)));
  t.is(fixture.socket.writes.at(-1)?.[0]?.[3], FrameType.GOAWAY);
  t.true(fixture.socket.ended);
  t.false(fixture.socket.destroyed);
  fixture.clock.advance(1000);
  t.true(fixture.socket.destroyed);
  t.is(fixture.clock.pendingTimers, 0);
});

test('a peer that goes, with or without a word, ends the streams and leaves no timers', async (t) => {
  for (const leave of [
    (socket: FakeSocket) => socket.push(null),
    (socket: FakeSocket) => socket.destroy(new Error('reset')),
  ]) {
    const fixture = await connected();
    await fixture.arrive(headers(1));
    leave(fixture.socket);
    for (let turn = 0; turn < 10 && fixture.cause === undefined; turn++) await new Promise(setImmediate);
    t.not(fixture.cause, undefined);
    t.true(fixture.socket.destroyed);
    t.is(fixture.clock.pendingTimers, 0);
  }
});
