// Answers of commands as bytes, for members that had their leader propose: which message answers which command.

import {
  AlarmResponse,
  CompactionResponse,
  DeleteRangeResponse,
  LeaseGrantResponse,
  LeaseRevokeResponse,
  MemberListResponse,
  PutResponse,
  TxnResponse,
} from '../../common/api/generated/messages.ts';
import { type Codec, decode, encode } from '../../common/wire/protobuf/codec.ts';
import type { Command } from '../apply/generated/commands.ts';

export function encodeResult(command: Command, response: object): Buffer {
  return encode(codecOf(command), response);
}

/** Throws WireError on malformed bytes. */
export function decodeResult(command: Command, bytes: Buffer): object {
  return decode(codecOf(command), bytes) as object;
}

function codecOf(command: Command): Codec<unknown> {
  if (command.put !== undefined) return PutResponse;
  if (command.deleteRange !== undefined) return DeleteRangeResponse;
  if (command.txn !== undefined) return TxnResponse;
  if (command.compact !== undefined) return CompactionResponse;
  if (command.leaseGrant !== undefined) return LeaseGrantResponse;
  if (command.leaseRevoke !== undefined) return LeaseRevokeResponse;
  if (command.alarm !== undefined) return AlarmResponse;
  // Membership changes and attributes answer with the members.
  return MemberListResponse;
}
