// A prefix of the key space, level-triggered: a snapshot, then every change, and a fresh snapshot whenever the two
// cannot be joined (history compacted, cluster wiped or exchanged). Holds no copy itself: what the receiver builds from
// it (a DNS catalog, a set of instances) is the receiver's.

import {
  Event,
  type KeyValue,
  RangeRequest,
  type RangeResponse,
  type ResponseHeader,
} from '../api/generated/messages.ts';
import type { Service } from '../api/generated/service.ts';
import type { Logger } from '../log.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';
import { type Backoff, createBackoff } from './backoff.ts';
import { advanceMark, type HistoryMark, historyIsBroken, judgeHeader } from './history-check.ts';
import { type OutgoingCall, outgoingCall } from './outgoing-call.ts';
import { prefixRange } from './prefix-range.ts';
import { createWatcher, requireLeader, type Watcher } from './watcher.ts';

/** `loading`: reading the prefix; `live`: snapshot delivered and the watch is open; `lost`: neither, retrying. */
export type MirrorState = 'loading' | 'live' | 'lost';

const pageKeysDefault = 1_000;
const requestTimeoutMs = 10_000;
const reloadMinMs = 100;
const reloadMaxMs = 5_000;

export interface MirrorOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Empty: every key. */
  readonly prefix: string | Buffer;
  readonly metadata?: ReadonlyMap<string, string>;
  /** Keys a page of the load; default 1000. */
  readonly pageKeys?: number;
  /** Silence on the watch after which the server is probed; default 10 s. */
  readonly silenceMs?: number;
  /** The whole prefix at `revision`, ordered by key: replaces everything known before. Copies: keep them freely. */
  readonly onSnapshot: (kvs: readonly KeyValue[], revision: number) => void;
  /** Events in order, whole revisions only, none twice, none missing since the snapshot. Copies as well. */
  readonly onChange: (events: readonly Event[], revision: number) => void;
  /** Called on each change of state; `error` says why it is `lost`. */
  readonly onConnection?: (state: MirrorState, error?: Error) => void;
}

export interface Mirror {
  readonly state: MirrorState;
  /** The revision that everything delivered so far amounts to; 0 before the first snapshot. */
  readonly revision: number;
  /** Stops at once; no callback runs afterwards. */
  close(): void;
}

/** Starts loading at once. */
export function createMirror(service: Service, options: MirrorOptions): Mirror {
  const mirror = new PrefixMirror(service, options);
  mirror.load();
  return mirror;
}

class PrefixMirror implements Mirror {
  readonly #service: Service;
  readonly #options: MirrorOptions;
  readonly #key: Buffer;
  readonly #rangeEnd: Buffer;
  readonly #metadata: ReadonlyMap<string, string>;
  readonly #backoff: Backoff;
  state: MirrorState = 'loading';
  revision = 0;
  #mark: HistoryMark | undefined;
  #watcher: Watcher | undefined;
  #call: OutgoingCall | undefined;
  #timer: Timer | undefined;
  /** Counts loads; what an earlier one still has to say is ignored. 0 after `close`. */
  #generation = 1;

  constructor(service: Service, options: MirrorOptions) {
    this.#service = service;
    this.#options = options;
    this.#metadata = options.metadata ?? requireLeader;
    ({ key: this.#key, rangeEnd: this.#rangeEnd } = prefixRange(options.prefix));
    this.#backoff = createBackoff({ minMs: reloadMinMs, maxMs: reloadMaxMs, random: options.random });
  }

  close(): void {
    this.#stop();
    this.#generation = 0;
  }

  #stop(): void {
    this.#generation++;
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#call?.cancel();
    this.#timer?.cancel();
  }

  load(): void {
    if (this.#generation === 0) return;
    this.#stop();
    const generation = this.#generation;
    this.#readPages(generation).then(
      ({ kvs, header }) => {
        if (generation === this.#generation) this.#loaded(kvs, header);
      },
      (error: Error) => {
        if (generation === this.#generation) this.#reloadLater(error);
      },
    );
  }

  async #readPages(generation: number): Promise<{ kvs: KeyValue[]; header: ResponseHeader }> {
    const first = await this.#readPage(this.#key, 0);
    const header = first.header;
    if (header === undefined) throw new Error('the answer to a range request has no header');
    const kvs = first.kvs.map(copyOf);
    for (let page = first; page.more && page.kvs.length > 0 && generation === this.#generation; ) {
      // Behind the last key: its successor in byte order is itself with a zero byte appended.
      page = await this.#readPage(Buffer.concat([page.kvs.at(-1)!.key, Buffer.of(0)]), header.revision);
      for (const kv of page.kvs) kvs.push(copyOf(kv));
    }
    return { kvs, header };
  }

  async #readPage(key: Buffer, revision: number): Promise<RangeResponse> {
    this.#call = outgoingCall({ metadata: this.#metadata, timeoutMs: requestTimeoutMs });
    const limit = this.#options.pageKeys ?? pageKeysDefault;
    return this.#service.range(RangeRequest.create({ key, rangeEnd: this.#rangeEnd, revision, limit }), this.#call);
  }

  #loaded(kvs: KeyValue[], header: ResponseHeader): void {
    const generation = this.#generation;
    this.#mark = header;
    this.revision = header.revision;
    this.#options.onSnapshot(kvs, header.revision);
    if (generation !== this.#generation) return;
    const { clock, random, silenceMs } = this.#options;
    this.#watcher = createWatcher(this.#service, {
      clock,
      random,
      key: this.#key,
      rangeEnd: this.#rangeEnd,
      startRevision: header.revision + 1,
      metadata: this.#metadata,
      ...(silenceMs === undefined ? {} : { silenceMs }),
      onOpen: (opened) => this.#watching(opened),
      onEvents: (events, revision) => {
        this.revision = revision;
        this.#options.onChange(events.map(copyOfEvent), revision);
      },
      onProgress: (revision) => {
        this.revision = revision;
      },
      onLost: (error) => this.#become('lost', error),
      onCompacted: (compactRevision) => {
        this.#options.log.info('history compacted, loading again', { compactRevision, revision: this.revision });
        this.#reloadLater();
      },
      onRefused: (error) => this.#reloadLater(error),
    });
  }

  #watching(header: ResponseHeader): void {
    const mark = { ...this.#mark!, revision: this.revision };
    const verdict = judgeHeader(mark, header);
    if (verdict === 'broken') {
      this.#reloadBroken(header);
      return;
    }
    if (verdict === 'doubtful') this.#settleDoubt(mark, header);
    else this.#mark = advanceMark(mark, header);
    this.#backoff.reset();
    this.#become('live');
  }

  #settleDoubt(mark: HistoryMark, header: ResponseHeader): void {
    const generation = this.#generation;
    const options = { key: this.#key, metadata: this.#metadata, timeoutMs: requestTimeoutMs };
    historyIsBroken(this.#service, mark, options).then(
      (broken) => {
        if (broken && generation === this.#generation) this.#reloadBroken(header);
      },
      // Still in doubt: a load answers it as well.
      (error: Error) => {
        if (generation === this.#generation) this.#reloadLater(error);
      },
    );
  }

  #reloadBroken(header: ResponseHeader): void {
    this.#options.log.warn(
      'the cluster has another history than before (wiped, restored or exchanged), loading again',
      {
        clusterId: header.clusterId,
        revision: header.revision,
        knownRevision: this.revision,
      },
    );
    this.#reloadLater();
  }

  /** Always after a pause: endpoints that belong to two clusters would otherwise make it spin. */
  #reloadLater(error?: Error): void {
    this.#stop();
    this.#timer = this.#options.clock.after(this.#backoff.nextMs(), () => this.load());
    this.#become(error === undefined ? 'loading' : 'lost', error);
  }

  #become(state: MirrorState, error?: Error): void {
    if (state === this.state) return;
    this.state = state;
    if (error === undefined) this.#options.onConnection?.(state);
    else this.#options.onConnection?.(state, error);
  }
}

function copyOf(kv: KeyValue): KeyValue {
  return { ...kv, key: Buffer.from(kv.key), value: Buffer.from(kv.value) };
}

function copyOfEvent(event: Event): Event {
  return Event.create({
    type: event.type,
    ...(event.kv === undefined ? {} : { kv: copyOf(event.kv) }),
    ...(event.prevKv === undefined ? {} : { prevKv: copyOf(event.prevKv) }),
  });
}
