import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import * as w from '../../../../common/wire/protobuf/wire.ts';

/** Varints by definition: seven bits a byte, lowest first, of the 64-bit two's complement. */
function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

function written(size: number, write: (target: Buffer) => number): Buffer {
  const target = Buffer.alloc(size);
  assert.equal(write(target), size);
  return target;
}

const int64 = fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n });
const uint64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
/** Where the number of bytes changes. */
const edges = fc.integer({ min: 0, max: 52 }).chain((bits) => fc.constantFrom(2 ** bits - 1, 2 ** bits, -(2 ** bits)));

test('integers are written as varints and read back, 64 bits wide', (t) => {
  const property = fc.property(int64, uint64, (signed, unsigned) => {
    const bytes = written(w.varintSize64(signed), (target) => w.writeVarint64(target, 0, signed));
    assert.deepEqual(bytes, varint(signed));
    assert.equal(w.readInt64Big(bytes, 0, bytes.length, 'm'), signed);
    assert.equal(w.position, bytes.length);
    const plain = written(w.varintSize64(unsigned), (target) => w.writeVarint64(target, 0, unsigned));
    assert.equal(w.readUint64Big(plain, 0, plain.length, 'm'), unsigned);
  });
  t.notThrows(() => fc.assert(property));
});

test('safe integers are written as varints and read back as numbers', (t) => {
  const property = fc.property(fc.oneof(fc.maxSafeInteger(), edges), (value) => {
    const bytes = written(w.varintSize(value), (target) => w.writeVarint(target, 0, value));
    assert.deepEqual(bytes, varint(BigInt(value)));
    assert.equal(w.readInt64(bytes, 0, bytes.length, 'm'), value);
    if (value >= 0) assert.equal(w.readUint64(bytes, 0, bytes.length, 'm'), value);
    assert.equal(w.readInt32(bytes, 0, bytes.length, 'm'), Number(BigInt.asIntN(32, BigInt(value))));
    assert.equal(w.readUint32(bytes, 0, bytes.length, 'm'), Number(BigInt.asUintN(32, BigInt(value))));
    assert.equal(w.readBool(bytes, 0, bytes.length, 'm'), value !== 0);
  });
  t.notThrows(() => fc.assert(property, { numRuns: 500 }));
});

test('numbers beyond the safe range are rounded, keep their sign, and can be written again', (t) => {
  const property = fc.property(int64, uint64, (signed, unsigned) => {
    const bytes = varint(signed);
    const read = w.readInt64(bytes, 0, bytes.length, 'm');
    assert.ok(Math.abs(read - Number(signed)) <= 1024);
    const again = written(w.varintSize(read), (target) => w.writeVarint(target, 0, read));
    assert.equal(w.readInt64(again, 0, again.length, 'm'), read);
    const plain = varint(unsigned);
    const count = w.readUint64(plain, 0, plain.length, 'm');
    const twice = written(w.varintSize(count), (target) => w.writeVarint(target, 0, count));
    assert.ok(Math.abs(w.readUint64(twice, 0, twice.length, 'm') - count) <= 1024);
  });
  t.notThrows(() =>
    fc.assert(property, {
      examples: [
        [(1n << 63n) - 1n, (1n << 64n) - 1n],
        [-(1n << 63n), 1n << 63n],
        [(1n << 63n) - 513n, (1n << 64n) - 1025n],
      ],
    }),
  );
});

test('the largest int64 stays the largest: it does not come out negative', (t) => {
  const bytes = varint((1n << 63n) - 1n);
  const read = w.readInt64(bytes, 0, bytes.length, 'm');
  t.true(read > Number.MAX_SAFE_INTEGER && BigInt(read) < 1n << 63n);
  // Rounded by somebody else, a JSON parser say.
  for (const [rounded, below] of [
    [2 ** 63, 1n << 63n],
    [2 ** 64, 1n << 64n],
  ] as const) {
    const again = written(w.varintSize(rounded), (target) => w.writeVarint(target, 0, rounded));
    const unsigned = w.readUint64Big(again, 0, again.length, 'm');
    t.true(unsigned < below && unsigned > below - 4096n, String(unsigned));
  }
  const all = varint((1n << 64n) - 1n);
  const unsigned = w.readUint64(all, 0, all.length, 'm');
  t.true(BigInt(unsigned) < 1n << 64n && unsigned > 2 ** 63);
});

test('byte fields are views, strings are UTF-8', (t) => {
  const source = Buffer.from([3, 1, 2, 3, 3, 0xe2, 0x82, 0xac]);
  const bytes = w.readBytes(source, 0, source.length, 'm');
  t.deepEqual([...bytes], [1, 2, 3]);
  t.is(bytes.buffer, source.buffer);
  t.is(w.readString(source, 4, source.length, 'm'), '€');
});

for (const [what, bytes, read, message] of [
  ['a varint that is cut off', [0x80, 0x80], w.readInt64, 'm: varint cut off at byte 0'],
  [
    'a varint of eleven bytes',
    [...Array(10).fill(0x80), 1],
    w.readUint64Big,
    'm: varint longer than 10 bytes at byte 0',
  ],
  ['a length beyond the end', [5, 1, 2], w.readBytes, 'm: field of 5 bytes reaches past the end at byte 0'],
  [
    'a length of four gibibytes',
    [0xff, 0xff, 0xff, 0xff, 0x0f],
    w.readBytes,
    'm: length or tag out of range at byte 0',
  ],
  ['a negative length', varint(-1n), w.readBytes, 'm: length or tag out of range at byte 0'],
  ['a string that is not UTF-8', [2, 0xc3, 0x28], w.readString, 'm: string field contains invalid UTF-8 at byte 0'],
] as const) {
  test(`${what} is an error that says where`, (t) => {
    const source = Buffer.from(bytes);
    t.throws(() => read(source, 0, source.length, 'm'), { name: 'WireError', message });
  });
}

test('unknown fields of every wire type are skipped', (t) => {
  const skipped = (bytes: number[]): number => {
    const source = Buffer.from([...bytes, 0x55]);
    const tag = w.readLength(source, 0, source.length, 'm');
    return w.skip(source, w.position, bytes.length, tag, 'm');
  };
  t.is(skipped([0x08, 0x96, 0x01]), 3);
  t.is(skipped([0x09, 1, 2, 3, 4, 5, 6, 7, 8]), 9);
  t.is(skipped([0x0a, 2, 1, 2]), 4);
  t.is(skipped([0x0d, 1, 2, 3, 4]), 5);
  // A group of field 1 that holds a varint and another group.
  t.is(skipped([0x0b, 0x10, 5, 0x1b, 0x1c, 0x0c]), 6);
});

for (const [what, bytes, message] of [
  ['field number 0', [0x02, 0], 'm: field number 0 at byte 1'],
  ['wire type 6', [0x0e], 'm: wire type 6 at byte 1'],
  ['the end of a group that never began', [0x0c], 'm: wire type 4 at byte 1'],
  ['a group that ends as another', [0x0b, 0x14], 'm: group end without its start at byte 2'],
  ['a group without an end', [0x0b, 0x10, 5], 'm: varint cut off at byte 3'],
  ['eight bytes that are not there', [0x09, 1, 2], 'm: fixed64 cut off at byte 1'],
  ['four bytes that are not there', [0x0d, 1, 2], 'm: fixed32 cut off at byte 1'],
] as const) {
  test(`an unknown field is refused for ${what}`, (t) => {
    const source = Buffer.from(bytes);
    const tag = w.readLength(source, 0, source.length, 'm');
    t.throws(() => w.skip(source, w.position, source.length, tag, 'm'), { name: 'WireError', message });
  });
}

test('groups nested deeper than the bound are refused, however often', (t) => {
  for (const depth of [w.nestingDepthMax + 1, 100_000]) {
    for (let i = 0; i < 3; i++) {
      const source = Buffer.alloc(depth, 0x0b);
      t.throws(() => w.skip(source, 1, source.length, 0x0b, 'm'), {
        name: 'WireError',
        message: /nested deeper than 100/,
      });
    }
  }
});
