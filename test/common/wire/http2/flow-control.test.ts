// RFC 9113 sections 5.2 and 6.9 from the sender's side, and the queues that form when a peer is slow.

import test from 'ava';
import { ErrorCode } from '../../../../common/wire/http2/error-code.ts';
import { FrameType, Setting } from '../../../../common/wire/http2/frame.ts';
import { STREAM_HIGH_WATER_BYTES } from '../../../../common/wire/http2/stream.ts';
import {
  block,
  brief,
  data,
  END_STREAM,
  type Frame,
  HandPeer,
  headers,
  requestFields,
  reset,
  settings,
  windowUpdate,
} from './hand-peer.ts';

const responseBlock = block([[':status', '200']]);
const trailerBlock = block([['grpc-status', '0']]);

/** A connected peer whose requests 1, 3, … have been answered with HEADERS. */
function answering(count: number): HandPeer {
  const peer = HandPeer.connected();
  for (let index = 0; index < count; index++) peer.send(headers(1 + 2 * index, requestFields, END_STREAM));
  for (const { stream } of peer.requests) stream.sendHeaders(responseBlock, false);
  peer.take();
  return peer;
}

function bytesOf(frames: Frame[], streamId: number): number {
  return frames
    .filter((frame) => frame.type === FrameType.DATA && frame.streamId === streamId)
    .reduce((sum, { payload }) => sum + payload.length, 0);
}

test('no more is sent than the stream and the connection allow, and the trailers wait', (t) => {
  const peer = answering(1);
  const { stream } = peer.requests[0]!;
  stream.sendData(Buffer.alloc(100_000), false);
  stream.sendTrailers(trailerBlock);
  t.is(bytesOf(peer.take(), 1), 65_535);
  peer.send(windowUpdate(1, 1_000_000));
  t.deepEqual(peer.take(), []);
  peer.send(windowUpdate(0, 10));
  t.is(bytesOf(peer.take(), 1), 10);
  peer.send(windowUpdate(0, 1_000_000));
  const rest = peer.take();
  t.is(bytesOf(rest, 1), 100_000 - 65_545);
  t.is(brief(rest).at(-1), 'HEADERS 1 END');
  t.is(peer.connection.streams.size, 0);
  t.is(peer.connection.sender.queuedBytes, 0);
});

test('an empty DATA frame that ends a stream needs no window', (t) => {
  const peer = answering(2);
  peer.requests[0]!.stream.sendData(Buffer.alloc(65_535), false);
  peer.take();
  peer.requests[1]!.stream.sendData(Buffer.alloc(0), true);
  t.deepEqual(brief(peer.take()), ['DATA 3 END']);
});

test('a change of SETTINGS_INITIAL_WINDOW_SIZE moves the windows of open streams, below zero too', (t) => {
  const peer = answering(1);
  peer.send(windowUpdate(0, 1_000_000));
  const { stream } = peer.requests[0]!;
  stream.sendData(Buffer.alloc(60_000), false);
  peer.take();
  peer.send(settings([Setting.INITIAL_WINDOW_SIZE, 1000]));
  t.is(stream.sendWindow, 1000 - 60_000);
  stream.sendData(Buffer.alloc(5000), true);
  t.deepEqual(brief(peer.take()), ['SETTINGS ACK']);
  peer.send(windowUpdate(1, 59_000));
  t.deepEqual(peer.take(), []);
  peer.send(settings([Setting.INITIAL_WINDOW_SIZE, 3000]));
  t.is(bytesOf(peer.take(), 1), 2000);
  peer.send(windowUpdate(1, 3000));
  t.is(bytesOf(peer.take(), 1), 3000);
});

test('a larger SETTINGS_MAX_FRAME_SIZE is used', (t) => {
  const peer = answering(1);
  peer.send(settings([Setting.MAX_FRAME_SIZE, 40_000]));
  peer.take();
  peer.requests[0]!.stream.sendData(Buffer.alloc(50_000), true);
  t.deepEqual(
    peer.take().map(({ payload }) => payload.length),
    [40_000, 10_000],
  );
});

test('streams take turns, frame by frame', (t) => {
  const peer = answering(2);
  for (const { stream } of peer.requests) stream.sendData(Buffer.alloc(32_768), false);
  t.deepEqual(brief(peer.take()), ['DATA 1', 'DATA 3', 'DATA 1', 'DATA 3']);
});

test('a stream without a window does not hold up the others', (t) => {
  const peer = answering(2);
  peer.send(windowUpdate(0, 1_000_000));
  peer.requests[0]!.stream.sendData(Buffer.alloc(100_000), false);
  peer.requests[1]!.stream.sendData(Buffer.alloc(10), false);
  const frames = peer.take();
  t.is(bytesOf(frames, 1), 65_535);
  t.is(bytesOf(frames, 3), 10);
});

test('small pieces that had to wait share frames', (t) => {
  const peer = answering(1);
  const { stream } = peer.requests[0]!;
  peer.connection.sender.socketBlocked = true;
  for (let index = 0; index < 1000; index++) stream.sendData(Buffer.from('0123456789'), false);
  t.deepEqual(peer.take(), []);
  peer.connection.sender.socketBlocked = false;
  const frames = peer.take();
  t.is(frames.length, 1);
  t.is(frames[0]?.payload.toString(), '0123456789'.repeat(1000));
});

test('data written in place and data that waited stay in order', (t) => {
  const peer = answering(1);
  const { stream } = peer.requests[0]!;
  const inPlace = (text: string): boolean => {
    const offset = stream.reserveData(text.length, false);
    if (offset >= 0) peer.connection.sender.output.chunk.write(text, offset, 'latin1');
    return offset >= 0;
  };
  t.true(inPlace('first '));
  stream.sendData(Buffer.from('second '), false);
  t.false(inPlace('third'));
  t.is(Buffer.concat(peer.take().map(({ payload }) => payload)).toString(), 'first second ');
  t.true(inPlace('third'));
  t.is(peer.take()[0]?.payload.toString(), 'third');
});

test('a full stream says so, and tells when it has drained', (t) => {
  const peer = answering(1);
  const request = peer.requests[0]!;
  t.true(request.stream.sendData(Buffer.alloc(1000), false));
  t.false(request.stream.sendData(Buffer.alloc(STREAM_HIGH_WATER_BYTES), false));
  t.false(request.stream.writable);
  peer.take();
  peer.send(windowUpdate(0, 1 << 20), windowUpdate(1, 1000));
  peer.take();
  t.is(request.drains, 0);
  peer.send(windowUpdate(1, 1 << 20));
  peer.take();
  t.is(request.drains, 1);
  t.true(request.stream.writable);
});

test('what a reset stream had queued is forgotten', (t) => {
  const peer = answering(1);
  peer.requests[0]!.stream.sendData(Buffer.alloc(1 << 20), true);
  peer.take();
  t.is(peer.connection.sender.queuedBytes, (1 << 20) - 65_535);
  peer.send(reset(1));
  t.is(peer.connection.sender.queuedBytes, 0);
  peer.send(windowUpdate(0, 1 << 20));
  t.deepEqual(peer.take(), []);
});

test('64 MiB flow when the peer gives windows in time', (t) => {
  const peer = answering(1);
  peer.send(windowUpdate(0, 2 ** 30), windowUpdate(1, 2 ** 30));
  peer.requests[0]!.stream.sendData(Buffer.alloc(64 << 20, 7), true);
  const frames = peer.take();
  t.is(bytesOf(frames, 1), 64 << 20);
  t.is(brief(frames).at(-1), 'DATA 1 END');
});

test('data beyond the window of a stream is a stream error, beyond that of the connection a connection error', (t) => {
  const peer = HandPeer.connected('server', { streamWindow: 1000, connectionWindow: 65_535 });
  peer.send(headers(1));
  peer.requests[0]!.stream.pause();
  peer.send(data(1, Buffer.alloc(1001)));
  t.deepEqual(brief(peer.take()), [`RST_STREAM 1 ${ErrorCode.FLOW_CONTROL_ERROR}`]);
  t.is(peer.requests[0]?.cause?.source, 'local');
  const other = HandPeer.connected('server', { streamWindow: 1000, connectionWindow: 1000 });
  other.send(headers(1), data(1, Buffer.alloc(1001)));
  t.deepEqual(brief(other.take()), [`GOAWAY ${ErrorCode.FLOW_CONTROL_ERROR}`]);
});

test('a paused stream gives no credit until it is resumed', (t) => {
  const peer = HandPeer.connected('server', { streamWindow: 1000 });
  peer.send(headers(1));
  const { stream } = peer.requests[0]!;
  stream.pause();
  peer.send(data(1, Buffer.alloc(900)));
  t.deepEqual(peer.take(), []);
  stream.resume();
  t.deepEqual(brief(peer.take()), ['WINDOW_UPDATE 1 900']);
});
