// Receives one snapshot: hands rows to the sink one chunk after the other, stops reading while the sink is behind, checks
// the end against what came. Whatever goes wrong, the sink is told once and the sender hears why.

import type { Logger } from '../../common/log.ts';
import type { Clock, Timer } from '../../common/runtime/clock.ts';
import type { PeerLimits } from './limits.ts';
import { closeCode, type PeerSocket } from './peer-socket.ts';
import {
  decodeSnapshotFrame,
  encodeSnapshotFrame,
  rowBytes,
  type SnapshotFrame,
  type SnapshotHeader,
} from './snapshot-codec.ts';
import { type OpenSnapshotSink, type SnapshotSink, SnapshotTally, SnapshotTransferFailed } from './snapshot-stream.ts';

export interface SnapshotReceiverOptions {
  readonly from: bigint;
  readonly socket: PeerSocket;
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits: PeerLimits;
  readonly open: OpenSnapshotSink;
  /** Asked when the header is there; resolves when the sink may be opened, rejects to refuse. */
  readonly admit: (header: SnapshotHeader) => Promise<void>;
  readonly onEnded: () => void;
}

export class SnapshotReceiver {
  /** Resolves when the sink has finished or aborted; never rejects. */
  readonly ended: Promise<void>;
  private readonly options: SnapshotReceiverOptions;
  private readonly waiting: Buffer[] = [];
  private waitingBytes = 0;
  private readonly tally = new SnapshotTally();
  private readonly ticker: Timer;
  private sink: SnapshotSink | undefined;
  private failure: SnapshotTransferFailed | undefined;
  private wake: () => void = () => {};
  private paused = false;
  private silentTicks = 0;
  private stepTicks = 0;
  private finished = false;

  constructor(options: SnapshotReceiverOptions) {
    this.options = options;
    this.ticker = options.clock.every(options.limits.pingEveryMs, () => this.tick());
    options.socket.start({
      message: (frame) => this.receive(frame),
      pinged: () => {},
      pong: () => {},
      sent: () => {},
      closed: (code, reason) => this.fail(`the sender closed the transfer: ${reason === '' ? `code ${code}` : reason}`),
    });
    this.ended = this.run();
  }

  get hasFailed(): boolean {
    return this.failure !== undefined;
  }

  /** Ends the transfer; the sink hears it as soon as its present call returns. */
  fail(reason: string): void {
    if (this.failure !== undefined || this.finished) return;
    this.failure = new SnapshotTransferFailed(reason);
    this.waiting.length = 0;
    this.wake();
    const { socket } = this.options;
    // A paused socket would not read the sender's half of the closing handshake.
    socket.resume();
    socket.close(closeCode.failed, reason);
  }

  private async run(): Promise<void> {
    const { log, onEnded, socket } = this.options;
    try {
      const header = await this.header();
      await this.options.admit(header);
      if (this.failure !== undefined) throw this.failure;
      this.sink = await this.timed(this.options.open(this.options.from, header));
      await this.rows();
      await this.timed(this.sink.finish());
      if (this.failure !== undefined) throw this.failure;
      this.finished = true;
      socket.send(encodeSnapshotFrame({ kind: 'done' }));
      socket.resume();
      socket.close(closeCode.normal, '');
    } catch (error) {
      const reason = error instanceof Error ? error : new Error(String(error));
      this.fail(reason.message);
      log.warn('a snapshot did not arrive', { ...this.tally.totals, reason: reason.message });
      await this.sink?.abort(reason);
    } finally {
      this.ticker.cancel();
      onEnded();
    }
  }

  private async header(): Promise<SnapshotHeader> {
    for (;;) {
      const { frame } = await this.next();
      if (frame.kind === 'header') return frame.header;
      if (frame.kind !== 'alive') throw new SnapshotTransferFailed(`a snapshot begins with ${frame.kind}`);
    }
  }

  /** Until the end, which must agree. */
  private async rows(): Promise<void> {
    for (;;) {
      const { frame, bytes } = await this.next();
      if (frame.kind === 'rows') {
        const size = frame.rows.reduce((sum, row) => sum + rowBytes(row), 0);
        this.tally.add(bytes, { rows: frame.rows.length, bytes: size });
        if (this.tally.totals.bytes > this.options.limits.snapshotBytesMax) {
          throw new SnapshotTransferFailed(`more than ${this.options.limits.snapshotBytesMax} bytes`);
        }
        if (frame.rows.length > 0) await this.timed(this.sink!.write(frame.rows));
      } else if (frame.kind === 'end') {
        const { totals, checksum } = this.tally;
        const same =
          frame.totals.rows === totals.rows && frame.totals.bytes === totals.bytes && frame.checksum === checksum;
        if (same) return;
        const came = `${totals.rows} rows of ${totals.bytes} bytes`;
        throw new SnapshotTransferFailed(
          `the checksum or the count is wrong: ${came} came, ${frame.totals.rows} of ${frame.totals.bytes} were sent`,
        );
      } else if (frame.kind !== 'alive') throw new SnapshotTransferFailed(`${frame.kind} amid the rows`);
    }
  }

  /** One call of the sink. It is waited for even after a failure, so that `abort` never overlaps it. */
  private async timed<T>(call: Promise<T>): Promise<T> {
    this.stepTicks = 1;
    try {
      return await call;
    } finally {
      this.stepTicks = 0;
    }
  }

  private async next(): Promise<{ readonly frame: SnapshotFrame; readonly bytes: Buffer }> {
    for (;;) {
      if (this.failure !== undefined) throw this.failure;
      const bytes = this.waiting.shift();
      if (bytes !== undefined) {
        this.waitingBytes -= bytes.length;
        this.readOn();
        return { frame: decodeSnapshotFrame(bytes), bytes };
      }
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  private receive(bytes: Buffer): void {
    if (this.failure !== undefined || this.finished) return;
    this.silentTicks = 0;
    this.waiting.push(bytes);
    this.waitingBytes += bytes.length;
    if (!this.paused && this.waitingBytes > this.options.limits.snapshotWaitingBytesMax) {
      this.paused = true;
      this.options.socket.pause();
    }
    this.wake();
  }

  private readOn(): void {
    if (!this.paused || this.waitingBytes > this.options.limits.snapshotWaitingBytesMax / 2) return;
    this.paused = false;
    this.options.socket.resume();
  }

  private tick(): void {
    const { limits, socket } = this.options;
    socket.send(encodeSnapshotFrame({ kind: 'progress', totals: this.tally.totals }));
    if (this.stepTicks > 0 && this.stepTicks++ * limits.pingEveryMs >= limits.snapshotStepMs) {
      this.fail(`the store took longer than ${limits.snapshotStepMs} ms`);
    }
    // What waits to be written is no silence, and who does not read hears nothing.
    if (this.paused || this.waiting.length > 0 || this.stepTicks > 0) return;
    if (++this.silentTicks > limits.silentPingsMax + 1) {
      this.fail(`the sender was silent for ${this.silentTicks * limits.pingEveryMs} ms`);
    }
  }
}
