// Client URLs of a cluster by DNS: `_etcd-client-ssl._tcp` and `_etcd-client._tcp` (etcd client/pkg/srv: GetClient).

import { formatHostPort } from '../../common/config/host-port.ts';
import { StartError } from '../../common/runtime/role.ts';
import { messageOf } from './environment.ts';
import { type NameResolver, plainHost, type SrvRecord } from './name-resolver.ts';
import { type PeerScheme, srvName } from './srv-members.ts';

export interface ClientSource {
  readonly domain: string;
  /** --discovery-srv-name; empty for none. */
  readonly serviceName: string;
}

/** https first, each by priority (RFC 2782). Rejects with a StartError when neither name has records. */
export async function discoverClientUrls(source: ClientSource, names: NameResolver): Promise<readonly string[]> {
  const urls: string[] = [];
  const problems: string[] = [];
  for (const scheme of ['https', 'http'] as const satisfies readonly PeerScheme[]) {
    const name = srvName('etcd-client', { scheme, suffix: source.serviceName, domain: source.domain });
    try {
      const records = usable(await names.srv(name));
      if (records.length === 0) problems.push(`lookup ${name}: no such host`);
      for (const { target, port } of records) {
        urls.push(`${scheme}://${formatHostPort({ host: plainHost(target), port })}`);
      }
    } catch (error) {
      problems.push(`lookup ${name}: ${messageOf(error)}`);
    }
  }
  if (urls.length === 0) throw new StartError(`dns lookup errors: ${problems.join(' and ')} (asked ${names.source})`);
  return urls;
}

/** A target of "." says that the service is decidedly not available (RFC 2782). */
function usable(records: readonly SrvRecord[]): readonly SrvRecord[] {
  return records
    .filter(({ target }) => target !== '.' && target !== '')
    .sort((a, b) => a.priority - b.priority || b.weight - a.weight);
}
