// Reads a stored value as an instance. Reading is lenient (JSON, or a bare `host:port`; absent fields have defaults)
// and total: a value that makes no sense comes back as a problem in words, never as an exception, so that it cannot
// break its neighbours. Unknown fields are ignored: newer writers may know more.

import { isIP } from 'node:net';
import { labelProblem, quoted, serviceOctetsMax } from './dns-label.ts';
import {
  checkOutputCharsMax,
  checkStatuses,
  checksMax,
  formatInstance,
  type Instance,
  type InstanceCheck,
  instanceBytesMax,
  instanceStatuses,
  metaKeyCharsMax,
  metaPairsMax,
  metaValueCharsMax,
  nameCharsMax,
  tagCharsMax,
  tagsMax,
} from './instance.ts';

export type ParsedInstance = { readonly instance: Instance } | { readonly problem: string };

/** What an instance is taken for where its value does not say. */
export interface InstanceDefaults {
  readonly service: string;
  readonly id: string;
}

/** Why the instance must not be registered (names that DNS cannot carry, values out of range), or undefined. */
export function registrationProblem(instance: Instance): string | undefined {
  const names =
    labelProblem('service', instance.service, serviceOctetsMax) ??
    labelProblem('id', instance.id) ??
    (instance.node === '' ? undefined : labelProblem('node', instance.node));
  if (names !== undefined) return names;
  const parsed = parseInstanceValue(formatInstance(instance), instance);
  return 'problem' in parsed ? parsed.problem : undefined;
}

/**
 * Reads a stored value: a JSON object, or bare `host:port` / `[v6]:port` (also as a JSON string).
 * `defaults` come from the key, which is the authority: a value that claims another service or id is a problem.
 */
export function parseInstanceValue(value: string | Buffer, defaults: InstanceDefaults): ParsedInstance {
  if (value.length > instanceBytesMax) return problem(`value has ${value.length} bytes, more than ${instanceBytesMax}`);
  const text = value.toString().trim();
  if (text === '') return problem('value is empty; expected a JSON object or host:port');
  try {
    if (!text.startsWith('{')) return { instance: bareInstance(bareText(text), defaults) };
    return { instance: instanceFrom(parseJson(text), defaults) };
  } catch (error) {
    if (error instanceof ValueProblem) return problem(error.message);
    throw error;
  }
}

/** Splits `host:port`; throws nothing, returns a problem. Shared with the layouts of others. */
export function parseHostPort(
  text: string,
): { readonly address: string; readonly port: number } | { readonly problem: string } {
  try {
    return hostPort(text);
  } catch (error) {
    if (error instanceof ValueProblem) return problem(error.message);
    throw error;
  }
}

/** Internal to parsing: thrown by the field readers below, caught by the functions above. */
class ValueProblem extends Error {}

function problem(text: string): { readonly problem: string } {
  return { problem: text };
}

function parseJson(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new ValueProblem(`value is not valid JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A JSON string counts as its content: some tools quote what they put. */
function bareText(text: string): string {
  if (!text.startsWith('"')) return text;
  const inner: unknown = parseJson(text);
  return typeof inner === 'string' ? inner.trim() : text;
}

function bareInstance(text: string, defaults: InstanceDefaults): Instance {
  return { ...emptyInstance, service: defaults.service, id: defaults.id, ...hostPort(text) };
}

const emptyInstance = {
  protocol: 'tcp',
  tags: [],
  meta: {},
  weight: 1,
  priority: 1,
  status: 'passing',
  node: '',
  checks: [],
} as const satisfies Partial<Instance>;

function instanceFrom(fields: Record<string, unknown>, defaults: InstanceDefaults): Instance {
  const ttl = fields.ttlSeconds;
  return {
    service: keyName(fields, 'service', defaults.service),
    id: keyName(fields, 'id', defaults.id),
    address: addressField(fields.address),
    port: portNumber(fields.port, 'port'),
    protocol: textField(fields, 'protocol', emptyInstance.protocol).toLowerCase(),
    tags: tagsField(fields.tags),
    meta: metaField(fields.meta),
    weight: uint16Field(fields, 'weight', emptyInstance.weight),
    priority: uint16Field(fields, 'priority', emptyInstance.priority),
    status: statusField(fields.status, instanceStatuses, 'status'),
    node: textField(fields, 'node', ''),
    checks: checksField(fields.checks),
    ...(typeof ttl === 'number' && Number.isInteger(ttl) && ttl >= 0 ? { ttlSeconds: ttl } : {}),
  };
}

function absent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function keyName(fields: Record<string, unknown>, field: 'service' | 'id', fromKey: string): string {
  const name = textField(fields, field, fromKey);
  if (name.toLowerCase() === fromKey.toLowerCase()) return fromKey;
  throw new ValueProblem(`field ${field} says ${quoted(name)} where the key says ${quoted(fromKey)}`);
}

function textField(fields: Record<string, unknown>, field: string, otherwise: string): string {
  const value = fields[field];
  if (absent(value) || value === '') return otherwise;
  if (typeof value !== 'string') throw new ValueProblem(`field ${field} must be a string, not ${kind(value)}`);
  if (value.length > nameCharsMax) {
    throw new ValueProblem(`field ${field} has ${value.length} characters, more than ${nameCharsMax}`);
  }
  return value;
}

function uint16Field(fields: Record<string, unknown>, field: string, otherwise: number): number {
  const value = fields[field];
  if (absent(value)) return otherwise;
  const number = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= 65535) return number;
  throw new ValueProblem(`field ${field} must be a whole number from 0 to 65535, not ${quotedValue(value)}`);
}

function portNumber(value: unknown, what: string): number {
  if (absent(value)) throw new ValueProblem(`${what} is missing`);
  const number = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= 1 && number <= 65535) return number;
  throw new ValueProblem(`${what} must be a whole number from 1 to 65535, not ${quotedValue(value)}`);
}

function addressField(value: unknown): string {
  if (absent(value) || value === '') throw new ValueProblem('address is missing');
  if (typeof value !== 'string') throw new ValueProblem(`field address must be a string, not ${kind(value)}`);
  return validAddress(value.startsWith('[') && value.endsWith(']') ? value.slice(1, -1) : value);
}

/** RFC 1123 host names plus the underscore that container names bring along. */
const hostName =
  /^(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*$/;
const allNumeric = /^[\d.]+$/;

function validAddress(text: string): string {
  const version = isIP(text);
  if (version === 4 || (version === 6 && !text.includes('%'))) return text;
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  if (hostName.test(name) && !allNumeric.test(name)) return name;
  throw new ValueProblem(`address ${quoted(text)} is neither an IP address nor a host name`);
}

function hostPort(text: string): { address: string; port: number } {
  const match = /^(?:\[([^\]]*)\]|([^:\s[\]]+)):(\d{1,5})$/.exec(text);
  if (match === null) throw new ValueProblem(`${quoted(text)} is neither a JSON object nor host:port or [v6]:port`);
  return { address: validAddress(match[1] ?? match[2] ?? ''), port: portNumber(match[3], `port of ${quoted(text)}`) };
}

function tagsField(value: unknown): readonly string[] {
  if (absent(value)) return emptyInstance.tags;
  if (!Array.isArray(value)) throw new ValueProblem(`field tags must be a list of strings, not ${kind(value)}`);
  if (value.length > tagsMax) throw new ValueProblem(`field tags has ${value.length} entries, more than ${tagsMax}`);
  return value.map((tag: unknown, index) => {
    if (typeof tag !== 'string') throw new ValueProblem(`field tags[${index}] must be a string, not ${kind(tag)}`);
    if (tag.length > tagCharsMax) {
      throw new ValueProblem(`field tags[${index}] has ${tag.length} characters, more than ${tagCharsMax}`);
    }
    return tag;
  });
}

function metaField(value: unknown): Readonly<Record<string, string>> {
  if (absent(value)) return emptyInstance.meta;
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new ValueProblem(`field meta must be an object of strings, not ${kind(value)}`);
  }
  const pairs = Object.entries(value);
  if (pairs.length > metaPairsMax) {
    throw new ValueProblem(`field meta has ${pairs.length} pairs, more than ${metaPairsMax}`);
  }
  return Object.fromEntries(
    pairs.map(([name, content]: [string, unknown]) => {
      const text = typeof content === 'number' || typeof content === 'boolean' ? String(content) : content;
      if (typeof text !== 'string') {
        throw new ValueProblem(`field meta[${quoted(name)}] must be a string, not ${kind(content)}`);
      }
      if (name.length > metaKeyCharsMax) {
        throw new ValueProblem(`field meta has a key of ${name.length} characters, more than ${metaKeyCharsMax}`);
      }
      if (text.length > metaValueCharsMax) {
        throw new ValueProblem(
          `field meta[${quoted(name)}] has ${text.length} characters, more than ${metaValueCharsMax}`,
        );
      }
      return [name, text];
    }),
  );
}

function statusField<T extends string>(value: unknown, known: readonly T[], what: string): T {
  if (absent(value) || value === '') return known[0]!;
  const status = known.find((name) => name === value);
  if (status !== undefined) return status;
  throw new ValueProblem(`field ${what} must be one of ${known.join(', ')}, not ${quotedValue(value)}`);
}

function checksField(value: unknown): readonly InstanceCheck[] {
  if (absent(value)) return emptyInstance.checks;
  if (!Array.isArray(value)) throw new ValueProblem(`field checks must be a list of objects, not ${kind(value)}`);
  if (value.length > checksMax) {
    throw new ValueProblem(`field checks has ${value.length} entries, more than ${checksMax}`);
  }
  return value.map((check: unknown, index) => {
    if (typeof check !== 'object' || check === null || Array.isArray(check)) {
      throw new ValueProblem(`field checks[${index}] must be an object, not ${kind(check)}`);
    }
    const fields = check as Record<string, unknown>;
    const output = fields.output;
    return {
      id: textField(fields, 'id', `check-${index + 1}`),
      status: statusField(fields.status, checkStatuses, `checks[${index}].status`),
      output: typeof output === 'string' ? output.slice(0, checkOutputCharsMax) : '',
    };
  });
}

function kind(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}

function quotedValue(value: unknown): string {
  return typeof value === 'string' ? quoted(value) : quoted(String(JSON.stringify(value)));
}
