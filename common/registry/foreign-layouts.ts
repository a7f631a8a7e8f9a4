// The two layouts of others that we read, each switched on by its prefix, so that what already registers itself in an
// etcd is found without a change: SkyDNS (CoreDNS, registrator, external-dns) and etcd's gRPC naming (clientv3/naming).
// Only reading: we never write into them.

import { quoted } from './dns-label.ts';
import { instanceBytesMax } from './instance.ts';
import { type ParsedInstance, parseHostPort, parseInstanceValue } from './instance-value.ts';
import { instanceReading, type KeyLayout, type Reading, segmentProblem } from './key-layout.ts';

/** Labels between the prefix and the leaf that we are willing to read. */
const skydnsDepthMax = 16;

/**
 * SkyDNS keeps `1.rails.production.east.skydns.local` under `/skydns/local/skydns/east/production/rails/1`.
 * The last label is the id, the one before it the service, those above it become tags, nearest first: with prefix
 * `/skydns/local/skydns/` that key is instance `1` of `rails`, tagged `production` and `east`. As ids need only be
 * unique below their parent, the tags are part of ours: `1-production-east`.
 */
export function skydnsLayout(prefix: string): KeyLayout {
  return {
    name: 'skydns',
    prefix,
    read(key, value) {
      const labels = key.slice(prefix.length).split('/').reverse();
      const [leaf = '', service = leaf, ...above] = labels;
      const problem =
        labels.length > skydnsDepthMax
          ? `key has ${labels.length} labels under the prefix, more than ${skydnsDepthMax}`
          : labels.map((label) => segmentProblem('label', label)).find((found) => found !== undefined);
      if (problem !== undefined) return { kind: 'problem', problem };
      return instanceReading(skydnsInstance(value, { service, id: [leaf, ...above].join('-'), tags: above }));
    },
  };
}

interface SkydnsPlace {
  readonly service: string;
  readonly id: string;
  readonly tags: readonly string[];
}

function skydnsInstance(value: Buffer, { service, id, tags }: SkydnsPlace): ParsedInstance {
  const fields = jsonObject(value);
  if (typeof fields === 'string') return { problem: fields };
  const { host, port, priority, weight, text, ttl, group } = fields;
  const mapped = {
    address: host,
    port,
    // CoreDNS's defaults for absent and zero values.
    priority: priority === undefined || priority === 0 ? 10 : priority,
    weight: weight === undefined || weight === 0 ? 100 : weight,
    meta: {
      ...(typeof text === 'string' && text !== '' ? { text } : {}),
      ...(typeof group === 'string' && group !== '' ? { group } : {}),
    },
    ttlSeconds: typeof ttl === 'number' && ttl > 0 ? Math.floor(ttl) : undefined,
    tags,
  };
  return renamed(parseInstanceValue(JSON.stringify(mapped), { service, id }), 'address', 'host');
}

/**
 * gRPC naming (etcd clientv3/naming/endpoints): `<target>/<anything>` holds `{"Op":0,"Addr":"host:port","Metadata":…}`.
 * Under the prefix the last part of the key is the id, the one before it the service; without one, the service is the
 * last part of the prefix itself.
 */
export function grpcNamingLayout(prefix: string): KeyLayout {
  const ownName =
    prefix
      .split('/')
      .filter((part) => part !== '')
      .at(-1) ?? 'grpc';
  return {
    name: 'grpc',
    prefix,
    read(key, value): Reading {
      const parts = key
        .slice(prefix.length)
        .split('/')
        .filter((part) => part !== '');
      const id = parts.at(-1) ?? '';
      const service = parts.at(-2) ?? ownName;
      const problem = segmentProblem('service', service) ?? segmentProblem('instance id', id);
      if (problem !== undefined) return { kind: 'problem', problem };
      const fields = jsonObject(value);
      if (typeof fields === 'string') return { kind: 'problem', problem: fields };
      // Op 1 is Delete (naming.Update): a record that says it is none.
      if (fields.Op === 1) return { kind: 'other' };
      return instanceReading(grpcInstance(fields, service, id));
    },
  };
}

function grpcInstance(fields: Record<string, unknown>, service: string, id: string): ParsedInstance {
  const address = fields.Addr;
  if (typeof address !== 'string') return { problem: 'field Addr is missing; expected "host:port"' };
  const place = parseHostPort(address);
  if ('problem' in place) return { problem: `field Addr: ${quoted(address)} is not host:port` };
  const metadata = fields.Metadata;
  const meta = metadata === undefined || metadata === null ? {} : { metadata: asText(metadata) };
  return parseInstanceValue(JSON.stringify({ ...place, protocol: 'grpc', meta }), { service, id });
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The value as a JSON object, or what is wrong with it. */
function jsonObject(value: Buffer): Record<string, unknown> | string {
  if (value.length > instanceBytesMax) return `value has ${value.length} bytes, more than ${instanceBytesMax}`;
  try {
    const parsed: unknown = JSON.parse(value.toString());
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      return parsed as Record<string, unknown>;
    return 'value is JSON but not an object';
  } catch (error) {
    return `value is not valid JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** The problem in the words of the layout: SkyDNS says `host` where we say `address`. */
function renamed(parsed: ParsedInstance, ours: string, theirs: string): ParsedInstance {
  return 'problem' in parsed ? { problem: parsed.problem.replace(ours, theirs) } : parsed;
}
