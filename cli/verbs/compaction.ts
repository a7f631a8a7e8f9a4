// `compaction`: drops history before a revision.

import { CompactionRequest } from '../../common/api/generated/messages.ts';
import { badArgs, ExitError, exitCodes, orExit } from '../exit-error.ts';
import { parseInt64 } from '../format/go-number.ts';
import { defineVerb, flag } from '../verb.ts';

export const compaction = defineVerb({
  name: 'compaction',
  usage: '[flags] REVISION',
  summary: 'drops the history before a revision',
  options: { physical: flag('wait until the old revisions are gone from the disk') },
  async run({ args, values, session }) {
    if (args.length !== 1) throw badArgs('compaction command needs 1 argument');
    let revision: bigint;
    try {
      revision = parseInt64(args[0]!);
    } catch (error) {
      throw new ExitError(exitCodes.error, (error as Error).message);
    }
    const request = CompactionRequest.create({ revision: Number(revision), physical: values.physical });
    await orExit(session.client.compact(request, session.call()));
    session.out.write(`compacted revision ${revision}\n`);
    return 0;
  },
});
