// Names that bring a cluster up and lead clients to it: `_etcd-server._tcp.<domain>` and its three siblings, as
// etcd's --discovery-srv asks for them. They come from flags while no cluster exists, and from the cluster's own member
// list once that is known. This file turns either into SRV rows and the addresses of their targets.
// Addresses from flags stay for good: a cluster that came up by them has `n1.peer.<domain>` in its own peer URLs.

import { isIP } from 'node:net';
import { dnsLabel } from '../common/registry/dns-label.ts';
import type { Versioned } from '../common/registry/service-entry.ts';

/** A member as far as bootstrap names need it. */
export interface BootstrapMember {
  readonly name: string;
  readonly peerUrls: readonly string[];
  readonly clientUrls: readonly string[];
}

/** Where an SRV row leads: a label below `peer.<domain>` or `client.<domain>` for addresses, else a host name. */
export type BootstrapTarget =
  | { readonly kind: 'label'; readonly side: BootstrapSide; readonly label: string; readonly address: string }
  | { readonly kind: 'host'; readonly host: string };

export interface BootstrapRow {
  readonly port: number;
  readonly target: BootstrapTarget;
}

export type BootstrapSide = 'peer' | 'client';

/** The four service labels, by whose URLs and which scheme they stand for. */
const serviceLabels = {
  peer: { 'http:': '_etcd-server', 'https:': '_etcd-server-ssl' },
  client: { 'http:': '_etcd-client', 'https:': '_etcd-client-ssl' },
} as const;

/** More members than this are no cluster; the rest is not answered. */
const membersMax = 64;
const urlsPerMemberMax = 8;

type Addresses = Readonly<Record<BootstrapSide, ReadonlyMap<string, string>>>;

interface Tables {
  readonly rows: ReadonlyMap<string, readonly BootstrapRow[]>;
  readonly addresses: Addresses;
}

const noAddresses: Addresses = { peer: new Map(), client: new Map() };

export class BootstrapNames implements Versioned {
  readonly #fixedAddresses: Addresses;
  #version = 0;
  #tables: Tables;
  #isKnown: boolean;

  /** `fixed`: from flags; empty when there are none. */
  constructor(fixed: readonly BootstrapMember[]) {
    this.#tables = buildTables(fixed, noAddresses);
    this.#fixedAddresses = this.#tables.addresses;
    this.#isKnown = fixed.length > 0;
  }

  get version(): number {
    return this.#version;
  }

  /** Whether absence means anything: true from the start with flags, else once the member list has been read. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** The member list of the cluster, which from now on counts instead of the flags. An empty one changes nothing. */
  setMembers(members: readonly BootstrapMember[]): void {
    if (members.length === 0) return;
    const tables = buildTables(members.slice(0, membersMax), this.#fixedAddresses);
    this.#isKnown = true;
    if (areEqual(tables, this.#tables)) return;
    this.#tables = tables;
    this.#version++;
  }

  /** Rows of `_etcd-server` and so on; undefined when there is no such name. */
  rows(serviceLabel: string): readonly BootstrapRow[] | undefined {
    return this.#tables.rows.get(serviceLabel);
  }

  get isEmpty(): boolean {
    return this.#tables.rows.size === 0;
  }

  /** The address behind `<label>.peer` or `<label>.client`. */
  address(side: BootstrapSide, label: string): string | undefined {
    return this.#tables.addresses[side].get(label);
  }

  hasSide(side: BootstrapSide): boolean {
    return this.#tables.addresses[side].size > 0;
  }
}

function buildTables(members: readonly BootstrapMember[], fixed: Addresses): Tables {
  const rows = new Map<string, BootstrapRow[]>();
  const addresses = { peer: new Map(fixed.peer), client: new Map(fixed.client) };
  for (const member of members) {
    for (const side of ['peer', 'client'] as const) {
      const urls = side === 'peer' ? member.peerUrls : member.clientUrls;
      for (const url of urls.slice(0, urlsPerMemberMax))
        addUrl(rows, addresses[side], { side, name: member.name, url });
    }
  }
  return { rows, addresses };
}

interface MemberUrl {
  readonly side: BootstrapSide;
  readonly name: string;
  readonly url: string;
}

function addUrl(
  rows: Map<string, BootstrapRow[]>,
  addresses: Map<string, string>,
  { side, name, url }: MemberUrl,
): void {
  const place = parseMemberUrl(url);
  // unix:// URLs and the like cannot be expressed as SRV.
  if (place === undefined) return;
  const label = serviceLabels[side][place.scheme];
  const list = rows.get(label) ?? [];
  rows.set(label, list);
  list.push({ port: place.port, target: targetOf(addresses, { side, name, host: place.host }) });
}

/** One label an address: a member with two addresses becomes `n1` and `n1-2`. */
function targetOf(
  addresses: Map<string, string>,
  { side, name, host }: { side: BootstrapSide; name: string; host: string },
): BootstrapTarget {
  if (isIP(host) === 0) return { kind: 'host', host };
  const base = dnsLabel(name === '' ? host : name, 60);
  let label = base;
  for (let copy = 2; (addresses.get(label) ?? host) !== host; copy++) label = `${base}-${copy}`;
  addresses.set(label, host);
  return { kind: 'label', side, label, address: host };
}

/** Scheme, host without brackets and port of `http://host:port`; undefined for anything else. */
export function parseMemberUrl(
  text: string,
): { readonly scheme: 'http:' | 'https:'; readonly host: string; readonly port: number } | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, port, pathname } = new URL(text);
  if ((protocol !== 'http:' && protocol !== 'https:') || hostname === '' || pathname !== '/') return undefined;
  const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return { scheme: protocol, host, port: port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port) };
}

function areEqual(a: Tables, b: Tables): boolean {
  return JSON.stringify([...a.rows]) === JSON.stringify([...b.rows]);
}
