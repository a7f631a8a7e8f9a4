// Reads one service definition out of a parsed value and fills in its defaults. Strict: an unknown field, a wrong kind
// or a value out of range is a problem with its place, and the definition is refused as a whole, because half a
// definition (a check dropped, a tag lost) would answer wrongly in silence.

import { formatHostPort } from '../../common/config/host-port.ts';
import { dnsLabel, labelProblem, serviceOctetsMax } from '../../common/registry/dns-label.ts';
import {
  metaKeyCharsMax,
  metaPairsMax,
  metaValueCharsMax,
  nameCharsMax,
  tagCharsMax,
  tagsMax,
} from '../../common/registry/instance.ts';
import { parseHostPort } from '../../common/registry/instance-value.ts';
import { type FieldPath, type FieldReader, isMapping, shown } from './field-reader.ts';
import { readCheck } from './read-check.ts';
import {
  type CheckDefinition,
  type DefinitionDefaults,
  definitionLimits,
  type ServiceDefinition,
} from './service-definition.ts';

const serviceFields = [
  'service',
  'id',
  'address',
  'port',
  'protocol',
  'tags',
  'meta',
  'weight',
  'priority',
  'checks',
] as const;

const protocolPattern = /^[a-z][a-z0-9.+-]*$/i;
const uint16 = { min: 0, max: 65535 };

/** undefined when something is wrong; the reader has the problems. */
export function readService(
  value: unknown,
  path: FieldPath,
  reader: FieldReader,
  defaults: DefinitionDefaults,
): ServiceDefinition | undefined {
  const before = reader.problems.length;
  const fields = reader.mapping(value, path, serviceFields);
  if (fields === undefined) return undefined;
  const at = (field: string): FieldPath => [...path, field];
  const number = (field: 'weight' | 'priority'): number =>
    fields[field] === undefined ? 1 : (reader.integer(fields[field], at(field), uint16) ?? 1);
  const service = readName(fields.service, at('service'), reader, serviceOctetsMax);
  const port = readPort(fields.port, at('port'), reader);
  const address = readAddress(fields.address, at('address'), reader, defaults.address);
  const id =
    fields.id === undefined
      ? dnsLabel(`${defaults.node}-${service ?? ''}-${port ?? ''}`)
      : readId(fields.id, at('id'), reader, defaults.lenientIds ?? false);
  const rest = {
    protocol: readProtocol(fields.protocol, at('protocol'), reader),
    tags: readTags(fields.tags, at('tags'), reader),
    meta: readMeta(fields.meta, at('meta'), reader),
    weight: number('weight'),
    priority: number('priority'),
    checks: readChecks(fields.checks, at('checks'), reader, { address: address ?? '127.0.0.1', port: port ?? 0 }),
  };
  if (reader.problems.length > before) return undefined;
  if (service === undefined || id === undefined || address === undefined || port === undefined) return undefined;
  return { service, id, address, port, ...rest };
}

function readName(value: unknown, path: FieldPath, reader: FieldReader, octetsMax?: number): string | undefined {
  if (value === undefined) return reader.fail(path, 'is required');
  const name = reader.text(value, path, { lengthMax: nameCharsMax, expected: 'a name' });
  if (name === undefined) return undefined;
  const field = String(path.at(-1));
  const problem = labelProblem(field, name, octetsMax);
  return problem === undefined ? name : reader.fail(path, problem.replace(new RegExp(`^${field} `), ''));
}

function readId(value: unknown, path: FieldPath, reader: FieldReader, lenient: boolean): string | undefined {
  if (!lenient) return readName(value, path, reader);
  const rule = { lengthMax: nameCharsMax, pattern: /^[^/\p{Cc}]+$/u, expected: 'an id without slashes' };
  return reader.text(value, path, rule);
}

function readPort(value: unknown, path: FieldPath, reader: FieldReader): number | undefined {
  if (value === undefined) return reader.fail(path, 'is required');
  return reader.integer(value, path, { min: 1, max: 65535 });
}

function readAddress(value: unknown, path: FieldPath, reader: FieldReader, otherwise: string): string | undefined {
  if (value === undefined || value === '') return otherwise;
  const rule = { lengthMax: definitionLimits.addressLength, expected: 'an IP address or a host name' };
  const text = reader.text(value, path, rule);
  if (text === undefined) return undefined;
  const parsed = parseHostPort(formatHostPort({ host: text, port: 1 }));
  if ('problem' in parsed) return reader.fail(path, `expected an IP address or a host name, got ${shown(text)}`);
  return parsed.address;
}

function readProtocol(value: unknown, path: FieldPath, reader: FieldReader): string {
  if (value === undefined) return 'tcp';
  const rule = { lengthMax: 32, pattern: protocolPattern, expected: 'a protocol such as tcp, udp or http' };
  return (reader.text(value, path, rule) ?? 'tcp').toLowerCase();
}

function readTags(value: unknown, path: FieldPath, reader: FieldReader): readonly string[] {
  const rule = { lengthMax: tagCharsMax, pattern: /^\P{Cc}+$/u, expected: 'a tag (text on one line)' };
  const tags = reader.list(value, path, tagsMax) ?? [];
  return [...new Set(tags.flatMap((tag, index) => reader.text(tag, [...path, index], rule) ?? []))];
}

function readMeta(value: unknown, path: FieldPath, reader: FieldReader): Readonly<Record<string, string>> {
  if (value === undefined) return {};
  const meta: Record<string, string> = {};
  if (!isMapping(value)) {
    reader.fail(path, `expected a mapping of names to text, got ${shown(value)}`);
    return meta;
  }
  const pairs = Object.entries(value);
  if (pairs.length > metaPairsMax) reader.fail(path, `at most ${metaPairsMax} pairs are allowed, got ${pairs.length}`);
  for (const [name, content] of pairs.slice(0, metaPairsMax)) {
    if (name === '' || name.length > metaKeyCharsMax) {
      reader.fail([...path, name], `a name has 1 to ${metaKeyCharsMax} characters`);
    }
    const text = reader.text(content, [...path, name], { lengthMax: metaValueCharsMax, expected: 'text' });
    if (text !== undefined) meta[name] = text;
  }
  return meta;
}

function readChecks(
  value: unknown,
  path: FieldPath,
  reader: FieldReader,
  home: { readonly address: string; readonly port: number },
): readonly CheckDefinition[] {
  const checks: CheckDefinition[] = [];
  const taken = new Set<string>();
  for (const [index, each] of (reader.list(value, path, definitionLimits.checksPerService) ?? []).entries()) {
    const check = readCheck(each, [...path, index], reader, { home, taken });
    if (check === undefined) continue;
    taken.add(check.id);
    checks.push(check);
  }
  return checks;
}
