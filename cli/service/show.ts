// `service show`: the instances of one service with everything that is known about them, unreadable ones included.

import { formatHostPort } from '../../common/config/host-port.ts';
import { ExitError, exitCodes } from '../exit-error.ts';
import { hex16 } from '../format/go-number.ts';
import { defineVerb, noOptions } from '../verb.ts';
import { serviceNameOf } from './arguments.ts';
import { printService } from './output.ts';
import { readRegistry } from './registry-read.ts';

export const serviceShow = defineVerb({
  name: 'service show',
  usage: 'NAME [flags]',
  summary: 'shows the instances of a service, also what cannot be read',
  options: noOptions,
  async run({ args, session }) {
    const service = serviceNameOf(args, 'service show');
    const { instances, unreadable } = await readRegistry(session, service);
    if (instances.length === 0 && unreadable.length === 0) {
      throw new ExitError(exitCodes.error, `service "${service}" has no instances`);
    }
    const readable = instances.map(({ instance, lease }) => [
      instance.id,
      formatHostPort({ host: instance.address, port: instance.port }),
      instance.status,
      instance.tags.join(',') || '-',
      instance.node || '-',
      lease === 0n ? '-' : hex16(lease),
      failingChecks(instance.checks) || '-',
    ]);
    const broken = unreadable.map(({ key, problem }) => [key, '-', 'unreadable', '-', '-', '-', problem]);
    printService(session, {
      header: ['ID', 'ADDRESS', 'STATUS', 'TAGS', 'NODE', 'LEASE', 'PROBLEM'],
      rows: [...readable, ...broken],
      json: {
        service,
        instances: instances.map(({ key, instance, lease }) => ({
          key,
          ...instance,
          ...(lease === 0n ? {} : { lease: hex16(lease) }),
        })),
        unreadable,
      },
    });
    return 0;
  },
});

function failingChecks(
  checks: readonly { readonly id: string; readonly status: string; readonly output: string }[],
): string {
  return checks
    .filter(({ status }) => status !== 'passing')
    .map(({ id, output }) => `${id}: ${output.replace(/\s+/g, ' ').trim()}`)
    .join('; ');
}
