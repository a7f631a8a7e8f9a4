// Names as DNS labels. Reading is lenient: every service, id, tag and node name gets a label to be found under, if need
// be with `-` in place of what a label cannot hold. Registering is strict: a name that would change on its way into
// the DNS is refused with the name that would work.

/** RFC 1035 section 2.3.4. */
export const labelOctetsMax = 63;

/** A service also appears as `_service` (RFC 2782), which leaves it one octet less. */
export const serviceOctetsMax = 62;

const usableAsIs = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
const strictLabel = /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?$/;

/**
 * The label under which `name` is found: lower case, at most `octetsMax` long, never empty.
 * `Web` -> `web`, `10.0.0.5:80` -> `10-0-0-5-80`, `v1.2` -> `v1-2`. Too long a name is cut and gets a hash of the
 * whole, so that two long names stay two.
 */
export function dnsLabel(name: string, octetsMax: number = labelOctetsMax): string {
  const lower = name.toLowerCase();
  if (lower.length <= octetsMax && usableAsIs.test(lower)) return lower;
  const clean = lower.replace(/[^a-z0-9_-]+/g, '-').replace(/^-+|-+$/g, '');
  if (clean === '') return `x-${fnv1a(name)}`;
  if (clean.length <= octetsMax) return clean;
  return `${clean.slice(0, octetsMax - 9)}-${fnv1a(name)}`;
}

/** Why `name` may not be registered as a `what` (`service`, `id`, `node`), or undefined if it may. */
export function labelProblem(what: string, name: string, octetsMax: number = labelOctetsMax): string | undefined {
  if (name === '') return `${what} is empty`;
  if (strictLabel.test(name) && name.length <= octetsMax) return undefined;
  const rule = `letters, digits, "-" and "_", starting and ending with a letter or digit, at most ${octetsMax} long`;
  return `${what} ${quoted(name)} cannot be a DNS label (${rule}); ${quoted(dnsLabel(name, octetsMax))} would do`;
}

/** `text` in quotes for a message, cut at 80 characters, control characters escaped. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}

/** FNV-1a (Fowler, Noll, Vo), 32 bits as eight hex digits: spreads names, protects nothing. */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (const octet of Buffer.from(text)) hash = Math.imul(hash ^ octet, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
