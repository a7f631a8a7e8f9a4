// Header blocks in, header fields out (RFC 7541 section 3). Any violation is a ConnectionError COMPRESSION_ERROR,
// because both ends' tables have parted; a list beyond its limit is not: the block is read to its end and reported as
// oversized.

import { ConnectionError, ErrorCode } from './error-code.ts';
import { type HeaderField, makeField } from './header-field.ts';
import { type Cursor, readInteger } from './hpack-integer.ts';
import { DEFAULT_TABLE_BYTES, DynamicTable, STATIC_ENTRIES, staticTable } from './hpack-table.ts';
import { decodeHuffman } from './huffman.ts';

/** Blocks up to this size are remembered: a client that repeats a call repeats its block byte for byte. */
const REMEMBERED_BYTES_MAX = 64;

/** What a Huffman string of n bytes may become at most: the shortest code has 5 bits. */
const HUFFMAN_EXPANSION = 8 / 5;

export interface DecoderLimits {
  /** Sum of the field sizes (name + value + 32) of one list: our SETTINGS_MAX_HEADER_LIST_SIZE. */
  readonly headerListBytesMax: number;
}

export class HpackDecoder {
  /** True when the last list exceeded its limit; the fields returned then are only its beginning. */
  oversized = false;
  readonly #table = new DynamicTable(DEFAULT_TABLE_BYTES);
  readonly #listBytesMax: number;
  readonly #cursor: Cursor = { source: new Uint8Array(0), at: 0, end: 0 };
  #scratch = Buffer.allocUnsafe(256);
  readonly #remembered = new Uint8Array(REMEMBERED_BYTES_MAX);
  #rememberedLength = -1;
  #rememberedGeneration = -1;
  #rememberedFields: readonly HeaderField[] = [];

  constructor(limits: DecoderLimits) {
    this.#listBytesMax = limits.headerListBytesMax;
  }

  /**
   * Decodes the complete block `source[start, end)`. The same array is returned again for a repeated block that
   * refers to tables only, so callers may cache by identity; nobody may change it.
   */
  decode(source: Uint8Array, start: number, end: number): readonly HeaderField[] {
    if (this.#isRemembered(source, start, end)) {
      this.oversized = false;
      return this.#rememberedFields;
    }
    const cursor = this.#cursor;
    cursor.source = source;
    cursor.at = start;
    cursor.end = end;
    const fields: HeaderField[] = [];
    let listBytes = 0;
    let literals = 0;
    this.oversized = false;
    this.#readSizeUpdates(cursor);
    while (cursor.at < end) {
      const first = source[cursor.at]!;
      if ((first & 0xe0) === 0x20) throw compressionError('table size update after a field');
      if (first < 0x80) literals++;
      const field = first >= 0x80 ? this.#indexed(readInteger(cursor, 7)) : this.#literal(cursor, first);
      listBytes += field.size;
      if (listBytes <= this.#listBytesMax) fields.push(field);
      else this.oversized = true;
    }
    if (literals === 0 && !this.oversized) this.#remember(source, start, end, fields);
    return fields;
  }

  /** RFC 7541 section 4.2: only at the beginning of a block, and never beyond the size that we announced. */
  #readSizeUpdates(cursor: Cursor): void {
    while (cursor.at < cursor.end && (cursor.source[cursor.at]! & 0xe0) === 0x20) {
      const bytes = readInteger(cursor, 5);
      if (bytes > DEFAULT_TABLE_BYTES) throw compressionError('table size update above the limit');
      this.#table.resize(bytes);
    }
  }

  #indexed(index: number): HeaderField {
    const field = index <= STATIC_ENTRIES ? staticTable[index] : this.#table.get(index - STATIC_ENTRIES);
    if (field === undefined) throw compressionError(`index ${index} is not in the tables`);
    return field;
  }

  /** RFC 7541 section 6.2: 01 adds to the table, 0000 does not, 0001 must not be indexed by anyone. */
  #literal(cursor: Cursor, first: number): HeaderField {
    const adds = first >= 0x40;
    const nameIndex = readInteger(cursor, adds ? 6 : 4);
    const name = nameIndex === 0 ? this.#string(cursor) : this.#indexed(nameIndex).name;
    const value = this.#string(cursor);
    const field = makeField(name, value, (first & 0xf0) === 0x10);
    if (adds) this.#table.add(field);
    return field;
  }

  #string(cursor: Cursor): string {
    const huffman = cursor.at < cursor.end && cursor.source[cursor.at]! >= 0x80;
    const length = readInteger(cursor, 7);
    const start = cursor.at;
    if (length > cursor.end - start) throw compressionError('string longer than its block');
    cursor.at += length;
    if (!huffman) return latin1(cursor.source, start, cursor.at);
    const expanded = Math.ceil(length * HUFFMAN_EXPANSION);
    if (expanded > this.#scratch.length) this.#scratch = Buffer.allocUnsafe(expanded * 2);
    const written = decodeHuffman(cursor.source, start, cursor.at, this.#scratch);
    if (written < 0) throw compressionError('malformed Huffman string');
    return this.#scratch.toString('latin1', 0, written);
  }

  #isRemembered(source: Uint8Array, start: number, end: number): boolean {
    if (end - start !== this.#rememberedLength || this.#table.generation !== this.#rememberedGeneration) return false;
    for (let index = 0; index < this.#rememberedLength; index++) {
      if (source[start + index] !== this.#remembered[index]) return false;
    }
    return true;
  }

  #remember(source: Uint8Array, start: number, end: number, fields: readonly HeaderField[]): void {
    if (end - start > REMEMBERED_BYTES_MAX) return;
    this.#rememberedLength = end - start;
    for (let index = 0; index < this.#rememberedLength; index++) this.#remembered[index] = source[start + index]!;
    this.#rememberedGeneration = this.#table.generation;
    this.#rememberedFields = fields;
  }
}

function latin1(source: Uint8Array, start: number, end: number): string {
  return Buffer.from(source.buffer, source.byteOffset + start, end - start).toString('latin1');
}

function compressionError(reason: string): ConnectionError {
  return new ConnectionError(ErrorCode.COMPRESSION_ERROR, `header block: ${reason}`);
}
