// The names of the zone: which exist, and what records each owns. A name exists if it owns records, would own them if
// its instances were passing, or has names below it (RFC 8020); what is no owner here is NXDOMAIN.
//
//   web.service             A AAAA SRV          v2.web.service          the same for one tag
//   _web._tcp.service       SRV PTR (DNS-SD)    _web._v2.service        SRV for one tag
//   web-1._web._tcp.service SRV TXT             _v2._sub._web._tcp.service  PTR (RFC 6763 section 7.1)
//   web-1.web.instance      A AAAA SRV TXT, or CNAME for a host name
//   host-a.node             A AAAA TXT, or CNAME
//   _services._dns-sd._udp[.service] PTR to every _web._tcp.service; b, db, lb._dns-sd._udp PTR to service
//   _etcd-server._tcp and its siblings SRV      n1.peer, n1.client      A AAAA
//   ns                      A AAAA              (the domain itself)     SOA NS

import type { Catalog } from '../common/registry/catalog.ts';
import { emptySelection, type Selection, type ServiceEntry, type Versioned } from '../common/registry/service-entry.ts';
import type { BootstrapNames, BootstrapRow, BootstrapSide } from './bootstrap.ts';
import { isWithin, labelsOf, type Name, nameFromText, nameOf } from './name.ts';
import { RecordType } from './protocol.ts';
import { txtRecord } from './rare-records.ts';
import type { AnswerRecord, ResourceRecord } from './record.ts';
import {
  addressRecord,
  addressRecords,
  aliasOf,
  browseRecords,
  metaStrings,
  pointerRecord,
  srvRecords,
  textRecords,
  transportName,
} from './service-records.ts';
import { soaRecord, type Zone } from './zone.ts';

/** What the owners are made from. */
export interface Sources {
  readonly zone: Zone;
  readonly catalog: Catalog;
  readonly bootstrap: BootstrapNames;
}

export interface Owner {
  /** Every record of that type; empty is NODATA. Not called for an alias. */
  records(type: number): readonly AnswerRecord[];
  /** The whole name is a CNAME to this (RFC 1034 section 3.6.2: then it owns nothing else). */
  readonly alias?: Name;
  /** The records stay the same as long as this has its version. */
  readonly dependsOn: Versioned;
}

const transports = new Set(['_tcp', '_udp', '_sctp', '_dccp']);
const browseLabels = new Set(['b', 'db', 'lb']);
const subtypeLabel = '_sub';

/** The owner of `name`, whose labels above the domain are `labels`, leftmost first. */
export function findOwner(sources: Sources, name: Name, labels: readonly string[]): Owner | undefined {
  const below = labels.slice(0, -1);
  switch (labels.at(-1)) {
    case undefined:
      return apexOwner(sources, name);
    case 'service':
      return serviceOwner(sources, name, below);
    case 'instance':
      return instanceOwner(sources, name, below);
    case 'node':
      return nodeOwner(sources, name, below);
    case '_tcp':
      return bootstrapOwner(sources, name, below);
    case 'peer':
    case 'client':
      return memberOwner(sources, name, below, labels.at(-1) as BootstrapSide);
    case '_udp':
      return browseOwner(sources, name, below);
    case 'ns':
      return below.length === 0 ? nameServerOwner(sources, name) : undefined;
    default:
      return undefined;
  }
}

/** Whether what stands under this name comes from the member list or flags rather than from the registry. */
export function isBootstrapName(labels: readonly string[]): boolean {
  const last = labels.at(-1);
  return last === '_tcp' || last === 'peer' || last === 'client';
}

function owner(dependsOn: Versioned, records: (type: number) => readonly AnswerRecord[]): Owner {
  return { dependsOn, records };
}

/** A name that is there only because others are below it. */
function emptyOwner(dependsOn: Versioned): Owner {
  return owner(dependsOn, () => []);
}

function bare(records: readonly (ResourceRecord | undefined)[], type: number): AnswerRecord[] {
  return records.flatMap((record) => (record?.type === type ? [{ record, glue: [] }] : []));
}

function apexOwner({ zone, catalog }: Sources, name: Name): Owner {
  const ns = {
    name,
    type: RecordType.NS,
    ttl: zone.ttlSeconds,
    data: { kind: 'name', target: zone.nameServer },
  } as const;
  const glue = nameServerAddresses(zone);
  return owner(catalog, (type) => {
    if (type === RecordType.NS) return [{ record: ns, glue }];
    return bare([soaRecord(zone, catalog.revision, zone.ttlSeconds)], type);
  });
}

function nameServerAddresses(zone: Zone): ResourceRecord[] {
  return zone.nameServerAddresses.flatMap((address) => addressRecord(zone.nameServer, address, zone.ttlSeconds) ?? []);
}

function nameServerOwner({ zone, catalog }: Sources, _name: Name): Owner {
  return owner(catalog, (type) => bare(nameServerAddresses(zone), type));
}

function serviceOwner(sources: Sources, name: Name, labels: readonly string[]): Owner | undefined {
  const last = labels.at(-1);
  if (last === undefined) return emptyOwner(sources.catalog);
  if (last.startsWith('_')) return underscoreOwner(sources, name, labels);
  const entry = sources.catalog.service(last);
  if (entry === undefined || labels.length > 2) return undefined;
  const tag = labels.length === 2 ? labels[0]! : undefined;
  return endpointsOwner(sources, name, entry, tag === undefined ? entry.whole() : entry.byTag(tag));
}

/** A service or a part of it by plain name. Nothing selected at all: no such name. */
function endpointsOwner({ zone }: Sources, name: Name, entry: ServiceEntry, selection: Selection): Owner | undefined {
  if (selection.all.length === 0) return undefined;
  return owner(entry, (type) => {
    if (type === RecordType.SRV) return srvRecords(zone, name, selection.serving);
    // Host names among the addresses have no place here: a CNAME may not stand beside SRV records (RFC 1034 3.6.2).
    if (type === RecordType.A || type === RecordType.AAAA) return addressRecords(zone, name, type, selection.serving);
    return [];
  });
}

/** Below `service`: `_tcp`, `_web._tcp`, `web-1._web._tcp`, `_v2._sub._web._tcp`, `_web._v2`, and DNS-SD's own. */
function underscoreOwner(sources: Sources, name: Name, labels: readonly string[]): Owner | undefined {
  const { zone, catalog } = sources;
  const [instance, service, second] = [labels.at(-3), labels.at(-2), labels.at(-1)!];
  if (second === '_udp' && (service === undefined || service === '_dns-sd')) {
    return browseOwner(sources, name, labels.slice(0, -1));
  }
  const transport = second.slice(1);
  if (service === undefined) return hasTransport(catalog, transport) ? emptyOwner(catalog) : undefined;
  const entry = service.startsWith('_') ? catalog.service(service.slice(1)) : undefined;
  if (entry === undefined) return undefined;
  if (!transports.has(second)) return labels.length === 2 ? tagOwner(sources, name, entry, transport) : undefined;
  const selection = entry.byTransport(transport);
  if (selection.all.length === 0) return undefined;
  if (instance === undefined) {
    return owner(entry, (type) => {
      if (type === RecordType.SRV) return srvRecords(zone, name, selection.serving);
      return type === RecordType.PTR ? browseRecords(zone, name, selection.serving) : [];
    });
  }
  if (instance === subtypeLabel) return subtypeOwner(sources, name, entry, { transport, labels: labels.slice(0, -3) });
  return labels.length === 3 ? sdInstanceOwner(sources, name, entry, { transport, id: instance }) : undefined;
}

/** `_web._v2.service`: only SRV, as with any name of RFC 2782's shape. */
function tagOwner({ zone }: Sources, name: Name, entry: ServiceEntry, tag: string): Owner | undefined {
  const selection = entry.byTag(tag);
  if (selection.all.length === 0) return undefined;
  return owner(entry, (type) => (type === RecordType.SRV ? srvRecords(zone, name, selection.serving) : []));
}

function subtypeOwner(
  { zone }: Sources,
  name: Name,
  entry: ServiceEntry,
  { transport, labels }: { transport: string; labels: readonly string[] },
): Owner | undefined {
  const whole = entry.byTransport(transport);
  if (labels.length === 0) return whole.all.some(({ tags }) => tags.length > 0) ? emptyOwner(entry) : undefined;
  const [tag = ''] = labels;
  if (labels.length > 1 || !tag.startsWith('_')) return undefined;
  const selection = intersection(whole, entry.byTag(tag.slice(1)));
  if (selection.all.length === 0) return undefined;
  return owner(entry, (type) => (type === RecordType.PTR ? browseRecords(zone, name, selection.serving) : []));
}

function sdInstanceOwner(
  { zone }: Sources,
  name: Name,
  entry: ServiceEntry,
  { transport, id }: { transport: string; id: string },
): Owner | undefined {
  const selection = intersection(entry.byId(id), entry.byTransport(transport));
  if (selection.all.length === 0) return undefined;
  return owner(entry, (type) => {
    if (type === RecordType.SRV) return srvRecords(zone, name, selection.serving);
    return type === RecordType.TXT ? textRecords(zone, name, selection.serving) : [];
  });
}

function intersection(a: Selection, b: Selection): Selection {
  if (a.all.length === 0 || b.all.length === 0) return emptySelection;
  const others = new Set(b.all);
  return {
    all: a.all.filter((instance) => others.has(instance)),
    serving: a.serving.filter((instance) => others.has(instance)),
  };
}

function hasTransport(catalog: Catalog, transport: string): boolean {
  for (const entry of catalog.services()) if (entry.byTransport(transport).all.length > 0) return true;
  return false;
}

function instanceOwner({ zone, catalog }: Sources, name: Name, labels: readonly string[]): Owner | undefined {
  if (labels.length === 0) return emptyOwner(catalog);
  const entry = catalog.service(labels.at(-1)!);
  if (entry === undefined || labels.length > 2) return undefined;
  if (labels.length === 1) return emptyOwner(entry);
  const { all, serving } = entry.byId(labels[0]!);
  if (all.length === 0) return undefined;
  const alias = serving.length === 1 ? aliasOf(serving[0]!) : undefined;
  if (alias !== undefined) return { dependsOn: entry, alias, records: () => [] };
  return owner(entry, (type) => {
    if (type === RecordType.SRV) return srvRecords(zone, name, serving);
    if (type === RecordType.TXT) return textRecords(zone, name, serving);
    return type === RecordType.A || type === RecordType.AAAA ? addressRecords(zone, name, type, serving) : [];
  });
}

function nodeOwner({ zone, catalog }: Sources, name: Name, labels: readonly string[]): Owner | undefined {
  if (labels.length === 0) return emptyOwner(catalog);
  const node = labels.length === 1 ? catalog.node(labels[0]!) : undefined;
  if (node === undefined) return undefined;
  const address = addressRecord(name, node.address, zone.ttlSeconds);
  if (address === undefined) return { dependsOn: catalog, alias: nameFromText(node.address), records: () => [] };
  return owner(catalog, (type) =>
    type === RecordType.TXT
      ? bare([txtRecord(name, zone.ttlSeconds, metaStrings(node.meta))], type)
      : bare([address], type),
  );
}

/** `_udp`, `_dns-sd._udp`, `_services._dns-sd._udp`, at the domain and below `service` (RFC 6763 sections 9 and 11). */
function browseOwner({ zone, catalog }: Sources, name: Name, labels: readonly string[]): Owner | undefined {
  if (labels.length === 0 || (labels.length === 1 && labels[0] === '_dns-sd')) return emptyOwner(catalog);
  if (labels.length > 2 || labels[1] !== '_dns-sd') return undefined;
  if (browseLabels.has(labels[0]!)) {
    return owner(catalog, (type) => bare([pointerRecord(name, zone.ttlSeconds, zone.services)], type));
  }
  if (labels[0] !== '_services') return undefined;
  return owner(catalog, (type) => (type === RecordType.PTR ? serviceTypeRecords(zone, catalog, name) : []));
}

function serviceTypeRecords(zone: Zone, catalog: Catalog, name: Name): AnswerRecord[] {
  const records: AnswerRecord[] = [];
  for (const entry of catalog.services()) {
    for (const transport of entry.transports()) {
      if (entry.byTransport(transport).serving.length === 0) continue;
      const target = transportName(zone, entry.label, transport);
      records.push({ record: pointerRecord(name, zone.ttlSeconds, target), glue: [] });
    }
  }
  return records;
}

function bootstrapOwner(sources: Sources, name: Name, labels: readonly string[]): Owner | undefined {
  const { bootstrap } = sources;
  if (labels.length === 0) return bootstrap.isEmpty ? undefined : emptyOwner(bootstrap);
  const rows = labels.length === 1 ? bootstrap.rows(labels[0]!) : undefined;
  if (rows === undefined) return undefined;
  return owner(bootstrap, (type) =>
    type === RecordType.SRV ? rows.map((row) => bootstrapRecord(sources, name, row)) : [],
  );
}

function bootstrapRecord({ zone, bootstrap }: Sources, name: Name, { port, target }: BootstrapRow): AnswerRecord {
  const ttl = zone.ttlSeconds;
  const targetName = target.kind === 'host' ? nameFromText(target.host) : nameOf(target.label, target.side) + zone.apex;
  const address = target.kind === 'host' ? ownAddress(zone, bootstrap, targetName) : target.address;
  const glue = address === undefined ? undefined : addressRecord(targetName, address, ttl);
  const data = { kind: 'srv', priority: 0, weight: 0, port, target: targetName } as const;
  return { record: { name, type: RecordType.SRV, ttl, data }, glue: glue === undefined ? [] : [glue] };
}

/** The address of a host name that is itself one of `n1.peer` and `n1.client`. */
function ownAddress(zone: Zone, bootstrap: BootstrapNames, name: Name): string | undefined {
  if (!isWithin(name, zone.apex)) return undefined;
  const [label = '', side, ...more] = labelsOf(name.slice(0, name.length - zone.apex.length));
  return more.length === 0 && (side === 'peer' || side === 'client') ? bootstrap.address(side, label) : undefined;
}

function memberOwner(
  { zone, bootstrap }: Sources,
  name: Name,
  labels: readonly string[],
  side: BootstrapSide,
): Owner | undefined {
  if (labels.length === 0) return bootstrap.hasSide(side) ? emptyOwner(bootstrap) : undefined;
  const address = labels.length === 1 ? bootstrap.address(side, labels[0]!) : undefined;
  if (address === undefined) return undefined;
  return owner(bootstrap, (type) => bare([addressRecord(name, address, zone.ttlSeconds)], type));
}
