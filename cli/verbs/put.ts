// `put`: one key; the value may come from standard input.

import { PutRequest } from '../../common/api/generated/messages.ts';
import type { OptionValues } from '../../common/config/option.ts';
import { badArgs, orExit } from '../exit-error.ts';
import { bytesOf } from '../format/byte-text.ts';
import { parseInt64 } from '../format/go-number.ts';
import { readAll } from '../line-reader.ts';
import { defineVerb, flag, textFlag } from '../verb.ts';

export const putOptions = {
  lease: textFlag('0', 'ID', 'lease (in hexadecimal) to attach the key to'),
  'prev-kv': flag('print the key and value from before'),
  'ignore-value': flag('keep the present value'),
  'ignore-lease': flag('keep the present lease'),
} as const;

const neededArguments = 'put command needs 1 argument and input from stdin or 2 arguments';

/** Also what a `put` line of a txn means. `stdinValue`: what standard input held, when the value is to come from there. */
export function putRequest(
  args: readonly string[],
  values: OptionValues<typeof putOptions>,
  stdinValue: Buffer | undefined,
): PutRequest {
  if (args.length === 0) throw badArgs(neededArguments);
  if (values.ignoreValue && args.length > 1) {
    throw badArgs("put command needs only 1 argument when 'ignore-value' is set");
  }
  const argument = args[1] === undefined ? stdinValue : bytesOf(args[1]);
  if (!values.ignoreValue && argument === undefined) throw badArgs(neededArguments);
  let lease: bigint;
  try {
    lease = parseInt64(values.lease, 16);
  } catch (error) {
    throw badArgs(`bad lease ID (${(error as Error).message}), expecting ID in Hex`);
  }
  return PutRequest.create({
    key: bytesOf(args[0]!),
    value: values.ignoreValue ? Buffer.alloc(0) : argument!,
    lease,
    prevKv: values.prevKv,
    ignoreValue: values.ignoreValue,
    ignoreLease: values.ignoreLease,
  });
}

export const put = defineVerb({
  name: 'put',
  usage: '[flags] KEY [VALUE]   (without VALUE it is read from standard input)',
  summary: 'puts a key',
  options: putOptions,
  async run({ args, values, session }) {
    let stdinValue: Buffer | undefined;
    if (args.length === 1 && !values.ignoreValue) {
      const input = await readAll(session.input);
      if (input.length > 0) stdinValue = input;
    }
    const request = putRequest(args, values, stdinValue);
    session.printer.put(await orExit(session.client.put(request, session.call())));
    return 0;
  },
});
