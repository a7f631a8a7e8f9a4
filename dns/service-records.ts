// Records made from instances: addresses, SRV with its glue, DNS-SD pointers and texts. Takes instances that may be
// handed out; which ones those are, and under which owner name, is decided in owners.ts.

import { dnsLabel, serviceOctetsMax } from '../common/registry/dns-label.ts';
import type { Instance } from '../common/registry/instance.ts';
import { transportOf } from '../common/registry/service-entry.ts';
import { type Name, nameFromText, nameOf } from './name.ts';
import { RecordType } from './protocol.ts';
import { txtRecord } from './rare-records.ts';
import { type AnswerRecord, addressOctets, type ResourceRecord } from './record.ts';
import type { Zone } from './zone.ts';

const octetsOf: Readonly<Record<number, number>> = { [RecordType.A]: 4, [RecordType.AAAA]: 16 };

/** A or AAAA records of `owner`, each address once (RFC 2181 section 5). Host names have none: see `aliasOf`. */
export function addressRecords(zone: Zone, owner: Name, type: number, instances: readonly Instance[]): AnswerRecord[] {
  const ttl = ttlOf(zone, instances);
  const seen = new Set<string>();
  const records: AnswerRecord[] = [];
  for (const { address } of instances) {
    if (seen.has(address)) continue;
    seen.add(address);
    const record = addressRecord(owner, address, ttl);
    if (record?.type === type) records.push({ record, glue: [] });
  }
  return records;
}

/** An A or AAAA record, or undefined when `address` is a host name. */
export function addressRecord(name: Name, address: string, ttl: number): ResourceRecord | undefined {
  const octets = addressOctets(address);
  if (octets === undefined) return undefined;
  const type = octets.length === octetsOf[RecordType.A] ? RecordType.A : RecordType.AAAA;
  return { name, type, ttl, data: { kind: 'octets', octets } };
}

/** SRV records of `owner` (RFC 2782), with the address of each target as glue. */
export function srvRecords(zone: Zone, owner: Name, instances: readonly Instance[]): AnswerRecord[] {
  const ttl = ttlOf(zone, instances);
  const seen = new Set<string>();
  const records: AnswerRecord[] = [];
  for (const instance of instances) {
    const { priority, weight, port } = instance;
    const target = aliasOf(instance) ?? instanceName(zone, instance);
    const identity = `${priority} ${weight} ${port} ${target}`;
    if (seen.has(identity)) continue;
    seen.add(identity);
    const glue = addressRecord(target, instance.address, ttl);
    records.push({
      record: { name: owner, type: RecordType.SRV, ttl, data: { kind: 'srv', priority, weight, port, target } },
      glue: glue === undefined ? [] : [glue],
    });
  }
  return records;
}

/** TXT records: the meta pairs as `key=value` (RFC 6763 section 6). */
export function textRecords(zone: Zone, owner: Name, instances: readonly Instance[]): AnswerRecord[] {
  const ttl = ttlOf(zone, instances);
  return instances.map(({ meta }) => ({ record: txtRecord(owner, ttl, metaStrings(meta)), glue: [] }));
}

export function metaStrings(meta: Readonly<Record<string, string>>): string[] {
  return Object.entries(meta).map(([key, value]) => `${key}=${value}`);
}

/** DNS-SD browsing: `_web._tcp.service.D PTR web-1._web._tcp.service.D`, with SRV, TXT and address along (12.1). */
export function browseRecords(zone: Zone, owner: Name, instances: readonly Instance[]): AnswerRecord[] {
  const ttl = ttlOf(zone, instances);
  return instances.map((instance) => {
    const target = nameOf(dnsLabel(instance.id)) + transportName(zone, instance.service, transportOf(instance));
    const [srv] = srvRecords(zone, target, [instance]);
    const glue = [srv!.record, txtRecord(target, ttl, metaStrings(instance.meta)), ...srv!.glue];
    return { record: pointerRecord(owner, ttl, target), glue };
  });
}

export function pointerRecord(name: Name, ttl: number, target: Name): ResourceRecord {
  return { name, type: RecordType.PTR, ttl, data: { kind: 'name', target } };
}

/** `web-1.web.instance.D` */
export function instanceName(zone: Zone, { service, id }: Instance): Name {
  return nameOf(dnsLabel(id), dnsLabel(service, serviceOctetsMax)) + zone.instances;
}

/** `_web._tcp.service.D` */
export function transportName(zone: Zone, service: string, transport: string): Name {
  return nameOf(`_${dnsLabel(service, serviceOctetsMax)}`, `_${transport}`) + zone.services;
}

/** The host name that an instance has for an address, if it has. */
export function aliasOf({ address }: Instance): Name | undefined {
  return addressOctets(address) === undefined ? nameFromText(address) : undefined;
}

/** One TTL for a whole set (RFC 2181 section 5.2). */
function ttlOf(zone: Zone, instances: readonly Instance[]): number {
  let ttl = zone.ttlSeconds;
  for (const { ttlSeconds } of instances) if (ttlSeconds !== undefined && ttlSeconds < ttl) ttl = ttlSeconds;
  return ttl;
}
