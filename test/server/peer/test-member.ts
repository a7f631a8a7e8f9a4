// One member of a cluster as the peer transport sees it: what it received, what it was told, what it logged.

import type { Clock } from '../../../common/runtime/clock.ts';
import { seededRandom } from '../../../common/runtime/random.ts';
import type { PeerLimits } from '../../../server/peer/limits.ts';
import type { PeerMessage } from '../../../server/peer/peer-message.ts';
import type { Dial } from '../../../server/peer/peer-socket.ts';
import { PeerTransport } from '../../../server/peer/peer-transport.ts';
import type { SnapshotHeader } from '../../../server/peer/snapshot-codec.ts';
import type { SnapshotSink } from '../../../server/peer/snapshot-stream.ts';
import type { PeerHandlers, PeerTransportOptions } from '../../../server/peer/transport-options.ts';
import type { Row } from '../../../server/storage/key-value-store.ts';
import { RecordingLogger } from './recording-logger.ts';

export interface TestMemberOptions {
  readonly id: bigint;
  readonly clock: Clock;
  readonly dial: Dial;
  readonly clusterId?: bigint;
  readonly peerUrls?: readonly string[];
  readonly seed?: number;
  readonly protocol?: PeerTransportOptions['protocol'];
  readonly limits?: Partial<PeerLimits>;
  readonly handlers?: Partial<PeerHandlers>;
  readonly logIndex?: number;
}

export class TestMember {
  readonly id: bigint;
  readonly log = new RecordingLogger();
  readonly received: { readonly from: bigint; readonly message: PeerMessage }[] = [];
  readonly unreachable: bigint[] = [];
  readonly sinks: TestSink[] = [];
  removals = 0;
  readonly transport: PeerTransport;

  constructor(options: TestMemberOptions) {
    const { clock, dial, id, limits, protocol } = options;
    this.id = id;
    this.transport = new PeerTransport({
      self: { memberId: id, clusterId: options.clusterId ?? 0xc1n, name: `m${id}`, peerUrls: options.peerUrls ?? [] },
      serverVersion: '0.1.0',
      logIndex: () => options.logIndex ?? 0,
      clock,
      random: seededRandom(options.seed ?? Number(id)),
      log: this.log,
      dial,
      ...(limits === undefined ? {} : { limits }),
      ...(protocol === undefined ? {} : { protocol }),
      handlers: {
        message: (from, message) => this.received.push({ from, message }),
        unreachable: (member) => this.unreachable.push(member),
        removedFromCluster: () => {
          this.removals++;
        },
        snapshot: async (from, header) => {
          const sink = new TestSink(from, header);
          this.sinks.push(sink);
          return sink;
        },
        ...options.handlers,
      },
    });
  }

  /** Rounds of the heartbeats received, in their order. */
  rounds(from?: bigint): number[] {
    return this.received
      .filter((entry) => from === undefined || entry.from === from)
      .map(({ message }) => (message.kind === 'heartbeat' ? message.round : -1));
  }
}

/** Keeps rows in memory; a test may hold it back or make it fail. */
export class TestSink implements SnapshotSink {
  readonly from: bigint;
  readonly header: SnapshotHeader;
  readonly rows: Row[] = [];
  finished = false;
  aborted: Error | undefined;
  /** What each write and the end wait for. */
  gate: Promise<void> = Promise.resolve();
  private busy = false;

  constructor(from: bigint, header: SnapshotHeader) {
    this.from = from;
    this.header = header;
  }

  async write(rows: readonly Row[]): Promise<void> {
    await this.alone();
    for (const { key, value } of rows) this.rows.push({ key: Buffer.from(key), value: Buffer.from(value) });
  }

  async finish(): Promise<void> {
    await this.alone();
    this.finished = true;
  }

  async abort(reason: Error): Promise<void> {
    if (this.busy) throw new Error('abort amid another call');
    this.aborted = reason;
  }

  private async alone(): Promise<void> {
    if (this.busy || this.finished || this.aborted !== undefined) throw new Error('calls of a sink overlap');
    this.busy = true;
    try {
      await this.gate;
    } finally {
      this.busy = false;
    }
  }
}
