// Range reads: from the index and the value cache in this very turn when everything is there, else after reading the
// missing rows. Which rows a read needs is decided synchronously, so a later write or compaction cannot change its
// answer (rows are immutable; compaction waits for reads under way).

import type { MaybePromise } from '../../common/api/call.ts';
import { apiError } from '../../common/api/errors.ts';
import {
  type KeyValue,
  type RangeRequest,
  RangeRequestSortOrder,
  RangeRequestSortTarget,
} from '../../common/api/generated/messages.ts';
import { emptyBytes } from '../../common/wire/protobuf/wire.ts';
import { keyRange } from './key-range.ts';
import type { RevisionRef } from './key-record.ts';
import type { MvccStore } from './mvcc-store.ts';
import { decodeRow } from './revision-row.ts';

export interface RangeResult {
  readonly kvs: KeyValue[];
  readonly more: boolean;
  /** Keys in the range at that revision, whatever limit and filters say. */
  readonly count: number;
  /** Revision that the answer's header carries: the newest one the read could see. */
  readonly revision: number;
}

/** A key in the answer. `row` is set while something of it must still be read. */
interface Candidate {
  kv: KeyValue;
  row: RevisionRef | null;
}

/** Throws `compacted` or `futureRevision` when a read at `revision` cannot be served; 0 and less mean "now". */
export function checkReadRevision(store: MvccStore, revision: number): void {
  if (revision > store.readRevision) throw apiError('futureRevision');
  if (revision > 0 && revision < store.compactRevision) throw apiError('compacted');
}

/** Reads a range as etcd does: revision, then filters, then order, then limit. Throws the errors of checkReadRevision. */
export function readRange(store: MvccStore, request: RangeRequest): MaybePromise<RangeResult> {
  checkReadRevision(store, request.revision);
  const now = store.readRevision;
  const revision = request.revision > 0 ? request.revision : now;
  const range = keyRange(request.key, request.rangeEnd);
  const plain = !isFiltered(request) && isKeyOrder(request);
  const limitFirst = plain || (!isFiltered(request) && request.sortOrder === RangeRequestSortOrder.NONE);
  const kept = request.countOnly
    ? 0
    : limitFirst && request.limit > 0
      ? request.limit + (plain ? 0 : 1)
      : Number.POSITIVE_INFINITY;
  const candidates: Candidate[] = [];
  let count = 0;
  store.keys.visit(range, (record) => {
    if (record.modRevision <= revision) {
      if (!record.live) return true;
      if (count++ < kept) {
        record.recentlyUsed = true;
        candidates.push({
          kv: {
            key: Buffer.from(record.key, 'latin1'),
            createRevision: record.createRevision,
            modRevision: record.modRevision,
            version: record.version,
            value: record.value ?? emptyBytes,
            lease: record.lease,
          },
          row: record.value === null ? { main: record.modRevision, sub: record.modSub } : null,
        });
      }
      return true;
    }
    const ref = record.at(revision);
    if (ref !== null && count++ < kept) candidates.push({ kv: placeholder, row: ref });
    return true;
  });
  const finish = (all: Candidate[]): MaybePromise<RangeResult> => {
    const chosen = plain ? all : filterSortLimit(all, request);
    const candidateCount = limitFirst ? count : all.filter((candidate) => passesFilters(candidate.kv, request)).length;
    const more = request.limit > 0 && !request.countOnly && candidateCount > request.limit;
    return whenLoaded(
      store,
      chosen,
      (candidate) => needsRow(candidate, request),
      () => ({
        kvs: chosen.map((candidate) => (request.keysOnly ? { ...candidate.kv, value: emptyBytes } : candidate.kv)),
        more,
        count,
        revision: now,
      }),
    );
  };
  const byValue = request.sortTarget === RangeRequestSortTarget.VALUE;
  if (plain || (!byValue && candidates.every((candidate) => candidate.kv !== placeholder))) return finish(candidates);
  // One round of reading, started in this turn: compaction waits only for reads that are under way when it begins.
  return whenLoaded(
    store,
    candidates,
    (candidate) => candidate.row !== null,
    () => finish(candidates),
  );
}

function isFiltered(request: RangeRequest): boolean {
  return (
    request.minModRevision !== 0 ||
    request.maxModRevision !== 0 ||
    request.minCreateRevision !== 0 ||
    request.maxCreateRevision !== 0
  );
}

/**
 * Whether the index's own order is the answer's. Any other target sorts ascending when no order is given, but then
 * (and only then) etcd cuts by the limit in key order first: its quirk is kept.
 */
function isKeyOrder(request: RangeRequest): boolean {
  return request.sortTarget === RangeRequestSortTarget.KEY && request.sortOrder !== RangeRequestSortOrder.DESCEND;
}

function needsRow(candidate: Candidate, request: RangeRequest): boolean {
  return candidate.row !== null && (candidate.kv === placeholder || !request.keysOnly);
}

function passesFilters(kv: KeyValue, request: RangeRequest): boolean {
  return (
    (request.maxModRevision === 0 || kv.modRevision <= request.maxModRevision) &&
    (request.minModRevision === 0 || kv.modRevision >= request.minModRevision) &&
    (request.maxCreateRevision === 0 || kv.createRevision <= request.maxCreateRevision) &&
    (request.minCreateRevision === 0 || kv.createRevision >= request.minCreateRevision)
  );
}

function filterSortLimit(candidates: Candidate[], request: RangeRequest): Candidate[] {
  let chosen = candidates.filter((candidate) => passesFilters(candidate.kv, request));
  if (!isKeyOrder(request)) {
    const compare = comparator(request.sortTarget);
    const sign = request.sortOrder === RangeRequestSortOrder.DESCEND ? -1 : 1;
    chosen.sort((a, b) => sign * compare(a.kv, b.kv));
  }
  if (request.limit > 0) chosen = chosen.slice(0, request.limit);
  return chosen;
}

function comparator(target: number): (a: KeyValue, b: KeyValue) => number {
  switch (target) {
    case RangeRequestSortTarget.VERSION:
      return (a, b) => a.version - b.version;
    case RangeRequestSortTarget.CREATE:
      return (a, b) => a.createRevision - b.createRevision;
    case RangeRequestSortTarget.MOD:
      return (a, b) => a.modRevision - b.modRevision;
    case RangeRequestSortTarget.VALUE:
      return (a, b) => Buffer.compare(a.value, b.value);
    default:
      return (a, b) => Buffer.compare(a.key, b.key);
  }
}

/** Runs `then` once the rows that `wanted` asks for are in; at once when none is missing. */
function whenLoaded<T>(
  store: MvccStore,
  candidates: readonly Candidate[],
  wanted: (candidate: Candidate) => boolean,
  then: () => MaybePromise<T>,
): MaybePromise<T> {
  const missing: Candidate[] = [];
  for (const candidate of candidates) {
    if (!wanted(candidate)) continue;
    const row = store.rows.overlayRow(candidate.row!.main, candidate.row!.sub);
    if (row === undefined) missing.push(candidate);
    else fill(candidate, row);
  }
  if (missing.length === 0) return then();
  return store.rows.fetch(missing.map((candidate) => candidate.row!)).then((rows) => {
    for (let i = 0; i < rows.length; i++) fill(missing[i]!, rows[i]!);
    return then();
  });
}

function fill(candidate: Candidate, row: Buffer): void {
  candidate.kv = decodeRow(row);
  candidate.row = null;
}

/** Stands for a key whose metadata lies in its row. */
const placeholder: KeyValue = {
  key: emptyBytes,
  createRevision: 0,
  modRevision: 0,
  version: 0,
  value: emptyBytes,
  lease: 0n,
};
