// The settings of `rollcall dns`, and what they mean once they are more than text: addresses, names, whole seconds, key
// layouts, bootstrap members. What makes no sense is a UsageError that names the flag.

import { clientOptions } from '../common/config/client-options.ts';
import { type HostPort, parseHostPort } from '../common/config/host-port.ts';
import { defineOptions, type OptionValues } from '../common/config/option.ts';
import { formatDuration } from '../common/config/units.ts';
import { labelProblem, quoted } from '../common/registry/dns-label.ts';
import { grpcNamingLayout, skydnsLayout } from '../common/registry/foreign-layouts.ts';
import { type KeyLayout, rollcallLayout } from '../common/registry/key-layout.ts';
import { UsageError } from '../common/runtime/role.ts';
import { type BootstrapMember, parseMemberUrl } from './bootstrap.ts';
import { nameFromText } from './name.ts';
import { addressOctets } from './record.ts';
import { createZone, domainOctetsMax, type Zone } from './zone.ts';

const dns = 'DNS';
const registry = 'Registry';
const bootstrap = 'Bootstrap';
const limits = 'Limits';

/** 24 days: timers hold 31 bits of milliseconds. */
const staleForMsMax = 24 * 86_400_000;

export const options = defineOptions({
  listen: {
    kind: 'list',
    default: '127.0.0.1:8600',
    placeholder: 'ADDR:PORT,…',
    section: dns,
    help: 'addresses to answer on, UDP and TCP',
  },
  domain: {
    kind: 'string',
    default: 'rollcall.internal',
    placeholder: 'DOMAIN',
    section: dns,
    help: 'domain under which services are found',
  },
  ttl: {
    kind: 'duration',
    default: '5s',
    section: dns,
    minMs: 0,
    maxMs: 86_400_000,
    help: 'TTL of answers, whole seconds',
  },
  'negative-ttl': {
    kind: 'duration',
    default: '1s',
    section: dns,
    minMs: 0,
    maxMs: 86_400_000,
    help: 'how long the absence of a name or type may be remembered, whole seconds',
  },
  advertise: {
    kind: 'list',
    default: '',
    placeholder: 'ADDR,…',
    section: dns,
    help: 'addresses of ns.DOMAIN; default: those listened on, if they are definite',
  },
  ...clientOptions,
  prefix: {
    kind: 'string',
    default: '/rollcall/',
    placeholder: 'KEY',
    section: registry,
    help: 'where the registry is kept in the store',
  },
  'skydns-prefix': {
    kind: 'string',
    default: '',
    placeholder: 'KEY',
    section: registry,
    help: 'also read services that SkyDNS, CoreDNS or external-dns keep under this prefix, for instance /skydns/local/',
  },
  'grpc-prefix': {
    kind: 'string',
    default: '',
    placeholder: 'KEY',
    section: registry,
    help: 'also read services that gRPC naming (etcd clientv3/naming) keeps under this prefix',
  },
  'stale-for': {
    kind: 'duration',
    default: '24h',
    section: registry,
    minMs: 0,
    maxMs: staleForMsMax,
    help: 'how long to answer from the last known state while the cluster is away',
  },
  bootstrap: {
    kind: 'list',
    default: '',
    placeholder: 'NAME=PEERURL,…',
    section: bootstrap,
    help: 'members to answer for _etcd-server._tcp.DOMAIN until the cluster itself tells',
  },
  'bootstrap-clients': {
    kind: 'list',
    default: '',
    placeholder: 'URL,…',
    section: bootstrap,
    help: 'client URLs to answer for _etcd-client._tcp.DOMAIN until the cluster itself tells',
  },
  'udp-size': {
    kind: 'integer',
    default: 1232,
    placeholder: 'BYTES',
    section: limits,
    min: 512,
    max: 4096,
    help: 'longest answer over UDP, however much the asker could take',
  },
  'tcp-connections': {
    kind: 'integer',
    default: 1024,
    placeholder: 'N',
    section: limits,
    min: 1,
    max: 65_535,
    help: 'TCP connections at a time; one more closes the one silent longest',
  },
  'tcp-idle': {
    kind: 'duration',
    default: '10s',
    section: limits,
    minMs: 100,
    maxMs: 600_000,
    help: 'how long a TCP connection may be silent',
  },
});

export type DnsValues = OptionValues<typeof options>;

/** The settings as the parts of the role want them. */
export interface DnsSettings {
  readonly listen: readonly HostPort[];
  readonly zone: Zone;
  readonly layouts: readonly KeyLayout[];
  readonly bootstrap: readonly BootstrapMember[];
}

const addressesMax = 16;

export function readSettings(values: DnsValues): DnsSettings {
  const listen = values.listen.map(listenAddress);
  if (listen.length === 0) throw new UsageError('--listen is empty; expected ADDR:PORT');
  if (listen.length > addressesMax)
    throw new UsageError(`--listen has ${listen.length} addresses, more than ${addressesMax}`);
  return {
    listen,
    zone: createZone({
      domain: domainOf(values.domain),
      ttlSeconds: wholeSeconds('ttl', values.ttl),
      negativeTtlSeconds: wholeSeconds('negative-ttl', values.negativeTtl),
      nameServerAddresses: nameServerAddresses(values.advertise, listen),
    }),
    layouts: layoutsOf(values),
    bootstrap: [...bootstrapPeers(values.bootstrap), ...bootstrapClients(values.bootstrapClients)],
  };
}

function listenAddress(text: string): HostPort {
  const address = parseHostPort(text);
  if (address === undefined) throw new UsageError(`--listen: ${quoted(text)} is not ADDR:PORT, [V6]:PORT or :PORT`);
  const host = address.host === 'localhost' ? '127.0.0.1' : address.host;
  if (host !== '' && addressOctets(host) === undefined) {
    throw new UsageError(`--listen: ${quoted(address.host)} is not an IP address`);
  }
  return { host, port: address.port };
}

function domainOf(text: string): string {
  const domain = (text.endsWith('.') ? text.slice(0, -1) : text).toLowerCase();
  const problem = domain
    .split('.')
    .map((label) => labelProblem('label', label))
    .find((found) => found !== undefined);
  if (problem !== undefined) throw new UsageError(`--domain ${quoted(text)}: ${problem}`);
  if (nameFromText(domain).length > domainOctetsMax) {
    throw new UsageError(
      `--domain ${quoted(text)} is longer than ${domainOctetsMax} octets, which names below it need`,
    );
  }
  return domain;
}

function wholeSeconds(flag: string, ms: number): number {
  if (ms % 1000 === 0) return ms / 1000;
  throw new UsageError(`--${flag} ${formatDuration(ms)} is not a whole number of seconds, and the DNS knows no other`);
}

function nameServerAddresses(advertise: readonly string[], listen: readonly HostPort[]): readonly string[] {
  const wrong = advertise.find((text) => addressOctets(text) === undefined);
  if (wrong !== undefined) throw new UsageError(`--advertise: ${quoted(wrong)} is not an IP address`);
  if (advertise.length > 0) return advertise;
  const definite = listen.map(({ host }) => host).filter((host) => host !== '' && host !== '0.0.0.0' && host !== '::');
  return [...new Set(definite)];
}

function layoutsOf(values: DnsValues): KeyLayout[] {
  const wanted = [
    { flag: 'prefix', prefix: values.prefix, create: rollcallLayout },
    { flag: 'skydns-prefix', prefix: values.skydnsPrefix, create: skydnsLayout },
    { flag: 'grpc-prefix', prefix: values.grpcPrefix, create: grpcNamingLayout },
  ];
  if (values.prefix === '') throw new UsageError('--prefix is empty; expected a key prefix such as /rollcall/');
  const used = wanted
    .filter(({ prefix }) => prefix !== '')
    .map((row) => ({ ...row, prefix: row.prefix.endsWith('/') ? row.prefix : `${row.prefix}/` }));
  for (const [index, { flag, prefix }] of used.entries()) {
    const other = used.slice(index + 1).find((row) => row.prefix.startsWith(prefix) || prefix.startsWith(row.prefix));
    if (other === undefined) continue;
    throw new UsageError(`--${flag} ${quoted(prefix)} and --${other.flag} ${quoted(other.prefix)} overlap`);
  }
  return used.map(({ prefix, create }) => create(prefix));
}

/** `n1=http://10.0.0.1:2380,n2=…`; a name may come several times, once a URL, as in etcd's --initial-cluster. */
function bootstrapPeers(pairs: readonly string[]): BootstrapMember[] {
  return pairs.map((pair) => {
    const equals = pair.indexOf('=');
    const url = pair.slice(equals + 1);
    if (equals < 1 || parseMemberUrl(url) === undefined) {
      throw new UsageError(`--bootstrap: ${quoted(pair)} is not NAME=http://HOST:PORT or NAME=https://HOST:PORT`);
    }
    return { name: pair.slice(0, equals), peerUrls: [url], clientUrls: [] };
  });
}

function bootstrapClients(urls: readonly string[]): BootstrapMember[] {
  return urls.map((url) => {
    if (parseMemberUrl(url) !== undefined) return { name: '', peerUrls: [], clientUrls: [url] };
    throw new UsageError(`--bootstrap-clients: ${quoted(url)} is not http://HOST:PORT or https://HOST:PORT`);
  });
}
