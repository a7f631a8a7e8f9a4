// Reads one entry of `checks:`. A check has exactly one target (`http`, `tcp` or `ttl`), which decides what else may be
// said about it. Targets may be relative to the instance: `http: /healthz`, `tcp: :9090`.

import { METHODS } from 'node:http';
import { formatHostPort, parseHostPort } from '../../common/config/host-port.ts';
import { type CheckStatus, checkStatuses } from '../../common/registry/instance.ts';
import { type FieldPath, type FieldReader, isMapping, shown } from './field-reader.ts';
import {
  type CheckDefinition,
  type CheckTarget,
  checkDefaults,
  checkRules,
  definitionLimits,
} from './service-definition.ts';

const commonFields = ['id', 'name', 'notes', 'status'];
const scheduleFields = ['interval', 'timeout', 'rise', 'fall'];
const fieldsByKind = {
  http: [...commonFields, ...scheduleFields, 'method', 'headers', 'body', 'tls_skip_verify', 'follow_redirects'],
  tcp: [...commonFields, ...scheduleFields],
  ttl: commonFields,
} as const;
const kinds = ['http', 'tcp', 'ttl'] as const;

const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;
const checkId = /^[^/\p{Cc}]+$/u;

/** What a relative target is relative to. */
export interface CheckHome {
  readonly address: string;
  readonly port: number;
}

/** undefined when something is wrong; the reader has the problems. `taken` are the ids of the checks before it. */
export function readCheck(
  value: unknown,
  path: FieldPath,
  reader: FieldReader,
  context: { readonly home: CheckHome; readonly taken: ReadonlySet<string> },
): CheckDefinition | undefined {
  if (!isMapping(value)) return reader.fail(path, `expected a check such as { http: URL }, got ${shown(value)}`);
  const kind = targetKind(value, path, reader);
  if (kind === undefined) return undefined;
  const before = reader.problems.length;
  const fields = reader.mapping(value, path, [kind, ...fieldsByKind[kind]]) ?? {};
  const status = optional(fields, 'status', (it) => reader.oneOf(it, [...path, 'status'], checkStatuses));
  const target = readTarget(kind, fields, path, reader, context.home);
  const schedule = readSchedule(fields, path, reader, status ?? 'critical');
  const text = (field: string): string =>
    optional(fields, field, (it) => reader.text(it, [...path, field], { lengthMax: 255, expected: 'text' })) ?? '';
  const id = readId(fields, path, reader, { kind, taken: context.taken });
  const name = text('name');
  const notes = text('notes');
  if (reader.problems.length > before || target === undefined || id === undefined) return undefined;
  return { id, name: name === '' ? `${kind.toUpperCase()} check` : name, notes, target, schedule };
}

function optional<T>(
  fields: Readonly<Record<string, unknown>>,
  field: string,
  read: (value: unknown) => T | undefined,
): T | undefined {
  return fields[field] === undefined ? undefined : read(fields[field]);
}

function targetKind(
  value: Readonly<Record<string, unknown>>,
  path: FieldPath,
  reader: FieldReader,
): (typeof kinds)[number] | undefined {
  const given = kinds.filter((kind) => value[kind] !== undefined);
  if (given.length === 1) return given[0];
  if (given.length > 1) return reader.fail(path, `has ${given.join(' and ')}: a check has one target`);
  return reader.fail(path, `has no target: expected one of ${kinds.join(', ')}`);
}

function readId(
  fields: Readonly<Record<string, unknown>>,
  path: FieldPath,
  reader: FieldReader,
  context: { readonly kind: string; readonly taken: ReadonlySet<string> },
): string | undefined {
  const { kind, taken } = context;
  if (fields.id === undefined) {
    let id = kind;
    for (let number = 2; taken.has(id); number++) id = `${kind}-${number}`;
    return id;
  }
  const rule = { lengthMax: 255, pattern: checkId, expected: 'an id without slashes' };
  const id = reader.text(fields.id, [...path, 'id'], rule);
  if (id !== undefined && taken.has(id)) return reader.fail([...path, 'id'], `another check has the id ${shown(id)}`);
  return id;
}

function readSchedule(
  fields: Readonly<Record<string, unknown>>,
  path: FieldPath,
  reader: FieldReader,
  initialStatus: CheckStatus,
): CheckDefinition['schedule'] {
  const duration = (field: 'interval' | 'timeout'): number | undefined =>
    optional(fields, field, (it) => reader.duration(it, [...path, field], checkRules[field]));
  const threshold = (field: 'rise' | 'fall'): number =>
    optional(fields, field, (it) => reader.integer(it, [...path, field], checkRules.threshold)) ?? checkDefaults[field];
  const intervalMs = duration('interval') ?? checkDefaults.intervalMs;
  const timeoutMs = duration('timeout') ?? Math.min(checkDefaults.timeoutMs, intervalMs);
  return { intervalMs, timeoutMs, rise: threshold('rise'), fall: threshold('fall'), initialStatus };
}

function readTarget(
  kind: (typeof kinds)[number],
  fields: Readonly<Record<string, unknown>>,
  path: FieldPath,
  reader: FieldReader,
  home: CheckHome,
): CheckTarget | undefined {
  if (kind === 'ttl') {
    const ttlMs = reader.duration(fields.ttl, [...path, 'ttl'], checkRules.ttl);
    return ttlMs === undefined ? undefined : { kind, ttlMs };
  }
  if (kind === 'tcp') return readTcpTarget(fields.tcp, [...path, 'tcp'], reader, home);
  const url = readUrl(fields.http, [...path, 'http'], reader, home);
  const rest = {
    method: optional(fields, 'method', (it) => readMethod(it, [...path, 'method'], reader)) ?? 'GET',
    headers: readHeaders(fields.headers, [...path, 'headers'], reader),
    body:
      optional(fields, 'body', (it) =>
        reader.text(it, [...path, 'body'], { lengthMax: definitionLimits.bodyLength, expected: 'text' }),
      ) ?? '',
    tlsSkipVerify:
      optional(fields, 'tls_skip_verify', (it) => reader.boolean(it, [...path, 'tls_skip_verify'])) ?? false,
    followRedirects:
      optional(fields, 'follow_redirects', (it) => reader.boolean(it, [...path, 'follow_redirects'])) ?? true,
  };
  return url === undefined ? undefined : { kind, url, ...rest };
}

function readUrl(value: unknown, path: FieldPath, reader: FieldReader, home: CheckHome): string | undefined {
  const expected = 'a URL such as http://10.0.0.5:8080/healthz, or a path such as /healthz';
  const text = reader.text(value, path, { lengthMax: definitionLimits.urlLength, expected });
  if (text === undefined) return undefined;
  const absolute = text.startsWith('/')
    ? `http://${formatHostPort({ host: home.address, port: home.port })}${text}`
    : text;
  if (/^https?:\/\//i.test(absolute) && URL.canParse(absolute)) return new URL(absolute).href;
  return reader.fail(path, `expected ${expected}, got ${shown(value)}`);
}

function readTcpTarget(value: unknown, path: FieldPath, reader: FieldReader, home: CheckHome): CheckTarget | undefined {
  const expected = 'HOST:PORT such as 10.0.0.5:8080, or :8080 on the address of the service';
  const text = reader.text(value, path, { lengthMax: definitionLimits.addressLength + 8, expected });
  if (text === undefined) return undefined;
  const target = parseHostPort(text);
  if (target === undefined || target.port === 0) return reader.fail(path, `expected ${expected}, got ${shown(value)}`);
  return { kind: 'tcp', host: target.host === '' ? home.address : target.host, port: target.port };
}

function readMethod(value: unknown, path: FieldPath, reader: FieldReader): string | undefined {
  const text = reader.text(value, path, { lengthMax: 32, expected: 'an HTTP method such as GET' });
  if (text === undefined) return undefined;
  const method = text.toUpperCase();
  if (METHODS.includes(method) && method !== 'CONNECT') return method;
  return reader.fail(path, `expected an HTTP method such as GET, got ${shown(value)}`);
}

/** `Name: value` or `Name: [value, value]`. */
function readHeaders(
  value: unknown,
  path: FieldPath,
  reader: FieldReader,
): Readonly<Record<string, readonly string[]>> {
  const headers: Record<string, readonly string[]> = {};
  if (value === undefined) return headers;
  if (!isMapping(value)) {
    reader.fail(path, `expected a mapping of header names to values, got ${shown(value)}`);
    return headers;
  }
  const names = Object.keys(value);
  if (names.length > definitionLimits.headers) {
    reader.fail(path, `at most ${definitionLimits.headers} entries are allowed, got ${names.length}`);
    return headers;
  }
  const rule = { lengthMax: definitionLimits.textLength, pattern: headerValue, expected: 'a header value' };
  for (const name of names) {
    if (!headerName.test(name)) reader.fail([...path, name], 'is not a header name');
    const given = value[name];
    const list = Array.isArray(given) ? reader.list(given, [...path, name], definitionLimits.headers) : [given];
    headers[name] = (list ?? []).flatMap((each) => reader.text(each, [...path, name], rule) ?? []);
  }
  return headers;
}
