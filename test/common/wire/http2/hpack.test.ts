import test from 'ava';
import fc from 'fast-check';
import { ConnectionError } from '../../../../common/wire/http2/error-code.ts';
import { makeField } from '../../../../common/wire/http2/header-field.ts';
import { HpackDecoder } from '../../../../common/wire/http2/hpack-decoder.ts';
import {
  encodeSizeUpdate,
  encodeStateless,
  HpackEncoder,
  RepeatedFields,
} from '../../../../common/wire/http2/hpack-encoder.ts';
import { readInteger, writeInteger } from '../../../../common/wire/http2/hpack-integer.ts';
import { DynamicTable, staticTable } from '../../../../common/wire/http2/hpack-table.ts';

type Fields = readonly (readonly [string, string])[];

function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(/\s/g, ''), 'hex');
}

function newDecoder(headerListBytesMax = 1 << 20): HpackDecoder {
  return new HpackDecoder({ headerListBytesMax });
}

function decode(decoder: HpackDecoder, block: Buffer): Fields {
  return decoder.decode(block, 0, block.length).map(({ name, value }) => [name, value] as const);
}

function repeated(fields: Fields): RepeatedFields {
  return new RepeatedFields(fields.map(([name, value]) => makeField(name, value)));
}

// RFC 7541 appendix C.
const requests: Fields[] = [
  [
    [':method', 'GET'],
    [':scheme', 'http'],
    [':path', '/'],
    [':authority', 'www.example.com'],
  ],
  [
    [':method', 'GET'],
    [':scheme', 'http'],
    [':path', '/'],
    [':authority', 'www.example.com'],
    ['cache-control', 'no-cache'],
  ],
  [
    [':method', 'GET'],
    [':scheme', 'https'],
    [':path', '/index.html'],
    [':authority', 'www.example.com'],
    ['custom-key', 'custom-value'],
  ],
];
const plainRequests = [
  '8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d',
  '8286 84be 5808 6e6f 2d63 6163 6865',
  '8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65',
];
const huffmanRequests = [
  '8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff',
  '8286 84be 5886 a8eb 1064 9cbf',
  '8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf',
];
const responses: Fields[] = [
  [
    [':status', '302'],
    ['cache-control', 'private'],
    ['date', 'Mon, 21 Oct 2013 20:13:21 GMT'],
    ['location', 'https://www.example.com'],
  ],
  [
    [':status', '307'],
    ['cache-control', 'private'],
    ['date', 'Mon, 21 Oct 2013 20:13:21 GMT'],
    ['location', 'https://www.example.com'],
  ],
  [
    [':status', '200'],
    ['cache-control', 'private'],
    ['date', 'Mon, 21 Oct 2013 20:13:22 GMT'],
    ['location', 'https://www.example.com'],
    ['content-encoding', 'gzip'],
    ['set-cookie', 'foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1'],
  ],
];
const plainResponses = [
  `4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3120 474d 546e
   1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d`,
  '4803 3330 37c1 c0bf',
  `88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970 7738 666f 6f3d
   4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572
   7369 6f6e 3d31`,
];
const huffmanResponses = [
  `4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b
   97c8 e9ae 82ae 43d3`,
  '4883 640e ffc1 c0bf',
  `88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf
   cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07`,
];

test('integers are coded as in RFC 7541 C.1', (t) => {
  const cases: [value: number, prefixBits: number, code: string][] = [
    [10, 5, '0a'],
    [1337, 5, '1f9a0a'],
    [42, 8, '2a'],
    [0, 4, '00'],
    [31, 5, '1f00'],
    [2 ** 28, 7, '7f81ffff7f'],
  ];
  for (const [value, prefixBits, code] of cases) {
    const target = Buffer.alloc(8);
    const end = writeInteger(target, 0, { pattern: 0, prefixBits, value });
    t.is(target.toString('hex', 0, end), code);
    t.is(readInteger({ source: target, at: 0, end }, prefixBits), value);
  }
});

test('an integer that is too large, too long or cut off is an error', (t) => {
  for (const code of ['1fffffffff7f', '1f808080808001', '1f', '1f80', '']) {
    const source = hex(code);
    t.throws(() => readInteger({ source, at: 0, end: source.length }, 5), { instanceOf: ConnectionError }, code);
  }
});

test('single literals are decoded as in RFC 7541 C.2', (t) => {
  const cases: [code: string, name: string, value: string][] = [
    ['400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572', 'custom-key', 'custom-header'],
    ['040c 2f73 616d 706c 652f 7061 7468', ':path', '/sample/path'],
    ['1008 7061 7373 776f 7264 0673 6563 7265 74', 'password', 'secret'],
    ['82', ':method', 'GET'],
  ];
  for (const [code, name, value] of cases) t.deepEqual(decode(newDecoder(), hex(code)), [[name, value]]);
});

test('a never-indexed literal is known as sensitive', (t) => {
  const block = hex('1008 7061 7373 776f 7264 0673 6563 7265 74');
  t.true(newDecoder().decode(block, 0, block.length)[0]?.sensitive);
});

test('the request sequences of RFC 7541 C.3 and C.4 are decoded', (t) => {
  for (const blocks of [plainRequests, huffmanRequests]) {
    const decoder = newDecoder();
    blocks.forEach((block, index) => {
      t.deepEqual(decode(decoder, hex(block)), requests[index]);
    });
  }
});

test('the response sequences of RFC 7541 C.5 and C.6 are decoded with a table of 256 bytes and evictions', (t) => {
  for (const blocks of [plainResponses, huffmanResponses]) {
    const decoder = newDecoder();
    decode(decoder, encodeSizeUpdate(256));
    blocks.forEach((block, index) => {
      t.deepEqual(decode(decoder, hex(block)), responses[index]);
    });
  }
});

test('the encoder produces the bytes of RFC 7541 C.4 and C.6', (t) => {
  const encoder = new HpackEncoder();
  requests.forEach((fields, index) => {
    t.is(encoder.encode(repeated(fields), []).toString('hex'), hex(huffmanRequests[index]!).toString('hex'));
  });
  const small = new HpackEncoder();
  small.setTableBytesMax(256);
  const update = encodeSizeUpdate(256).toString('hex');
  responses.forEach((fields, index) => {
    const expected = (index === 0 ? update : '') + hex(huffmanResponses[index]!).toString('hex');
    t.is(small.encode(repeated(fields), []).toString('hex'), expected);
  });
});

test('a repeated list is sent as indexes, from the third time on from the kept block', (t) => {
  const encoder = new HpackEncoder();
  const decoder = newDecoder();
  const fields = repeated(requests[2]!);
  t.deepEqual(decode(decoder, encoder.encode(fields, [])), requests[2]);
  const second = encoder.encode(fields, []);
  t.is(second.length, 5);
  t.deepEqual(decode(decoder, second), requests[2]);
  t.is(encoder.encode(fields, []), second);
  // Another list pushes the entries back: the kept block would be wrong now.
  t.deepEqual(decode(decoder, encoder.encode(repeated([['x-other', 'value']]), [])), [['x-other', 'value']]);
  t.deepEqual(decode(decoder, encoder.encode(fields, [])), requests[2]);
});

test('a smaller and then larger table is announced by both sizes in the next block', (t) => {
  const encoder = new HpackEncoder();
  const decoder = newDecoder();
  const fields = repeated([['x-name', 'x-value']]);
  t.deepEqual(decode(decoder, encoder.encode(fields, [])), [['x-name', 'x-value']]);
  encoder.setTableBytesMax(0);
  encoder.setTableBytesMax(1000);
  const block = encoder.encode(fields, []);
  t.is(block[0], 0x20);
  t.is(block[1], 0x3f);
  t.deepEqual(decode(decoder, block), [['x-name', 'x-value']]);
  t.is(encoder.encode(fields, []).length, 1);
});

test('a peer without a table gets blocks that need none', (t) => {
  const encoder = new HpackEncoder();
  encoder.setTableBytesMax(0);
  const decoder = newDecoder();
  for (let round = 0; round < 3; round++) {
    t.deepEqual(decode(decoder, encoder.encode(repeated(requests[2]!), [])), requests[2]);
  }
});

test('secrets are sent as never-indexed literals and do not enter the table', (t) => {
  const encoder = new HpackEncoder();
  const token = makeField('token', 'abc.def', true);
  const first = encoder.encode(new RepeatedFields([token]), []);
  t.is(first[0]! & 0xf0, 0x10);
  t.deepEqual(encoder.encode(new RepeatedFields([token]), []), first);
});

test('a table size update within a block, or above what was announced, is an error', (t) => {
  for (const code of ['8220', '3fe21f']) {
    t.throws(() => decode(newDecoder(), hex(code)), { instanceOf: ConnectionError }, code);
  }
  t.deepEqual(decode(newDecoder(), hex('203fe11f82')), [[':method', 'GET']]);
});

test('indexes outside the tables, cut strings and bad Huffman codes are errors', (t) => {
  // 80: index 0. be: first dynamic entry of an empty table. 40 05 61: string cut off. 4 81 ff ..: padding of 8 bits.
  for (const code of ['80', 'be', '400561', '40016101', '0082ffff0161', '000161827fff', '00016184ffffffff']) {
    t.throws(() => decode(newDecoder(), hex(code)), { instanceOf: ConnectionError }, code);
  }
});

test('a list beyond its limit is read to the end, so that the table stays in step, and reported', (t) => {
  const decoder = newDecoder(100);
  const encoder = new HpackEncoder();
  const large: Fields = [
    ['a', 'x'.repeat(60)],
    ['b', 'y'.repeat(60)],
  ];
  const block = encoder.encode(repeated(large), []);
  t.is(decode(decoder, block).length, 1);
  t.true(decoder.oversized);
  t.deepEqual(decode(decoder, encoder.encode(repeated([large[1]!]), [])), [large[1]]);
  t.false(decoder.oversized);
});

test('a block that repeats is answered with the same list', (t) => {
  const decoder = newDecoder();
  decode(decoder, hex(plainRequests[0]!));
  const block = hex('828684be');
  const first = decoder.decode(block, 0, block.length);
  t.is(decoder.decode(block, 0, block.length), first);
  // The same bytes mean something else once the table has moved.
  decode(decoder, hex('4001610162'));
  t.notDeepEqual(decoder.decode(block, 0, block.length), first);
});

test('a dynamic table drops its oldest entries, all of them for a field larger than itself', (t) => {
  const table = new DynamicTable(100);
  table.add(makeField('a', '1'));
  table.add(makeField('b', '2'));
  t.is(table.get(1)?.name, 'b');
  t.is(table.get(2)?.name, 'a');
  t.is(table.get(3), undefined);
  table.resize(40);
  t.is(table.count, 1);
  t.is(table.get(1)?.name, 'b');
  table.add(makeField('c', 'x'.repeat(100)));
  t.is(table.count, 0);
  t.is(table.bytes, 0);
  table.resize(100);
  table.add(makeField('d', '4'));
  t.is(table.get(1)?.name, 'd');
});

test('the static table has the entries that RFC 7541 appendix A numbers', (t) => {
  const expected: [number, string, string][] = [
    [1, ':authority', ''],
    [8, ':status', '200'],
    [16, 'accept-encoding', 'gzip, deflate'],
    [31, 'content-type', ''],
    [38, 'host', ''],
    [54, 'server', ''],
    [61, 'www-authenticate', ''],
  ];
  t.is(staticTable.length, 62);
  for (const [index, name, value] of expected) {
    t.is(staticTable[index]?.name, name);
    t.is(staticTable[index]?.value, value);
  }
});

const latin1Text = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
const field = fc.tuple(fc.oneof(fc.constantFrom('a', 'content-type', ':path', 'x-long-name'), latin1Text), latin1Text);

test('any list of fields survives encoding and decoding, whatever the table has been through', (t) => {
  const step = fc.record({
    fields: fc.array(field, { maxLength: 8 }),
    extra: fc.array(field, { maxLength: 2 }),
    size: fc.option(fc.nat(5000)),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const encoder = new HpackEncoder();
      const decoder = newDecoder();
      for (const { fields, extra, size } of steps) {
        if (size !== null) encoder.setTableBytesMax(size);
        const block = encoder.encode(
          repeated(fields),
          extra.map(([name, value]) => makeField(name, value)),
        );
        t.deepEqual(decode(decoder, block), [...fields, ...extra]);
      }
    }),
    { numRuns: 300 },
  );
});

test('stateless blocks can be decoded by anyone', (t) => {
  fc.assert(
    fc.property(fc.array(field, { maxLength: 8 }), (fields) => {
      const block = encodeStateless(fields.map(([name, value]) => makeField(name, value)));
      t.deepEqual(decode(newDecoder(), block), fields);
    }),
  );
});

test('random bytes either decode or are a compression error', (t) => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 5 }), (blocks) => {
      const decoder = newDecoder();
      for (const block of blocks) {
        try {
          decoder.decode(block, 0, block.length);
        } catch (error) {
          if (!(error instanceof ConnectionError)) throw error;
          return;
        }
      }
    }),
    { numRuns: 3000 },
  );
  t.pass();
});
