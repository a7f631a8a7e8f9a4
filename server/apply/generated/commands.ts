// Generated from the .proto files by `npm run generate`. Do not edit.

import type { MessageType } from '../../../common/wire/protobuf/message-type.ts';
import * as w from '../../../common/wire/protobuf/wire.ts';

/** Unknown numbers may arrive on the wire. */
export const MembershipCommandKind = { ADD: 0, REMOVE: 1, UPDATE: 2, PROMOTE: 3 } as const;
export type MembershipCommandKind = number;

export interface CommandBatch {
  commands: Command[];
}

export const CommandBatch: MessageType<CommandBatch> = {
  name: 'commandpb.CommandBatch',
  fields: [
    { name: 'commands', jsonName: 'commands', key: 'commands', kind: 'message', repeated: true, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => Command as MessageType<unknown> },
  ],
  create(init?: Partial<CommandBatch>): CommandBatch {
    return {
      commands: init?.commands ?? [],
    };
  },
  size(m: CommandBatch): number {
    let n = 0;
    for (const v of m.commands) n += 1 + w.delimitedSize(Command.size(v));
    return n;
  },
  write(m: CommandBatch, b: Buffer, offset: number): number {
    let p = offset;
    for (const v of m.commands) {
      b[p++] = 10;
      p = w.writeVarint(b, p, Command.size(v));
      p = Command.write(v, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): CommandBatch {
    w.enter('commandpb.CommandBatch', start);
    let p = start;
    const f1: Command[] = [];
    while (p < end) {
      const tag = w.readLength(b, p, end, 'commandpb.CommandBatch');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'commandpb.CommandBatch.commands');
          p = w.position;
          f1.push(Command.read(b, p, p + size));
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'commandpb.CommandBatch');
      }
    }
    w.leave();
    return { commands: f1 };
  },
};

export interface Command {
  put: PutCommand | undefined;
  deleteRange: DeleteRangeCommand | undefined;
  txn: TxnCommand | undefined;
  compact: CompactCommand | undefined;
  leaseGrant: LeaseGrantCommand | undefined;
  leaseRevoke: LeaseRevokeCommand | undefined;
  alarm: AlarmCommand | undefined;
  memberAttributes: MemberAttributesCommand | undefined;
  membership: MembershipCommand | undefined;
}

export const Command: MessageType<Command> = {
  name: 'commandpb.Command',
  fields: [
    { name: 'put', jsonName: 'put', key: 'put', kind: 'message', repeated: false, asNumber: false, oneof: 'command', enumNames: undefined, messageType: () => PutCommand as MessageType<unknown> },
    { name: 'delete_range', jsonName: 'deleteRange', key: 'deleteRange', kind: 'message', repeated: false, asNumber: false, oneof: 'command', enumNames: undefined, messageType: () => DeleteRangeCommand as MessageType<unknown> },
    { name: 'txn', jsonName: 'txn', key: 'txn', kind: 'message', repeated: false, asNumber: false, oneof: 'command', enumNames: undefined, messageType: () => TxnCommand as MessageType<unknown> },
    { name: 'compact', jsonName: 'compact', key: 'compact', kind: 'message', repeated: false, asNumber: false, oneof: 'command', enumNames: undefined, messageType: () => CompactCommand as MessageType<unknown> },
    { name: 'lease_grant', jsonName: 'leaseGrant', key: 'leaseGrant', kind: 'message', repeated: false, asNumber: false, oneof: 'command', enumNames: undefined, messageType: () => LeaseGrantCommand as MessageType<unknown> },
    { name: 'lease_revoke', jsonName: 'leaseRevoke', key: 'leaseRevoke', kind: 'message', repeated: false, asNumber: false, oneof: 'command', enumNames: undefined, messageType: () => LeaseRevokeCommand as MessageType<unknown> },
    { name: 'alarm', jsonName: 'alarm', key: 'alarm', kind: 'message', repeated: false, asNumber: false, oneof: 'command', enumNames: undefined, messageType: () => AlarmCommand as MessageType<unknown> },
    { name: 'member_attributes', jsonName: 'memberAttributes', key: 'memberAttributes', kind: 'message', repeated: false, asNumber: false, oneof: 'command', enumNames: undefined, messageType: () => MemberAttributesCommand as MessageType<unknown> },
    { name: 'membership', jsonName: 'membership', key: 'membership', kind: 'message', repeated: false, asNumber: false, oneof: 'command', enumNames: undefined, messageType: () => MembershipCommand as MessageType<unknown> },
  ],
  create(init?: Partial<Command>): Command {
    return {
      put: init?.put,
      deleteRange: init?.deleteRange,
      txn: init?.txn,
      compact: init?.compact,
      leaseGrant: init?.leaseGrant,
      leaseRevoke: init?.leaseRevoke,
      alarm: init?.alarm,
      memberAttributes: init?.memberAttributes,
      membership: init?.membership,
    };
  },
  size(m: Command): number {
    let n = 0;
    if (m.put !== undefined) n += 1 + w.delimitedSize(PutCommand.size(m.put));
    if (m.deleteRange !== undefined) n += 1 + w.delimitedSize(DeleteRangeCommand.size(m.deleteRange));
    if (m.txn !== undefined) n += 1 + w.delimitedSize(TxnCommand.size(m.txn));
    if (m.compact !== undefined) n += 1 + w.delimitedSize(CompactCommand.size(m.compact));
    if (m.leaseGrant !== undefined) n += 1 + w.delimitedSize(LeaseGrantCommand.size(m.leaseGrant));
    if (m.leaseRevoke !== undefined) n += 1 + w.delimitedSize(LeaseRevokeCommand.size(m.leaseRevoke));
    if (m.alarm !== undefined) n += 1 + w.delimitedSize(AlarmCommand.size(m.alarm));
    if (m.memberAttributes !== undefined) n += 1 + w.delimitedSize(MemberAttributesCommand.size(m.memberAttributes));
    if (m.membership !== undefined) n += 1 + w.delimitedSize(MembershipCommand.size(m.membership));
    return n;
  },
  write(m: Command, b: Buffer, offset: number): number {
    let p = offset;
    if (m.put !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, PutCommand.size(m.put));
      p = PutCommand.write(m.put, b, p);
    }
    if (m.deleteRange !== undefined) {
      b[p++] = 18;
      p = w.writeVarint(b, p, DeleteRangeCommand.size(m.deleteRange));
      p = DeleteRangeCommand.write(m.deleteRange, b, p);
    }
    if (m.txn !== undefined) {
      b[p++] = 26;
      p = w.writeVarint(b, p, TxnCommand.size(m.txn));
      p = TxnCommand.write(m.txn, b, p);
    }
    if (m.compact !== undefined) {
      b[p++] = 34;
      p = w.writeVarint(b, p, CompactCommand.size(m.compact));
      p = CompactCommand.write(m.compact, b, p);
    }
    if (m.leaseGrant !== undefined) {
      b[p++] = 42;
      p = w.writeVarint(b, p, LeaseGrantCommand.size(m.leaseGrant));
      p = LeaseGrantCommand.write(m.leaseGrant, b, p);
    }
    if (m.leaseRevoke !== undefined) {
      b[p++] = 50;
      p = w.writeVarint(b, p, LeaseRevokeCommand.size(m.leaseRevoke));
      p = LeaseRevokeCommand.write(m.leaseRevoke, b, p);
    }
    if (m.alarm !== undefined) {
      b[p++] = 58;
      p = w.writeVarint(b, p, AlarmCommand.size(m.alarm));
      p = AlarmCommand.write(m.alarm, b, p);
    }
    if (m.memberAttributes !== undefined) {
      b[p++] = 66;
      p = w.writeVarint(b, p, MemberAttributesCommand.size(m.memberAttributes));
      p = MemberAttributesCommand.write(m.memberAttributes, b, p);
    }
    if (m.membership !== undefined) {
      b[p++] = 74;
      p = w.writeVarint(b, p, MembershipCommand.size(m.membership));
      p = MembershipCommand.write(m.membership, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): Command {
    w.enter('commandpb.Command', start);
    let p = start;
    let f1: PutCommand | undefined = undefined;
    let f2: DeleteRangeCommand | undefined = undefined;
    let f3: TxnCommand | undefined = undefined;
    let f4: CompactCommand | undefined = undefined;
    let f5: LeaseGrantCommand | undefined = undefined;
    let f6: LeaseRevokeCommand | undefined = undefined;
    let f7: AlarmCommand | undefined = undefined;
    let f8: MemberAttributesCommand | undefined = undefined;
    let f9: MembershipCommand | undefined = undefined;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'commandpb.Command');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'commandpb.Command.put');
          p = w.position;
          f1 = PutCommand.read(b, p, p + size);
          p += size;
          f2 = undefined;
          f3 = undefined;
          f4 = undefined;
          f5 = undefined;
          f6 = undefined;
          f7 = undefined;
          f8 = undefined;
          f9 = undefined;
          break;
        }
        case 18: {
          const size = w.readDelimited(b, p, end, 'commandpb.Command.delete_range');
          p = w.position;
          f2 = DeleteRangeCommand.read(b, p, p + size);
          p += size;
          f1 = undefined;
          f3 = undefined;
          f4 = undefined;
          f5 = undefined;
          f6 = undefined;
          f7 = undefined;
          f8 = undefined;
          f9 = undefined;
          break;
        }
        case 26: {
          const size = w.readDelimited(b, p, end, 'commandpb.Command.txn');
          p = w.position;
          f3 = TxnCommand.read(b, p, p + size);
          p += size;
          f1 = undefined;
          f2 = undefined;
          f4 = undefined;
          f5 = undefined;
          f6 = undefined;
          f7 = undefined;
          f8 = undefined;
          f9 = undefined;
          break;
        }
        case 34: {
          const size = w.readDelimited(b, p, end, 'commandpb.Command.compact');
          p = w.position;
          f4 = CompactCommand.read(b, p, p + size);
          p += size;
          f1 = undefined;
          f2 = undefined;
          f3 = undefined;
          f5 = undefined;
          f6 = undefined;
          f7 = undefined;
          f8 = undefined;
          f9 = undefined;
          break;
        }
        case 42: {
          const size = w.readDelimited(b, p, end, 'commandpb.Command.lease_grant');
          p = w.position;
          f5 = LeaseGrantCommand.read(b, p, p + size);
          p += size;
          f1 = undefined;
          f2 = undefined;
          f3 = undefined;
          f4 = undefined;
          f6 = undefined;
          f7 = undefined;
          f8 = undefined;
          f9 = undefined;
          break;
        }
        case 50: {
          const size = w.readDelimited(b, p, end, 'commandpb.Command.lease_revoke');
          p = w.position;
          f6 = LeaseRevokeCommand.read(b, p, p + size);
          p += size;
          f1 = undefined;
          f2 = undefined;
          f3 = undefined;
          f4 = undefined;
          f5 = undefined;
          f7 = undefined;
          f8 = undefined;
          f9 = undefined;
          break;
        }
        case 58: {
          const size = w.readDelimited(b, p, end, 'commandpb.Command.alarm');
          p = w.position;
          f7 = AlarmCommand.read(b, p, p + size);
          p += size;
          f1 = undefined;
          f2 = undefined;
          f3 = undefined;
          f4 = undefined;
          f5 = undefined;
          f6 = undefined;
          f8 = undefined;
          f9 = undefined;
          break;
        }
        case 66: {
          const size = w.readDelimited(b, p, end, 'commandpb.Command.member_attributes');
          p = w.position;
          f8 = MemberAttributesCommand.read(b, p, p + size);
          p += size;
          f1 = undefined;
          f2 = undefined;
          f3 = undefined;
          f4 = undefined;
          f5 = undefined;
          f6 = undefined;
          f7 = undefined;
          f9 = undefined;
          break;
        }
        case 74: {
          const size = w.readDelimited(b, p, end, 'commandpb.Command.membership');
          p = w.position;
          f9 = MembershipCommand.read(b, p, p + size);
          p += size;
          f1 = undefined;
          f2 = undefined;
          f3 = undefined;
          f4 = undefined;
          f5 = undefined;
          f6 = undefined;
          f7 = undefined;
          f8 = undefined;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'commandpb.Command');
      }
    }
    w.leave();
    return { put: f1, deleteRange: f2, txn: f3, compact: f4, leaseGrant: f5, leaseRevoke: f6, alarm: f7, memberAttributes: f8, membership: f9 };
  },
};

export interface PutCommand {
  request: Buffer;
}

export const PutCommand: MessageType<PutCommand> = {
  name: 'commandpb.PutCommand',
  fields: [
    { name: 'request', jsonName: 'request', key: 'request', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<PutCommand>): PutCommand {
    return {
      request: init?.request ?? w.emptyBytes,
    };
  },
  size(m: PutCommand): number {
    let n = 0;
    if (m.request.length > 0) n += 1 + w.delimitedSize(m.request.length);
    return n;
  },
  write(m: PutCommand, b: Buffer, offset: number): number {
    let p = offset;
    if (m.request.length > 0) {
      b[p++] = 10;
      p = w.writeBytes(b, p, m.request);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): PutCommand {
    w.enter('commandpb.PutCommand', start);
    let p = start;
    let f1: Buffer = w.emptyBytes;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'commandpb.PutCommand');
      p = w.position;
      switch (tag) {
        case 10: {
          f1 = w.readBytes(b, p, end, 'commandpb.PutCommand.request');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'commandpb.PutCommand');
      }
    }
    w.leave();
    return { request: f1 };
  },
};

export interface DeleteRangeCommand {
  request: Buffer;
}

export const DeleteRangeCommand: MessageType<DeleteRangeCommand> = {
  name: 'commandpb.DeleteRangeCommand',
  fields: [
    { name: 'request', jsonName: 'request', key: 'request', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<DeleteRangeCommand>): DeleteRangeCommand {
    return {
      request: init?.request ?? w.emptyBytes,
    };
  },
  size(m: DeleteRangeCommand): number {
    let n = 0;
    if (m.request.length > 0) n += 1 + w.delimitedSize(m.request.length);
    return n;
  },
  write(m: DeleteRangeCommand, b: Buffer, offset: number): number {
    let p = offset;
    if (m.request.length > 0) {
      b[p++] = 10;
      p = w.writeBytes(b, p, m.request);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): DeleteRangeCommand {
    w.enter('commandpb.DeleteRangeCommand', start);
    let p = start;
    let f1: Buffer = w.emptyBytes;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'commandpb.DeleteRangeCommand');
      p = w.position;
      switch (tag) {
        case 10: {
          f1 = w.readBytes(b, p, end, 'commandpb.DeleteRangeCommand.request');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'commandpb.DeleteRangeCommand');
      }
    }
    w.leave();
    return { request: f1 };
  },
};

export interface TxnCommand {
  request: Buffer;
}

export const TxnCommand: MessageType<TxnCommand> = {
  name: 'commandpb.TxnCommand',
  fields: [
    { name: 'request', jsonName: 'request', key: 'request', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<TxnCommand>): TxnCommand {
    return {
      request: init?.request ?? w.emptyBytes,
    };
  },
  size(m: TxnCommand): number {
    let n = 0;
    if (m.request.length > 0) n += 1 + w.delimitedSize(m.request.length);
    return n;
  },
  write(m: TxnCommand, b: Buffer, offset: number): number {
    let p = offset;
    if (m.request.length > 0) {
      b[p++] = 10;
      p = w.writeBytes(b, p, m.request);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): TxnCommand {
    w.enter('commandpb.TxnCommand', start);
    let p = start;
    let f1: Buffer = w.emptyBytes;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'commandpb.TxnCommand');
      p = w.position;
      switch (tag) {
        case 10: {
          f1 = w.readBytes(b, p, end, 'commandpb.TxnCommand.request');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'commandpb.TxnCommand');
      }
    }
    w.leave();
    return { request: f1 };
  },
};

export interface CompactCommand {
  revision: number;
}

export const CompactCommand: MessageType<CompactCommand> = {
  name: 'commandpb.CompactCommand',
  fields: [
    { name: 'revision', jsonName: 'revision', key: 'revision', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<CompactCommand>): CompactCommand {
    return {
      revision: init?.revision ?? 0,
    };
  },
  size(m: CompactCommand): number {
    let n = 0;
    if (m.revision !== 0) n += 1 + w.varintSize(m.revision);
    return n;
  },
  write(m: CompactCommand, b: Buffer, offset: number): number {
    let p = offset;
    if (m.revision !== 0) {
      b[p++] = 8;
      p = w.writeVarint(b, p, m.revision);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): CompactCommand {
    w.enter('commandpb.CompactCommand', start);
    let p = start;
    let f1: number = 0;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'commandpb.CompactCommand');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readInt64(b, p, end, 'commandpb.CompactCommand.revision');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'commandpb.CompactCommand');
      }
    }
    w.leave();
    return { revision: f1 };
  },
};

export interface LeaseGrantCommand {
  id: bigint;
  ttl: number;
}

export const LeaseGrantCommand: MessageType<LeaseGrantCommand> = {
  name: 'commandpb.LeaseGrantCommand',
  fields: [
    { name: 'id', jsonName: 'id', key: 'id', kind: 'int64', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'ttl', jsonName: 'ttl', key: 'ttl', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<LeaseGrantCommand>): LeaseGrantCommand {
    return {
      id: init?.id ?? 0n,
      ttl: init?.ttl ?? 0,
    };
  },
  size(m: LeaseGrantCommand): number {
    let n = 0;
    if (m.id !== 0n) n += 1 + w.varintSize64(m.id);
    if (m.ttl !== 0) n += 1 + w.varintSize(m.ttl);
    return n;
  },
  write(m: LeaseGrantCommand, b: Buffer, offset: number): number {
    let p = offset;
    if (m.id !== 0n) {
      b[p++] = 8;
      p = w.writeVarint64(b, p, m.id);
    }
    if (m.ttl !== 0) {
      b[p++] = 16;
      p = w.writeVarint(b, p, m.ttl);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): LeaseGrantCommand {
    w.enter('commandpb.LeaseGrantCommand', start);
    let p = start;
    let f1: bigint = 0n;
    let f2: number = 0;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'commandpb.LeaseGrantCommand');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readInt64Big(b, p, end, 'commandpb.LeaseGrantCommand.id');
          p = w.position;
          break;
        }
        case 16: {
          f2 = w.readInt64(b, p, end, 'commandpb.LeaseGrantCommand.ttl');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'commandpb.LeaseGrantCommand');
      }
    }
    w.leave();
    return { id: f1, ttl: f2 };
  },
};

export interface LeaseRevokeCommand {
  id: bigint;
  expiryTerm: number;
}

export const LeaseRevokeCommand: MessageType<LeaseRevokeCommand> = {
  name: 'commandpb.LeaseRevokeCommand',
  fields: [
    { name: 'id', jsonName: 'id', key: 'id', kind: 'int64', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'expiry_term', jsonName: 'expiryTerm', key: 'expiryTerm', kind: 'uint64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<LeaseRevokeCommand>): LeaseRevokeCommand {
    return {
      id: init?.id ?? 0n,
      expiryTerm: init?.expiryTerm ?? 0,
    };
  },
  size(m: LeaseRevokeCommand): number {
    let n = 0;
    if (m.id !== 0n) n += 1 + w.varintSize64(m.id);
    if (m.expiryTerm !== 0) n += 1 + w.varintSize(m.expiryTerm);
    return n;
  },
  write(m: LeaseRevokeCommand, b: Buffer, offset: number): number {
    let p = offset;
    if (m.id !== 0n) {
      b[p++] = 8;
      p = w.writeVarint64(b, p, m.id);
    }
    if (m.expiryTerm !== 0) {
      b[p++] = 16;
      p = w.writeVarint(b, p, m.expiryTerm);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): LeaseRevokeCommand {
    w.enter('commandpb.LeaseRevokeCommand', start);
    let p = start;
    let f1: bigint = 0n;
    let f2: number = 0;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'commandpb.LeaseRevokeCommand');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readInt64Big(b, p, end, 'commandpb.LeaseRevokeCommand.id');
          p = w.position;
          break;
        }
        case 16: {
          f2 = w.readUint64(b, p, end, 'commandpb.LeaseRevokeCommand.expiry_term');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'commandpb.LeaseRevokeCommand');
      }
    }
    w.leave();
    return { id: f1, expiryTerm: f2 };
  },
};

export interface AlarmCommand {
  action: number;
  memberId: bigint;
  alarm: number;
}

export const AlarmCommand: MessageType<AlarmCommand> = {
  name: 'commandpb.AlarmCommand',
  fields: [
    { name: 'action', jsonName: 'action', key: 'action', kind: 'int32', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'member_id', jsonName: 'memberId', key: 'memberId', kind: 'uint64', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'alarm', jsonName: 'alarm', key: 'alarm', kind: 'int32', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<AlarmCommand>): AlarmCommand {
    return {
      action: init?.action ?? 0,
      memberId: init?.memberId ?? 0n,
      alarm: init?.alarm ?? 0,
    };
  },
  size(m: AlarmCommand): number {
    let n = 0;
    if (m.action !== 0) n += 1 + w.varintSize(m.action);
    if (m.memberId !== 0n) n += 1 + w.varintSize64(m.memberId);
    if (m.alarm !== 0) n += 1 + w.varintSize(m.alarm);
    return n;
  },
  write(m: AlarmCommand, b: Buffer, offset: number): number {
    let p = offset;
    if (m.action !== 0) {
      b[p++] = 8;
      p = w.writeVarint(b, p, m.action);
    }
    if (m.memberId !== 0n) {
      b[p++] = 16;
      p = w.writeVarint64(b, p, m.memberId);
    }
    if (m.alarm !== 0) {
      b[p++] = 24;
      p = w.writeVarint(b, p, m.alarm);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): AlarmCommand {
    w.enter('commandpb.AlarmCommand', start);
    let p = start;
    let f1: number = 0;
    let f2: bigint = 0n;
    let f3: number = 0;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'commandpb.AlarmCommand');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readInt32(b, p, end, 'commandpb.AlarmCommand.action');
          p = w.position;
          break;
        }
        case 16: {
          f2 = w.readUint64Big(b, p, end, 'commandpb.AlarmCommand.member_id');
          p = w.position;
          break;
        }
        case 24: {
          f3 = w.readInt32(b, p, end, 'commandpb.AlarmCommand.alarm');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'commandpb.AlarmCommand');
      }
    }
    w.leave();
    return { action: f1, memberId: f2, alarm: f3 };
  },
};

export interface MemberAttributesCommand {
  memberId: bigint;
  name: string;
  clientUrls: string[];
}

export const MemberAttributesCommand: MessageType<MemberAttributesCommand> = {
  name: 'commandpb.MemberAttributesCommand',
  fields: [
    { name: 'member_id', jsonName: 'memberId', key: 'memberId', kind: 'uint64', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'name', jsonName: 'name', key: 'name', kind: 'string', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'client_urls', jsonName: 'clientUrls', key: 'clientUrls', kind: 'string', repeated: true, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<MemberAttributesCommand>): MemberAttributesCommand {
    return {
      memberId: init?.memberId ?? 0n,
      name: init?.name ?? '',
      clientUrls: init?.clientUrls ?? [],
    };
  },
  size(m: MemberAttributesCommand): number {
    let n = 0;
    if (m.memberId !== 0n) n += 1 + w.varintSize64(m.memberId);
    if (m.name !== '') n += 1 + w.delimitedSize(Buffer.byteLength(m.name));
    for (const v of m.clientUrls) n += 1 + w.delimitedSize(Buffer.byteLength(v));
    return n;
  },
  write(m: MemberAttributesCommand, b: Buffer, offset: number): number {
    let p = offset;
    if (m.memberId !== 0n) {
      b[p++] = 8;
      p = w.writeVarint64(b, p, m.memberId);
    }
    if (m.name !== '') {
      b[p++] = 18;
      p = w.writeString(b, p, m.name);
    }
    for (const v of m.clientUrls) {
      b[p++] = 26;
      p = w.writeString(b, p, v);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): MemberAttributesCommand {
    w.enter('commandpb.MemberAttributesCommand', start);
    let p = start;
    let f1: bigint = 0n;
    let f2: string = '';
    const f3: string[] = [];
    while (p < end) {
      const tag = w.readLength(b, p, end, 'commandpb.MemberAttributesCommand');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readUint64Big(b, p, end, 'commandpb.MemberAttributesCommand.member_id');
          p = w.position;
          break;
        }
        case 18: {
          f2 = w.readString(b, p, end, 'commandpb.MemberAttributesCommand.name');
          p = w.position;
          break;
        }
        case 26: {
          f3.push(w.readString(b, p, end, 'commandpb.MemberAttributesCommand.client_urls'));
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'commandpb.MemberAttributesCommand');
      }
    }
    w.leave();
    return { memberId: f1, name: f2, clientUrls: f3 };
  },
};

export interface MembershipCommand {
  kind: MembershipCommandKind;
  member: MemberRow | undefined;
}

export const MembershipCommand: MessageType<MembershipCommand> = {
  name: 'commandpb.MembershipCommand',
  fields: [
    { name: 'kind', jsonName: 'kind', key: 'kind', kind: 'enum', repeated: false, asNumber: false, oneof: undefined, enumNames: { 0: 'ADD', 1: 'REMOVE', 2: 'UPDATE', 3: 'PROMOTE' }, messageType: undefined },
    { name: 'member', jsonName: 'member', key: 'member', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => MemberRow as MessageType<unknown> },
  ],
  create(init?: Partial<MembershipCommand>): MembershipCommand {
    return {
      kind: init?.kind ?? 0,
      member: init?.member,
    };
  },
  size(m: MembershipCommand): number {
    let n = 0;
    if (m.kind !== 0) n += 1 + w.varintSize(m.kind);
    if (m.member !== undefined) n += 1 + w.delimitedSize(MemberRow.size(m.member));
    return n;
  },
  write(m: MembershipCommand, b: Buffer, offset: number): number {
    let p = offset;
    if (m.kind !== 0) {
      b[p++] = 8;
      p = w.writeVarint(b, p, m.kind);
    }
    if (m.member !== undefined) {
      b[p++] = 18;
      p = w.writeVarint(b, p, MemberRow.size(m.member));
      p = MemberRow.write(m.member, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): MembershipCommand {
    w.enter('commandpb.MembershipCommand', start);
    let p = start;
    let f1: MembershipCommandKind = 0;
    let f2: MemberRow | undefined = undefined;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'commandpb.MembershipCommand');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readInt32(b, p, end, 'commandpb.MembershipCommand.kind');
          p = w.position;
          break;
        }
        case 18: {
          const size = w.readDelimited(b, p, end, 'commandpb.MembershipCommand.member');
          p = w.position;
          f2 = MemberRow.read(b, p, p + size);
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'commandpb.MembershipCommand');
      }
    }
    w.leave();
    return { kind: f1, member: f2 };
  },
};

export interface ForwardedResult {
  index: number;
  response: Buffer;
}

export const ForwardedResult: MessageType<ForwardedResult> = {
  name: 'commandpb.ForwardedResult',
  fields: [
    { name: 'index', jsonName: 'index', key: 'index', kind: 'uint64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'response', jsonName: 'response', key: 'response', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<ForwardedResult>): ForwardedResult {
    return {
      index: init?.index ?? 0,
      response: init?.response ?? w.emptyBytes,
    };
  },
  size(m: ForwardedResult): number {
    let n = 0;
    if (m.index !== 0) n += 1 + w.varintSize(m.index);
    if (m.response.length > 0) n += 1 + w.delimitedSize(m.response.length);
    return n;
  },
  write(m: ForwardedResult, b: Buffer, offset: number): number {
    let p = offset;
    if (m.index !== 0) {
      b[p++] = 8;
      p = w.writeVarint(b, p, m.index);
    }
    if (m.response.length > 0) {
      b[p++] = 18;
      p = w.writeBytes(b, p, m.response);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): ForwardedResult {
    w.enter('commandpb.ForwardedResult', start);
    let p = start;
    let f1: number = 0;
    let f2: Buffer = w.emptyBytes;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'commandpb.ForwardedResult');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readUint64(b, p, end, 'commandpb.ForwardedResult.index');
          p = w.position;
          break;
        }
        case 18: {
          f2 = w.readBytes(b, p, end, 'commandpb.ForwardedResult.response');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'commandpb.ForwardedResult');
      }
    }
    w.leave();
    return { index: f1, response: f2 };
  },
};

export interface RemainingTtl {
  id: bigint;
  lease: bigint;
  answer: boolean;
  found: boolean;
  remaining: number;
}

export const RemainingTtl: MessageType<RemainingTtl> = {
  name: 'commandpb.RemainingTtl',
  fields: [
    { name: 'id', jsonName: 'id', key: 'id', kind: 'uint64', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'lease', jsonName: 'lease', key: 'lease', kind: 'int64', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'answer', jsonName: 'answer', key: 'answer', kind: 'bool', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'found', jsonName: 'found', key: 'found', kind: 'bool', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'remaining', jsonName: 'remaining', key: 'remaining', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<RemainingTtl>): RemainingTtl {
    return {
      id: init?.id ?? 0n,
      lease: init?.lease ?? 0n,
      answer: init?.answer ?? false,
      found: init?.found ?? false,
      remaining: init?.remaining ?? 0,
    };
  },
  size(m: RemainingTtl): number {
    let n = 0;
    if (m.id !== 0n) n += 1 + w.varintSize64(m.id);
    if (m.lease !== 0n) n += 1 + w.varintSize64(m.lease);
    if (m.answer) n += 1 + 1;
    if (m.found) n += 1 + 1;
    if (m.remaining !== 0) n += 1 + w.varintSize(m.remaining);
    return n;
  },
  write(m: RemainingTtl, b: Buffer, offset: number): number {
    let p = offset;
    if (m.id !== 0n) {
      b[p++] = 8;
      p = w.writeVarint64(b, p, m.id);
    }
    if (m.lease !== 0n) {
      b[p++] = 16;
      p = w.writeVarint64(b, p, m.lease);
    }
    if (m.answer) {
      b[p++] = 24;
      b[p++] = 1;
    }
    if (m.found) {
      b[p++] = 32;
      b[p++] = 1;
    }
    if (m.remaining !== 0) {
      b[p++] = 40;
      p = w.writeVarint(b, p, m.remaining);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): RemainingTtl {
    w.enter('commandpb.RemainingTtl', start);
    let p = start;
    let f1: bigint = 0n;
    let f2: bigint = 0n;
    let f3: boolean = false;
    let f4: boolean = false;
    let f5: number = 0;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'commandpb.RemainingTtl');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readUint64Big(b, p, end, 'commandpb.RemainingTtl.id');
          p = w.position;
          break;
        }
        case 16: {
          f2 = w.readInt64Big(b, p, end, 'commandpb.RemainingTtl.lease');
          p = w.position;
          break;
        }
        case 24: {
          f3 = w.readBool(b, p, end, 'commandpb.RemainingTtl.answer');
          p = w.position;
          break;
        }
        case 32: {
          f4 = w.readBool(b, p, end, 'commandpb.RemainingTtl.found');
          p = w.position;
          break;
        }
        case 40: {
          f5 = w.readInt64(b, p, end, 'commandpb.RemainingTtl.remaining');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'commandpb.RemainingTtl');
      }
    }
    w.leave();
    return { id: f1, lease: f2, answer: f3, found: f4, remaining: f5 };
  },
};

export interface LeaseRow {
  id: bigint;
  ttl: number;
}

export const LeaseRow: MessageType<LeaseRow> = {
  name: 'commandpb.LeaseRow',
  fields: [
    { name: 'id', jsonName: 'id', key: 'id', kind: 'int64', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'ttl', jsonName: 'ttl', key: 'ttl', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<LeaseRow>): LeaseRow {
    return {
      id: init?.id ?? 0n,
      ttl: init?.ttl ?? 0,
    };
  },
  size(m: LeaseRow): number {
    let n = 0;
    if (m.id !== 0n) n += 1 + w.varintSize64(m.id);
    if (m.ttl !== 0) n += 1 + w.varintSize(m.ttl);
    return n;
  },
  write(m: LeaseRow, b: Buffer, offset: number): number {
    let p = offset;
    if (m.id !== 0n) {
      b[p++] = 8;
      p = w.writeVarint64(b, p, m.id);
    }
    if (m.ttl !== 0) {
      b[p++] = 16;
      p = w.writeVarint(b, p, m.ttl);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): LeaseRow {
    w.enter('commandpb.LeaseRow', start);
    let p = start;
    let f1: bigint = 0n;
    let f2: number = 0;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'commandpb.LeaseRow');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readInt64Big(b, p, end, 'commandpb.LeaseRow.id');
          p = w.position;
          break;
        }
        case 16: {
          f2 = w.readInt64(b, p, end, 'commandpb.LeaseRow.ttl');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'commandpb.LeaseRow');
      }
    }
    w.leave();
    return { id: f1, ttl: f2 };
  },
};

export interface MemberRow {
  id: bigint;
  name: string;
  peerUrls: string[];
  clientUrls: string[];
  isLearner: boolean;
}

export const MemberRow: MessageType<MemberRow> = {
  name: 'commandpb.MemberRow',
  fields: [
    { name: 'id', jsonName: 'id', key: 'id', kind: 'uint64', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'name', jsonName: 'name', key: 'name', kind: 'string', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'peer_urls', jsonName: 'peerUrls', key: 'peerUrls', kind: 'string', repeated: true, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'client_urls', jsonName: 'clientUrls', key: 'clientUrls', kind: 'string', repeated: true, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'is_learner', jsonName: 'isLearner', key: 'isLearner', kind: 'bool', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<MemberRow>): MemberRow {
    return {
      id: init?.id ?? 0n,
      name: init?.name ?? '',
      peerUrls: init?.peerUrls ?? [],
      clientUrls: init?.clientUrls ?? [],
      isLearner: init?.isLearner ?? false,
    };
  },
  size(m: MemberRow): number {
    let n = 0;
    if (m.id !== 0n) n += 1 + w.varintSize64(m.id);
    if (m.name !== '') n += 1 + w.delimitedSize(Buffer.byteLength(m.name));
    for (const v of m.peerUrls) n += 1 + w.delimitedSize(Buffer.byteLength(v));
    for (const v of m.clientUrls) n += 1 + w.delimitedSize(Buffer.byteLength(v));
    if (m.isLearner) n += 1 + 1;
    return n;
  },
  write(m: MemberRow, b: Buffer, offset: number): number {
    let p = offset;
    if (m.id !== 0n) {
      b[p++] = 8;
      p = w.writeVarint64(b, p, m.id);
    }
    if (m.name !== '') {
      b[p++] = 18;
      p = w.writeString(b, p, m.name);
    }
    for (const v of m.peerUrls) {
      b[p++] = 26;
      p = w.writeString(b, p, v);
    }
    for (const v of m.clientUrls) {
      b[p++] = 34;
      p = w.writeString(b, p, v);
    }
    if (m.isLearner) {
      b[p++] = 40;
      b[p++] = 1;
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): MemberRow {
    w.enter('commandpb.MemberRow', start);
    let p = start;
    let f1: bigint = 0n;
    let f2: string = '';
    const f3: string[] = [];
    const f4: string[] = [];
    let f5: boolean = false;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'commandpb.MemberRow');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readUint64Big(b, p, end, 'commandpb.MemberRow.id');
          p = w.position;
          break;
        }
        case 18: {
          f2 = w.readString(b, p, end, 'commandpb.MemberRow.name');
          p = w.position;
          break;
        }
        case 26: {
          f3.push(w.readString(b, p, end, 'commandpb.MemberRow.peer_urls'));
          p = w.position;
          break;
        }
        case 34: {
          f4.push(w.readString(b, p, end, 'commandpb.MemberRow.client_urls'));
          p = w.position;
          break;
        }
        case 40: {
          f5 = w.readBool(b, p, end, 'commandpb.MemberRow.is_learner');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'commandpb.MemberRow');
      }
    }
    w.leave();
    return { id: f1, name: f2, peerUrls: f3, clientUrls: f4, isLearner: f5 };
  },
};

