// The small pure parts of the gRPC layer.

import test from 'ava';
import fc from 'fast-check';
import { ApiError, Status } from '../../../../common/api/status.ts';
import { GatherBudget, MessageReader } from '../../../../common/wire/grpc/message-reader.ts';
import { readMetadata, writeMetadata } from '../../../../common/wire/grpc/metadata.ts';
import { decodeMessage, encodeMessage, httpError, readOutcome } from '../../../../common/wire/grpc/status-fields.ts';
import { formatTimeout, parseTimeout } from '../../../../common/wire/grpc/timeout.ts';
import { makeField } from '../../../../common/wire/http2/header-field.ts';

test('timeouts are read in all six units', (t) => {
  const cases: [string, number | undefined][] = [
    ['2H', 7_200_000],
    ['3M', 180_000],
    ['5S', 5000],
    ['250m', 250],
    ['1500u', 1.5],
    ['99999999n', 99.999999],
    ['0m', 0],
    ['', undefined],
    ['m', undefined],
    ['1.5S', undefined],
    ['123456789m', undefined],
    ['5s', undefined],
  ];
  for (const [text, expected] of cases) {
    const parsed = parseTimeout(text);
    if (expected === undefined) t.is(parsed, undefined, text);
    else t.true(Math.abs(parsed! - expected) < 1e-6, text);
  }
});

test('timeouts are written in at most eight digits and never shorter than asked for', (t) => {
  const cases: [number, string][] = [
    [1500, '1500m'],
    [0.25, '250u'],
    [1.2, '2m'],
    [0, '0u'],
    [-5, '0u'],
    [99_999_999, '99999999m'],
    [100_000_000, '100000S'],
    [1e12, '16666667M'],
    [1e18, '99999999H'],
  ];
  for (const [ms, text] of cases) t.is(formatTimeout(ms), text);
});

test('messages are percent-encoded as UTF-8 and come back', (t) => {
  for (const message of ['', 'plain: a-z {}', '100%', 'größer', '日本', '  spaced  ', '\0\n', '%41', '😀', '~', ' ']) {
    const encoded = encodeMessage(message);
    t.regex(encoded, /^([!-~]([ -~]*[!-~])?)?$/);
    t.is(decodeMessage(encoded), message);
  }
  t.is(encodeMessage('etcdserver: key not found'), 'etcdserver: key not found');
  t.is(decodeMessage('50% %zz %e'), '50% %zz %e');
  t.true(encodeMessage('x'.repeat(100_000)).length < 5000);
});

test('an outcome without or with an odd status is UNKNOWN', (t) => {
  const outcome = (status: string, message = '') => {
    const fields = [makeField('grpc-status', status), makeField('grpc-message', message)];
    const error = readOutcome(status === '' ? [] : fields);
    return error === undefined ? undefined : [error.status, error.message];
  };
  t.is(outcome('0'), undefined);
  t.deepEqual(outcome('5', 'not found'), [Status.NOT_FOUND, 'not found']);
  t.deepEqual(outcome('17'), [Status.UNKNOWN, 'unknown grpc-status 17']);
  t.deepEqual(outcome('x', 'why'), [Status.UNKNOWN, 'why']);
  t.is(outcome('')?.[0], Status.UNKNOWN);
});

test('HTTP errors become the statuses that grpc has for them', (t) => {
  t.is(httpError(503, 'text/html').status, Status.UNAVAILABLE);
  t.is(httpError(404, 'text/html').status, Status.UNIMPLEMENTED);
  t.is(httpError(401, '').status, Status.UNAUTHENTICATED);
  t.is(httpError(200, 'text/html').message, 'unexpected HTTP response: status 200, content-type "text/html"');
});

test('metadata survives the wire, secrets never enter a table', (t) => {
  const metadata = new Map([
    ['token', 'secret'],
    ['trace-bin', '\0\u00ff\u0001'],
    ['plain', 'value'],
  ]);
  const fields = writeMetadata(metadata);
  t.deepEqual(readMetadata(fields), metadata);
  t.deepEqual(
    fields.map(({ sensitive }) => sensitive),
    [true, false, false],
  );
  t.is(fields[1]?.value, 'AP8B');
});

test('a reader gathers what arrives and gives its memory back', (t) => {
  const budget = new GatherBudget(1 << 20);
  const reader = new MessageReader({ messageBytesMax: 100_000, budget, encoding: undefined });
  const messages: string[] = [];
  const sink = {
    messageBytes: (source: Buffer, start: number, end: number) => {
      messages.push(source.toString('latin1', start, end));
      return true;
    },
  };
  const body = Buffer.concat([Buffer.from('0000011170', 'hex'), Buffer.alloc(70_000, 0x61)]);
  for (let at = 0; at < body.length; at += 10_000) {
    const piece = body.subarray(at, at + 10_000);
    reader.push(piece, 0, piece.length, sink);
    if (messages.length === 0) t.true(budget.used <= 2 * (at + 10_000) + 16_384);
  }
  t.deepEqual(messages, ['a'.repeat(70_000)]);
  t.is(budget.used, 0);
  t.false(reader.midMessage);
  reader.push(body, 0, 100, sink);
  t.true(reader.midMessage);
  reader.discard();
  t.is(budget.used, 0);
});

test('a reader refuses what is announced too large before it has arrived', (t) => {
  const reader = new MessageReader({ messageBytesMax: 10, budget: new GatherBudget(100), encoding: undefined });
  const error = t.throws(() => reader.push(Buffer.from('000000000b', 'hex'), 0, 5, { messageBytes: () => true }));
  t.true(error instanceof ApiError);
  t.is(error?.message, 'grpc: received message larger than max (11 vs. 10)');
});

test('any messages, cut anywhere, come out as they went in', (t) => {
  const bodies = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 8 });
  fc.assert(
    fc.property(
      bodies,
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 }),
      (messages, cuts) => {
        const budget = new GatherBudget(1 << 20);
        const reader = new MessageReader({ messageBytesMax: 100, budget, encoding: undefined });
        const stream = Buffer.concat(messages.flatMap((body) => [Buffer.of(0, 0, 0, 0, body.length), body]));
        const seen: string[] = [];
        const sink = {
          messageBytes: (source: Buffer, start: number, end: number) =>
            seen.push(source.toString('hex', start, end)) > 0,
        };
        for (let at = 0, piece = 0; at < stream.length; piece++) {
          const end = Math.min(stream.length, at + cuts[piece % cuts.length]!);
          reader.push(stream, at, end, sink);
          at = end;
        }
        t.deepEqual(
          seen,
          messages.map((body) => Buffer.from(body).toString('hex')),
        );
        t.is(budget.used, 0);
        t.false(reader.midMessage);
      },
    ),
  );
});
