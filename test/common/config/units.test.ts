import test from 'ava';
import fc from 'fast-check';
import { formatDuration, formatSize, parseDuration, parseSize } from '../../../common/config/units.ts';

test('durations are read as Go reads them', (t) => {
  t.is(parseDuration('2h0m0s'), 7_200_000);
  t.is(parseDuration('1h30m'), 5_400_000);
  t.is(parseDuration('.5s'), 500);
  t.is(parseDuration('100us'), 0.1);
  t.is(parseDuration('-1s'), -1000);
  t.is(parseDuration('0'), 0);
  for (const bad of ['', '5', 's', '1 s', '1d', '5s5', '1h-3m', 'NaNs']) t.is(parseDuration(bad), undefined, bad);
});

test('a bare number means the unit that the option names', (t) => {
  t.is(parseDuration('5', 'ms'), 5);
  t.is(parseDuration('5', 's'), 5000);
  t.is(parseDuration('2', 'h'), 7_200_000);
  t.is(parseDuration('5000000', 'ns'), 5);
});

test('sizes take binary and decimal units', (t) => {
  t.is(parseSize('64MiB'), 67_108_864);
  t.is(parseSize('1.5mib'), 1_572_864);
  t.is(parseSize('2GB'), 2_000_000_000);
  t.is(parseSize('-1'), -1);
  for (const bad of ['', 'MiB', '1Mi', '0.3', '1e400']) t.is(parseSize(bad), undefined, bad);
});

test('what is formatted reads back the same', (t) => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 10 ** 12 }), (ms) => parseDuration(formatDuration(ms)) === ms));
  fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 50 }), (bytes) => parseSize(formatSize(bytes)) === bytes));
  t.is(formatDuration(90_000), '1m30s');
  t.is(formatSize(1_572_864), '1536KiB');
});
