// Builds the in-memory state from the store at start: one scan of the revision rows in revision order. Every change is
// replayed into the index; the newest values fill the cache up to its bound. Yields between scan batches.

import type { KeyValueStore } from '../storage/key-value-store.ts';
import { decodeRevisionKey, encodeMetaKey, metaRange, readSafeU64, revisionRange } from '../storage/keys.ts';
import { keyString } from './key-range.ts';
import { compactRevisionKey, currentRevisionKey, type MvccStore, scrubbedRevisionKey } from './mvcc-store.ts';
import { decodeRow, isTombstone } from './revision-row.ts';

/** Facts kept as single rows, by name. */
export type MetaFacts = ReadonlyMap<string, Buffer>;

export async function loadMeta(store: KeyValueStore): Promise<MetaFacts> {
  const facts = new Map<string, Buffer>();
  const nameOffset = encodeMetaKey('').length;
  for await (const rows of store.scan({ ...metaRange })) {
    for (const row of rows) facts.set(row.key.toString('utf8', nameOffset), row.value);
  }
  return facts;
}

/** A number stored under `metaKey` (an encoded meta key), 0 when absent. */
export function metaNumber(facts: MetaFacts, metaKey: Buffer): number {
  const value = facts.get(metaKey.toString('utf8', encodeMetaKey('').length));
  return value === undefined ? 0 : readSafeU64(value, 0);
}

/** Fills an empty MvccStore. Returns the revision up to which compaction had removed rows. */
export async function loadMvcc(mvcc: MvccStore, store: KeyValueStore, facts: MetaFacts): Promise<number> {
  mvcc.currentRevision = Math.max(1, metaNumber(facts, currentRevisionKey));
  mvcc.compactRevision = metaNumber(facts, compactRevisionKey);
  for await (const rows of store.scan({ ...revisionRange() })) {
    for (const row of rows) {
      const { main, sub } = decodeRevisionKey(row.key);
      const kv = decodeRow(row.value);
      const record = mvcc.keys.getOrInsert(keyString(kv.key));
      const wasLive = record.live;
      record.pushHistory();
      record.modRevision = main;
      record.modSub = sub;
      record.createRevision = kv.createRevision;
      record.version = kv.version;
      record.lease = kv.lease;
      if (isTombstone(kv)) mvcc.cache.drop(record);
      else mvcc.cache.set(record, Buffer.from(kv.value));
      mvcc.liveKeys += (record.live ? 1 : 0) - (wasLive ? 1 : 0);
    }
  }
  return metaNumber(facts, scrubbedRevisionKey);
}
