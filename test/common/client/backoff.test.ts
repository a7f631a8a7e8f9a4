import test from 'ava';
import { createBackoff } from '../../../common/client/backoff.ts';
import { prefixRange } from '../../../common/client/prefix-range.ts';
import { seededRandom } from '../../../common/runtime/random.ts';

test('pauses double up to the maximum, each between half of and the whole of its step', (t) => {
  const backoff = createBackoff({ minMs: 100, maxMs: 1_000, random: seededRandom(7) });
  for (const wholeMs of [100, 200, 400, 800, 1_000, 1_000]) {
    const pauseMs = backoff.nextMs();
    t.true(pauseMs >= wholeMs / 2 && pauseMs <= wholeMs, `${pauseMs} of ${wholeMs}`);
  }
  t.is(backoff.failures, 6);
});

test('a success brings the shortest pause back', (t) => {
  const backoff = createBackoff({ minMs: 100, maxMs: 10_000, random: seededRandom(7) });
  for (let i = 0; i < 5; i++) backoff.nextMs();
  backoff.reset();
  t.true(backoff.nextMs() <= 100);
});

test('a thousand failures still give a finite pause', (t) => {
  const backoff = createBackoff({ minMs: 100, maxMs: 5_000, random: seededRandom(7) });
  for (let i = 0; i < 1_000; i++) backoff.nextMs();
  t.true(backoff.nextMs() <= 5_000);
});

test('the range of a prefix ends before the next prefix of the same length', (t) => {
  t.deepEqual(prefixRange('foo'), { key: Buffer.from('foo'), rangeEnd: Buffer.from('fop') });
  t.deepEqual(prefixRange(Buffer.of(1, 0xff)), { key: Buffer.of(1, 0xff), rangeEnd: Buffer.of(2) });
});

test('a prefix without a successor has no end', (t) => {
  t.deepEqual(prefixRange(Buffer.of(0xff)), { key: Buffer.of(0xff), rangeEnd: Buffer.of(0) });
  t.deepEqual(prefixRange(''), { key: Buffer.of(0), rangeEnd: Buffer.of(0) });
});
