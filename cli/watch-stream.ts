// The watches of one command on one stream that opens itself again: each goes on behind the last revision it delivered.
// Unlike common/client/watcher.ts it hands on whole responses, since etcdctl prints their headers, and several watches
// share it, since an interactive session has many. Requests for progress concern them all.

import {
  WatchCreateRequest,
  WatchProgressRequest,
  WatchRequest,
  WatchResponse,
} from '../common/api/generated/messages.ts';
import type { Service } from '../common/api/generated/service.ts';
import { createReopeningStream, type ReopeningStream } from '../common/client/reopening-stream.ts';
import { isLasting } from '../common/client/stream-errors.ts';
import type { Clock } from '../common/runtime/clock.ts';
import type { Random } from '../common/runtime/random.ts';

/** Watches of an interactive session; each costs the server a watcher. */
export const watchesMax = 1_000;

export interface WatchRange {
  readonly key: Buffer;
  readonly rangeEnd: Buffer;
  /** 0 means from now on. */
  readonly startRevision: number;
  readonly prevKv: boolean;
  readonly progressNotify: boolean;
}

export interface WatchListener {
  /** Events, progress, or the cancellation that ends the watch. */
  response(response: WatchResponse): void;
  /** The watch is over; the reason in etcd's words. */
  ended(reason: string): void;
}

interface Watch {
  readonly range: WatchRange;
  readonly listener: WatchListener;
  /** The next revision to deliver; 0 until a watch from "now" has been confirmed. */
  nextRevision: number;
  created: boolean;
}

export interface WatchStream {
  add(range: WatchRange, listener: WatchListener): void;
  requestProgress(): void;
  close(): void;
}

export interface WatchStreamOptions {
  readonly service: Service;
  readonly clock: Clock;
  readonly random: Random;
}

export function createWatchStream(options: WatchStreamOptions): WatchStream {
  return new SharedWatchStream(options);
}

class SharedWatchStream implements WatchStream {
  readonly #stream: ReopeningStream<WatchRequest>;
  /** By the id that we chose; ids are never used twice. */
  readonly #watches = new Map<number, Watch>();
  #lastId = 0;

  constructor({ service, clock, random }: WatchStreamOptions) {
    this.#stream = createReopeningStream<WatchRequest, WatchResponse>({
      open: (call, out) => service.watch(call, out),
      clock,
      random,
      // A member cut off from its cluster ends the watch instead of going silent (clientv3.WithRequireLeader).
      metadata: new Map([['hasleader', 'true']]),
      opened: () => this.#opened(),
      message: (response) => this.#message(response),
      lost: (error) => this.#lost(error),
    });
  }

  add(range: WatchRange, listener: WatchListener): void {
    if (this.#watches.size >= watchesMax) throw new Error(`more than ${watchesMax} watches`);
    const id = ++this.#lastId;
    const watch: Watch = { range, listener, nextRevision: range.startRevision, created: false };
    this.#watches.set(id, watch);
    if (this.#stream.isOpen) this.#create(id, watch);
    else this.#stream.open();
  }

  requestProgress(): void {
    this.#stream.send(WatchRequest.create({ progressRequest: WatchProgressRequest.create() }));
  }

  close(): void {
    this.#stream.close();
  }

  #opened(): void {
    for (const [id, watch] of this.#watches) {
      watch.created = false;
      this.#create(id, watch);
    }
  }

  #create(id: number, { range, nextRevision }: Watch): void {
    const { key, rangeEnd, prevKv, progressNotify } = range;
    const createRequest = WatchCreateRequest.create({
      key,
      rangeEnd,
      prevKv,
      progressNotify,
      startRevision: nextRevision,
      watchId: id,
    });
    this.#stream.send(WatchRequest.create({ createRequest }));
  }

  #message(response: WatchResponse): void {
    this.#stream.healthy();
    const id = this.#idOf(response);
    if (id === undefined) {
      // Progress asked for by hand is answered once for the whole stream.
      for (const watch of this.#watches.values()) if (watch.created) this.#deliver(watch, response);
      return;
    }
    const watch = this.#watches.get(id);
    if (watch === undefined) return;
    if (response.canceled) {
      this.#cancelled(id, watch, response);
    } else if (response.created) {
      watch.created = true;
      // Pinned here: lost before its first event, a watch from "now" resumes behind this revision.
      if (watch.nextRevision === 0) watch.nextRevision = (response.header?.revision ?? 0) + 1;
    } else {
      this.#deliver(watch, response);
    }
  }

  /** A failed create comes with id -1, in the order of the requests; so does an answer for all watches. */
  #idOf(response: WatchResponse): number | undefined {
    if (response.watchId >= 0) return response.watchId;
    if (!response.created && !response.canceled) return undefined;
    for (const [id, watch] of this.#watches) if (!watch.created) return id;
    return undefined;
  }

  #deliver(watch: Watch, response: WatchResponse): void {
    // A member restored from a snapshot may send again what it has sent (etcd-io/etcd#15271).
    const events = response.events.filter(({ kv }) => (kv?.modRevision ?? 0) >= watch.nextRevision);
    if (response.events.length > 0 && events.length === 0) return;
    const last = events.at(-1)?.kv?.modRevision;
    if (last !== undefined) watch.nextRevision = last + 1;
    else watch.nextRevision = Math.max(watch.nextRevision, (response.header?.revision ?? 0) + 1);
    watch.listener.response({ ...response, events });
  }

  #cancelled(id: number, watch: Watch, response: WatchResponse): void {
    this.#watches.delete(id);
    watch.listener.response(response);
    watch.listener.ended(cancelReason(response));
  }

  #lost(error: Error | undefined): void {
    if (!isLasting(error)) return;
    this.#stream.close();
    for (const [id, watch] of [...this.#watches]) {
      const cancelReason = (error as Error).message;
      this.#cancelled(id, watch, WatchResponse.create({ watchId: id, canceled: true, cancelReason }));
    }
  }
}

/** clientv3.WatchResponse.Err. */
function cancelReason({ compactRevision, cancelReason: reason }: WatchResponse): string {
  if (compactRevision !== 0) return 'etcdserver: mvcc: required revision has been compacted';
  return reason === '' ? 'etcdserver: mvcc: required revision is a future revision' : reason;
}
