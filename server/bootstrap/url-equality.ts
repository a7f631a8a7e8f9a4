// Whether two lists of peer URLs lead to the same places: the same text, or the same addresses once host names are
// resolved (etcd pkg/netutil: URLStringsEqual). A host has all its addresses here, not just the first that came.

import { isIP } from 'node:net';
import { formatHostPort, parseHostPort } from '../../common/config/host-port.ts';
import { type BootstrapEnvironment, messageOf, pause } from './environment.ts';
import { plainHost } from './name-resolver.ts';

type Environment = Pick<BootstrapEnvironment, 'clock' | 'log' | 'names' | 'signal'>;

/** etcd's, for all lookups of one comparison together. */
export const resolveMsMax = 30_000;
const retryMs = 1_000;

/** `reason` is in etcd's words. */
export type UrlComparison = { readonly equal: true } | { readonly equal: false; readonly reason: string };

const equal: UrlComparison = { equal: true };

/** `deadlineMs`, on the monotonic clock: until then names that do not resolve are asked for again. */
export async function compareUrls(
  a: readonly string[],
  b: readonly string[],
  environment: Environment,
  deadlineMs: number = environment.clock.monotonicMs() + resolveMsMax,
): Promise<UrlComparison> {
  if (a.length !== b.length) return { equal: false, reason: `len(${goList(a)}) != len(${goList(b)})` };
  const [plainA, plainB] = [a.map(normalUrl).sort(), b.map(normalUrl).sort()];
  if (plainA.every((url, i) => url === plainB[i])) return equal;
  try {
    const placesA = await resolveAll(a, environment, deadlineMs);
    const placesB = await resolveAll(b, environment, deadlineMs);
    return match(placesA, placesB);
  } catch (error) {
    return { equal: false, reason: messageOf(error) };
  }
}

/** Where one URL leads. */
interface Places {
  readonly url: string;
  /** `http://10.0.0.1:2380`, one for each address. */
  readonly resolved: readonly string[];
}

function match(a: readonly Places[], b: readonly Places[]): UrlComparison {
  const rest = [...b];
  for (const places of a) {
    const found = rest.findIndex(({ resolved }) => resolved.some((place) => places.resolved.includes(place)));
    if (found < 0) {
      const other = rest[0]!;
      return { equal: false, reason: `resolved urls: "${places.resolved[0]}" != "${other.resolved[0]}"` };
    }
    rest.splice(found, 1);
  }
  return equal;
}

async function resolveAll(
  urls: readonly string[],
  environment: Environment,
  deadlineMs: number,
): Promise<readonly Places[]> {
  const all: Places[] = [];
  for (const url of urls) all.push({ url, resolved: await resolveUrl(url, environment, deadlineMs) });
  return all;
}

async function resolveUrl(url: string, environment: Environment, deadlineMs: number): Promise<readonly string[]> {
  const { clock, log, names } = environment;
  const { scheme, host, port } = partsOf(url);
  // As in etcd, `localhost` is not resolved: it is the same place as itself only.
  if (host === 'localhost' || isIP(host) !== 0) return [normalUrl(url)];
  for (;;) {
    let problem: string;
    try {
      const addresses = await names.addresses(host);
      if (addresses.length > 0) {
        log.info('resolved a peer URL', { url, addresses: addresses.join(',') });
        return addresses.map((address) => `${scheme}://${formatHostPort({ host: normalHost(address), port })}`);
      }
      problem = `lookup ${host}: no such host`;
    } catch (error) {
      problem = messageOf(error);
    }
    log.warn('failed to resolve a peer URL', { url, error: problem, retryMs });
    if (clock.monotonicMs() + retryMs > deadlineMs) throw new Error(`failed to resolve "${url}" (${problem})`);
    await pause(environment, retryMs);
  }
}

/** One spelling for each address: IPv6 in its shortest form, host names in lower case. */
export function normalUrl(url: string): string {
  const { scheme, host, port } = partsOf(url);
  return `${scheme}://${formatHostPort({ host: normalHost(host), port })}`;
}

export function normalHost(host: string): string {
  return isIP(host) === 6 && !host.includes('%') ? new URL(`http://[${host}]`).hostname.slice(1, -1) : plainHost(host);
}

export function partsOf(url: string): { readonly scheme: string; readonly host: string; readonly port: number } {
  const colon = url.indexOf('://');
  const { host, port } = parseHostPort(url.slice(colon + 3)) ?? { host: url.slice(colon + 3), port: 0 };
  return { scheme: url.slice(0, colon), host, port };
}

function goList(urls: readonly string[]): string {
  return `[${urls.map((url) => JSON.stringify(url)).join(' ')}]`;
}
