// Sends one snapshot on a connection of its own, so that heartbeats never wait behind it. Reads no faster than the other
// side writes; any end but the receiver's `done` is a failure, reported once.

import type { Logger } from '../../common/log.ts';
import { assert } from '../../common/runtime/assert.ts';
import type { Clock, Timer } from '../../common/runtime/clock.ts';
import { WireError } from '../../common/wire/protobuf/codec.ts';
import type { Row } from '../storage/key-value-store.ts';
import { type Greeting, greetingHeaders, judgeAnswer, readRefusal } from './handshake.ts';
import type { PeerLimits } from './limits.ts';
import { closeCode, type Dial, type DialOutcome, type PeerSocket, snapshotPath } from './peer-socket.ts';
import {
  decodeSnapshotFrame,
  encodeSnapshotFrame,
  rowBytes,
  type SnapshotFrame,
  type SnapshotHeader,
  type SnapshotTotals,
} from './snapshot-codec.ts';
import { SnapshotTally, SnapshotTransferFailed } from './snapshot-stream.ts';

export interface SnapshotSource {
  readonly header: SnapshotHeader;
  /** Chunks of any length. Its `return` is called when the transfer ends early. */
  readonly chunks: AsyncIterable<readonly Row[]>;
  /** What the receiver has written so far; about once a second. */
  readonly onProgress?: (totals: SnapshotTotals) => void;
}

export interface SnapshotTransfer {
  /** Resolves when the receiver has made the snapshot its own; rejects with `SnapshotTransferFailed`. */
  readonly done: Promise<SnapshotTotals>;
  abort(reason: string): void;
}

export interface SnapshotSenderOptions {
  readonly urls: readonly string[];
  readonly greeting: Greeting;
  readonly source: SnapshotSource;
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits: PeerLimits;
  readonly dial: Dial;
}

export class SnapshotSender implements SnapshotTransfer {
  readonly done: Promise<SnapshotTotals>;
  private readonly options: SnapshotSenderOptions;
  private readonly tally = new SnapshotTally();
  private settle!: { resolve: (totals: SnapshotTotals) => void; reject: (error: Error) => void };
  private over = false;
  private endSent = false;
  private socket: PeerSocket | undefined;
  private cancelDial: () => void = () => {};
  private wake: () => void = () => {};
  private ticker: Timer | undefined;
  private silentTicks = 0;
  private sentSinceTick = false;

  constructor(options: SnapshotSenderOptions) {
    this.options = options;
    this.done = new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
    });
    void this.run();
  }

  abort(reason: string): void {
    this.fail(reason);
  }

  private async run(): Promise<void> {
    const { clock, limits } = this.options;
    this.socket = await this.connect();
    if (this.socket === undefined) return;
    this.ticker = clock.every(limits.pingEveryMs, () => this.tick());
    this.socket.start({
      message: (frame) => this.receive(frame),
      pinged: () => {},
      pong: () => {},
      sent: () => this.wake(),
      closed: (code, reason) =>
        this.fail(`the receiver closed the transfer: ${reason === '' ? `code ${code}` : reason}`),
    });
    try {
      await this.stream();
    } catch (error) {
      // The source's reader failed, or a row cannot be sent.
      this.fail(error instanceof Error ? error.message : String(error));
    }
  }

  /** Each URL once; undefined after all have failed, or after `abort`. */
  private async connect(): Promise<PeerSocket | undefined> {
    const { urls, greeting } = this.options;
    const troubles: string[] = [];
    for (const url of urls) {
      const outcome = await this.dialOne(url);
      if (this.over) {
        if (outcome.kind === 'open') outcome.socket.terminate();
        return undefined;
      }
      if (outcome.kind === 'failed') troubles.push(`${url}: ${outcome.reason}`);
      else {
        const refusal =
          outcome.kind === 'refused'
            ? readRefusal(outcome.status, outcome.headers, outcome.body, greeting)
            : judgeAnswer(outcome.headers, greeting);
        if (refusal === undefined && outcome.kind === 'open') return outcome.socket;
        if (outcome.kind === 'open') outcome.socket.terminate();
        troubles.push(`${url}: ${refusal?.detail ?? 'refused'}`);
      }
    }
    this.fail(`no connection for the snapshot: ${troubles.join('; ')}`);
    return undefined;
  }

  private dialOne(url: string): Promise<DialOutcome> {
    const { clock, dial, greeting, limits } = this.options;
    return new Promise((resolve) => {
      const dialing = dial({ url, path: snapshotPath, headers: greetingHeaders(greeting) }, (outcome) => {
        timeout.cancel();
        resolve(outcome);
      });
      const giveUp = (reason: string): void => {
        timeout.cancel();
        dialing.abort();
        resolve({ kind: 'failed', reason });
      };
      const timeout = clock.after(limits.dialTimeoutMs, () => giveUp(`no answer within ${limits.dialTimeoutMs} ms`));
      this.cancelDial = () => giveUp('aborted');
    });
  }

  private async stream(): Promise<void> {
    const { limits, source } = this.options;
    this.send({ kind: 'header', header: source.header });
    for await (const chunk of source.chunks) {
      for (const rows of this.frames(chunk)) {
        if (this.over) return;
        await this.room();
        if (this.over) return;
        const bytes = rows.reduce((sum, row) => sum + rowBytes(row), 0);
        this.tally.add(this.send({ kind: 'rows', rows }), { rows: rows.length, bytes });
        if (this.tally.totals.bytes > limits.snapshotBytesMax) {
          throw new SnapshotTransferFailed(`the snapshot has more than ${limits.snapshotBytesMax} bytes`);
        }
      }
      if (this.over) return;
    }
    this.send({ kind: 'end', totals: this.tally.totals, checksum: this.tally.checksum });
    this.endSent = true;
  }

  /** Cuts a chunk into frames of about `snapshotFrameBytes`, at least a row each. */
  private *frames(chunk: readonly Row[]): Iterable<readonly Row[]> {
    const { messageBytesMax, snapshotFrameBytes } = this.options.limits;
    let start = 0;
    let bytes = 0;
    for (let at = 0; at < chunk.length; at++) {
      const size = rowBytes(chunk[at]!);
      if (size > messageBytesMax / 2) throw new SnapshotTransferFailed(`a row of ${size} bytes cannot be sent`);
      if (at > start && bytes + size > snapshotFrameBytes) {
        yield chunk.slice(start, at);
        start = at;
        bytes = 0;
      }
      bytes += size;
    }
    if (start < chunk.length) yield chunk.slice(start);
  }

  /** Waits until the socket has drained below its bound. */
  private async room(): Promise<void> {
    while (!this.over && this.socket!.unsentBytes >= this.options.limits.socketBytesMax) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  private send(frame: SnapshotFrame): Buffer {
    const bytes = encodeSnapshotFrame(frame);
    this.sentSinceTick = true;
    this.socket!.send(bytes);
    return bytes;
  }

  private receive(bytes: Buffer): void {
    if (this.over) return;
    this.silentTicks = 0;
    let frame: SnapshotFrame;
    try {
      frame = decodeSnapshotFrame(bytes);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.fail(error.message);
      return;
    }
    if (frame.kind === 'progress') this.options.source.onProgress?.(frame.totals);
    else if (frame.kind === 'done' && this.endSent) this.succeed();
    else this.fail(`the receiver said ${frame.kind} at the wrong time`);
  }

  private tick(): void {
    const { limits } = this.options;
    if (++this.silentTicks > limits.silentPingsMax) {
      this.fail(`the receiver was silent for ${this.silentTicks * limits.pingEveryMs} ms`);
      return;
    }
    if (!this.sentSinceTick && this.socket!.unsentBytes === 0) this.send({ kind: 'alive' });
    this.sentSinceTick = false;
  }

  private succeed(): void {
    this.end();
    this.socket!.close(closeCode.normal, '');
    this.settle.resolve(this.tally.totals);
  }

  private fail(reason: string): void {
    if (this.over) return;
    this.end();
    // A closing handshake would wait behind everything that the receiver has not read.
    if (this.socket?.unsentBytes === 0) this.socket.close(closeCode.failed, reason);
    else this.socket?.terminate();
    this.settle.reject(new SnapshotTransferFailed(reason));
  }

  private end(): void {
    assert(!this.over, 'a snapshot transfer ended twice');
    this.over = true;
    this.ticker?.cancel();
    this.cancelDial();
    this.wake();
  }
}
