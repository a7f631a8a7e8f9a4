import test from 'ava';
import { EntryList } from '../../../server/raft/entry-list.ts';
import { Inflights } from '../../../server/raft/inflights.ts';
import { entriesOf } from './lone-raft.ts';

test('terms and the last place with at most a term, as in the example', (t) => {
  const list = new EntryList({ index: 4, term: 2 }, entriesOf([2, 3, 3, 5], 5));
  t.deepEqual(
    [3, 4, 5, 8, 9].map((index) => list.termAt(index)),
    [undefined, 2, 2, 5, undefined],
  );
  const cases: [term: number, to: number, last: number][] = [
    [3, 8, 7],
    [4, 8, 7],
    [5, 8, 8],
    [2, 8, 5],
    [3, 6, 6],
    [1, 8, 3],
    [9, 99, 8],
    [9, 2, 2],
  ];
  for (const [term, to, last] of cases) t.is(list.lastWithTermAtMost(term, to), last, `term ${term} to ${to}`);
});

test('bytes are known between any two places, through cuts at both ends', (t) => {
  const list = new EntryList({ index: 0, term: 0 });
  const push = (bytes: number): void =>
    list.push({ index: list.lastIndex + 1, term: 1, kind: 'normal', data: Buffer.alloc(bytes) });
  for (let bytes = 1; bytes <= 200; bytes++) push(bytes);
  t.is(list.bytesBetween(0, 200), 20_100);
  for (let index = 1; index <= 150; index++) list.discardTo(index);
  list.truncateFrom(161);
  push(7);
  t.is(list.bytesBetween(150, 161), 151 + 152 + 153 + 154 + 155 + 156 + 157 + 158 + 159 + 160 + 7);
  t.deepEqual(
    list.sliceBytes(150, 310).map(({ index }) => index),
    [151, 152],
  );
  t.deepEqual(
    list.sliceBytes(150, 1).map(({ index }) => index),
    [151],
  );
  t.deepEqual(list.sliceBytes(161, 1), []);
});

test('a list has no gaps, and its terms do not fall', (t) => {
  const list = new EntryList({ index: 4, term: 2 });
  t.throws(() => list.push(entriesOf([2], 6)[0]!), { name: 'AssertionError' });
  t.throws(() => list.push(entriesOf([1], 5)[0]!), { name: 'AssertionError' });
  t.throws(() => list.slice(3, 4), { name: 'AssertionError' });
});

test('the inflight window is full by count or by bytes, and freed in order', (t) => {
  const window = new Inflights(3, 100);
  window.add(1, 40);
  window.add(2, 40);
  t.false(window.isFull);
  window.add(3, 1);
  t.true(window.isFull);
  window.freeTo(1);
  t.false(window.isFull);
  window.add(9, 60);
  t.true(window.isFull);
  window.freeTo(8);
  t.is(window.size, 1);
  window.clear();
  t.is(window.size, 0);
});
