// The half-open range of all keys with a prefix, as etcd's API writes it: [key, range_end).

export interface KeyRange {
  readonly key: Buffer;
  readonly rangeEnd: Buffer;
}

/** `foo` -> [foo, fop); an empty prefix, or one of 0xff bytes only, has no end, which the API writes as a zero byte. */
export function prefixRange(prefix: string | Buffer): KeyRange {
  const key = Buffer.from(prefix);
  const zero = Buffer.of(0);
  if (key.length === 0) return { key: zero, rangeEnd: zero };
  for (let last = key.length - 1; last >= 0; last--) {
    const byte = key[last]!;
    if (byte < 0xff) return { key, rangeEnd: Buffer.concat([key.subarray(0, last), Buffer.of(byte + 1)]) };
  }
  return { key, rangeEnd: zero };
}
