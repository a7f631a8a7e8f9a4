// A gRPC client played by hand over an in-memory socket: sends the frames that a test says to a real server and shows
// what came back. Time is a ManualClock.

import { Duplex } from 'node:stream';
import type { Method } from '../../../../common/api/method.ts';
import {
  createGrpcServer,
  type GrpcServer,
  type GrpcServerOptions,
  type StreamHandler,
  type UnaryHandler,
} from '../../../../common/wire/grpc/server.ts';
import { Flag, FrameType, PREFACE } from '../../../../common/wire/http2/frame.ts';
import { HpackDecoder } from '../../../../common/wire/http2/hpack-decoder.ts';
import { data, END_STREAM, type Frame, headers, settings } from '../http2/hand-peer.ts';
import { ManualClock } from '../http2/manual-clock.ts';
import { chat, download, echo, upload } from './text-codec.ts';

/** One side of an in-memory socket; `peer` is the other. */
export class MemorySocket extends Duplex {
  peer!: MemorySocket;

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    // In a turn of its own, as between real sockets: two fast ends must not keep each other going in one stack.
    setImmediate(() => {
      if (!this.peer.destroyed) this.peer.push(Buffer.from(chunk));
      done();
    });
  }

  override _final(done: () => void): void {
    this.peer.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    done(error);
    if (!this.peer.destroyed) this.peer.destroy();
  }

  static pair(): [MemorySocket, MemorySocket] {
    const [left, right] = [new MemorySocket(), new MemorySocket()];
    left.peer = right;
    right.peer = left;
    return [left, right];
  }
}

/** Lets everything that is on its way arrive. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) await new Promise(setImmediate);
}

export interface Handlers {
  readonly Echo?: UnaryHandler<string, string>;
  readonly Upload?: StreamHandler<string, string>;
  readonly Download?: StreamHandler<string, string>;
  readonly Chat?: StreamHandler<string, string>;
}

export function testServer(
  clock: GrpcServerOptions['clock'],
  handlers: Handlers,
  options: Partial<GrpcServerOptions> = {},
): GrpcServer {
  return createGrpcServer({
    methods: [echo, upload, download, chat] as Method[],
    implement: ({ name }) => handlers[name as keyof Handlers] as UnaryHandler | StreamHandler | undefined,
    clock,
    ...options,
  });
}

export interface Answer {
  readonly fields: ReadonlyMap<string, string>;
  readonly body: string;
  /** Messages of the body. */
  readonly messages: string[];
  readonly trailers: ReadonlyMap<string, string>;
  readonly ended: boolean;
  readonly reset: number | undefined;
}

export class HandClient {
  readonly clock = new ManualClock();
  readonly server: GrpcServer;
  readonly socket: MemorySocket;
  readonly frames: Frame[] = [];
  closed = false;
  #received: Buffer = Buffer.alloc(0);
  readonly #decoder = new HpackDecoder({ headerListBytesMax: 1 << 20 });
  readonly #answers = new Map<
    number,
    { lists: Map<string, string>[]; body: Buffer; ended: boolean; reset: number | undefined }
  >();

  constructor(handlers: Handlers, options: Partial<GrpcServerOptions> = {}) {
    this.server = testServer(this.clock, handlers, options);
    const [ours, theirs] = MemorySocket.pair();
    this.socket = ours;
    ours.on('data', (chunk: Buffer) => this.#receive(chunk));
    ours.on('close', () => {
      this.closed = true;
    });
    ours.on('end', () => ours.end());
    ours.on('error', () => {});
    this.server.accept(theirs);
    ours.write(Buffer.concat([PREFACE, settings()]));
  }

  async send(...pieces: Buffer[]): Promise<void> {
    this.socket.write(Buffer.concat(pieces));
    await settle();
    this.clock.endTurn();
    await settle();
  }

  answer(id: number): Answer {
    const found = this.#answers.get(id) ?? { lists: [], body: Buffer.alloc(0), ended: false, reset: undefined };
    const [fields = new Map<string, string>(), trailers = fields] = found.lists;
    return {
      fields,
      trailers,
      body: found.body.toString(),
      messages: splitMessages(found.body),
      ended: found.ended,
      reset: found.reset,
    };
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    while (this.#received.length >= 9) {
      const end = 9 + this.#received.readUIntBE(0, 3);
      if (end > this.#received.length) return;
      const [type, flags] = [this.#received[3]!, this.#received[4]!];
      const frame = { type, flags, streamId: this.#received.readUInt32BE(5), payload: this.#received.subarray(9, end) };
      this.frames.push(frame);
      if (frame.streamId > 0) this.#note(frame);
      this.#received = this.#received.subarray(end);
    }
  }

  #note({ type, flags, streamId, payload }: Frame): void {
    const answer = this.#answers.get(streamId) ?? { lists: [], body: Buffer.alloc(0), ended: false, reset: undefined };
    this.#answers.set(streamId, answer);
    if (type === FrameType.HEADERS) {
      const fields = this.#decoder.decode(payload, 0, payload.length);
      answer.lists.push(new Map(fields.map(({ name, value }) => [name, value])));
    } else if (type === FrameType.DATA) {
      answer.body = Buffer.concat([answer.body, payload]);
    } else if (type === FrameType.RST_STREAM) {
      answer.reset = payload.readUInt32BE(0);
    }
    if ((type === FrameType.HEADERS || type === FrameType.DATA) && (flags & Flag.END_STREAM) !== 0) answer.ended = true;
  }
}

function splitMessages(body: Buffer): string[] {
  const messages: string[] = [];
  for (let at = 0; at + 5 <= body.length; ) {
    const end = at + 5 + body.readUInt32BE(at + 1);
    messages.push(body.toString('utf8', at + 5, end));
    at = end;
  }
  return messages;
}

export function message(text: string | Buffer, flag = 0): Buffer {
  const body = Buffer.from(text as string);
  const prefix = Buffer.alloc(5);
  prefix[0] = flag;
  prefix.writeUInt32BE(body.length, 1);
  return Buffer.concat([prefix, body]);
}

export function callFields(path: string, extra: [string, string][] = []): [string, string][] {
  return [
    [':method', 'POST'],
    [':scheme', 'http'],
    [':path', path],
    [':authority', 'localhost'],
    ['content-type', 'application/grpc'],
    ['te', 'trailers'],
    ...extra,
  ];
}

/** A whole unary call: its fields and its message. */
export function call(id: number, method: Method<string, string>, text: string, extra: [string, string][] = []): Buffer {
  return Buffer.concat([headers(id, callFields(method.path, extra)), data(id, message(text), END_STREAM)]);
}
