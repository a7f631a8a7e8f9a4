// Keys and values are octets, arguments are strings. Octets that are no UTF-8 travel in strings as lone surrogates
// U+DC80 to U+DCFF (Python's surrogateescape, PEP 383), so that `"\xff"` on a txn line stays the octet 255.

const escaped = /[\udc80-\udcff]/;
/** Lone low surrogates only: halves of a pair are a character. */
const pieces = /(?<![\ud800-\udbff])[\udc80-\udcff]|(?:(?!(?<![\ud800-\udbff])[\udc80-\udcff])[\s\S])+/g;

export function bytesOf(text: string): Buffer {
  if (!escaped.test(text)) return Buffer.from(text);
  const parts = text.match(pieces) ?? [];
  return Buffer.concat(
    parts.map((part) => {
      const code = part.charCodeAt(0);
      return code >= 0xdc80 && code <= 0xdcff ? Buffer.of(code - 0xdc00) : Buffer.from(part);
    }),
  );
}

/** Octets as characters, one at a time: a code point, or an octet that belongs to no valid UTF-8 sequence. */
export function* runes(bytes: Buffer): Generator<{ readonly char: string } | { readonly octet: number }> {
  let start = 0;
  while (start < bytes.length) {
    const length = sequenceLength(bytes, start);
    if (length === 0) yield { octet: bytes[start]! };
    else yield { char: bytes.toString('utf8', start, start + length) };
    start += length || 1;
  }
}

export function textOf(bytes: Buffer): string {
  let text = '';
  for (const rune of runes(bytes)) text += 'char' in rune ? rune.char : String.fromCharCode(0xdc00 + rune.octet);
  return text;
}

/** Length of the valid UTF-8 sequence at `start` (RFC 3629: no overlong forms, no surrogates), or 0. */
function sequenceLength(bytes: Buffer, start: number): number {
  const first = bytes[start]!;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || start + length > bytes.length) return 0;
  for (let index = start + 1; index < start + length; index++) {
    if ((bytes[index]! & 0xc0) !== 0x80) return 0;
  }
  const second = bytes[start + 1]!;
  const bad =
    (first === 0xe0 && second < 0xa0) ||
    (first === 0xed && second > 0x9f) ||
    (first === 0xf0 && second < 0x90) ||
    (first === 0xf4 && second > 0x8f);
  return bad ? 0 : length;
}
