// One line of a txn or of an interactive watch, split into words as etcdctl splits it: double quotes with Go's escapes,
// single quotes without any, everything else by white space.

import { ExitError, exitCodes } from './exit-error.ts';
import { goUnquote } from './format/go-quote.ts';

const words = /"(?:[^"\\]|\\.)*"|'[^']*'|[^'"\s]\S*[^'"\s]?/g;

export function argify(line: string): string[] {
  return (line.match(words) ?? []).map((word) => {
    if (word.startsWith("'")) return word.slice(1, -1);
    if (!word.startsWith('"')) return word;
    const text = goUnquote(word);
    if (text === undefined) throw new ExitError(exitCodes.invalidInput, `invalid quoted string: ${word}`);
    return text;
  });
}
