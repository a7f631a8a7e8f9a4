// Reads past changes for watchers that are behind: whole revisions in order, from RocksDB as far as it has been written
// and from the overlay of unwritten rows behind that.

import type { KeyValue } from '../../common/api/generated/messages.ts';
import type { MvccStore, StoreEvent } from '../mvcc/mvcc-store.ts';
import { decodeRow, isTombstone } from '../mvcc/revision-row.ts';
import { decodeRevisionKey, revisionRange } from '../storage/keys.ts';

export interface HistoryChunk {
  readonly events: StoreEvent[];
  /** First revision that the chunk does not cover. */
  readonly next: number;
}

/** A step ends with the revision in which it reaches one of these. */
export interface StepLimits {
  readonly rowsMax: number;
  readonly bytesMax: number;
}

/**
 * Changes from `from` on, whole revisions: at least one if there is one in the store. Rows below the compact revision
 * may be missing: check afterwards that `from` has not been compacted meanwhile.
 */
export async function readStoredHistory(store: MvccStore, from: number, limits: StepLimits): Promise<HistoryChunk> {
  const written = store.rows.writtenRevision;
  const events: StoreEvent[] = [];
  let bytes = 0;
  let next = written + 1;
  scan: for await (const rows of store.rows.store.scan({ ...revisionRange(from, written + 1) })) {
    for (const row of rows) {
      const { main, sub } = decodeRevisionKey(row.key);
      const full = events.length >= limits.rowsMax || bytes >= limits.bytesMax;
      if (full && main !== events[events.length - 1]!.revision) {
        next = main;
        break scan;
      }
      events.push(storedEvent(row.value, main, sub));
      bytes += row.value.length;
    }
  }
  return { events, next };
}

/** Changes from `from` (which lies behind the written ones) on, in this turn. */
export function readOverlayHistory(store: MvccStore, from: number, limits: StepLimits): HistoryChunk {
  const events: StoreEvent[] = [];
  let bytes = 0;
  let main = from;
  for (; main <= store.currentRevision && events.length < limits.rowsMax && bytes < limits.bytesMax; main++) {
    const rows = store.rows.overlayRows(main) ?? [];
    for (let sub = 0; sub < rows.length; sub++) {
      events.push(storedEvent(rows[sub]!, main, sub));
      bytes += rows[sub]!.length;
    }
  }
  return { events, next: main };
}

function storedEvent(row: Buffer, revision: number, sub: number): StoreEvent {
  const kv = decodeRow(row);
  return {
    type: isTombstone(kv) ? 'delete' : 'put',
    key: kv.key.toString('latin1'),
    revision,
    sub,
    row,
    previous: null,
  };
}

/**
 * What each key was just before its event, for watchers with prev_kv; undefined where it did not exist or has been
 * compacted (as etcd: a read at the event's revision minus one).
 */
export async function readPrevious(store: MvccStore, events: readonly StoreEvent[]): Promise<(KeyValue | undefined)[]> {
  const refs = events.map((event) => {
    if (event.revision - 1 < store.compactRevision) return null;
    return store.keys.get(event.key)?.at(event.revision - 1) ?? null;
  });
  const rows = await store.rows.fetch(refs.filter((ref) => ref !== null));
  let next = 0;
  return refs.map((ref) => (ref === null ? undefined : decodeRow(rows[next++]!)));
}
