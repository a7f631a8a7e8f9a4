// --discovery-srv: asks DNS for the members until one of the records is this member, with back-off, and tells in the log
// what every lookup brought. That one of the two SRV names is absent is the normal case, not an error.

import { createBackoff } from '../../common/client/backoff.ts';
import { StartError } from '../../common/runtime/role.ts';
import { type BootstrapEnvironment, messageOf, pause } from './environment.ts';
import { plainHost, type SrvRecord } from './name-resolver.ts';
import {
  type OwnRecord,
  type PeerScheme,
  type ResolvedRecord,
  type SrvMembers,
  srvMembers,
  srvName,
} from './srv-members.ts';
import { partsOf } from './url-equality.ts';
import { formatUrlsMap, type UrlsMap } from './urls-map.ts';
import type { LocalMember } from './verify-flags.ts';

export interface SrvSource {
  readonly domain: string;
  /** --discovery-srv-name; empty for none. */
  readonly serviceName: string;
  /** How long to go on asking; default two minutes. */
  readonly searchMs?: number;
}

const searchMsDefault = 120_000;
const retryMinMs = 500;
const retryMaxMs = 10_000;
/** More records than this are no cluster. */
const recordsMax = 100;

/** Rejects with a StartError that sums the last attempt up when the time is over. */
export async function discoverBySrv(
  source: SrvSource,
  local: LocalMember,
  environment: BootstrapEnvironment,
): Promise<UrlsMap> {
  const { clock, log, random } = environment;
  const deadlineMs = clock.monotonicMs() + (source.searchMs ?? searchMsDefault);
  const backoff = createBackoff({ minMs: retryMinMs, maxMs: retryMaxMs, random });
  for (;;) {
    const attempt = new Attempt(source, local, environment);
    const found = await attempt.run();
    if (found !== undefined) return found;
    const waitMs = backoff.nextMs();
    if (clock.monotonicMs() + waitMs > deadlineMs) throw new StartError(attempt.summary());
    log.warn('the members are not to be found by DNS yet; asking again', {
      attempt: backoff.failures,
      waitMs: Math.round(waitMs),
      because: attempt.problem,
    });
    await pause(environment, waitMs);
  }
}

/** One round of questions. */
class Attempt {
  readonly #source: SrvSource;
  readonly #local: LocalMember;
  readonly #environment: BootstrapEnvironment;
  readonly #lookups: string[] = [];
  problem = '';

  constructor(source: SrvSource, local: LocalMember, environment: BootstrapEnvironment) {
    this.#source = source;
    this.#local = local;
    this.#environment = environment;
  }

  /** Undefined when it is to be tried again. */
  async run(): Promise<UrlsMap | undefined> {
    const records = [...(await this.#records('https')), ...(await this.#records('http'))];
    const found = srvMembers(this.#local.name, records, await this.#advertised());
    for (const problem of found.problems) this.#environment.log.warn(problem);
    this.problem = this.#missing(records, found);
    if (this.problem !== '') return undefined;
    this.#tell(found);
    return found.members;
  }

  summary(): string {
    const resolver = this.#environment.names.source;
    return `${this.problem} (asked ${resolver}: ${this.#lookups.join('; ')})`;
  }

  #missing(records: readonly ResolvedRecord[], { own, problems }: SrvMembers): string {
    const reasons = problems.length > 0 ? `: ${problems.join('; ')}` : '';
    if (records.length === 0) {
      const names = (['https', 'http'] as const).map((scheme) => this.#name(scheme)).join(' and ');
      return `error querying DNS SRV records for ${names}: no usable answer`;
    }
    // A member with two URLs needs both records, or it would be another member than the others take it for.
    const missing = this.#local.advertisePeerUrls.filter((url) => !own.some(({ advertised }) => advertised === url));
    if (missing.length === 0) return '';
    return (
      `cannot find local etcd member "${this.#local.name}" in SRV records: ` +
      `no record leads to ${missing.join(', ')} of --initial-advertise-peer-urls${reasons}`
    );
  }

  #tell({ members, own }: SrvMembers): void {
    const { log } = this.#environment;
    for (const { url, advertised, matchedBy } of own)
      log.info('an SRV record is this member', why(url, advertised, matchedBy));
    log.info('found the members by DNS', { domain: this.#source.domain, members: formatUrlsMap(members) });
  }

  #name(scheme: PeerScheme): string {
    return srvName('etcd-server', { scheme, suffix: this.#source.serviceName, domain: this.#source.domain });
  }

  async #records(scheme: PeerScheme): Promise<readonly ResolvedRecord[]> {
    const { log, names } = this.#environment;
    const name = this.#name(scheme);
    let records: readonly SrvRecord[];
    try {
      records = await names.srv(name);
    } catch (error) {
      log.warn('an SRV lookup failed', { name, resolver: names.source, error: messageOf(error) });
      this.#lookups.push(`${name}: ${messageOf(error)}`);
      return [];
    }
    log.info('SRV lookup', { name, resolver: names.source, records: records.length });
    this.#lookups.push(`${name}: ${records.length === 0 ? 'no records' : records.map(formatRecord).join(', ')}`);
    return Promise.all(
      records
        .slice(0, recordsMax)
        .map(async (record) => ({ scheme, record, addresses: await this.#addresses(plainHost(record.target)) })),
    );
  }

  #advertised(): Promise<{ url: string; addresses: readonly string[] }[]> {
    return Promise.all(
      this.#local.advertisePeerUrls.map(async (url) => ({ url, addresses: await this.#addresses(partsOf(url).host) })),
    );
  }

  /** Empty when it does not resolve: it may still match by name, or be another member that comes up later. */
  async #addresses(host: string): Promise<readonly string[]> {
    const { log, names } = this.#environment;
    try {
      const addresses = await names.addresses(host);
      if (addresses.length === 0) log.warn('a host does not resolve', { host, resolver: names.source });
      return addresses;
    } catch (error) {
      log.warn('a host does not resolve', { host, resolver: names.source, error: messageOf(error) });
      return [];
    }
  }
}

function why(record: string, advertised: string, matchedBy: OwnRecord['matchedBy']): Record<string, string> {
  return matchedBy === 'name'
    ? { record, advertised, because: 'the host name and port are the same' }
    : { record, advertised, because: `both lead to ${matchedBy.address}` };
}

function formatRecord({ target, port }: SrvRecord): string {
  return `${plainHost(target)}:${port}`;
}
