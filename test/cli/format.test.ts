import test from 'ava';
import fc from 'fast-check';
import { argify } from '../../cli/argify.ts';
import { ExitError } from '../../cli/exit-error.ts';
import { bytesOf, textOf } from '../../cli/format/byte-text.ts';
import { jsonString } from '../../cli/format/go-json.ts';
import { durationText, hex16, parseInt64, parseUint64, sizeText } from '../../cli/format/go-number.ts';
import { goQuote, goUnquote } from '../../cli/format/go-quote.ts';
import { wrapWords } from '../../cli/format/text-table.ts';
import { parseCompare } from '../../cli/txn-compare.ts';

const octets = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));

test('octets survive as text, valid UTF-8 or not', (t) => {
  fc.assert(fc.property(octets, (bytes) => bytesOf(textOf(bytes)).equals(bytes)));
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => bytesOf(text).equals(Buffer.from(text))));
  t.is(textOf(Buffer.from('é€😀')), 'é€😀');
});

test('what is quoted unquotes to the same octets', (t) => {
  fc.assert(fc.property(octets, (bytes) => bytesOf(goUnquote(goQuote(bytes))!).equals(bytes)));
  t.is(goQuote(Buffer.from([0xff, 0x41, 0x0a, 0x07, 0x22, 0x5c, 0x7f])), '"\\xffA\\n\\a\\"\\\\\\x7f"');
  t.is(goQuote('é\u2028\u{1f600}\u{e0001}\u00a0'), '"é\\u2028\u{1f600}\\U000e0001\\u00a0"');
});

test('Go’s escapes are read, others refused', (t) => {
  t.is(goUnquote('"\\101\\x41\\u0041\\U00000041\\t"'), 'AAAA\t');
  t.is(goUnquote('`a\\n`'), 'a\\n');
  for (const bad of ['"', 'a', '"a', '"\\q"', '"\\x4"', '"\\400"', '"\\U00110000"', '"a\nb"', '"a"b"']) {
    t.is(goUnquote(bad), undefined, bad);
  }
});

test('a line is split as etcdctl splits it', (t) => {
  t.deepEqual(argify('put  key "a \\"b\\" \\n" \'c "d\' --x=1'), ['put', 'key', 'a "b" \n', 'c "d', '--x=1']);
  t.deepEqual(argify('   '), []);
  t.is(t.throws(() => argify('put "\\q"'), { instanceOf: ExitError })?.exitCode, 3);
});

test('numbers are read and refused in strconv’s words', (t) => {
  t.is(parseInt64('9223372036854775807'), 9223372036854775807n);
  t.is(parseInt64('-0010'), -10n);
  t.is(parseInt64('7fffffffffffffff', 16), 9223372036854775807n);
  t.is(parseUint64('ffffffffffffffff', 16), 18446744073709551615n);
  t.throws(() => parseInt64('9223372036854775808'), {
    message: 'strconv.ParseInt: parsing "9223372036854775808": value out of range',
  });
  t.throws(() => parseInt64('8000000000000000', 16), { message: /value out of range/ });
  t.throws(() => parseInt64('0x10', 16), { message: 'strconv.ParseInt: parsing "0x10": invalid syntax' });
  t.throws(() => parseInt64(''), { message: 'strconv.ParseInt: parsing "": invalid syntax' });
  t.throws(() => parseUint64('-1', 16), { message: 'strconv.ParseUint: parsing "-1": invalid syntax' });
  t.is(hex16(255n), '00000000000000ff');
});

test('durations and sizes are written as Go and humanize write them', (t) => {
  t.is(durationText(0), '0s');
  t.is(durationText(0.000123), '123ns');
  t.is(durationText(0.940134), '940.134µs');
  t.is(durationText(3.359071), '3.359071ms');
  t.is(durationText(1000.741681), '1.000741681s');
  t.is(durationText(61_000), '1m1s');
  t.is(durationText(3_600_000), '1h0m0s');
  t.is(sizeText(0), '0 B');
  t.is(sizeText(741), '741 B');
  t.is(sizeText(1000), '1.0 kB');
  t.is(sizeText(20480), '20 kB');
  t.is(sizeText(2147483648), '2.1 GB');
});

test('JSON strings are escaped as Go escapes them', (t) => {
  t.is(jsonString('<a>&\u2028\b\f\\b'), '"\\u003ca\\u003e\\u0026\\u2028\\u0008\\u000c\\\\b"');
  t.is(jsonString('é"\n\u0001'), '"é\\"\\n\\u0001"');
});

test('words wrap to even lines no longer than the limit, unless a word is', (t) => {
  t.deepEqual(wrapWords('short', 30), ['short']);
  t.deepEqual(wrapWords('aaa bb cc ddddd', 6), ['aaa', 'bb cc', 'ddddd']);
  t.deepEqual(wrapWords('a-word-longer-than-the-limit b', 10), ['a-word-longer-than-the-limit', 'b']);
});

test('compares are read by target, with leases in hexadecimal', (t) => {
  t.like(parseCompare('lease("k") != "ff"'), { target: 4, result: 3, lease: 255n, key: Buffer.from('k') });
  t.like(parseCompare('m("a b") < "9"'), { target: 2, result: 2, modRevision: 9, key: Buffer.from('a b') });
  t.like(parseCompare('val("k") = "\\xff"'), { target: 3, result: 0, value: Buffer.from([0xff]) });
  t.is(
    t.throws(() => parseCompare('mod("k") >= "1"'))?.message,
    'malformed comparison: mod("k") >= "1" (unknown operator >=, expected =, !=, < or >)',
  );
});
