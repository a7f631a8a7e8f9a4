// Random and mutated frames against a connection, from a seed. The test runs some thousands; `fuzzConnection` can be
// called with any number of rounds. Checked after every step: nothing is thrown, what comes out is whole frames of
// legal size within the peer's windows, and the books (queued bytes, streams) balance.

import { type Random, seededRandom } from '../../../../common/runtime/random.ts';
import { encodeFrame, encodeSettings, Flag, FrameType, PREFACE } from '../../../../common/wire/http2/frame.ts';
import { makeField } from '../../../../common/wire/http2/header-field.ts';
import { RepeatedFields } from '../../../../common/wire/http2/hpack-encoder.ts';
import type { Http2Stream } from '../../../../common/wire/http2/stream.ts';
import { block, type Frame, HandPeer, RecordedStream, requestFields, uint32 } from './hand-peer.ts';

const responseBlock = block([[':status', '200']]);
const trailerBlock = block([['grpc-status', '0']]);
const names = ['a', 'content-length', 'te', ':path', ':status', 'X', 'cookie', ':method'];
const values = ['', '1', 'trailers', '/x', '200', 'POST', 'v\n', 'x'.repeat(300)];
const ids = [0, 1, 1, 1, 3, 3, 5, 7, 2, 9, 2 ** 31 - 1];

function pick<T>(random: Random, from: readonly T[]): T {
  return from[random.below(from.length)]!;
}

function randomBytes(random: Random, lengthMax: number): Buffer {
  return Buffer.from(Array.from({ length: random.below(lengthMax + 1) }, () => random.below(256)));
}

function randomFields(random: Random): [string, string][] {
  const extra = Array.from({ length: random.below(3) }, (): [string, string] => [
    pick(random, names),
    pick(random, values),
  ]);
  const base: [string, string][] = random.below(3) === 0 ? [[':status', '200']] : requestFields;
  return random.below(4) === 0 ? [...extra, ...base] : [...base, ...extra];
}

/** A frame that is well-formed more often than not. */
function randomFrame(random: Random): Buffer {
  const id = pick(random, ids);
  const end = random.below(3) === 0 ? Flag.END_STREAM : 0;
  switch (random.below(14)) {
    case 0:
    case 1:
    case 2:
      return encodeFrame(FrameType.HEADERS, Flag.END_HEADERS | end, id, block(randomFields(random)));
    case 3:
    case 4:
      return encodeFrame(FrameType.DATA, end, id, randomBytes(random, 200));
    case 5:
      return encodeFrame(FrameType.DATA, end | Flag.PADDED, id, randomBytes(random, 50));
    case 6:
      return encodeFrame(FrameType.RST_STREAM, 0, id, uint32(random.below(15)));
    case 7:
    case 8:
      return encodeFrame(
        FrameType.WINDOW_UPDATE,
        0,
        id,
        uint32(random.below(8) === 0 ? random.below(2 ** 31) : random.below(100_000)),
      );
    case 9:
      return encodeSettings([[random.below(8), pick(random, [0, 1, 100, 16_384, 65_535, 100_000, 2 ** 31])]]);
    case 10:
      return encodeFrame(FrameType.PING, random.below(2), 0, Buffer.alloc(8));
    case 11:
      return encodeFrame(FrameType.HEADERS, end, id, block(randomFields(random)).subarray(0, random.below(30)));
    case 12:
      return encodeFrame(FrameType.CONTINUATION, random.below(2) * Flag.END_HEADERS, id, randomBytes(random, 20));
    default:
      return encodeFrame(random.below(12), random.below(256), id, randomBytes(random, 30));
  }
}

/** A frame that breaks no rule of the connection, though perhaps one of its stream. `last` is the newest stream. */
function tameFrame(random: Random, role: 'server' | 'client', last: number): Buffer {
  const id = 1 + 2 * random.below((last + 1) / 2);
  const end = random.below(3) === 0 ? Flag.END_STREAM : 0;
  switch (random.below(7)) {
    case 0:
      return encodeFrame(FrameType.RST_STREAM, 0, id, uint32(8));
    case 1:
      return encodeFrame(FrameType.WINDOW_UPDATE, 0, id, uint32(1 + random.below(100_000)));
    case 2:
      return encodeFrame(FrameType.WINDOW_UPDATE, 0, 0, uint32(1 + random.below(100_000)));
    case 3:
      return encodeSettings([[4, pick(random, [0, 1, 1000, 65_535, 200_000])]]);
    case 4:
      return role === 'server'
        ? encodeFrame(FrameType.HEADERS, Flag.END_HEADERS | end, last + 2, block(requestFields))
        : encodeFrame(FrameType.PING, 0, 0, Buffer.alloc(8));
    default:
      return encodeFrame(FrameType.DATA, end, id, randomBytes(random, 2000));
  }
}

function mutate(random: Random, frame: Buffer): Buffer {
  const copy = Buffer.from(frame);
  copy[random.below(copy.length)] = random.below(256);
  return random.below(4) === 0 ? copy.subarray(0, random.below(copy.length)) : copy;
}

/** What a layer above might do with a stream, at any time. */
function act(random: Random, stream: Http2Stream): void {
  switch (random.below(8)) {
    case 0:
      stream.sendHeaders(responseBlock, random.below(4) === 0);
      break;
    case 1:
      stream.sendData(Buffer.alloc(random.below(40_000)), random.below(5) === 0);
      break;
    case 2:
      stream.sendTrailers(trailerBlock);
      break;
    case 3: {
      const length = random.below(20_000);
      const offset = stream.reserveData(length, false);
      if (offset >= 0) stream.host.sender.output.chunk.fill(0, offset, offset + length);
      break;
    }
    case 4:
      if (random.below(5) === 0) stream.reset(8);
      break;
    case 5:
      stream.pause();
      break;
    case 6:
      stream.resume();
      break;
    default:
  }
}

function checkOutput(frames: readonly Frame[]): void {
  for (const { type, payload, streamId } of frames) {
    if (type > FrameType.CONTINUATION) throw new Error(`a frame of type ${type} was sent`);
    if (payload.length > 2 ** 24) throw new Error(`a frame of ${payload.length} bytes was sent`);
    if (type === FrameType.DATA && streamId === 0) throw new Error('DATA was sent on stream 0');
  }
}

function checkBooks(peer: HandPeer): void {
  const { connection } = peer;
  const { sender, streams } = connection;
  let queued = 0;
  for (const stream of streams.values()) {
    queued += stream.queuedBytes;
    if (stream.closed) throw new Error(`stream ${stream.id} is closed and still listed`);
    if (stream.localEnded && stream.remoteEnded) throw new Error(`stream ${stream.id} is over and still listed`);
  }
  if (queued !== sender.queuedBytes) throw new Error(`${sender.queuedBytes} bytes counted as queued, ${queued} are`);
  if (sender.window < 0) throw new Error('more was sent than the connection window allows');
  if (connection.closed && streams.size > 0) throw new Error('streams survive their connection');
}

function oneRound(random: Random): boolean {
  const role = random.below(3) === 0 ? 'client' : 'server';
  const peer = new HandPeer(role, { concurrentStreamsMax: 3, streamWindow: 70_000, connectionWindow: 70_000 });
  const isWild = random.below(2) === 0;
  const streams: Http2Stream[] = [];
  peer.onRequest = ({ stream }) => {
    streams.push(stream);
    if (random.below(2) === 0) act(random, stream);
  };
  peer.send(...(role === 'server' ? [PREFACE] : []), encodeSettings([]));
  for (let step = random.below(40); step >= 0; step--) {
    if (role === 'client' && peer.connection.mayOpen && random.below(3) === 0) {
      const fields = new RepeatedFields(requestFields.map(([name, value]) => makeField(name, value)));
      streams.push(peer.connection.openStream(new RecordedStream(), fields, [], random.below(2) === 0));
    }
    const last = role === 'server' ? Math.max(1, peer.connection.peerLastId) : (streams.at(-1)?.id ?? 1);
    const frame = isWild ? randomFrame(random) : tameFrame(random, role, last);
    peer.send(isWild && random.below(6) === 0 ? mutate(random, frame) : frame);
    for (const stream of streams) act(random, stream);
    peer.connection.sender.socketBlocked = random.below(5) === 0;
    if (random.below(100) === 0) peer.connection.drain();
    if (random.below(100) === 0) peer.connection.transportLost('lost');
    checkOutput(peer.take());
    checkBooks(peer);
  }
  return peer.connection.closed;
}

/** Throws, naming the seed, at the first round that breaks a rule. Returns how many rounds ended the connection. */
export function fuzzConnection(firstSeed: number, rounds: number): number {
  let ended = 0;
  for (let seed = firstSeed; seed < firstSeed + rounds; seed++) {
    try {
      if (oneRound(seededRandom(seed))) ended++;
    } catch (error) {
      throw new Error(`fuzzConnection(${seed}, 1)`, { cause: error });
    }
  }
  return ended;
}
