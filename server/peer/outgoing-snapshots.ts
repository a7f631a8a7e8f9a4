// Snapshots on their way out: one for each member, a bounded number together.

import type { Logger } from '../../common/log.ts';
import type { Clock } from '../../common/runtime/clock.ts';
import { type Greeting, hexId } from './handshake.ts';
import type { PeerLimits } from './limits.ts';
import type { Dial } from './peer-socket.ts';
import type { SnapshotTotals } from './snapshot-codec.ts';
import { SnapshotSender, type SnapshotSource, type SnapshotTransfer } from './snapshot-sender.ts';
import { SnapshotTransferFailed } from './snapshot-stream.ts';

export interface OutgoingSnapshotsOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits: PeerLimits;
  readonly dial: Dial;
}

export class OutgoingSnapshots {
  private readonly options: OutgoingSnapshotsOptions;
  private readonly transfers = new Map<bigint, SnapshotTransfer>();
  private closed = false;

  constructor(options: OutgoingSnapshotsOptions) {
    this.options = options;
  }

  send(order: {
    readonly urls: readonly string[];
    readonly greeting: Greeting;
    readonly source: SnapshotSource;
  }): SnapshotTransfer {
    const { to } = order.greeting;
    const refusal = this.refusal(to, order.urls);
    if (refusal !== undefined) return refused(refusal);
    const log = this.options.log.child({ peer: hexId(to) });
    const { position } = order.source.header;
    log.info('sending a snapshot', { index: position.index, term: position.term });
    const transfer = new SnapshotSender({ ...this.options, ...order, log });
    this.transfers.set(to, transfer);
    transfer.done.then(
      (totals: SnapshotTotals) => {
        this.transfers.delete(to);
        log.info('the snapshot has arrived', { index: position.index, ...totals });
      },
      (error: Error) => {
        this.transfers.delete(to);
        log.warn('the snapshot did not arrive', { index: position.index, reason: error.message });
      },
    );
    return transfer;
  }

  abort(member: bigint, reason: string): void {
    this.transfers.get(member)?.abort(reason);
  }

  close(reason: string): void {
    this.closed = true;
    for (const transfer of this.transfers.values()) transfer.abort(reason);
  }

  private refusal(to: bigint, urls: readonly string[]): string | undefined {
    if (this.closed) return 'the member is stopping';
    if (urls.length === 0) return `no peer URL for member ${hexId(to)}`;
    if (this.transfers.has(to)) return `a snapshot to ${hexId(to)} is under way`;
    const { snapshotsOutgoingMax } = this.options.limits;
    return this.transfers.size >= snapshotsOutgoingMax ? `${snapshotsOutgoingMax} snapshots are under way` : undefined;
  }
}

function refused(reason: string): SnapshotTransfer {
  const done = Promise.reject(new SnapshotTransferFailed(reason));
  // As for transfers that began: whoever does not look at the outcome is not punished for it.
  done.catch(() => {});
  return { done, abort: () => {} };
}
