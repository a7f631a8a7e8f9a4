// Domain names in the form that comparing, cutting and encoding want: the octets of the wire, one character each, lower
// case, without the root's zero. `web.service` is '\x03web\x07service'; a parent is a suffix, and a dot within a label
// is just another octet.

export type Name = string;

/** RFC 1035 section 2.3.4, without the root's own octet. */
export const nameOctetsMax = 254;

export const root: Name = '';

/** From labels, leftmost first. They are 1 to 63 octets each; dnsLabel() sees to that. */
export function nameOf(...labels: readonly string[]): Name {
  let name = '';
  for (const label of labels) name += String.fromCharCode(label.length) + label;
  return name;
}

/** From a host name or domain as people write it, without escapes; a trailing dot is allowed. */
export function nameFromText(text: string): Name {
  const labels = (text.endsWith('.') ? text.slice(0, -1) : text).toLowerCase().split('.');
  return labels.length === 1 && labels[0] === '' ? root : nameOf(...labels);
}

/** The labels, leftmost first. */
export function labelsOf(name: Name): string[] {
  const labels: string[] = [];
  for (let at = 0; at < name.length; ) {
    const end = at + 1 + name.charCodeAt(at);
    labels.push(name.slice(at + 1, end));
    at = end;
  }
  return labels;
}

/** Whether `name` is `ancestor` or lies below it. */
export function isWithin(name: Name, ancestor: Name): boolean {
  if (!name.endsWith(ancestor)) return false;
  // The same octets may also stand inside a label: only a cut between labels counts.
  const cut = name.length - ancestor.length;
  let at = 0;
  while (at < cut) at += 1 + name.charCodeAt(at);
  return at === cut;
}

/** `web.service.rollcall.internal.` for logs; octets that are no plain text as `\DDD` (RFC 1035 section 5.1). */
export function nameText(name: Name): string {
  const labels = labelsOf(name).map((label) =>
    label.replace(/[^!-~]|[.\\"]/g, (octet) =>
      octet === '.' || octet === '\\' || octet === '"'
        ? `\\${octet}`
        : `\\${String(octet.charCodeAt(0)).padStart(3, '0')}`,
    ),
  );
  return `${labels.join('.')}.`;
}
