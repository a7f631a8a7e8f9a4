// One instance of a service as everybody shares it: its fields, its bounds, its stored form, and whether discovery may
// hand it out. How a stored value is read is instance-value.ts; which key belongs to which instance is key-layout.ts.

export const checkStatuses = ['passing', 'warning', 'critical'] as const;
export type CheckStatus = (typeof checkStatuses)[number];

/** `draining`: alive, but no new work is to be sent its way; it is about to leave. */
export const instanceStatuses = [...checkStatuses, 'draining'] as const;
export type InstanceStatus = (typeof instanceStatuses)[number];

export interface InstanceCheck {
  readonly id: string;
  readonly status: CheckStatus;
  /** What the check saw last, cut at `checkOutputCharsMax`. */
  readonly output: string;
}

export interface Instance {
  readonly service: string;
  /** Unique within the service. */
  readonly id: string;
  /** IPv4 or IPv6 address without brackets, or a host name without a trailing dot. */
  readonly address: string;
  /** 1 to 65535. */
  readonly port: number;
  /** Lower case: `tcp`, `udp`, or an application protocol such as `http` (which counts as TCP). */
  readonly protocol: string;
  readonly tags: readonly string[];
  readonly meta: Readonly<Record<string, string>>;
  /** RFC 2782 weight, 0 to 65535: the share among instances of equal priority. */
  readonly weight: number;
  /** RFC 2782 priority, 0 to 65535: lower is tried first. */
  readonly priority: number;
  readonly status: InstanceStatus;
  /** Name of the node it runs on; empty when not told. */
  readonly node: string;
  readonly checks: readonly InstanceCheck[];
  /** Upper bound for DNS TTLs, from layouts that carry one (SkyDNS). */
  readonly ttlSeconds?: number;
}

export const instanceBytesMax = 64 * 1024;
export const nameCharsMax = 255;
export const tagsMax = 64;
export const tagCharsMax = 128;
export const metaPairsMax = 64;
export const metaKeyCharsMax = 128;
export const metaValueCharsMax = 1024;
export const checksMax = 64;
export const checkOutputCharsMax = 4096;

/** Whether new work may be sent to it: the one place that decides what discovery answers. Only `passing` is. */
export function isServing(instance: Instance): boolean {
  return instance.status === 'passing';
}

/** The stored form: JSON with the fields in one fixed order, so that equal instances give equal values. */
export function formatInstance(instance: Instance): string {
  const { service, id, address, port, protocol, tags, meta, weight, priority, status, node, checks } = instance;
  return JSON.stringify({
    service,
    id,
    address,
    port,
    protocol,
    tags,
    meta: Object.fromEntries(Object.entries(meta).sort(([a], [b]) => (a < b ? -1 : 1))),
    weight,
    priority,
    status,
    node,
    checks,
  });
}
