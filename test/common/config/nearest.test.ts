import test from 'ava';
import { editDistance, nearestName } from '../../../common/config/nearest.ts';

test('edits are insertions, deletions, replacements and swaps of neighbours', (t) => {
  t.is(editDistance('name', 'name'), 0);
  t.is(editDistance('nmae', 'name'), 1);
  t.is(editDistance('data-dri', 'data-dir'), 1);
  t.is(editDistance('', 'abc'), 3);
  t.is(editDistance('kitten', 'sitting'), 3);
});

test('the nearest name wins, and a word like no other gets none', (t) => {
  const names = ['data-dir', 'wal-dir', 'name', 'listen-client-urls'];
  t.is(nearestName('data_dir', names), 'data-dir');
  t.is(nearestName('listen-clients-url', names), 'listen-client-urls');
  t.is(nearestName('something-else', names), undefined);
});
