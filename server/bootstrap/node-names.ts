// Names from the system's resolver, or from one DNS server that --discovery-srv-resolver names (our own responder, say,
// before the cluster that it will serve exists). Hosts that such a server does not know are looked up by the system, so
// that /etc/hosts and names outside its zone go on working.

import { lookup, NODATA, NOTFOUND, promises } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { formatHostPort, parseHostPort } from '../../common/config/host-port.ts';
import { UsageError } from '../../common/runtime/role.ts';
import type { NameResolver, SrvRecord } from './name-resolver.ts';

/** One question waits so long, so often; loops above ask again. */
const answerMs = 2_000;
const triesMax = 2;

type Resolver = promises.Resolver;

export function systemNames(): NameResolver {
  const resolver = new promises.Resolver({ timeout: answerMs, tries: triesMax });
  return {
    source: "the system's resolver",
    addresses: (host) => systemAddresses(host),
    srv: (name) => srvRecords(resolver, name),
  };
}

/** `address`: HOST:PORT of a DNS server. Throws UsageError when it is none or does not resolve. */
export async function serverNames(address: string): Promise<NameResolver> {
  const hostPort = parseHostPort(address);
  if (hostPort === undefined || hostPort.host === '' || hostPort.port === 0) {
    throw new UsageError(`--discovery-srv-resolver: "${address}" is not valid: expected HOST:PORT of a DNS server`);
  }
  const [ip] = await systemAddresses(hostPort.host);
  if (ip === undefined) throw new UsageError(`--discovery-srv-resolver: the host "${hostPort.host}" does not resolve`);
  const resolver = new promises.Resolver({ timeout: answerMs, tries: triesMax });
  resolver.setServers([formatHostPort({ host: ip, port: hostPort.port })]);
  return {
    source: address,
    addresses: async (host) => {
      if (isLocal(host)) return systemAddresses(host);
      const known = await hostAddresses(resolver, host);
      return known.length > 0 ? known : systemAddresses(host);
    },
    srv: (name) => srvRecords(resolver, name),
  };
}

/** For `net.connect` and what builds on it: peers are dialled by the names that bootstrap found them under. */
export function socketLookup(names: NameResolver): LookupFunction {
  return (host, options, callback) => {
    names.addresses(host).then(
      (addresses) => {
        const fitting = addresses
          .map((address) => ({ address, family: isIP(address) }))
          .filter(({ family }) => options.family === undefined || options.family === 0 || family === familyOf(options));
        const first = fitting[0];
        if (first === undefined) callback(notFound(host), '', 0);
        else if (options.all) callback(null, fitting);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    );
  };
}

function familyOf({ family }: { readonly family?: number | 'IPv4' | 'IPv6' | undefined }): number {
  return family === 'IPv4' ? 4 : family === 'IPv6' ? 6 : (family ?? 0);
}

function notFound(host: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`lookup ${host}: no such host`), { code: NOTFOUND });
}

/** What the system answers without DNS. */
function isLocal(host: string): boolean {
  return isIP(host) !== 0 || host === 'localhost';
}

function systemAddresses(host: string): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    lookup(host, { all: true }, (error, addresses) => {
      if (error === null) resolve(addresses.map(({ address }) => address));
      else if (isAbsence(error)) resolve([]);
      else reject(error);
    });
  });
}

/** One family alone is an answer; trouble counts only when neither has one. */
async function hostAddresses(resolver: Resolver, host: string): Promise<readonly string[]> {
  const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (addresses.length > 0) return addresses;
  const trouble = answers.find((answer) => answer.status === 'rejected' && !isAbsence(answer.reason));
  if (trouble?.status === 'rejected') throw trouble.reason;
  return [];
}

async function srvRecords(resolver: Resolver, name: string): Promise<readonly SrvRecord[]> {
  try {
    const records = await resolver.resolveSrv(name);
    return records.map((record) => ({
      target: record.name,
      port: record.port,
      priority: record.priority,
      weight: record.weight,
    }));
  } catch (error) {
    if (isAbsence(error)) return [];
    throw error;
  }
}

function isAbsence(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === NOTFOUND || code === NODATA;
}
