import test from 'ava';
import { FrameReader } from '../../dns/frame-reader.ts';

const messages = ['hello', '', 'a', 'x'.repeat(300)];
const stream = Buffer.concat(
  messages.flatMap((text) => [Buffer.of(text.length >> 8, text.length & 255), Buffer.from(text)]),
);

for (const size of [1, 2, 3, 7, 100, stream.length]) {
  test(`messages come out whole from pieces of ${size} octets`, (t) => {
    const reader = new FrameReader();
    const seen: string[] = [];
    for (let at = 0; at < stream.length; at += size) {
      const piece = stream.subarray(at, at + size);
      const taken = reader.push(piece, (message) => {
        seen.push(message.toString());
        return true;
      });
      t.is(taken, piece.length);
    }
    t.deepEqual(seen, messages);
    t.false(reader.isPartial);
  });
}

test('an unfinished message is known to be one', (t) => {
  const reader = new FrameReader();
  const seen: string[] = [];
  const note = (message: Buffer) => seen.push(message.toString()) > 0;
  reader.push(Buffer.of(0), note);
  t.true(reader.isPartial);
  reader.push(Buffer.of(2, 65), note);
  t.true(reader.isPartial);
  reader.push(Buffer.of(66), note);
  t.false(reader.isPartial);
  t.deepEqual(seen, ['AB']);
});

test('reading stops where the receiver says so and goes on from there', (t) => {
  const reader = new FrameReader();
  const seen: string[] = [];
  let at = 0;
  while (at < stream.length) {
    at += reader.push(stream.subarray(at), (message) => {
      seen.push(message.toString());
      return false;
    });
  }
  t.deepEqual(seen, messages);
});
