// The flags of `rollcall run` to a service definition: pure. The rules are those of definition files, the messages name
// flags.

import { formatDuration } from '../../common/config/units.ts';
import { UsageError } from '../../common/runtime/role.ts';
import { type FieldPath, FieldReader } from '../definitions/field-reader.ts';
import { readService } from '../definitions/read-service.ts';
import type { DefinitionDefaults, ServiceDefinition } from '../definitions/service-definition.ts';

export interface RunFlags {
  readonly service: string;
  readonly port: number | undefined;
  readonly id: string;
  readonly tag: readonly string[];
  /** `name=value` each. */
  readonly meta: readonly string[];
  /** `http:/path`, `http://…`, `https://…`, `tcp`, `tcp:HOST:PORT`; empty: none. */
  readonly check: string;
  /** ms */
  readonly interval: number;
  /** ms */
  readonly timeout: number | undefined;
  readonly rise: number;
  readonly fall: number;
}

/** Throws UsageError. */
export function runDefinition(flags: RunFlags, defaults: DefinitionDefaults): ServiceDefinition {
  const timing = {
    interval: formatDuration(flags.interval),
    ...(flags.timeout === undefined ? {} : { timeout: formatDuration(flags.timeout) }),
    rise: flags.rise,
    fall: flags.fall,
  };
  const fields = {
    ...(flags.service === '' ? {} : { service: flags.service }),
    ...(flags.port === undefined ? {} : { port: flags.port }),
    ...(flags.id === '' ? {} : { id: flags.id }),
    tags: flags.tag,
    meta: Object.fromEntries(flags.meta.map(readPair)),
    checks: flags.check === '' ? [] : [{ ...checkTarget(flags.check, flags.port), ...timing }],
  };
  const reader = new FieldReader('', () => undefined, flagOf);
  const definition = readService(fields, [], reader, defaults);
  const problem = reader.problems[0];
  if (problem !== undefined) throw new UsageError(`${problem.field}: ${problem.message}`);
  return definition!;
}

function readPair(text: string): [string, string] {
  const equals = text.indexOf('=');
  if (equals < 1) throw new UsageError(`--meta: expected name=value, got "${text}"`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

function checkTarget(text: string, port: number | undefined): { http: string } | { tcp: string } {
  if (/^https?:\/\//i.test(text)) return { http: text };
  if (text.startsWith('http:/')) return { http: text.slice('http:'.length) };
  if (text === 'tcp') return { tcp: `:${port ?? 0}` };
  if (text.startsWith('tcp:')) return { tcp: text.slice('tcp:'.length) };
  throw new UsageError(`--check: expected http:/PATH, an http URL, tcp or tcp:HOST:PORT, got "${text}"`);
}

function flagOf(path: FieldPath): string {
  const [field, , inner] = path;
  if (field === 'checks')
    return typeof inner === 'string' && !['http', 'tcp'].includes(inner) ? `--${inner}` : '--check';
  return field === 'tags' ? '--tag' : `--${String(field)}`;
}
