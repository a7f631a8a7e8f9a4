import test from 'ava';
import fc from 'fast-check';
import { decodeHuffman, encodeHuffman, huffmanLength } from '../../../../common/wire/http2/huffman.ts';
import { codeLengths, codes } from '../../../../common/wire/http2/huffman-code.ts';

function encode(text: string): Buffer {
  const target = Buffer.alloc(huffmanLength(text));
  const end = encodeHuffman(text, target, 0);
  return target.subarray(0, end);
}

function decode(source: Buffer): string | undefined {
  const target = Buffer.alloc(Math.ceil((source.length * 8) / 5));
  const length = decodeHuffman(source, 0, source.length, target);
  return length < 0 ? undefined : target.toString('latin1', 0, length);
}

test('the code is complete, so every bit string means something', (t) => {
  let sum = 0;
  for (const length of codeLengths) sum += 2 ** -length;
  t.is(sum, 1);
});

test('the codes are those of RFC 7541 appendix B', (t) => {
  const expected: [symbol: number, code: number, bits: number][] = [
    [0, 0x1ff8, 13],
    [10, 0x3ffffffc, 30],
    [0x20, 0x14, 6],
    [0x30, 0x0, 5],
    [0x61, 0x3, 5],
    [0x7a, 0x7b, 7],
    [0x7f, 0xffffffc, 28],
    [0x80, 0xfffe6, 20],
    [0xff, 0x3ffffee, 26],
    [256, 0x3fffffff, 30],
  ];
  for (const [symbol, code, bits] of expected) {
    t.is(codes[symbol], code);
    t.is(codeLengths[symbol], bits);
  }
});

test('strings of RFC 7541 appendix C.4 and C.6 are coded as there', (t) => {
  const vectors: [string, string][] = [
    ['www.example.com', 'f1e3c2e5f23a6ba0ab90f4ff'],
    ['no-cache', 'a8eb10649cbf'],
    ['custom-value', '25a849e95bb8e8b4bf'],
    ['302', '6402'],
    ['Mon, 21 Oct 2013 20:13:21 GMT', 'd07abe941054d444a8200595040b8166e082a62d1bff'],
  ];
  for (const [text, code] of vectors) {
    t.is(encode(text).toString('hex'), code);
    t.is(decode(Buffer.from(code, 'hex')), text);
  }
});

test('every byte value survives alone and among others', (t) => {
  const all = Buffer.from(Array.from({ length: 256 }, (_, value) => value)).toString('latin1');
  for (const character of all) t.is(decode(encode(character)), character);
  t.is(decode(encode(all)), all);
  t.is(decode(encode(all.repeat(20))), all.repeat(20));
});

test('any string survives', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const text = Buffer.from(bytes).toString('latin1');
      t.is(decode(encode(text)), text);
    }),
    { numRuns: 500 },
  );
});

test('padding that is longer than seven bits or not all ones is refused, as is EOS', (t) => {
  t.is(decode(Buffer.from('07', 'hex')), '0');
  // '0' with zero padding; '0' with a byte of ones too many; EOS itself.
  for (const code of ['00', '06', '07ff', 'ff', 'fffffffc', 'ffffffff']) {
    t.is(decode(Buffer.from(code, 'hex')), undefined, code);
  }
});
