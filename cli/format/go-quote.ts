// Go's quoted strings (strconv.Quote and Unquote): `-w fields` prints them, and txn lines are written with them.

import { runes, textOf } from './byte-text.ts';

const named: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};
/** Go's unicode.IsPrint: letters, marks, numbers, punctuation, symbols and the ASCII space. */
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');

export function goQuote(bytes: Buffer | string): string {
  let quoted = '"';
  for (const rune of runes(typeof bytes === 'string' ? Buffer.from(bytes) : bytes)) {
    quoted += 'char' in rune ? quoteChar(rune.char) : `\\x${hex(rune.octet, 2)}`;
  }
  return `${quoted}"`;
}

function quoteChar(char: string): string {
  const letter = named[char];
  if (letter !== undefined) return letter;
  if (printable.test(char)) return char;
  const code = char.codePointAt(0)!;
  if (code < 0x80) return `\\x${hex(code, 2)}`;
  return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
}

const escapes: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92, '"': 34 };
const token = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([abfnrtv\\"]))|[^\\"\n]+/gy;

/** The content of a double-quoted or back-quoted Go string, or undefined when it is none. */
export function goUnquote(quoted: string): string | undefined {
  if (/^`[^`]*`$/.test(quoted)) return quoted.slice(1, -1).replaceAll('\r', '');
  if (quoted.length < 2 || !quoted.startsWith('"') || !quoted.endsWith('"')) return undefined;
  const inner = quoted.slice(1, -1);
  const parts: Buffer[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < inner.length) {
    const match = token.exec(inner);
    if (match === null) return undefined;
    const [whole, octet, short, long, octal, letter] = match;
    const code = short ?? long;
    if (octet !== undefined) parts.push(Buffer.of(Number.parseInt(octet, 16)));
    else if (octal !== undefined && Number.parseInt(octal, 8) < 256) parts.push(Buffer.of(Number.parseInt(octal, 8)));
    else if (octal !== undefined) return undefined;
    else if (letter !== undefined) parts.push(Buffer.of(escapes[letter]!));
    else if (code === undefined) parts.push(Buffer.from(whole));
    else if (Number.parseInt(code, 16) > 0x10ffff) return undefined;
    else parts.push(Buffer.from(String.fromCodePoint(Number.parseInt(code, 16))));
  }
  return textOf(Buffer.concat(parts));
}
