import test from 'ava';
import type { LogRecord } from '../../../../server/storage/wal/record.ts';
import {
  decodeRecord,
  encodeGroup,
  RecordUnreadable,
  readFrame,
  recordBytes,
} from '../../../../server/storage/wal/record.ts';

const place = { sequence: 3, offset: 0, group: 5 };

function encoded(records: readonly LogRecord[], at = place): Buffer {
  const target = Buffer.alloc(records.reduce((sum, record) => sum + recordBytes(record), 0));
  encodeGroup(records, target, at);
  return target;
}

function hardState(term: number, vote: bigint, commit: number): LogRecord {
  return { type: 'hardState', hardState: { term, vote, commit } };
}

test('the hard state {term 2, vote 1, commit 1} at the start of segment 0 has exactly these bytes', (t) => {
  const bytes = encoded([hardState(2, 1n, 1)], { sequence: 0, offset: 0, group: 0 });
  const crc = bytes.subarray(0, 4).toString('hex');
  t.is(
    bytes.subarray(4).toString('hex'),
    '0000001802010000000000000000000000000002' + '0000000000000001' + '0000000000000001',
  );
  t.is(crc, '5dfa6168');
});

test('every kind of record comes back as it was', (t) => {
  const records: LogRecord[] = [
    { type: 'header', header: { sequence: 3, base: { index: 2 ** 52, term: 9 }, metadata: Buffer.from('m') } },
    hardState(Number.MAX_SAFE_INTEGER, 2n ** 64n - 1n, 0),
    { type: 'entry', entry: { index: 7, term: 2, kind: 'normal', data: Buffer.from('data') } },
    { type: 'entry', entry: { index: 8, term: 2, kind: 'membership', data: Buffer.alloc(0) } },
    { type: 'snapshot', snapshot: { index: 100, term: 3 }, discards: true },
    { type: 'snapshot', snapshot: { index: 101, term: 3 }, discards: false },
  ];
  const bytes = encoded(records);
  const found: LogRecord[] = [];
  const ends: boolean[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const frame = readFrame(bytes, offset, 3)!;
    t.is(frame.group, 5);
    found.push(decodeRecord(frame));
    ends.push(frame.endsGroup);
    offset = frame.end;
    t.is(offset % 8, 0);
  }
  t.deepEqual(found, records);
  t.deepEqual(ends, [false, false, false, false, false, true]);
});

test('a record verifies only at its own offset and in its own segment', (t) => {
  const bytes = encoded([hardState(2, 1n, 1)]);
  t.not(readFrame(bytes, 0, 3), null);
  t.is(readFrame(bytes, 0, 4), null);
  t.is(readFrame(Buffer.concat([Buffer.alloc(8), bytes]), 8, 3), null);
});

test('a record that a client put into a value is not taken for one', (t) => {
  const inner = encoded([hardState(9, 9n, 9)]);
  const bytes = encoded([{ type: 'entry', entry: { index: 1, term: 1, kind: 'normal', data: inner } }]);
  for (let offset = 1; offset < bytes.length; offset++) t.is(readFrame(bytes, offset, 3), null, `offset ${offset}`);
});

test('any single changed bit makes a record unreadable', (t) => {
  const bytes = encoded([
    { type: 'entry', entry: { index: 1, term: 1, kind: 'normal', data: Buffer.from('12345678') } },
  ]);
  const checked = 16 + 17 + 8;
  for (let bit = 0; bit < checked * 8; bit++) {
    const changed = Buffer.from(bytes);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    t.is(readFrame(changed, 0, 3), null, `bit ${bit}`);
  }
});

test('a record that verifies but was written by another version is named, not guessed at', (t) => {
  const unknownKind = encoded([{ type: 'entry', entry: { index: 1, term: 1, kind: 'normal', data: Buffer.alloc(0) } }]);
  const frame = readFrame(unknownKind, 0, 3)!;
  frame.payload[16] = 7;
  t.throws(() => decodeRecord(frame), { instanceOf: RecordUnreadable, message: 'entry kind 7 is unknown' });
  const huge = readFrame(encoded([hardState(1, 1n, 1)]), 0, 3)!;
  huge.payload[0] = 0xff;
  t.throws(() => decodeRecord(huge), { instanceOf: RecordUnreadable, message: /beyond the safe range/ });
  const header: LogRecord = {
    type: 'header',
    header: { sequence: 0, base: { index: 0, term: 0 }, metadata: Buffer.alloc(0) },
  };
  const newer = readFrame(encoded([header]), 0, 3)!;
  newer.payload[11] = 2;
  t.throws(() => decodeRecord(newer), { instanceOf: RecordUnreadable, message: /log format version 2; .* version 1/ });
});
