// One member of a simulated cluster: its data directory, and one process after the other that runs the real node on it.
// Wiring as in server/main.ts, with simulated devices, network and snapshot transfer in the place of the real ones.

import type { LogFields, Logger } from '../../common/log.ts';
import { type Random, seededRandom } from '../../common/runtime/random.ts';
import { CoreNode } from '../../server/core-node.ts';
import type { FirstMembers } from '../../server/durable-state.ts';
import type { PeerMessage } from '../../server/peer/peer-message.ts';
import type { SnapshotHeader } from '../../server/peer/snapshot-codec.ts';
import type { SnapshotTransfer } from '../../server/peer/snapshot-sender.ts';
import { type SnapshotSink, SnapshotTransferFailed } from '../../server/peer/snapshot-stream.ts';
import { type Ending, SimDataDirectory } from './data-directory.ts';
import { DelayedLogDisk, Device, storeSchedule } from './devices.ts';
import type { Journal } from './journal.ts';
import type { SimNetwork, Station } from './network.ts';
import type { WorldOptions } from './options.ts';
import { SimProcess } from './process.ts';
import { sendSnapshot } from './snapshot-transfer.ts';
import type { Timeline } from './timeline.ts';

export const heartbeatMs = 100;
export const electionMs = 1_000;
export const clusterToken = 'simulation';
const diskMsMax = 3;
const slowDiskMsMax = 2_500;
const slowStoreMsMax = 1_500;
const removalNoticeMs = 300;

/** What members have in common. */
export interface Surroundings {
  readonly world: WorldOptions;
  readonly timeline: Timeline;
  readonly network: SimNetwork;
  readonly journal: Journal;
  readonly peer: (id: bigint) => SimMember | undefined;
  /** The member has begun to serve. */
  readonly onOpened: (member: SimMember) => void;
  /** The member's process has ended, for whatever reason. */
  readonly onEnded: (member: SimMember, process: SimProcess) => void;
  /** A process can neither start nor go on, without a fault that explains it. */
  readonly onGivenUp: (member: SimMember, error: Error) => void;
  readonly onSent: (member: SimMember, to: bigint, message: PeerMessage) => void;
}

export class SimMember implements Station {
  readonly id: bigint;
  readonly name: string;
  readonly peerUrl: string;
  readonly data: SimDataDirectory;
  /** Present while its process runs and has opened its state. */
  node: CoreNode | undefined;
  process: SimProcess | undefined;
  life = 0;
  /** Ended for good: it has been removed, and knows. */
  isGone = false;
  isDiskSlow = false;
  isStoreSlow = false;
  /** A fault was injected that a process may die of by itself. */
  mayFail = false;
  private readonly around: Surroundings;
  private readonly random: Random;
  private readonly logDevice: Device;
  private readonly storeDevice: Device;
  private readonly firstMembers: () => FirstMembers;

  constructor(options: {
    readonly id: bigint;
    readonly name: string;
    readonly peerUrl: string;
    readonly seed: number;
    readonly around: Surroundings;
    readonly firstMembers: () => FirstMembers;
  }) {
    const { id, name, peerUrl, seed, around, firstMembers } = options;
    this.id = id;
    this.name = name;
    this.peerUrl = peerUrl;
    this.around = around;
    this.random = seededRandom(seed);
    this.firstMembers = firstMembers;
    const { random } = this;
    this.logDevice = new Device(around.timeline, () => random.next() * (this.isDiskSlow ? slowDiskMsMax : diskMsMax));
    this.storeDevice = new Device(around.timeline, () => random.next() * (this.isStoreSlow ? slowStoreMsMax : 1));
    const slowly = storeSchedule(this.storeDevice, () => this.process!);
    const atOnce = (task: () => void): void => {
      const asker = this.process!;
      queueMicrotask(() => asker.run(task));
    };
    this.data = new SimDataDirectory(random, around.world.faults.slowStores ? slowly : atOnce);
  }

  get isRunning(): boolean {
    return this.node !== undefined && this.process?.isAlive === true;
  }

  // ---- life and death

  start(): void {
    const { timeline, world, journal } = this.around;
    const { drift } = world.faults;
    const rate = 1 + (2 * this.random.next() - 1) * drift;
    const process = new SimProcess({ timeline, rate, originMs: this.random.below(1_000_000) });
    this.process = process;
    this.life++;
    this.logDevice.reset();
    this.storeDevice.reset();
    journal.note(`${this.name} starts`);
    process.run(() => {
      this.open(process).then(
        (node) => {
          if (this.process !== process) return;
          this.node = node;
          void node.failed.then((error) => this.failed(process, error));
          this.around.onOpened(this);
        },
        (error: Error) => this.failed(process, error),
      );
    });
  }

  private failed(process: SimProcess, error: Error): void {
    if (this.process !== process || !process.isAlive) return;
    if (this.mayFail) this.end(this.random.below(2) === 0 ? 'kill' : 'powerLoss');
    else this.around.onGivenUp(this, error);
  }

  /** Stops cleanly, as SIGTERM has the server role do. */
  stop(): void {
    const { process, node } = this;
    if (process?.isAlive !== true || node === undefined) return;
    this.around.journal.note(`${this.name} is asked to stop`);
    process.run(() => {
      const stopping = async (): Promise<void> => {
        await node.handOver();
        await node.stop();
      };
      stopping().then(
        () => {
          if (this.process === process) this.end('kill');
        },
        (error: Error) => this.failed(process, error),
      );
    });
  }

  /** The process is no more. */
  end(ending: Ending): void {
    const { process } = this;
    if (process?.isAlive !== true) return;
    this.around.journal.note(`${this.name} ends (${ending})`);
    process.die();
    this.node = undefined;
    this.mayFail = false;
    this.data.end(ending);
    this.around.onEnded(this, process);
  }

  private open(process: SimProcess): Promise<CoreNode> {
    const { world, timeline, network, onSent } = this.around;
    const { data } = this;
    // Numbers of its own, so that what one process draws does not depend on how an earlier one ended.
    const random = seededRandom(this.random.below(2 ** 31));
    const logDisk = new DelayedLogDisk(data.disk, this.logDevice, process, () =>
      timeline.after(0, () => this.end('powerLoss')),
    );
    return CoreNode.open({
      store: data.store,
      logDisk,
      clock: process,
      random,
      log: new JournalLogger(this.around.journal, this.name),
      bootstrap: { name: this.name, clusterToken, plan: async () => this.firstMembers() },
      clientUrls: [`http://${this.name}:2379`],
      heartbeatMs,
      electionMs,
      txnOpsMax: 128,
      requestBytesMax: 1_572_864,
      progressNotifyMs: world.progressNotifyMs,
      quotaBytes: undefined,
      autoCompaction: { mode: 'off' },
      strictReconfigCheck: world.strictReconfigCheck,
      learnersMax: 2,
      budgets: world.budgets,
      peers: {
        sendMessage: (message) => {
          if (!process.isAlive) return;
          onSent(this, message.to, message);
          network.send(this, message.to, message);
        },
        sendDriver: (to, message) => process.isAlive && network.send(this, to, message),
      },
      transfer: (to, source) => this.transfer(process, to, source),
      connectedSince: (member) => this.connectedSince(process, member),
      openNextStore: () => data.openNextStore(),
      openInterruptedStore: () => data.openInterruptedStore(),
    });
  }

  private connectedSince(process: SimProcess, member: bigint): number | undefined {
    const { peer, network } = this.around;
    const since = network.linkedSinceMs(this.id, member);
    return since === undefined || peer(member)?.isRunning !== true ? undefined : process.monotonicAt(since);
  }

  private transfer(
    process: SimProcess,
    to: bigint,
    source: Parameters<typeof sendSnapshot>[0]['source'],
  ): SnapshotTransfer {
    const { timeline, network, peer } = this.around;
    const other = peer(to);
    if (other?.process === undefined) {
      const done = Promise.reject(new SnapshotTransferFailed('nobody is there'));
      return { done, abort: () => {} };
    }
    const receiver = {
      id: to,
      process: other.process,
      openSnapshot: (header: SnapshotHeader): Promise<SnapshotSink> => {
        if (other.node === undefined) return Promise.reject(new Error('still starting'));
        return other.node.openSnapshot(header);
      },
    };
    return sendSnapshot({ timeline, network, from: { id: this.id, process }, to: receiver, source });
  }

  // ---- the network's side

  take(from: bigint, message: PeerMessage): void {
    this.process?.run(() => {
      const { node } = this;
      if (node === undefined) return;
      if (node.membership.isRemoved(from)) this.around.peer(from)?.learnOfRemoval();
      else node.receive(from, message);
    });
  }

  unreachable(member: bigint): void {
    this.process?.run(() => this.node?.replica.unreachable(member));
  }

  /** As the transport's `removedFromCluster`: the process ends, and nobody starts it again. */
  private learnOfRemoval(): void {
    if (this.isGone) return;
    this.isGone = true;
    this.around.timeline.after(removalNoticeMs, () => this.end('kill'));
  }
}

/** Log lines are part of what happens. */
class JournalLogger implements Logger {
  private readonly journal: Journal;
  private readonly name: string;

  constructor(journal: Journal, name: string) {
    this.journal = journal;
    this.name = name;
  }

  error(message: string, fields?: LogFields): void {
    this.line('error', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.line('warn', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.line('info', message, fields);
  }

  debug(): void {}

  child(): Logger {
    return this;
  }

  private line(level: string, message: string, fields: LogFields = {}): void {
    const details = Object.entries(fields).map(([name, value]) => ` ${name}=${value}`);
    this.journal.note(`${this.name} ${level}: ${message}${details.join('')}`);
  }
}
