// A hash of the keys and their history up to a revision (Maintenance.HashKV): equal on every member that holds the same
// data, however far each has got with deleting what compaction freed. It covers the rows that a read at or above the
// compact revision, or a watch from there, can reach, in revision order.

import { crc32 } from 'node:zlib';
import { apiError } from '../../common/api/errors.ts';
import { decodeRevisionKey, revisionRange } from '../storage/keys.ts';
import { keyString } from './key-range.ts';
import type { MvccStore } from './mvcc-store.ts';
import { decodeRow } from './revision-row.ts';

export interface KvHash {
  readonly hash: number;
  readonly hashRevision: number;
  readonly compactRevision: number;
  /** The store's revision when the hash was asked for. */
  readonly currentRevision: number;
}

/** A compaction while rows are being read makes the reading start again, so often at most. */
const attemptsMax = 5;

/** `revision` 0 means the current one. Throws `compacted` and `futureRevision`. */
export async function hashKv(store: MvccStore, revision: number): Promise<KvHash> {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const { compactRevision, currentRevision } = store;
    if (revision > currentRevision) throw apiError('futureRevision');
    if (revision !== 0 && revision < compactRevision) throw apiError('compacted');
    const hashRevision = revision === 0 ? currentRevision : revision;
    const hash = await hashRows(store, hashRevision, compactRevision);
    if (store.compactRevision === compactRevision) return { hash, hashRevision, compactRevision, currentRevision };
  }
  throw apiError('timeout');
}

async function hashRows(store: MvccStore, hashRevision: number, compactRevision: number): Promise<number> {
  await store.rows.settled();
  const snapshot = store.rows.store.snapshot();
  let hash = 0;
  try {
    for await (const rows of snapshot.scan({ ...revisionRange(0, hashRevision + 1) })) {
      for (const row of rows) {
        const { main, sub } = decodeRevisionKey(row.key);
        if (main > compactRevision || isReachable(store, row.value, { main, sub, compactRevision })) {
          hash = crc32(row.value, crc32(row.key, hash));
        }
      }
    }
  } finally {
    await snapshot.release();
  }
  return hash;
}

/** Of a key's changes up to the compact revision only the newest can be reached; a deletion only if it is at that revision. */
function isReachable(
  store: MvccStore,
  row: Buffer,
  { main, sub, compactRevision }: { main: number; sub: number; compactRevision: number },
): boolean {
  const newest = store.keys.get(keyString(decodeRow(row).key))?.newestAt(compactRevision);
  if (newest === undefined || newest.main !== main || newest.sub !== sub) return false;
  return !newest.tombstone || main === compactRevision;
}
