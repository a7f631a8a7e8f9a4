// `txn`: compares, then requests for success, then requests for failure, each block of lines ended by a blank one.

import { RequestOp, TxnRequest } from '../../common/api/generated/messages.ts';
import type { LoadedOptions } from '../../common/config/load-options.ts';
import { loadOptions } from '../../common/config/load-options.ts';
import type { OptionTable } from '../../common/config/option.ts';
import { UsageError } from '../../common/runtime/role.ts';
import { argify } from '../argify.ts';
import { badArgs, ExitError, exitCodes, orExit } from '../exit-error.ts';
import { createLineReader, type LineReader } from '../line-reader.ts';
import { parseCompare } from '../txn-compare.ts';
import { defineVerb } from '../verb.ts';
import { delOptions, delRequest } from './del.ts';
import { getOptions, getRequest } from './get.ts';
import { putOptions, putRequest } from './put.ts';

/** One `put`, `get` or `del` line. */
export function parseRequest(line: string): RequestOp {
  const words = argify(line);
  const [verb, ...argv] = words;
  if (words.length < 2) {
    throw new ExitError(exitCodes.invalidInput, `invalid txn compare request: ${line}`);
  }
  switch (verb) {
    case 'put': {
      const { positionals, values } = parseWords(putOptions, argv, line);
      return RequestOp.create({ requestPut: putRequest(positionals, values, undefined) });
    }
    case 'get': {
      const { positionals, values } = parseWords(getOptions, argv, line);
      return RequestOp.create({ requestRange: getRequest(positionals, values) });
    }
    case 'del': {
      const { positionals, values } = parseWords(delOptions, argv, line);
      return RequestOp.create({ requestDeleteRange: delRequest(positionals, values) });
    }
    default:
      throw new ExitError(exitCodes.invalidInput, `invalid txn request: ${line}`);
  }
}

function parseWords<const T extends OptionTable>(table: T, argv: readonly string[], line: string): LoadedOptions<T> {
  try {
    return loadOptions(table, { argv, env: {}, prefixes: [], positionals: 'mixed' });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new ExitError(exitCodes.invalidInput, `invalid txn request: ${line} (${error.message})`);
  }
}

async function readBlock<T>(lines: LineReader, parse: (line: string) => T): Promise<T[]> {
  const parsed: T[] = [];
  for (;;) {
    const line = await lines.next();
    if (line === undefined) throw new ExitError(exitCodes.invalidInput, 'EOF');
    if (line.trim() === '') return parsed;
    parsed.push(parse(line.trim()));
  }
}

export const txn = defineVerb({
  name: 'txn',
  usage: '[flags]   (reads compares, success requests and failure requests from standard input)',
  summary: 'processes requests in one transaction',
  options: {
    interactive: { kind: 'boolean', default: false, short: 'i', section: 'Flags', help: 'say what is asked for' },
  },
  async run({ args, values, session }) {
    if (args.length > 0) throw badArgs('txn command does not accept argument');
    const prompt = (text: string): void => {
      if (values.interactive) session.out.write(`${text}\n`);
    };
    const lines = createLineReader(session.input);
    prompt('compares:');
    const compare = await readBlock(lines, parseCompare);
    prompt('success requests (get, put, del):');
    const success = await readBlock(lines, parseRequest);
    prompt('failure requests (get, put, del):');
    const failure = await readBlock(lines, parseRequest);
    const request = TxnRequest.create({ compare, success, failure });
    session.printer.txn(await orExit(session.client.txn(request, session.call())));
    return 0;
  },
});
