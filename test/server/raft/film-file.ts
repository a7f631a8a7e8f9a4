// The text form of a film: blocks of a command, `----` and what it made happen, with empty lines between; lines that
// begin with # before a command are kept.

import { join } from 'node:path';
import { Film } from './film.ts';

/** Films are read from the sources, where they can be recorded anew. */
export const filmFolder = join(import.meta.dirname, '..', '..', '..', '..', 'test', 'server', 'raft', 'films');

interface Scene {
  readonly comments: readonly string[];
  readonly command: string;
  readonly expected: string;
}

export function parseFilm(text: string): Scene[] {
  return text
    .trimEnd()
    .split(/\n\n+/)
    .map((block) => {
      const lines = block.split('\n');
      const at = lines.findIndex((line) => !line.startsWith('#'));
      const command = lines[at] ?? '';
      const ruler = lines.indexOf('----');
      return { comments: lines.slice(0, at), command, expected: ruler === -1 ? '' : lines.slice(ruler + 1).join('\n') };
    });
}

/** Plays a film and returns its text with what happened now. */
export function replay(text: string): string {
  const film = new Film();
  const blocks = parseFilm(text).map(({ comments, command }) => {
    return [...comments, command, '----', film.run(command)].join('\n');
  });
  return `${blocks.join('\n\n')}\n`;
}
