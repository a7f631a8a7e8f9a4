// Walks JSON text (RFC 8259) token by token and says where it stopped. It knows JSON and nothing of messages
// (json-reader.ts does). Own scanner instead of JSON.parse, because that loses 64-bit numbers (lease ids are larger
// than 2^53), keeps the last of two equal keys in silence, and words its errors differently in every V8.

/** Input that is not JSON, or not the JSON of the expected message. The message says where and what. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
}

/** Objects and arrays nested deeper than this are refused, as in the protobuf codec. */
export const jsonDepthMax = 100;

const quote = 0x22;
const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const wordPattern = /[A-Za-z0-9_$.+-]{1,20}/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 8259 section 7 forbids exactly these unescaped
const controlCharacter = /[\u0000-\u001f]/;
const loneSurrogate = /\p{Surrogate}/u;
const simpleEscapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

export class JsonScanner {
  /** Index of the next character to read. */
  at = 0;
  readonly text: string;
  #depth = 0;
  /** Index of the first backslash at or behind `at`, or the text's length: most bodies have none at all. */
  #nextBackslash = -1;

  constructor(text: string) {
    this.text = text;
  }

  /** Skips white space and returns the code of the next character, NaN at the end. */
  peek(): number {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return code;
      this.at++;
    }
  }

  /** Takes `{` or `[`. */
  open(code: number, expected: string): void {
    if (this.peek() !== code) throw this.unexpected(expected);
    this.at++;
    if (++this.#depth > jsonDepthMax) throw this.error(`nested deeper than ${jsonDepthMax}`);
  }

  /**
   * In an object or array that `close` ends: true when another member follows, with the comma in front of it
   * taken; false when the end was taken.
   */
  more(close: number, first: boolean): boolean {
    const code = this.peek();
    if (code === close) {
      this.at++;
      this.#depth--;
      return false;
    }
    if (first) return true;
    if (code !== 0x2c) throw this.unexpected(`"," or "${String.fromCharCode(close)}"`);
    this.at++;
    if (this.peek() === close) throw this.unexpected('another member after ","');
    return true;
  }

  /** Takes a member name and the colon behind it. */
  name(): string {
    if (this.peek() !== quote) throw this.unexpected('a field name in double quotes');
    const name = this.string();
    if (this.peek() !== 0x3a) throw this.unexpected(`":" after field name ${JSON.stringify(name)}`);
    this.at++;
    return name;
  }

  /** Takes a string; the scanner stands on its opening quote. */
  string(): string {
    const start = this.at;
    const raw = this.plainString();
    if (raw === undefined) return this.#escapedString(start);
    if (controlCharacter.test(raw)) {
      this.at = start + 1 + raw.search(controlCharacter);
      throw this.error('control character in a string (write it as an escape)');
    }
    return raw;
  }

  /**
   * Takes a string that contains no escape and returns it unchecked for control characters, which a reader with a
   * narrower alphabet (base64) rules out by itself. With an escape in it nothing is taken: undefined.
   */
  plainString(): string | undefined {
    const start = this.at + 1;
    const end = this.text.indexOf('"', start);
    if (this.#nextBackslash < start) {
      const found = this.text.indexOf('\\', start);
      this.#nextBackslash = found < 0 ? this.text.length : found;
    }
    if (end >= 0 && end < this.#nextBackslash) {
      this.at = end + 1;
      return this.text.slice(start, end);
    }
    if (this.#nextBackslash < this.text.length && (end < 0 || this.#nextBackslash < end)) return undefined;
    this.at = this.text.length;
    throw this.error(`string that starts at ${this.#place(start - 1)} is never closed`);
  }

  #escapedString(start: number): string {
    let out = '';
    let at = start + 1;
    for (;;) {
      const code = this.text.charCodeAt(at);
      this.at = at;
      if (Number.isNaN(code)) throw this.error(`string that starts at ${this.#place(start)} is never closed`);
      if (code < 0x20) throw this.error('control character in a string (write it as an escape)');
      if (code === quote) break;
      if (code !== 0x5c) {
        out += this.text[at++];
        continue;
      }
      const letter = this.text[at + 1] ?? '';
      if (letter === 'u') {
        const digits = this.text.slice(at + 2, at + 6);
        if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.error('"\\u" without four hexadecimal digits');
        out += String.fromCharCode(Number.parseInt(digits, 16));
        at += 6;
        continue;
      }
      const character = simpleEscapes[letter];
      if (character === undefined) throw this.error(`unknown escape ${JSON.stringify(`\\${letter}`)} in a string`);
      out += character;
      at += 2;
    }
    if (loneSurrogate.test(out)) {
      this.at = start;
      throw this.error('string with half a surrogate pair');
    }
    this.at++;
    return out;
  }

  /** Takes a number and returns its text, exactly as written. */
  number(): string {
    numberPattern.lastIndex = this.at;
    const match = numberPattern.exec(this.text);
    if (match === null) throw this.unexpected('a value');
    const next = this.text.charCodeAt(this.at + match[0].length);
    // 01, 1.x, 0x10: the pattern stops early, and what follows may not touch a number.
    if (isWordCode(next) || next === 0x2e) throw this.error('malformed number');
    this.at += match[0].length;
    return match[0];
  }

  /** Takes `true`, `false` or `null` if it is next. */
  word(word: 'true' | 'false' | 'null'): boolean {
    this.peek();
    if (!this.text.startsWith(word, this.at)) return false;
    if (isWordCode(this.text.charCodeAt(this.at + word.length))) return false;
    this.at += word.length;
    return true;
  }

  /** Takes any value, for unknown fields: checked as JSON, then forgotten. */
  skipValue(): void {
    const code = this.peek();
    if (code === quote) {
      this.string();
    } else if (code === 0x7b) {
      this.open(0x7b, 'an object');
      for (let first = true; this.more(0x7d, first); first = false) {
        this.name();
        this.skipValue();
      }
    } else if (code === 0x5b) {
      this.open(0x5b, 'a list');
      for (let first = true; this.more(0x5d, first); first = false) this.skipValue();
    } else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      this.number();
    } else if (!this.word('true') && !this.word('false') && !this.word('null')) {
      throw this.unexpected('a value');
    }
  }

  /** Nothing but white space may follow the one value of a document. */
  finish(): void {
    if (!Number.isNaN(this.peek())) throw this.unexpected('the end of the input');
  }

  unexpected(expected: string): JsonError {
    return this.error(`expected ${expected}, found ${this.found()}`);
  }

  /** Names what stands at the next position, for error messages. */
  found(): string {
    const code = this.peek();
    if (Number.isNaN(code)) return 'the end of the input';
    if (code === quote) return 'a string';
    if (code === 0x7b) return 'an object';
    if (code === 0x5b) return 'a list';
    wordPattern.lastIndex = this.at;
    const word = wordPattern.exec(this.text);
    return word === null ? JSON.stringify(String.fromCodePoint(this.text.codePointAt(this.at) ?? 0xfffd)) : word[0];
  }

  error(what: string): JsonError {
    return new JsonError(`json: ${this.#place(this.at)}: ${what}`);
  }

  #place(at: number): string {
    const before = this.text.slice(0, at);
    const lineStart = before.lastIndexOf('\n') + 1;
    let line = 1;
    for (let i = before.indexOf('\n'); i >= 0; i = before.indexOf('\n', i + 1)) line++;
    return `line ${line} column ${at - lineStart + 1}`;
  }
}

function isWordCode(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x5f
  );
}
