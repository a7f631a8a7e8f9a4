// The body of PUT /v1/agent/service/register, in Consul's field names, to a definition. Consul reads JSON names without
// regard to case and underscores; so does this. What we do not have is refused by name when it is set to something,
// because a check that never runs or a proxy that is not there would be found out too late. Names without influence on
// discovery (EnableTagOverride, TaggedAddresses) are let pass, as are unknown ones: clients send what newer Consuls know.

import {
  type FieldPath,
  FieldReader,
  formatPath,
  isMapping,
  type Problem,
  shown,
} from '../definitions/field-reader.ts';
import { readService } from '../definitions/read-service.ts';
import type { DefinitionDefaults, ServiceDefinition } from '../definitions/service-definition.ts';

export interface ConsulRegistration {
  readonly definition: ServiceDefinition | undefined;
  readonly problems: readonly Problem[];
  /** Accepted fields without effect, to be logged. */
  readonly ignored: readonly string[];
}

const SOURCE = 'request body';
const refusedServiceFields = ['Kind', 'Proxy', 'Connect', 'SocketPath', 'Namespace', 'Partition', 'Ports'];
const refusedCheckFields = [
  ...['Script', 'Args', 'ScriptArgs', 'DockerContainerID', 'Shell', 'GRPC', 'H2PING', 'UDP', 'OSService'],
  ...['AliasNode', 'AliasService', 'TLSServerName', 'TCPUseTLS', 'ProxyHTTP'],
];
const ignoredCheckFields = ['DeregisterCriticalServiceAfter'];

/** Our field names to Consul's, for messages. */
const consulNames: Readonly<Record<string, string>> = {
  ...{ service: 'Name', id: 'ID', address: 'Address', port: 'Port', tags: 'Tags', meta: 'Meta' },
  ...{ weight: 'Weights.Passing', http: 'HTTP', tcp: 'TCP', ttl: 'TTL', interval: 'Interval', timeout: 'Timeout' },
  ...{ method: 'Method', headers: 'Header', body: 'Body', status: 'Status', notes: 'Notes', name: 'Name' },
  ...{ rise: 'SuccessBeforePassing', fall: 'FailuresBeforeCritical', tls_skip_verify: 'TLSSkipVerify' },
};

export function readConsulRegistration(body: unknown, defaults: DefinitionDefaults): ConsulRegistration {
  const fields = new ConsulFields(body);
  if (!isMapping(body)) return refused('', `expected an object with Name, Port …, got ${shown(body)}`);
  const unavailable = fields.firstSet(refusedServiceFields);
  if (unavailable !== undefined) return refused(unavailable, 'is not available here');
  const id = fields.get('ID') || fields.get('Name');
  const single = fields.get('Check');
  const given = single === undefined ? (fields.get('Checks') ?? []) : [single];
  if (!Array.isArray(given)) return refused('Checks', `expected a list, got ${shown(given)}`);
  const ignored = new Set<string>();
  const checks: unknown[] = [];
  for (const [index, each] of given.entries()) {
    const place = single === undefined ? `Checks[${index}]` : 'Check';
    if (!isMapping(each)) return refused(place, `expected an object, got ${shown(each)}`);
    const check = new ConsulFields(each);
    const kind = check.firstSet(refusedCheckFields);
    if (kind !== undefined) return refused(`${place}.${kind}`, 'is not available here');
    const late = check.firstSet(ignoredCheckFields);
    if (late !== undefined) ignored.add(late);
    const number = given.length === 1 ? '' : `:${index + 1}`;
    checks.push(checkFields(check, `service:${String(id)}${number}`));
  }
  const weights = fields.get('Weights');
  const service = withoutUndefined({
    service: fields.get('Name'),
    id,
    address: fields.get('Address'),
    port: fields.get('Port'),
    tags: fields.get('Tags'),
    meta: fields.get('Meta'),
    weight: isMapping(weights) ? new ConsulFields(weights).get('Passing') : undefined,
    checks,
  });
  const reader = new FieldReader(
    SOURCE,
    () => undefined,
    (path) => consulField(path, single !== undefined),
  );
  const definition = readService(service, [], reader, { ...defaults, lenientIds: true });
  return { definition, problems: reader.problems, ignored: [...ignored] };
}

function refused(field: string, message: string): ConsulRegistration {
  return { definition: undefined, problems: [{ source: SOURCE, line: undefined, field, message }], ignored: [] };
}

function checkFields(check: ConsulFields, defaultId: string): Record<string, unknown> {
  const http = check.get('HTTP');
  const disableRedirects = check.get('DisableRedirects');
  return withoutUndefined({
    id: check.get('CheckID') ?? check.get('ID') ?? defaultId,
    name: check.get('Name'),
    notes: check.get('Notes'),
    status: check.get('Status'),
    http,
    tcp: check.get('TCP'),
    ttl: duration(check.get('TTL')),
    interval: duration(check.get('Interval')),
    timeout: duration(check.get('Timeout')),
    rise: atLeastOne(check.get('SuccessBeforePassing')),
    fall: atLeastOne(check.get('FailuresBeforeCritical')),
    ...(http === undefined
      ? {}
      : {
          method: check.get('Method'),
          headers: check.get('Header'),
          body: check.get('Body'),
          tls_skip_verify: check.get('TLSSkipVerify'),
          follow_redirects: typeof disableRedirects === 'boolean' ? !disableRedirects : disableRedirects,
        }),
  });
}

/** Go's JSON durations may be numbers: nanoseconds. */
function duration(value: unknown): unknown {
  return typeof value === 'number' ? `${value}ns` : value;
}

/** Consul counts from 0 where we count from 1: 0 and 1 both mean "the first one decides". */
function atLeastOne(value: unknown): unknown {
  return value === 0 ? 1 : value;
}

function withoutUndefined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function consulField(path: FieldPath, single: boolean): string {
  const named = path.map((step, index) => {
    if (step === 'checks') return single ? 'Check' : 'Checks';
    if (step === 'id' && index > 0) return 'CheckID';
    return typeof step === 'string' ? (consulNames[step] ?? step) : step;
  });
  return formatPath(single ? named.filter((step) => typeof step !== 'number') : named);
}

/** Looks fields up as Consul does; null and the empty string count as absent. */
class ConsulFields {
  readonly #fields = new Map<string, unknown>();

  constructor(value: unknown) {
    if (!isMapping(value)) return;
    for (const [name, content] of Object.entries(value)) this.#fields.set(plain(name), content);
  }

  get(name: string): unknown {
    const value = this.#fields.get(plain(name));
    return value === null || value === '' ? undefined : value;
  }

  /** The first of these fields that says something. */
  firstSet(names: readonly string[]): string | undefined {
    return names.find((name) => !saysNothing(this.get(name)));
  }
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll('_', '');
}

function saysNothing(value: unknown): boolean {
  if (value === undefined || value === false || value === 0 || value === 'default') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isMapping(value) && Object.values(value).every((each) => each === null || saysNothing(each));
}
