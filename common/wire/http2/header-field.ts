// One header field and what HTTP/2 thinks of it. The verdict depends on name and value alone (RFC 9113 sections 8.2
// and 8.3), so it is found once, when the field is made, and a field out of a compression table carries it along.

/** What a field is, as far as the rules of RFC 9113 section 8 care. */
export const FieldKind = {
  REGULAR: 0,
  METHOD: 1,
  SCHEME: 2,
  AUTHORITY: 3,
  PATH: 4,
  STATUS: 5,
  CONTENT_LENGTH: 6,
  /** Not allowed in any message: bad characters, unknown pseudo-header, connection-specific, `te` of another value. */
  MALFORMED: 7,
} as const;
export type FieldKind = (typeof FieldKind)[keyof typeof FieldKind];

export interface HeaderField {
  readonly name: string;
  /** Octets as latin1 characters: HTTP does not say which character set a value is in. */
  readonly value: string;
  /** What the field weighs in tables and list limits (RFC 7541 section 4.1): name + value + 32. */
  readonly size: number;
  readonly kind: FieldKind;
  /** Sent as "never indexed" (RFC 7541 section 7.1.3): proxies must not compress it either. */
  readonly sensitive: boolean;
}

const pseudoKinds = new Map<string, FieldKind>([
  [':method', FieldKind.METHOD],
  [':scheme', FieldKind.SCHEME],
  [':authority', FieldKind.AUTHORITY],
  [':path', FieldKind.PATH],
  [':status', FieldKind.STATUS],
]);

/** RFC 9113 section 8.2.2: they describe an HTTP/1.1 connection and make a message malformed. */
const connectionSpecific = new Set(['connection', 'proxy-connection', 'keep-alive', 'transfer-encoding', 'upgrade']);

// RFC 9110 section 5.6.2: token characters, without the upper-case letters that RFC 9113 section 8.2.1 forbids.
const namePattern = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const digits = /^[0-9]{1,15}$/;

export function makeField(name: string, value: string, sensitive = false): HeaderField {
  return { name, value, size: name.length + value.length + 32, kind: classify(name, value), sensitive };
}

function classify(name: string, value: string): FieldKind {
  if (!validValue(value)) return FieldKind.MALFORMED;
  if (name.charCodeAt(0) === 0x3a) {
    const kind = pseudoKinds.get(name) ?? FieldKind.MALFORMED;
    if (kind === FieldKind.STATUS && !/^[1-9][0-9][0-9]$/.test(value)) return FieldKind.MALFORMED;
    return kind;
  }
  if (!namePattern.test(name) || connectionSpecific.has(name)) return FieldKind.MALFORMED;
  if (name === 'te' && value !== 'trailers') return FieldKind.MALFORMED;
  if (name === 'content-length') return digits.test(value) ? FieldKind.CONTENT_LENGTH : FieldKind.MALFORMED;
  return FieldKind.REGULAR;
}

/** RFC 9113 section 8.2.1: no NUL, CR, LF anywhere, no space or tab at either end. */
function validValue(value: string): boolean {
  const length = value.length;
  if (length === 0) return true;
  if (isBlank(value.charCodeAt(0)) || isBlank(value.charCodeAt(length - 1))) return false;
  for (let index = 0; index < length; index++) {
    const code = value.charCodeAt(index);
    if (code === 0x00 || code === 0x0a || code === 0x0d) return false;
  }
  return true;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
