// One watch: what it wants, and the revision it wants next. `nextRevision` is the whole of its delivery state: every
// event below it has been sent (or filtered out), none at or above it has. That is what makes a watcher that fell behind
// cheap: it keeps no buffer, it reads history again from there.

import {
  type Event,
  EventEventType,
  type KeyValue,
  WatchCreateRequestFilterType,
} from '../../common/api/generated/messages.ts';
import type { KeyRange } from '../mvcc/key-range.ts';
import type { StoreEvent } from '../mvcc/mvcc-store.ts';
import { decodeRow } from '../mvcc/revision-row.ts';
import type { WatchStream } from './watch-stream.ts';

export class Watcher {
  readonly stream: WatchStream;
  readonly id: number;
  readonly range: KeyRange;
  readonly prevKv: boolean;
  readonly progressNotify: boolean;
  readonly fragment: boolean;
  private readonly noPut: boolean;
  private readonly noDelete: boolean;
  nextRevision: number;
  /** Fed by apply (true), or behind and reading history (false). */
  synced = false;
  /** Events of the entry being applied, not sent yet. Empty between turns. */
  batch: Event[] = [];
  /** Revision of the first event in `batch`. */
  batchStart = 0;
  /** Something was sent since the last periodic progress notification, so the next one may be left out. */
  eventsSinceProgress = false;

  constructor(
    stream: WatchStream,
    options: {
      id: number;
      range: KeyRange;
      nextRevision: number;
      prevKv: boolean;
      progressNotify: boolean;
      fragment: boolean;
      filters: readonly number[];
    },
  ) {
    this.stream = stream;
    this.id = options.id;
    this.range = options.range;
    this.nextRevision = options.nextRevision;
    this.prevKv = options.prevKv;
    this.progressNotify = options.progressNotify;
    this.fragment = options.fragment;
    this.noPut = options.filters.includes(WatchCreateRequestFilterType.NOPUT);
    this.noDelete = options.filters.includes(WatchCreateRequestFilterType.NODELETE);
  }

  wants(event: StoreEvent): boolean {
    return !(event.type === 'put' ? this.noPut : this.noDelete);
  }
}

/** The API's event. Decoded once for each change and shared by all its watchers; `prevKv` only for those who asked. */
export function eventMessage(event: StoreEvent, prevKv: KeyValue | undefined): Event {
  let kv = decoded.get(event);
  if (kv === undefined) {
    kv = decodeRow(event.row);
    decoded.set(event, kv);
  }
  return { type: event.type === 'put' ? EventEventType.PUT : EventEventType.DELETE, kv, prevKv };
}

const decoded = new WeakMap<StoreEvent, KeyValue>();
