// Which keys hold instances and nodes. Our own layout is `<prefix>services/<service>/<id>` and `<prefix>nodes/<name>`
// with prefix `/rollcall/`; two layouts of others are read where their prefixes are switched on (foreign-layouts.ts).
// A layout turns a key and its value into a reading, one key at a time; it keeps no state.

import { labelProblem, quoted, serviceOctetsMax } from './dns-label.ts';
import { type Instance, nameCharsMax } from './instance.ts';
import { type ParsedInstance, parseInstanceValue } from './instance-value.ts';
import { type Node, parseNodeValue } from './node.ts';

export const defaultPrefix = '/rollcall/';

/** What a key and its value say. `other`: the key is none of the registry's, and that is fine. */
export type Reading =
  | { readonly kind: 'instance'; readonly instance: Instance }
  | { readonly kind: 'node'; readonly node: Node }
  | { readonly kind: 'problem'; readonly problem: string }
  | { readonly kind: 'other' };

export interface KeyLayout {
  /** For logs: `rollcall`, `skydns`, `grpc`. */
  readonly name: string;
  /** Every key of the layout starts with it; one watch covers it. */
  readonly prefix: string;
  read(key: string, value: Buffer): Reading;
}

/** What a key means by itself, for deletions and for those who only list. */
export type ParsedKey =
  | { readonly kind: 'instance'; readonly service: string; readonly id: string }
  | { readonly kind: 'node'; readonly name: string }
  | { readonly kind: 'problem'; readonly problem: string }
  | { readonly kind: 'other' };

/** `/rollcall/services/`, under which all instances live. */
export function servicesPrefix(prefix: string = defaultPrefix): string {
  return `${prefix}services/`;
}

/** `/rollcall/services/web/`, under which the instances of one service live. */
export function servicePrefix(service: string, prefix: string = defaultPrefix): string {
  return `${servicesPrefix(prefix)}${service}/`;
}

/** `/rollcall/services/web/web-1`. Check the names first: `instanceKeyProblem`. */
export function instanceKey(service: string, id: string, prefix: string = defaultPrefix): string {
  return `${servicePrefix(service, prefix)}${id}`;
}

export function nodesPrefix(prefix: string = defaultPrefix): string {
  return `${prefix}nodes/`;
}

/** `/rollcall/nodes/host-a`. */
export function nodeKey(name: string, prefix: string = defaultPrefix): string {
  return `${nodesPrefix(prefix)}${name}`;
}

/** Why these names may not be registered, or undefined. Reading is more lenient than this. */
export function instanceKeyProblem(service: string, id: string): string | undefined {
  return labelProblem('service', service, serviceOctetsMax) ?? labelProblem('id', id);
}

/** `/rollcall/services/web/web-1` -> instance web-1 of web. */
export function parseKey(key: string, prefix: string = defaultPrefix): ParsedKey {
  const services = servicesPrefix(prefix);
  if (key.startsWith(services)) return parseInstanceKey(key, services.length);
  const nodes = nodesPrefix(prefix);
  if (!key.startsWith(nodes)) return { kind: 'other' };
  const name = key.slice(nodes.length);
  const problem = segmentProblem('node', name);
  return problem === undefined ? { kind: 'node', name } : { kind: 'problem', problem };
}

/** Reads one instance of our own layout; a key of something else is a problem as well. */
export function parseInstance(key: string | Buffer, value: string | Buffer, prefix?: string): ParsedInstance {
  const parsed = parseKey(key.toString(), prefix);
  if (parsed.kind === 'instance') return parseInstanceValue(value, parsed);
  if (parsed.kind === 'problem') return { problem: parsed.problem };
  return { problem: `key ${quoted(key.toString())} is not <prefix>services/<service>/<instance-id>` };
}

/** Our own layout under `prefix` (which ends in a slash). */
export function rollcallLayout(prefix: string = defaultPrefix): KeyLayout {
  return {
    name: 'rollcall',
    prefix,
    read(key, value) {
      const parsed = parseKey(key, prefix);
      if (parsed.kind === 'instance') return instanceReading(parseInstanceValue(value, parsed));
      if (parsed.kind !== 'node') return parsed;
      const node = parseNodeValue(value, parsed.name);
      return 'problem' in node ? { kind: 'problem', problem: node.problem } : { kind: 'node', node: node.node };
    },
  };
}

/** A parsed instance as a reading. */
export function instanceReading(parsed: ParsedInstance): Reading {
  return 'problem' in parsed
    ? { kind: 'problem', problem: parsed.problem }
    : { kind: 'instance', instance: parsed.instance };
}

/** Why a part of a key cannot be the name of a `what`, leniently: it only has to be there, in bounds, and one part. */
export function segmentProblem(what: string, name: string): string | undefined {
  if (name === '') return `key names no ${what}`;
  if (name.length > nameCharsMax) return `${what} in the key has ${name.length} characters, more than ${nameCharsMax}`;
  return name.includes('/') ? `${what} ${quoted(name)} in the key contains a slash` : undefined;
}

function parseInstanceKey(key: string, start: number): ParsedKey {
  const slash = key.indexOf('/', start);
  if (slash === -1) {
    return { kind: 'problem', problem: 'key has no instance id: expected <prefix>services/<service>/<instance-id>' };
  }
  const service = key.slice(start, slash);
  const id = key.slice(slash + 1);
  const problem = segmentProblem('service', service) ?? segmentProblem('instance id', id);
  return problem === undefined ? { kind: 'instance', service, id } : { kind: 'problem', problem };
}
