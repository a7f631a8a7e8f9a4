// One attack per bound of limits.ts. Each also shows that what lies just below the bound is served.

import test from 'ava';
import { ErrorCode } from '../../../../common/wire/http2/error-code.ts';
import { encodeFrame, Flag, FrameType } from '../../../../common/wire/http2/frame.ts';
import { PING_WITHOUT_STREAMS_MS } from '../../../../common/wire/http2/limits.ts';
import {
  block,
  brief,
  data,
  END_HEADERS,
  END_STREAM,
  HandPeer,
  headers,
  ping,
  requestFields,
  reset,
  settings,
} from './hand-peer.ts';

const CALM = `GOAWAY ${ErrorCode.ENHANCE_YOUR_CALM}`;
const nothing = Buffer.alloc(0);

test('concurrentStreamsMax: one stream too many is refused, the others live on', (t) => {
  const peer = HandPeer.connected('server', { concurrentStreamsMax: 2 });
  peer.send(headers(1), headers(3), headers(5));
  t.deepEqual(brief(peer.take()), [`RST_STREAM 5 ${ErrorCode.REFUSED_STREAM}`]);
  t.is(peer.connection.streams.size, 2);
  peer.send(reset(1), headers(7));
  t.is(peer.requests.at(-1)?.stream.id, 7);
});

test('headerListBytesMax: a larger request is answered with 431 and not handed on', (t) => {
  const peer = HandPeer.connected('server', { headerListBytesMax: 400 });
  const large: [string, string][] = [...requestFields, ['a', 'x'.repeat(400)]];
  peer.send(headers(1, large, END_STREAM), headers(3, large), headers(5, requestFields, END_STREAM));
  const frames = peer.take();
  t.deepEqual(brief(frames), ['HEADERS 1 END', 'HEADERS 3 END', `RST_STREAM 3 ${ErrorCode.NO_ERROR}`]);
  t.deepEqual(peer.fields(frames[0]!), [[':status', '431']]);
  t.deepEqual(
    peer.requests.map(({ stream }) => stream.id),
    [5],
  );
});

test('headerListBytesMax: a header bomb of references to one large entry costs its compressed size', (t) => {
  const peer = HandPeer.connected();
  // One literal of 4000 bytes enters the table, 16,000 references follow: 64 MB if they were added up.
  const literal = Buffer.concat([Buffer.from([0x40, 1, 0x61, 0x7f, 0xa1, 0x1e]), Buffer.alloc(4000, 0x62)]);
  const bomb = Buffer.concat([literal, Buffer.alloc(12_000, 0xbe)]);
  peer.send(encodeFrame(FrameType.HEADERS, END_HEADERS | END_STREAM, 1, bomb));
  t.deepEqual(brief(peer.take()), ['HEADERS 1 END']);
  t.is(peer.requests.length, 0);
});

test('headerBlockBytesMax: a block that never ends is cut off', (t) => {
  const peer = HandPeer.connected('server', { headerBlockBytesMax: 30_000, continuationsMax: 1000 });
  const piece = Buffer.alloc(10_000);
  peer.send(encodeFrame(FrameType.HEADERS, 0, 1, piece), encodeFrame(FrameType.CONTINUATION, 0, 1, piece));
  t.deepEqual(peer.take(), []);
  peer.send(
    encodeFrame(FrameType.CONTINUATION, 0, 1, piece),
    encodeFrame(FrameType.CONTINUATION, 0, 1, Buffer.alloc(1)),
  );
  t.deepEqual(brief(peer.take()), [CALM]);
});

test('continuationsMax: a flood of empty CONTINUATION frames ends the connection (CVE-2024-27316)', (t) => {
  const peer = HandPeer.connected('server', { continuationsMax: 4 });
  const continuation = encodeFrame(FrameType.CONTINUATION, 0, 1, nothing);
  peer.send(encodeFrame(FrameType.HEADERS, END_STREAM, 1, block(requestFields)), ...new Array(4).fill(continuation));
  t.deepEqual(peer.take(), []);
  peer.send(continuation);
  t.deepEqual(brief(peer.take()), [CALM]);
});

test('resets: opening and resetting streams without end ends the connection (CVE-2023-44487)', (t) => {
  const peer = HandPeer.connected('server', { resets: { burst: 10, perSecond: 1 } });
  let id = 1;
  const openAndReset = () => {
    peer.send(headers(id), reset(id));
    id += 2;
  };
  for (let count = 0; count < 10; count++) openAndReset();
  peer.clock.advance(2000);
  openAndReset();
  openAndReset();
  t.false(peer.connection.closed);
  openAndReset();
  t.deepEqual(brief(peer.take()), [CALM]);
});

test('resets: many calls cancelled at once, as when deadlines pass, are no attack', (t) => {
  const peer = HandPeer.connected();
  for (let index = 0; index < 4096; index++) peer.send(headers(1 + 2 * index));
  for (let index = 0; index < 4096; index++) peer.send(reset(1 + 2 * index));
  t.false(peer.connection.closed);
  t.is(peer.connection.streams.size, 0);
});

test('streamErrors: requests that make us reset them are bounded like resets (CVE-2025-8671)', (t) => {
  const peer = HandPeer.connected('server', { streamErrors: { burst: 5, perSecond: 0 } });
  for (let index = 0; index < 5; index++) peer.send(headers(1 + 2 * index, [['a', 'b']]));
  t.false(peer.connection.closed);
  peer.send(headers(21, [['a', 'b']]));
  t.is(brief(peer.take()).at(-1), CALM);
});

test('controlFrames: floods of frames that carry nothing end the connection', (t) => {
  const floods = [
    settings(),
    encodeFrame(FrameType.SETTINGS, Flag.ACK, 0, nothing),
    encodeFrame(FrameType.PRIORITY, 0, 1, Buffer.alloc(5)),
    encodeFrame(0x42, 0, 0, nothing),
    data(1, ''),
  ];
  for (const frame of floods) {
    const peer = HandPeer.connected('server', { controlFrames: { burst: 20, perSecond: 0 } });
    // One token went into the peer's first SETTINGS.
    peer.send(headers(1), ...new Array(19).fill(frame));
    t.false(peer.connection.closed);
    peer.send(frame);
    t.is(brief(peer.take()).at(-1), CALM);
  }
});

test('pings: too many too soon end the connection with the words that grpc clients understand', (t) => {
  const peer = HandPeer.connected('server', { pingIntervalMinMs: 5000, pingStrikesMax: 2 });
  peer.send(headers(1), ping());
  peer.send(ping(), ping());
  t.deepEqual(brief(peer.take()), ['PING ACK', 'PING ACK', 'PING ACK']);
  peer.send(ping());
  const [last] = peer.take();
  t.deepEqual(brief([last!]), [CALM]);
  t.is(last!.payload.toString('latin1', 8), 'too_many_pings');
});

test('pings: at the minimum interval, or between answers, they may go on for ever', (t) => {
  const peer = HandPeer.connected('server', { pingIntervalMinMs: 5000, pingStrikesMax: 0 });
  peer.send(headers(1));
  for (let count = 0; count < 20; count++) {
    peer.clock.advance(5000);
    peer.send(ping());
  }
  for (let count = 0; count < 20; count++) {
    peer.requests[0]!.stream.sendHeaders(block([[':status', '103']]), false);
    peer.send(ping());
  }
  t.false(peer.connection.closed);
});

test('pings: without streams they count by two hours where that is asked for', (t) => {
  const peer = HandPeer.connected('server', { pingStrikesMax: 0, pingWithoutStreams: false });
  peer.send(ping());
  peer.clock.advance(PING_WITHOUT_STREAMS_MS);
  peer.send(ping());
  t.false(peer.connection.closed);
  peer.clock.advance(60_000);
  peer.send(ping());
  t.true(peer.connection.closed);
});

test('unsentBytesMax: a peer that asks for much and reads nothing has its streams reset', (t) => {
  const peer = HandPeer.connected('server', { unsentBytesMax: 1 << 20 });
  peer.send(
    headers(1, requestFields, END_STREAM),
    headers(3, requestFields, END_STREAM),
    headers(5, requestFields, END_STREAM),
  );
  const [first, second, third] = peer.requests;
  first!.stream.sendData(Buffer.alloc(1 << 20), true);
  second!.stream.sendData(Buffer.alloc(1 << 20), true);
  third!.stream.sendData(Buffer.alloc(1), true);
  t.is(third?.cause?.code, ErrorCode.ENHANCE_YOUR_CALM);
  t.is(second?.cause, undefined);
  t.is(peer.connection.sender.queuedBytes, 2 << 20);
});

test('controlBytesMax: answers to pings do not pile up for a peer that does not read (CVE-2019-9512)', (t) => {
  const peer = HandPeer.connected('server', { controlBytesMax: 10_000, pingIntervalMinMs: 0 });
  peer.connection.sender.socketBlocked = true;
  let pings = 0;
  while (!peer.connection.sender.flooded && pings < 100_000) {
    peer.send(ping());
    pings++;
  }
  // 256 KiB is what may have been waiting in the output anyway.
  t.true(pings < (10_000 + 256 * 1024) / 17 + 2);
});
