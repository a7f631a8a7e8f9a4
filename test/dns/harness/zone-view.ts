// A zone over a registry written down as keys and values, and a responder on it: the DNS without cluster and sockets.

import { KeyValue } from '../../../common/api/generated/messages.ts';
import { Catalog } from '../../../common/registry/catalog.ts';
import { type KeyLayout, rollcallLayout } from '../../../common/registry/key-layout.ts';
import { seededRandom } from '../../../common/runtime/random.ts';
import { type BootstrapMember, BootstrapNames } from '../../../dns/bootstrap.ts';
import type { Freshness } from '../../../dns/resolver.ts';
import { Responder, type Transport } from '../../../dns/responder.ts';
import { createStats, type DnsStats } from '../../../dns/stats.ts';
import { createZone, type Zone } from '../../../dns/zone.ts';
import { buildQuery, type QueryOptions } from './build-query.ts';
import { type DecodedMessage, decodeMessage } from './decode-message.ts';

/** Values by key; objects are put as JSON, strings as they are. */
export type Registry = Readonly<Record<string, string | object>>;

export function keyValues(registry: Registry): KeyValue[] {
  return Object.entries(registry).map(([key, value], index) =>
    KeyValue.create({
      key: Buffer.from(key),
      value: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
      modRevision: index + 2,
    }),
  );
}

export interface TestZoneOptions {
  readonly registry?: Registry;
  readonly revision?: number;
  readonly layout?: KeyLayout;
  readonly members?: readonly BootstrapMember[];
  readonly udpOctetsMax?: number;
  readonly seed?: number;
  readonly cacheBounds?: { readonly entriesMax: number; readonly octetsMax: number };
}

export class TestZone {
  readonly zone: Zone = createZone({
    domain: 'rollcall.internal',
    ttlSeconds: 5,
    negativeTtlSeconds: 1,
    nameServerAddresses: ['192.0.2.53'],
  });
  readonly layout: KeyLayout;
  readonly catalog: Catalog;
  readonly bootstrap: BootstrapNames;
  readonly stats: DnsStats = createStats();
  readonly responder: Responder;
  freshness: Freshness = 'live';

  constructor(options: TestZoneOptions = {}) {
    this.layout = options.layout ?? rollcallLayout();
    this.catalog = new Catalog([this.layout]);
    this.bootstrap = new BootstrapNames(options.members ?? []);
    if (options.registry !== undefined) this.load(options.registry, options.revision);
    this.responder = new Responder({
      view: this,
      random: seededRandom(options.seed ?? 1),
      stats: this.stats,
      udpOctetsMax: options.udpOctetsMax ?? 1232,
      ...(options.cacheBounds === undefined ? {} : { cacheBounds: options.cacheBounds }),
    });
  }

  load(registry: Registry, revision = 100): void {
    this.catalog.load(this.layout, keyValues(registry), revision);
  }

  put(key: string, value: string | object, revision = this.catalog.revision + 1): void {
    const kv = { ...keyValues({ [key]: value })[0]!, modRevision: revision };
    this.catalog.apply(this.layout, [{ type: 0, kv, prevKv: undefined }], revision);
  }

  delete(key: string, revision = this.catalog.revision + 1): void {
    const kv = KeyValue.create({ key: Buffer.from(key), modRevision: revision });
    this.catalog.apply(this.layout, [{ type: 1, kv, prevKv: undefined }], revision);
  }

  /** Asks under the domain unless the name ends in a dot. */
  ask(
    name: string,
    type: string | number = 'A',
    options: QueryOptions & { transport?: Transport } = {},
  ): DecodedMessage {
    const full = name.endsWith('.') ? name : name === '' ? 'rollcall.internal' : `${name}.rollcall.internal`;
    const response = this.responder.respond(buildQuery(full, { ...options, type }), options.transport ?? 'udp');
    if (response === undefined) throw new Error('no response');
    return decodeMessage(response);
  }
}

/** A registry of `count` instances of `service`: `<service>-1` at 10.0.0.1:8001 and so on. */
export function manyInstances(service: string, count: number, fields: object = {}): Registry {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const number = index + 1;
      const address = `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
      return [
        `/rollcall/services/${service}/${service}-${number}`,
        { address, port: 8000 + (number % 50_000), ...fields },
      ] as const;
    }),
  );
}
