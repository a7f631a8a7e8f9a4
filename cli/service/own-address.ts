// Adapter: what this machine calls itself, the defaults for --node and --address.

import { hostname, networkInterfaces } from 'node:os';
import { dnsLabel } from '../../common/registry/dns-label.ts';

/** The first label of the host name, as a DNS label. */
export function ownNodeName(): string {
  return dnsLabel(hostname().split('.')[0] ?? '');
}

/** The first IPv4 address that is neither loopback nor link-local, else 127.0.0.1. */
export function ownAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const outward = addresses.find(
    ({ address, family, internal }) => family === 'IPv4' && !internal && !address.startsWith('169.254.'),
  );
  return outward?.address ?? '127.0.0.1';
}
