// A Service in a Map, for tests of transports: enough of range, put, watch, keepalive, snapshot and observe to see
// messages pass, and keys that misbehave on request. No semantics beyond that.

import type { Call, Inbound, Outbound } from '../../../common/api/call.ts';
import { apiError } from '../../../common/api/errors.ts';
import * as m from '../../../common/api/generated/messages.ts';
import { methods, type Service } from '../../../common/api/generated/service.ts';
import { ApiError, Status } from '../../../common/api/status.ts';

export interface FakeService extends Service {
  readonly store: Map<string, m.KeyValue>;
  /** Metadata of the calls so far. */
  readonly seen: ReadonlyMap<string, string>[];
  /** Unary calls that wait for `release` (puts of the key `wait`). */
  waiting: number;
  release(): void;
  /** Calls and streams that heard of their cancellation. */
  cancelled: number;
  /** Streams open now. */
  streams: number;
  /** Messages of 64 KiB that a snapshot sends, and how many were sent so far. */
  snapshotMessages: number;
  snapshotSent: number;
  /** A snapshot then sends everything at once, however slow its reader. */
  impatient: boolean;
}

class MapService {
  readonly store = new Map<string, m.KeyValue>();
  readonly seen: ReadonlyMap<string, string>[] = [];
  waiting = 0;
  cancelled = 0;
  streams = 0;
  snapshotMessages = 3;
  snapshotSent = 0;
  impatient = false;
  #revision = 1;
  #releases: (() => void)[] = [];
  readonly #watchers = new Set<(event: m.Event) => void>();

  release(): void {
    for (const release of this.#releases.splice(0)) release();
  }

  header(): m.ResponseHeader {
    return m.ResponseHeader.create({
      clusterId: 14841639068965178418n,
      memberId: 10276657743932975437n,
      revision: this.#revision,
      raftTerm: 2,
    });
  }

  range(request: m.RangeRequest, call: Call): m.RangeResponse {
    this.seen.push(call.metadata);
    if (request.key.length === 0) throw apiError('emptyKey');
    const from = request.key.toString('latin1');
    const to = request.rangeEnd.toString('latin1');
    const kvs = [...this.store.entries()]
      .filter(([key]) => (to === '' ? key === from : key >= from && (to === '\0' || key < to)))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, kv]) => kv);
    return m.RangeResponse.create({ header: this.header(), kvs, count: kvs.length });
  }

  put(request: m.PutRequest, call: Call): m.PutResponse | Promise<m.PutResponse> {
    const key = request.key.toString('latin1');
    if (key === '') throw apiError('emptyKey');
    if (key === 'unauthenticated') throw apiError('invalidAuthToken');
    if (key === 'no message') return Promise.resolve(undefined as unknown as m.PutResponse);
    if (key === 'broken') throw new TypeError('a programming mistake');
    if (key === 'rejected') return Promise.reject(apiError('noSpace'));
    if (key === 'wait') return this.#wait(call);
    const created = this.store.get(key);
    this.#revision++;
    const kv = m.KeyValue.create({
      key: Buffer.from(request.key),
      value: Buffer.from(request.value),
      lease: request.lease,
      createRevision: created?.createRevision ?? this.#revision,
      modRevision: this.#revision,
      version: (created?.version ?? 0) + 1,
    });
    this.store.set(key, kv);
    for (const notify of this.#watchers) notify(m.Event.create({ type: m.EventEventType.PUT, kv }));
    return m.PutResponse.create({ header: this.header(), prevKv: request.prevKv ? created : undefined });
  }

  #wait(call: Call): Promise<m.PutResponse> {
    this.waiting++;
    call.onCancel(() => this.cancelled++);
    return new Promise((resolve) => {
      this.#releases.push(() => {
        this.waiting--;
        resolve(m.PutResponse.create({ header: this.header() }));
      });
    });
  }

  watch(call: Call, out: Outbound<m.WatchResponse>): Inbound<m.WatchRequest> {
    this.seen.push(call.metadata);
    const watches: (() => void)[] = [];
    return this.#stream(call, {
      message: (request) => {
        const create = request.createRequest;
        if (create === undefined) {
          out.send(
            m.WatchResponse.create({
              header: this.header(),
              watchId: request.cancelRequest?.watchId ?? 0,
              canceled: true,
            }),
          );
          return;
        }
        if (create.key.toString() === 'no leader') {
          out.fail(apiError('noLeader'));
          return;
        }
        out.send(m.WatchResponse.create({ header: this.header(), watchId: create.watchId, created: true }));
        const notify = (event: m.Event): void => {
          if (!event.kv?.key.equals(create.key)) return;
          out.send(m.WatchResponse.create({ header: this.header(), watchId: create.watchId, events: [event] }));
        };
        this.#watchers.add(notify);
        watches.push(() => this.#watchers.delete(notify));
      },
      end() {},
      cancel: () => {
        for (const stop of watches) stop();
      },
    });
  }

  leaseKeepAlive(call: Call, out: Outbound<m.LeaseKeepAliveResponse>): Inbound<m.LeaseKeepAliveRequest> {
    return this.#stream(call, {
      message: ({ id }) => {
        out.send(m.LeaseKeepAliveResponse.create({ header: this.header(), id, ttl: 10 }));
      },
      end: () => {
        this.streams--;
        out.end();
      },
      cancel() {},
    });
  }

  snapshot(call: Call, out: Outbound<m.SnapshotResponse>): Inbound<m.SnapshotRequest> {
    const blob = Buffer.alloc(64 * 1024, 7);
    const pump = (): void => {
      while (this.snapshotSent < this.snapshotMessages) {
        if (!out.writable && !this.impatient) return;
        this.snapshotSent++;
        out.send(m.SnapshotResponse.create({ remainingBytes: this.snapshotMessages - this.snapshotSent, blob }));
      }
      this.streams--;
      out.end();
    };
    out.onDrain(pump);
    return this.#stream(call, { message: pump, end() {}, cancel() {} });
  }

  observe(call: Call, out: Outbound<m.LeaderResponse>): Inbound<m.LeaderRequest> {
    return this.#stream(call, {
      message: ({ name }) => {
        out.send(m.LeaderResponse.create({ header: this.header(), kv: m.KeyValue.create({ key: name }) }));
        out.fail(new ApiError(Status.UNAVAILABLE, 'etcdserver: no leader'));
        this.streams--;
      },
      end() {},
      cancel() {},
    });
  }

  #stream<T>(_call: Call, inbound: Inbound<T>): Inbound<T> {
    this.streams++;
    return {
      message: (message) => inbound.message(message),
      end: () => inbound.end(),
      cancel: () => {
        this.streams--;
        this.cancelled++;
        inbound.cancel();
      },
    };
  }
}

export function fakeService(): FakeService {
  const service: Record<string, unknown> = new MapService() as unknown as Record<string, unknown>;
  for (const name of Object.keys(methods)) {
    if (name in service) continue;
    service[name] = () => {
      throw new ApiError(Status.UNIMPLEMENTED, `${name} is not part of the fake`);
    };
  }
  return service as unknown as FakeService;
}
