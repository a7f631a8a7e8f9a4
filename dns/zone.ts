// What is fixed about the zone while we run: its domain, its TTLs, its own name server; and the records at its apex.
// The names below the apex that never change are here as well, so that resolver and tests spell them once.

import { type Name, nameFromText, nameOf } from './name.ts';
import { RecordType } from './protocol.ts';
import type { ResourceRecord } from './record.ts';

export interface ZoneOptions {
  /** `rollcall.internal`. */
  readonly domain: string;
  readonly ttlSeconds: number;
  readonly negativeTtlSeconds: number;
  /** Addresses under which this responder can be reached, for `ns.<domain>`; may be empty. */
  readonly nameServerAddresses: readonly string[];
}

export interface Zone extends ZoneOptions {
  readonly apex: Name;
  /** `service.<domain>` */
  readonly services: Name;
  /** `instance.<domain>` */
  readonly instances: Name;
  readonly nameServer: Name;
  readonly mailbox: Name;
}

/**
 * Octets of the domain that leave room for the longest name below it:
 * `_tag._sub._service._tcp.service`, 64 + 5 + 64 + 5 + 8 of 254.
 */
export const domainOctetsMax = 100;

// Nobody transfers this zone; the three say what a secondary would be told (RFC 1912 section 2.2).
const refreshSeconds = 3600;
const retrySeconds = 600;
const expireSeconds = 86_400;

export function createZone(options: ZoneOptions): Zone {
  const apex = nameFromText(options.domain);
  return {
    ...options,
    apex,
    services: nameOf('service') + apex,
    instances: nameOf('instance') + apex,
    nameServer: nameOf('ns') + apex,
    mailbox: nameOf('hostmaster') + apex,
  };
}

/** The SOA record; its serial follows the store's revision (RFC 1982 arithmetic makes the wrap harmless). */
export function soaRecord(zone: Zone, revision: number, ttl: number): ResourceRecord {
  return {
    name: zone.apex,
    type: RecordType.SOA,
    ttl,
    data: {
      kind: 'soa',
      primary: zone.nameServer,
      mailbox: zone.mailbox,
      serial: revision % 2 ** 32,
      refresh: refreshSeconds,
      retry: retrySeconds,
      expire: expireSeconds,
      minimum: zone.negativeTtlSeconds,
    },
  };
}

/** The SOA that goes into AUTHORITY: its TTL is the negative one, min(SOA TTL, MINIMUM) of RFC 2308 section 5. */
export function negativeSoa(zone: Zone, revision: number): ResourceRecord {
  return soaRecord(zone, revision, Math.min(zone.ttlSeconds, zone.negativeTtlSeconds));
}
