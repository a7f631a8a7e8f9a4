// One compare line of a txn: `mod("key") > "0"`, `value("key") = "text"`, `lease("key") = "694d…"` (hexadecimal).

import {
  Compare,
  CompareCompareResult as Result,
  CompareCompareTarget as Target,
} from '../common/api/generated/messages.ts';
import { ExitError, exitCodes } from './exit-error.ts';
import { bytesOf } from './format/byte-text.ts';
import { parseInt64 } from './format/go-number.ts';
import { goQuote, goUnquote } from './format/go-quote.ts';

const results: Readonly<Record<string, number>> = {
  '=': Result.EQUAL,
  '!=': Result.NOT_EQUAL,
  '>': Result.GREATER,
  '<': Result.LESS,
};
const quotedWord = '("(?:[^"\\\\]|\\\\.)*"|`[^`]*`)';
const comparison = new RegExp(`^\\s*${quotedWord}(?:\\)(?:\\s*(\\S+)(?:\\s*${quotedWord})?)?)?`);

export function parseCompare(line: string): Compare {
  const open = line.indexOf('(');
  if (open < 0) throw malformed(line);
  const target = line.slice(0, open);
  const match = comparison.exec(line.slice(open + 1));
  const key = goUnquote(match?.[1] ?? '');
  const operator = match?.[2] ?? '';
  const value = goUnquote(match?.[3] ?? '');
  if (key === undefined || value === undefined) {
    throw malformed(
      `${line}; got ${target}(${goQuote(bytesOf(key ?? ''))}) ${operator} ${goQuote(bytesOf(value ?? ''))}`,
    );
  }
  const result = results[operator];
  if (result === undefined) throw malformed(`${line} (unknown operator ${operator}, expected =, !=, < or >)`);
  return Compare.create({ result, key: bytesOf(key), ...operand(target, value, line) });
}

function operand(target: string, value: string, line: string): Partial<Compare> {
  switch (target) {
    case 'ver':
    case 'version':
      return { target: Target.VERSION, version: revision(value, line) };
    case 'c':
    case 'create':
      return { target: Target.CREATE, createRevision: revision(value, line) };
    case 'm':
    case 'mod':
      return { target: Target.MOD, modRevision: revision(value, line) };
    case 'val':
    case 'value':
      return { target: Target.VALUE, value: bytesOf(value) };
    case 'lease':
      return { target: Target.LEASE, lease: number(value, 16, line) };
    default:
      throw malformed(`${line} (unknown target ${target})`);
  }
}

function revision(text: string, line: string): number {
  return Number(number(text, 10, line));
}

function number(text: string, base: 10 | 16, line: string): bigint {
  try {
    return parseInt64(text, base);
  } catch {
    throw new ExitError(exitCodes.invalidInput, `invalid txn compare request: ${line}`);
  }
}

function malformed(what: string): ExitError {
  return new ExitError(exitCodes.invalidInput, `malformed comparison: ${what}`);
}
