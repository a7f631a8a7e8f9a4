// Values that apply must see to decide (value comparisons) or to write (ignore_value), but that may have left memory.
// They are read before the entry is applied, so that apply itself stays synchronous; every other value is only needed
// for answers and is read afterwards.

import {
  CompareCompareTarget,
  type PutRequest,
  type RequestOp,
  type TxnRequest,
} from '../../common/api/generated/messages.ts';
import { assert } from '../../common/runtime/assert.ts';
import { type KeyRange, keyRange } from '../mvcc/key-range.ts';
import type { KeyRecord, RevisionRef } from '../mvcc/key-record.ts';
import type { MvccStore } from '../mvcc/mvcc-store.ts';
import { decodeRow } from '../mvcc/revision-row.ts';

/** Values kept or read ahead, by `main.sub` of their rows. */
export type FetchedValues = Map<string, Buffer>;

const refId = (ref: RevisionRef): string => `${ref.main}.${ref.sub}`;

export class NeededValues {
  private readonly store: MvccStore;
  private readonly have: FetchedValues;
  private readonly missing = new Map<string, RevisionRef>();

  constructor(store: MvccStore, have: FetchedValues) {
    this.store = store;
    this.have = have;
  }

  put(request: PutRequest): void {
    if (request.ignoreValue) this.range(keyRange(request.key, Buffer.alloc(0)));
  }

  txn(request: TxnRequest): void {
    for (const compare of request.compare) {
      if (compare.target === CompareCompareTarget.VALUE) this.range(keyRange(compare.key, compare.rangeEnd));
    }
    const op = ({ requestPut, requestTxn }: RequestOp): void => {
      if (requestPut !== undefined) this.put(requestPut);
      if (requestTxn !== undefined) this.txn(requestTxn);
    };
    request.success.forEach(op);
    request.failure.forEach(op);
  }

  /**
   * Values at hand are kept too: until the entry is applied, or by an earlier command in it, they may leave the cache,
   * and the overlay of unwritten rows.
   */
  private range(range: KeyRange): void {
    this.store.keys.visit(range, (record) => {
      if (!record.live) return true;
      const ref = { main: record.modRevision, sub: record.modSub };
      const id = refId(ref);
      if (this.have.has(id)) return true;
      const value = valueInMemory(this.store, record);
      if (value === undefined) this.missing.set(id, ref);
      else this.have.set(id, value);
      return true;
    });
  }

  /** Reads what is missing into `have`; undefined (at once) when nothing is. */
  fetch(): Promise<void> | undefined {
    if (this.missing.size === 0) return undefined;
    const refs = [...this.missing.values()];
    return this.store.rows.fetch(refs).then((rows) => {
      for (let i = 0; i < rows.length; i++) this.have.set(refId(refs[i]!), decodeRow(rows[i]!).value);
    });
  }
}

function valueInMemory(store: MvccStore, record: KeyRecord): Buffer | undefined {
  if (record.value !== null) return record.value;
  const row = store.rows.overlayRow(record.modRevision, record.modSub);
  return row === undefined ? undefined : decodeRow(row).value;
}

/** The value of a live key: cached, unwritten, or read ahead. */
export function presentValue(store: MvccStore, record: KeyRecord, fetched: FetchedValues): Buffer {
  const value = valueInMemory(store, record) ?? fetched.get(refId({ main: record.modRevision, sub: record.modSub }));
  assert(value !== undefined, `value of ${record.modRevision}.${record.modSub} was not read ahead`);
  return value;
}
