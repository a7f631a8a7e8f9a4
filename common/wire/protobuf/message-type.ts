// A generated message: its codec, its factory, and its fields as data for adapters that walk messages generically
// (JSON mapping, printers).

import type { Codec } from './codec.ts';

export type FieldKind = 'bytes' | 'string' | 'bool' | 'int32' | 'uint32' | 'int64' | 'uint64' | 'enum' | 'message';

export interface Field {
  /** Name in the .proto file, which is also etcd's JSON name: `range_end`. */
  readonly name: string;
  /** lowerCamelCase JSON name that protobuf's mapping accepts as well: `rangeEnd`. */
  readonly jsonName: string;
  /** Property of the TypeScript message: `rangeEnd`, `id`. */
  readonly key: string;
  readonly kind: FieldKind;
  readonly repeated: boolean;
  /** 64-bit kinds only: held as a number (true) or as a bigint. */
  readonly asNumber: boolean;
  /** Name of the oneof group, if in one. */
  readonly oneof: string | undefined;
  /** Kind `enum`: value names by number. */
  readonly enumNames: Readonly<Record<number, string>> | undefined;
  /** Kind `message`. A function, as types may refer to one another. */
  readonly messageType: (() => MessageType<unknown>) | undefined;
}

export interface MessageType<T> extends Codec<T> {
  readonly fields: readonly Field[];
  /** A complete message: absent scalars get protobuf's defaults, absent submessages are undefined. */
  create(init?: Partial<T>): T;
}
