// `service resolve`: host:port of each passing instance, one a line, for scripts.

import { formatHostPort } from '../../common/config/host-port.ts';
import { isServing } from '../../common/registry/instance.ts';
import { ExitError, exitCodes } from '../exit-error.ts';
import { defineVerb, textFlag } from '../verb.ts';
import { serviceNameOf } from './arguments.ts';
import { readRegistry } from './registry-read.ts';

export const serviceResolve = defineVerb({
  name: 'service resolve',
  usage: 'NAME [flags]',
  summary: 'prints host:port of each passing instance of a service',
  options: { tag: textFlag('', 'TAG', 'only instances with this tag') },
  async run({ args, values, session }) {
    const service = serviceNameOf(args, 'service resolve');
    const { instances, unreadable } = await readRegistry(session, service);
    for (const { key, problem } of unreadable) session.out.complain(`unreadable: ${key}: ${problem}`);
    const passing = instances
      .map(({ instance }) => instance)
      .filter((instance) => isServing(instance) && (values.tag === '' || instance.tags.includes(values.tag)));
    if (passing.length === 0) {
      const tagged = values.tag === '' ? '' : ` with tag "${values.tag}"`;
      throw new ExitError(exitCodes.error, `service "${service}" has no passing instance${tagged}`);
    }
    const addresses = passing.map(({ address, port }) => formatHostPort({ host: address, port }));
    if (session.printer.format === 'json') session.out.write(`${JSON.stringify(addresses)}\n`);
    else session.out.write(addresses.map((address) => `${address}\n`).join(''));
    return 0;
  },
});
