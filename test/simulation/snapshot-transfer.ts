// Snapshots between simulated members: frames of the real codec, one after the other and each answered, over links that may
// be cut. What the real sender and receiver say about failure holds here too: whoever hears nothing for a while gives
// up, and says so on its own side.

import type { SnapshotHeader } from '../../server/peer/snapshot-codec.ts';
import { decodeSnapshotFrame, encodeSnapshotFrame, type SnapshotFrame } from '../../server/peer/snapshot-codec.ts';
import type { SnapshotSource, SnapshotTransfer } from '../../server/peer/snapshot-sender.ts';
import { type SnapshotSink, SnapshotTransferFailed } from '../../server/peer/snapshot-stream.ts';
import type { SimNetwork } from './network.ts';
import type { SimProcess } from './process.ts';
import type { Timeline } from './timeline.ts';

const silenceMsMax = 4_000;

/** One end of a transfer: a process, and the member that it is. */
export interface TransferEnd {
  readonly id: bigint;
  readonly process: SimProcess;
}

export interface ReceivingEnd extends TransferEnd {
  openSnapshot(header: SnapshotHeader): Promise<SnapshotSink>;
}

export interface TransferParts {
  readonly timeline: Timeline;
  readonly network: SimNetwork;
  readonly from: TransferEnd;
  readonly to: ReceivingEnd;
  readonly source: SnapshotSource;
}

type Reply = 'taken' | Error;

export function sendSnapshot(parts: TransferParts): SnapshotTransfer {
  let abort: (reason: string) => void = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = (reason) => reject(new SnapshotTransferFailed(reason));
  });
  aborted.catch(() => undefined);
  const receiver = new Receiver(parts);
  const done = (async () => {
    let rows = 0;
    let bytes = 0;
    const say = (frame: SnapshotFrame): Promise<void> => Promise.race([exchange(parts, receiver, frame), aborted]);
    await say({ kind: 'header', header: parts.source.header });
    for await (const chunk of parts.source.chunks) {
      await say({ kind: 'rows', rows: chunk });
      for (const { key, value } of chunk) bytes += key.length + value.length;
      rows += chunk.length;
    }
    await say({ kind: 'end', totals: { rows, bytes }, checksum: 0 });
    return { rows, bytes };
  })();
  return { done, abort };
}

/** Sends a frame and waits for the answer; rejects when either gets lost or the receiver cannot go on. */
function exchange(
  { timeline, network, from, to }: TransferParts,
  receiver: Receiver,
  frame: SnapshotFrame,
): Promise<void> {
  const bytes = encodeSnapshotFrame(frame);
  return new Promise((resolve, reject) => {
    const silence = from.process.after(silenceMsMax, () =>
      reject(new SnapshotTransferFailed('the receiver was silent')),
    );
    const answer = (reply: Reply): void => {
      timeline.after(network.delayMs(), () => {
        if (network.isCut(to.id, from.id)) return;
        from.process.run(() => {
          silence.cancel();
          if (reply === 'taken') resolve();
          else reject(new SnapshotTransferFailed(reply.message));
        });
      });
    };
    timeline.after(network.delayMs(), () => {
      if (network.isCut(from.id, to.id)) return;
      to.process.run(() => receiver.take(decodeSnapshotFrame(Buffer.from(bytes)), answer));
    });
  });
}

class Receiver {
  private readonly to: ReceivingEnd;
  private sink: SnapshotSink | undefined;
  private silence: { cancel(): void } | undefined;

  constructor({ to }: TransferParts) {
    this.to = to;
  }

  take(frame: SnapshotFrame, answer: (reply: Reply) => void): void {
    this.silence?.cancel();
    this.carryOut(frame).then(
      () => {
        if (frame.kind !== 'end') this.silence = this.to.process.after(silenceMsMax, () => this.giveUp('silence'));
        answer('taken');
      },
      (error: Error) => {
        if (frame.kind !== 'header') this.giveUp(error.message);
        answer(error);
      },
    );
  }

  private async carryOut(frame: SnapshotFrame): Promise<void> {
    if (frame.kind === 'header') this.sink = await this.to.openSnapshot(frame.header);
    else if (this.sink === undefined) throw new Error('the transfer is over');
    else if (frame.kind === 'rows') await this.sink.write(frame.rows);
    else if (frame.kind === 'end') await this.sink.finish();
  }

  private giveUp(reason: string): void {
    const { sink } = this;
    this.sink = undefined;
    void sink?.abort(new Error(reason));
  }
}
