// The tables that HPACK refers to (RFC 7541 section 2.3): the fixed one of appendix A and the dynamic one that each
// direction of a connection builds up. Encoder and decoder share both.

import { type HeaderField, makeField } from './header-field.ts';

const statics: readonly (readonly [string, string])[] = [
  [':authority', ''],
  [':method', 'GET'],
  [':method', 'POST'],
  [':path', '/'],
  [':path', '/index.html'],
  [':scheme', 'http'],
  [':scheme', 'https'],
  ...['200', '204', '206', '304', '400', '404', '500'].map((status) => [':status', status] as const),
  ['accept-charset', ''],
  ['accept-encoding', 'gzip, deflate'],
  ...[
    ...['accept-language', 'accept-ranges', 'accept', 'access-control-allow-origin', 'age', 'allow', 'authorization'],
    ...['cache-control', 'content-disposition', 'content-encoding', 'content-language', 'content-length'],
    ...['content-location', 'content-range', 'content-type', 'cookie', 'date', 'etag', 'expect', 'expires', 'from'],
    ...['host', 'if-match', 'if-modified-since', 'if-none-match', 'if-range', 'if-unmodified-since', 'last-modified'],
    ...['link', 'location', 'max-forwards', 'proxy-authenticate', 'proxy-authorization', 'range', 'referer', 'refresh'],
    ...['retry-after', 'server', 'set-cookie', 'strict-transport-security', 'transfer-encoding', 'user-agent', 'vary'],
    ...['via', 'www-authenticate'],
  ].map((name) => [name, ''] as const),
];

/** Entries 1-61 of RFC 7541 appendix A; index 0 is not used. */
export const staticTable: readonly (HeaderField | undefined)[] = [
  undefined,
  ...statics.map(([name, value]) => makeField(name, value)),
];
export const STATIC_ENTRIES = 61;

/** SETTINGS_HEADER_TABLE_SIZE until said otherwise (RFC 9113 section 6.5.2). */
export const DEFAULT_TABLE_BYTES = 4096;

/** No entry weighs less than this (RFC 7541 section 4.1). */
const ENTRY_BYTES_MIN = 32;

/**
 * First in, first out, bounded in bytes. Entry 1 is the newest. Example: after adding `a: 1` and then `b: 2`,
 * `get(1)` is `b: 2`, `get(2)` is `a: 1`; shrunk to 40 bytes only `b: 2` (34 bytes) remains.
 */
export class DynamicTable {
  /** Entries ever added; entry number n (counted from 1) has index `inserted - n + 1`. */
  inserted = 0;
  /** Changes with every change of the table: whatever refers to entries is valid within one generation. */
  generation = 0;
  /** Entries in the table now. */
  count = 0;
  bytes = 0;
  bytesMax: number;
  /** Ring of a power-of-two length that can hold all entries that `bytesMax` allows. */
  #ring: (HeaderField | undefined)[];
  #mask: number;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
    const slots = 2 ** Math.ceil(Math.log2(Math.max(1, Math.floor(bytesMax / ENTRY_BYTES_MIN))));
    this.#ring = new Array<HeaderField | undefined>(slots).fill(undefined);
    this.#mask = slots - 1;
  }

  get(index: number): HeaderField | undefined {
    if (index < 1 || index > this.count) return undefined;
    return this.#ring[(this.inserted - index) & this.#mask];
  }

  /** RFC 7541 section 4.4: evicts first; a field larger than the whole table empties it and is not an error. */
  add(field: HeaderField): void {
    this.generation++;
    this.#evictTo(this.bytesMax - field.size);
    if (field.size > this.bytesMax) return;
    this.inserted++;
    this.#ring[(this.inserted - 1) & this.#mask] = field;
    this.count++;
    this.bytes += field.size;
  }

  /** RFC 7541 section 4.3. `bytesMax` may not exceed what the table was made for. */
  resize(bytesMax: number): void {
    this.generation++;
    this.bytesMax = bytesMax;
    this.#evictTo(bytesMax);
  }

  #evictTo(bytes: number): void {
    while (this.count > 0 && this.bytes > bytes) {
      const slot = (this.inserted - this.count) & this.#mask;
      this.bytes -= this.#ring[slot]!.size;
      this.#ring[slot] = undefined;
      this.count--;
    }
  }
}
