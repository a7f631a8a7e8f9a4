// One watch that survives the loss of its stream with etcd's guarantees: ordered, whole revisions, none twice, none
// missing (etcd.io/docs/v3.6/learning/api_guarantees). It keeps the next revision to deliver and opens again from
// there. What cannot be bridged, compacted history, is reported; reloading is the caller's (mirror.ts).

import {
  type Event,
  ResponseHeader,
  WatchCreateRequest,
  WatchCreateRequestFilterType,
  WatchRequest,
  type WatchResponse,
} from '../api/generated/messages.ts';
import type { Service } from '../api/generated/service.ts';
import { Status } from '../api/status.ts';
import { assert } from '../runtime/assert.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';
import { createReopeningStream, type ReopeningStream } from './reopening-stream.ts';
import { cancelReasonError, isLasting } from './stream-errors.ts';

/** Default of `silenceMs`. */
const silenceDefaultMs = 10_000;
/** How long a probe, or the opening of the watch, may stay unanswered before the stream counts as dead. */
export const answerMs = 5_000;

const watchId = 1;
/** etcd's WithRequireLeader: the server ends the stream with `no leader` instead of letting it fall silent. */
export const requireLeader: ReadonlyMap<string, string> = new Map([['hasleader', 'true']]);

export interface WatcherOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly key: Buffer;
  /** Absent or empty: the one key. */
  readonly rangeEnd?: Buffer;
  /** First revision to deliver; absent or 0: from the moment the watch is created. */
  readonly startRevision?: number;
  readonly prevKv?: boolean;
  readonly filters?: readonly WatchCreateRequestFilterType[];
  /** Default: `hasleader`, so that a member cut off from its cluster ends the watch instead of going silent. */
  readonly metadata?: ReadonlyMap<string, string>;
  /** Silence after which the server is asked for a sign of life; default 10 s. */
  readonly silenceMs?: number;
  /** Whole revisions in order. Byte fields are views: copy what outlives the callback. */
  readonly onEvents: (events: readonly Event[], revision: number) => void;
  /** The watch is in force: the first time, and again after each loss. */
  readonly onOpen?: (header: ResponseHeader) => void;
  /** The stream was lost; it is being opened again. */
  readonly onLost?: (error: Error) => void;
  /** No event at or before `revision` is outstanding. */
  readonly onProgress?: (revision: number) => void;
  /** History up to `compactRevision` is gone, events may be missing: the watcher is closed, reload and start anew. */
  readonly onCompacted: (compactRevision: number) => void;
  /** The server refuses the watch for good (permission denied, say); the watcher is closed. */
  readonly onRefused: (error: Error) => void;
}

export interface Watcher {
  /** The next revision to be delivered; 0 until a watch from "now" has been created. */
  readonly nextRevision: number;
  close(): void;
}

export function createWatcher(service: Service, options: WatcherOptions): Watcher {
  return new ResumableWatch(service, options);
}

class ResumableWatch implements Watcher {
  readonly #options: WatcherOptions;
  readonly #stream: ReopeningStream<WatchRequest>;
  readonly #silenceMs: number;
  #nextRevision: number;
  #closed = false;
  /** The present stream: has the server confirmed the watch? */
  #created = false;
  /** Events of a revision whose remaining fragments are under way. */
  #fragments: Event[] = [];
  #lastHeardMs = 0;
  #probeSent = false;
  /** Id of the last probe on the present stream; probes count up from the watch's own id. */
  #probeId = watchId;
  #timer: Timer | undefined;

  constructor(service: Service, options: WatcherOptions) {
    this.#options = options;
    this.#silenceMs = options.silenceMs ?? silenceDefaultMs;
    this.#nextRevision = options.startRevision ?? 0;
    this.#stream = createReopeningStream<WatchRequest, WatchResponse>({
      open: (call, out) => service.watch(call, out),
      clock: options.clock,
      random: options.random,
      metadata: options.metadata ?? requireLeader,
      opened: () => this.#opened(),
      message: (response) => this.#message(response),
      lost: (error) => this.#lost(error),
    });
    this.#stream.open();
  }

  get nextRevision(): number {
    return this.#nextRevision;
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#stream.close();
  }

  #opened(): void {
    this.#created = false;
    this.#fragments = [];
    this.#probeId = watchId;
    this.#probeSent = false;
    this.#lastHeardMs = this.#options.clock.monotonicMs();
    this.#armTimer(answerMs);
    this.#create(watchId, {
      startRevision: this.#nextRevision,
      progressNotify: true,
      prevKv: this.#options.prevKv ?? false,
      filters: [...(this.#options.filters ?? [])],
      fragment: true,
    });
  }

  #create(id: number, init: Partial<WatchCreateRequest>): void {
    const { key, rangeEnd } = this.#options;
    const createRequest = WatchCreateRequest.create({ ...init, key, watchId: id });
    if (rangeEnd !== undefined) createRequest.rangeEnd = rangeEnd;
    this.#stream.send(WatchRequest.create({ createRequest }));
  }

  #message(response: WatchResponse): void {
    this.#lastHeardMs = this.#options.clock.monotonicMs();
    this.#probeSent = false;
    // A confirmation alone does not prove a healthy stream: a member may confirm and fail, over and over.
    if (this.#created && !response.canceled) this.#stream.healthy();
    // Failed creates come with id -1 in the order of the requests: until the watch stands, they mean the watch.
    const mine = response.watchId === watchId || (response.created && response.canceled && !this.#created);
    if (!mine) {
      if (response.created && !response.canceled) {
        this.#stream.send(
          WatchRequest.create({ cancelRequest: { watchId: response.watchId } }), // the probe has done its work
        );
      }
      return;
    }
    if (response.canceled) this.#cancelled(response);
    else if (response.created) this.#confirmed(response.header ?? ResponseHeader.create());
    else if (response.events.length > 0 || response.fragment) this.#events(response);
    else this.#progress(response.header?.revision ?? 0);
  }

  #confirmed(header: ResponseHeader): void {
    this.#created = true;
    this.#armTimer(this.#silenceMs);
    // A watch from "now" is pinned here: lost before its first event, it resumes behind this revision.
    if (this.#nextRevision === 0) this.#nextRevision = header.revision + 1;
    this.#options.onOpen?.(header);
  }

  #events(response: WatchResponse): void {
    const events = this.#fragments.length === 0 ? response.events : [...this.#fragments, ...response.events];
    // A later fragment may go on with the last revision of this one: that revision is not whole yet.
    const lastRevision = events.at(-1)?.kv?.modRevision ?? 0;
    const whole = response.fragment ? events.filter((event) => revisionOf(event) < lastRevision) : events;
    this.#fragments = response.fragment ? events.slice(whole.length) : [];
    // Members that lag or were restored have sent what was asked for already (etcd-io/etcd#15271, #20221).
    const fresh = whole.filter((event) => revisionOf(event) >= this.#nextRevision);
    const revision = fresh.at(-1)?.kv?.modRevision;
    if (revision === undefined) return;
    assert(revision >= this.#nextRevision, 'events are delivered in the order of their revisions');
    this.#nextRevision = revision + 1;
    this.#options.onEvents(fresh, revision);
  }

  /** Only notifications under the watch's own id are in order with its events; those to -1 are not (etcd#15220). */
  #progress(revision: number): void {
    if (revision < this.#nextRevision) return;
    this.#nextRevision = revision + 1;
    this.#options.onProgress?.(revision);
  }

  #cancelled(response: WatchResponse): void {
    const error = cancelReasonError(response.cancelReason);
    if (response.compactRevision > 0) {
      this.close();
      this.#options.onCompacted(response.compactRevision);
    } else if (isLasting(error) || (response.created && error.status !== Status.UNAVAILABLE)) {
      this.close();
      this.#options.onRefused(error);
    } else {
      this.#stream.drop(error);
    }
  }

  #lost(error: Error | undefined): void {
    this.#timer?.cancel();
    if (isLasting(error)) {
      this.close();
      this.#options.onRefused(error as Error);
    } else {
      this.#options.onLost?.(error ?? new Error('the server ended the watch stream'));
    }
  }

  #armTimer(delayMs: number): void {
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(delayMs, () => this.#silence());
  }

  /**
   * Probes with a second watch that filters everything out: every version answers a create at once, whereas a
   * progress request stays unanswered while any watch on the stream waits for a future revision, as one behind a
   * list does (etcd server/storage/mvcc: progressIfSync).
   */
  #silence(): void {
    if (this.#closed || !this.#stream.isOpen) return;
    const silentMs = this.#options.clock.monotonicMs() - this.#lastHeardMs;
    if (this.#probeSent || (!this.#created && silentMs >= answerMs)) {
      this.#stream.drop(new Error(`nothing heard on the watch stream for ${Math.round(silentMs)} ms`));
    } else if (silentMs < this.#silenceMs) {
      this.#armTimer(this.#created ? this.#silenceMs - silentMs : answerMs);
    } else {
      this.#probeSent = true;
      this.#create(++this.#probeId, {
        filters: [WatchCreateRequestFilterType.NOPUT, WatchCreateRequestFilterType.NODELETE],
      });
      this.#armTimer(answerMs);
    }
  }
}

function revisionOf(event: Event): number {
  return event.kv?.modRevision ?? 0;
}
