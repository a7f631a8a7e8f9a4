// The frames of a snapshot transfer. The sender says: header, rows, rows, …, end; `alive` where it has nothing to say for a
// while. The receiver says: progress each second, and done. A transfer that fails is closed with the reason.
//
//   u32 CRC-32 of the rest | u8 kind | fields
//
// `end` repeats how much there was and the running checksum over all row frames: a transfer that lost, repeated or
// swapped a frame does not pass for a whole one.

import { assert } from '../../common/runtime/assert.ts';
import type { Position } from '../raft/types.ts';
import type { Row } from '../storage/key-value-store.ts';
import { checksumBytes, type FieldReader, FieldWriter, idBytes, numberBytesMax, openFrame } from './fields.ts';

export interface SnapshotHeader {
  /** The sender's term as leader. */
  readonly term: number;
  /** The last entry that the rows hold the effects of. */
  readonly position: Position;
  readonly voters: readonly bigint[];
  readonly learners: readonly bigint[];
  /** For progress only. */
  readonly rowsEstimate: number;
  /** What the replica wants to add; opaque here. */
  readonly details: Buffer;
}

export interface SnapshotTotals {
  readonly rows: number;
  /** Of keys and values. */
  readonly bytes: number;
}

export type SnapshotFrame =
  | { readonly kind: 'header'; readonly header: SnapshotHeader }
  | { readonly kind: 'rows'; readonly rows: readonly Row[] }
  | { readonly kind: 'end'; readonly totals: SnapshotTotals; readonly checksum: number }
  | { readonly kind: 'alive' }
  | { readonly kind: 'progress'; readonly totals: SnapshotTotals }
  | { readonly kind: 'done' };

const kinds: readonly SnapshotFrame['kind'][] = ['header', 'rows', 'end', 'alive', 'progress', 'done'];
const lengthBytesMax = 5;
const rowHeadBytesMax = 2 * lengthBytesMax;
const rowBytesMin = 2;
const headBytes = checksumBytes + 1;
const membersMax = 1_000;
export const detailsBytesMax = 1024 * 1024;

/** Bytes of keys and values, as totals count them. */
export function rowBytes(row: Row): number {
  return row.key.length + row.value.length;
}

export function encodeSnapshotFrame(frame: SnapshotFrame): Buffer {
  const out = new FieldWriter(bytesBound(frame));
  out.at = checksumBytes;
  out.byte(kinds.indexOf(frame.kind));
  switch (frame.kind) {
    case 'header':
      writeHeader(out, frame.header);
      break;
    case 'rows':
      out.number(frame.rows.length);
      for (const { key, value } of frame.rows) {
        out.bytes(key);
        out.bytes(value);
      }
      break;
    case 'end':
      writeTotals(out, frame.totals);
      out.number(frame.checksum);
      break;
    case 'progress':
      writeTotals(out, frame.totals);
      break;
    default:
  }
  return out.finish();
}

function bytesBound(frame: SnapshotFrame): number {
  switch (frame.kind) {
    case 'header': {
      const { voters, learners, details } = frame.header;
      return headBytes + 7 * numberBytesMax + (voters.length + learners.length) * idBytes + details.length;
    }
    case 'rows': {
      let bytes = headBytes + numberBytesMax;
      for (const row of frame.rows) bytes += rowHeadBytesMax + rowBytes(row);
      return bytes;
    }
    default:
      return headBytes + 3 * numberBytesMax;
  }
}

function writeHeader(out: FieldWriter, header: SnapshotHeader): void {
  assert(header.details.length <= detailsBytesMax, `snapshot details of ${header.details.length} bytes`);
  out.number(header.term);
  out.number(header.position.index);
  out.number(header.position.term);
  for (const ids of [header.voters, header.learners]) {
    assert(ids.length <= membersMax, `${ids.length} members`);
    out.number(ids.length);
    for (const id of ids) out.id(id);
  }
  out.number(header.rowsEstimate);
  out.bytes(header.details);
}

function writeTotals(out: FieldWriter, { rows, bytes }: SnapshotTotals): void {
  out.number(rows);
  out.number(bytes);
}

/** Keys, values and details are views into the frame. Throws `WireError` on malformed bytes. */
export function decodeSnapshotFrame(frame: Buffer): SnapshotFrame {
  const input = openFrame(frame, 'snapshot frame');
  const code = input.byte();
  const kind = kinds[code];
  if (kind === undefined) throw input.malformed(`unknown frame kind ${code}`);
  input.what = `snapshot ${kind}`;
  const read = readFields(input, kind);
  input.finish();
  return read;
}

function readFields(input: FieldReader, kind: SnapshotFrame['kind']): SnapshotFrame {
  switch (kind) {
    case 'header':
      return { kind, header: readHeader(input) };
    case 'rows': {
      const rows: Row[] = [];
      for (let left = input.count(rowBytesMin); left > 0; left--) {
        const key = input.bytes();
        rows.push({ key, value: input.bytes() });
      }
      return { kind, rows };
    }
    case 'end': {
      const totals = readTotals(input);
      return { kind, totals, checksum: input.number() };
    }
    case 'progress':
      return { kind, totals: readTotals(input) };
    default:
      return { kind };
  }
}

function readHeader(input: FieldReader): SnapshotHeader {
  const term = input.number();
  const position = { index: input.number(), term: input.number() };
  const voters = readIds(input);
  const learners = readIds(input);
  const rowsEstimate = input.number();
  const details = input.bytes();
  if (details.length > detailsBytesMax) throw input.malformed(`details of ${details.length} bytes`);
  return { term, position, voters, learners, rowsEstimate, details };
}

function readIds(input: FieldReader): bigint[] {
  const count = input.count(idBytes);
  if (count > membersMax) throw input.malformed(`${count} members`);
  return Array.from({ length: count }, () => input.id());
}

function readTotals(input: FieldReader): SnapshotTotals {
  return { rows: input.number(), bytes: input.number() };
}
