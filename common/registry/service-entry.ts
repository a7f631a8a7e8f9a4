// One service in the catalog: its instances, and what lookups need of them, indexed by tag, transport and id. Indexes
// are built when first asked for and dropped at the next change, so that a burst of changes costs one rebuild and a
// burst of lookups costs none.

import { dnsLabel } from './dns-label.ts';
import { type Instance, isServing } from './instance.ts';

/** Something whose content may change; equal versions mean equal content. Lets answers made from it be kept. */
export interface Versioned {
  readonly version: number;
}

/** Instances that share a property. `all` tells existing names from absent ones; only `serving` may be handed out. */
export interface Selection {
  readonly all: readonly Instance[];
  readonly serving: readonly Instance[];
}

export const emptySelection: Selection = { all: [], serving: [] };

interface Indexes {
  readonly whole: Selection;
  readonly byTag: ReadonlyMap<string, Selection>;
  readonly byTransport: ReadonlyMap<string, Selection>;
  readonly byId: ReadonlyMap<string, Selection>;
}

/** Transports that RFC 2782 names may carry; every other protocol runs on TCP. */
const transports = new Set(['tcp', 'udp', 'sctp', 'dccp']);

export function transportOf(instance: Instance): string {
  return transports.has(instance.protocol) ? instance.protocol : 'tcp';
}

export class ServiceEntry implements Versioned {
  /** Lower-case DNS label; unique in the catalog. */
  readonly label: string;
  /** The name as first registered, for display. */
  readonly name: string;
  #version = 0;
  /** By the key they are stored under, in order of arrival. */
  readonly #instances = new Map<string, Instance>();
  #indexes: Indexes | undefined;

  constructor(label: string, name: string) {
    this.label = label;
    this.name = name;
  }

  get version(): number {
    return this.#version;
  }

  get size(): number {
    return this.#instances.size;
  }

  set(key: string, instance: Instance): void {
    this.#instances.set(key, instance);
    this.#changed();
  }

  delete(key: string): void {
    if (this.#instances.delete(key)) this.#changed();
  }

  /** Every instance of the service. */
  whole(): Selection {
    return this.#current().whole;
  }

  /** `label`: a tag as a DNS label. */
  byTag(label: string): Selection {
    return this.#current().byTag.get(label) ?? emptySelection;
  }

  /** `tcp`, `udp`, `sctp`, `dccp`. */
  byTransport(transport: string): Selection {
    return this.#current().byTransport.get(transport) ?? emptySelection;
  }

  /** `label`: an id as a DNS label. More than one instance only where ids of foreign layouts collide as labels. */
  byId(label: string): Selection {
    return this.#current().byId.get(label) ?? emptySelection;
  }

  transports(): Iterable<string> {
    return this.#current().byTransport.keys();
  }

  #changed(): void {
    this.#version++;
    this.#indexes = undefined;
  }

  #current(): Indexes {
    this.#indexes ??= buildIndexes(this.#instances.values());
    return this.#indexes;
  }
}

interface GrowingSelection extends Selection {
  readonly all: Instance[];
  readonly serving: Instance[];
}

function buildIndexes(instances: Iterable<Instance>): Indexes {
  const whole: GrowingSelection = { all: [], serving: [] };
  const byTag = new Map<string, GrowingSelection>();
  const byTransport = new Map<string, GrowingSelection>();
  const byId = new Map<string, GrowingSelection>();
  for (const instance of instances) {
    const serving = isServing(instance);
    add(whole, instance, serving);
    add(at(byTransport, transportOf(instance)), instance, serving);
    add(at(byId, dnsLabel(instance.id)), instance, serving);
    for (const label of new Set(instance.tags.map((tag) => dnsLabel(tag)))) add(at(byTag, label), instance, serving);
  }
  return { whole, byTag, byTransport, byId };
}

function add(selection: GrowingSelection, instance: Instance, serving: boolean): void {
  selection.all.push(instance);
  if (serving) selection.serving.push(instance);
}

function at(map: Map<string, GrowingSelection>, label: string): GrowingSelection {
  let selection = map.get(label);
  if (selection === undefined) {
    selection = { all: [], serving: [] };
    map.set(label, selection);
  }
  return selection;
}
