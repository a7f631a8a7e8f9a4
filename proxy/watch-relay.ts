// One client's watch stream over however many upstream streams it takes. Ids are translated, so that watches can be
// created again on a fresh stream whatever the client calls them; what each watch has had already is relayed-watch.ts.
// Later the upstream side becomes a shared watch per range: only `#stream` here would change.

import type { Call, Inbound, Outbound } from '../common/api/call.ts';
import { apiError } from '../common/api/errors.ts';
import {
  ResponseHeader,
  type WatchCreateRequest,
  WatchRequest,
  WatchResponse,
} from '../common/api/generated/messages.ts';
import type { Service } from '../common/api/generated/service.ts';
import { historyIsBroken, judgeHeader } from '../common/client/history-check.ts';
import { createReopeningStream, type ReopeningStream } from '../common/client/reopening-stream.ts';
import { isLasting } from '../common/client/stream-errors.ts';
import type { Logger } from '../common/log.ts';
import type { Clock } from '../common/runtime/clock.ts';
import type { Random } from '../common/runtime/random.ts';
import { forwardedMetadata } from './forwarded-call.ts';
import { createLeaderGrace, type LeaderGrace } from './leader-grace.ts';
import type { ProxyMetrics } from './proxy-metrics.ts';
import { RelayedWatch } from './relayed-watch.ts';

/** Watches on one stream; beyond, creates are refused. */
const watchesPerStreamMax = 100_000;
const historyCheckTimeoutMs = 5_000;
/** What etcd calls a watch that does not exist. */
const invalidWatchId = -1;
/** etcd's words (server/storage/mvcc/watcher.go). */
const duplicateId = 'mvcc: duplicate watch ID provided on the WatchStream';

export interface RelayContext {
  readonly upstream: Service;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics: ProxyMetrics;
}

export class WatchRelay implements Inbound<WatchRequest> {
  readonly #context: RelayContext;
  readonly #out: Outbound<WatchResponse>;
  readonly #metadata: ReadonlyMap<string, string>;
  readonly #stream: ReopeningStream<WatchRequest>;
  readonly #grace: LeaderGrace;
  readonly #byClientId = new Map<number, RelayedWatch>();
  readonly #byUpstreamId = new Map<number, RelayedWatch>();
  /** Created on the present stream and not confirmed yet, oldest first: refusals come without an id, in this order. */
  #unconfirmed = new Set<RelayedWatch>();
  #lastUpstreamId = 0;
  #nextClientId = 0;
  #progressWanted = false;
  /** The furthest header seen: what a cluster must live up to after a loss. */
  #furthest: ResponseHeader | undefined;
  #checkingHistory = false;
  #over = false;

  constructor(context: RelayContext, call: Call, out: Outbound<WatchResponse>) {
    this.#context = context;
    this.#out = out;
    this.#metadata = forwardedMetadata(call.metadata);
    this.#grace = createLeaderGrace(context.clock, this.#metadata, () => this.#fail(apiError('noLeader')));
    this.#stream = createReopeningStream<WatchRequest, WatchResponse>({
      open: (upstreamCall, upstreamOut) => context.upstream.watch(upstreamCall, upstreamOut),
      clock: context.clock,
      random: context.random,
      metadata: this.#metadata,
      peer: call.peer,
      opened: () => this.#opened(),
      message: (response) => this.#received(response),
      lost: (error) => this.#lost(error),
    });
    out.onDrain(() => this.#stream.resume());
    context.metrics.watchStreams.add(1);
  }

  // What the client says.

  message(request: WatchRequest): void {
    if (this.#over) return;
    if (request.createRequest !== undefined) this.#create(request.createRequest);
    else if (request.cancelRequest !== undefined) this.#cancelWatch(request.cancelRequest.watchId);
    else if (request.progressRequest !== undefined) this.#askProgress();
  }

  /** As etcd does: a client that will say no more still wants its events. */
  end(): void {}

  cancel(): void {
    if (this.#over) return;
    this.#over = true;
    this.#grace.close();
    this.#stream.close();
    this.#context.metrics.watchStreams.add(-1);
    this.#context.metrics.watches.add(-this.#byClientId.size);
    this.#byClientId.clear();
    this.#byUpstreamId.clear();
  }

  #create(request: WatchCreateRequest): void {
    const clientId = this.#clientIdFor(request.watchId);
    if (clientId === undefined) {
      this.#refuse(duplicateId);
    } else if (this.#byClientId.size >= watchesPerStreamMax) {
      this.#refuse(`rollcall proxy: more than ${watchesPerStreamMax} watches on one stream`);
    } else {
      const watch = new RelayedWatch({ clientId, upstreamId: ++this.#lastUpstreamId }, request);
      this.#byClientId.set(watch.clientId, watch);
      this.#byUpstreamId.set(watch.upstreamId, watch);
      this.#context.metrics.watches.add(1);
      if (this.#stream.isOpen) this.#openWatch(watch);
      else this.#stream.open();
    }
  }

  /** 0 asks for an id: counted up from 0, passing over those in use. undefined: taken. */
  #clientIdFor(asked: number): number | undefined {
    if (asked !== 0) return this.#byClientId.has(asked) ? undefined : asked;
    while (this.#byClientId.has(this.#nextClientId)) this.#nextClientId++;
    return this.#nextClientId++;
  }

  #refuse(cancelReason: string): void {
    this.#tell({ watchId: invalidWatchId, created: true, canceled: true, cancelReason });
  }

  /** An unknown id is passed over in silence, as etcd does. */
  #cancelWatch(clientId: number): void {
    const watch = this.#byClientId.get(clientId);
    if (watch === undefined || watch.cancelling) return;
    watch.cancelling = true;
    const cancelRequest = { watchId: watch.upstreamId };
    if (!this.#stream.send(WatchRequest.create({ cancelRequest }))) this.#cancelled(watch);
  }

  #askProgress(): void {
    this.#progressWanted = true;
    if (this.#stream.isOpen) this.#sendProgressRequest();
    else this.#stream.open();
  }

  #sendProgressRequest(): void {
    this.#stream.send(WatchRequest.create({ progressRequest: {} }));
  }

  // What the upstream does.

  #opened(): void {
    this.#unconfirmed = new Set();
    for (const watch of this.#byClientId.values()) this.#openWatch(watch);
    if (this.#progressWanted) this.#sendProgressRequest();
  }

  #openWatch(watch: RelayedWatch): void {
    this.#unconfirmed.add(watch);
    this.#stream.send(WatchRequest.create({ createRequest: watch.open() }));
  }

  #lost(error: Error | undefined): void {
    if (isLasting(error)) {
      this.#fail(error as Error);
      return;
    }
    this.#context.metrics.watchStreamsLost.increment();
    for (const watch of this.#byClientId.values()) if (watch.cancelling) this.#cancelled(watch);
    if (this.#byClientId.size === 0 && !this.#progressWanted) this.#stream.suspend();
    else this.#grace.lost();
  }

  #received(response: WatchResponse): void {
    this.#grace.found();
    // A confirmation alone does not prove a healthy stream: a member may confirm and fail, over and over.
    if (!response.created && !response.canceled) this.#stream.healthy();
    const { header } = response;
    if (response.watchId === invalidWatchId && !response.created) {
      this.#progressWanted = false;
      this.#send(response);
      return;
    }
    const watch = this.#watchOf(response);
    if (watch === undefined) return;
    if (response.canceled) this.#ended(watch, response);
    else if (response.created) this.#confirmed(watch, response, header ?? ResponseHeader.create());
    else if (!watch.cancelling || response.events.length > 0) this.#deliver(watch, response);
    if (header !== undefined && header.revision >= (this.#furthest?.revision ?? 0)) this.#furthest = header;
  }

  /** A refused create carries no id: it means the oldest one without an answer. */
  #watchOf(response: WatchResponse): RelayedWatch | undefined {
    if (response.watchId !== invalidWatchId) return this.#byUpstreamId.get(response.watchId);
    const [oldest] = this.#unconfirmed;
    return oldest;
  }

  #confirmed(watch: RelayedWatch, response: WatchResponse, header: ResponseHeader): void {
    this.#unconfirmed.delete(watch);
    watch.confirm(header);
    if (watch.announced) {
      this.#checkHistory(watch, header);
      return;
    }
    watch.announced = true;
    this.#send({ ...response, watchId: watch.clientId });
  }

  #deliver(watch: RelayedWatch, response: WatchResponse): void {
    const passed = watch.pass(response);
    if (passed !== undefined) this.#send(passed);
  }

  /** The server ended the watch: compacted, refused, or as the client wished. */
  #ended(watch: RelayedWatch, response: WatchResponse): void {
    this.#forget(watch);
    if (watch.announced) this.#send({ ...response, created: false, watchId: watch.clientId });
    else this.#send({ ...response, watchId: response.watchId === invalidWatchId ? invalidWatchId : watch.clientId });
  }

  /** Cancelled as the client wished while there was no upstream to say so. */
  #cancelled(watch: RelayedWatch): void {
    this.#forget(watch);
    if (!watch.announced) this.#tell({ watchId: watch.clientId, created: true });
    this.#tell({ watchId: watch.clientId, canceled: true });
  }

  #forget(watch: RelayedWatch): void {
    this.#byClientId.delete(watch.clientId);
    this.#byUpstreamId.delete(watch.upstreamId);
    this.#unconfirmed.delete(watch);
    this.#context.metrics.watches.add(-1);
  }

  // Is it still the same history?

  #checkHistory(watch: RelayedWatch, header: ResponseHeader): void {
    const mark = this.#furthest;
    if (mark === undefined) return;
    const verdict = judgeHeader(mark, header);
    if (verdict === 'broken') this.#historyBroken(header);
    if (verdict !== 'doubtful' || this.#checkingHistory) return;
    this.#checkingHistory = true;
    const options = { key: watch.request.key, metadata: this.#metadata, timeoutMs: historyCheckTimeoutMs };
    historyIsBroken(this.#context.upstream, mark, options).then(
      (broken) => {
        this.#checkingHistory = false;
        if (broken && !this.#over) this.#historyBroken(header);
      },
      (error: Error) => {
        // Still in doubt: look again on a fresh stream.
        this.#checkingHistory = false;
        if (!this.#over) this.#stream.drop(error);
      },
    );
  }

  /**
   * The cluster was wiped, restored or exchanged: what these watches wait for will never come. Said as a compaction,
   * which is what clients know how to recover from: list again, watch from there.
   */
  #historyBroken(header: ResponseHeader): void {
    this.#context.log.warn('the cluster behind the proxy has another history than before: watches are cancelled', {
      clusterId: header.clusterId,
      revision: header.revision,
      knownRevision: this.#furthest?.revision,
    });
    this.#furthest = undefined;
    for (const watch of [...this.#byClientId.values()]) {
      if (!watch.announced) continue;
      this.#stream.send(WatchRequest.create({ cancelRequest: { watchId: watch.upstreamId } }));
      this.#forget(watch);
      const cancelReason = apiError('compacted').message;
      const compactRevision = header.revision + 1;
      this.#send(
        WatchResponse.create({ header, watchId: watch.clientId, canceled: true, compactRevision, cancelReason }),
      );
    }
  }

  // Towards the client.

  /** An answer of the proxy's own. */
  #tell(response: Partial<WatchResponse>): void {
    this.#send(WatchResponse.create({ header: this.#furthest ?? ResponseHeader.create(), ...response }));
  }

  #send(response: WatchResponse): void {
    if (!this.#over && !this.#out.send(response)) this.#stream.pause();
  }

  #fail(error: Error): void {
    if (this.#over) return;
    this.cancel();
    this.#out.fail(error);
  }
}
