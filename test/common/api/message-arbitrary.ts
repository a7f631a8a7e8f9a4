// Random messages of any type, from its field table, for round-trip properties.

import fc from 'fast-check';
import type { Field, MessageType } from '../../../common/wire/protobuf/message-type.ts';

const depthMax = 3;

/** Complete messages; of a oneof at most one member is set. */
export function messageArbitrary<T>(type: MessageType<T>, depth = 0): fc.Arbitrary<T> {
  const plain = type.fields.filter((field) => field.oneof === undefined);
  const groups = new Map<string, Field[]>();
  for (const field of type.fields) {
    if (field.oneof !== undefined) groups.set(field.oneof, [...(groups.get(field.oneof) ?? []), field]);
  }
  const parts: fc.Arbitrary<Record<string, unknown>>[] = plain.map((field) =>
    fieldArbitrary(field, depth).map((value) => ({ [field.key]: value })),
  );
  for (const members of groups.values()) {
    const choices = members.map((field) => fieldArbitrary(field, depth).map((value) => ({ [field.key]: value })));
    parts.push(fc.oneof(fc.constant({}), ...choices));
  }
  return fc.tuple(...parts).map((values) => type.create(Object.assign({}, ...values) as Partial<T>));
}

function fieldArbitrary(field: Field, depth: number): fc.Arbitrary<unknown> {
  if (field.kind === 'message' && depth >= depthMax) return fc.constant(field.repeated ? [] : undefined);
  const value = valueArbitrary(field, depth);
  if (field.repeated) return fc.array(value, { maxLength: 3 });
  return field.kind === 'message' ? fc.option(value, { nil: undefined }) : value;
}

function valueArbitrary(field: Field, depth: number): fc.Arbitrary<unknown> {
  switch (field.kind) {
    case 'bytes':
      return fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes));
    case 'string':
      return fc.string({ unit: 'grapheme', maxLength: 12 });
    case 'bool':
      return fc.boolean();
    case 'int32':
      return fc.integer();
    case 'uint32':
      return fc.nat({ max: 0xffffffff });
    case 'int64':
      return field.asNumber ? fc.maxSafeInteger() : fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n });
    case 'uint64':
      return field.asNumber ? fc.maxSafeNat() : fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
    case 'enum':
      // 77 stands for a value that a newer version has added.
      return fc.constantFrom(...Object.keys(field.enumNames ?? {}).map(Number), 77);
    case 'message':
      return messageArbitrary(field.messageType!(), depth + 1);
  }
}
