// Header fields in, header blocks out (RFC 7541 section 6). Two ways: `encodeStateless` refers to the fixed table
// only, so its blocks can be made beforehand, shared by connections and sent in any order; HpackEncoder uses the
// dynamic table and its blocks must leave in the order in which they were encoded.

import type { HeaderField } from './header-field.ts';
import { writeInteger } from './hpack-integer.ts';
import { DEFAULT_TABLE_BYTES, DynamicTable, STATIC_ENTRIES, staticTable } from './hpack-table.ts';
import { encodeHuffman, huffmanLength } from './huffman.ts';

const INDEXED = { pattern: 0x80, prefixBits: 7 };
const LITERAL_ADDED = { pattern: 0x40, prefixBits: 6 };
const LITERAL = { pattern: 0x00, prefixBits: 4 };
const LITERAL_NEVER = { pattern: 0x10, prefixBits: 4 };
const SIZE_UPDATE = { pattern: 0x20, prefixBits: 5 };

/** A field in its longest encoding: three integers of at most six bytes besides the text itself. */
const INTEGERS_BYTES_MAX = 18;

const staticNames = new Map<string, number>();
const staticFields = new Map<string, number>();
for (let index = STATIC_ENTRIES; index >= 1; index--) {
  const field = staticTable[index]!;
  staticNames.set(field.name, index);
  staticFields.set(key(field), index);
}

function key(field: HeaderField): string {
  return `${field.name}\0${field.value}`;
}

/** A block that needs no dynamic table. */
export function encodeStateless(fields: readonly HeaderField[]): Buffer {
  const target = Buffer.allocUnsafe(blockBytesMax(fields));
  let at = 0;
  for (const field of fields) {
    const index = staticFields.get(key(field));
    if (index !== undefined) at = writeInteger(target, at, { ...INDEXED, value: index });
    else
      at = writeLiteral(target, at, field, field.sensitive ? LITERAL_NEVER : LITERAL, staticNames.get(field.name) ?? 0);
  }
  return Buffer.from(target.subarray(0, at));
}

/** A dynamic table size update (RFC 7541 section 6.3) that opens the next block. */
export function encodeSizeUpdate(bytes: number): Buffer {
  const target = Buffer.allocUnsafe(6);
  return target.subarray(0, writeInteger(target, 0, { ...SIZE_UPDATE, value: bytes }));
}

function blockBytesMax(fields: readonly HeaderField[]): number {
  let bytes = 0;
  for (const field of fields) bytes += field.name.length + field.value.length + INTEGERS_BYTES_MAX;
  return bytes;
}

function writeLiteral(
  target: Buffer,
  offset: number,
  field: HeaderField,
  form: { pattern: number; prefixBits: number },
  nameIndex: number,
): number {
  let at = writeInteger(target, offset, { ...form, value: nameIndex });
  if (nameIndex === 0) at = writeString(target, at, field.name);
  return writeString(target, at, field.value);
}

function writeString(target: Buffer, offset: number, text: string): number {
  const coded = huffmanLength(text);
  if (coded <= text.length && coded > 0) {
    return encodeHuffman(text, target, writeInteger(target, offset, { pattern: 0x80, prefixBits: 7, value: coded }));
  }
  const at = writeInteger(target, offset, { pattern: 0x00, prefixBits: 7, value: text.length });
  return at + target.write(text, at, 'latin1');
}

/** Fields whose block is worth keeping: it stays right until the table changes. */
export class RepeatedFields {
  readonly fields: readonly HeaderField[];
  block: Buffer | undefined;
  /** `generation` of the encoder's table that `block` refers to. */
  generation = -1;

  constructor(fields: readonly HeaderField[]) {
    this.fields = fields;
  }
}

/** Map entries of evicted fields are swept when the maps hold this many; the table holds 128 entries at most. */
const MAP_ENTRIES_MAX = 512;

export class HpackEncoder {
  readonly #table = new DynamicTable(DEFAULT_TABLE_BYTES);
  /** Number (DynamicTable.inserted when added) of the newest entry with this field, and with this name. */
  readonly #fields = new Map<string, number>();
  readonly #names = new Map<string, number>();
  /** Smallest table size since the last block: a reduction is announced even if it was raised again since. */
  #sizeLow = DEFAULT_TABLE_BYTES;
  #sizeAnnounced = DEFAULT_TABLE_BYTES;

  /** The peer's SETTINGS_HEADER_TABLE_SIZE; more than the default is not used. */
  setTableBytesMax(bytes: number): void {
    const size = Math.min(bytes, DEFAULT_TABLE_BYTES);
    this.#table.resize(size);
    this.#sizeLow = Math.min(size, this.#sizeLow);
  }

  /** The next block to be sent: `repeated`, from its kept block where still right, then `extra`, never indexed. */
  encode(repeated: RepeatedFields, extra: readonly HeaderField[]): Buffer {
    const updates = this.#sizeUpdates();
    let block = repeated.block;
    if (block === undefined || repeated.generation !== this.#table.generation) {
      const generation = this.#table.generation;
      block = this.#encodeAdding(repeated.fields);
      // A block that adds entries is right only once; the next one will refer to them.
      repeated.block = this.#table.generation === generation ? block : undefined;
      repeated.generation = generation;
    }
    if (updates === undefined && extra.length === 0) return block;
    return Buffer.concat([updates ?? Buffer.alloc(0), block, encodeStateless(extra)]);
  }

  /** RFC 7541 section 4.2: the smallest size in between first, then the final one. */
  #sizeUpdates(): Buffer | undefined {
    const size = this.#table.bytesMax;
    if (size === this.#sizeAnnounced && this.#sizeLow === size) return undefined;
    const updates = this.#sizeLow < size ? [encodeSizeUpdate(this.#sizeLow)] : [];
    this.#sizeAnnounced = size;
    this.#sizeLow = size;
    return Buffer.concat([...updates, encodeSizeUpdate(size)]);
  }

  #encodeAdding(fields: readonly HeaderField[]): Buffer {
    const target = Buffer.allocUnsafe(blockBytesMax(fields));
    let at = 0;
    for (const field of fields) {
      const index = field.sensitive ? undefined : this.#fieldIndex(field);
      if (index !== undefined) at = writeInteger(target, at, { ...INDEXED, value: index });
      else at = this.#literal(target, at, field);
    }
    return Buffer.from(target.subarray(0, at));
  }

  #fieldIndex(field: HeaderField): number | undefined {
    return staticFields.get(key(field)) ?? this.#liveIndex(this.#fields.get(key(field)));
  }

  #literal(target: Buffer, offset: number, field: HeaderField): number {
    const nameIndex = staticNames.get(field.name) ?? this.#liveIndex(this.#names.get(field.name)) ?? 0;
    if (field.sensitive) return writeLiteral(target, offset, field, LITERAL_NEVER, nameIndex);
    // A field that would push out most of the others is not worth an entry.
    if (field.size > this.#table.bytesMax / 2) return writeLiteral(target, offset, field, LITERAL, nameIndex);
    this.#table.add(field);
    this.#fields.set(key(field), this.#table.inserted);
    this.#names.set(field.name, this.#table.inserted);
    if (this.#fields.size + this.#names.size > MAP_ENTRIES_MAX) this.#sweep();
    return writeLiteral(target, offset, field, LITERAL_ADDED, nameIndex);
  }

  #liveIndex(entry: number | undefined): number | undefined {
    if (entry === undefined) return undefined;
    const index = this.#table.inserted - entry + 1;
    return index <= this.#table.count ? STATIC_ENTRIES + index : undefined;
  }

  #sweep(): void {
    for (const map of [this.#fields, this.#names]) {
      for (const [text, entry] of map) if (this.#liveIndex(entry) === undefined) map.delete(text);
    }
  }
}
