// The registry in memory: services with their instances, nodes, and the entries that could not be read. Fed by one
// mirror a key layout (snapshot, then changes); answers lookups by DNS label without touching the cluster. Holds no
// sockets, clocks or policy: who may be handed out is instance.ts, how answers look is the caller's.

import type { Event, KeyValue } from '../api/generated/messages.ts';
import { dnsLabel, serviceOctetsMax } from './dns-label.ts';
import type { KeyLayout, Reading } from './key-layout.ts';
import type { Node } from './node.ts';
import { ServiceEntry, type Versioned } from './service-entry.ts';

/** An entry that is in the store but makes no sense: shown to people, answered to nobody. */
export interface UnreadableEntry {
  readonly key: string;
  readonly problem: string;
  readonly modRevision: number;
}

/** What a stored key stands for in here. */
type Held =
  | { readonly layout: KeyLayout; readonly kind: 'instance'; readonly entry: ServiceEntry }
  | { readonly layout: KeyLayout; readonly kind: 'node'; readonly label: string; readonly node: Node }
  | { readonly layout: KeyLayout; readonly kind: 'problem' };

const deleteEvent = 1;

export class Catalog implements Versioned {
  readonly #layouts: readonly KeyLayout[];
  readonly #onUnreadable: (entry: UnreadableEntry) => void;
  readonly #loaded = new Set<KeyLayout>();
  /** By key. Keys are octets: the map goes by their latin1 form, which is exact; texts go by UTF-8. */
  readonly #held = new Map<string, Held>();
  readonly #services = new Map<string, ServiceEntry>();
  readonly #nodes = new Map<string, Node>();
  readonly #unreadable = new Map<string, UnreadableEntry>();
  #version = 0;
  #revision = 0;

  /** `onUnreadable` hears of every unreadable value once: again only after it was written again. */
  constructor(layouts: readonly KeyLayout[], onUnreadable: (entry: UnreadableEntry) => void = () => {}) {
    this.#layouts = layouts;
    this.#onUnreadable = onUnreadable;
  }

  get layouts(): readonly KeyLayout[] {
    return this.#layouts;
  }

  /** Grows with every change of anything in the catalog. */
  get version(): number {
    return this.#version;
  }

  /** The newest store revision seen. */
  get revision(): number {
    return this.#revision;
  }

  /** Whether every layout has been loaded once: before that, absence means nothing. */
  get complete(): boolean {
    return this.#loaded.size === this.#layouts.length;
  }

  /** By DNS label. */
  service(label: string): ServiceEntry | undefined {
    return this.#services.get(label);
  }

  services(): Iterable<ServiceEntry> {
    return this.#services.values();
  }

  /** By DNS label. */
  node(label: string): Node | undefined {
    return this.#nodes.get(label);
  }

  nodes(): Iterable<Node> {
    return this.#nodes.values();
  }

  unreadable(): Iterable<UnreadableEntry> {
    return this.#unreadable.values();
  }

  get unreadableCount(): number {
    return this.#unreadable.size;
  }

  /** Replaces everything that came from `layout` by what the store holds at `revision`. */
  load(layout: KeyLayout, keyValues: readonly KeyValue[], revision: number): void {
    const present = new Set(keyValues.map(({ key }) => key.toString('latin1')));
    for (const [key, held] of this.#held) {
      if (held.layout === layout && !present.has(key)) this.#remove(key, held);
    }
    for (const keyValue of keyValues) this.#put(layout, keyValue);
    this.#loaded.add(layout);
    // Not the maximum: a cluster that was wiped begins again at 1.
    this.#revision = revision;
    this.#version++;
  }

  /** Applies changes in order. */
  apply(layout: KeyLayout, events: readonly Event[], revision: number): void {
    for (const { type, kv } of events) {
      if (kv === undefined) continue;
      if (type === deleteEvent) this.#delete(kv.key.toString('latin1'));
      else this.#put(layout, kv);
    }
    this.#advance(revision);
  }

  #advance(revision: number): void {
    this.#revision = Math.max(this.#revision, revision);
    this.#version++;
  }

  #put(layout: KeyLayout, { key: octets, value, modRevision }: KeyValue): void {
    const key = octets.toString('latin1');
    const text = octets.toString();
    const reading = layout.read(text, value);
    const before = this.#held.get(key);
    const next = this.#hold(layout, key, reading);
    // In place where it stays with its service: a changed status must not change the order of the answers.
    if (before !== undefined && !isSamePlace(before, next)) this.#release(key, before);
    if (next === undefined) this.#held.delete(key);
    else this.#held.set(key, next);
    if (reading.kind !== 'problem') return;
    const known = this.#unreadable.get(key);
    const entry = { key: text, problem: reading.problem, modRevision };
    this.#unreadable.set(key, entry);
    if (known?.modRevision !== modRevision) this.#onUnreadable(entry);
  }

  #hold(layout: KeyLayout, key: string, reading: Reading): Held | undefined {
    switch (reading.kind) {
      case 'instance': {
        const entry = this.#entryFor(reading.instance.service);
        entry.set(key, reading.instance);
        return { layout, kind: 'instance', entry };
      }
      case 'node': {
        const label = dnsLabel(reading.node.name);
        this.#nodes.set(label, reading.node);
        return { layout, kind: 'node', label, node: reading.node };
      }
      case 'problem':
        return { layout, kind: 'problem' };
      case 'other':
        return undefined;
    }
  }

  #entryFor(name: string): ServiceEntry {
    const label = dnsLabel(name, serviceOctetsMax);
    let entry = this.#services.get(label);
    if (entry === undefined) {
      entry = new ServiceEntry(label, name);
      this.#services.set(label, entry);
    }
    return entry;
  }

  #delete(key: string): void {
    const held = this.#held.get(key);
    if (held !== undefined) this.#remove(key, held);
  }

  #remove(key: string, held: Held): void {
    this.#release(key, held);
    this.#held.delete(key);
  }

  #release(key: string, held: Held): void {
    if (held.kind === 'instance') {
      held.entry.delete(key);
      if (held.entry.size === 0) this.#services.delete(held.entry.label);
    } else if (held.kind === 'node') {
      // Unless another key with the same label has taken the place.
      if (this.#nodes.get(held.label) === held.node) this.#nodes.delete(held.label);
    } else {
      this.#unreadable.delete(key);
    }
  }
}

function isSamePlace(before: Held, next: Held | undefined): boolean {
  if (next === undefined || before.kind !== next.kind) return false;
  if (before.kind === 'instance') return next.kind === 'instance' && before.entry === next.entry;
  return before.kind === 'problem' || (next.kind === 'node' && before.label === next.label);
}
