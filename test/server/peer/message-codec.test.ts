import { crc32 } from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import { WireError } from '../../../common/wire/protobuf/codec.ts';
import { decodeFrame, encodeFrame, messageBytesBound } from '../../../server/peer/message-codec.ts';
import type { PeerMessage } from '../../../server/peer/peer-message.ts';
import { append1, from, heartbeat, peerMessage, to } from './peer-messages.ts';

function decoded(frame: Buffer): PeerMessage[] {
  const messages: PeerMessage[] = [];
  decodeFrame(frame, from, to, (message) => messages.push(message));
  return messages;
}

/** A frame of these bytes with a right checksum. */
function sealed(body: Buffer): Buffer {
  const frame = Buffer.concat([Buffer.alloc(4), body]);
  frame.writeUInt32BE(crc32(body), 0);
  return frame;
}

function malformed(t: { throws: (f: () => void, e: object) => unknown }, body: string, message: RegExp): void {
  t.throws(() => decoded(sealed(Buffer.from(body, 'hex'))), { instanceOf: WireError, message });
}

test('a heartbeat of term 5 with commit 300 and round 2 has exactly these bytes', (t) => {
  const frame = encodeFrame([{ from, to, term: 5, kind: 'heartbeat', commit: 300, round: 2 }]);
  t.is(frame.subarray(4).toString('hex'), '08' + '00000004' + '05' + 'ac02' + '02');
});

test('every message comes back as it was, many in one frame, in their order', (t) => {
  fc.assert(
    fc.property(fc.array(peerMessage, { maxLength: 10 }), (messages) => {
      t.deepEqual(decoded(encodeFrame(messages)), messages);
    }),
    { numRuns: 500 },
  );
  t.pass();
});

test('the bound that queues count is never less than what a message takes', (t) => {
  fc.assert(
    fc.property(peerMessage, (message) => encodeFrame([message]).length - 4 <= messageBytesBound(message)),
    { numRuns: 1000 },
  );
  t.pass();
});

test('sender and receiver are the link’s, whatever the message was stamped with', (t) => {
  const frame = encodeFrame([{ from: 1n, to: 2n, term: 3, kind: 'timeoutNow' }]);
  t.deepEqual(decoded(frame), [{ from, to, term: 3, kind: 'timeoutNow' }]);
});

test('entries are views into the frame, not copies', (t) => {
  const frame = encodeFrame([append1(7, Buffer.alloc(100, 1))]);
  const message = decoded(frame)[0]!;
  t.true(message.kind === 'append' && message.entries[0]!.data.buffer === frame.buffer);
});

test('a flipped bit anywhere is found', (t) => {
  const frame = encodeFrame([append1(7, Buffer.from('data')), heartbeat(1)]);
  for (let bit = 0; bit < frame.length * 8; bit++) {
    const damaged = Buffer.from(frame);
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    t.throws(() => decoded(damaged), { instanceOf: WireError, message: /^peer frame: checksum \d+ instead of \d+$/ });
  }
});

test('a frame that is too short for its checksum is malformed', (t) => {
  t.throws(() => decoded(Buffer.alloc(3)), { instanceOf: WireError, message: 'peer frame: 3 bytes, too short' });
});

test('malformed messages are refused with the place and the reason', (t) => {
  malformed(t, '63' + '00000000', /^peer frame: unknown message kind 99 at byte 5$/);
  malformed(t, '08' + '00000009' + '05', /^peer frame: 9 bytes announced, 1 left at byte 9$/);
  malformed(t, '08' + '00000002' + '0501', /^heartbeat: varint cut off at byte 11$/);
  malformed(t, '08' + '00000005' + '0501' + '020304', /^heartbeat: 2 bytes too many at byte 12$/);
  malformed(t, '0d' + '00000008' + 'ffffffffffffff7f', /^timeoutNow: number beyond the safe range at byte 9$/);
  malformed(t, '04' + '00000004' + '05020000', /^voteAnswer: flag 2 at byte 11$/);
  malformed(t, '0b' + '00000003' + '050000', /^readRequest: id cut off at byte 10$/);
  malformed(t, '05' + '00000008' + '01' + '0001' + '00' + '01' + '01' + '09' + '00', /^append: unknown entry kind at/);
});

test('a count of entries that the bytes cannot hold is refused before anything is made for them', (t) => {
  malformed(t, '05' + '00000008' + '01' + '0001' + '00' + 'ffffff7f', /^append: 268435455 elements in 0 bytes at byte/);
});

test('an append whose entries would go beyond the safe range is refused', (t) => {
  const previous = 'ffffffffffffff0f'; // 2^53 - 1
  malformed(t, `050000000f01${previous}010001010000`, /^append: index beyond the safe/);
});

test('a name that is no UTF-8 or too long is refused', (t) => {
  malformed(t, '26' + '00000003' + '01ff' + '00', /^custom: string field contains invalid UTF-8/);
  const name = 'a'.repeat(300);
  const body = Buffer.concat([Buffer.from('26000001' + '2f' + 'ac02', 'hex'), Buffer.from(name), Buffer.from([0])]);
  t.throws(() => decoded(sealed(body)), { message: /^custom: string longer than 256 bytes/ });
});

test('random and mutated bytes under a right checksum give messages or a WireError, nothing else', (t) => {
  const survives = (body: Buffer): boolean => {
    try {
      decoded(sealed(body));
    } catch (error) {
      return error instanceof WireError;
    }
    return true;
  };
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (array) => survives(Buffer.from(array))),
    { numRuns: 2000 },
  );
  fc.assert(
    fc.property(
      fc.array(peerMessage, { minLength: 1, maxLength: 4 }),
      fc.nat(),
      fc.nat(255),
      fc.nat(),
      (list, at, byte, cut) => {
        const body = Buffer.from(encodeFrame(list).subarray(4));
        body[at % body.length] = byte;
        return survives(body) && survives(body.subarray(0, cut % body.length));
      },
    ),
    { numRuns: 5000 },
  );
  t.pass();
});
