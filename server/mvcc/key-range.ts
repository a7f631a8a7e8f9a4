// Key ranges inside the store. User keys are held as latin1 ("binary") strings: one character a byte, so that string
// order is byte order, comparisons are native, and an ASCII key costs one byte a character.

export interface KeyRange {
  /** First key that belongs to the range. */
  readonly start: string;
  /** First key behind the range, or null: every key >= start. Unused when `single`. */
  readonly end: string | null;
  /** Exactly the key `start`. */
  readonly single: boolean;
}

export function keyString(bytes: Buffer): string {
  return bytes.toString('latin1');
}

export function keyBytes(key: string): Buffer {
  return Buffer.from(key, 'latin1');
}

/** The API's pair: an empty `rangeEnd` means the single key, `"\0"` means every key >= `key` (etcd rpc.proto). */
export function keyRange(key: Buffer, rangeEnd: Buffer): KeyRange {
  const start = keyString(key);
  if (rangeEnd.length === 0) return { start, end: null, single: true };
  if (rangeEnd.length === 1 && rangeEnd[0] === 0) return { start, end: null, single: false };
  return { start, end: keyString(rangeEnd), single: false };
}

export function rangeContains(range: KeyRange, key: string): boolean {
  if (range.single) return key === range.start;
  return key >= range.start && (range.end === null || key < range.end);
}
