// A complete definition back to the text of a definition file; read-service.ts reads it as the same definition.

import { formatHostPort } from '../../common/config/host-port.ts';
import { formatDuration } from '../../common/config/units.ts';
import type { CheckDefinition, ServiceDefinition } from './service-definition.ts';

export function formatDefinition(definition: ServiceDefinition): string {
  const { service, id, address, port, protocol, tags, meta, weight, priority } = definition;
  const checks = definition.checks.map(checkFields);
  return `${JSON.stringify({ service, id, address, port, protocol, tags, meta, weight, priority, checks }, null, 2)}\n`;
}

function checkFields({ id, name, notes, target, schedule }: CheckDefinition): Record<string, unknown> {
  const common = { id, name, notes, status: schedule.initialStatus };
  if (target.kind === 'ttl') return { ttl: formatDuration(target.ttlMs), ...common };
  const timing = {
    interval: formatDuration(schedule.intervalMs),
    timeout: formatDuration(schedule.timeoutMs),
    rise: schedule.rise,
    fall: schedule.fall,
  };
  if (target.kind === 'tcp') return { tcp: formatHostPort(target), ...common, ...timing };
  return {
    http: target.url,
    ...common,
    method: target.method,
    headers: target.headers,
    body: target.body,
    tls_skip_verify: target.tlsSkipVerify,
    follow_redirects: target.followRedirects,
    ...timing,
  };
}
