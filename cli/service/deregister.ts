// `service deregister`: takes one instance out of the registry.

import { DeleteRangeRequest } from '../../common/api/generated/messages.ts';
import { instanceKey } from '../../common/registry/key-layout.ts';
import { ExitError, exitCodes, orExit } from '../exit-error.ts';
import { defineVerb, noOptions } from '../verb.ts';
import { usageError } from './arguments.ts';

export const serviceDeregister = defineVerb({
  name: 'service deregister',
  usage: 'NAME ID',
  summary: 'takes an instance out of the registry',
  options: noOptions,
  async run({ args, session }) {
    const [service, id, ...more] = args;
    if (!service || !id || more.length > 0) {
      throw usageError('service deregister needs two arguments, the name of the service and the id of the instance');
    }
    const request = DeleteRangeRequest.create({ key: Buffer.from(instanceKey(service, id)) });
    const { deleted } = await orExit(session.client.deleteRange(request, session.call()));
    if (deleted === 0) throw new ExitError(exitCodes.error, `service "${service}" has no instance "${id}"`);
    session.out.write(`deregistered ${service}/${id}\n`);
    return 0;
  },
});
