// Peer URLs by member name, as --initial-cluster and discovery services write them: `a=http://h:1,a=http://h:2,b=…`.
// Checks are etcd's (client/pkg/types: URLsMap, URLs), in its words; each names the entry that it is about.

import { formatHostPort, parseHostPort } from '../../common/config/host-port.ts';
import { UsageError } from '../../common/runtime/role.ts';

/** Sorted URLs by name. */
export type UrlsMap = ReadonlyMap<string, readonly string[]>;

/** A larger cluster than anybody runs; beyond, the text is no member list. */
const entriesMax = 1_000;

/** `origin` says where the text is from, for errors: `--initial-cluster`. Throws UsageError. */
export function parseUrlsMap(text: string, origin: string): UrlsMap {
  const entries = text.split(',').filter((entry) => entry.trim() !== '');
  if (entries.length > entriesMax) throw new UsageError(`${origin}: more than ${entriesMax} entries`);
  const members = new Map<string, string[]>();
  for (const entry of entries) {
    const equals = entry.indexOf('=');
    // Without an equals sign etcd takes the whole for a name, whose URL then has no scheme.
    const name = (equals < 0 ? entry : entry.slice(0, equals)).trim();
    if (name === '') throw new UsageError(`${origin}: "${entry}": expected name=URL`);
    const url = parsePeerUrl(equals < 0 ? '' : entry.slice(equals + 1).trim(), `${origin}: "${entry}"`);
    const urls = members.get(name);
    if (urls === undefined) members.set(name, [url]);
    else urls.push(url);
  }
  for (const urls of members.values()) urls.sort();
  return members;
}

/** The URL as member ids are computed over it: no trailing slash. Throws UsageError that begins with `origin`. */
export function parsePeerUrl(text: string, origin: string): string {
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/i.exec(text);
  const scheme = match?.[1]?.toLowerCase();
  if (scheme === 'unix' || scheme === 'unixs') {
    throw new UsageError(`${origin}: peers are not served on unix sockets here: ${text}`);
  }
  if (scheme !== 'http' && scheme !== 'https') {
    throw new UsageError(`${origin}: URL scheme must be http, https, unix, or unixs: ${text}`);
  }
  const address = parseHostPort(match![2]!);
  if (address === undefined || address.host === '') {
    throw new UsageError(`${origin}: URL address does not have the form "host:port": ${text}`);
  }
  if (match![3] !== '' && match![3] !== '/') throw new UsageError(`${origin}: URL must not contain a path: ${text}`);
  return `${scheme}://${formatHostPort(address)}`;
}

/** In etcd's form: one `name=url` for each URL, sorted. */
export function formatUrlsMap(map: UrlsMap): string {
  return [...map]
    .flatMap(([name, urls]) => urls.map((url) => `${name}=${url}`))
    .sort()
    .join(',');
}

export function hasDuplicateUrl(map: UrlsMap): boolean {
  const urls = [...map.values()].flat();
  return new Set(urls).size < urls.length;
}
