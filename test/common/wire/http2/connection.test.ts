// One test per rule of RFC 9113 that a peer can break, or rely on. The peer is played by hand, frame by frame.

import test from 'ava';
import { ErrorCode } from '../../../../common/wire/http2/error-code.ts';
import { encodeFrame, Flag, FrameType, PREFACE, readUint32, Setting } from '../../../../common/wire/http2/frame.ts';
import { makeField } from '../../../../common/wire/http2/header-field.ts';
import { encodeSizeUpdate, encodeStateless, RepeatedFields } from '../../../../common/wire/http2/hpack-encoder.ts';
import {
  block,
  brief,
  data,
  END_HEADERS,
  END_STREAM,
  goaway,
  HandPeer,
  headers,
  ping,
  RecordedStream,
  requestFields,
  reset,
  settings,
  uint32,
  windowUpdate,
} from './hand-peer.ts';

const { PROTOCOL_ERROR, FLOW_CONTROL_ERROR, STREAM_CLOSED, FRAME_SIZE_ERROR, REFUSED_STREAM } = ErrorCode;
const responseBlock = block([[':status', '200']]);
const trailerBlock = block([['grpc-status', '0']]);
const nothing = Buffer.alloc(0);

function openClientStream(peer: HandPeer): RecordedStream {
  const call = new RecordedStream();
  const fields = new RepeatedFields(requestFields.map(([name, value]) => makeField(name, value)));
  call.stream = peer.connection.openStream(call, fields, [], false);
  return call;
}

// Section 3.4 and 6.5: the handshake.

test('a server opens with SETTINGS, and acknowledges those of the client', (t) => {
  const peer = new HandPeer();
  t.deepEqual(brief(peer.take()), ['SETTINGS', 'WINDOW_UPDATE 0 16711681']);
  peer.send(PREFACE, settings());
  t.deepEqual(brief(peer.take()), ['SETTINGS ACK']);
  t.deepEqual(peer.log, ['flush wanted', 'ready']);
});

test('the preface and frames may come in pieces of any size', (t) => {
  const bytes = Buffer.concat([PREFACE, settings(), headers(1), data(1, 'hello'), data(1, '', END_STREAM)]);
  for (const size of [1, 2, 3, 7, 9, 10, 24, 25, 40]) {
    const peer = new HandPeer();
    for (let at = 0; at < bytes.length; at += size) peer.send(bytes.subarray(at, at + size));
    t.is(peer.requests[0]?.body, 'hello', `pieces of ${size}`);
    t.true(peer.requests[0]?.ended);
  }
});

test('anything but the preface is a connection error', (t) => {
  const peer = new HandPeer();
  peer.take();
  peer.send(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
  t.deepEqual(brief(peer.take()), [`GOAWAY ${PROTOCOL_ERROR}`]);
  t.is(peer.cause?.message, 'not the HTTP/2 preface');
});

test('the first frame has to be SETTINGS, and not an acknowledgement', (t) => {
  for (const frame of [ping(), headers(1), encodeFrame(FrameType.SETTINGS, Flag.ACK, 0, nothing)]) {
    const peer = new HandPeer();
    peer.take();
    peer.send(PREFACE, frame);
    t.deepEqual(brief(peer.take()), [`GOAWAY ${PROTOCOL_ERROR}`]);
  }
});

// Connection errors: the whole table.

const padded = (type: number, id: number, padding: number, rest: string) =>
  encodeFrame(type, Flag.PADDED | END_HEADERS, id, Buffer.concat([Buffer.of(padding), Buffer.from(rest)]));
const unfinished = encodeFrame(FrameType.HEADERS, 0, 1, block(requestFields));

const connectionErrors: [rule: string, code: ErrorCode, frames: Buffer[]][] = [
  ['4.2: a frame larger than 16,384 bytes', FRAME_SIZE_ERROR, [headers(1), data(1, Buffer.alloc(16_385))]],
  [
    '4.3: a header block that cannot be decoded',
    ErrorCode.COMPRESSION_ERROR,
    [encodeFrame(FrameType.HEADERS, END_HEADERS, 1, Buffer.of(0x80))],
  ],
  ['5.1: DATA on an idle stream', PROTOCOL_ERROR, [data(1, 'x')]],
  ['5.1: RST_STREAM on an idle stream', PROTOCOL_ERROR, [reset(1)]],
  ['5.1: WINDOW_UPDATE on an idle stream', PROTOCOL_ERROR, [windowUpdate(1, 1)]],
  ['5.1: HEADERS on a stream that has been closed', STREAM_CLOSED, [headers(1), reset(1), headers(1)]],
  ['5.1.1: a stream with an even number', PROTOCOL_ERROR, [headers(2)]],
  ['5.1.1: a stream with a smaller number than one before', PROTOCOL_ERROR, [headers(5), headers(3)]],
  ['6.1: DATA on stream 0', PROTOCOL_ERROR, [data(0, 'x')]],
  ['6.1: padding as long as the payload', PROTOCOL_ERROR, [headers(1), padded(FrameType.DATA, 1, 6, 'hello')]],
  [
    '6.1: a padded frame without a length of the padding',
    FRAME_SIZE_ERROR,
    [headers(1), encodeFrame(FrameType.DATA, Flag.PADDED, 1, nothing)],
  ],
  ['6.2: HEADERS on stream 0', PROTOCOL_ERROR, [headers(0)]],
  ['6.2: HEADERS with too much padding', PROTOCOL_ERROR, [padded(FrameType.HEADERS, 1, 4, 'abc')]],
  [
    '6.2: HEADERS too short for their priority',
    PROTOCOL_ERROR,
    [encodeFrame(FrameType.HEADERS, Flag.PRIORITY | END_HEADERS, 1, Buffer.alloc(4))],
  ],
  ['6.2: another frame within a header block', PROTOCOL_ERROR, [unfinished, ping()]],
  [
    '6.2: another stream’s CONTINUATION within a header block',
    PROTOCOL_ERROR,
    [unfinished, encodeFrame(FrameType.CONTINUATION, 0, 3, nothing)],
  ],
  ['6.3: PRIORITY on stream 0', PROTOCOL_ERROR, [encodeFrame(FrameType.PRIORITY, 0, 0, Buffer.alloc(5))]],
  ['6.4: RST_STREAM on stream 0', PROTOCOL_ERROR, [reset(0)]],
  [
    '6.4: RST_STREAM of a wrong size',
    FRAME_SIZE_ERROR,
    [headers(1), encodeFrame(FrameType.RST_STREAM, 0, 1, Buffer.alloc(3))],
  ],
  ['6.5: SETTINGS on a stream', PROTOCOL_ERROR, [encodeFrame(FrameType.SETTINGS, 0, 1, nothing)]],
  [
    '6.5: SETTINGS whose size is not a multiple of 6',
    FRAME_SIZE_ERROR,
    [encodeFrame(FrameType.SETTINGS, 0, 0, Buffer.alloc(5))],
  ],
  [
    '6.5: an acknowledgement with a payload',
    FRAME_SIZE_ERROR,
    [encodeFrame(FrameType.SETTINGS, Flag.ACK, 0, Buffer.alloc(6))],
  ],
  ['6.5.2: ENABLE_PUSH other than 0 and 1', PROTOCOL_ERROR, [settings([Setting.ENABLE_PUSH, 2])]],
  ['6.5.2: INITIAL_WINDOW_SIZE above 2^31-1', FLOW_CONTROL_ERROR, [settings([Setting.INITIAL_WINDOW_SIZE, 2 ** 31])]],
  ['6.5.2: MAX_FRAME_SIZE below 16,384', PROTOCOL_ERROR, [settings([Setting.MAX_FRAME_SIZE, 16_383])]],
  ['6.5.2: MAX_FRAME_SIZE above 2^24-1', PROTOCOL_ERROR, [settings([Setting.MAX_FRAME_SIZE, 2 ** 24])]],
  [
    '6.6, 8.4: PUSH_PROMISE from a client',
    PROTOCOL_ERROR,
    [headers(1), encodeFrame(FrameType.PUSH_PROMISE, END_HEADERS, 1, uint32(2))],
  ],
  ['6.7: PING on a stream', PROTOCOL_ERROR, [encodeFrame(FrameType.PING, 0, 1, Buffer.alloc(8))]],
  ['6.7: PING of a wrong size', FRAME_SIZE_ERROR, [encodeFrame(FrameType.PING, 0, 0, Buffer.alloc(7))]],
  ['6.8: GOAWAY on a stream', PROTOCOL_ERROR, [encodeFrame(FrameType.GOAWAY, 0, 1, Buffer.alloc(8))]],
  ['6.8: GOAWAY of a wrong size', FRAME_SIZE_ERROR, [encodeFrame(FrameType.GOAWAY, 0, 0, Buffer.alloc(7))]],
  ['6.9: WINDOW_UPDATE by 0 for the connection', PROTOCOL_ERROR, [windowUpdate(0, 0)]],
  [
    '6.9: WINDOW_UPDATE of a wrong size',
    FRAME_SIZE_ERROR,
    [encodeFrame(FrameType.WINDOW_UPDATE, 0, 0, Buffer.alloc(3))],
  ],
  ['6.9.1: a connection window above 2^31-1', FLOW_CONTROL_ERROR, [windowUpdate(0, 2 ** 31 - 1)]],
  [
    '6.9.2: a stream window above 2^31-1 through SETTINGS',
    FLOW_CONTROL_ERROR,
    [headers(1), windowUpdate(1, 2 ** 31 - 1 - 65_535), settings([Setting.INITIAL_WINDOW_SIZE, 65_536])],
  ],
  [
    '6.10: CONTINUATION without HEADERS',
    PROTOCOL_ERROR,
    [encodeFrame(FrameType.CONTINUATION, END_HEADERS, 1, nothing)],
  ],
  [
    '6.10: CONTINUATION after the end of the block',
    PROTOCOL_ERROR,
    [headers(1), encodeFrame(FrameType.CONTINUATION, END_HEADERS, 1, nothing)],
  ],
];

for (const [rule, code, frames] of connectionErrors) {
  test(`connection error, ${rule}`, (t) => {
    const peer = HandPeer.connected();
    peer.send(...frames);
    t.is(brief(peer.take()).at(-1), `GOAWAY ${code}`);
    t.is(peer.cause?.code, code);
    t.true(peer.connection.closed);
    // Nothing is processed any more.
    const before = peer.requests.length;
    peer.send(headers(99));
    t.is(peer.requests.length, before);
    t.deepEqual(peer.take(), []);
  });
}

// Stream errors.

const fields = (...extra: [string, string][]) => headers(1, [...requestFields, ...extra], END_STREAM);

const streamErrors: [rule: string, code: ErrorCode, frames: Buffer[]][] = [
  ['5.1: DATA after END_STREAM', STREAM_CLOSED, [headers(1, requestFields, END_STREAM), data(1, 'x')]],
  [
    '5.1: HEADERS after END_STREAM',
    STREAM_CLOSED,
    [headers(1, requestFields, END_STREAM), headers(1, [['a', 'b']], END_STREAM)],
  ],
  ['5.1: DATA after the peer’s own RST_STREAM', STREAM_CLOSED, [headers(1), reset(1), data(1, 'x')]],
  [
    '6.3: PRIORITY of a wrong size',
    FRAME_SIZE_ERROR,
    [headers(1), encodeFrame(FrameType.PRIORITY, 0, 1, Buffer.alloc(4))],
  ],
  ['6.9: WINDOW_UPDATE by 0', PROTOCOL_ERROR, [headers(1), windowUpdate(1, 0)]],
  ['6.9.1: a stream window above 2^31-1', FLOW_CONTROL_ERROR, [headers(1), windowUpdate(1, 2 ** 31 - 1)]],
  ['8.1: trailers without END_STREAM', PROTOCOL_ERROR, [headers(1), headers(1, [['a', 'b']])]],
  ['8.1: trailers with a pseudo-header', PROTOCOL_ERROR, [headers(1), headers(1, [[':path', '/']], END_STREAM)]],
  [
    '8.1.1: a body shorter than content-length',
    PROTOCOL_ERROR,
    [headers(1, [...requestFields, ['content-length', '5']]), data(1, 'abc', END_STREAM)],
  ],
  [
    '8.1.1: a body longer than content-length',
    PROTOCOL_ERROR,
    [headers(1, [...requestFields, ['content-length', '2']]), data(1, 'abc')],
  ],
  ['8.1.1: no body in spite of content-length', PROTOCOL_ERROR, [fields(['content-length', '5'])]],
  [
    '8.1.1: trailers before the body is complete',
    PROTOCOL_ERROR,
    [headers(1, [...requestFields, ['content-length', '5']]), headers(1, [['a', 'b']], END_STREAM)],
  ],
  [
    '8.1.1: two different content-lengths',
    PROTOCOL_ERROR,
    [headers(1, [...requestFields, ['content-length', '1'], ['content-length', '2']])],
  ],
  [
    '8.1.1: a content-length that is no number',
    PROTOCOL_ERROR,
    [headers(1, [...requestFields, ['content-length', '1x']])],
  ],
  ['8.2.1: an upper-case field name', PROTOCOL_ERROR, [fields(['X-Upper', 'a'])]],
  ['8.2.1: a field name with a blank', PROTOCOL_ERROR, [fields(['a b', 'c'])]],
  ['8.2.1: an empty field name', PROTOCOL_ERROR, [fields(['', 'c'])]],
  ['8.2.1: a line feed in a value', PROTOCOL_ERROR, [fields(['a', 'b\nc: d'])]],
  ['8.2.1: a NUL in a value', PROTOCOL_ERROR, [fields(['a', 'b\0'])]],
  ['8.2.1: a value that begins with a blank', PROTOCOL_ERROR, [fields(['a', ' b'])]],
  ['8.2.1: a value that ends with a tab', PROTOCOL_ERROR, [fields(['a', 'b\t'])]],
  ['8.2.2: connection', PROTOCOL_ERROR, [fields(['connection', 'keep-alive'])]],
  ['8.2.2: transfer-encoding', PROTOCOL_ERROR, [fields(['transfer-encoding', 'chunked'])]],
  ['8.2.2: te other than trailers', PROTOCOL_ERROR, [fields(['te', 'gzip'])]],
  ['8.3: a pseudo-header after a field', PROTOCOL_ERROR, [headers(1, [['a', 'b'], ...requestFields])]],
  ['8.3: an unknown pseudo-header', PROTOCOL_ERROR, [headers(1, [[':protocol', 'x'], ...requestFields])]],
  ['8.3: a response’s pseudo-header', PROTOCOL_ERROR, [headers(1, [[':status', '200'], ...requestFields])]],
  ['8.3: a pseudo-header twice', PROTOCOL_ERROR, [headers(1, [[':path', '/x'], ...requestFields])]],
  [
    '8.3.1: no :method',
    PROTOCOL_ERROR,
    [
      headers(
        1,
        requestFields.filter(([name]) => name !== ':method'),
      ),
    ],
  ],
  [
    '8.3.1: no :scheme',
    PROTOCOL_ERROR,
    [
      headers(
        1,
        requestFields.filter(([name]) => name !== ':scheme'),
      ),
    ],
  ],
  [
    '8.3.1: no :path',
    PROTOCOL_ERROR,
    [
      headers(
        1,
        requestFields.filter(([name]) => name !== ':path'),
      ),
    ],
  ],
  [
    '8.3.1: an empty :path',
    PROTOCOL_ERROR,
    [headers(1, [[':path', ''], ...requestFields.filter(([name]) => name !== ':path')])],
  ],
  ['8.5: CONNECT with a :path', PROTOCOL_ERROR, [headers(1, [[':method', 'CONNECT'], ...requestFields.slice(1)])]],
];

for (const [rule, code, frames] of streamErrors) {
  test(`stream error, ${rule}`, (t) => {
    const peer = HandPeer.connected();
    peer.send(...frames);
    t.deepEqual(brief(peer.take()), [`RST_STREAM 1 ${code}`]);
    // The connection goes on.
    peer.send(headers(3, requestFields, END_STREAM));
    t.is(peer.requests.at(-1)?.stream.id, 3);
  });
}

// What has to be tolerated.

test('padding is taken off and counts against the windows', (t) => {
  const peer = HandPeer.connected('server', { streamWindow: 60_000, connectionWindow: 65_535 });
  const body = Buffer.concat([Buffer.of(200), Buffer.from('hello'), Buffer.alloc(200)]);
  const paddedHeaders = Buffer.concat([Buffer.of(3), block(requestFields), Buffer.alloc(3)]);
  peer.send(encodeFrame(FrameType.HEADERS, Flag.PADDED | END_HEADERS, 1, paddedHeaders));
  for (let frame = 0; frame < 160; frame++) peer.send(encodeFrame(FrameType.DATA, Flag.PADDED, 1, body));
  t.is(peer.requests[0]?.body, 'hello'.repeat(160));
  t.deepEqual(brief(peer.take()), ['WINDOW_UPDATE 1 30076', 'WINDOW_UPDATE 0 32960']);
});

test('priority fields, PRIORITY frames, unknown frames and unknown settings are ignored', (t) => {
  const peer = HandPeer.connected();
  const prioritized = Buffer.concat([uint32(0), Buffer.of(16), block(requestFields)]);
  peer.send(
    encodeFrame(FrameType.PRIORITY, 0, 1, Buffer.alloc(5)),
    encodeFrame(0xfa, 0xff, 7, Buffer.from('grease')),
    settings([0xfafa, 1]),
    encodeFrame(FrameType.HEADERS, Flag.PRIORITY | END_HEADERS | END_STREAM, 1, prioritized),
  );
  t.deepEqual(brief(peer.take()), ['SETTINGS ACK']);
  t.is(peer.requests[0]?.head?.path, '/service/method');
});

test('the reserved bit of stream identifiers and window increments is ignored', (t) => {
  const peer = HandPeer.connected();
  const request = headers(1);
  request[5]! |= 0x80;
  const update = windowUpdate(1, 10);
  update[9]! |= 0x80;
  peer.send(request, update);
  t.is(peer.requests[0]?.stream.id, 1);
  t.is(peer.requests[0]?.stream.sendWindow, 65_545);
});

test('a header block may be split anywhere into CONTINUATION frames', (t) => {
  const whole = block([...requestFields, ['x-long', 'v'.repeat(100)]]);
  const peer = HandPeer.connected();
  peer.send(
    encodeFrame(FrameType.HEADERS, END_STREAM, 1, whole.subarray(0, 1)),
    encodeFrame(FrameType.CONTINUATION, 0, 1, whole.subarray(1, 40)),
    encodeFrame(FrameType.CONTINUATION, 0, 1, nothing),
    encodeFrame(FrameType.CONTINUATION, END_HEADERS, 1, whole.subarray(40)),
  );
  t.is(peer.requests[0]?.head?.fields.at(-1)?.value.length, 100);
  t.true(peer.requests[0]?.ended);
});

test('frames that were on their way when we reset a stream are ignored, but still change the tables', (t) => {
  const peer = HandPeer.connected();
  peer.send(headers(1));
  peer.requests[0]!.stream.reset(ErrorCode.CANCEL);
  t.deepEqual(brief(peer.take()), [`RST_STREAM 1 ${ErrorCode.CANCEL}`]);
  const adding = Buffer.from('4001610162', 'hex');
  peer.send(
    data(1, 'late'),
    encodeFrame(FrameType.HEADERS, END_HEADERS | END_STREAM, 1, adding),
    reset(1),
    windowUpdate(1, 5),
  );
  t.deepEqual(peer.take(), []);
  const referring = Buffer.concat([block(requestFields), Buffer.of(0xbe)]);
  peer.send(encodeFrame(FrameType.HEADERS, END_HEADERS, 3, referring));
  t.is(peer.requests[1]?.head?.fields.at(-1)?.name, 'a');
});

test('a request in which only trailers follow ends with them', (t) => {
  const peer = HandPeer.connected();
  peer.send(headers(1), data(1, 'body'), headers(1, [['checksum', 'abc']], END_STREAM));
  t.is(peer.requests[0]?.body, 'body');
  t.deepEqual(
    peer.requests[0]?.trailerFields?.map(({ name }) => name),
    ['checksum'],
  );
});

test('CONNECT and OPTIONS * are well-formed', (t) => {
  const peer = HandPeer.connected();
  peer.send(
    headers(1, [
      [':method', 'CONNECT'],
      [':authority', 'example.com:443'],
    ]),
  );
  peer.send(
    headers(
      3,
      [
        [':method', 'OPTIONS'],
        [':scheme', 'http'],
        [':path', '*'],
      ],
      END_STREAM,
    ),
  );
  t.deepEqual(
    peer.requests.map(({ head }) => head?.method),
    ['CONNECT', 'OPTIONS'],
  );
});

test('PING is answered with its own data', (t) => {
  const peer = HandPeer.connected();
  peer.send(ping('abcdefgh'));
  const [answer] = peer.take();
  t.is(answer?.flags, Flag.ACK);
  t.is(answer?.payload.toString(), 'abcdefgh');
});

// Answers.

test('an answer is HEADERS, DATA and trailers, and everything of one turn comes out at once', (t) => {
  const peer = HandPeer.connected();
  peer.log.length = 0;
  peer.onRequest = ({ stream }) => {
    stream.sendHeaders(responseBlock, false);
    stream.sendData(Buffer.from('hello'), false);
    stream.sendTrailers(trailerBlock);
  };
  peer.send(headers(1, requestFields, END_STREAM), headers(3, requestFields, END_STREAM));
  const frames = peer.take();
  t.deepEqual(brief(frames).sort(), ['DATA 1', 'DATA 3', 'HEADERS 1', 'HEADERS 1 END', 'HEADERS 3', 'HEADERS 3 END']);
  t.is(peer.connection.streams.size, 0);
  t.deepEqual(peer.log, []);
});

test('an answer outside of receive asks for one flush', (t) => {
  const peer = HandPeer.connected();
  peer.send(headers(1), headers(3));
  peer.take();
  peer.log.length = 0;
  for (const { stream } of peer.requests) stream.sendHeaders(responseBlock, false);
  t.deepEqual(peer.log, ['flush wanted']);
});

test('informational answers may come before the final one', (t) => {
  const peer = HandPeer.connected();
  peer.send(headers(1));
  const { stream } = peer.requests[0]!;
  stream.sendHeaders(block([[':status', '103']]), false);
  stream.sendHeaders(responseBlock, false);
  stream.sendData(nothing, true);
  t.deepEqual(brief(peer.take()), ['HEADERS 1', 'HEADERS 1', 'DATA 1 END', 'RST_STREAM 1 0']);
});

test('a client that is still sending when its answer is complete is told to stop without an error', (t) => {
  const peer = HandPeer.connected();
  peer.onRequest = ({ stream }) => stream.sendHeaders(responseBlock, true);
  peer.send(headers(1));
  t.deepEqual(brief(peer.take()), ['HEADERS 1 END', `RST_STREAM 1 ${ErrorCode.NO_ERROR}`]);
  peer.send(data(1, 'late', END_STREAM));
  t.deepEqual(peer.take(), []);
});

test('a header block larger than the peer’s frames is split', (t) => {
  const peer = HandPeer.connected();
  peer.send(headers(1, requestFields, END_STREAM));
  const large = encodeStateless([makeField(':status', '200'), makeField('x', '~'.repeat(40_000))]);
  peer.requests[0]!.stream.sendHeaders(large, true);
  const frames = peer.take();
  t.deepEqual(brief(frames), ['HEADERS 1 END', 'CONTINUATION 1', 'CONTINUATION 1']);
  t.deepEqual(
    frames.map(({ flags }) => flags & END_HEADERS),
    [0, 0, END_HEADERS],
  );
  t.deepEqual(Buffer.concat(frames.map(({ payload }) => payload)), large);
});

test('a peer that shrinks its header table is told that ours is empty', (t) => {
  const peer = HandPeer.connected();
  peer.send(settings([Setting.HEADER_TABLE_SIZE, 0]), headers(1), headers(3));
  peer.take();
  peer.requests[0]!.stream.sendHeaders(responseBlock, false);
  peer.requests[1]!.stream.sendHeaders(responseBlock, false);
  const [first, second] = peer.take();
  t.deepEqual(first?.payload, Buffer.concat([encodeSizeUpdate(0), responseBlock]));
  t.deepEqual(second?.payload, responseBlock);
});

test('after a reset by the peer nothing is sent on the stream and the layer above knows', (t) => {
  const peer = HandPeer.connected();
  peer.send(headers(1), reset(1, ErrorCode.CANCEL));
  const request = peer.requests[0]!;
  t.deepEqual(request.cause, { code: 8, message: 'reset by peer: CANCEL', source: 'peer', unprocessed: false });
  request.stream.sendHeaders(responseBlock, false);
  t.false(request.stream.sendData(Buffer.from('x'), true));
  request.stream.sendTrailers(trailerBlock);
  request.stream.reset(ErrorCode.CANCEL);
  t.is(request.stream.reserveData(1, false), -1);
  t.deepEqual(peer.take(), []);
});

test('when the connection goes, every stream hears of it', (t) => {
  const peer = HandPeer.connected();
  peer.send(headers(1), headers(3));
  peer.connection.transportLost('gone');
  t.deepEqual(
    peer.requests.map(({ cause }) => cause?.message),
    ['gone', 'gone'],
  );
  t.is(peer.cause?.message, 'gone');
});

// Going away (section 6.8).

test('a server drains in two steps: streams opened within a round trip are still served', (t) => {
  const peer = HandPeer.connected();
  peer.send(headers(1, requestFields, END_STREAM));
  peer.connection.drain();
  const first = peer.take();
  t.deepEqual(brief(first), ['GOAWAY 0', 'PING']);
  t.is(readUint32(first[0]!.payload, 0), 2 ** 31 - 1);
  peer.send(headers(3, requestFields, END_STREAM), ping(first[1]!.payload.toString(), Flag.ACK), headers(5));
  const second = peer.take();
  t.deepEqual(brief(second), ['GOAWAY 0']);
  t.is(readUint32(second[0]!.payload, 0), 3);
  t.deepEqual(
    peer.requests.map(({ stream }) => stream.id),
    [1, 3],
  );
  t.false(peer.connection.closed);
  for (const { stream } of peer.requests) stream.sendHeaders(responseBlock, true);
  t.true(peer.connection.closed);
});

test('a client learns which of its calls a server that goes away will not process', (t) => {
  const peer = HandPeer.connected('client');
  const calls = [openClientStream(peer), openClientStream(peer)];
  peer.send(goaway(1, 0, 'bye'));
  t.is(calls[0]?.cause, undefined);
  t.true(calls[1]?.cause?.unprocessed);
  t.false(peer.connection.mayOpen);
  t.deepEqual(peer.log.at(-1), 'exhausted 0 bye');
  calls[0]!.stream.sendData(nothing, true);
  t.is(brief(peer.take()).at(-1), 'DATA 1 END');
  peer.send(headers(1, [[':status', '200']], END_STREAM));
  t.true(calls[0]?.ended);
  t.true(peer.connection.closed);
});

// The client's side.

test('a client opens with the preface and switches pushes off', (t) => {
  const peer = new HandPeer('client');
  const output = Buffer.concat(peer.connection.sender.takeOutput());
  t.deepEqual(output.subarray(0, PREFACE.length), PREFACE);
  t.is(output.readUInt16BE(PREFACE.length + 9), Setting.ENABLE_PUSH);
  t.is(output.readUInt32BE(PREFACE.length + 11), 0);
});

test('a client keeps to the number of streams that the server allows', (t) => {
  const peer = HandPeer.connected('client');
  peer.send(settings([Setting.MAX_CONCURRENT_STREAMS, 1]));
  t.true(peer.connection.mayOpen);
  const call = openClientStream(peer);
  t.false(peer.connection.mayOpen);
  call.stream.reset(ErrorCode.CANCEL);
  t.true(peer.connection.mayOpen);
});

test('a client whose stream identifiers are used up takes no more calls, and closes when the last one is over', (t) => {
  const peer = HandPeer.connected('client', { firstStreamId: 2 ** 31 - 3 });
  const first = openClientStream(peer);
  t.true(peer.connection.mayOpen);
  const last = openClientStream(peer);
  t.is(last.stream.id, 2 ** 31 - 1);
  t.false(peer.connection.mayOpen);
  t.is(peer.log.at(-1), 'exhausted 0 stream identifiers are used up');
  first.stream.reset(ErrorCode.CANCEL);
  t.false(peer.connection.closed);
  last.stream.reset(ErrorCode.CANCEL);
  t.true(peer.connection.closed);
});

test('a client hears informational responses, the response, data and trailers', (t) => {
  const peer = HandPeer.connected('client');
  const call = openClientStream(peer);
  peer.send(
    headers(1, [[':status', '103']]),
    headers(1, [[':status', '200']]),
    data(1, 'body'),
    headers(1, [['a', 'b']], END_STREAM),
  );
  t.deepEqual(
    call.responses.map(({ status }) => status),
    [103, 200],
  );
  t.is(call.body, 'body');
  t.true(call.ended);
});

const clientErrors: [rule: string, error: string, frames: Buffer[]][] = [
  ['8.4: PUSH_PROMISE', `GOAWAY ${PROTOCOL_ERROR}`, [encodeFrame(FrameType.PUSH_PROMISE, END_HEADERS, 1, uint32(2))]],
  ['6.5.2: ENABLE_PUSH from a server', `GOAWAY ${PROTOCOL_ERROR}`, [settings([Setting.ENABLE_PUSH, 1])]],
  ['5.1: HEADERS on a stream that was never opened', `GOAWAY ${PROTOCOL_ERROR}`, [headers(3, [[':status', '200']])]],
  ['5.1.1: HEADERS on a stream of the server’s', `GOAWAY ${PROTOCOL_ERROR}`, [headers(2, [[':status', '200']])]],
  ['8.1: DATA before the response', `RST_STREAM 1 ${PROTOCOL_ERROR}`, [data(1, 'x')]],
  ['8.3.2: no :status', `RST_STREAM 1 ${PROTOCOL_ERROR}`, [headers(1, [['a', 'b']])]],
  ['8.3.2: a :status that is no number', `RST_STREAM 1 ${PROTOCOL_ERROR}`, [headers(1, [[':status', 'ok']])]],
  ['8.6: 101', `RST_STREAM 1 ${PROTOCOL_ERROR}`, [headers(1, [[':status', '101']])]],
  [
    '8.1: an informational response that ends the stream',
    `RST_STREAM 1 ${PROTOCOL_ERROR}`,
    [headers(1, [[':status', '103']], END_STREAM)],
  ],
];

for (const [rule, error, frames] of clientErrors) {
  test(`an error of a server, ${rule}`, (t) => {
    const peer = HandPeer.connected('client');
    const call = openClientStream(peer);
    peer.take();
    peer.send(...frames);
    t.is(brief(peer.take()).at(-1), error);
    t.not(call.cause, undefined);
  });
}

test('a refused stream is known to be unprocessed', (t) => {
  const peer = HandPeer.connected('client');
  const call = openClientStream(peer);
  peer.send(reset(1, REFUSED_STREAM));
  t.true(call.cause?.unprocessed);
});
