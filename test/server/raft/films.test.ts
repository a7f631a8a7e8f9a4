// Films of small clusters, to be read: every message, write and role, step by step. A change of behaviour shows as a
// change of text. ROLLCALL_RECORD_FILMS=1 writes what happens now over films/*.txt; read the difference before keeping it.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { filmFolder, replay } from './film-file.ts';

const record = process.env.ROLLCALL_RECORD_FILMS === '1';

const films = readdirSync(filmFolder).filter((file) => file.endsWith('.txt'));

test('there are films', (t) => {
  t.true(films.length >= 15);
});

for (const file of films) {
  test(`the cluster does what the film shows: ${file}`, (t) => {
    const path = join(filmFolder, file);
    const text = readFileSync(path, 'utf8');
    const now = replay(text);
    if (record && now !== text) writeFileSync(path, now);
    t.is(record ? now : text, now);
  });
}
