// The keys that `get`, `del` and `watch` mean: one key, KEY RANGE_END, --prefix or --from-key.

import { prefixRange } from '../common/client/prefix-range.ts';
import { badArgs } from './exit-error.ts';
import { bytesOf } from './format/byte-text.ts';

export interface KeyRange {
  readonly key: Buffer;
  /** Empty for the one key; a zero byte for "to the end". */
  readonly rangeEnd: Buffer;
}

const zero = Buffer.of(0);
const empty = Buffer.alloc(0);

export function keyRange(
  [first = '', end]: readonly string[],
  { prefix, fromKey }: { readonly prefix: boolean; readonly fromKey: boolean },
): KeyRange {
  if (prefix && fromKey) throw badArgs('`--prefix` and `--from-key` cannot be set at the same time, choose one');
  if (end !== undefined && (prefix || fromKey)) {
    throw badArgs('too many arguments, only accept one argument when `--prefix` or `--from-key` is set');
  }
  const key = bytesOf(first);
  if (prefix) return prefixRange(key);
  if (fromKey) return { key: key.length === 0 ? zero : key, rangeEnd: zero };
  return { key, rangeEnd: end === undefined ? empty : bytesOf(end) };
}
