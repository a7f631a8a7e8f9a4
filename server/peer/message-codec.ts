// Peer messages as bytes. A frame is what one member has to say to another in one turn:
//
//   u32 CRC-32 of the rest | messages: u8 kind, u32 length, fields
//
// Integers are varints (terms, indexes) or eight bytes big-endian (ids, read contexts). Sender and receiver are not in it:
// they are the link's, which the handshake has checked, so no message can claim to come from somebody else. Entries
// carry no index: they follow `previous` without a gap. TCP's own checksum is 16 bits and ends at the last box that
// rewrites packets; a flipped bit in an entry would be agreed upon and be everywhere, hence the CRC.
//
// Worked example: a heartbeat of term 5 with commit 300 and round 2 is crc 08 00000004 05 ac02 02.

import { assert, unreachable } from '../../common/runtime/assert.ts';
import type { Envelope } from '../raft/message.ts';
import type { Entry, EntryKind, Position } from '../raft/types.ts';
import { checksumBytes, type FieldReader, FieldWriter, numberBytesMax, openFrame } from './fields.ts';
import { nameBytesMax, type PeerMessage } from './peer-message.ts';

const kindCode = {
  preVote: 1,
  preVoteAnswer: 2,
  vote: 3,
  voteAnswer: 4,
  append: 5,
  appendAccepted: 6,
  appendRejected: 7,
  heartbeat: 8,
  heartbeatAnswer: 9,
  snapshot: 10,
  readRequest: 11,
  readAnswer: 12,
  timeoutNow: 13,
  proposal: 32,
  proposalDone: 33,
  proposalFailed: 34,
  keepAlive: 35,
  keepAliveDone: 36,
  keepAliveFailed: 37,
  custom: 38,
} as const satisfies Record<PeerMessage['kind'], number>;

const kindOfCode: ReadonlyMap<number, PeerMessage['kind']> = new Map(
  Object.entries(kindCode).map(([kind, code]) => [code, kind as PeerMessage['kind']]),
);

const entryKinds: readonly EntryKind[] = ['normal', 'membership'];

const messageHeadBytes = 5;
/** Above everything that a message of any kind takes besides what it carries: at most five numbers, or ids and two numbers. */
const fixedBytesMax = messageHeadBytes + 6 * numberBytesMax;
/** Term, kind, length. */
const entryHeadBytesMax = numberBytesMax + 1 + 5;
const entryBytesMin = 3;

/** Never less than what the message takes in a frame, and not much more: what queues count. */
export function messageBytesBound(message: PeerMessage): number {
  switch (message.kind) {
    case 'append': {
      let bytes = fixedBytesMax;
      for (const entry of message.entries) bytes += entryHeadBytesMax + entry.data.length;
      return bytes;
    }
    case 'proposal':
      return fixedBytesMax + message.command.length;
    case 'proposalDone':
      return fixedBytesMax + message.result.length;
    case 'proposalFailed':
    case 'keepAliveFailed':
      return fixedBytesMax + nameBytesMax;
    case 'custom':
      return fixedBytesMax + nameBytesMax + message.payload.length;
    default:
      return fixedBytesMax;
  }
}

export function encodeFrame(messages: readonly PeerMessage[]): Buffer {
  let bytesMax = checksumBytes;
  for (const message of messages) bytesMax += messageBytesBound(message);
  const out = new FieldWriter(bytesMax);
  out.at = checksumBytes;
  for (const message of messages) {
    const head = out.at;
    out.byte(kindCode[message.kind]);
    out.at += 4;
    writeFields(out, message);
    out.target.writeUInt32BE(out.at - head - messageHeadBytes, head + 1);
  }
  return out.finish();
}

function writeFields(out: FieldWriter, message: PeerMessage): void {
  if ('term' in message) out.number(message.term);
  switch (message.kind) {
    case 'preVote':
      out.number(message.candidateTerm);
      writePosition(out, message.last);
      writePosition(out, message.commit);
      return;
    case 'preVoteAnswer':
      out.number(message.candidateTerm);
      out.byte(message.granted ? 1 : 0);
      writePosition(out, message.commit);
      return;
    case 'vote':
      writePosition(out, message.last);
      writePosition(out, message.commit);
      out.byte(message.transfer ? 1 : 0);
      return;
    case 'voteAnswer':
      out.byte(message.granted ? 1 : 0);
      writePosition(out, message.commit);
      return;
    case 'append':
      writePosition(out, message.previous);
      out.number(message.commit);
      writeEntries(out, message.entries, message.previous.index);
      return;
    case 'appendAccepted':
      out.number(message.index);
      return;
    case 'appendRejected':
      out.number(message.index);
      writePosition(out, message.hint);
      return;
    case 'heartbeat':
      out.number(message.commit);
      out.number(message.round);
      return;
    case 'heartbeatAnswer':
      out.number(message.round);
      return;
    case 'snapshot':
      writePosition(out, message.position);
      return;
    case 'readRequest':
      out.id(message.context);
      return;
    case 'readAnswer':
      out.id(message.context);
      out.number(message.index);
      return;
    case 'timeoutNow':
      return;
    case 'proposal':
      out.id(message.id);
      out.number(Math.max(0, Math.floor(message.deadlineMs)));
      out.bytes(message.command);
      return;
    case 'proposalDone':
      out.id(message.id);
      out.bytes(message.result);
      return;
    case 'proposalFailed':
    case 'keepAliveFailed':
      out.id(message.id);
      writeName(out, message.error);
      return;
    case 'keepAlive':
      out.id(message.id);
      out.id(message.lease);
      return;
    case 'keepAliveDone':
      out.id(message.id);
      out.number(message.ttlSeconds);
      return;
    case 'custom':
      writeName(out, message.name);
      out.bytes(message.payload);
      return;
    default:
      unreachable(message);
  }
}

function writePosition(out: FieldWriter, { index, term }: Position): void {
  out.number(index);
  out.number(term);
}

function writeName(out: FieldWriter, name: string): void {
  assert(Buffer.byteLength(name) <= nameBytesMax, `a name of more than ${nameBytesMax} bytes: ${name}`);
  out.string(name);
}

function writeEntries(out: FieldWriter, entries: readonly Entry[], previousIndex: number): void {
  out.number(entries.length);
  let index = previousIndex;
  for (const entry of entries) {
    index++;
    assert(entry.index === index, `entry ${entry.index} where ${index} follows`);
    out.number(entry.term);
    out.byte(entryKinds.indexOf(entry.kind));
    out.bytes(entry.data);
  }
}

/**
 * Hands each message of a frame to `take`. Data of entries and payloads are views into the frame. Throws `WireError`
 * on malformed bytes; messages before the malformed one have been taken by then.
 */
export function decodeFrame(frame: Buffer, from: bigint, to: bigint, take: (message: PeerMessage) => void): void {
  const reader = openFrame(frame, 'peer frame');
  while (reader.left > 0) {
    const code = reader.byte();
    const kind = kindOfCode.get(code);
    if (kind === undefined) throw reader.malformed(`unknown message kind ${code}`);
    const fields = reader.part(readU32(reader), kind);
    const message = readFields(fields, kind, from, to);
    fields.finish();
    take(message);
  }
}

function readU32(reader: FieldReader): number {
  return reader.byte() * 0x1000000 + reader.byte() * 0x10000 + reader.byte() * 0x100 + reader.byte();
}

function readFields(input: FieldReader, kind: PeerMessage['kind'], from: bigint, to: bigint): PeerMessage {
  // In the order of `writeFields`; property initializers run from top to bottom.
  const envelope = (): Envelope => ({ from, to, term: input.number() });
  switch (kind) {
    case 'preVote':
      return {
        ...envelope(),
        kind,
        candidateTerm: input.number(),
        last: readPosition(input),
        commit: readPosition(input),
      };
    case 'preVoteAnswer':
      return { ...envelope(), kind, candidateTerm: input.number(), granted: input.flag(), commit: readPosition(input) };
    case 'vote':
      return { ...envelope(), kind, last: readPosition(input), commit: readPosition(input), transfer: input.flag() };
    case 'voteAnswer':
      return { ...envelope(), kind, granted: input.flag(), commit: readPosition(input) };
    case 'append': {
      const { term } = envelope();
      const previous = readPosition(input);
      const commit = input.number();
      return { from, to, term, kind, previous, entries: readEntries(input, previous.index), commit };
    }
    case 'appendAccepted':
      return { ...envelope(), kind, index: input.number() };
    case 'appendRejected':
      return { ...envelope(), kind, index: input.number(), hint: readPosition(input) };
    case 'heartbeat':
      return { ...envelope(), kind, commit: input.number(), round: input.number() };
    case 'heartbeatAnswer':
      return { ...envelope(), kind, round: input.number() };
    case 'snapshot':
      return { ...envelope(), kind, position: readPosition(input) };
    case 'readRequest':
      return { ...envelope(), kind, context: input.id() };
    case 'readAnswer':
      return { ...envelope(), kind, context: input.id(), index: input.number() };
    case 'timeoutNow':
      return { ...envelope(), kind };
    case 'proposal': {
      const id = input.id();
      const deadlineMs = input.number();
      return { kind, id, command: input.bytes(), deadlineMs };
    }
    case 'proposalDone':
      return { kind, id: input.id(), result: input.bytes() };
    case 'proposalFailed':
    case 'keepAliveFailed':
      return { kind, id: input.id(), error: input.string(nameBytesMax) };
    case 'keepAlive':
      return { kind, id: input.id(), lease: BigInt.asIntN(64, input.id()) };
    case 'keepAliveDone':
      return { kind, id: input.id(), ttlSeconds: input.number() };
    case 'custom':
      return { kind, name: input.string(nameBytesMax), payload: input.bytes() };
    default:
      return unreachable(kind);
  }
}

function readPosition(input: FieldReader): Position {
  return { index: input.number(), term: input.number() };
}

function readEntries(input: FieldReader, previousIndex: number): Entry[] {
  const count = input.count(entryBytesMin);
  if (previousIndex + count > Number.MAX_SAFE_INTEGER) throw input.malformed('index beyond the safe range');
  const entries: Entry[] = [];
  for (let i = 1; i <= count; i++) {
    const term = input.number();
    const kind = entryKinds[input.byte()];
    if (kind === undefined) throw input.malformed('unknown entry kind');
    entries.push({ index: previousIndex + i, term, kind, data: input.bytes() });
  }
  return entries;
}
