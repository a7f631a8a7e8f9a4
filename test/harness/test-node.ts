// A whole core node on a simulated clock, disk and store: everything but sockets. `crash` loses what was not synced and
// `kill` only the process; `reopen` starts it again on what is left. Calls are driven until they are answered.

import type { Call, MaybePromise } from '../../common/api/call.ts';
import {
  CompactionRequest,
  type CompactionResponse,
  DeleteRangeRequest,
  type DeleteRangeResponse,
  LeaseGrantRequest,
  type LeaseGrantResponse,
  LeaseRevokeRequest,
  type LeaseRevokeResponse,
  PutRequest,
  type PutResponse,
  RangeRequest,
  type RangeResponse,
  TxnRequest,
  type TxnResponse,
  WatchCreateRequest,
  WatchRequest,
  type WatchResponse,
} from '../../common/api/generated/messages.ts';
import type { Service } from '../../common/api/generated/service.ts';
import type { LogFields, Logger } from '../../common/log.ts';
import { type Random, seededRandom } from '../../common/runtime/random.ts';
import { foundingMembers } from '../../server/bootstrap/planned-members.ts';
import { clusterId, memberId } from '../../server/cluster/member-ids.ts';
import { CoreNode, type CoreNodeOptions } from '../../server/core-node.ts';
import type { Bootstrap } from '../../server/durable-state.ts';
import { noPeers } from '../../server/replica/peers.ts';
import { MemoryStore } from '../../server/storage/memory-store.ts';
import { SimulatedLogDisk } from '../server/storage/wal/simulated-log-disk.ts';
import { GatedStore } from './gated-store.ts';
import { SimulatedClock } from './simulated-clock.ts';
import { TestStream } from './test-stream.ts';

export type TestNodeOptions = Partial<Omit<CoreNodeOptions, 'clock' | 'store' | 'logDisk' | 'log' | 'random'>> & {
  readonly seed?: number;
  /** What an earlier node left behind. */
  readonly disk?: SimulatedLogDisk;
  readonly store?: MemoryStore;
};

export const testCall: Call = {
  metadata: new Map(),
  timeoutMs: undefined,
  peer: 'test',
  cancelled: false,
  onCancel: () => {},
};

/** A founder of a cluster; `members` are peer URLs by name, its own first. */
export function testBootstrap(
  members: Record<string, string> = { one: 'http://localhost:2380' },
  clusterToken = 'etcd-cluster',
): Bootstrap {
  const seeds = foundingMembers(new Map(Object.entries(members).map(([name, url]) => [name, [url]])), clusterToken);
  const [name, url] = Object.entries(members)[0]!;
  const identity = {
    memberId: memberId([url], clusterToken),
    clusterId: clusterId(seeds.map(({ id }) => id)),
  };
  return { name, clusterToken, plan: async () => ({ identity, members: seeds, founding: true }) };
}

export const testSettings = {
  clientUrls: ['http://localhost:2379'],
  heartbeatMs: 100,
  electionMs: 1000,
  txnOpsMax: 128,
  requestBytesMax: 1_572_864,
  progressNotifyMs: 600_000,
  quotaBytes: undefined,
  autoCompaction: { mode: 'off' },
  bootstrap: testBootstrap(),
  peers: noPeers,
  strictReconfigCheck: true,
  learnersMax: 1,
  transfer: (): never => {
    throw new Error('a cluster of one member sends no snapshots');
  },
  connectedSince: () => undefined,
  openNextStore: () => Promise.reject(new Error('a cluster of one member is sent no snapshots')),
  openInterruptedStore: () => Promise.resolve(null),
} as const satisfies Partial<CoreNodeOptions>;

/** Lines that a node logs, as `level: message`. */
export class LogLines implements Logger {
  readonly lines: { level: string; message: string; fields: LogFields }[] = [];
  error = this.#at('error');
  warn = this.#at('warn');
  info = this.#at('info');
  debug = this.#at('debug');

  child(): Logger {
    return this;
  }

  #at(level: string): (message: string, fields?: LogFields) => void {
    return (message, fields = {}) => void this.lines.push({ level, message, fields });
  }
}

export class TestNode {
  clock = new SimulatedClock();
  disk: SimulatedLogDisk;
  store: MemoryStore;
  /** Stands between the node and its store, to hold up or fail its calls. */
  gates!: GatedStore;
  node!: CoreNode;
  readonly log = new LogLines();
  /** Set once the node has reported that it cannot go on. */
  failure: Error | undefined;
  readonly #options: TestNodeOptions;
  readonly #random: Random;

  private constructor(options: TestNodeOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed ?? 1);
    this.disk = options.disk ?? new SimulatedLogDisk(this.#random);
    this.store = options.store ?? new MemoryStore();
  }

  /** A node that leads. */
  static async open(options: TestNodeOptions = {}): Promise<TestNode> {
    const test = new TestNode(options);
    await test.#start();
    await test.#lead();
    return test;
  }

  /** A node that has been started, whatever comes of it. With a disk that is held it cannot lead yet. */
  static async start(options: TestNodeOptions = {}): Promise<TestNode> {
    const test = new TestNode(options);
    await test.#start();
    return test;
  }

  get service(): Service {
    return this.node.service;
  }

  get revision(): number {
    return this.node.store.currentRevision;
  }

  async #start(): Promise<void> {
    const { disk: _disk, store: _store, seed: _seed, ...options } = this.#options;
    this.gates = new GatedStore(this.store);
    const opening = CoreNode.open({
      ...testSettings,
      ...options,
      budgets: { segmentBytes: 16_384, ...options.budgets },
      store: this.gates,
      logDisk: this.disk,
      clock: this.clock,
      random: this.#random,
      log: this.log,
    });
    const node = await this.#opened(opening);
    this.node = node;
    void node.failed.then((error) => {
      if (this.node === node) this.failure = error;
    });
    await this.clock.settle();
  }

  /** A disk that is held does only what opening needs. */
  async #opened(opening: Promise<CoreNode>): Promise<CoreNode> {
    let over = !this.disk.held;
    const settled = (): void => {
      over = true;
    };
    opening.then(settled, settled);
    for (await this.clock.settle(); !over; await this.clock.settle()) this.disk.step();
    return this.clock.outcome(opening);
  }

  async #lead(): Promise<void> {
    await this.clock.runUntil(() => this.node.replica.isLeading, 10_000);
    await this.clock.settle();
  }

  /** Power loss: what was not synced may be gone, wholly or in part. The node is dead from now on. */
  crash(): void {
    this.#abandon(this.disk.afterPowerLoss(), this.store.crash(this.#random));
  }

  /** The process dies: what it wrote is there, synced or not. */
  kill(): void {
    this.#abandon(this.disk.afterKill(), this.store.crash({ ...this.#random, below: (bound) => bound - 1 }));
  }

  #abandon(disk: SimulatedLogDisk, store: MemoryStore): void {
    this.disk = disk;
    this.store = store;
    // Nobody runs the dead node's timers any more, and the new process has a monotonic clock of its own.
    this.clock = new SimulatedClock(this.#random.below(1_000_000));
    this.failure = undefined;
  }

  /** Starts the member again, on what the crash or the stop has left. */
  async reopen(): Promise<void> {
    await this.#start();
    await this.#lead();
  }

  /** Stops cleanly and starts again. */
  async restart(): Promise<void> {
    await this.stop();
    const disk = this.disk.afterKill();
    this.#abandon(disk, this.store.crash(this.#random));
    await this.reopen();
  }

  async stop(): Promise<void> {
    await this.clock.outcome(this.node.stop());
  }

  /** The answer of a call, refusals that are thrown at once included. */
  async answer<T>(call: () => MaybePromise<T>): Promise<T> {
    return this.clock.outcome((async () => call())());
  }

  // ---- calls, with what their messages leave out set to protobuf's defaults

  put(key: string, value: string, rest: Partial<PutRequest> = {}): Promise<PutResponse> {
    const request = PutRequest.create({ key: Buffer.from(key), value: Buffer.from(value), ...rest });
    return this.answer(() => this.service.put(request, testCall));
  }

  range(key: string, rest: Partial<RangeRequest> = {}): Promise<RangeResponse> {
    const request = RangeRequest.create({ key: Buffer.from(key), ...rest });
    return this.answer(() => this.service.range(request, testCall));
  }

  /** The value of a key now, or undefined. */
  async get(key: string): Promise<string | undefined> {
    return (await this.range(key)).kvs[0]?.value.toString();
  }

  deleteRange(key: string, rest: Partial<DeleteRangeRequest> = {}): Promise<DeleteRangeResponse> {
    const request = DeleteRangeRequest.create({ key: Buffer.from(key), ...rest });
    return this.answer(() => this.service.deleteRange(request, testCall));
  }

  txn(request: Partial<TxnRequest>): Promise<TxnResponse> {
    return this.answer(() => this.service.txn(TxnRequest.create(request), testCall));
  }

  compact(revision: number, physical = false): Promise<CompactionResponse> {
    return this.answer(() => this.service.compact(CompactionRequest.create({ revision, physical }), testCall));
  }

  grant(ttl: number, id = 0n): Promise<LeaseGrantResponse> {
    return this.answer(() => this.service.leaseGrant(LeaseGrantRequest.create({ ttl, id }), testCall));
  }

  revoke(id: bigint): Promise<LeaseRevokeResponse> {
    return this.answer(() => this.service.leaseRevoke(LeaseRevokeRequest.create({ id }), testCall));
  }

  /** A watch stream; `room` as in TestStream. */
  watchStream(room = Number.POSITIVE_INFINITY): TestStream<WatchRequest, WatchResponse> {
    const stream = new TestStream<WatchRequest, WatchResponse>((call, out) => this.service.watch(call, out));
    stream.room = room;
    return stream;
  }

  /** A stream with one watch on it. Its creation is among the messages received. */
  watch(key: string, rest: Partial<WatchCreateRequest> = {}): TestStream<WatchRequest, WatchResponse> {
    const stream = this.watchStream();
    stream.request(watchCreate(key, rest));
    return stream;
  }
}

export function watchCreate(key: string, rest: Partial<WatchCreateRequest> = {}): WatchRequest {
  return WatchRequest.create({ createRequest: WatchCreateRequest.create({ key: Buffer.from(key), ...rest }) });
}

/** `prefix` as an API range: its end is the prefix with the last byte one higher. */
export function prefixEnd(prefix: string): Buffer {
  const end = Buffer.from(prefix);
  end[end.length - 1]!++;
  return end;
}

/** Range end that means "every key from here on". */
export const toTheEnd: Buffer = Buffer.of(0);
