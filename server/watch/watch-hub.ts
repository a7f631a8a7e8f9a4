// Brings changes to watchers. Synced watchers get theirs in the turn of the apply; a watcher whose stream is full, or
// that starts in the past, is unsynced: it keeps only its next revision and reads history until it has caught up. No
// event is buffered for anyone, so slow clients cost nothing but their reading.

import type { Inbound, Outbound } from '../../common/api/call.ts';
import type {
  Event,
  KeyValue,
  ResponseHeader,
  WatchRequest,
  WatchResponse,
} from '../../common/api/generated/messages.ts';
import type { Clock, Timer } from '../../common/runtime/clock.ts';
import type { Random } from '../../common/runtime/random.ts';
import { rangeContains } from '../mvcc/key-range.ts';
import type { MvccStore, PreviousValue, StoreEvent } from '../mvcc/mvcc-store.ts';
import { decodeRow } from '../mvcc/revision-row.ts';
import { type HistoryChunk, readOverlayHistory, readPrevious, readStoredHistory } from './history.ts';
import { WatchStream } from './watch-stream.ts';
import { eventMessage, type Watcher } from './watcher.ts';
import { WatcherIndex } from './watcher-index.ts';

/** What one step reads from history; more only to complete a revision. */
const historyStep = { rowsMax: 1024, bytesMax: 1024 * 1024 };

export interface WatchHubOptions {
  readonly store: MvccStore;
  readonly clock: Clock;
  readonly random: Random;
  /** etcd's default is 10 minutes; a tenth of it is added as jitter. */
  readonly progressIntervalMs: number;
  /** Answers of watches with `fragment` stay below this (the request limit). */
  readonly fragmentBytes: number;
  /** History could not be read: fatal for the node. */
  readonly onFailure: (error: Error) => void;
}

export class WatchHub {
  private readonly options: WatchHubOptions;
  private readonly store: MvccStore;
  private readonly index = new WatcherIndex();
  private readonly streams = new Set<WatchStream>();
  private readonly unsynced = new Set<Watcher>();
  private dirty: Watcher[] = [];
  private catchingUp = false;
  /** Counts exchanges of the state. */
  private stateNumber = 0;
  /** Where the last step of history ended, and where the sweep over it turns back (see nextStart). */
  private sweptTo = 0;
  private sweepEnd = 0;
  /** Why streams have ended, once the node stops. */
  private stopped: Error | undefined;
  private readonly progressTimer: Timer;
  /** Watchers now; for metrics. */
  watcherCount = 0;

  constructor(options: WatchHubOptions) {
    this.options = options;
    this.store = options.store;
    const jitterMs = options.random.below(Math.max(1, Math.floor(options.progressIntervalMs / 10)));
    this.progressTimer = options.clock.every(options.progressIntervalMs + jitterMs, () => this.sendPeriodicProgress());
  }

  get currentRevision(): number {
    return this.store.currentRevision;
  }

  get fragmentBytes(): number {
    return this.options.fragmentBytes;
  }

  get unsyncedCount(): number {
    return this.unsynced.size;
  }

  open(out: Outbound<WatchResponse>, header: (revision: number) => ResponseHeader): Inbound<WatchRequest> {
    const stream = new WatchStream(this, out, header);
    if (this.stopped === undefined) this.streams.add(stream);
    else stream.fail(this.stopped);
    return stream;
  }

  /** Whether a synced watcher's start lies in the future. */
  startsLater(watcher: Watcher): boolean {
    return watcher.nextRevision > this.currentRevision + 1;
  }

  removeStream(stream: WatchStream): void {
    this.streams.delete(stream);
  }

  /** Ends every stream with `error`; none is fed any more. */
  stop(error: Error): void {
    this.stopped = error;
    this.progressTimer.cancel();
    for (const stream of [...this.streams]) stream.fail(error);
  }

  add(watcher: Watcher): void {
    this.watcherCount++;
    this.index.add(watcher);
    if (watcher.nextRevision > this.currentRevision) watcher.synced = true;
    else this.fallBehind(watcher);
  }

  remove(watcher: Watcher): void {
    this.watcherCount--;
    this.index.remove(watcher);
    this.unsynced.delete(watcher);
    watcher.synced = false;
    watcher.batch = [];
  }

  /** Takes the events of one transaction, in apply order. They leave with `flush`. */
  publish(events: readonly StoreEvent[]): void {
    for (const event of events) {
      this.index.visit(event.key, (watcher) => {
        if (!watcher.synced || event.revision < watcher.nextRevision || !watcher.wants(event)) return;
        const previous = watcher.prevKv ? this.previousInMemory(event) : undefined;
        if (previous === null) {
          this.fallBehind(watcher, event.revision);
          return;
        }
        if (watcher.batch.length === 0) {
          watcher.batchStart = event.revision;
          this.dirty.push(watcher);
        }
        watcher.batch.push(eventMessage(event, previous));
      });
    }
  }

  /** Sends what `publish` collected since the last flush: at the end of each log entry's apply. */
  flush(): void {
    const dirty = this.dirty;
    if (dirty.length === 0) return;
    this.dirty = [];
    const revision = this.currentRevision;
    for (const watcher of dirty) {
      const events = watcher.batch;
      if (events.length === 0) continue;
      watcher.batch = [];
      if (!watcher.stream.writable) this.fallBehind(watcher, watcher.batchStart);
      else {
        watcher.nextRevision = revision + 1;
        watcher.stream.deliver(watcher, events, revision);
      }
    }
  }

  /** The key's former value if it is at hand: undefined when there was none, null when it must be read. */
  private previousInMemory(event: StoreEvent): KeyValue | undefined | null {
    const previous: PreviousValue | null = event.previous;
    if (previous === null) return undefined;
    const { createRevision, modRevision, version, lease } = previous;
    // Changed twice in one transaction: what counts is what was there before all of it.
    if (modRevision === event.revision) return null;
    if (previous.value !== null) {
      return {
        key: Buffer.from(event.key, 'latin1'),
        createRevision,
        modRevision,
        version,
        value: previous.value,
        lease,
      };
    }
    const row = this.store.rows.overlayRow(modRevision, previous.modSub);
    return row === undefined ? null : decodeRow(row);
  }

  private fallBehind(watcher: Watcher, fromRevision = watcher.nextRevision): void {
    // Events of this turn that are still unsent lie before `fromRevision` or are read again with it.
    if (watcher.batch.length > 0) {
      watcher.nextRevision = Math.min(fromRevision, watcher.batchStart);
      watcher.batch = [];
    } else watcher.nextRevision = Math.max(watcher.nextRevision, fromRevision);
    watcher.synced = false;
    this.unsynced.add(watcher);
    this.catchUp();
  }

  /** Starts (or lets go on) the reading of history for every unsynced watcher whose stream takes more. */
  catchUp(): void {
    if (this.catchingUp || this.stopped !== undefined || this.unsynced.size === 0) return;
    this.catchingUp = true;
    const state = this.stateNumber;
    this.options.clock.atTurnEnd(() => {
      this.catchUpLoop().catch((error: Error) => {
        if (state === this.stateNumber) return this.options.onFailure(error);
        // The store that was being read has been exchanged: read on in the new one.
        this.catchingUp = false;
        this.catchUp();
      });
    });
  }

  /**
   * A snapshot from another member has taken the state's place; `before` was the current revision until then. Watchers
   * go on from their next revision, or learn that it was compacted.
   */
  stateReplaced(before: number): void {
    this.stateNumber++;
    for (const stream of this.streams) {
      for (const watcher of stream.watchers.values()) if (watcher.synced) this.fallBehind(watcher, before + 1);
    }
    this.catchUp();
  }

  private async catchUpLoop(): Promise<void> {
    while (this.stopped === undefined) {
      const ready: Watcher[] = [];
      for (const watcher of this.unsynced) {
        if (watcher.nextRevision < this.store.compactRevision) {
          watcher.stream.compacted(watcher, this.store.compactRevision);
        } else if (watcher.nextRevision > this.currentRevision) this.synced(watcher);
        else if (watcher.stream.writable) ready.push(watcher);
      }
      if (ready.length === 0) break;
      const from = this.nextStart(ready);
      const stored = from <= this.store.rows.writtenRevision;
      const chunk = stored
        ? await readStoredHistory(this.store, from, historyStep)
        : readOverlayHistory(this.store, from, historyStep);
      const previous = ready.some((watcher) => watcher.prevKv) ? await readPrevious(this.store, chunk.events) : [];
      this.sweptTo = chunk.next;
      this.deliverHistory(
        ready.filter((watcher) => watcher.nextRevision >= from),
        chunk,
        previous,
      );
    }
    // In this very turn: whoever falls behind from now on must start a new loop.
    this.catchingUp = false;
  }

  /**
   * Where the next step of history begins. Steps sweep upwards to the revision that was current when the sweep began,
   * and then turn back to the lowest start: newcomers from far back do not keep others from ever getting further.
   */
  private nextStart(ready: readonly Watcher[]): number {
    let lowest = Number.POSITIVE_INFINITY;
    let ahead = Number.POSITIVE_INFINITY;
    for (const { nextRevision } of ready) {
      lowest = Math.min(lowest, nextRevision);
      if (nextRevision >= this.sweptTo) ahead = Math.min(ahead, nextRevision);
    }
    if (ahead <= this.sweepEnd) return ahead;
    this.sweepEnd = this.currentRevision;
    return lowest;
  }

  private deliverHistory(
    ready: readonly Watcher[],
    chunk: HistoryChunk,
    previous: readonly (KeyValue | undefined)[],
  ): void {
    for (const watcher of ready) {
      // While history was read the watch may have been cancelled, its start compacted away, or its stream filled up.
      if (!this.unsynced.has(watcher) || watcher.nextRevision < this.store.compactRevision) continue;
      if (watcher.nextRevision >= chunk.next || !watcher.stream.writable) continue;
      const events: Event[] = [];
      for (let i = 0; i < chunk.events.length; i++) {
        const event = chunk.events[i]!;
        if (event.revision < watcher.nextRevision || !watcher.wants(event)) continue;
        if (rangeContains(watcher.range, event.key))
          events.push(eventMessage(event, watcher.prevKv ? previous[i] : undefined));
      }
      watcher.nextRevision = chunk.next;
      if (events.length > 0) watcher.stream.deliver(watcher, events, chunk.next - 1);
      if (chunk.next > this.currentRevision) this.synced(watcher);
    }
  }

  private synced(watcher: Watcher): void {
    this.unsynced.delete(watcher);
    watcher.synced = true;
    watcher.stream.sendOwedProgress();
  }

  private sendPeriodicProgress(): void {
    for (const stream of this.streams) {
      for (const watcher of stream.watchers.values()) {
        if (!watcher.progressNotify || !watcher.synced || !stream.writable || this.startsLater(watcher)) continue;
        if (!watcher.eventsSinceProgress) stream.progress(watcher);
        watcher.eventsSinceProgress = false;
      }
    }
  }
}
