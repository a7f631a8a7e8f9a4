// Every message of the API and of the log, through its generated codec.

import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import * as api from '../../../../common/api/generated/messages.ts';
import { decode, encode, WireError } from '../../../../common/wire/protobuf/codec.ts';
import type { MessageType } from '../../../../common/wire/protobuf/message-type.ts';
import * as commands from '../../../../server/apply/generated/commands.ts';
import { messageArbitrary } from '../../api/message-arbitrary.ts';

const isMessageType = (value: unknown): value is MessageType<unknown> =>
  typeof value === 'object' && value !== null && 'fields' in value && 'read' in value;

const types = ([...Object.values(api), ...Object.values(commands)] as unknown[]).filter(isMessageType);

/** `[tag of field `number` with wire type, …content]` as bytes. */
const field = (number: number, wireType: number, ...content: number[]): Buffer =>
  Buffer.from([
    ...(number < 16 ? [number * 8 + wireType] : [((number * 8 + wireType) & 127) | 128, number >> 4]),
    ...content,
  ]);

test('there are all messages of the API and of the log', (t) => {
  t.true(types.length > 120, `${types.length} types`);
  t.is(new Set(types.map(({ name }) => name)).size, types.length);
});

test('every message is read back as it was written, in the bytes that its size says', (t) => {
  for (const type of types) {
    const property = fc.property(messageArbitrary(type), (message) => {
      const bytes = encode(type, message);
      assert.equal(bytes.length, type.size(message));
      assert.deepEqual(decode(type, bytes), message);
      const shifted = Buffer.concat([Buffer.from([0xff, 0xff]), bytes, Buffer.from([0xff])]);
      assert.deepEqual(type.read(shifted, 2, 2 + bytes.length), message);
    });
    t.notThrows(() => fc.assert(property, { numRuns: 25 }), type.name);
  }
});

test('a message of defaults takes no bytes, and no bytes are a message of defaults', (t) => {
  for (const type of types) {
    t.is(encode(type, type.create()).length, 0, type.name);
    t.deepEqual(decode(type, Buffer.alloc(0)), type.create(), type.name);
  }
});

test('fields that a newer version has added are skipped, wherever they stand', (t) => {
  const unknown = fc.constantFrom(
    field(1000, 0, 0x96, 0x01),
    field(1001, 1, 1, 2, 3, 4, 5, 6, 7, 8),
    field(1002, 2, 3, 1, 2, 3),
    field(1003, 5, 1, 2, 3, 4),
  );
  for (const type of types) {
    const property = fc.property(messageArbitrary(type), unknown, unknown, (message, before, behind) => {
      assert.deepEqual(decode(type, Buffer.concat([before, encode(type, message), behind])), message);
    });
    t.notThrows(() => fc.assert(property, { numRuns: 5 }), type.name);
  }
});

test('mutated bytes give a message or a WireError that names the message, and nothing else', (t) => {
  const mutation = fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }), cut: fc.nat({ max: 9 }) });
  let refused = 0;
  for (const type of types) {
    const property = fc.property(
      messageArbitrary(type),
      fc.array(mutation, { minLength: 1, maxLength: 4 }),
      (message, mutations) => {
        let bytes: Buffer = Buffer.from(encode(type, message));
        for (const { at, byte, cut } of mutations) {
          if (bytes.length === 0) break;
          bytes[at % bytes.length] = byte;
          if (cut === 0) bytes = bytes.subarray(0, at % bytes.length);
        }
        try {
          const read = decode(type, bytes);
          // What was understood can be written and understood again.
          assert.deepEqual(decode(type, encode(type, read)), read);
        } catch (error) {
          assert.ok(error instanceof WireError, String(error));
          assert.match(error.message, /^[a-z0-9]+pb\.\w+/);
          refused++;
        }
      },
    );
    t.notThrows(() => fc.assert(property, { numRuns: 40 }), type.name);
  }
  t.true(refused > 100);
  // A refusal half-way through leaves nothing behind: the next message is read at full depth.
  t.notThrows(() => decode(api.TxnRequest, nestedTxn(45)));
});

test('random bytes never do worse than a WireError', (t) => {
  for (const type of types) {
    const property = fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        decode(type, Buffer.from(bytes));
      } catch (error) {
        assert.ok(error instanceof WireError, String(error));
      }
    });
    t.notThrows(() => fc.assert(property, { numRuns: 40 }), type.name);
  }
});

/** A transaction within a transaction, so many times: each level is an operation and a transaction. */
function nestedTxn(levels: number): Buffer {
  let bytes: Buffer = Buffer.alloc(0);
  const wrap = (number: number, content: Buffer): Buffer => {
    const length: number[] = [];
    let rest = content.length;
    for (; rest > 127; rest >>>= 7) length.push((rest & 127) | 128);
    return Buffer.concat([field(number, 2, ...length, rest), content]);
  };
  for (let level = 0; level < levels; level++) bytes = wrap(2, wrap(4, bytes));
  return bytes;
}

test('an error counts from where the message begins, not from where its buffer does', (t) => {
  const codec = api.RangeRequest;
  const malformed = Buffer.from([0x0a, 5, 0x61]);
  const message = 'etcdserverpb.RangeRequest.key: field of 5 bytes reaches past the end at byte 1';
  t.throws(() => codec.read(malformed, 0, 3), { message });
  for (let before = 1; before < 4; before++) {
    const buffer = Buffer.concat([Buffer.alloc(before, 0xff), malformed, Buffer.alloc(2)]);
    t.throws(() => codec.read(buffer, before, before + 3), { message });
  }
});

test('messages nested deeper than the bound are refused before the stack is', (t) => {
  t.notThrows(() => decode(api.TxnRequest, nestedTxn(49)));
  for (const levels of [51, 20_000]) {
    t.throws(() => decode(api.TxnRequest, nestedTxn(levels)), {
      name: 'WireError',
      message: /nested deeper than 100$/,
    });
  }
  t.notThrows(() => decode(api.TxnRequest, nestedTxn(49)));
});

test('repeated enums are read packed and unpacked, also mixed', (t) => {
  const filters = (bytes: Buffer): number[] => decode(api.WatchCreateRequest, bytes).filters;
  t.deepEqual(filters(Buffer.concat([field(5, 0, 1), field(5, 0, 0)])), [1, 0]);
  t.deepEqual(filters(field(5, 2, 3, 1, 0, 77)), [1, 0, 77]);
  t.deepEqual(filters(Buffer.concat([field(5, 2, 2, 1, 0), field(5, 0, 1), field(5, 2, 0)])), [1, 0, 1]);
  t.throws(() => filters(field(5, 2, 2, 1, 0x80)), { name: 'WireError' });
});

test('of a oneof the last one on the wire counts', (t) => {
  const both = Buffer.concat([
    encode(api.RequestOp, api.RequestOp.create({ requestPut: api.PutRequest.create({ key: Buffer.from('a') }) })),
    encode(api.RequestOp, api.RequestOp.create({ requestRange: api.RangeRequest.create({ key: Buffer.from('b') }) })),
  ]);
  const read = decode(api.RequestOp, both);
  t.is(read.requestPut, undefined);
  t.is(read.requestRange?.key.toString(), 'b');
});

test('a known field with another wire type is skipped like an unknown one', (t) => {
  const bytes = Buffer.concat([
    field(1, 0, 5),
    encode(api.PutRequest, api.PutRequest.create({ value: Buffer.from('v') })),
  ]);
  t.deepEqual(decode(api.PutRequest, bytes), api.PutRequest.create({ value: Buffer.from('v') }));
});

test('bytes are those of protobuf, field by field', (t) => {
  const request = api.RangeRequest.create({
    key: Buffer.from('a'),
    limit: 300,
    sortOrder: 2,
    keysOnly: true,
    maxCreateRevision: 1,
  });
  // By hand from rpc.proto: key = 1, limit = 3, sort_order = 5, keys_only = 8, max_create_revision = 13.
  t.deepEqual([...encode(api.RangeRequest, request)], [0x0a, 1, 0x61, 0x18, 0xac, 0x02, 0x28, 2, 0x40, 1, 0x68, 1]);
  const lease = api.LeaseGrantRequest.create({ ttl: -1, id: -1n });
  const minusOne = [...Array<number>(9).fill(0xff), 1];
  t.deepEqual([...encode(api.LeaseGrantRequest, lease)], [0x08, ...minusOne, 0x10, ...minusOne]);
});
