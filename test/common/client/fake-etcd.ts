// A small etcd in memory behind the `Service` interface: keys with history, watches, leases, and the faults that tests
// need (streams cut, silence, compaction, a wiped or lagging store). Only what its users call is there; anything else
// fails the test by throwing.

import type { Call, Inbound, Outbound } from '../../../common/api/call.ts';
import { apiError } from '../../../common/api/errors.ts';
import {
  Event,
  EventEventType,
  KeyValue,
  LeaseGrantResponse,
  type LeaseKeepAliveRequest,
  LeaseKeepAliveResponse,
  LeaseRevokeResponse,
  PutResponse,
  type RangeRequest,
  RangeResponse,
  ResponseHeader,
  type WatchCreateRequest,
  WatchCreateRequestFilterType,
  type WatchRequest,
  WatchResponse,
} from '../../../common/api/generated/messages.ts';
import { methods, type Service } from '../../../common/api/generated/service.ts';
import type { Clock } from '../../../common/runtime/clock.ts';
import { TransportError } from '../../../common/wire/grpc/transport-error.ts';

interface FakeWatch {
  readonly request: WatchCreateRequest;
  readonly id: number;
}

export interface FakeWatchStream {
  readonly call: Call;
  readonly out: Outbound<WatchResponse>;
  readonly watches: Map<number, FakeWatch>;
  readonly requests: WatchRequest[];
  /** Swallows requests and events, as a half-open connection does. */
  silent: boolean;
}

export interface FakeLeaseStream {
  readonly call: Call;
  readonly out: Outbound<LeaseKeepAliveResponse>;
  readonly requests: LeaseKeepAliveRequest[];
  silent: boolean;
}

export class FakeEtcd {
  clusterId = 7n;
  raftTerm = 2;
  revision = 1;
  compactRevision = 0;
  /** While set, every call and every new stream fails with it. */
  down: Error | undefined;
  /** Events of one response beyond this many are sent in fragments to watches that allow them. */
  fragmentEvents = Number.POSITIVE_INFINITY;
  /** All streams are cut after this many more answers on watch streams: also between two fragments. */
  answersUntilCut = Number.POSITIVE_INFINITY;
  history: Event[] = [];
  readonly watchStreams = new Set<FakeWatchStream>();
  readonly leaseStreams = new Set<FakeLeaseStream>();
  readonly leases = new Map<bigint, { ttl: number; expiresMs: number }>();
  readonly calls: string[] = [];
  readonly service: Service;
  readonly #clock: Clock | undefined;

  constructor(clock?: Clock) {
    this.#clock = clock;
    this.service = this.#build();
  }

  header(): ResponseHeader {
    const { clusterId, revision, raftTerm } = this;
    return ResponseHeader.create({ clusterId, memberId: 1n, revision, raftTerm });
  }

  put(key: string, value: string): number {
    return this.putAll([[key, value]]);
  }

  /** Several keys in one revision, as a transaction does. */
  putAll(pairs: readonly (readonly [string, string])[]): number {
    const modRevision = ++this.revision;
    const events = pairs.map(([key, value]) => {
      const kv = KeyValue.create({ key: Buffer.from(key), value: Buffer.from(value), modRevision });
      return Event.create({ type: EventEventType.PUT, kv });
    });
    this.#commit(events);
    return modRevision;
  }

  delete(key: string): number {
    const kv = KeyValue.create({ key: Buffer.from(key), modRevision: ++this.revision });
    this.#commit([Event.create({ type: EventEventType.DELETE, kv })]);
    return this.revision;
  }

  compact(revision: number): void {
    this.compactRevision = revision;
  }

  /** Ends all streams, as a crash does. */
  cut(error: Error | undefined = new TransportError('connection lost', false)): void {
    for (const { out } of this.#takeStreams()) {
      if (error === undefined) out.end();
      else out.fail(error);
    }
  }

  #takeStreams(): { out: Outbound<never> }[] {
    const streams = [...this.watchStreams, ...this.leaseStreams] as { out: Outbound<never> }[];
    this.watchStreams.clear();
    this.leaseStreams.clear();
    return streams;
  }

  /** Data directory removed: history starts again, under the same cluster id as etcd's bootstrap computes it. */
  wipe(): void {
    this.history = [];
    this.revision = 1;
    this.compactRevision = 0;
  }

  /** Sends every watch with progress_notify its notification. */
  notifyProgress(): void {
    for (const stream of this.watchStreams) {
      for (const { id, request } of stream.watches.values()) {
        if (request.progressNotify) this.#answer(stream, { watchId: id });
      }
    }
  }

  #commit(events: Event[]): void {
    this.history.push(...events);
    for (const stream of this.watchStreams) {
      for (const watch of stream.watches.values()) this.#deliver(stream, watch, events);
    }
  }

  #deliver(stream: FakeWatchStream, watch: FakeWatch, events: readonly Event[]): void {
    const { request, id } = watch;
    const wanted = events.filter(
      (event) =>
        inRange(event.kv!.key, request) &&
        event.kv!.modRevision >= request.startRevision &&
        !request.filters.includes(
          event.type === EventEventType.PUT
            ? WatchCreateRequestFilterType.NOPUT
            : WatchCreateRequestFilterType.NODELETE,
        ),
    );
    const size = request.fragment ? this.fragmentEvents : Number.POSITIVE_INFINITY;
    for (let start = 0; start < wanted.length; ) {
      const piece = wanted.slice(start, Math.min(wanted.length, start + size));
      start += piece.length;
      this.#answer(stream, { watchId: id, events: piece, fragment: start < wanted.length });
    }
  }

  #answer(stream: FakeWatchStream, response: Partial<WatchResponse>): void {
    if (stream.silent || !this.watchStreams.has(stream)) return;
    stream.out.send(WatchResponse.create({ header: this.header(), ...response }));
    if (--this.answersUntilCut === 0) this.cut();
  }

  #watch(call: Call, out: Outbound<WatchResponse>): Inbound<WatchRequest> {
    this.calls.push('watch');
    const stream: FakeWatchStream = { call, out, watches: new Map(), requests: [], silent: false };
    if (this.down !== undefined) out.fail(this.down);
    else this.watchStreams.add(stream);
    return {
      message: (request) => {
        stream.requests.push(request);
        if (!stream.silent && this.watchStreams.has(stream)) this.#watchRequest(stream, request);
      },
      end: () => {},
      cancel: () => this.watchStreams.delete(stream),
    };
  }

  #watchRequest(stream: FakeWatchStream, { createRequest, cancelRequest, progressRequest }: WatchRequest): void {
    if (createRequest !== undefined) this.#createWatch(stream, createRequest);
    if (cancelRequest !== undefined && stream.watches.delete(cancelRequest.watchId)) {
      this.#answer(stream, { watchId: cancelRequest.watchId, canceled: true });
    }
    if (progressRequest !== undefined) this.#answer(stream, { watchId: -1 });
  }

  #createWatch(stream: FakeWatchStream, request: WatchCreateRequest): void {
    let id = request.watchId;
    if (id === 0) while (stream.watches.has(id)) id++;
    if (stream.watches.has(id)) {
      const cancelReason = 'mvcc: duplicate watch ID provided on the WatchStream';
      this.#answer(stream, { watchId: -1, created: true, canceled: true, cancelReason });
      return;
    }
    if (request.key.toString() === 'forbidden') {
      const cancelReason = 'etcdserver: permission denied';
      this.#answer(stream, { watchId: -1, created: true, canceled: true, cancelReason });
      return;
    }
    const watch = { request, id };
    stream.watches.set(id, watch);
    this.#answer(stream, { watchId: id, created: true });
    if (request.startRevision > 0 && request.startRevision < this.compactRevision) {
      stream.watches.delete(id);
      this.#answer(stream, { watchId: id, canceled: true, compactRevision: this.compactRevision });
      return;
    }
    if (request.startRevision > 0) this.#deliver(stream, watch, this.history);
  }

  #leaseKeepAlive(call: Call, out: Outbound<LeaseKeepAliveResponse>): Inbound<LeaseKeepAliveRequest> {
    this.calls.push('leaseKeepAlive');
    const stream: FakeLeaseStream = { call, out, requests: [], silent: false };
    if (this.down !== undefined) out.fail(this.down);
    else this.leaseStreams.add(stream);
    return {
      message: (request) => {
        stream.requests.push(request);
        if (stream.silent || !this.leaseStreams.has(stream)) return;
        const lease = this.leases.get(request.id);
        const nowMs = this.#clock?.monotonicMs() ?? 0;
        const alive = lease !== undefined && lease.expiresMs > nowMs;
        if (alive) lease.expiresMs = nowMs + lease.ttl * 1000;
        const ttl = alive ? lease.ttl : 0;
        out.send(LeaseKeepAliveResponse.create({ header: this.header(), id: request.id, ttl }));
      },
      end: () => {},
      cancel: () => this.leaseStreams.delete(stream),
    };
  }

  #range(request: RangeRequest): RangeResponse {
    if (request.revision > 0 && request.revision < this.compactRevision) throw apiError('compacted');
    const at = request.revision === 0 ? this.revision : request.revision;
    const live = new Map<string, KeyValue>();
    for (const { type, kv } of this.history) {
      if (kv!.modRevision > at || !inRange(kv!.key, request)) continue;
      if (type === EventEventType.PUT) live.set(kv!.key.toString('latin1'), kv!);
      else live.delete(kv!.key.toString('latin1'));
    }
    const kvs = [...live.values()].sort((a, b) => Buffer.compare(a.key, b.key));
    const limit = request.limit === 0 ? kvs.length : request.limit;
    return RangeResponse.create({
      header: this.header(),
      kvs: request.countOnly ? [] : kvs.slice(0, limit),
      more: kvs.length > limit,
      count: kvs.length,
    });
  }

  #build(): Service {
    const own: Partial<Service> = {
      watch: (call, out) => this.#watch(call, out),
      leaseKeepAlive: (call, out) => this.#leaseKeepAlive(call, out),
      range: (request) => this.#unary('range', () => this.#range(request)),
      put: (request) =>
        this.#unary('put', () => {
          this.put(request.key.toString(), request.value.toString());
          return PutResponse.create({ header: this.header() });
        }),
      leaseGrant: (request) =>
        this.#unary('leaseGrant', () => {
          if (this.leases.has(request.id)) throw apiError('leaseExists');
          const expiresMs = (this.#clock?.monotonicMs() ?? 0) + request.ttl * 1000;
          this.leases.set(request.id, { ttl: request.ttl, expiresMs });
          return LeaseGrantResponse.create({ header: this.header(), id: request.id, ttl: request.ttl });
        }),
      leaseRevoke: (request) =>
        this.#unary('leaseRevoke', () => {
          if (!this.leases.delete(request.id)) throw apiError('leaseNotFound');
          return LeaseRevokeResponse.create({ header: this.header() });
        }),
    };
    const missing = Object.keys(methods).filter((name) => !(name in own));
    const refused = missing.map((name) => [
      name,
      () => {
        throw new Error(`FakeEtcd has no ${name}`);
      },
    ]);
    return { ...own, ...Object.fromEntries(refused) } as Service;
  }

  async #unary<T>(name: string, answer: () => T): Promise<T> {
    this.calls.push(name);
    if (this.down !== undefined) throw this.down;
    return answer();
  }
}

function inRange(key: Buffer, range: { readonly key: Buffer; readonly rangeEnd: Buffer }): boolean {
  if (range.rangeEnd.length === 0) return key.equals(range.key);
  if (Buffer.compare(key, range.key) < 0) return false;
  return range.rangeEnd.equals(Buffer.of(0)) || Buffer.compare(key, range.rangeEnd) < 0;
}

/** What a test's `t.deepEqual` reads well: `put a=1 @2`. */
export function describeEvent({ type, kv }: Event): string {
  const what = type === EventEventType.PUT ? `put ${kv!.key}=${kv!.value}` : `delete ${kv!.key}`;
  return `${what} @${kv!.modRevision}`;
}
