// The model of the KV semantics behind the `Service` interface, with watches: a discovery service in memory. `down`
// makes every call fail, as an unreachable cluster does; compaction and stopping are told to watches as etcd does.

import type { Call, Inbound, MaybePromise, Outbound } from '../../../common/api/call.ts';
import { apiError, type ErrorKey, errorTable } from '../../../common/api/errors.ts';
import {
  Event,
  EventEventType,
  KeyValue,
  PutRequest,
  ResponseHeader,
  type WatchCreateRequest,
  type WatchRequest,
  WatchResponse,
} from '../../../common/api/generated/messages.ts';
import { methods, type Service } from '../../../common/api/generated/service.ts';
import { KvModel, Refusal } from '../model/kv-model.ts';

interface ModelWatch {
  readonly out: Outbound<WatchResponse>;
  readonly id: number;
  readonly request: WatchCreateRequest;
  nextRevision: number;
}

export class ModelService {
  readonly model = new KvModel();
  readonly service: Service;
  /** While set, every call and every new watch fails with it. */
  down: Error | undefined;
  readonly #watches = new Set<ModelWatch>();

  constructor() {
    const own: Partial<Service> = {
      range: (request) => this.#call(() => this.model.range(request)),
      put: (request) => this.#call(() => this.model.put(request)),
      deleteRange: (request) => this.#call(() => this.model.deleteRange(request)),
      txn: (request) => this.#call(() => this.model.txn(request)),
      watch: (call, out) => this.#watch(call, out),
    };
    const others = Object.keys(methods).filter((name) => !(name in own));
    const missing = (): never => {
      throw new Error('the model has no such call');
    };
    this.service = { ...own, ...Object.fromEntries(others.map((name) => [name, missing])) } as Service;
  }

  get watches(): number {
    return this.#watches.size;
  }

  async put(key: string, value: string): Promise<void> {
    await this.#call(() => this.model.put(PutRequest.create({ key: Buffer.from(key), value: Buffer.from(value) })));
  }

  /** Values by key, at the newest revision. */
  get values(): Readonly<Record<string, string>> {
    const rows = [...this.model.states.at(-1)!].sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(rows.map(([key, kv]) => [key, kv.value.toString()]));
  }

  /** Ends every watch with `etcdserver: server stopped`. */
  stop(): void {
    for (const { out } of this.#watches) out.fail(apiError('stopped'));
    this.#watches.clear();
  }

  #call<T extends { header: ResponseHeader | undefined }>(run: () => T): MaybePromise<T> {
    if (this.down !== undefined) throw this.down;
    try {
      const answer = run();
      for (const watch of this.#watches) this.#deliver(watch);
      return { ...answer, header: this.#header() };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const key = (Object.keys(errorTable) as ErrorKey[]).find((name) => errorTable[name].message === error.message)!;
      throw apiError(key);
    }
  }

  #header(): ResponseHeader {
    return ResponseHeader.create({ clusterId: 0xcafen, memberId: 1n, revision: this.model.revision, raftTerm: 2 });
  }

  #watch(call: Call, out: Outbound<WatchResponse>): Inbound<WatchRequest> {
    if (this.down !== undefined) out.fail(this.down);
    const own = (): ModelWatch[] => [...this.#watches].filter((watch) => watch.out === out);
    call.onCancel(() => {
      for (const watch of own()) this.#watches.delete(watch);
    });
    return {
      message: ({ createRequest }) => {
        if (createRequest === undefined || this.down !== undefined) return;
        const nextRevision = createRequest.startRevision || this.model.revision + 1;
        const watch: ModelWatch = { out, id: createRequest.watchId, request: createRequest, nextRevision };
        const header = this.#header();
        out.send(WatchResponse.create({ header, watchId: watch.id, created: true }));
        if (nextRevision < this.model.compactRevision) {
          const compactRevision = this.model.compactRevision;
          out.send(WatchResponse.create({ header, watchId: watch.id, canceled: true, compactRevision }));
          return;
        }
        this.#watches.add(watch);
        this.#deliver(watch);
      },
      end: () => {},
      cancel: () => {
        for (const watch of own()) this.#watches.delete(watch);
      },
    };
  }

  #deliver(watch: ModelWatch): void {
    for (; watch.nextRevision <= this.model.revision && this.#watches.has(watch); watch.nextRevision++) {
      const events = this.#eventsOf(watch.nextRevision).filter(({ kv }) => isInside(kv!.key, watch.request));
      if (events.length === 0) continue;
      watch.out.send(WatchResponse.create({ header: this.#header(), watchId: watch.id, events }));
    }
  }

  #eventsOf(revision: number): Event[] {
    const [before, after] = [this.model.states[revision - 1]!, this.model.states[revision]!];
    const events: Event[] = [];
    for (const [key, kv] of after) {
      if (kv.modRevision === revision)
        events.push(Event.create({ type: EventEventType.PUT, kv, prevKv: before.get(key) }));
    }
    for (const [key, prevKv] of before) {
      const kv = KeyValue.create({ key: prevKv.key, modRevision: revision });
      if (!after.has(key)) events.push(Event.create({ type: EventEventType.DELETE, kv, prevKv }));
    }
    return events;
  }
}

function isInside(key: Buffer, { key: start, rangeEnd }: WatchCreateRequest): boolean {
  if (rangeEnd.length === 0) return key.equals(start);
  return Buffer.compare(key, start) >= 0 && Buffer.compare(key, rangeEnd) < 0;
}
