// From SRV records to a member list (etcd client/pkg/srv: GetCluster): which record is this member, by name or by
// address, and what the others are called. Pure; asking and asking again is srv-discovery.ts. Two deviations from etcd:
// a target that does not resolve stays a member (etcd drops it, and founds a smaller cluster), and numbers go on from
// one scheme to the other, so that no two members share a name.

import { formatHostPort } from '../../common/config/host-port.ts';
import { plainHost, type SrvRecord } from './name-resolver.ts';
import { normalHost, partsOf } from './url-equality.ts';
import type { UrlsMap } from './urls-map.ts';

export type PeerScheme = 'https' | 'http';

/** `_etcd-server-ssl._tcp.example.com` and its like; a suffix makes `_etcd-server-ssl-<suffix>`. */
export function srvName(
  service: 'etcd-server' | 'etcd-client',
  { scheme, suffix, domain }: { readonly scheme: PeerScheme; readonly suffix: string; readonly domain: string },
): string {
  return `_${service}${scheme === 'https' ? '-ssl' : ''}${suffix === '' ? '' : `-${suffix}`}._tcp.${domain}`;
}

/** One record with the addresses of its target, empty when that does not resolve. */
export interface ResolvedRecord {
  readonly scheme: PeerScheme;
  readonly record: SrvRecord;
  readonly addresses: readonly string[];
}

/** A URL of --initial-advertise-peer-urls with the addresses of its host. */
export interface ResolvedUrl {
  readonly url: string;
  readonly addresses: readonly string[];
}

export interface OwnRecord {
  /** `http://n1.example.com:2380`, from the record. */
  readonly url: string;
  readonly advertised: string;
  /** The same host name, or one that leads to this address. */
  readonly matchedBy: 'name' | { readonly address: string };
}

export interface SrvMembers {
  readonly members: UrlsMap;
  readonly own: readonly OwnRecord[];
  /** Records that were not taken, and why, in sentences. */
  readonly problems: readonly string[];
}

export function srvMembers(
  name: string,
  records: readonly ResolvedRecord[],
  advertised: readonly ResolvedUrl[],
): SrvMembers {
  const members = new Map<string, string[]>();
  const own: OwnRecord[] = [];
  const problems: string[] = [];
  const seen = new Set<string>();
  const ownSchemes = new Set(advertised.map(({ url }) => partsOf(url).scheme));
  let number = 0;
  for (const { scheme, record, addresses } of inSchemeOrder(records, ownSchemes)) {
    const place = formatHostPort({ host: plainHost(record.target), port: record.port });
    // The same target under both schemes is one member, which listens with one of them: ours.
    if (record.target === '.' || seen.has(place)) continue;
    const url = `${scheme}://${place}`;
    const match = matchOwn({ scheme, record, addresses }, advertised);
    if (match === undefined) {
      seen.add(place);
      while (String(number) === name) number++;
      members.set(String(number++), [url]);
    } else if ('problem' in match) {
      problems.push(match.problem);
    } else if (partsOf(match.advertised).scheme !== scheme) {
      problems.push(`bootstrap at ${url} from DNS has scheme mismatch with expected peer ${match.advertised}`);
    } else {
      seen.add(place);
      own.push({ url, ...match });
      members.set(name, [...(members.get(name) ?? []), url].sort());
    }
  }
  return { members, own, problems };
}

/** Records of the schemes that this member uses come first. */
function inSchemeOrder(records: readonly ResolvedRecord[], ownSchemes: ReadonlySet<string>): ResolvedRecord[] {
  const rank = ({ scheme }: ResolvedRecord): number => (ownSchemes.has(scheme) ? 0 : 1);
  return [...records].sort((a, b) => rank(a) - rank(b));
}

type Match = Pick<OwnRecord, 'advertised' | 'matchedBy'> | { readonly problem: string };

function matchOwn({ record, addresses }: ResolvedRecord, advertised: readonly ResolvedUrl[]): Match | undefined {
  const candidates = advertised.filter(({ url }) => partsOf(url).port === record.port);
  const named = candidates.find(({ url }) => normalHost(partsOf(url).host) === normalHost(plainHost(record.target)));
  if (named !== undefined) return { advertised: named.url, matchedBy: 'name' };
  const targets = addresses.map(normalHost);
  for (const { url, addresses: ownAddresses } of candidates) {
    const address = ownAddresses.map(normalHost).find((own) => targets.includes(own));
    if (address === undefined) continue;
    const family = address.includes(':');
    const others = targets.filter((target) => target.includes(':') === family && target !== address);
    if (others.length === 0) return { advertised: url, matchedBy: { address } };
    // A name for several machines: every one of them would take it for its own, and be a cluster of one.
    return {
      problem:
        `the SRV target ${plainHost(record.target)} leads to ${address}, which is this member (${url}), ` +
        `but to ${others.join(', ')} as well: give each member a name of its own`,
    };
  }
  return undefined;
}
