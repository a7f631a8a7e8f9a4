// `del`: one key, or a range of keys.

import { DeleteRangeRequest } from '../../common/api/generated/messages.ts';
import type { OptionValues } from '../../common/config/option.ts';
import { badArgs, orExit } from '../exit-error.ts';
import { keyRange } from '../key-range.ts';
import { defineVerb, flag } from '../verb.ts';

export const delOptions = {
  prefix: flag('all keys that begin with the key'),
  'prev-kv': flag('print the deleted keys and values'),
  'from-key': flag('all keys from the key on, by bytes'),
  // etcdctl 3.6 waits two seconds before it deletes [KEY, RANGE_END) without this flag; here nothing waits.
  range: flag('says that a range is meant (for scripts that serve newer etcdctl too)'),
} as const;

/** Also what a `del` line of a txn means. */
export function delRequest(args: readonly string[], values: OptionValues<typeof delOptions>): DeleteRangeRequest {
  if (args.length === 0 || args.length > 2) {
    throw badArgs('del command needs one argument as key and an optional argument as range_end');
  }
  return DeleteRangeRequest.create({ ...keyRange(args, values), prevKv: values.prevKv });
}

export const del = defineVerb({
  name: 'del',
  usage: '[flags] KEY [RANGE_END]',
  summary: 'deletes a key or the keys from KEY up to RANGE_END',
  options: delOptions,
  async run({ args, values, session }) {
    const request = delRequest(args, values);
    session.printer.del(await orExit(session.client.deleteRange(request, session.call())));
    return 0;
  },
});
