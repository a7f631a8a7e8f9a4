// `get`: one key, or a range of keys.

import {
  RangeRequest,
  RangeRequestSortOrder as SortOrder,
  RangeRequestSortTarget as SortTarget,
} from '../../common/api/generated/messages.ts';
import type { OptionValues } from '../../common/config/option.ts';
import { badArgs, ExitError, exitCodes, orExit } from '../exit-error.ts';
import { keyRange } from '../key-range.ts';
import { defineVerb, flag, integerFlag, textFlag } from '../verb.ts';

export const getOptions = {
  consistency: textFlag('l', 'l|s', 'linearizable (l) or serializable (s)'),
  order: textFlag('', 'ASCEND|DESCEND', 'order of the results'),
  'sort-by': textFlag('', 'TARGET', 'CREATE, KEY, MODIFY, VALUE or VERSION'),
  limit: integerFlag('most results; 0 means all'),
  prefix: flag('all keys that begin with the key'),
  'from-key': flag('all keys from the key on, by bytes'),
  rev: integerFlag('the store as it was at this revision'),
  'keys-only': flag('keys without values'),
  'count-only': flag('the number of keys only'),
  'print-value-only': flag('values without keys (simple format)'),
  'min-create-rev': integerFlag('keys created at this revision or later'),
  'max-create-rev': integerFlag('keys created at this revision or earlier'),
  'min-mod-rev': integerFlag('keys changed at this revision or later'),
  'max-mod-rev': integerFlag('keys changed at this revision or earlier'),
} as const;

const orders: Readonly<Record<string, number>> = {
  '': SortOrder.NONE,
  ASCEND: SortOrder.ASCEND,
  DESCEND: SortOrder.DESCEND,
};
const targets: Readonly<Record<string, number>> = {
  '': SortTarget.KEY,
  CREATE: SortTarget.CREATE,
  KEY: SortTarget.KEY,
  MODIFY: SortTarget.MOD,
  VALUE: SortTarget.VALUE,
  VERSION: SortTarget.VERSION,
};

/** Also what a `get` line of a txn means. */
export function getRequest(args: readonly string[], values: OptionValues<typeof getOptions>): RangeRequest {
  if (args.length === 0) {
    throw badArgs('get command needs one argument as key and an optional argument as range_end');
  }
  if (values.keysOnly && values.countOnly) {
    throw badArgs('`--keys-only` and `--count-only` cannot be set at the same time, choose one');
  }
  if (values.consistency !== 'l' && values.consistency !== 's') {
    throw new ExitError(exitCodes.badFeature, `unknown consistency flag ${JSON.stringify(values.consistency)}`);
  }
  let sortOrder = orders[values.order.toUpperCase()];
  const sortTarget = targets[values.sortBy.toUpperCase()];
  if (sortOrder === undefined) throw new ExitError(exitCodes.badFeature, `bad sort order ${values.order}`);
  if (sortTarget === undefined) throw new ExitError(exitCodes.badFeature, `bad sort target ${values.sortBy}`);
  // Keys come in ascending order anyway, without the server sorting them again (clientv3.WithSort).
  if (sortOrder === SortOrder.ASCEND && sortTarget === SortTarget.KEY) sortOrder = SortOrder.NONE;
  return RangeRequest.create({
    ...keyRange(args, values),
    sortOrder,
    sortTarget,
    limit: values.limit,
    revision: Math.max(0, values.rev),
    serializable: values.consistency === 's',
    keysOnly: values.keysOnly,
    countOnly: values.countOnly,
    minCreateRevision: Math.max(0, values.minCreateRev),
    maxCreateRevision: Math.max(0, values.maxCreateRev),
    minModRevision: Math.max(0, values.minModRev),
    maxModRevision: Math.max(0, values.maxModRev),
  });
}

export const get = defineVerb({
  name: 'get',
  usage: '[flags] KEY [RANGE_END]',
  summary: 'gets a key or a range of keys',
  options: getOptions,
  async run({ args, values, session }) {
    const { printer } = session;
    const request = getRequest(args, values);
    const response = await orExit(session.client.range(request, session.call()));
    if (values.countOnly && printer.format !== 'fields') {
      throw badArgs('--count-only is only for `--write-out=fields`');
    }
    if (values.printValueOnly && printer.format !== 'simple') {
      throw badArgs('print-value-only is only for `--write-out=simple`');
    }
    printer.get(response, values.printValueOnly);
    return 0;
  },
});
