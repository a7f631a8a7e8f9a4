// Snapshots on their way in: one is written at a time. A leader of a later term takes the place of an earlier one's, and a
// sender that begins again that of its own; otherwise the second is told that we are busy.

import type { Logger } from '../../common/log.ts';
import type { Clock } from '../../common/runtime/clock.ts';
import { type Greeting, hexId } from './handshake.ts';
import type { PeerLimits } from './limits.ts';
import { closeCode, type PeerSocket } from './peer-socket.ts';
import type { SnapshotHeader } from './snapshot-codec.ts';
import { SnapshotReceiver } from './snapshot-receiver.ts';
import { type OpenSnapshotSink, SnapshotTransferFailed } from './snapshot-stream.ts';

export interface IncomingSnapshotsOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits: PeerLimits;
  readonly open: OpenSnapshotSink;
}

export class IncomingSnapshots {
  private readonly options: IncomingSnapshotsOptions;
  /** By sender; also those that wait to be let in. */
  private readonly receivers = new Map<bigint, SnapshotReceiver>();
  /** With those that have failed and wait for their store. */
  private live = 0;
  private current: { readonly receiver: SnapshotReceiver; readonly term: number } | undefined;

  constructor(options: IncomingSnapshotsOptions) {
    this.options = options;
  }

  accept({ from, name }: Greeting, socket: PeerSocket): void {
    const log = this.options.log.child({ peer: hexId(from), name });
    this.receivers.get(from)?.fail('the sender has begun again');
    if (this.live >= this.options.limits.snapshotsIncomingMax) {
      log.warn('refused a snapshot: too many are coming in', { live: this.live });
      socket.close(closeCode.failed, 'busy with other snapshots');
      return;
    }
    this.live++;
    const receiver: SnapshotReceiver = new SnapshotReceiver({
      ...this.options,
      from,
      socket,
      log,
      admit: async (header) => {
        await this.admit(receiver, header);
        const { position, rowsEstimate } = header;
        log.info('receiving a snapshot', { index: position.index, term: position.term, rowsEstimate });
      },
      onEnded: () => this.ended(from, receiver),
    });
    this.receivers.set(from, receiver);
  }

  close(reason: string): void {
    for (const receiver of this.receivers.values()) receiver.fail(reason);
  }

  private async admit(receiver: SnapshotReceiver, header: SnapshotHeader): Promise<void> {
    for (let other = this.current; other !== undefined; other = this.current) {
      if (!other.receiver.hasFailed) {
        if (header.term <= other.term) throw new SnapshotTransferFailed('busy with another snapshot');
        other.receiver.fail(`a leader of term ${header.term} sends a snapshot`);
      }
      await other.receiver.ended;
    }
    if (!receiver.hasFailed) this.current = { receiver, term: header.term };
  }

  private ended(from: bigint, receiver: SnapshotReceiver): void {
    this.live--;
    if (this.receivers.get(from) === receiver) this.receivers.delete(from);
    if (this.current?.receiver === receiver) this.current = undefined;
  }
}
