// One watch stream of a client: many watches multiplexed, their ids, their answers. Turns API requests into watchers
// and back; when events flow is watch-hub.ts' business.

import type { Inbound, Outbound } from '../../common/api/call.ts';
import { errorTable } from '../../common/api/errors.ts';
import {
  type ResponseHeader,
  type WatchCreateRequest,
  type WatchRequest,
  WatchResponse,
} from '../../common/api/generated/messages.ts';
import { type KeyRange, keyRange } from '../mvcc/key-range.ts';
import { splitEvents } from './fragment.ts';
import type { WatchHub } from './watch-hub.ts';
import { Watcher } from './watcher.ts';

/** The id of answers that belong to no watch: failed creations, progress of the whole stream (etcd clientv3.InvalidWatchID). */
const noWatchId = -1;

export class WatchStream implements Inbound<WatchRequest> {
  private readonly hub: WatchHub;
  private readonly out: Outbound<WatchResponse>;
  private readonly header: (revision: number) => ResponseHeader;
  readonly watchers = new Map<number, Watcher>();
  private nextId = 0;
  /** A progress request that waits until every watch of the stream has caught up. */
  private progressOwed = false;
  private ended = false;

  constructor(hub: WatchHub, out: Outbound<WatchResponse>, header: (revision: number) => ResponseHeader) {
    this.hub = hub;
    this.out = out;
    this.header = header;
    out.onDrain(() => hub.catchUp());
  }

  get writable(): boolean {
    return this.out.writable;
  }

  message(request: WatchRequest): void {
    if (this.ended) return;
    if (request.createRequest !== undefined) this.create(request.createRequest);
    else if (request.cancelRequest !== undefined) this.cancelWatch(request.cancelRequest.watchId);
    else if (request.progressRequest !== undefined) {
      this.progressOwed = true;
      this.sendOwedProgress();
    }
    // An empty request is ignored, as etcd does.
  }

  /** The client has no more requests, but still wants answers: the stream goes on until it is cancelled, as in etcd. */
  end(): void {}

  cancel(): void {
    this.close();
  }

  /** Ends the stream from this side: the node stops, say. */
  fail(error: Error): void {
    if (this.ended) return;
    this.close();
    this.out.fail(error);
  }

  private close(): void {
    this.ended = true;
    this.hub.removeStream(this);
    for (const watcher of this.watchers.values()) this.hub.remove(watcher);
    this.watchers.clear();
  }

  private create(request: WatchCreateRequest): void {
    const revision = this.hub.currentRevision;
    // "\0" is the smallest key: an empty one means "from the beginning".
    const range = keyRange(request.key.length === 0 ? Buffer.of(0) : request.key, request.rangeEnd);
    const cancelReason = this.refusal(request, range);
    if (cancelReason !== undefined) {
      this.send({ revision, watchId: noWatchId, created: true, canceled: true, cancelReason });
      return;
    }
    let id = request.watchId;
    if (id === 0) {
      while (this.watchers.has(this.nextId)) this.nextId++;
      id = this.nextId++;
    }
    const watcher = new Watcher(this, {
      id,
      range,
      nextRevision: request.startRevision === 0 ? revision + 1 : request.startRevision,
      prevKv: request.prevKv,
      progressNotify: request.progressNotify,
      fragment: request.fragment,
      filters: request.filters,
    });
    this.watchers.set(id, watcher);
    this.send({ revision, watchId: id, created: true });
    this.hub.add(watcher);
  }

  /** Why a watch cannot be created, in etcd's words. */
  private refusal({ startRevision, watchId }: WatchCreateRequest, range: KeyRange): string | undefined {
    if (startRevision < 0) return errorTable.compacted.message;
    if (!range.single && range.end !== null && range.end <= range.start) return 'mvcc: watcher range is empty';
    if (watchId !== 0 && this.watchers.has(watchId)) return 'mvcc: duplicate watch ID provided on the WatchStream';
    return undefined;
  }

  private cancelWatch(id: number): void {
    const watcher = this.watchers.get(id);
    if (watcher === undefined) return;
    this.drop(watcher);
    this.send({ revision: this.hub.currentRevision, watchId: id, canceled: true });
    this.sendOwedProgress();
  }

  private drop(watcher: Watcher): void {
    this.watchers.delete(watcher.id);
    this.hub.remove(watcher);
  }

  /** The history that the watcher needs is gone: it ends, and the client learns from where it could start again. */
  compacted(watcher: Watcher, compactRevision: number): void {
    this.drop(watcher);
    // etcd's header has no revision here.
    this.send({ revision: 0, watchId: watcher.id, canceled: true, compactRevision });
    this.sendOwedProgress();
  }

  /** Sends events of whole revisions up to and including `revision`. */
  deliver(watcher: Watcher, events: WatchResponse['events'], revision: number): void {
    watcher.eventsSinceProgress = true;
    const parts = watcher.fragment ? splitEvents(events, this.hub.fragmentBytes) : [events];
    for (let i = 0; i < parts.length; i++) {
      this.send({ revision, watchId: watcher.id, fragment: i < parts.length - 1, events: parts[i]! });
    }
  }

  /** Every event at or below the current revision has been delivered for this watcher. */
  progress(watcher: Watcher): void {
    this.send({ revision: this.hub.currentRevision, watchId: watcher.id });
  }

  /**
   * Answers a progress request once all watches of the stream are synced, never ahead of their events. As in etcd, a
   * request is dropped while one of them starts in the future: its client would take the answer for a place to resume
   * from, and get events from before its start (etcd-io/etcd#20221).
   */
  sendOwedProgress(): void {
    if (!this.progressOwed || this.ended) return;
    for (const watcher of this.watchers.values()) if (!watcher.synced) return;
    this.progressOwed = false;
    for (const watcher of this.watchers.values()) if (this.hub.startsLater(watcher)) return;
    this.send({ revision: this.hub.currentRevision, watchId: noWatchId });
  }

  private send(fields: Partial<WatchResponse> & { revision: number }): void {
    const { revision, ...rest } = fields;
    this.out.send(WatchResponse.create({ ...rest, header: this.header(revision) }));
  }
}
