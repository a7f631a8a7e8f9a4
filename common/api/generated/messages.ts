// Generated from the .proto files by `npm run generate`. Do not edit.

import type { MessageType } from '../../wire/protobuf/message-type.ts';
import * as w from '../../wire/protobuf/wire.ts';

/** Unknown numbers may arrive on the wire. */
export const PermissionType = { READ: 0, WRITE: 1, READWRITE: 2 } as const;
export type PermissionType = number;

/** Unknown numbers may arrive on the wire. */
export const EventEventType = { PUT: 0, DELETE: 1 } as const;
export type EventEventType = number;

/** Unknown numbers may arrive on the wire. */
export const RangeRequestSortOrder = { NONE: 0, ASCEND: 1, DESCEND: 2 } as const;
export type RangeRequestSortOrder = number;

/** Unknown numbers may arrive on the wire. */
export const RangeRequestSortTarget = { KEY: 0, VERSION: 1, CREATE: 2, MOD: 3, VALUE: 4 } as const;
export type RangeRequestSortTarget = number;

/** Unknown numbers may arrive on the wire. */
export const CompareCompareResult = { EQUAL: 0, GREATER: 1, LESS: 2, NOT_EQUAL: 3 } as const;
export type CompareCompareResult = number;

/** Unknown numbers may arrive on the wire. */
export const CompareCompareTarget = { VERSION: 0, CREATE: 1, MOD: 2, VALUE: 3, LEASE: 4 } as const;
export type CompareCompareTarget = number;

/** Unknown numbers may arrive on the wire. */
export const WatchCreateRequestFilterType = { NOPUT: 0, NODELETE: 1 } as const;
export type WatchCreateRequestFilterType = number;

/** Unknown numbers may arrive on the wire. */
export const AlarmType = { NONE: 0, NOSPACE: 1, CORRUPT: 2 } as const;
export type AlarmType = number;

/** Unknown numbers may arrive on the wire. */
export const AlarmRequestAlarmAction = { GET: 0, ACTIVATE: 1, DEACTIVATE: 2 } as const;
export type AlarmRequestAlarmAction = number;

/** Unknown numbers may arrive on the wire. */
export const DowngradeRequestDowngradeAction = { VALIDATE: 0, ENABLE: 1, CANCEL: 2 } as const;
export type DowngradeRequestDowngradeAction = number;

export interface UserAddOptions {
  noPassword: boolean;
}

export const UserAddOptions: MessageType<UserAddOptions> = {
  name: 'authpb.UserAddOptions',
  fields: [
    { name: 'no_password', jsonName: 'noPassword', key: 'noPassword', kind: 'bool', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<UserAddOptions>): UserAddOptions {
    return {
      noPassword: init?.noPassword ?? false,
    };
  },
  size(m: UserAddOptions): number {
    let n = 0;
    if (m.noPassword) n += 1 + 1;
    return n;
  },
  write(m: UserAddOptions, b: Buffer, offset: number): number {
    let p = offset;
    if (m.noPassword) {
      b[p++] = 8;
      b[p++] = 1;
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): UserAddOptions {
    w.enter('authpb.UserAddOptions', start);
    let p = start;
    let f1: boolean = false;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'authpb.UserAddOptions');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readBool(b, p, end, 'authpb.UserAddOptions.no_password');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'authpb.UserAddOptions');
      }
    }
    w.leave();
    return { noPassword: f1 };
  },
};

export interface User {
  name: Buffer;
  password: Buffer;
  roles: string[];
  options: UserAddOptions | undefined;
}

export const User: MessageType<User> = {
  name: 'authpb.User',
  fields: [
    { name: 'name', jsonName: 'name', key: 'name', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'password', jsonName: 'password', key: 'password', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'roles', jsonName: 'roles', key: 'roles', kind: 'string', repeated: true, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'options', jsonName: 'options', key: 'options', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => UserAddOptions as MessageType<unknown> },
  ],
  create(init?: Partial<User>): User {
    return {
      name: init?.name ?? w.emptyBytes,
      password: init?.password ?? w.emptyBytes,
      roles: init?.roles ?? [],
      options: init?.options,
    };
  },
  size(m: User): number {
    let n = 0;
    if (m.name.length > 0) n += 1 + w.delimitedSize(m.name.length);
    if (m.password.length > 0) n += 1 + w.delimitedSize(m.password.length);
    for (const v of m.roles) n += 1 + w.delimitedSize(Buffer.byteLength(v));
    if (m.options !== undefined) n += 1 + w.delimitedSize(UserAddOptions.size(m.options));
    return n;
  },
  write(m: User, b: Buffer, offset: number): number {
    let p = offset;
    if (m.name.length > 0) {
      b[p++] = 10;
      p = w.writeBytes(b, p, m.name);
    }
    if (m.password.length > 0) {
      b[p++] = 18;
      p = w.writeBytes(b, p, m.password);
    }
    for (const v of m.roles) {
      b[p++] = 26;
      p = w.writeString(b, p, v);
    }
    if (m.options !== undefined) {
      b[p++] = 34;
      p = w.writeVarint(b, p, UserAddOptions.size(m.options));
      p = UserAddOptions.write(m.options, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): User {
    w.enter('authpb.User', start);
    let p = start;
    let f1: Buffer = w.emptyBytes;
    let f2: Buffer = w.emptyBytes;
    const f3: string[] = [];
    let f4: UserAddOptions | undefined = undefined;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'authpb.User');
      p = w.position;
      switch (tag) {
        case 10: {
          f1 = w.readBytes(b, p, end, 'authpb.User.name');
          p = w.position;
          break;
        }
        case 18: {
          f2 = w.readBytes(b, p, end, 'authpb.User.password');
          p = w.position;
          break;
        }
        case 26: {
          f3.push(w.readString(b, p, end, 'authpb.User.roles'));
          p = w.position;
          break;
        }
        case 34: {
          const size = w.readDelimited(b, p, end, 'authpb.User.options');
          p = w.position;
          f4 = UserAddOptions.read(b, p, p + size);
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'authpb.User');
      }
    }
    w.leave();
    return { name: f1, password: f2, roles: f3, options: f4 };
  },
};

export interface Permission {
  permType: PermissionType;
  key: Buffer;
  rangeEnd: Buffer;
}

export const Permission: MessageType<Permission> = {
  name: 'authpb.Permission',
  fields: [
    { name: 'permType', jsonName: 'permType', key: 'permType', kind: 'enum', repeated: false, asNumber: false, oneof: undefined, enumNames: { 0: 'READ', 1: 'WRITE', 2: 'READWRITE' }, messageType: undefined },
    { name: 'key', jsonName: 'key', key: 'key', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'range_end', jsonName: 'rangeEnd', key: 'rangeEnd', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<Permission>): Permission {
    return {
      permType: init?.permType ?? 0,
      key: init?.key ?? w.emptyBytes,
      rangeEnd: init?.rangeEnd ?? w.emptyBytes,
    };
  },
  size(m: Permission): number {
    let n = 0;
    if (m.permType !== 0) n += 1 + w.varintSize(m.permType);
    if (m.key.length > 0) n += 1 + w.delimitedSize(m.key.length);
    if (m.rangeEnd.length > 0) n += 1 + w.delimitedSize(m.rangeEnd.length);
    return n;
  },
  write(m: Permission, b: Buffer, offset: number): number {
    let p = offset;
    if (m.permType !== 0) {
      b[p++] = 8;
      p = w.writeVarint(b, p, m.permType);
    }
    if (m.key.length > 0) {
      b[p++] = 18;
      p = w.writeBytes(b, p, m.key);
    }
    if (m.rangeEnd.length > 0) {
      b[p++] = 26;
      p = w.writeBytes(b, p, m.rangeEnd);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): Permission {
    w.enter('authpb.Permission', start);
    let p = start;
    let f1: PermissionType = 0;
    let f2: Buffer = w.emptyBytes;
    let f3: Buffer = w.emptyBytes;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'authpb.Permission');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readInt32(b, p, end, 'authpb.Permission.permType');
          p = w.position;
          break;
        }
        case 18: {
          f2 = w.readBytes(b, p, end, 'authpb.Permission.key');
          p = w.position;
          break;
        }
        case 26: {
          f3 = w.readBytes(b, p, end, 'authpb.Permission.range_end');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'authpb.Permission');
      }
    }
    w.leave();
    return { permType: f1, key: f2, rangeEnd: f3 };
  },
};

export interface Role {
  name: Buffer;
  keyPermission: Permission[];
}

export const Role: MessageType<Role> = {
  name: 'authpb.Role',
  fields: [
    { name: 'name', jsonName: 'name', key: 'name', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'keyPermission', jsonName: 'keyPermission', key: 'keyPermission', kind: 'message', repeated: true, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => Permission as MessageType<unknown> },
  ],
  create(init?: Partial<Role>): Role {
    return {
      name: init?.name ?? w.emptyBytes,
      keyPermission: init?.keyPermission ?? [],
    };
  },
  size(m: Role): number {
    let n = 0;
    if (m.name.length > 0) n += 1 + w.delimitedSize(m.name.length);
    for (const v of m.keyPermission) n += 1 + w.delimitedSize(Permission.size(v));
    return n;
  },
  write(m: Role, b: Buffer, offset: number): number {
    let p = offset;
    if (m.name.length > 0) {
      b[p++] = 10;
      p = w.writeBytes(b, p, m.name);
    }
    for (const v of m.keyPermission) {
      b[p++] = 18;
      p = w.writeVarint(b, p, Permission.size(v));
      p = Permission.write(v, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): Role {
    w.enter('authpb.Role', start);
    let p = start;
    let f1: Buffer = w.emptyBytes;
    const f2: Permission[] = [];
    while (p < end) {
      const tag = w.readLength(b, p, end, 'authpb.Role');
      p = w.position;
      switch (tag) {
        case 10: {
          f1 = w.readBytes(b, p, end, 'authpb.Role.name');
          p = w.position;
          break;
        }
        case 18: {
          const size = w.readDelimited(b, p, end, 'authpb.Role.keyPermission');
          p = w.position;
          f2.push(Permission.read(b, p, p + size));
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'authpb.Role');
      }
    }
    w.leave();
    return { name: f1, keyPermission: f2 };
  },
};

export interface CampaignRequest {
  name: Buffer;
  lease: bigint;
  value: Buffer;
}

export const CampaignRequest: MessageType<CampaignRequest> = {
  name: 'v3electionpb.CampaignRequest',
  fields: [
    { name: 'name', jsonName: 'name', key: 'name', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'lease', jsonName: 'lease', key: 'lease', kind: 'int64', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'value', jsonName: 'value', key: 'value', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<CampaignRequest>): CampaignRequest {
    return {
      name: init?.name ?? w.emptyBytes,
      lease: init?.lease ?? 0n,
      value: init?.value ?? w.emptyBytes,
    };
  },
  size(m: CampaignRequest): number {
    let n = 0;
    if (m.name.length > 0) n += 1 + w.delimitedSize(m.name.length);
    if (m.lease !== 0n) n += 1 + w.varintSize64(m.lease);
    if (m.value.length > 0) n += 1 + w.delimitedSize(m.value.length);
    return n;
  },
  write(m: CampaignRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.name.length > 0) {
      b[p++] = 10;
      p = w.writeBytes(b, p, m.name);
    }
    if (m.lease !== 0n) {
      b[p++] = 16;
      p = w.writeVarint64(b, p, m.lease);
    }
    if (m.value.length > 0) {
      b[p++] = 26;
      p = w.writeBytes(b, p, m.value);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): CampaignRequest {
    w.enter('v3electionpb.CampaignRequest', start);
    let p = start;
    let f1: Buffer = w.emptyBytes;
    let f2: bigint = 0n;
    let f3: Buffer = w.emptyBytes;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'v3electionpb.CampaignRequest');
      p = w.position;
      switch (tag) {
        case 10: {
          f1 = w.readBytes(b, p, end, 'v3electionpb.CampaignRequest.name');
          p = w.position;
          break;
        }
        case 16: {
          f2 = w.readInt64Big(b, p, end, 'v3electionpb.CampaignRequest.lease');
          p = w.position;
          break;
        }
        case 26: {
          f3 = w.readBytes(b, p, end, 'v3electionpb.CampaignRequest.value');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'v3electionpb.CampaignRequest');
      }
    }
    w.leave();
    return { name: f1, lease: f2, value: f3 };
  },
};

export interface CampaignResponse {
  header: ResponseHeader | undefined;
  leader: LeaderKey | undefined;
}

export const CampaignResponse: MessageType<CampaignResponse> = {
  name: 'v3electionpb.CampaignResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
    { name: 'leader', jsonName: 'leader', key: 'leader', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => LeaderKey as MessageType<unknown> },
  ],
  create(init?: Partial<CampaignResponse>): CampaignResponse {
    return {
      header: init?.header,
      leader: init?.leader,
    };
  },
  size(m: CampaignResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    if (m.leader !== undefined) n += 1 + w.delimitedSize(LeaderKey.size(m.leader));
    return n;
  },
  write(m: CampaignResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    if (m.leader !== undefined) {
      b[p++] = 18;
      p = w.writeVarint(b, p, LeaderKey.size(m.leader));
      p = LeaderKey.write(m.leader, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): CampaignResponse {
    w.enter('v3electionpb.CampaignResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    let f2: LeaderKey | undefined = undefined;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'v3electionpb.CampaignResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'v3electionpb.CampaignResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        case 18: {
          const size = w.readDelimited(b, p, end, 'v3electionpb.CampaignResponse.leader');
          p = w.position;
          f2 = LeaderKey.read(b, p, p + size);
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'v3electionpb.CampaignResponse');
      }
    }
    w.leave();
    return { header: f1, leader: f2 };
  },
};

export interface LeaderKey {
  name: Buffer;
  key: Buffer;
  rev: number;
  lease: bigint;
}

export const LeaderKey: MessageType<LeaderKey> = {
  name: 'v3electionpb.LeaderKey',
  fields: [
    { name: 'name', jsonName: 'name', key: 'name', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'key', jsonName: 'key', key: 'key', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'rev', jsonName: 'rev', key: 'rev', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'lease', jsonName: 'lease', key: 'lease', kind: 'int64', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<LeaderKey>): LeaderKey {
    return {
      name: init?.name ?? w.emptyBytes,
      key: init?.key ?? w.emptyBytes,
      rev: init?.rev ?? 0,
      lease: init?.lease ?? 0n,
    };
  },
  size(m: LeaderKey): number {
    let n = 0;
    if (m.name.length > 0) n += 1 + w.delimitedSize(m.name.length);
    if (m.key.length > 0) n += 1 + w.delimitedSize(m.key.length);
    if (m.rev !== 0) n += 1 + w.varintSize(m.rev);
    if (m.lease !== 0n) n += 1 + w.varintSize64(m.lease);
    return n;
  },
  write(m: LeaderKey, b: Buffer, offset: number): number {
    let p = offset;
    if (m.name.length > 0) {
      b[p++] = 10;
      p = w.writeBytes(b, p, m.name);
    }
    if (m.key.length > 0) {
      b[p++] = 18;
      p = w.writeBytes(b, p, m.key);
    }
    if (m.rev !== 0) {
      b[p++] = 24;
      p = w.writeVarint(b, p, m.rev);
    }
    if (m.lease !== 0n) {
      b[p++] = 32;
      p = w.writeVarint64(b, p, m.lease);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): LeaderKey {
    w.enter('v3electionpb.LeaderKey', start);
    let p = start;
    let f1: Buffer = w.emptyBytes;
    let f2: Buffer = w.emptyBytes;
    let f3: number = 0;
    let f4: bigint = 0n;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'v3electionpb.LeaderKey');
      p = w.position;
      switch (tag) {
        case 10: {
          f1 = w.readBytes(b, p, end, 'v3electionpb.LeaderKey.name');
          p = w.position;
          break;
        }
        case 18: {
          f2 = w.readBytes(b, p, end, 'v3electionpb.LeaderKey.key');
          p = w.position;
          break;
        }
        case 24: {
          f3 = w.readInt64(b, p, end, 'v3electionpb.LeaderKey.rev');
          p = w.position;
          break;
        }
        case 32: {
          f4 = w.readInt64Big(b, p, end, 'v3electionpb.LeaderKey.lease');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'v3electionpb.LeaderKey');
      }
    }
    w.leave();
    return { name: f1, key: f2, rev: f3, lease: f4 };
  },
};

export interface LeaderRequest {
  name: Buffer;
}

export const LeaderRequest: MessageType<LeaderRequest> = {
  name: 'v3electionpb.LeaderRequest',
  fields: [
    { name: 'name', jsonName: 'name', key: 'name', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<LeaderRequest>): LeaderRequest {
    return {
      name: init?.name ?? w.emptyBytes,
    };
  },
  size(m: LeaderRequest): number {
    let n = 0;
    if (m.name.length > 0) n += 1 + w.delimitedSize(m.name.length);
    return n;
  },
  write(m: LeaderRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.name.length > 0) {
      b[p++] = 10;
      p = w.writeBytes(b, p, m.name);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): LeaderRequest {
    w.enter('v3electionpb.LeaderRequest', start);
    let p = start;
    let f1: Buffer = w.emptyBytes;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'v3electionpb.LeaderRequest');
      p = w.position;
      switch (tag) {
        case 10: {
          f1 = w.readBytes(b, p, end, 'v3electionpb.LeaderRequest.name');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'v3electionpb.LeaderRequest');
      }
    }
    w.leave();
    return { name: f1 };
  },
};

export interface LeaderResponse {
  header: ResponseHeader | undefined;
  kv: KeyValue | undefined;
}

export const LeaderResponse: MessageType<LeaderResponse> = {
  name: 'v3electionpb.LeaderResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
    { name: 'kv', jsonName: 'kv', key: 'kv', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => KeyValue as MessageType<unknown> },
  ],
  create(init?: Partial<LeaderResponse>): LeaderResponse {
    return {
      header: init?.header,
      kv: init?.kv,
    };
  },
  size(m: LeaderResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    if (m.kv !== undefined) n += 1 + w.delimitedSize(KeyValue.size(m.kv));
    return n;
  },
  write(m: LeaderResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    if (m.kv !== undefined) {
      b[p++] = 18;
      p = w.writeVarint(b, p, KeyValue.size(m.kv));
      p = KeyValue.write(m.kv, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): LeaderResponse {
    w.enter('v3electionpb.LeaderResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    let f2: KeyValue | undefined = undefined;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'v3electionpb.LeaderResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'v3electionpb.LeaderResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        case 18: {
          const size = w.readDelimited(b, p, end, 'v3electionpb.LeaderResponse.kv');
          p = w.position;
          f2 = KeyValue.read(b, p, p + size);
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'v3electionpb.LeaderResponse');
      }
    }
    w.leave();
    return { header: f1, kv: f2 };
  },
};

export interface ResignRequest {
  leader: LeaderKey | undefined;
}

export const ResignRequest: MessageType<ResignRequest> = {
  name: 'v3electionpb.ResignRequest',
  fields: [
    { name: 'leader', jsonName: 'leader', key: 'leader', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => LeaderKey as MessageType<unknown> },
  ],
  create(init?: Partial<ResignRequest>): ResignRequest {
    return {
      leader: init?.leader,
    };
  },
  size(m: ResignRequest): number {
    let n = 0;
    if (m.leader !== undefined) n += 1 + w.delimitedSize(LeaderKey.size(m.leader));
    return n;
  },
  write(m: ResignRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.leader !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, LeaderKey.size(m.leader));
      p = LeaderKey.write(m.leader, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): ResignRequest {
    w.enter('v3electionpb.ResignRequest', start);
    let p = start;
    let f1: LeaderKey | undefined = undefined;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'v3electionpb.ResignRequest');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'v3electionpb.ResignRequest.leader');
          p = w.position;
          f1 = LeaderKey.read(b, p, p + size);
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'v3electionpb.ResignRequest');
      }
    }
    w.leave();
    return { leader: f1 };
  },
};

export interface ResignResponse {
  header: ResponseHeader | undefined;
}

export const ResignResponse: MessageType<ResignResponse> = {
  name: 'v3electionpb.ResignResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
  ],
  create(init?: Partial<ResignResponse>): ResignResponse {
    return {
      header: init?.header,
    };
  },
  size(m: ResignResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    return n;
  },
  write(m: ResignResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): ResignResponse {
    w.enter('v3electionpb.ResignResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'v3electionpb.ResignResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'v3electionpb.ResignResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'v3electionpb.ResignResponse');
      }
    }
    w.leave();
    return { header: f1 };
  },
};

export interface ProclaimRequest {
  leader: LeaderKey | undefined;
  value: Buffer;
}

export const ProclaimRequest: MessageType<ProclaimRequest> = {
  name: 'v3electionpb.ProclaimRequest',
  fields: [
    { name: 'leader', jsonName: 'leader', key: 'leader', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => LeaderKey as MessageType<unknown> },
    { name: 'value', jsonName: 'value', key: 'value', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<ProclaimRequest>): ProclaimRequest {
    return {
      leader: init?.leader,
      value: init?.value ?? w.emptyBytes,
    };
  },
  size(m: ProclaimRequest): number {
    let n = 0;
    if (m.leader !== undefined) n += 1 + w.delimitedSize(LeaderKey.size(m.leader));
    if (m.value.length > 0) n += 1 + w.delimitedSize(m.value.length);
    return n;
  },
  write(m: ProclaimRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.leader !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, LeaderKey.size(m.leader));
      p = LeaderKey.write(m.leader, b, p);
    }
    if (m.value.length > 0) {
      b[p++] = 18;
      p = w.writeBytes(b, p, m.value);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): ProclaimRequest {
    w.enter('v3electionpb.ProclaimRequest', start);
    let p = start;
    let f1: LeaderKey | undefined = undefined;
    let f2: Buffer = w.emptyBytes;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'v3electionpb.ProclaimRequest');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'v3electionpb.ProclaimRequest.leader');
          p = w.position;
          f1 = LeaderKey.read(b, p, p + size);
          p += size;
          break;
        }
        case 18: {
          f2 = w.readBytes(b, p, end, 'v3electionpb.ProclaimRequest.value');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'v3electionpb.ProclaimRequest');
      }
    }
    w.leave();
    return { leader: f1, value: f2 };
  },
};

export interface ProclaimResponse {
  header: ResponseHeader | undefined;
}

export const ProclaimResponse: MessageType<ProclaimResponse> = {
  name: 'v3electionpb.ProclaimResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
  ],
  create(init?: Partial<ProclaimResponse>): ProclaimResponse {
    return {
      header: init?.header,
    };
  },
  size(m: ProclaimResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    return n;
  },
  write(m: ProclaimResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): ProclaimResponse {
    w.enter('v3electionpb.ProclaimResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'v3electionpb.ProclaimResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'v3electionpb.ProclaimResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'v3electionpb.ProclaimResponse');
      }
    }
    w.leave();
    return { header: f1 };
  },
};

export interface KeyValue {
  key: Buffer;
  createRevision: number;
  modRevision: number;
  version: number;
  value: Buffer;
  lease: bigint;
}

export const KeyValue: MessageType<KeyValue> = {
  name: 'mvccpb.KeyValue',
  fields: [
    { name: 'key', jsonName: 'key', key: 'key', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'create_revision', jsonName: 'createRevision', key: 'createRevision', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'mod_revision', jsonName: 'modRevision', key: 'modRevision', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'version', jsonName: 'version', key: 'version', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'value', jsonName: 'value', key: 'value', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'lease', jsonName: 'lease', key: 'lease', kind: 'int64', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<KeyValue>): KeyValue {
    return {
      key: init?.key ?? w.emptyBytes,
      createRevision: init?.createRevision ?? 0,
      modRevision: init?.modRevision ?? 0,
      version: init?.version ?? 0,
      value: init?.value ?? w.emptyBytes,
      lease: init?.lease ?? 0n,
    };
  },
  size(m: KeyValue): number {
    let n = 0;
    if (m.key.length > 0) n += 1 + w.delimitedSize(m.key.length);
    if (m.createRevision !== 0) n += 1 + w.varintSize(m.createRevision);
    if (m.modRevision !== 0) n += 1 + w.varintSize(m.modRevision);
    if (m.version !== 0) n += 1 + w.varintSize(m.version);
    if (m.value.length > 0) n += 1 + w.delimitedSize(m.value.length);
    if (m.lease !== 0n) n += 1 + w.varintSize64(m.lease);
    return n;
  },
  write(m: KeyValue, b: Buffer, offset: number): number {
    let p = offset;
    if (m.key.length > 0) {
      b[p++] = 10;
      p = w.writeBytes(b, p, m.key);
    }
    if (m.createRevision !== 0) {
      b[p++] = 16;
      p = w.writeVarint(b, p, m.createRevision);
    }
    if (m.modRevision !== 0) {
      b[p++] = 24;
      p = w.writeVarint(b, p, m.modRevision);
    }
    if (m.version !== 0) {
      b[p++] = 32;
      p = w.writeVarint(b, p, m.version);
    }
    if (m.value.length > 0) {
      b[p++] = 42;
      p = w.writeBytes(b, p, m.value);
    }
    if (m.lease !== 0n) {
      b[p++] = 48;
      p = w.writeVarint64(b, p, m.lease);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): KeyValue {
    w.enter('mvccpb.KeyValue', start);
    let p = start;
    let f1: Buffer = w.emptyBytes;
    let f2: number = 0;
    let f3: number = 0;
    let f4: number = 0;
    let f5: Buffer = w.emptyBytes;
    let f6: bigint = 0n;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'mvccpb.KeyValue');
      p = w.position;
      switch (tag) {
        case 10: {
          f1 = w.readBytes(b, p, end, 'mvccpb.KeyValue.key');
          p = w.position;
          break;
        }
        case 16: {
          f2 = w.readInt64(b, p, end, 'mvccpb.KeyValue.create_revision');
          p = w.position;
          break;
        }
        case 24: {
          f3 = w.readInt64(b, p, end, 'mvccpb.KeyValue.mod_revision');
          p = w.position;
          break;
        }
        case 32: {
          f4 = w.readInt64(b, p, end, 'mvccpb.KeyValue.version');
          p = w.position;
          break;
        }
        case 42: {
          f5 = w.readBytes(b, p, end, 'mvccpb.KeyValue.value');
          p = w.position;
          break;
        }
        case 48: {
          f6 = w.readInt64Big(b, p, end, 'mvccpb.KeyValue.lease');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'mvccpb.KeyValue');
      }
    }
    w.leave();
    return { key: f1, createRevision: f2, modRevision: f3, version: f4, value: f5, lease: f6 };
  },
};

export interface Event {
  type: EventEventType;
  kv: KeyValue | undefined;
  prevKv: KeyValue | undefined;
}

export const Event: MessageType<Event> = {
  name: 'mvccpb.Event',
  fields: [
    { name: 'type', jsonName: 'type', key: 'type', kind: 'enum', repeated: false, asNumber: false, oneof: undefined, enumNames: { 0: 'PUT', 1: 'DELETE' }, messageType: undefined },
    { name: 'kv', jsonName: 'kv', key: 'kv', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => KeyValue as MessageType<unknown> },
    { name: 'prev_kv', jsonName: 'prevKv', key: 'prevKv', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => KeyValue as MessageType<unknown> },
  ],
  create(init?: Partial<Event>): Event {
    return {
      type: init?.type ?? 0,
      kv: init?.kv,
      prevKv: init?.prevKv,
    };
  },
  size(m: Event): number {
    let n = 0;
    if (m.type !== 0) n += 1 + w.varintSize(m.type);
    if (m.kv !== undefined) n += 1 + w.delimitedSize(KeyValue.size(m.kv));
    if (m.prevKv !== undefined) n += 1 + w.delimitedSize(KeyValue.size(m.prevKv));
    return n;
  },
  write(m: Event, b: Buffer, offset: number): number {
    let p = offset;
    if (m.type !== 0) {
      b[p++] = 8;
      p = w.writeVarint(b, p, m.type);
    }
    if (m.kv !== undefined) {
      b[p++] = 18;
      p = w.writeVarint(b, p, KeyValue.size(m.kv));
      p = KeyValue.write(m.kv, b, p);
    }
    if (m.prevKv !== undefined) {
      b[p++] = 26;
      p = w.writeVarint(b, p, KeyValue.size(m.prevKv));
      p = KeyValue.write(m.prevKv, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): Event {
    w.enter('mvccpb.Event', start);
    let p = start;
    let f1: EventEventType = 0;
    let f2: KeyValue | undefined = undefined;
    let f3: KeyValue | undefined = undefined;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'mvccpb.Event');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readInt32(b, p, end, 'mvccpb.Event.type');
          p = w.position;
          break;
        }
        case 18: {
          const size = w.readDelimited(b, p, end, 'mvccpb.Event.kv');
          p = w.position;
          f2 = KeyValue.read(b, p, p + size);
          p += size;
          break;
        }
        case 26: {
          const size = w.readDelimited(b, p, end, 'mvccpb.Event.prev_kv');
          p = w.position;
          f3 = KeyValue.read(b, p, p + size);
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'mvccpb.Event');
      }
    }
    w.leave();
    return { type: f1, kv: f2, prevKv: f3 };
  },
};

export interface LockRequest {
  name: Buffer;
  lease: bigint;
}

export const LockRequest: MessageType<LockRequest> = {
  name: 'v3lockpb.LockRequest',
  fields: [
    { name: 'name', jsonName: 'name', key: 'name', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'lease', jsonName: 'lease', key: 'lease', kind: 'int64', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<LockRequest>): LockRequest {
    return {
      name: init?.name ?? w.emptyBytes,
      lease: init?.lease ?? 0n,
    };
  },
  size(m: LockRequest): number {
    let n = 0;
    if (m.name.length > 0) n += 1 + w.delimitedSize(m.name.length);
    if (m.lease !== 0n) n += 1 + w.varintSize64(m.lease);
    return n;
  },
  write(m: LockRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.name.length > 0) {
      b[p++] = 10;
      p = w.writeBytes(b, p, m.name);
    }
    if (m.lease !== 0n) {
      b[p++] = 16;
      p = w.writeVarint64(b, p, m.lease);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): LockRequest {
    w.enter('v3lockpb.LockRequest', start);
    let p = start;
    let f1: Buffer = w.emptyBytes;
    let f2: bigint = 0n;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'v3lockpb.LockRequest');
      p = w.position;
      switch (tag) {
        case 10: {
          f1 = w.readBytes(b, p, end, 'v3lockpb.LockRequest.name');
          p = w.position;
          break;
        }
        case 16: {
          f2 = w.readInt64Big(b, p, end, 'v3lockpb.LockRequest.lease');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'v3lockpb.LockRequest');
      }
    }
    w.leave();
    return { name: f1, lease: f2 };
  },
};

export interface LockResponse {
  header: ResponseHeader | undefined;
  key: Buffer;
}

export const LockResponse: MessageType<LockResponse> = {
  name: 'v3lockpb.LockResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
    { name: 'key', jsonName: 'key', key: 'key', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<LockResponse>): LockResponse {
    return {
      header: init?.header,
      key: init?.key ?? w.emptyBytes,
    };
  },
  size(m: LockResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    if (m.key.length > 0) n += 1 + w.delimitedSize(m.key.length);
    return n;
  },
  write(m: LockResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    if (m.key.length > 0) {
      b[p++] = 18;
      p = w.writeBytes(b, p, m.key);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): LockResponse {
    w.enter('v3lockpb.LockResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    let f2: Buffer = w.emptyBytes;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'v3lockpb.LockResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'v3lockpb.LockResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        case 18: {
          f2 = w.readBytes(b, p, end, 'v3lockpb.LockResponse.key');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'v3lockpb.LockResponse');
      }
    }
    w.leave();
    return { header: f1, key: f2 };
  },
};

export interface UnlockRequest {
  key: Buffer;
}

export const UnlockRequest: MessageType<UnlockRequest> = {
  name: 'v3lockpb.UnlockRequest',
  fields: [
    { name: 'key', jsonName: 'key', key: 'key', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<UnlockRequest>): UnlockRequest {
    return {
      key: init?.key ?? w.emptyBytes,
    };
  },
  size(m: UnlockRequest): number {
    let n = 0;
    if (m.key.length > 0) n += 1 + w.delimitedSize(m.key.length);
    return n;
  },
  write(m: UnlockRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.key.length > 0) {
      b[p++] = 10;
      p = w.writeBytes(b, p, m.key);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): UnlockRequest {
    w.enter('v3lockpb.UnlockRequest', start);
    let p = start;
    let f1: Buffer = w.emptyBytes;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'v3lockpb.UnlockRequest');
      p = w.position;
      switch (tag) {
        case 10: {
          f1 = w.readBytes(b, p, end, 'v3lockpb.UnlockRequest.key');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'v3lockpb.UnlockRequest');
      }
    }
    w.leave();
    return { key: f1 };
  },
};

export interface UnlockResponse {
  header: ResponseHeader | undefined;
}

export const UnlockResponse: MessageType<UnlockResponse> = {
  name: 'v3lockpb.UnlockResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
  ],
  create(init?: Partial<UnlockResponse>): UnlockResponse {
    return {
      header: init?.header,
    };
  },
  size(m: UnlockResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    return n;
  },
  write(m: UnlockResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): UnlockResponse {
    w.enter('v3lockpb.UnlockResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'v3lockpb.UnlockResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'v3lockpb.UnlockResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'v3lockpb.UnlockResponse');
      }
    }
    w.leave();
    return { header: f1 };
  },
};

export interface ResponseHeader {
  clusterId: bigint;
  memberId: bigint;
  revision: number;
  raftTerm: number;
}

export const ResponseHeader: MessageType<ResponseHeader> = {
  name: 'etcdserverpb.ResponseHeader',
  fields: [
    { name: 'cluster_id', jsonName: 'clusterId', key: 'clusterId', kind: 'uint64', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'member_id', jsonName: 'memberId', key: 'memberId', kind: 'uint64', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'revision', jsonName: 'revision', key: 'revision', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'raft_term', jsonName: 'raftTerm', key: 'raftTerm', kind: 'uint64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<ResponseHeader>): ResponseHeader {
    return {
      clusterId: init?.clusterId ?? 0n,
      memberId: init?.memberId ?? 0n,
      revision: init?.revision ?? 0,
      raftTerm: init?.raftTerm ?? 0,
    };
  },
  size(m: ResponseHeader): number {
    let n = 0;
    if (m.clusterId !== 0n) n += 1 + w.varintSize64(m.clusterId);
    if (m.memberId !== 0n) n += 1 + w.varintSize64(m.memberId);
    if (m.revision !== 0) n += 1 + w.varintSize(m.revision);
    if (m.raftTerm !== 0) n += 1 + w.varintSize(m.raftTerm);
    return n;
  },
  write(m: ResponseHeader, b: Buffer, offset: number): number {
    let p = offset;
    if (m.clusterId !== 0n) {
      b[p++] = 8;
      p = w.writeVarint64(b, p, m.clusterId);
    }
    if (m.memberId !== 0n) {
      b[p++] = 16;
      p = w.writeVarint64(b, p, m.memberId);
    }
    if (m.revision !== 0) {
      b[p++] = 24;
      p = w.writeVarint(b, p, m.revision);
    }
    if (m.raftTerm !== 0) {
      b[p++] = 32;
      p = w.writeVarint(b, p, m.raftTerm);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): ResponseHeader {
    w.enter('etcdserverpb.ResponseHeader', start);
    let p = start;
    let f1: bigint = 0n;
    let f2: bigint = 0n;
    let f3: number = 0;
    let f4: number = 0;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.ResponseHeader');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readUint64Big(b, p, end, 'etcdserverpb.ResponseHeader.cluster_id');
          p = w.position;
          break;
        }
        case 16: {
          f2 = w.readUint64Big(b, p, end, 'etcdserverpb.ResponseHeader.member_id');
          p = w.position;
          break;
        }
        case 24: {
          f3 = w.readInt64(b, p, end, 'etcdserverpb.ResponseHeader.revision');
          p = w.position;
          break;
        }
        case 32: {
          f4 = w.readUint64(b, p, end, 'etcdserverpb.ResponseHeader.raft_term');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.ResponseHeader');
      }
    }
    w.leave();
    return { clusterId: f1, memberId: f2, revision: f3, raftTerm: f4 };
  },
};

export interface RangeRequest {
  key: Buffer;
  rangeEnd: Buffer;
  limit: number;
  revision: number;
  sortOrder: RangeRequestSortOrder;
  sortTarget: RangeRequestSortTarget;
  serializable: boolean;
  keysOnly: boolean;
  countOnly: boolean;
  minModRevision: number;
  maxModRevision: number;
  minCreateRevision: number;
  maxCreateRevision: number;
}

export const RangeRequest: MessageType<RangeRequest> = {
  name: 'etcdserverpb.RangeRequest',
  fields: [
    { name: 'key', jsonName: 'key', key: 'key', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'range_end', jsonName: 'rangeEnd', key: 'rangeEnd', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'limit', jsonName: 'limit', key: 'limit', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'revision', jsonName: 'revision', key: 'revision', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'sort_order', jsonName: 'sortOrder', key: 'sortOrder', kind: 'enum', repeated: false, asNumber: false, oneof: undefined, enumNames: { 0: 'NONE', 1: 'ASCEND', 2: 'DESCEND' }, messageType: undefined },
    { name: 'sort_target', jsonName: 'sortTarget', key: 'sortTarget', kind: 'enum', repeated: false, asNumber: false, oneof: undefined, enumNames: { 0: 'KEY', 1: 'VERSION', 2: 'CREATE', 3: 'MOD', 4: 'VALUE' }, messageType: undefined },
    { name: 'serializable', jsonName: 'serializable', key: 'serializable', kind: 'bool', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'keys_only', jsonName: 'keysOnly', key: 'keysOnly', kind: 'bool', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'count_only', jsonName: 'countOnly', key: 'countOnly', kind: 'bool', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'min_mod_revision', jsonName: 'minModRevision', key: 'minModRevision', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'max_mod_revision', jsonName: 'maxModRevision', key: 'maxModRevision', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'min_create_revision', jsonName: 'minCreateRevision', key: 'minCreateRevision', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'max_create_revision', jsonName: 'maxCreateRevision', key: 'maxCreateRevision', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<RangeRequest>): RangeRequest {
    return {
      key: init?.key ?? w.emptyBytes,
      rangeEnd: init?.rangeEnd ?? w.emptyBytes,
      limit: init?.limit ?? 0,
      revision: init?.revision ?? 0,
      sortOrder: init?.sortOrder ?? 0,
      sortTarget: init?.sortTarget ?? 0,
      serializable: init?.serializable ?? false,
      keysOnly: init?.keysOnly ?? false,
      countOnly: init?.countOnly ?? false,
      minModRevision: init?.minModRevision ?? 0,
      maxModRevision: init?.maxModRevision ?? 0,
      minCreateRevision: init?.minCreateRevision ?? 0,
      maxCreateRevision: init?.maxCreateRevision ?? 0,
    };
  },
  size(m: RangeRequest): number {
    let n = 0;
    if (m.key.length > 0) n += 1 + w.delimitedSize(m.key.length);
    if (m.rangeEnd.length > 0) n += 1 + w.delimitedSize(m.rangeEnd.length);
    if (m.limit !== 0) n += 1 + w.varintSize(m.limit);
    if (m.revision !== 0) n += 1 + w.varintSize(m.revision);
    if (m.sortOrder !== 0) n += 1 + w.varintSize(m.sortOrder);
    if (m.sortTarget !== 0) n += 1 + w.varintSize(m.sortTarget);
    if (m.serializable) n += 1 + 1;
    if (m.keysOnly) n += 1 + 1;
    if (m.countOnly) n += 1 + 1;
    if (m.minModRevision !== 0) n += 1 + w.varintSize(m.minModRevision);
    if (m.maxModRevision !== 0) n += 1 + w.varintSize(m.maxModRevision);
    if (m.minCreateRevision !== 0) n += 1 + w.varintSize(m.minCreateRevision);
    if (m.maxCreateRevision !== 0) n += 1 + w.varintSize(m.maxCreateRevision);
    return n;
  },
  write(m: RangeRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.key.length > 0) {
      b[p++] = 10;
      p = w.writeBytes(b, p, m.key);
    }
    if (m.rangeEnd.length > 0) {
      b[p++] = 18;
      p = w.writeBytes(b, p, m.rangeEnd);
    }
    if (m.limit !== 0) {
      b[p++] = 24;
      p = w.writeVarint(b, p, m.limit);
    }
    if (m.revision !== 0) {
      b[p++] = 32;
      p = w.writeVarint(b, p, m.revision);
    }
    if (m.sortOrder !== 0) {
      b[p++] = 40;
      p = w.writeVarint(b, p, m.sortOrder);
    }
    if (m.sortTarget !== 0) {
      b[p++] = 48;
      p = w.writeVarint(b, p, m.sortTarget);
    }
    if (m.serializable) {
      b[p++] = 56;
      b[p++] = 1;
    }
    if (m.keysOnly) {
      b[p++] = 64;
      b[p++] = 1;
    }
    if (m.countOnly) {
      b[p++] = 72;
      b[p++] = 1;
    }
    if (m.minModRevision !== 0) {
      b[p++] = 80;
      p = w.writeVarint(b, p, m.minModRevision);
    }
    if (m.maxModRevision !== 0) {
      b[p++] = 88;
      p = w.writeVarint(b, p, m.maxModRevision);
    }
    if (m.minCreateRevision !== 0) {
      b[p++] = 96;
      p = w.writeVarint(b, p, m.minCreateRevision);
    }
    if (m.maxCreateRevision !== 0) {
      b[p++] = 104;
      p = w.writeVarint(b, p, m.maxCreateRevision);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): RangeRequest {
    w.enter('etcdserverpb.RangeRequest', start);
    let p = start;
    let f1: Buffer = w.emptyBytes;
    let f2: Buffer = w.emptyBytes;
    let f3: number = 0;
    let f4: number = 0;
    let f5: RangeRequestSortOrder = 0;
    let f6: RangeRequestSortTarget = 0;
    let f7: boolean = false;
    let f8: boolean = false;
    let f9: boolean = false;
    let f10: number = 0;
    let f11: number = 0;
    let f12: number = 0;
    let f13: number = 0;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.RangeRequest');
      p = w.position;
      switch (tag) {
        case 10: {
          f1 = w.readBytes(b, p, end, 'etcdserverpb.RangeRequest.key');
          p = w.position;
          break;
        }
        case 18: {
          f2 = w.readBytes(b, p, end, 'etcdserverpb.RangeRequest.range_end');
          p = w.position;
          break;
        }
        case 24: {
          f3 = w.readInt64(b, p, end, 'etcdserverpb.RangeRequest.limit');
          p = w.position;
          break;
        }
        case 32: {
          f4 = w.readInt64(b, p, end, 'etcdserverpb.RangeRequest.revision');
          p = w.position;
          break;
        }
        case 40: {
          f5 = w.readInt32(b, p, end, 'etcdserverpb.RangeRequest.sort_order');
          p = w.position;
          break;
        }
        case 48: {
          f6 = w.readInt32(b, p, end, 'etcdserverpb.RangeRequest.sort_target');
          p = w.position;
          break;
        }
        case 56: {
          f7 = w.readBool(b, p, end, 'etcdserverpb.RangeRequest.serializable');
          p = w.position;
          break;
        }
        case 64: {
          f8 = w.readBool(b, p, end, 'etcdserverpb.RangeRequest.keys_only');
          p = w.position;
          break;
        }
        case 72: {
          f9 = w.readBool(b, p, end, 'etcdserverpb.RangeRequest.count_only');
          p = w.position;
          break;
        }
        case 80: {
          f10 = w.readInt64(b, p, end, 'etcdserverpb.RangeRequest.min_mod_revision');
          p = w.position;
          break;
        }
        case 88: {
          f11 = w.readInt64(b, p, end, 'etcdserverpb.RangeRequest.max_mod_revision');
          p = w.position;
          break;
        }
        case 96: {
          f12 = w.readInt64(b, p, end, 'etcdserverpb.RangeRequest.min_create_revision');
          p = w.position;
          break;
        }
        case 104: {
          f13 = w.readInt64(b, p, end, 'etcdserverpb.RangeRequest.max_create_revision');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.RangeRequest');
      }
    }
    w.leave();
    return { key: f1, rangeEnd: f2, limit: f3, revision: f4, sortOrder: f5, sortTarget: f6, serializable: f7, keysOnly: f8, countOnly: f9, minModRevision: f10, maxModRevision: f11, minCreateRevision: f12, maxCreateRevision: f13 };
  },
};

export interface RangeResponse {
  header: ResponseHeader | undefined;
  kvs: KeyValue[];
  more: boolean;
  count: number;
}

export const RangeResponse: MessageType<RangeResponse> = {
  name: 'etcdserverpb.RangeResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
    { name: 'kvs', jsonName: 'kvs', key: 'kvs', kind: 'message', repeated: true, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => KeyValue as MessageType<unknown> },
    { name: 'more', jsonName: 'more', key: 'more', kind: 'bool', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'count', jsonName: 'count', key: 'count', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<RangeResponse>): RangeResponse {
    return {
      header: init?.header,
      kvs: init?.kvs ?? [],
      more: init?.more ?? false,
      count: init?.count ?? 0,
    };
  },
  size(m: RangeResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    for (const v of m.kvs) n += 1 + w.delimitedSize(KeyValue.size(v));
    if (m.more) n += 1 + 1;
    if (m.count !== 0) n += 1 + w.varintSize(m.count);
    return n;
  },
  write(m: RangeResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    for (const v of m.kvs) {
      b[p++] = 18;
      p = w.writeVarint(b, p, KeyValue.size(v));
      p = KeyValue.write(v, b, p);
    }
    if (m.more) {
      b[p++] = 24;
      b[p++] = 1;
    }
    if (m.count !== 0) {
      b[p++] = 32;
      p = w.writeVarint(b, p, m.count);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): RangeResponse {
    w.enter('etcdserverpb.RangeResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    const f2: KeyValue[] = [];
    let f3: boolean = false;
    let f4: number = 0;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.RangeResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.RangeResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        case 18: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.RangeResponse.kvs');
          p = w.position;
          f2.push(KeyValue.read(b, p, p + size));
          p += size;
          break;
        }
        case 24: {
          f3 = w.readBool(b, p, end, 'etcdserverpb.RangeResponse.more');
          p = w.position;
          break;
        }
        case 32: {
          f4 = w.readInt64(b, p, end, 'etcdserverpb.RangeResponse.count');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.RangeResponse');
      }
    }
    w.leave();
    return { header: f1, kvs: f2, more: f3, count: f4 };
  },
};

export interface RangeStreamResponse {
  rangeResponse: RangeResponse | undefined;
}

export const RangeStreamResponse: MessageType<RangeStreamResponse> = {
  name: 'etcdserverpb.RangeStreamResponse',
  fields: [
    { name: 'range_response', jsonName: 'rangeResponse', key: 'rangeResponse', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => RangeResponse as MessageType<unknown> },
  ],
  create(init?: Partial<RangeStreamResponse>): RangeStreamResponse {
    return {
      rangeResponse: init?.rangeResponse,
    };
  },
  size(m: RangeStreamResponse): number {
    let n = 0;
    if (m.rangeResponse !== undefined) n += 1 + w.delimitedSize(RangeResponse.size(m.rangeResponse));
    return n;
  },
  write(m: RangeStreamResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.rangeResponse !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, RangeResponse.size(m.rangeResponse));
      p = RangeResponse.write(m.rangeResponse, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): RangeStreamResponse {
    w.enter('etcdserverpb.RangeStreamResponse', start);
    let p = start;
    let f1: RangeResponse | undefined = undefined;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.RangeStreamResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.RangeStreamResponse.range_response');
          p = w.position;
          f1 = RangeResponse.read(b, p, p + size);
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.RangeStreamResponse');
      }
    }
    w.leave();
    return { rangeResponse: f1 };
  },
};

export interface PutRequest {
  key: Buffer;
  value: Buffer;
  lease: bigint;
  prevKv: boolean;
  ignoreValue: boolean;
  ignoreLease: boolean;
}

export const PutRequest: MessageType<PutRequest> = {
  name: 'etcdserverpb.PutRequest',
  fields: [
    { name: 'key', jsonName: 'key', key: 'key', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'value', jsonName: 'value', key: 'value', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'lease', jsonName: 'lease', key: 'lease', kind: 'int64', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'prev_kv', jsonName: 'prevKv', key: 'prevKv', kind: 'bool', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'ignore_value', jsonName: 'ignoreValue', key: 'ignoreValue', kind: 'bool', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'ignore_lease', jsonName: 'ignoreLease', key: 'ignoreLease', kind: 'bool', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<PutRequest>): PutRequest {
    return {
      key: init?.key ?? w.emptyBytes,
      value: init?.value ?? w.emptyBytes,
      lease: init?.lease ?? 0n,
      prevKv: init?.prevKv ?? false,
      ignoreValue: init?.ignoreValue ?? false,
      ignoreLease: init?.ignoreLease ?? false,
    };
  },
  size(m: PutRequest): number {
    let n = 0;
    if (m.key.length > 0) n += 1 + w.delimitedSize(m.key.length);
    if (m.value.length > 0) n += 1 + w.delimitedSize(m.value.length);
    if (m.lease !== 0n) n += 1 + w.varintSize64(m.lease);
    if (m.prevKv) n += 1 + 1;
    if (m.ignoreValue) n += 1 + 1;
    if (m.ignoreLease) n += 1 + 1;
    return n;
  },
  write(m: PutRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.key.length > 0) {
      b[p++] = 10;
      p = w.writeBytes(b, p, m.key);
    }
    if (m.value.length > 0) {
      b[p++] = 18;
      p = w.writeBytes(b, p, m.value);
    }
    if (m.lease !== 0n) {
      b[p++] = 24;
      p = w.writeVarint64(b, p, m.lease);
    }
    if (m.prevKv) {
      b[p++] = 32;
      b[p++] = 1;
    }
    if (m.ignoreValue) {
      b[p++] = 40;
      b[p++] = 1;
    }
    if (m.ignoreLease) {
      b[p++] = 48;
      b[p++] = 1;
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): PutRequest {
    w.enter('etcdserverpb.PutRequest', start);
    let p = start;
    let f1: Buffer = w.emptyBytes;
    let f2: Buffer = w.emptyBytes;
    let f3: bigint = 0n;
    let f4: boolean = false;
    let f5: boolean = false;
    let f6: boolean = false;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.PutRequest');
      p = w.position;
      switch (tag) {
        case 10: {
          f1 = w.readBytes(b, p, end, 'etcdserverpb.PutRequest.key');
          p = w.position;
          break;
        }
        case 18: {
          f2 = w.readBytes(b, p, end, 'etcdserverpb.PutRequest.value');
          p = w.position;
          break;
        }
        case 24: {
          f3 = w.readInt64Big(b, p, end, 'etcdserverpb.PutRequest.lease');
          p = w.position;
          break;
        }
        case 32: {
          f4 = w.readBool(b, p, end, 'etcdserverpb.PutRequest.prev_kv');
          p = w.position;
          break;
        }
        case 40: {
          f5 = w.readBool(b, p, end, 'etcdserverpb.PutRequest.ignore_value');
          p = w.position;
          break;
        }
        case 48: {
          f6 = w.readBool(b, p, end, 'etcdserverpb.PutRequest.ignore_lease');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.PutRequest');
      }
    }
    w.leave();
    return { key: f1, value: f2, lease: f3, prevKv: f4, ignoreValue: f5, ignoreLease: f6 };
  },
};

export interface PutResponse {
  header: ResponseHeader | undefined;
  prevKv: KeyValue | undefined;
}

export const PutResponse: MessageType<PutResponse> = {
  name: 'etcdserverpb.PutResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
    { name: 'prev_kv', jsonName: 'prevKv', key: 'prevKv', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => KeyValue as MessageType<unknown> },
  ],
  create(init?: Partial<PutResponse>): PutResponse {
    return {
      header: init?.header,
      prevKv: init?.prevKv,
    };
  },
  size(m: PutResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    if (m.prevKv !== undefined) n += 1 + w.delimitedSize(KeyValue.size(m.prevKv));
    return n;
  },
  write(m: PutResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    if (m.prevKv !== undefined) {
      b[p++] = 18;
      p = w.writeVarint(b, p, KeyValue.size(m.prevKv));
      p = KeyValue.write(m.prevKv, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): PutResponse {
    w.enter('etcdserverpb.PutResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    let f2: KeyValue | undefined = undefined;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.PutResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.PutResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        case 18: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.PutResponse.prev_kv');
          p = w.position;
          f2 = KeyValue.read(b, p, p + size);
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.PutResponse');
      }
    }
    w.leave();
    return { header: f1, prevKv: f2 };
  },
};

export interface DeleteRangeRequest {
  key: Buffer;
  rangeEnd: Buffer;
  prevKv: boolean;
}

export const DeleteRangeRequest: MessageType<DeleteRangeRequest> = {
  name: 'etcdserverpb.DeleteRangeRequest',
  fields: [
    { name: 'key', jsonName: 'key', key: 'key', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'range_end', jsonName: 'rangeEnd', key: 'rangeEnd', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'prev_kv', jsonName: 'prevKv', key: 'prevKv', kind: 'bool', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<DeleteRangeRequest>): DeleteRangeRequest {
    return {
      key: init?.key ?? w.emptyBytes,
      rangeEnd: init?.rangeEnd ?? w.emptyBytes,
      prevKv: init?.prevKv ?? false,
    };
  },
  size(m: DeleteRangeRequest): number {
    let n = 0;
    if (m.key.length > 0) n += 1 + w.delimitedSize(m.key.length);
    if (m.rangeEnd.length > 0) n += 1 + w.delimitedSize(m.rangeEnd.length);
    if (m.prevKv) n += 1 + 1;
    return n;
  },
  write(m: DeleteRangeRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.key.length > 0) {
      b[p++] = 10;
      p = w.writeBytes(b, p, m.key);
    }
    if (m.rangeEnd.length > 0) {
      b[p++] = 18;
      p = w.writeBytes(b, p, m.rangeEnd);
    }
    if (m.prevKv) {
      b[p++] = 24;
      b[p++] = 1;
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): DeleteRangeRequest {
    w.enter('etcdserverpb.DeleteRangeRequest', start);
    let p = start;
    let f1: Buffer = w.emptyBytes;
    let f2: Buffer = w.emptyBytes;
    let f3: boolean = false;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.DeleteRangeRequest');
      p = w.position;
      switch (tag) {
        case 10: {
          f1 = w.readBytes(b, p, end, 'etcdserverpb.DeleteRangeRequest.key');
          p = w.position;
          break;
        }
        case 18: {
          f2 = w.readBytes(b, p, end, 'etcdserverpb.DeleteRangeRequest.range_end');
          p = w.position;
          break;
        }
        case 24: {
          f3 = w.readBool(b, p, end, 'etcdserverpb.DeleteRangeRequest.prev_kv');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.DeleteRangeRequest');
      }
    }
    w.leave();
    return { key: f1, rangeEnd: f2, prevKv: f3 };
  },
};

export interface DeleteRangeResponse {
  header: ResponseHeader | undefined;
  deleted: number;
  prevKvs: KeyValue[];
}

export const DeleteRangeResponse: MessageType<DeleteRangeResponse> = {
  name: 'etcdserverpb.DeleteRangeResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
    { name: 'deleted', jsonName: 'deleted', key: 'deleted', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'prev_kvs', jsonName: 'prevKvs', key: 'prevKvs', kind: 'message', repeated: true, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => KeyValue as MessageType<unknown> },
  ],
  create(init?: Partial<DeleteRangeResponse>): DeleteRangeResponse {
    return {
      header: init?.header,
      deleted: init?.deleted ?? 0,
      prevKvs: init?.prevKvs ?? [],
    };
  },
  size(m: DeleteRangeResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    if (m.deleted !== 0) n += 1 + w.varintSize(m.deleted);
    for (const v of m.prevKvs) n += 1 + w.delimitedSize(KeyValue.size(v));
    return n;
  },
  write(m: DeleteRangeResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    if (m.deleted !== 0) {
      b[p++] = 16;
      p = w.writeVarint(b, p, m.deleted);
    }
    for (const v of m.prevKvs) {
      b[p++] = 26;
      p = w.writeVarint(b, p, KeyValue.size(v));
      p = KeyValue.write(v, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): DeleteRangeResponse {
    w.enter('etcdserverpb.DeleteRangeResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    let f2: number = 0;
    const f3: KeyValue[] = [];
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.DeleteRangeResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.DeleteRangeResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        case 16: {
          f2 = w.readInt64(b, p, end, 'etcdserverpb.DeleteRangeResponse.deleted');
          p = w.position;
          break;
        }
        case 26: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.DeleteRangeResponse.prev_kvs');
          p = w.position;
          f3.push(KeyValue.read(b, p, p + size));
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.DeleteRangeResponse');
      }
    }
    w.leave();
    return { header: f1, deleted: f2, prevKvs: f3 };
  },
};

export interface RequestOp {
  requestRange: RangeRequest | undefined;
  requestPut: PutRequest | undefined;
  requestDeleteRange: DeleteRangeRequest | undefined;
  requestTxn: TxnRequest | undefined;
}

export const RequestOp: MessageType<RequestOp> = {
  name: 'etcdserverpb.RequestOp',
  fields: [
    { name: 'request_range', jsonName: 'requestRange', key: 'requestRange', kind: 'message', repeated: false, asNumber: false, oneof: 'request', enumNames: undefined, messageType: () => RangeRequest as MessageType<unknown> },
    { name: 'request_put', jsonName: 'requestPut', key: 'requestPut', kind: 'message', repeated: false, asNumber: false, oneof: 'request', enumNames: undefined, messageType: () => PutRequest as MessageType<unknown> },
    { name: 'request_delete_range', jsonName: 'requestDeleteRange', key: 'requestDeleteRange', kind: 'message', repeated: false, asNumber: false, oneof: 'request', enumNames: undefined, messageType: () => DeleteRangeRequest as MessageType<unknown> },
    { name: 'request_txn', jsonName: 'requestTxn', key: 'requestTxn', kind: 'message', repeated: false, asNumber: false, oneof: 'request', enumNames: undefined, messageType: () => TxnRequest as MessageType<unknown> },
  ],
  create(init?: Partial<RequestOp>): RequestOp {
    return {
      requestRange: init?.requestRange,
      requestPut: init?.requestPut,
      requestDeleteRange: init?.requestDeleteRange,
      requestTxn: init?.requestTxn,
    };
  },
  size(m: RequestOp): number {
    let n = 0;
    if (m.requestRange !== undefined) n += 1 + w.delimitedSize(RangeRequest.size(m.requestRange));
    if (m.requestPut !== undefined) n += 1 + w.delimitedSize(PutRequest.size(m.requestPut));
    if (m.requestDeleteRange !== undefined) n += 1 + w.delimitedSize(DeleteRangeRequest.size(m.requestDeleteRange));
    if (m.requestTxn !== undefined) n += 1 + w.delimitedSize(TxnRequest.size(m.requestTxn));
    return n;
  },
  write(m: RequestOp, b: Buffer, offset: number): number {
    let p = offset;
    if (m.requestRange !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, RangeRequest.size(m.requestRange));
      p = RangeRequest.write(m.requestRange, b, p);
    }
    if (m.requestPut !== undefined) {
      b[p++] = 18;
      p = w.writeVarint(b, p, PutRequest.size(m.requestPut));
      p = PutRequest.write(m.requestPut, b, p);
    }
    if (m.requestDeleteRange !== undefined) {
      b[p++] = 26;
      p = w.writeVarint(b, p, DeleteRangeRequest.size(m.requestDeleteRange));
      p = DeleteRangeRequest.write(m.requestDeleteRange, b, p);
    }
    if (m.requestTxn !== undefined) {
      b[p++] = 34;
      p = w.writeVarint(b, p, TxnRequest.size(m.requestTxn));
      p = TxnRequest.write(m.requestTxn, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): RequestOp {
    w.enter('etcdserverpb.RequestOp', start);
    let p = start;
    let f1: RangeRequest | undefined = undefined;
    let f2: PutRequest | undefined = undefined;
    let f3: DeleteRangeRequest | undefined = undefined;
    let f4: TxnRequest | undefined = undefined;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.RequestOp');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.RequestOp.request_range');
          p = w.position;
          f1 = RangeRequest.read(b, p, p + size);
          p += size;
          f2 = undefined;
          f3 = undefined;
          f4 = undefined;
          break;
        }
        case 18: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.RequestOp.request_put');
          p = w.position;
          f2 = PutRequest.read(b, p, p + size);
          p += size;
          f1 = undefined;
          f3 = undefined;
          f4 = undefined;
          break;
        }
        case 26: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.RequestOp.request_delete_range');
          p = w.position;
          f3 = DeleteRangeRequest.read(b, p, p + size);
          p += size;
          f1 = undefined;
          f2 = undefined;
          f4 = undefined;
          break;
        }
        case 34: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.RequestOp.request_txn');
          p = w.position;
          f4 = TxnRequest.read(b, p, p + size);
          p += size;
          f1 = undefined;
          f2 = undefined;
          f3 = undefined;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.RequestOp');
      }
    }
    w.leave();
    return { requestRange: f1, requestPut: f2, requestDeleteRange: f3, requestTxn: f4 };
  },
};

export interface ResponseOp {
  responseRange: RangeResponse | undefined;
  responsePut: PutResponse | undefined;
  responseDeleteRange: DeleteRangeResponse | undefined;
  responseTxn: TxnResponse | undefined;
}

export const ResponseOp: MessageType<ResponseOp> = {
  name: 'etcdserverpb.ResponseOp',
  fields: [
    { name: 'response_range', jsonName: 'responseRange', key: 'responseRange', kind: 'message', repeated: false, asNumber: false, oneof: 'response', enumNames: undefined, messageType: () => RangeResponse as MessageType<unknown> },
    { name: 'response_put', jsonName: 'responsePut', key: 'responsePut', kind: 'message', repeated: false, asNumber: false, oneof: 'response', enumNames: undefined, messageType: () => PutResponse as MessageType<unknown> },
    { name: 'response_delete_range', jsonName: 'responseDeleteRange', key: 'responseDeleteRange', kind: 'message', repeated: false, asNumber: false, oneof: 'response', enumNames: undefined, messageType: () => DeleteRangeResponse as MessageType<unknown> },
    { name: 'response_txn', jsonName: 'responseTxn', key: 'responseTxn', kind: 'message', repeated: false, asNumber: false, oneof: 'response', enumNames: undefined, messageType: () => TxnResponse as MessageType<unknown> },
  ],
  create(init?: Partial<ResponseOp>): ResponseOp {
    return {
      responseRange: init?.responseRange,
      responsePut: init?.responsePut,
      responseDeleteRange: init?.responseDeleteRange,
      responseTxn: init?.responseTxn,
    };
  },
  size(m: ResponseOp): number {
    let n = 0;
    if (m.responseRange !== undefined) n += 1 + w.delimitedSize(RangeResponse.size(m.responseRange));
    if (m.responsePut !== undefined) n += 1 + w.delimitedSize(PutResponse.size(m.responsePut));
    if (m.responseDeleteRange !== undefined) n += 1 + w.delimitedSize(DeleteRangeResponse.size(m.responseDeleteRange));
    if (m.responseTxn !== undefined) n += 1 + w.delimitedSize(TxnResponse.size(m.responseTxn));
    return n;
  },
  write(m: ResponseOp, b: Buffer, offset: number): number {
    let p = offset;
    if (m.responseRange !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, RangeResponse.size(m.responseRange));
      p = RangeResponse.write(m.responseRange, b, p);
    }
    if (m.responsePut !== undefined) {
      b[p++] = 18;
      p = w.writeVarint(b, p, PutResponse.size(m.responsePut));
      p = PutResponse.write(m.responsePut, b, p);
    }
    if (m.responseDeleteRange !== undefined) {
      b[p++] = 26;
      p = w.writeVarint(b, p, DeleteRangeResponse.size(m.responseDeleteRange));
      p = DeleteRangeResponse.write(m.responseDeleteRange, b, p);
    }
    if (m.responseTxn !== undefined) {
      b[p++] = 34;
      p = w.writeVarint(b, p, TxnResponse.size(m.responseTxn));
      p = TxnResponse.write(m.responseTxn, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): ResponseOp {
    w.enter('etcdserverpb.ResponseOp', start);
    let p = start;
    let f1: RangeResponse | undefined = undefined;
    let f2: PutResponse | undefined = undefined;
    let f3: DeleteRangeResponse | undefined = undefined;
    let f4: TxnResponse | undefined = undefined;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.ResponseOp');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.ResponseOp.response_range');
          p = w.position;
          f1 = RangeResponse.read(b, p, p + size);
          p += size;
          f2 = undefined;
          f3 = undefined;
          f4 = undefined;
          break;
        }
        case 18: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.ResponseOp.response_put');
          p = w.position;
          f2 = PutResponse.read(b, p, p + size);
          p += size;
          f1 = undefined;
          f3 = undefined;
          f4 = undefined;
          break;
        }
        case 26: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.ResponseOp.response_delete_range');
          p = w.position;
          f3 = DeleteRangeResponse.read(b, p, p + size);
          p += size;
          f1 = undefined;
          f2 = undefined;
          f4 = undefined;
          break;
        }
        case 34: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.ResponseOp.response_txn');
          p = w.position;
          f4 = TxnResponse.read(b, p, p + size);
          p += size;
          f1 = undefined;
          f2 = undefined;
          f3 = undefined;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.ResponseOp');
      }
    }
    w.leave();
    return { responseRange: f1, responsePut: f2, responseDeleteRange: f3, responseTxn: f4 };
  },
};

export interface Compare {
  result: CompareCompareResult;
  target: CompareCompareTarget;
  key: Buffer;
  version: number;
  createRevision: number;
  modRevision: number;
  value: Buffer;
  lease: bigint;
  rangeEnd: Buffer;
}

export const Compare: MessageType<Compare> = {
  name: 'etcdserverpb.Compare',
  fields: [
    { name: 'result', jsonName: 'result', key: 'result', kind: 'enum', repeated: false, asNumber: false, oneof: undefined, enumNames: { 0: 'EQUAL', 1: 'GREATER', 2: 'LESS', 3: 'NOT_EQUAL' }, messageType: undefined },
    { name: 'target', jsonName: 'target', key: 'target', kind: 'enum', repeated: false, asNumber: false, oneof: undefined, enumNames: { 0: 'VERSION', 1: 'CREATE', 2: 'MOD', 3: 'VALUE', 4: 'LEASE' }, messageType: undefined },
    { name: 'key', jsonName: 'key', key: 'key', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'version', jsonName: 'version', key: 'version', kind: 'int64', repeated: false, asNumber: true, oneof: 'target_union', enumNames: undefined, messageType: undefined },
    { name: 'create_revision', jsonName: 'createRevision', key: 'createRevision', kind: 'int64', repeated: false, asNumber: true, oneof: 'target_union', enumNames: undefined, messageType: undefined },
    { name: 'mod_revision', jsonName: 'modRevision', key: 'modRevision', kind: 'int64', repeated: false, asNumber: true, oneof: 'target_union', enumNames: undefined, messageType: undefined },
    { name: 'value', jsonName: 'value', key: 'value', kind: 'bytes', repeated: false, asNumber: false, oneof: 'target_union', enumNames: undefined, messageType: undefined },
    { name: 'lease', jsonName: 'lease', key: 'lease', kind: 'int64', repeated: false, asNumber: false, oneof: 'target_union', enumNames: undefined, messageType: undefined },
    { name: 'range_end', jsonName: 'rangeEnd', key: 'rangeEnd', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<Compare>): Compare {
    return {
      result: init?.result ?? 0,
      target: init?.target ?? 0,
      key: init?.key ?? w.emptyBytes,
      version: init?.version ?? 0,
      createRevision: init?.createRevision ?? 0,
      modRevision: init?.modRevision ?? 0,
      value: init?.value ?? w.emptyBytes,
      lease: init?.lease ?? 0n,
      rangeEnd: init?.rangeEnd ?? w.emptyBytes,
    };
  },
  size(m: Compare): number {
    let n = 0;
    if (m.result !== 0) n += 1 + w.varintSize(m.result);
    if (m.target !== 0) n += 1 + w.varintSize(m.target);
    if (m.key.length > 0) n += 1 + w.delimitedSize(m.key.length);
    if (m.version !== 0) n += 1 + w.varintSize(m.version);
    if (m.createRevision !== 0) n += 1 + w.varintSize(m.createRevision);
    if (m.modRevision !== 0) n += 1 + w.varintSize(m.modRevision);
    if (m.value.length > 0) n += 1 + w.delimitedSize(m.value.length);
    if (m.lease !== 0n) n += 1 + w.varintSize64(m.lease);
    if (m.rangeEnd.length > 0) n += 2 + w.delimitedSize(m.rangeEnd.length);
    return n;
  },
  write(m: Compare, b: Buffer, offset: number): number {
    let p = offset;
    if (m.result !== 0) {
      b[p++] = 8;
      p = w.writeVarint(b, p, m.result);
    }
    if (m.target !== 0) {
      b[p++] = 16;
      p = w.writeVarint(b, p, m.target);
    }
    if (m.key.length > 0) {
      b[p++] = 26;
      p = w.writeBytes(b, p, m.key);
    }
    if (m.version !== 0) {
      b[p++] = 32;
      p = w.writeVarint(b, p, m.version);
    }
    if (m.createRevision !== 0) {
      b[p++] = 40;
      p = w.writeVarint(b, p, m.createRevision);
    }
    if (m.modRevision !== 0) {
      b[p++] = 48;
      p = w.writeVarint(b, p, m.modRevision);
    }
    if (m.value.length > 0) {
      b[p++] = 58;
      p = w.writeBytes(b, p, m.value);
    }
    if (m.lease !== 0n) {
      b[p++] = 64;
      p = w.writeVarint64(b, p, m.lease);
    }
    if (m.rangeEnd.length > 0) {
      b[p++] = 130;
      b[p++] = 4;
      p = w.writeBytes(b, p, m.rangeEnd);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): Compare {
    w.enter('etcdserverpb.Compare', start);
    let p = start;
    let f1: CompareCompareResult = 0;
    let f2: CompareCompareTarget = 0;
    let f3: Buffer = w.emptyBytes;
    let f4: number = 0;
    let f5: number = 0;
    let f6: number = 0;
    let f7: Buffer = w.emptyBytes;
    let f8: bigint = 0n;
    let f64: Buffer = w.emptyBytes;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.Compare');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readInt32(b, p, end, 'etcdserverpb.Compare.result');
          p = w.position;
          break;
        }
        case 16: {
          f2 = w.readInt32(b, p, end, 'etcdserverpb.Compare.target');
          p = w.position;
          break;
        }
        case 26: {
          f3 = w.readBytes(b, p, end, 'etcdserverpb.Compare.key');
          p = w.position;
          break;
        }
        case 32: {
          f4 = w.readInt64(b, p, end, 'etcdserverpb.Compare.version');
          p = w.position;
          break;
        }
        case 40: {
          f5 = w.readInt64(b, p, end, 'etcdserverpb.Compare.create_revision');
          p = w.position;
          break;
        }
        case 48: {
          f6 = w.readInt64(b, p, end, 'etcdserverpb.Compare.mod_revision');
          p = w.position;
          break;
        }
        case 58: {
          f7 = w.readBytes(b, p, end, 'etcdserverpb.Compare.value');
          p = w.position;
          break;
        }
        case 64: {
          f8 = w.readInt64Big(b, p, end, 'etcdserverpb.Compare.lease');
          p = w.position;
          break;
        }
        case 514: {
          f64 = w.readBytes(b, p, end, 'etcdserverpb.Compare.range_end');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.Compare');
      }
    }
    w.leave();
    return { result: f1, target: f2, key: f3, version: f4, createRevision: f5, modRevision: f6, value: f7, lease: f8, rangeEnd: f64 };
  },
};

export interface TxnRequest {
  compare: Compare[];
  success: RequestOp[];
  failure: RequestOp[];
}

export const TxnRequest: MessageType<TxnRequest> = {
  name: 'etcdserverpb.TxnRequest',
  fields: [
    { name: 'compare', jsonName: 'compare', key: 'compare', kind: 'message', repeated: true, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => Compare as MessageType<unknown> },
    { name: 'success', jsonName: 'success', key: 'success', kind: 'message', repeated: true, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => RequestOp as MessageType<unknown> },
    { name: 'failure', jsonName: 'failure', key: 'failure', kind: 'message', repeated: true, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => RequestOp as MessageType<unknown> },
  ],
  create(init?: Partial<TxnRequest>): TxnRequest {
    return {
      compare: init?.compare ?? [],
      success: init?.success ?? [],
      failure: init?.failure ?? [],
    };
  },
  size(m: TxnRequest): number {
    let n = 0;
    for (const v of m.compare) n += 1 + w.delimitedSize(Compare.size(v));
    for (const v of m.success) n += 1 + w.delimitedSize(RequestOp.size(v));
    for (const v of m.failure) n += 1 + w.delimitedSize(RequestOp.size(v));
    return n;
  },
  write(m: TxnRequest, b: Buffer, offset: number): number {
    let p = offset;
    for (const v of m.compare) {
      b[p++] = 10;
      p = w.writeVarint(b, p, Compare.size(v));
      p = Compare.write(v, b, p);
    }
    for (const v of m.success) {
      b[p++] = 18;
      p = w.writeVarint(b, p, RequestOp.size(v));
      p = RequestOp.write(v, b, p);
    }
    for (const v of m.failure) {
      b[p++] = 26;
      p = w.writeVarint(b, p, RequestOp.size(v));
      p = RequestOp.write(v, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): TxnRequest {
    w.enter('etcdserverpb.TxnRequest', start);
    let p = start;
    const f1: Compare[] = [];
    const f2: RequestOp[] = [];
    const f3: RequestOp[] = [];
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.TxnRequest');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.TxnRequest.compare');
          p = w.position;
          f1.push(Compare.read(b, p, p + size));
          p += size;
          break;
        }
        case 18: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.TxnRequest.success');
          p = w.position;
          f2.push(RequestOp.read(b, p, p + size));
          p += size;
          break;
        }
        case 26: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.TxnRequest.failure');
          p = w.position;
          f3.push(RequestOp.read(b, p, p + size));
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.TxnRequest');
      }
    }
    w.leave();
    return { compare: f1, success: f2, failure: f3 };
  },
};

export interface TxnResponse {
  header: ResponseHeader | undefined;
  succeeded: boolean;
  responses: ResponseOp[];
}

export const TxnResponse: MessageType<TxnResponse> = {
  name: 'etcdserverpb.TxnResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
    { name: 'succeeded', jsonName: 'succeeded', key: 'succeeded', kind: 'bool', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'responses', jsonName: 'responses', key: 'responses', kind: 'message', repeated: true, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseOp as MessageType<unknown> },
  ],
  create(init?: Partial<TxnResponse>): TxnResponse {
    return {
      header: init?.header,
      succeeded: init?.succeeded ?? false,
      responses: init?.responses ?? [],
    };
  },
  size(m: TxnResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    if (m.succeeded) n += 1 + 1;
    for (const v of m.responses) n += 1 + w.delimitedSize(ResponseOp.size(v));
    return n;
  },
  write(m: TxnResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    if (m.succeeded) {
      b[p++] = 16;
      b[p++] = 1;
    }
    for (const v of m.responses) {
      b[p++] = 26;
      p = w.writeVarint(b, p, ResponseOp.size(v));
      p = ResponseOp.write(v, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): TxnResponse {
    w.enter('etcdserverpb.TxnResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    let f2: boolean = false;
    const f3: ResponseOp[] = [];
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.TxnResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.TxnResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        case 16: {
          f2 = w.readBool(b, p, end, 'etcdserverpb.TxnResponse.succeeded');
          p = w.position;
          break;
        }
        case 26: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.TxnResponse.responses');
          p = w.position;
          f3.push(ResponseOp.read(b, p, p + size));
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.TxnResponse');
      }
    }
    w.leave();
    return { header: f1, succeeded: f2, responses: f3 };
  },
};

export interface CompactionRequest {
  revision: number;
  physical: boolean;
}

export const CompactionRequest: MessageType<CompactionRequest> = {
  name: 'etcdserverpb.CompactionRequest',
  fields: [
    { name: 'revision', jsonName: 'revision', key: 'revision', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'physical', jsonName: 'physical', key: 'physical', kind: 'bool', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<CompactionRequest>): CompactionRequest {
    return {
      revision: init?.revision ?? 0,
      physical: init?.physical ?? false,
    };
  },
  size(m: CompactionRequest): number {
    let n = 0;
    if (m.revision !== 0) n += 1 + w.varintSize(m.revision);
    if (m.physical) n += 1 + 1;
    return n;
  },
  write(m: CompactionRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.revision !== 0) {
      b[p++] = 8;
      p = w.writeVarint(b, p, m.revision);
    }
    if (m.physical) {
      b[p++] = 16;
      b[p++] = 1;
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): CompactionRequest {
    w.enter('etcdserverpb.CompactionRequest', start);
    let p = start;
    let f1: number = 0;
    let f2: boolean = false;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.CompactionRequest');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readInt64(b, p, end, 'etcdserverpb.CompactionRequest.revision');
          p = w.position;
          break;
        }
        case 16: {
          f2 = w.readBool(b, p, end, 'etcdserverpb.CompactionRequest.physical');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.CompactionRequest');
      }
    }
    w.leave();
    return { revision: f1, physical: f2 };
  },
};

export interface CompactionResponse {
  header: ResponseHeader | undefined;
}

export const CompactionResponse: MessageType<CompactionResponse> = {
  name: 'etcdserverpb.CompactionResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
  ],
  create(init?: Partial<CompactionResponse>): CompactionResponse {
    return {
      header: init?.header,
    };
  },
  size(m: CompactionResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    return n;
  },
  write(m: CompactionResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): CompactionResponse {
    w.enter('etcdserverpb.CompactionResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.CompactionResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.CompactionResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.CompactionResponse');
      }
    }
    w.leave();
    return { header: f1 };
  },
};

export type HashRequest = Record<never, never>;

export const HashRequest: MessageType<HashRequest> = {
  name: 'etcdserverpb.HashRequest',
  fields: [],
  create(): HashRequest {
    return {};
  },
  size(): number {
    return 0;
  },
  write(_: HashRequest, _target: Buffer, p: number): number {
    return p;
  },
  read(b: Buffer, start: number, end: number): HashRequest {
    w.enter('etcdserverpb.HashRequest', start);
    let p = start;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.HashRequest');
      p = w.position;
      p = w.skip(b, p, end, tag, 'etcdserverpb.HashRequest');
    }
    w.leave();
    return {  };
  },
};

export interface HashResponse {
  header: ResponseHeader | undefined;
  hash: number;
}

export const HashResponse: MessageType<HashResponse> = {
  name: 'etcdserverpb.HashResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
    { name: 'hash', jsonName: 'hash', key: 'hash', kind: 'uint32', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<HashResponse>): HashResponse {
    return {
      header: init?.header,
      hash: init?.hash ?? 0,
    };
  },
  size(m: HashResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    if (m.hash !== 0) n += 1 + w.varintSize(m.hash);
    return n;
  },
  write(m: HashResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    if (m.hash !== 0) {
      b[p++] = 16;
      p = w.writeVarint(b, p, m.hash);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): HashResponse {
    w.enter('etcdserverpb.HashResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    let f2: number = 0;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.HashResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.HashResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        case 16: {
          f2 = w.readUint32(b, p, end, 'etcdserverpb.HashResponse.hash');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.HashResponse');
      }
    }
    w.leave();
    return { header: f1, hash: f2 };
  },
};

export interface HashKVRequest {
  revision: number;
}

export const HashKVRequest: MessageType<HashKVRequest> = {
  name: 'etcdserverpb.HashKVRequest',
  fields: [
    { name: 'revision', jsonName: 'revision', key: 'revision', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<HashKVRequest>): HashKVRequest {
    return {
      revision: init?.revision ?? 0,
    };
  },
  size(m: HashKVRequest): number {
    let n = 0;
    if (m.revision !== 0) n += 1 + w.varintSize(m.revision);
    return n;
  },
  write(m: HashKVRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.revision !== 0) {
      b[p++] = 8;
      p = w.writeVarint(b, p, m.revision);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): HashKVRequest {
    w.enter('etcdserverpb.HashKVRequest', start);
    let p = start;
    let f1: number = 0;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.HashKVRequest');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readInt64(b, p, end, 'etcdserverpb.HashKVRequest.revision');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.HashKVRequest');
      }
    }
    w.leave();
    return { revision: f1 };
  },
};

export interface HashKVResponse {
  header: ResponseHeader | undefined;
  hash: number;
  compactRevision: number;
  hashRevision: number;
}

export const HashKVResponse: MessageType<HashKVResponse> = {
  name: 'etcdserverpb.HashKVResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
    { name: 'hash', jsonName: 'hash', key: 'hash', kind: 'uint32', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'compact_revision', jsonName: 'compactRevision', key: 'compactRevision', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'hash_revision', jsonName: 'hashRevision', key: 'hashRevision', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<HashKVResponse>): HashKVResponse {
    return {
      header: init?.header,
      hash: init?.hash ?? 0,
      compactRevision: init?.compactRevision ?? 0,
      hashRevision: init?.hashRevision ?? 0,
    };
  },
  size(m: HashKVResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    if (m.hash !== 0) n += 1 + w.varintSize(m.hash);
    if (m.compactRevision !== 0) n += 1 + w.varintSize(m.compactRevision);
    if (m.hashRevision !== 0) n += 1 + w.varintSize(m.hashRevision);
    return n;
  },
  write(m: HashKVResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    if (m.hash !== 0) {
      b[p++] = 16;
      p = w.writeVarint(b, p, m.hash);
    }
    if (m.compactRevision !== 0) {
      b[p++] = 24;
      p = w.writeVarint(b, p, m.compactRevision);
    }
    if (m.hashRevision !== 0) {
      b[p++] = 32;
      p = w.writeVarint(b, p, m.hashRevision);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): HashKVResponse {
    w.enter('etcdserverpb.HashKVResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    let f2: number = 0;
    let f3: number = 0;
    let f4: number = 0;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.HashKVResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.HashKVResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        case 16: {
          f2 = w.readUint32(b, p, end, 'etcdserverpb.HashKVResponse.hash');
          p = w.position;
          break;
        }
        case 24: {
          f3 = w.readInt64(b, p, end, 'etcdserverpb.HashKVResponse.compact_revision');
          p = w.position;
          break;
        }
        case 32: {
          f4 = w.readInt64(b, p, end, 'etcdserverpb.HashKVResponse.hash_revision');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.HashKVResponse');
      }
    }
    w.leave();
    return { header: f1, hash: f2, compactRevision: f3, hashRevision: f4 };
  },
};

export type SnapshotRequest = Record<never, never>;

export const SnapshotRequest: MessageType<SnapshotRequest> = {
  name: 'etcdserverpb.SnapshotRequest',
  fields: [],
  create(): SnapshotRequest {
    return {};
  },
  size(): number {
    return 0;
  },
  write(_: SnapshotRequest, _target: Buffer, p: number): number {
    return p;
  },
  read(b: Buffer, start: number, end: number): SnapshotRequest {
    w.enter('etcdserverpb.SnapshotRequest', start);
    let p = start;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.SnapshotRequest');
      p = w.position;
      p = w.skip(b, p, end, tag, 'etcdserverpb.SnapshotRequest');
    }
    w.leave();
    return {  };
  },
};

export interface SnapshotResponse {
  header: ResponseHeader | undefined;
  remainingBytes: number;
  blob: Buffer;
  version: string;
}

export const SnapshotResponse: MessageType<SnapshotResponse> = {
  name: 'etcdserverpb.SnapshotResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
    { name: 'remaining_bytes', jsonName: 'remainingBytes', key: 'remainingBytes', kind: 'uint64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'blob', jsonName: 'blob', key: 'blob', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'version', jsonName: 'version', key: 'version', kind: 'string', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<SnapshotResponse>): SnapshotResponse {
    return {
      header: init?.header,
      remainingBytes: init?.remainingBytes ?? 0,
      blob: init?.blob ?? w.emptyBytes,
      version: init?.version ?? '',
    };
  },
  size(m: SnapshotResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    if (m.remainingBytes !== 0) n += 1 + w.varintSize(m.remainingBytes);
    if (m.blob.length > 0) n += 1 + w.delimitedSize(m.blob.length);
    if (m.version !== '') n += 1 + w.delimitedSize(Buffer.byteLength(m.version));
    return n;
  },
  write(m: SnapshotResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    if (m.remainingBytes !== 0) {
      b[p++] = 16;
      p = w.writeVarint(b, p, m.remainingBytes);
    }
    if (m.blob.length > 0) {
      b[p++] = 26;
      p = w.writeBytes(b, p, m.blob);
    }
    if (m.version !== '') {
      b[p++] = 34;
      p = w.writeString(b, p, m.version);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): SnapshotResponse {
    w.enter('etcdserverpb.SnapshotResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    let f2: number = 0;
    let f3: Buffer = w.emptyBytes;
    let f4: string = '';
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.SnapshotResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.SnapshotResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        case 16: {
          f2 = w.readUint64(b, p, end, 'etcdserverpb.SnapshotResponse.remaining_bytes');
          p = w.position;
          break;
        }
        case 26: {
          f3 = w.readBytes(b, p, end, 'etcdserverpb.SnapshotResponse.blob');
          p = w.position;
          break;
        }
        case 34: {
          f4 = w.readString(b, p, end, 'etcdserverpb.SnapshotResponse.version');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.SnapshotResponse');
      }
    }
    w.leave();
    return { header: f1, remainingBytes: f2, blob: f3, version: f4 };
  },
};

export interface WatchRequest {
  createRequest: WatchCreateRequest | undefined;
  cancelRequest: WatchCancelRequest | undefined;
  progressRequest: WatchProgressRequest | undefined;
}

export const WatchRequest: MessageType<WatchRequest> = {
  name: 'etcdserverpb.WatchRequest',
  fields: [
    { name: 'create_request', jsonName: 'createRequest', key: 'createRequest', kind: 'message', repeated: false, asNumber: false, oneof: 'request_union', enumNames: undefined, messageType: () => WatchCreateRequest as MessageType<unknown> },
    { name: 'cancel_request', jsonName: 'cancelRequest', key: 'cancelRequest', kind: 'message', repeated: false, asNumber: false, oneof: 'request_union', enumNames: undefined, messageType: () => WatchCancelRequest as MessageType<unknown> },
    { name: 'progress_request', jsonName: 'progressRequest', key: 'progressRequest', kind: 'message', repeated: false, asNumber: false, oneof: 'request_union', enumNames: undefined, messageType: () => WatchProgressRequest as MessageType<unknown> },
  ],
  create(init?: Partial<WatchRequest>): WatchRequest {
    return {
      createRequest: init?.createRequest,
      cancelRequest: init?.cancelRequest,
      progressRequest: init?.progressRequest,
    };
  },
  size(m: WatchRequest): number {
    let n = 0;
    if (m.createRequest !== undefined) n += 1 + w.delimitedSize(WatchCreateRequest.size(m.createRequest));
    if (m.cancelRequest !== undefined) n += 1 + w.delimitedSize(WatchCancelRequest.size(m.cancelRequest));
    if (m.progressRequest !== undefined) n += 1 + w.delimitedSize(WatchProgressRequest.size(m.progressRequest));
    return n;
  },
  write(m: WatchRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.createRequest !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, WatchCreateRequest.size(m.createRequest));
      p = WatchCreateRequest.write(m.createRequest, b, p);
    }
    if (m.cancelRequest !== undefined) {
      b[p++] = 18;
      p = w.writeVarint(b, p, WatchCancelRequest.size(m.cancelRequest));
      p = WatchCancelRequest.write(m.cancelRequest, b, p);
    }
    if (m.progressRequest !== undefined) {
      b[p++] = 26;
      p = w.writeVarint(b, p, WatchProgressRequest.size(m.progressRequest));
      p = WatchProgressRequest.write(m.progressRequest, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): WatchRequest {
    w.enter('etcdserverpb.WatchRequest', start);
    let p = start;
    let f1: WatchCreateRequest | undefined = undefined;
    let f2: WatchCancelRequest | undefined = undefined;
    let f3: WatchProgressRequest | undefined = undefined;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.WatchRequest');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.WatchRequest.create_request');
          p = w.position;
          f1 = WatchCreateRequest.read(b, p, p + size);
          p += size;
          f2 = undefined;
          f3 = undefined;
          break;
        }
        case 18: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.WatchRequest.cancel_request');
          p = w.position;
          f2 = WatchCancelRequest.read(b, p, p + size);
          p += size;
          f1 = undefined;
          f3 = undefined;
          break;
        }
        case 26: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.WatchRequest.progress_request');
          p = w.position;
          f3 = WatchProgressRequest.read(b, p, p + size);
          p += size;
          f1 = undefined;
          f2 = undefined;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.WatchRequest');
      }
    }
    w.leave();
    return { createRequest: f1, cancelRequest: f2, progressRequest: f3 };
  },
};

export interface WatchCreateRequest {
  key: Buffer;
  rangeEnd: Buffer;
  startRevision: number;
  progressNotify: boolean;
  filters: WatchCreateRequestFilterType[];
  prevKv: boolean;
  watchId: number;
  fragment: boolean;
}

export const WatchCreateRequest: MessageType<WatchCreateRequest> = {
  name: 'etcdserverpb.WatchCreateRequest',
  fields: [
    { name: 'key', jsonName: 'key', key: 'key', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'range_end', jsonName: 'rangeEnd', key: 'rangeEnd', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'start_revision', jsonName: 'startRevision', key: 'startRevision', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'progress_notify', jsonName: 'progressNotify', key: 'progressNotify', kind: 'bool', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'filters', jsonName: 'filters', key: 'filters', kind: 'enum', repeated: true, asNumber: false, oneof: undefined, enumNames: { 0: 'NOPUT', 1: 'NODELETE' }, messageType: undefined },
    { name: 'prev_kv', jsonName: 'prevKv', key: 'prevKv', kind: 'bool', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'watch_id', jsonName: 'watchId', key: 'watchId', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'fragment', jsonName: 'fragment', key: 'fragment', kind: 'bool', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<WatchCreateRequest>): WatchCreateRequest {
    return {
      key: init?.key ?? w.emptyBytes,
      rangeEnd: init?.rangeEnd ?? w.emptyBytes,
      startRevision: init?.startRevision ?? 0,
      progressNotify: init?.progressNotify ?? false,
      filters: init?.filters ?? [],
      prevKv: init?.prevKv ?? false,
      watchId: init?.watchId ?? 0,
      fragment: init?.fragment ?? false,
    };
  },
  size(m: WatchCreateRequest): number {
    let n = 0;
    if (m.key.length > 0) n += 1 + w.delimitedSize(m.key.length);
    if (m.rangeEnd.length > 0) n += 1 + w.delimitedSize(m.rangeEnd.length);
    if (m.startRevision !== 0) n += 1 + w.varintSize(m.startRevision);
    if (m.progressNotify) n += 1 + 1;
    for (const v of m.filters) n += 1 + w.varintSize(v);
    if (m.prevKv) n += 1 + 1;
    if (m.watchId !== 0) n += 1 + w.varintSize(m.watchId);
    if (m.fragment) n += 1 + 1;
    return n;
  },
  write(m: WatchCreateRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.key.length > 0) {
      b[p++] = 10;
      p = w.writeBytes(b, p, m.key);
    }
    if (m.rangeEnd.length > 0) {
      b[p++] = 18;
      p = w.writeBytes(b, p, m.rangeEnd);
    }
    if (m.startRevision !== 0) {
      b[p++] = 24;
      p = w.writeVarint(b, p, m.startRevision);
    }
    if (m.progressNotify) {
      b[p++] = 32;
      b[p++] = 1;
    }
    for (const v of m.filters) {
      b[p++] = 40;
      p = w.writeVarint(b, p, v);
    }
    if (m.prevKv) {
      b[p++] = 48;
      b[p++] = 1;
    }
    if (m.watchId !== 0) {
      b[p++] = 56;
      p = w.writeVarint(b, p, m.watchId);
    }
    if (m.fragment) {
      b[p++] = 64;
      b[p++] = 1;
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): WatchCreateRequest {
    w.enter('etcdserverpb.WatchCreateRequest', start);
    let p = start;
    let f1: Buffer = w.emptyBytes;
    let f2: Buffer = w.emptyBytes;
    let f3: number = 0;
    let f4: boolean = false;
    const f5: WatchCreateRequestFilterType[] = [];
    let f6: boolean = false;
    let f7: number = 0;
    let f8: boolean = false;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.WatchCreateRequest');
      p = w.position;
      switch (tag) {
        case 10: {
          f1 = w.readBytes(b, p, end, 'etcdserverpb.WatchCreateRequest.key');
          p = w.position;
          break;
        }
        case 18: {
          f2 = w.readBytes(b, p, end, 'etcdserverpb.WatchCreateRequest.range_end');
          p = w.position;
          break;
        }
        case 24: {
          f3 = w.readInt64(b, p, end, 'etcdserverpb.WatchCreateRequest.start_revision');
          p = w.position;
          break;
        }
        case 32: {
          f4 = w.readBool(b, p, end, 'etcdserverpb.WatchCreateRequest.progress_notify');
          p = w.position;
          break;
        }
        case 40: {
          f5.push(w.readInt32(b, p, end, 'etcdserverpb.WatchCreateRequest.filters'));
          p = w.position;
          break;
        }
        case 42: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.WatchCreateRequest.filters');
          p = w.position;
          for (const stop = p + size; p < stop; p = w.position) {
            f5.push(w.readInt32(b, p, stop, 'etcdserverpb.WatchCreateRequest.filters'));
          }
          break;
        }
        case 48: {
          f6 = w.readBool(b, p, end, 'etcdserverpb.WatchCreateRequest.prev_kv');
          p = w.position;
          break;
        }
        case 56: {
          f7 = w.readInt64(b, p, end, 'etcdserverpb.WatchCreateRequest.watch_id');
          p = w.position;
          break;
        }
        case 64: {
          f8 = w.readBool(b, p, end, 'etcdserverpb.WatchCreateRequest.fragment');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.WatchCreateRequest');
      }
    }
    w.leave();
    return { key: f1, rangeEnd: f2, startRevision: f3, progressNotify: f4, filters: f5, prevKv: f6, watchId: f7, fragment: f8 };
  },
};

export interface WatchCancelRequest {
  watchId: number;
}

export const WatchCancelRequest: MessageType<WatchCancelRequest> = {
  name: 'etcdserverpb.WatchCancelRequest',
  fields: [
    { name: 'watch_id', jsonName: 'watchId', key: 'watchId', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<WatchCancelRequest>): WatchCancelRequest {
    return {
      watchId: init?.watchId ?? 0,
    };
  },
  size(m: WatchCancelRequest): number {
    let n = 0;
    if (m.watchId !== 0) n += 1 + w.varintSize(m.watchId);
    return n;
  },
  write(m: WatchCancelRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.watchId !== 0) {
      b[p++] = 8;
      p = w.writeVarint(b, p, m.watchId);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): WatchCancelRequest {
    w.enter('etcdserverpb.WatchCancelRequest', start);
    let p = start;
    let f1: number = 0;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.WatchCancelRequest');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readInt64(b, p, end, 'etcdserverpb.WatchCancelRequest.watch_id');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.WatchCancelRequest');
      }
    }
    w.leave();
    return { watchId: f1 };
  },
};

export type WatchProgressRequest = Record<never, never>;

export const WatchProgressRequest: MessageType<WatchProgressRequest> = {
  name: 'etcdserverpb.WatchProgressRequest',
  fields: [],
  create(): WatchProgressRequest {
    return {};
  },
  size(): number {
    return 0;
  },
  write(_: WatchProgressRequest, _target: Buffer, p: number): number {
    return p;
  },
  read(b: Buffer, start: number, end: number): WatchProgressRequest {
    w.enter('etcdserverpb.WatchProgressRequest', start);
    let p = start;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.WatchProgressRequest');
      p = w.position;
      p = w.skip(b, p, end, tag, 'etcdserverpb.WatchProgressRequest');
    }
    w.leave();
    return {  };
  },
};

export interface WatchResponse {
  header: ResponseHeader | undefined;
  watchId: number;
  created: boolean;
  canceled: boolean;
  compactRevision: number;
  cancelReason: string;
  fragment: boolean;
  events: Event[];
}

export const WatchResponse: MessageType<WatchResponse> = {
  name: 'etcdserverpb.WatchResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
    { name: 'watch_id', jsonName: 'watchId', key: 'watchId', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'created', jsonName: 'created', key: 'created', kind: 'bool', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'canceled', jsonName: 'canceled', key: 'canceled', kind: 'bool', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'compact_revision', jsonName: 'compactRevision', key: 'compactRevision', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'cancel_reason', jsonName: 'cancelReason', key: 'cancelReason', kind: 'string', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'fragment', jsonName: 'fragment', key: 'fragment', kind: 'bool', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'events', jsonName: 'events', key: 'events', kind: 'message', repeated: true, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => Event as MessageType<unknown> },
  ],
  create(init?: Partial<WatchResponse>): WatchResponse {
    return {
      header: init?.header,
      watchId: init?.watchId ?? 0,
      created: init?.created ?? false,
      canceled: init?.canceled ?? false,
      compactRevision: init?.compactRevision ?? 0,
      cancelReason: init?.cancelReason ?? '',
      fragment: init?.fragment ?? false,
      events: init?.events ?? [],
    };
  },
  size(m: WatchResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    if (m.watchId !== 0) n += 1 + w.varintSize(m.watchId);
    if (m.created) n += 1 + 1;
    if (m.canceled) n += 1 + 1;
    if (m.compactRevision !== 0) n += 1 + w.varintSize(m.compactRevision);
    if (m.cancelReason !== '') n += 1 + w.delimitedSize(Buffer.byteLength(m.cancelReason));
    if (m.fragment) n += 1 + 1;
    for (const v of m.events) n += 1 + w.delimitedSize(Event.size(v));
    return n;
  },
  write(m: WatchResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    if (m.watchId !== 0) {
      b[p++] = 16;
      p = w.writeVarint(b, p, m.watchId);
    }
    if (m.created) {
      b[p++] = 24;
      b[p++] = 1;
    }
    if (m.canceled) {
      b[p++] = 32;
      b[p++] = 1;
    }
    if (m.compactRevision !== 0) {
      b[p++] = 40;
      p = w.writeVarint(b, p, m.compactRevision);
    }
    if (m.cancelReason !== '') {
      b[p++] = 50;
      p = w.writeString(b, p, m.cancelReason);
    }
    if (m.fragment) {
      b[p++] = 56;
      b[p++] = 1;
    }
    for (const v of m.events) {
      b[p++] = 90;
      p = w.writeVarint(b, p, Event.size(v));
      p = Event.write(v, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): WatchResponse {
    w.enter('etcdserverpb.WatchResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    let f2: number = 0;
    let f3: boolean = false;
    let f4: boolean = false;
    let f5: number = 0;
    let f6: string = '';
    let f7: boolean = false;
    const f11: Event[] = [];
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.WatchResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.WatchResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        case 16: {
          f2 = w.readInt64(b, p, end, 'etcdserverpb.WatchResponse.watch_id');
          p = w.position;
          break;
        }
        case 24: {
          f3 = w.readBool(b, p, end, 'etcdserverpb.WatchResponse.created');
          p = w.position;
          break;
        }
        case 32: {
          f4 = w.readBool(b, p, end, 'etcdserverpb.WatchResponse.canceled');
          p = w.position;
          break;
        }
        case 40: {
          f5 = w.readInt64(b, p, end, 'etcdserverpb.WatchResponse.compact_revision');
          p = w.position;
          break;
        }
        case 50: {
          f6 = w.readString(b, p, end, 'etcdserverpb.WatchResponse.cancel_reason');
          p = w.position;
          break;
        }
        case 56: {
          f7 = w.readBool(b, p, end, 'etcdserverpb.WatchResponse.fragment');
          p = w.position;
          break;
        }
        case 90: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.WatchResponse.events');
          p = w.position;
          f11.push(Event.read(b, p, p + size));
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.WatchResponse');
      }
    }
    w.leave();
    return { header: f1, watchId: f2, created: f3, canceled: f4, compactRevision: f5, cancelReason: f6, fragment: f7, events: f11 };
  },
};

export interface LeaseGrantRequest {
  ttl: number;
  id: bigint;
}

export const LeaseGrantRequest: MessageType<LeaseGrantRequest> = {
  name: 'etcdserverpb.LeaseGrantRequest',
  fields: [
    { name: 'TTL', jsonName: 'TTL', key: 'ttl', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'ID', jsonName: 'ID', key: 'id', kind: 'int64', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<LeaseGrantRequest>): LeaseGrantRequest {
    return {
      ttl: init?.ttl ?? 0,
      id: init?.id ?? 0n,
    };
  },
  size(m: LeaseGrantRequest): number {
    let n = 0;
    if (m.ttl !== 0) n += 1 + w.varintSize(m.ttl);
    if (m.id !== 0n) n += 1 + w.varintSize64(m.id);
    return n;
  },
  write(m: LeaseGrantRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.ttl !== 0) {
      b[p++] = 8;
      p = w.writeVarint(b, p, m.ttl);
    }
    if (m.id !== 0n) {
      b[p++] = 16;
      p = w.writeVarint64(b, p, m.id);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): LeaseGrantRequest {
    w.enter('etcdserverpb.LeaseGrantRequest', start);
    let p = start;
    let f1: number = 0;
    let f2: bigint = 0n;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.LeaseGrantRequest');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readInt64(b, p, end, 'etcdserverpb.LeaseGrantRequest.TTL');
          p = w.position;
          break;
        }
        case 16: {
          f2 = w.readInt64Big(b, p, end, 'etcdserverpb.LeaseGrantRequest.ID');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.LeaseGrantRequest');
      }
    }
    w.leave();
    return { ttl: f1, id: f2 };
  },
};

export interface LeaseGrantResponse {
  header: ResponseHeader | undefined;
  id: bigint;
  ttl: number;
  error: string;
}

export const LeaseGrantResponse: MessageType<LeaseGrantResponse> = {
  name: 'etcdserverpb.LeaseGrantResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
    { name: 'ID', jsonName: 'ID', key: 'id', kind: 'int64', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'TTL', jsonName: 'TTL', key: 'ttl', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'error', jsonName: 'error', key: 'error', kind: 'string', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<LeaseGrantResponse>): LeaseGrantResponse {
    return {
      header: init?.header,
      id: init?.id ?? 0n,
      ttl: init?.ttl ?? 0,
      error: init?.error ?? '',
    };
  },
  size(m: LeaseGrantResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    if (m.id !== 0n) n += 1 + w.varintSize64(m.id);
    if (m.ttl !== 0) n += 1 + w.varintSize(m.ttl);
    if (m.error !== '') n += 1 + w.delimitedSize(Buffer.byteLength(m.error));
    return n;
  },
  write(m: LeaseGrantResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    if (m.id !== 0n) {
      b[p++] = 16;
      p = w.writeVarint64(b, p, m.id);
    }
    if (m.ttl !== 0) {
      b[p++] = 24;
      p = w.writeVarint(b, p, m.ttl);
    }
    if (m.error !== '') {
      b[p++] = 34;
      p = w.writeString(b, p, m.error);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): LeaseGrantResponse {
    w.enter('etcdserverpb.LeaseGrantResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    let f2: bigint = 0n;
    let f3: number = 0;
    let f4: string = '';
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.LeaseGrantResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.LeaseGrantResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        case 16: {
          f2 = w.readInt64Big(b, p, end, 'etcdserverpb.LeaseGrantResponse.ID');
          p = w.position;
          break;
        }
        case 24: {
          f3 = w.readInt64(b, p, end, 'etcdserverpb.LeaseGrantResponse.TTL');
          p = w.position;
          break;
        }
        case 34: {
          f4 = w.readString(b, p, end, 'etcdserverpb.LeaseGrantResponse.error');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.LeaseGrantResponse');
      }
    }
    w.leave();
    return { header: f1, id: f2, ttl: f3, error: f4 };
  },
};

export interface LeaseRevokeRequest {
  id: bigint;
}

export const LeaseRevokeRequest: MessageType<LeaseRevokeRequest> = {
  name: 'etcdserverpb.LeaseRevokeRequest',
  fields: [
    { name: 'ID', jsonName: 'ID', key: 'id', kind: 'int64', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<LeaseRevokeRequest>): LeaseRevokeRequest {
    return {
      id: init?.id ?? 0n,
    };
  },
  size(m: LeaseRevokeRequest): number {
    let n = 0;
    if (m.id !== 0n) n += 1 + w.varintSize64(m.id);
    return n;
  },
  write(m: LeaseRevokeRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.id !== 0n) {
      b[p++] = 8;
      p = w.writeVarint64(b, p, m.id);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): LeaseRevokeRequest {
    w.enter('etcdserverpb.LeaseRevokeRequest', start);
    let p = start;
    let f1: bigint = 0n;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.LeaseRevokeRequest');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readInt64Big(b, p, end, 'etcdserverpb.LeaseRevokeRequest.ID');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.LeaseRevokeRequest');
      }
    }
    w.leave();
    return { id: f1 };
  },
};

export interface LeaseRevokeResponse {
  header: ResponseHeader | undefined;
}

export const LeaseRevokeResponse: MessageType<LeaseRevokeResponse> = {
  name: 'etcdserverpb.LeaseRevokeResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
  ],
  create(init?: Partial<LeaseRevokeResponse>): LeaseRevokeResponse {
    return {
      header: init?.header,
    };
  },
  size(m: LeaseRevokeResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    return n;
  },
  write(m: LeaseRevokeResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): LeaseRevokeResponse {
    w.enter('etcdserverpb.LeaseRevokeResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.LeaseRevokeResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.LeaseRevokeResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.LeaseRevokeResponse');
      }
    }
    w.leave();
    return { header: f1 };
  },
};

export interface LeaseKeepAliveRequest {
  id: bigint;
}

export const LeaseKeepAliveRequest: MessageType<LeaseKeepAliveRequest> = {
  name: 'etcdserverpb.LeaseKeepAliveRequest',
  fields: [
    { name: 'ID', jsonName: 'ID', key: 'id', kind: 'int64', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<LeaseKeepAliveRequest>): LeaseKeepAliveRequest {
    return {
      id: init?.id ?? 0n,
    };
  },
  size(m: LeaseKeepAliveRequest): number {
    let n = 0;
    if (m.id !== 0n) n += 1 + w.varintSize64(m.id);
    return n;
  },
  write(m: LeaseKeepAliveRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.id !== 0n) {
      b[p++] = 8;
      p = w.writeVarint64(b, p, m.id);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): LeaseKeepAliveRequest {
    w.enter('etcdserverpb.LeaseKeepAliveRequest', start);
    let p = start;
    let f1: bigint = 0n;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.LeaseKeepAliveRequest');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readInt64Big(b, p, end, 'etcdserverpb.LeaseKeepAliveRequest.ID');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.LeaseKeepAliveRequest');
      }
    }
    w.leave();
    return { id: f1 };
  },
};

export interface LeaseKeepAliveResponse {
  header: ResponseHeader | undefined;
  id: bigint;
  ttl: number;
}

export const LeaseKeepAliveResponse: MessageType<LeaseKeepAliveResponse> = {
  name: 'etcdserverpb.LeaseKeepAliveResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
    { name: 'ID', jsonName: 'ID', key: 'id', kind: 'int64', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'TTL', jsonName: 'TTL', key: 'ttl', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<LeaseKeepAliveResponse>): LeaseKeepAliveResponse {
    return {
      header: init?.header,
      id: init?.id ?? 0n,
      ttl: init?.ttl ?? 0,
    };
  },
  size(m: LeaseKeepAliveResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    if (m.id !== 0n) n += 1 + w.varintSize64(m.id);
    if (m.ttl !== 0) n += 1 + w.varintSize(m.ttl);
    return n;
  },
  write(m: LeaseKeepAliveResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    if (m.id !== 0n) {
      b[p++] = 16;
      p = w.writeVarint64(b, p, m.id);
    }
    if (m.ttl !== 0) {
      b[p++] = 24;
      p = w.writeVarint(b, p, m.ttl);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): LeaseKeepAliveResponse {
    w.enter('etcdserverpb.LeaseKeepAliveResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    let f2: bigint = 0n;
    let f3: number = 0;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.LeaseKeepAliveResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.LeaseKeepAliveResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        case 16: {
          f2 = w.readInt64Big(b, p, end, 'etcdserverpb.LeaseKeepAliveResponse.ID');
          p = w.position;
          break;
        }
        case 24: {
          f3 = w.readInt64(b, p, end, 'etcdserverpb.LeaseKeepAliveResponse.TTL');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.LeaseKeepAliveResponse');
      }
    }
    w.leave();
    return { header: f1, id: f2, ttl: f3 };
  },
};

export interface LeaseTimeToLiveRequest {
  id: bigint;
  keys: boolean;
}

export const LeaseTimeToLiveRequest: MessageType<LeaseTimeToLiveRequest> = {
  name: 'etcdserverpb.LeaseTimeToLiveRequest',
  fields: [
    { name: 'ID', jsonName: 'ID', key: 'id', kind: 'int64', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'keys', jsonName: 'keys', key: 'keys', kind: 'bool', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<LeaseTimeToLiveRequest>): LeaseTimeToLiveRequest {
    return {
      id: init?.id ?? 0n,
      keys: init?.keys ?? false,
    };
  },
  size(m: LeaseTimeToLiveRequest): number {
    let n = 0;
    if (m.id !== 0n) n += 1 + w.varintSize64(m.id);
    if (m.keys) n += 1 + 1;
    return n;
  },
  write(m: LeaseTimeToLiveRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.id !== 0n) {
      b[p++] = 8;
      p = w.writeVarint64(b, p, m.id);
    }
    if (m.keys) {
      b[p++] = 16;
      b[p++] = 1;
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): LeaseTimeToLiveRequest {
    w.enter('etcdserverpb.LeaseTimeToLiveRequest', start);
    let p = start;
    let f1: bigint = 0n;
    let f2: boolean = false;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.LeaseTimeToLiveRequest');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readInt64Big(b, p, end, 'etcdserverpb.LeaseTimeToLiveRequest.ID');
          p = w.position;
          break;
        }
        case 16: {
          f2 = w.readBool(b, p, end, 'etcdserverpb.LeaseTimeToLiveRequest.keys');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.LeaseTimeToLiveRequest');
      }
    }
    w.leave();
    return { id: f1, keys: f2 };
  },
};

export interface LeaseTimeToLiveResponse {
  header: ResponseHeader | undefined;
  id: bigint;
  ttl: number;
  grantedTtl: number;
  keys: Buffer[];
}

export const LeaseTimeToLiveResponse: MessageType<LeaseTimeToLiveResponse> = {
  name: 'etcdserverpb.LeaseTimeToLiveResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
    { name: 'ID', jsonName: 'ID', key: 'id', kind: 'int64', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'TTL', jsonName: 'TTL', key: 'ttl', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'grantedTTL', jsonName: 'grantedTTL', key: 'grantedTtl', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'keys', jsonName: 'keys', key: 'keys', kind: 'bytes', repeated: true, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<LeaseTimeToLiveResponse>): LeaseTimeToLiveResponse {
    return {
      header: init?.header,
      id: init?.id ?? 0n,
      ttl: init?.ttl ?? 0,
      grantedTtl: init?.grantedTtl ?? 0,
      keys: init?.keys ?? [],
    };
  },
  size(m: LeaseTimeToLiveResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    if (m.id !== 0n) n += 1 + w.varintSize64(m.id);
    if (m.ttl !== 0) n += 1 + w.varintSize(m.ttl);
    if (m.grantedTtl !== 0) n += 1 + w.varintSize(m.grantedTtl);
    for (const v of m.keys) n += 1 + w.delimitedSize(v.length);
    return n;
  },
  write(m: LeaseTimeToLiveResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    if (m.id !== 0n) {
      b[p++] = 16;
      p = w.writeVarint64(b, p, m.id);
    }
    if (m.ttl !== 0) {
      b[p++] = 24;
      p = w.writeVarint(b, p, m.ttl);
    }
    if (m.grantedTtl !== 0) {
      b[p++] = 32;
      p = w.writeVarint(b, p, m.grantedTtl);
    }
    for (const v of m.keys) {
      b[p++] = 42;
      p = w.writeBytes(b, p, v);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): LeaseTimeToLiveResponse {
    w.enter('etcdserverpb.LeaseTimeToLiveResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    let f2: bigint = 0n;
    let f3: number = 0;
    let f4: number = 0;
    const f5: Buffer[] = [];
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.LeaseTimeToLiveResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.LeaseTimeToLiveResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        case 16: {
          f2 = w.readInt64Big(b, p, end, 'etcdserverpb.LeaseTimeToLiveResponse.ID');
          p = w.position;
          break;
        }
        case 24: {
          f3 = w.readInt64(b, p, end, 'etcdserverpb.LeaseTimeToLiveResponse.TTL');
          p = w.position;
          break;
        }
        case 32: {
          f4 = w.readInt64(b, p, end, 'etcdserverpb.LeaseTimeToLiveResponse.grantedTTL');
          p = w.position;
          break;
        }
        case 42: {
          f5.push(w.readBytes(b, p, end, 'etcdserverpb.LeaseTimeToLiveResponse.keys'));
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.LeaseTimeToLiveResponse');
      }
    }
    w.leave();
    return { header: f1, id: f2, ttl: f3, grantedTtl: f4, keys: f5 };
  },
};

export type LeaseLeasesRequest = Record<never, never>;

export const LeaseLeasesRequest: MessageType<LeaseLeasesRequest> = {
  name: 'etcdserverpb.LeaseLeasesRequest',
  fields: [],
  create(): LeaseLeasesRequest {
    return {};
  },
  size(): number {
    return 0;
  },
  write(_: LeaseLeasesRequest, _target: Buffer, p: number): number {
    return p;
  },
  read(b: Buffer, start: number, end: number): LeaseLeasesRequest {
    w.enter('etcdserverpb.LeaseLeasesRequest', start);
    let p = start;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.LeaseLeasesRequest');
      p = w.position;
      p = w.skip(b, p, end, tag, 'etcdserverpb.LeaseLeasesRequest');
    }
    w.leave();
    return {  };
  },
};

export interface LeaseStatus {
  id: bigint;
}

export const LeaseStatus: MessageType<LeaseStatus> = {
  name: 'etcdserverpb.LeaseStatus',
  fields: [
    { name: 'ID', jsonName: 'ID', key: 'id', kind: 'int64', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<LeaseStatus>): LeaseStatus {
    return {
      id: init?.id ?? 0n,
    };
  },
  size(m: LeaseStatus): number {
    let n = 0;
    if (m.id !== 0n) n += 1 + w.varintSize64(m.id);
    return n;
  },
  write(m: LeaseStatus, b: Buffer, offset: number): number {
    let p = offset;
    if (m.id !== 0n) {
      b[p++] = 8;
      p = w.writeVarint64(b, p, m.id);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): LeaseStatus {
    w.enter('etcdserverpb.LeaseStatus', start);
    let p = start;
    let f1: bigint = 0n;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.LeaseStatus');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readInt64Big(b, p, end, 'etcdserverpb.LeaseStatus.ID');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.LeaseStatus');
      }
    }
    w.leave();
    return { id: f1 };
  },
};

export interface LeaseLeasesResponse {
  header: ResponseHeader | undefined;
  leases: LeaseStatus[];
}

export const LeaseLeasesResponse: MessageType<LeaseLeasesResponse> = {
  name: 'etcdserverpb.LeaseLeasesResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
    { name: 'leases', jsonName: 'leases', key: 'leases', kind: 'message', repeated: true, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => LeaseStatus as MessageType<unknown> },
  ],
  create(init?: Partial<LeaseLeasesResponse>): LeaseLeasesResponse {
    return {
      header: init?.header,
      leases: init?.leases ?? [],
    };
  },
  size(m: LeaseLeasesResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    for (const v of m.leases) n += 1 + w.delimitedSize(LeaseStatus.size(v));
    return n;
  },
  write(m: LeaseLeasesResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    for (const v of m.leases) {
      b[p++] = 18;
      p = w.writeVarint(b, p, LeaseStatus.size(v));
      p = LeaseStatus.write(v, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): LeaseLeasesResponse {
    w.enter('etcdserverpb.LeaseLeasesResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    const f2: LeaseStatus[] = [];
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.LeaseLeasesResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.LeaseLeasesResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        case 18: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.LeaseLeasesResponse.leases');
          p = w.position;
          f2.push(LeaseStatus.read(b, p, p + size));
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.LeaseLeasesResponse');
      }
    }
    w.leave();
    return { header: f1, leases: f2 };
  },
};

export interface Member {
  id: bigint;
  name: string;
  peerUrls: string[];
  clientUrls: string[];
  isLearner: boolean;
}

export const Member: MessageType<Member> = {
  name: 'etcdserverpb.Member',
  fields: [
    { name: 'ID', jsonName: 'ID', key: 'id', kind: 'uint64', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'name', jsonName: 'name', key: 'name', kind: 'string', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'peerURLs', jsonName: 'peerURLs', key: 'peerUrls', kind: 'string', repeated: true, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'clientURLs', jsonName: 'clientURLs', key: 'clientUrls', kind: 'string', repeated: true, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'isLearner', jsonName: 'isLearner', key: 'isLearner', kind: 'bool', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<Member>): Member {
    return {
      id: init?.id ?? 0n,
      name: init?.name ?? '',
      peerUrls: init?.peerUrls ?? [],
      clientUrls: init?.clientUrls ?? [],
      isLearner: init?.isLearner ?? false,
    };
  },
  size(m: Member): number {
    let n = 0;
    if (m.id !== 0n) n += 1 + w.varintSize64(m.id);
    if (m.name !== '') n += 1 + w.delimitedSize(Buffer.byteLength(m.name));
    for (const v of m.peerUrls) n += 1 + w.delimitedSize(Buffer.byteLength(v));
    for (const v of m.clientUrls) n += 1 + w.delimitedSize(Buffer.byteLength(v));
    if (m.isLearner) n += 1 + 1;
    return n;
  },
  write(m: Member, b: Buffer, offset: number): number {
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
  read(b: Buffer, start: number, end: number): Member {
    w.enter('etcdserverpb.Member', start);
    let p = start;
    let f1: bigint = 0n;
    let f2: string = '';
    const f3: string[] = [];
    const f4: string[] = [];
    let f5: boolean = false;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.Member');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readUint64Big(b, p, end, 'etcdserverpb.Member.ID');
          p = w.position;
          break;
        }
        case 18: {
          f2 = w.readString(b, p, end, 'etcdserverpb.Member.name');
          p = w.position;
          break;
        }
        case 26: {
          f3.push(w.readString(b, p, end, 'etcdserverpb.Member.peerURLs'));
          p = w.position;
          break;
        }
        case 34: {
          f4.push(w.readString(b, p, end, 'etcdserverpb.Member.clientURLs'));
          p = w.position;
          break;
        }
        case 40: {
          f5 = w.readBool(b, p, end, 'etcdserverpb.Member.isLearner');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.Member');
      }
    }
    w.leave();
    return { id: f1, name: f2, peerUrls: f3, clientUrls: f4, isLearner: f5 };
  },
};

export interface MemberAddRequest {
  peerUrls: string[];
  isLearner: boolean;
}

export const MemberAddRequest: MessageType<MemberAddRequest> = {
  name: 'etcdserverpb.MemberAddRequest',
  fields: [
    { name: 'peerURLs', jsonName: 'peerURLs', key: 'peerUrls', kind: 'string', repeated: true, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'isLearner', jsonName: 'isLearner', key: 'isLearner', kind: 'bool', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<MemberAddRequest>): MemberAddRequest {
    return {
      peerUrls: init?.peerUrls ?? [],
      isLearner: init?.isLearner ?? false,
    };
  },
  size(m: MemberAddRequest): number {
    let n = 0;
    for (const v of m.peerUrls) n += 1 + w.delimitedSize(Buffer.byteLength(v));
    if (m.isLearner) n += 1 + 1;
    return n;
  },
  write(m: MemberAddRequest, b: Buffer, offset: number): number {
    let p = offset;
    for (const v of m.peerUrls) {
      b[p++] = 10;
      p = w.writeString(b, p, v);
    }
    if (m.isLearner) {
      b[p++] = 16;
      b[p++] = 1;
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): MemberAddRequest {
    w.enter('etcdserverpb.MemberAddRequest', start);
    let p = start;
    const f1: string[] = [];
    let f2: boolean = false;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.MemberAddRequest');
      p = w.position;
      switch (tag) {
        case 10: {
          f1.push(w.readString(b, p, end, 'etcdserverpb.MemberAddRequest.peerURLs'));
          p = w.position;
          break;
        }
        case 16: {
          f2 = w.readBool(b, p, end, 'etcdserverpb.MemberAddRequest.isLearner');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.MemberAddRequest');
      }
    }
    w.leave();
    return { peerUrls: f1, isLearner: f2 };
  },
};

export interface MemberAddResponse {
  header: ResponseHeader | undefined;
  member: Member | undefined;
  members: Member[];
}

export const MemberAddResponse: MessageType<MemberAddResponse> = {
  name: 'etcdserverpb.MemberAddResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
    { name: 'member', jsonName: 'member', key: 'member', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => Member as MessageType<unknown> },
    { name: 'members', jsonName: 'members', key: 'members', kind: 'message', repeated: true, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => Member as MessageType<unknown> },
  ],
  create(init?: Partial<MemberAddResponse>): MemberAddResponse {
    return {
      header: init?.header,
      member: init?.member,
      members: init?.members ?? [],
    };
  },
  size(m: MemberAddResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    if (m.member !== undefined) n += 1 + w.delimitedSize(Member.size(m.member));
    for (const v of m.members) n += 1 + w.delimitedSize(Member.size(v));
    return n;
  },
  write(m: MemberAddResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    if (m.member !== undefined) {
      b[p++] = 18;
      p = w.writeVarint(b, p, Member.size(m.member));
      p = Member.write(m.member, b, p);
    }
    for (const v of m.members) {
      b[p++] = 26;
      p = w.writeVarint(b, p, Member.size(v));
      p = Member.write(v, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): MemberAddResponse {
    w.enter('etcdserverpb.MemberAddResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    let f2: Member | undefined = undefined;
    const f3: Member[] = [];
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.MemberAddResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.MemberAddResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        case 18: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.MemberAddResponse.member');
          p = w.position;
          f2 = Member.read(b, p, p + size);
          p += size;
          break;
        }
        case 26: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.MemberAddResponse.members');
          p = w.position;
          f3.push(Member.read(b, p, p + size));
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.MemberAddResponse');
      }
    }
    w.leave();
    return { header: f1, member: f2, members: f3 };
  },
};

export interface MemberRemoveRequest {
  id: bigint;
}

export const MemberRemoveRequest: MessageType<MemberRemoveRequest> = {
  name: 'etcdserverpb.MemberRemoveRequest',
  fields: [
    { name: 'ID', jsonName: 'ID', key: 'id', kind: 'uint64', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<MemberRemoveRequest>): MemberRemoveRequest {
    return {
      id: init?.id ?? 0n,
    };
  },
  size(m: MemberRemoveRequest): number {
    let n = 0;
    if (m.id !== 0n) n += 1 + w.varintSize64(m.id);
    return n;
  },
  write(m: MemberRemoveRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.id !== 0n) {
      b[p++] = 8;
      p = w.writeVarint64(b, p, m.id);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): MemberRemoveRequest {
    w.enter('etcdserverpb.MemberRemoveRequest', start);
    let p = start;
    let f1: bigint = 0n;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.MemberRemoveRequest');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readUint64Big(b, p, end, 'etcdserverpb.MemberRemoveRequest.ID');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.MemberRemoveRequest');
      }
    }
    w.leave();
    return { id: f1 };
  },
};

export interface MemberRemoveResponse {
  header: ResponseHeader | undefined;
  members: Member[];
}

export const MemberRemoveResponse: MessageType<MemberRemoveResponse> = {
  name: 'etcdserverpb.MemberRemoveResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
    { name: 'members', jsonName: 'members', key: 'members', kind: 'message', repeated: true, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => Member as MessageType<unknown> },
  ],
  create(init?: Partial<MemberRemoveResponse>): MemberRemoveResponse {
    return {
      header: init?.header,
      members: init?.members ?? [],
    };
  },
  size(m: MemberRemoveResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    for (const v of m.members) n += 1 + w.delimitedSize(Member.size(v));
    return n;
  },
  write(m: MemberRemoveResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    for (const v of m.members) {
      b[p++] = 18;
      p = w.writeVarint(b, p, Member.size(v));
      p = Member.write(v, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): MemberRemoveResponse {
    w.enter('etcdserverpb.MemberRemoveResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    const f2: Member[] = [];
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.MemberRemoveResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.MemberRemoveResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        case 18: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.MemberRemoveResponse.members');
          p = w.position;
          f2.push(Member.read(b, p, p + size));
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.MemberRemoveResponse');
      }
    }
    w.leave();
    return { header: f1, members: f2 };
  },
};

export interface MemberUpdateRequest {
  id: bigint;
  peerUrls: string[];
}

export const MemberUpdateRequest: MessageType<MemberUpdateRequest> = {
  name: 'etcdserverpb.MemberUpdateRequest',
  fields: [
    { name: 'ID', jsonName: 'ID', key: 'id', kind: 'uint64', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'peerURLs', jsonName: 'peerURLs', key: 'peerUrls', kind: 'string', repeated: true, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<MemberUpdateRequest>): MemberUpdateRequest {
    return {
      id: init?.id ?? 0n,
      peerUrls: init?.peerUrls ?? [],
    };
  },
  size(m: MemberUpdateRequest): number {
    let n = 0;
    if (m.id !== 0n) n += 1 + w.varintSize64(m.id);
    for (const v of m.peerUrls) n += 1 + w.delimitedSize(Buffer.byteLength(v));
    return n;
  },
  write(m: MemberUpdateRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.id !== 0n) {
      b[p++] = 8;
      p = w.writeVarint64(b, p, m.id);
    }
    for (const v of m.peerUrls) {
      b[p++] = 18;
      p = w.writeString(b, p, v);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): MemberUpdateRequest {
    w.enter('etcdserverpb.MemberUpdateRequest', start);
    let p = start;
    let f1: bigint = 0n;
    const f2: string[] = [];
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.MemberUpdateRequest');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readUint64Big(b, p, end, 'etcdserverpb.MemberUpdateRequest.ID');
          p = w.position;
          break;
        }
        case 18: {
          f2.push(w.readString(b, p, end, 'etcdserverpb.MemberUpdateRequest.peerURLs'));
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.MemberUpdateRequest');
      }
    }
    w.leave();
    return { id: f1, peerUrls: f2 };
  },
};

export interface MemberUpdateResponse {
  header: ResponseHeader | undefined;
  members: Member[];
}

export const MemberUpdateResponse: MessageType<MemberUpdateResponse> = {
  name: 'etcdserverpb.MemberUpdateResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
    { name: 'members', jsonName: 'members', key: 'members', kind: 'message', repeated: true, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => Member as MessageType<unknown> },
  ],
  create(init?: Partial<MemberUpdateResponse>): MemberUpdateResponse {
    return {
      header: init?.header,
      members: init?.members ?? [],
    };
  },
  size(m: MemberUpdateResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    for (const v of m.members) n += 1 + w.delimitedSize(Member.size(v));
    return n;
  },
  write(m: MemberUpdateResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    for (const v of m.members) {
      b[p++] = 18;
      p = w.writeVarint(b, p, Member.size(v));
      p = Member.write(v, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): MemberUpdateResponse {
    w.enter('etcdserverpb.MemberUpdateResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    const f2: Member[] = [];
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.MemberUpdateResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.MemberUpdateResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        case 18: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.MemberUpdateResponse.members');
          p = w.position;
          f2.push(Member.read(b, p, p + size));
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.MemberUpdateResponse');
      }
    }
    w.leave();
    return { header: f1, members: f2 };
  },
};

export interface MemberListRequest {
  linearizable: boolean;
}

export const MemberListRequest: MessageType<MemberListRequest> = {
  name: 'etcdserverpb.MemberListRequest',
  fields: [
    { name: 'linearizable', jsonName: 'linearizable', key: 'linearizable', kind: 'bool', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<MemberListRequest>): MemberListRequest {
    return {
      linearizable: init?.linearizable ?? false,
    };
  },
  size(m: MemberListRequest): number {
    let n = 0;
    if (m.linearizable) n += 1 + 1;
    return n;
  },
  write(m: MemberListRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.linearizable) {
      b[p++] = 8;
      b[p++] = 1;
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): MemberListRequest {
    w.enter('etcdserverpb.MemberListRequest', start);
    let p = start;
    let f1: boolean = false;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.MemberListRequest');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readBool(b, p, end, 'etcdserverpb.MemberListRequest.linearizable');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.MemberListRequest');
      }
    }
    w.leave();
    return { linearizable: f1 };
  },
};

export interface MemberListResponse {
  header: ResponseHeader | undefined;
  members: Member[];
}

export const MemberListResponse: MessageType<MemberListResponse> = {
  name: 'etcdserverpb.MemberListResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
    { name: 'members', jsonName: 'members', key: 'members', kind: 'message', repeated: true, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => Member as MessageType<unknown> },
  ],
  create(init?: Partial<MemberListResponse>): MemberListResponse {
    return {
      header: init?.header,
      members: init?.members ?? [],
    };
  },
  size(m: MemberListResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    for (const v of m.members) n += 1 + w.delimitedSize(Member.size(v));
    return n;
  },
  write(m: MemberListResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    for (const v of m.members) {
      b[p++] = 18;
      p = w.writeVarint(b, p, Member.size(v));
      p = Member.write(v, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): MemberListResponse {
    w.enter('etcdserverpb.MemberListResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    const f2: Member[] = [];
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.MemberListResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.MemberListResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        case 18: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.MemberListResponse.members');
          p = w.position;
          f2.push(Member.read(b, p, p + size));
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.MemberListResponse');
      }
    }
    w.leave();
    return { header: f1, members: f2 };
  },
};

export interface MemberPromoteRequest {
  id: bigint;
}

export const MemberPromoteRequest: MessageType<MemberPromoteRequest> = {
  name: 'etcdserverpb.MemberPromoteRequest',
  fields: [
    { name: 'ID', jsonName: 'ID', key: 'id', kind: 'uint64', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<MemberPromoteRequest>): MemberPromoteRequest {
    return {
      id: init?.id ?? 0n,
    };
  },
  size(m: MemberPromoteRequest): number {
    let n = 0;
    if (m.id !== 0n) n += 1 + w.varintSize64(m.id);
    return n;
  },
  write(m: MemberPromoteRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.id !== 0n) {
      b[p++] = 8;
      p = w.writeVarint64(b, p, m.id);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): MemberPromoteRequest {
    w.enter('etcdserverpb.MemberPromoteRequest', start);
    let p = start;
    let f1: bigint = 0n;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.MemberPromoteRequest');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readUint64Big(b, p, end, 'etcdserverpb.MemberPromoteRequest.ID');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.MemberPromoteRequest');
      }
    }
    w.leave();
    return { id: f1 };
  },
};

export interface MemberPromoteResponse {
  header: ResponseHeader | undefined;
  members: Member[];
}

export const MemberPromoteResponse: MessageType<MemberPromoteResponse> = {
  name: 'etcdserverpb.MemberPromoteResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
    { name: 'members', jsonName: 'members', key: 'members', kind: 'message', repeated: true, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => Member as MessageType<unknown> },
  ],
  create(init?: Partial<MemberPromoteResponse>): MemberPromoteResponse {
    return {
      header: init?.header,
      members: init?.members ?? [],
    };
  },
  size(m: MemberPromoteResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    for (const v of m.members) n += 1 + w.delimitedSize(Member.size(v));
    return n;
  },
  write(m: MemberPromoteResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    for (const v of m.members) {
      b[p++] = 18;
      p = w.writeVarint(b, p, Member.size(v));
      p = Member.write(v, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): MemberPromoteResponse {
    w.enter('etcdserverpb.MemberPromoteResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    const f2: Member[] = [];
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.MemberPromoteResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.MemberPromoteResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        case 18: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.MemberPromoteResponse.members');
          p = w.position;
          f2.push(Member.read(b, p, p + size));
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.MemberPromoteResponse');
      }
    }
    w.leave();
    return { header: f1, members: f2 };
  },
};

export type DefragmentRequest = Record<never, never>;

export const DefragmentRequest: MessageType<DefragmentRequest> = {
  name: 'etcdserverpb.DefragmentRequest',
  fields: [],
  create(): DefragmentRequest {
    return {};
  },
  size(): number {
    return 0;
  },
  write(_: DefragmentRequest, _target: Buffer, p: number): number {
    return p;
  },
  read(b: Buffer, start: number, end: number): DefragmentRequest {
    w.enter('etcdserverpb.DefragmentRequest', start);
    let p = start;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.DefragmentRequest');
      p = w.position;
      p = w.skip(b, p, end, tag, 'etcdserverpb.DefragmentRequest');
    }
    w.leave();
    return {  };
  },
};

export interface DefragmentResponse {
  header: ResponseHeader | undefined;
}

export const DefragmentResponse: MessageType<DefragmentResponse> = {
  name: 'etcdserverpb.DefragmentResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
  ],
  create(init?: Partial<DefragmentResponse>): DefragmentResponse {
    return {
      header: init?.header,
    };
  },
  size(m: DefragmentResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    return n;
  },
  write(m: DefragmentResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): DefragmentResponse {
    w.enter('etcdserverpb.DefragmentResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.DefragmentResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.DefragmentResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.DefragmentResponse');
      }
    }
    w.leave();
    return { header: f1 };
  },
};

export interface MoveLeaderRequest {
  targetId: bigint;
}

export const MoveLeaderRequest: MessageType<MoveLeaderRequest> = {
  name: 'etcdserverpb.MoveLeaderRequest',
  fields: [
    { name: 'targetID', jsonName: 'targetID', key: 'targetId', kind: 'uint64', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<MoveLeaderRequest>): MoveLeaderRequest {
    return {
      targetId: init?.targetId ?? 0n,
    };
  },
  size(m: MoveLeaderRequest): number {
    let n = 0;
    if (m.targetId !== 0n) n += 1 + w.varintSize64(m.targetId);
    return n;
  },
  write(m: MoveLeaderRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.targetId !== 0n) {
      b[p++] = 8;
      p = w.writeVarint64(b, p, m.targetId);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): MoveLeaderRequest {
    w.enter('etcdserverpb.MoveLeaderRequest', start);
    let p = start;
    let f1: bigint = 0n;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.MoveLeaderRequest');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readUint64Big(b, p, end, 'etcdserverpb.MoveLeaderRequest.targetID');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.MoveLeaderRequest');
      }
    }
    w.leave();
    return { targetId: f1 };
  },
};

export interface MoveLeaderResponse {
  header: ResponseHeader | undefined;
}

export const MoveLeaderResponse: MessageType<MoveLeaderResponse> = {
  name: 'etcdserverpb.MoveLeaderResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
  ],
  create(init?: Partial<MoveLeaderResponse>): MoveLeaderResponse {
    return {
      header: init?.header,
    };
  },
  size(m: MoveLeaderResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    return n;
  },
  write(m: MoveLeaderResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): MoveLeaderResponse {
    w.enter('etcdserverpb.MoveLeaderResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.MoveLeaderResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.MoveLeaderResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.MoveLeaderResponse');
      }
    }
    w.leave();
    return { header: f1 };
  },
};

export interface AlarmRequest {
  action: AlarmRequestAlarmAction;
  memberId: bigint;
  alarm: AlarmType;
}

export const AlarmRequest: MessageType<AlarmRequest> = {
  name: 'etcdserverpb.AlarmRequest',
  fields: [
    { name: 'action', jsonName: 'action', key: 'action', kind: 'enum', repeated: false, asNumber: false, oneof: undefined, enumNames: { 0: 'GET', 1: 'ACTIVATE', 2: 'DEACTIVATE' }, messageType: undefined },
    { name: 'memberID', jsonName: 'memberID', key: 'memberId', kind: 'uint64', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'alarm', jsonName: 'alarm', key: 'alarm', kind: 'enum', repeated: false, asNumber: false, oneof: undefined, enumNames: { 0: 'NONE', 1: 'NOSPACE', 2: 'CORRUPT' }, messageType: undefined },
  ],
  create(init?: Partial<AlarmRequest>): AlarmRequest {
    return {
      action: init?.action ?? 0,
      memberId: init?.memberId ?? 0n,
      alarm: init?.alarm ?? 0,
    };
  },
  size(m: AlarmRequest): number {
    let n = 0;
    if (m.action !== 0) n += 1 + w.varintSize(m.action);
    if (m.memberId !== 0n) n += 1 + w.varintSize64(m.memberId);
    if (m.alarm !== 0) n += 1 + w.varintSize(m.alarm);
    return n;
  },
  write(m: AlarmRequest, b: Buffer, offset: number): number {
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
  read(b: Buffer, start: number, end: number): AlarmRequest {
    w.enter('etcdserverpb.AlarmRequest', start);
    let p = start;
    let f1: AlarmRequestAlarmAction = 0;
    let f2: bigint = 0n;
    let f3: AlarmType = 0;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AlarmRequest');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readInt32(b, p, end, 'etcdserverpb.AlarmRequest.action');
          p = w.position;
          break;
        }
        case 16: {
          f2 = w.readUint64Big(b, p, end, 'etcdserverpb.AlarmRequest.memberID');
          p = w.position;
          break;
        }
        case 24: {
          f3 = w.readInt32(b, p, end, 'etcdserverpb.AlarmRequest.alarm');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.AlarmRequest');
      }
    }
    w.leave();
    return { action: f1, memberId: f2, alarm: f3 };
  },
};

export interface AlarmMember {
  memberId: bigint;
  alarm: AlarmType;
}

export const AlarmMember: MessageType<AlarmMember> = {
  name: 'etcdserverpb.AlarmMember',
  fields: [
    { name: 'memberID', jsonName: 'memberID', key: 'memberId', kind: 'uint64', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'alarm', jsonName: 'alarm', key: 'alarm', kind: 'enum', repeated: false, asNumber: false, oneof: undefined, enumNames: { 0: 'NONE', 1: 'NOSPACE', 2: 'CORRUPT' }, messageType: undefined },
  ],
  create(init?: Partial<AlarmMember>): AlarmMember {
    return {
      memberId: init?.memberId ?? 0n,
      alarm: init?.alarm ?? 0,
    };
  },
  size(m: AlarmMember): number {
    let n = 0;
    if (m.memberId !== 0n) n += 1 + w.varintSize64(m.memberId);
    if (m.alarm !== 0) n += 1 + w.varintSize(m.alarm);
    return n;
  },
  write(m: AlarmMember, b: Buffer, offset: number): number {
    let p = offset;
    if (m.memberId !== 0n) {
      b[p++] = 8;
      p = w.writeVarint64(b, p, m.memberId);
    }
    if (m.alarm !== 0) {
      b[p++] = 16;
      p = w.writeVarint(b, p, m.alarm);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): AlarmMember {
    w.enter('etcdserverpb.AlarmMember', start);
    let p = start;
    let f1: bigint = 0n;
    let f2: AlarmType = 0;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AlarmMember');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readUint64Big(b, p, end, 'etcdserverpb.AlarmMember.memberID');
          p = w.position;
          break;
        }
        case 16: {
          f2 = w.readInt32(b, p, end, 'etcdserverpb.AlarmMember.alarm');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.AlarmMember');
      }
    }
    w.leave();
    return { memberId: f1, alarm: f2 };
  },
};

export interface AlarmResponse {
  header: ResponseHeader | undefined;
  alarms: AlarmMember[];
}

export const AlarmResponse: MessageType<AlarmResponse> = {
  name: 'etcdserverpb.AlarmResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
    { name: 'alarms', jsonName: 'alarms', key: 'alarms', kind: 'message', repeated: true, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => AlarmMember as MessageType<unknown> },
  ],
  create(init?: Partial<AlarmResponse>): AlarmResponse {
    return {
      header: init?.header,
      alarms: init?.alarms ?? [],
    };
  },
  size(m: AlarmResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    for (const v of m.alarms) n += 1 + w.delimitedSize(AlarmMember.size(v));
    return n;
  },
  write(m: AlarmResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    for (const v of m.alarms) {
      b[p++] = 18;
      p = w.writeVarint(b, p, AlarmMember.size(v));
      p = AlarmMember.write(v, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): AlarmResponse {
    w.enter('etcdserverpb.AlarmResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    const f2: AlarmMember[] = [];
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AlarmResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.AlarmResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        case 18: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.AlarmResponse.alarms');
          p = w.position;
          f2.push(AlarmMember.read(b, p, p + size));
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.AlarmResponse');
      }
    }
    w.leave();
    return { header: f1, alarms: f2 };
  },
};

export interface DowngradeRequest {
  action: DowngradeRequestDowngradeAction;
  version: string;
}

export const DowngradeRequest: MessageType<DowngradeRequest> = {
  name: 'etcdserverpb.DowngradeRequest',
  fields: [
    { name: 'action', jsonName: 'action', key: 'action', kind: 'enum', repeated: false, asNumber: false, oneof: undefined, enumNames: { 0: 'VALIDATE', 1: 'ENABLE', 2: 'CANCEL' }, messageType: undefined },
    { name: 'version', jsonName: 'version', key: 'version', kind: 'string', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<DowngradeRequest>): DowngradeRequest {
    return {
      action: init?.action ?? 0,
      version: init?.version ?? '',
    };
  },
  size(m: DowngradeRequest): number {
    let n = 0;
    if (m.action !== 0) n += 1 + w.varintSize(m.action);
    if (m.version !== '') n += 1 + w.delimitedSize(Buffer.byteLength(m.version));
    return n;
  },
  write(m: DowngradeRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.action !== 0) {
      b[p++] = 8;
      p = w.writeVarint(b, p, m.action);
    }
    if (m.version !== '') {
      b[p++] = 18;
      p = w.writeString(b, p, m.version);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): DowngradeRequest {
    w.enter('etcdserverpb.DowngradeRequest', start);
    let p = start;
    let f1: DowngradeRequestDowngradeAction = 0;
    let f2: string = '';
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.DowngradeRequest');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readInt32(b, p, end, 'etcdserverpb.DowngradeRequest.action');
          p = w.position;
          break;
        }
        case 18: {
          f2 = w.readString(b, p, end, 'etcdserverpb.DowngradeRequest.version');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.DowngradeRequest');
      }
    }
    w.leave();
    return { action: f1, version: f2 };
  },
};

export interface DowngradeResponse {
  header: ResponseHeader | undefined;
  version: string;
}

export const DowngradeResponse: MessageType<DowngradeResponse> = {
  name: 'etcdserverpb.DowngradeResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
    { name: 'version', jsonName: 'version', key: 'version', kind: 'string', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<DowngradeResponse>): DowngradeResponse {
    return {
      header: init?.header,
      version: init?.version ?? '',
    };
  },
  size(m: DowngradeResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    if (m.version !== '') n += 1 + w.delimitedSize(Buffer.byteLength(m.version));
    return n;
  },
  write(m: DowngradeResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    if (m.version !== '') {
      b[p++] = 18;
      p = w.writeString(b, p, m.version);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): DowngradeResponse {
    w.enter('etcdserverpb.DowngradeResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    let f2: string = '';
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.DowngradeResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.DowngradeResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        case 18: {
          f2 = w.readString(b, p, end, 'etcdserverpb.DowngradeResponse.version');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.DowngradeResponse');
      }
    }
    w.leave();
    return { header: f1, version: f2 };
  },
};

export type StatusRequest = Record<never, never>;

export const StatusRequest: MessageType<StatusRequest> = {
  name: 'etcdserverpb.StatusRequest',
  fields: [],
  create(): StatusRequest {
    return {};
  },
  size(): number {
    return 0;
  },
  write(_: StatusRequest, _target: Buffer, p: number): number {
    return p;
  },
  read(b: Buffer, start: number, end: number): StatusRequest {
    w.enter('etcdserverpb.StatusRequest', start);
    let p = start;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.StatusRequest');
      p = w.position;
      p = w.skip(b, p, end, tag, 'etcdserverpb.StatusRequest');
    }
    w.leave();
    return {  };
  },
};

export interface StatusResponse {
  header: ResponseHeader | undefined;
  version: string;
  dbSize: number;
  leader: bigint;
  raftIndex: number;
  raftTerm: number;
  raftAppliedIndex: number;
  errors: string[];
  dbSizeInUse: number;
  isLearner: boolean;
  storageVersion: string;
  dbSizeQuota: number;
  downgradeInfo: DowngradeInfo | undefined;
}

export const StatusResponse: MessageType<StatusResponse> = {
  name: 'etcdserverpb.StatusResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
    { name: 'version', jsonName: 'version', key: 'version', kind: 'string', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'dbSize', jsonName: 'dbSize', key: 'dbSize', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'leader', jsonName: 'leader', key: 'leader', kind: 'uint64', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'raftIndex', jsonName: 'raftIndex', key: 'raftIndex', kind: 'uint64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'raftTerm', jsonName: 'raftTerm', key: 'raftTerm', kind: 'uint64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'raftAppliedIndex', jsonName: 'raftAppliedIndex', key: 'raftAppliedIndex', kind: 'uint64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'errors', jsonName: 'errors', key: 'errors', kind: 'string', repeated: true, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'dbSizeInUse', jsonName: 'dbSizeInUse', key: 'dbSizeInUse', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'isLearner', jsonName: 'isLearner', key: 'isLearner', kind: 'bool', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'storageVersion', jsonName: 'storageVersion', key: 'storageVersion', kind: 'string', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'dbSizeQuota', jsonName: 'dbSizeQuota', key: 'dbSizeQuota', kind: 'int64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'downgradeInfo', jsonName: 'downgradeInfo', key: 'downgradeInfo', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => DowngradeInfo as MessageType<unknown> },
  ],
  create(init?: Partial<StatusResponse>): StatusResponse {
    return {
      header: init?.header,
      version: init?.version ?? '',
      dbSize: init?.dbSize ?? 0,
      leader: init?.leader ?? 0n,
      raftIndex: init?.raftIndex ?? 0,
      raftTerm: init?.raftTerm ?? 0,
      raftAppliedIndex: init?.raftAppliedIndex ?? 0,
      errors: init?.errors ?? [],
      dbSizeInUse: init?.dbSizeInUse ?? 0,
      isLearner: init?.isLearner ?? false,
      storageVersion: init?.storageVersion ?? '',
      dbSizeQuota: init?.dbSizeQuota ?? 0,
      downgradeInfo: init?.downgradeInfo,
    };
  },
  size(m: StatusResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    if (m.version !== '') n += 1 + w.delimitedSize(Buffer.byteLength(m.version));
    if (m.dbSize !== 0) n += 1 + w.varintSize(m.dbSize);
    if (m.leader !== 0n) n += 1 + w.varintSize64(m.leader);
    if (m.raftIndex !== 0) n += 1 + w.varintSize(m.raftIndex);
    if (m.raftTerm !== 0) n += 1 + w.varintSize(m.raftTerm);
    if (m.raftAppliedIndex !== 0) n += 1 + w.varintSize(m.raftAppliedIndex);
    for (const v of m.errors) n += 1 + w.delimitedSize(Buffer.byteLength(v));
    if (m.dbSizeInUse !== 0) n += 1 + w.varintSize(m.dbSizeInUse);
    if (m.isLearner) n += 1 + 1;
    if (m.storageVersion !== '') n += 1 + w.delimitedSize(Buffer.byteLength(m.storageVersion));
    if (m.dbSizeQuota !== 0) n += 1 + w.varintSize(m.dbSizeQuota);
    if (m.downgradeInfo !== undefined) n += 1 + w.delimitedSize(DowngradeInfo.size(m.downgradeInfo));
    return n;
  },
  write(m: StatusResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    if (m.version !== '') {
      b[p++] = 18;
      p = w.writeString(b, p, m.version);
    }
    if (m.dbSize !== 0) {
      b[p++] = 24;
      p = w.writeVarint(b, p, m.dbSize);
    }
    if (m.leader !== 0n) {
      b[p++] = 32;
      p = w.writeVarint64(b, p, m.leader);
    }
    if (m.raftIndex !== 0) {
      b[p++] = 40;
      p = w.writeVarint(b, p, m.raftIndex);
    }
    if (m.raftTerm !== 0) {
      b[p++] = 48;
      p = w.writeVarint(b, p, m.raftTerm);
    }
    if (m.raftAppliedIndex !== 0) {
      b[p++] = 56;
      p = w.writeVarint(b, p, m.raftAppliedIndex);
    }
    for (const v of m.errors) {
      b[p++] = 66;
      p = w.writeString(b, p, v);
    }
    if (m.dbSizeInUse !== 0) {
      b[p++] = 72;
      p = w.writeVarint(b, p, m.dbSizeInUse);
    }
    if (m.isLearner) {
      b[p++] = 80;
      b[p++] = 1;
    }
    if (m.storageVersion !== '') {
      b[p++] = 90;
      p = w.writeString(b, p, m.storageVersion);
    }
    if (m.dbSizeQuota !== 0) {
      b[p++] = 96;
      p = w.writeVarint(b, p, m.dbSizeQuota);
    }
    if (m.downgradeInfo !== undefined) {
      b[p++] = 106;
      p = w.writeVarint(b, p, DowngradeInfo.size(m.downgradeInfo));
      p = DowngradeInfo.write(m.downgradeInfo, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): StatusResponse {
    w.enter('etcdserverpb.StatusResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    let f2: string = '';
    let f3: number = 0;
    let f4: bigint = 0n;
    let f5: number = 0;
    let f6: number = 0;
    let f7: number = 0;
    const f8: string[] = [];
    let f9: number = 0;
    let f10: boolean = false;
    let f11: string = '';
    let f12: number = 0;
    let f13: DowngradeInfo | undefined = undefined;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.StatusResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.StatusResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        case 18: {
          f2 = w.readString(b, p, end, 'etcdserverpb.StatusResponse.version');
          p = w.position;
          break;
        }
        case 24: {
          f3 = w.readInt64(b, p, end, 'etcdserverpb.StatusResponse.dbSize');
          p = w.position;
          break;
        }
        case 32: {
          f4 = w.readUint64Big(b, p, end, 'etcdserverpb.StatusResponse.leader');
          p = w.position;
          break;
        }
        case 40: {
          f5 = w.readUint64(b, p, end, 'etcdserverpb.StatusResponse.raftIndex');
          p = w.position;
          break;
        }
        case 48: {
          f6 = w.readUint64(b, p, end, 'etcdserverpb.StatusResponse.raftTerm');
          p = w.position;
          break;
        }
        case 56: {
          f7 = w.readUint64(b, p, end, 'etcdserverpb.StatusResponse.raftAppliedIndex');
          p = w.position;
          break;
        }
        case 66: {
          f8.push(w.readString(b, p, end, 'etcdserverpb.StatusResponse.errors'));
          p = w.position;
          break;
        }
        case 72: {
          f9 = w.readInt64(b, p, end, 'etcdserverpb.StatusResponse.dbSizeInUse');
          p = w.position;
          break;
        }
        case 80: {
          f10 = w.readBool(b, p, end, 'etcdserverpb.StatusResponse.isLearner');
          p = w.position;
          break;
        }
        case 90: {
          f11 = w.readString(b, p, end, 'etcdserverpb.StatusResponse.storageVersion');
          p = w.position;
          break;
        }
        case 96: {
          f12 = w.readInt64(b, p, end, 'etcdserverpb.StatusResponse.dbSizeQuota');
          p = w.position;
          break;
        }
        case 106: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.StatusResponse.downgradeInfo');
          p = w.position;
          f13 = DowngradeInfo.read(b, p, p + size);
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.StatusResponse');
      }
    }
    w.leave();
    return { header: f1, version: f2, dbSize: f3, leader: f4, raftIndex: f5, raftTerm: f6, raftAppliedIndex: f7, errors: f8, dbSizeInUse: f9, isLearner: f10, storageVersion: f11, dbSizeQuota: f12, downgradeInfo: f13 };
  },
};

export interface DowngradeInfo {
  enabled: boolean;
  targetVersion: string;
}

export const DowngradeInfo: MessageType<DowngradeInfo> = {
  name: 'etcdserverpb.DowngradeInfo',
  fields: [
    { name: 'enabled', jsonName: 'enabled', key: 'enabled', kind: 'bool', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'targetVersion', jsonName: 'targetVersion', key: 'targetVersion', kind: 'string', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<DowngradeInfo>): DowngradeInfo {
    return {
      enabled: init?.enabled ?? false,
      targetVersion: init?.targetVersion ?? '',
    };
  },
  size(m: DowngradeInfo): number {
    let n = 0;
    if (m.enabled) n += 1 + 1;
    if (m.targetVersion !== '') n += 1 + w.delimitedSize(Buffer.byteLength(m.targetVersion));
    return n;
  },
  write(m: DowngradeInfo, b: Buffer, offset: number): number {
    let p = offset;
    if (m.enabled) {
      b[p++] = 8;
      b[p++] = 1;
    }
    if (m.targetVersion !== '') {
      b[p++] = 18;
      p = w.writeString(b, p, m.targetVersion);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): DowngradeInfo {
    w.enter('etcdserverpb.DowngradeInfo', start);
    let p = start;
    let f1: boolean = false;
    let f2: string = '';
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.DowngradeInfo');
      p = w.position;
      switch (tag) {
        case 8: {
          f1 = w.readBool(b, p, end, 'etcdserverpb.DowngradeInfo.enabled');
          p = w.position;
          break;
        }
        case 18: {
          f2 = w.readString(b, p, end, 'etcdserverpb.DowngradeInfo.targetVersion');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.DowngradeInfo');
      }
    }
    w.leave();
    return { enabled: f1, targetVersion: f2 };
  },
};

export type AuthEnableRequest = Record<never, never>;

export const AuthEnableRequest: MessageType<AuthEnableRequest> = {
  name: 'etcdserverpb.AuthEnableRequest',
  fields: [],
  create(): AuthEnableRequest {
    return {};
  },
  size(): number {
    return 0;
  },
  write(_: AuthEnableRequest, _target: Buffer, p: number): number {
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthEnableRequest {
    w.enter('etcdserverpb.AuthEnableRequest', start);
    let p = start;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthEnableRequest');
      p = w.position;
      p = w.skip(b, p, end, tag, 'etcdserverpb.AuthEnableRequest');
    }
    w.leave();
    return {  };
  },
};

export type AuthDisableRequest = Record<never, never>;

export const AuthDisableRequest: MessageType<AuthDisableRequest> = {
  name: 'etcdserverpb.AuthDisableRequest',
  fields: [],
  create(): AuthDisableRequest {
    return {};
  },
  size(): number {
    return 0;
  },
  write(_: AuthDisableRequest, _target: Buffer, p: number): number {
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthDisableRequest {
    w.enter('etcdserverpb.AuthDisableRequest', start);
    let p = start;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthDisableRequest');
      p = w.position;
      p = w.skip(b, p, end, tag, 'etcdserverpb.AuthDisableRequest');
    }
    w.leave();
    return {  };
  },
};

export type AuthStatusRequest = Record<never, never>;

export const AuthStatusRequest: MessageType<AuthStatusRequest> = {
  name: 'etcdserverpb.AuthStatusRequest',
  fields: [],
  create(): AuthStatusRequest {
    return {};
  },
  size(): number {
    return 0;
  },
  write(_: AuthStatusRequest, _target: Buffer, p: number): number {
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthStatusRequest {
    w.enter('etcdserverpb.AuthStatusRequest', start);
    let p = start;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthStatusRequest');
      p = w.position;
      p = w.skip(b, p, end, tag, 'etcdserverpb.AuthStatusRequest');
    }
    w.leave();
    return {  };
  },
};

export interface AuthenticateRequest {
  name: string;
  password: string;
}

export const AuthenticateRequest: MessageType<AuthenticateRequest> = {
  name: 'etcdserverpb.AuthenticateRequest',
  fields: [
    { name: 'name', jsonName: 'name', key: 'name', kind: 'string', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'password', jsonName: 'password', key: 'password', kind: 'string', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<AuthenticateRequest>): AuthenticateRequest {
    return {
      name: init?.name ?? '',
      password: init?.password ?? '',
    };
  },
  size(m: AuthenticateRequest): number {
    let n = 0;
    if (m.name !== '') n += 1 + w.delimitedSize(Buffer.byteLength(m.name));
    if (m.password !== '') n += 1 + w.delimitedSize(Buffer.byteLength(m.password));
    return n;
  },
  write(m: AuthenticateRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.name !== '') {
      b[p++] = 10;
      p = w.writeString(b, p, m.name);
    }
    if (m.password !== '') {
      b[p++] = 18;
      p = w.writeString(b, p, m.password);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthenticateRequest {
    w.enter('etcdserverpb.AuthenticateRequest', start);
    let p = start;
    let f1: string = '';
    let f2: string = '';
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthenticateRequest');
      p = w.position;
      switch (tag) {
        case 10: {
          f1 = w.readString(b, p, end, 'etcdserverpb.AuthenticateRequest.name');
          p = w.position;
          break;
        }
        case 18: {
          f2 = w.readString(b, p, end, 'etcdserverpb.AuthenticateRequest.password');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.AuthenticateRequest');
      }
    }
    w.leave();
    return { name: f1, password: f2 };
  },
};

export interface AuthUserAddRequest {
  name: string;
  password: string;
  options: UserAddOptions | undefined;
  hashedPassword: string;
}

export const AuthUserAddRequest: MessageType<AuthUserAddRequest> = {
  name: 'etcdserverpb.AuthUserAddRequest',
  fields: [
    { name: 'name', jsonName: 'name', key: 'name', kind: 'string', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'password', jsonName: 'password', key: 'password', kind: 'string', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'options', jsonName: 'options', key: 'options', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => UserAddOptions as MessageType<unknown> },
    { name: 'hashedPassword', jsonName: 'hashedPassword', key: 'hashedPassword', kind: 'string', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<AuthUserAddRequest>): AuthUserAddRequest {
    return {
      name: init?.name ?? '',
      password: init?.password ?? '',
      options: init?.options,
      hashedPassword: init?.hashedPassword ?? '',
    };
  },
  size(m: AuthUserAddRequest): number {
    let n = 0;
    if (m.name !== '') n += 1 + w.delimitedSize(Buffer.byteLength(m.name));
    if (m.password !== '') n += 1 + w.delimitedSize(Buffer.byteLength(m.password));
    if (m.options !== undefined) n += 1 + w.delimitedSize(UserAddOptions.size(m.options));
    if (m.hashedPassword !== '') n += 1 + w.delimitedSize(Buffer.byteLength(m.hashedPassword));
    return n;
  },
  write(m: AuthUserAddRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.name !== '') {
      b[p++] = 10;
      p = w.writeString(b, p, m.name);
    }
    if (m.password !== '') {
      b[p++] = 18;
      p = w.writeString(b, p, m.password);
    }
    if (m.options !== undefined) {
      b[p++] = 26;
      p = w.writeVarint(b, p, UserAddOptions.size(m.options));
      p = UserAddOptions.write(m.options, b, p);
    }
    if (m.hashedPassword !== '') {
      b[p++] = 34;
      p = w.writeString(b, p, m.hashedPassword);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthUserAddRequest {
    w.enter('etcdserverpb.AuthUserAddRequest', start);
    let p = start;
    let f1: string = '';
    let f2: string = '';
    let f3: UserAddOptions | undefined = undefined;
    let f4: string = '';
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthUserAddRequest');
      p = w.position;
      switch (tag) {
        case 10: {
          f1 = w.readString(b, p, end, 'etcdserverpb.AuthUserAddRequest.name');
          p = w.position;
          break;
        }
        case 18: {
          f2 = w.readString(b, p, end, 'etcdserverpb.AuthUserAddRequest.password');
          p = w.position;
          break;
        }
        case 26: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.AuthUserAddRequest.options');
          p = w.position;
          f3 = UserAddOptions.read(b, p, p + size);
          p += size;
          break;
        }
        case 34: {
          f4 = w.readString(b, p, end, 'etcdserverpb.AuthUserAddRequest.hashedPassword');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.AuthUserAddRequest');
      }
    }
    w.leave();
    return { name: f1, password: f2, options: f3, hashedPassword: f4 };
  },
};

export interface AuthUserGetRequest {
  name: string;
}

export const AuthUserGetRequest: MessageType<AuthUserGetRequest> = {
  name: 'etcdserverpb.AuthUserGetRequest',
  fields: [
    { name: 'name', jsonName: 'name', key: 'name', kind: 'string', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<AuthUserGetRequest>): AuthUserGetRequest {
    return {
      name: init?.name ?? '',
    };
  },
  size(m: AuthUserGetRequest): number {
    let n = 0;
    if (m.name !== '') n += 1 + w.delimitedSize(Buffer.byteLength(m.name));
    return n;
  },
  write(m: AuthUserGetRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.name !== '') {
      b[p++] = 10;
      p = w.writeString(b, p, m.name);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthUserGetRequest {
    w.enter('etcdserverpb.AuthUserGetRequest', start);
    let p = start;
    let f1: string = '';
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthUserGetRequest');
      p = w.position;
      switch (tag) {
        case 10: {
          f1 = w.readString(b, p, end, 'etcdserverpb.AuthUserGetRequest.name');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.AuthUserGetRequest');
      }
    }
    w.leave();
    return { name: f1 };
  },
};

export interface AuthUserDeleteRequest {
  name: string;
}

export const AuthUserDeleteRequest: MessageType<AuthUserDeleteRequest> = {
  name: 'etcdserverpb.AuthUserDeleteRequest',
  fields: [
    { name: 'name', jsonName: 'name', key: 'name', kind: 'string', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<AuthUserDeleteRequest>): AuthUserDeleteRequest {
    return {
      name: init?.name ?? '',
    };
  },
  size(m: AuthUserDeleteRequest): number {
    let n = 0;
    if (m.name !== '') n += 1 + w.delimitedSize(Buffer.byteLength(m.name));
    return n;
  },
  write(m: AuthUserDeleteRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.name !== '') {
      b[p++] = 10;
      p = w.writeString(b, p, m.name);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthUserDeleteRequest {
    w.enter('etcdserverpb.AuthUserDeleteRequest', start);
    let p = start;
    let f1: string = '';
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthUserDeleteRequest');
      p = w.position;
      switch (tag) {
        case 10: {
          f1 = w.readString(b, p, end, 'etcdserverpb.AuthUserDeleteRequest.name');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.AuthUserDeleteRequest');
      }
    }
    w.leave();
    return { name: f1 };
  },
};

export interface AuthUserChangePasswordRequest {
  name: string;
  password: string;
  hashedPassword: string;
}

export const AuthUserChangePasswordRequest: MessageType<AuthUserChangePasswordRequest> = {
  name: 'etcdserverpb.AuthUserChangePasswordRequest',
  fields: [
    { name: 'name', jsonName: 'name', key: 'name', kind: 'string', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'password', jsonName: 'password', key: 'password', kind: 'string', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'hashedPassword', jsonName: 'hashedPassword', key: 'hashedPassword', kind: 'string', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<AuthUserChangePasswordRequest>): AuthUserChangePasswordRequest {
    return {
      name: init?.name ?? '',
      password: init?.password ?? '',
      hashedPassword: init?.hashedPassword ?? '',
    };
  },
  size(m: AuthUserChangePasswordRequest): number {
    let n = 0;
    if (m.name !== '') n += 1 + w.delimitedSize(Buffer.byteLength(m.name));
    if (m.password !== '') n += 1 + w.delimitedSize(Buffer.byteLength(m.password));
    if (m.hashedPassword !== '') n += 1 + w.delimitedSize(Buffer.byteLength(m.hashedPassword));
    return n;
  },
  write(m: AuthUserChangePasswordRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.name !== '') {
      b[p++] = 10;
      p = w.writeString(b, p, m.name);
    }
    if (m.password !== '') {
      b[p++] = 18;
      p = w.writeString(b, p, m.password);
    }
    if (m.hashedPassword !== '') {
      b[p++] = 26;
      p = w.writeString(b, p, m.hashedPassword);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthUserChangePasswordRequest {
    w.enter('etcdserverpb.AuthUserChangePasswordRequest', start);
    let p = start;
    let f1: string = '';
    let f2: string = '';
    let f3: string = '';
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthUserChangePasswordRequest');
      p = w.position;
      switch (tag) {
        case 10: {
          f1 = w.readString(b, p, end, 'etcdserverpb.AuthUserChangePasswordRequest.name');
          p = w.position;
          break;
        }
        case 18: {
          f2 = w.readString(b, p, end, 'etcdserverpb.AuthUserChangePasswordRequest.password');
          p = w.position;
          break;
        }
        case 26: {
          f3 = w.readString(b, p, end, 'etcdserverpb.AuthUserChangePasswordRequest.hashedPassword');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.AuthUserChangePasswordRequest');
      }
    }
    w.leave();
    return { name: f1, password: f2, hashedPassword: f3 };
  },
};

export interface AuthUserGrantRoleRequest {
  user: string;
  role: string;
}

export const AuthUserGrantRoleRequest: MessageType<AuthUserGrantRoleRequest> = {
  name: 'etcdserverpb.AuthUserGrantRoleRequest',
  fields: [
    { name: 'user', jsonName: 'user', key: 'user', kind: 'string', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'role', jsonName: 'role', key: 'role', kind: 'string', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<AuthUserGrantRoleRequest>): AuthUserGrantRoleRequest {
    return {
      user: init?.user ?? '',
      role: init?.role ?? '',
    };
  },
  size(m: AuthUserGrantRoleRequest): number {
    let n = 0;
    if (m.user !== '') n += 1 + w.delimitedSize(Buffer.byteLength(m.user));
    if (m.role !== '') n += 1 + w.delimitedSize(Buffer.byteLength(m.role));
    return n;
  },
  write(m: AuthUserGrantRoleRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.user !== '') {
      b[p++] = 10;
      p = w.writeString(b, p, m.user);
    }
    if (m.role !== '') {
      b[p++] = 18;
      p = w.writeString(b, p, m.role);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthUserGrantRoleRequest {
    w.enter('etcdserverpb.AuthUserGrantRoleRequest', start);
    let p = start;
    let f1: string = '';
    let f2: string = '';
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthUserGrantRoleRequest');
      p = w.position;
      switch (tag) {
        case 10: {
          f1 = w.readString(b, p, end, 'etcdserverpb.AuthUserGrantRoleRequest.user');
          p = w.position;
          break;
        }
        case 18: {
          f2 = w.readString(b, p, end, 'etcdserverpb.AuthUserGrantRoleRequest.role');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.AuthUserGrantRoleRequest');
      }
    }
    w.leave();
    return { user: f1, role: f2 };
  },
};

export interface AuthUserRevokeRoleRequest {
  name: string;
  role: string;
}

export const AuthUserRevokeRoleRequest: MessageType<AuthUserRevokeRoleRequest> = {
  name: 'etcdserverpb.AuthUserRevokeRoleRequest',
  fields: [
    { name: 'name', jsonName: 'name', key: 'name', kind: 'string', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'role', jsonName: 'role', key: 'role', kind: 'string', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<AuthUserRevokeRoleRequest>): AuthUserRevokeRoleRequest {
    return {
      name: init?.name ?? '',
      role: init?.role ?? '',
    };
  },
  size(m: AuthUserRevokeRoleRequest): number {
    let n = 0;
    if (m.name !== '') n += 1 + w.delimitedSize(Buffer.byteLength(m.name));
    if (m.role !== '') n += 1 + w.delimitedSize(Buffer.byteLength(m.role));
    return n;
  },
  write(m: AuthUserRevokeRoleRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.name !== '') {
      b[p++] = 10;
      p = w.writeString(b, p, m.name);
    }
    if (m.role !== '') {
      b[p++] = 18;
      p = w.writeString(b, p, m.role);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthUserRevokeRoleRequest {
    w.enter('etcdserverpb.AuthUserRevokeRoleRequest', start);
    let p = start;
    let f1: string = '';
    let f2: string = '';
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthUserRevokeRoleRequest');
      p = w.position;
      switch (tag) {
        case 10: {
          f1 = w.readString(b, p, end, 'etcdserverpb.AuthUserRevokeRoleRequest.name');
          p = w.position;
          break;
        }
        case 18: {
          f2 = w.readString(b, p, end, 'etcdserverpb.AuthUserRevokeRoleRequest.role');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.AuthUserRevokeRoleRequest');
      }
    }
    w.leave();
    return { name: f1, role: f2 };
  },
};

export interface AuthRoleAddRequest {
  name: string;
}

export const AuthRoleAddRequest: MessageType<AuthRoleAddRequest> = {
  name: 'etcdserverpb.AuthRoleAddRequest',
  fields: [
    { name: 'name', jsonName: 'name', key: 'name', kind: 'string', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<AuthRoleAddRequest>): AuthRoleAddRequest {
    return {
      name: init?.name ?? '',
    };
  },
  size(m: AuthRoleAddRequest): number {
    let n = 0;
    if (m.name !== '') n += 1 + w.delimitedSize(Buffer.byteLength(m.name));
    return n;
  },
  write(m: AuthRoleAddRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.name !== '') {
      b[p++] = 10;
      p = w.writeString(b, p, m.name);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthRoleAddRequest {
    w.enter('etcdserverpb.AuthRoleAddRequest', start);
    let p = start;
    let f1: string = '';
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthRoleAddRequest');
      p = w.position;
      switch (tag) {
        case 10: {
          f1 = w.readString(b, p, end, 'etcdserverpb.AuthRoleAddRequest.name');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.AuthRoleAddRequest');
      }
    }
    w.leave();
    return { name: f1 };
  },
};

export interface AuthRoleGetRequest {
  role: string;
}

export const AuthRoleGetRequest: MessageType<AuthRoleGetRequest> = {
  name: 'etcdserverpb.AuthRoleGetRequest',
  fields: [
    { name: 'role', jsonName: 'role', key: 'role', kind: 'string', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<AuthRoleGetRequest>): AuthRoleGetRequest {
    return {
      role: init?.role ?? '',
    };
  },
  size(m: AuthRoleGetRequest): number {
    let n = 0;
    if (m.role !== '') n += 1 + w.delimitedSize(Buffer.byteLength(m.role));
    return n;
  },
  write(m: AuthRoleGetRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.role !== '') {
      b[p++] = 10;
      p = w.writeString(b, p, m.role);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthRoleGetRequest {
    w.enter('etcdserverpb.AuthRoleGetRequest', start);
    let p = start;
    let f1: string = '';
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthRoleGetRequest');
      p = w.position;
      switch (tag) {
        case 10: {
          f1 = w.readString(b, p, end, 'etcdserverpb.AuthRoleGetRequest.role');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.AuthRoleGetRequest');
      }
    }
    w.leave();
    return { role: f1 };
  },
};

export type AuthUserListRequest = Record<never, never>;

export const AuthUserListRequest: MessageType<AuthUserListRequest> = {
  name: 'etcdserverpb.AuthUserListRequest',
  fields: [],
  create(): AuthUserListRequest {
    return {};
  },
  size(): number {
    return 0;
  },
  write(_: AuthUserListRequest, _target: Buffer, p: number): number {
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthUserListRequest {
    w.enter('etcdserverpb.AuthUserListRequest', start);
    let p = start;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthUserListRequest');
      p = w.position;
      p = w.skip(b, p, end, tag, 'etcdserverpb.AuthUserListRequest');
    }
    w.leave();
    return {  };
  },
};

export type AuthRoleListRequest = Record<never, never>;

export const AuthRoleListRequest: MessageType<AuthRoleListRequest> = {
  name: 'etcdserverpb.AuthRoleListRequest',
  fields: [],
  create(): AuthRoleListRequest {
    return {};
  },
  size(): number {
    return 0;
  },
  write(_: AuthRoleListRequest, _target: Buffer, p: number): number {
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthRoleListRequest {
    w.enter('etcdserverpb.AuthRoleListRequest', start);
    let p = start;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthRoleListRequest');
      p = w.position;
      p = w.skip(b, p, end, tag, 'etcdserverpb.AuthRoleListRequest');
    }
    w.leave();
    return {  };
  },
};

export interface AuthRoleDeleteRequest {
  role: string;
}

export const AuthRoleDeleteRequest: MessageType<AuthRoleDeleteRequest> = {
  name: 'etcdserverpb.AuthRoleDeleteRequest',
  fields: [
    { name: 'role', jsonName: 'role', key: 'role', kind: 'string', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<AuthRoleDeleteRequest>): AuthRoleDeleteRequest {
    return {
      role: init?.role ?? '',
    };
  },
  size(m: AuthRoleDeleteRequest): number {
    let n = 0;
    if (m.role !== '') n += 1 + w.delimitedSize(Buffer.byteLength(m.role));
    return n;
  },
  write(m: AuthRoleDeleteRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.role !== '') {
      b[p++] = 10;
      p = w.writeString(b, p, m.role);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthRoleDeleteRequest {
    w.enter('etcdserverpb.AuthRoleDeleteRequest', start);
    let p = start;
    let f1: string = '';
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthRoleDeleteRequest');
      p = w.position;
      switch (tag) {
        case 10: {
          f1 = w.readString(b, p, end, 'etcdserverpb.AuthRoleDeleteRequest.role');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.AuthRoleDeleteRequest');
      }
    }
    w.leave();
    return { role: f1 };
  },
};

export interface AuthRoleGrantPermissionRequest {
  name: string;
  perm: Permission | undefined;
}

export const AuthRoleGrantPermissionRequest: MessageType<AuthRoleGrantPermissionRequest> = {
  name: 'etcdserverpb.AuthRoleGrantPermissionRequest',
  fields: [
    { name: 'name', jsonName: 'name', key: 'name', kind: 'string', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'perm', jsonName: 'perm', key: 'perm', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => Permission as MessageType<unknown> },
  ],
  create(init?: Partial<AuthRoleGrantPermissionRequest>): AuthRoleGrantPermissionRequest {
    return {
      name: init?.name ?? '',
      perm: init?.perm,
    };
  },
  size(m: AuthRoleGrantPermissionRequest): number {
    let n = 0;
    if (m.name !== '') n += 1 + w.delimitedSize(Buffer.byteLength(m.name));
    if (m.perm !== undefined) n += 1 + w.delimitedSize(Permission.size(m.perm));
    return n;
  },
  write(m: AuthRoleGrantPermissionRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.name !== '') {
      b[p++] = 10;
      p = w.writeString(b, p, m.name);
    }
    if (m.perm !== undefined) {
      b[p++] = 18;
      p = w.writeVarint(b, p, Permission.size(m.perm));
      p = Permission.write(m.perm, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthRoleGrantPermissionRequest {
    w.enter('etcdserverpb.AuthRoleGrantPermissionRequest', start);
    let p = start;
    let f1: string = '';
    let f2: Permission | undefined = undefined;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthRoleGrantPermissionRequest');
      p = w.position;
      switch (tag) {
        case 10: {
          f1 = w.readString(b, p, end, 'etcdserverpb.AuthRoleGrantPermissionRequest.name');
          p = w.position;
          break;
        }
        case 18: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.AuthRoleGrantPermissionRequest.perm');
          p = w.position;
          f2 = Permission.read(b, p, p + size);
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.AuthRoleGrantPermissionRequest');
      }
    }
    w.leave();
    return { name: f1, perm: f2 };
  },
};

export interface AuthRoleRevokePermissionRequest {
  role: string;
  key: Buffer;
  rangeEnd: Buffer;
}

export const AuthRoleRevokePermissionRequest: MessageType<AuthRoleRevokePermissionRequest> = {
  name: 'etcdserverpb.AuthRoleRevokePermissionRequest',
  fields: [
    { name: 'role', jsonName: 'role', key: 'role', kind: 'string', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'key', jsonName: 'key', key: 'key', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'range_end', jsonName: 'rangeEnd', key: 'rangeEnd', kind: 'bytes', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<AuthRoleRevokePermissionRequest>): AuthRoleRevokePermissionRequest {
    return {
      role: init?.role ?? '',
      key: init?.key ?? w.emptyBytes,
      rangeEnd: init?.rangeEnd ?? w.emptyBytes,
    };
  },
  size(m: AuthRoleRevokePermissionRequest): number {
    let n = 0;
    if (m.role !== '') n += 1 + w.delimitedSize(Buffer.byteLength(m.role));
    if (m.key.length > 0) n += 1 + w.delimitedSize(m.key.length);
    if (m.rangeEnd.length > 0) n += 1 + w.delimitedSize(m.rangeEnd.length);
    return n;
  },
  write(m: AuthRoleRevokePermissionRequest, b: Buffer, offset: number): number {
    let p = offset;
    if (m.role !== '') {
      b[p++] = 10;
      p = w.writeString(b, p, m.role);
    }
    if (m.key.length > 0) {
      b[p++] = 18;
      p = w.writeBytes(b, p, m.key);
    }
    if (m.rangeEnd.length > 0) {
      b[p++] = 26;
      p = w.writeBytes(b, p, m.rangeEnd);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthRoleRevokePermissionRequest {
    w.enter('etcdserverpb.AuthRoleRevokePermissionRequest', start);
    let p = start;
    let f1: string = '';
    let f2: Buffer = w.emptyBytes;
    let f3: Buffer = w.emptyBytes;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthRoleRevokePermissionRequest');
      p = w.position;
      switch (tag) {
        case 10: {
          f1 = w.readString(b, p, end, 'etcdserverpb.AuthRoleRevokePermissionRequest.role');
          p = w.position;
          break;
        }
        case 18: {
          f2 = w.readBytes(b, p, end, 'etcdserverpb.AuthRoleRevokePermissionRequest.key');
          p = w.position;
          break;
        }
        case 26: {
          f3 = w.readBytes(b, p, end, 'etcdserverpb.AuthRoleRevokePermissionRequest.range_end');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.AuthRoleRevokePermissionRequest');
      }
    }
    w.leave();
    return { role: f1, key: f2, rangeEnd: f3 };
  },
};

export interface AuthEnableResponse {
  header: ResponseHeader | undefined;
}

export const AuthEnableResponse: MessageType<AuthEnableResponse> = {
  name: 'etcdserverpb.AuthEnableResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
  ],
  create(init?: Partial<AuthEnableResponse>): AuthEnableResponse {
    return {
      header: init?.header,
    };
  },
  size(m: AuthEnableResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    return n;
  },
  write(m: AuthEnableResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthEnableResponse {
    w.enter('etcdserverpb.AuthEnableResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthEnableResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.AuthEnableResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.AuthEnableResponse');
      }
    }
    w.leave();
    return { header: f1 };
  },
};

export interface AuthDisableResponse {
  header: ResponseHeader | undefined;
}

export const AuthDisableResponse: MessageType<AuthDisableResponse> = {
  name: 'etcdserverpb.AuthDisableResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
  ],
  create(init?: Partial<AuthDisableResponse>): AuthDisableResponse {
    return {
      header: init?.header,
    };
  },
  size(m: AuthDisableResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    return n;
  },
  write(m: AuthDisableResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthDisableResponse {
    w.enter('etcdserverpb.AuthDisableResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthDisableResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.AuthDisableResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.AuthDisableResponse');
      }
    }
    w.leave();
    return { header: f1 };
  },
};

export interface AuthStatusResponse {
  header: ResponseHeader | undefined;
  enabled: boolean;
  authRevision: number;
}

export const AuthStatusResponse: MessageType<AuthStatusResponse> = {
  name: 'etcdserverpb.AuthStatusResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
    { name: 'enabled', jsonName: 'enabled', key: 'enabled', kind: 'bool', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
    { name: 'authRevision', jsonName: 'authRevision', key: 'authRevision', kind: 'uint64', repeated: false, asNumber: true, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<AuthStatusResponse>): AuthStatusResponse {
    return {
      header: init?.header,
      enabled: init?.enabled ?? false,
      authRevision: init?.authRevision ?? 0,
    };
  },
  size(m: AuthStatusResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    if (m.enabled) n += 1 + 1;
    if (m.authRevision !== 0) n += 1 + w.varintSize(m.authRevision);
    return n;
  },
  write(m: AuthStatusResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    if (m.enabled) {
      b[p++] = 16;
      b[p++] = 1;
    }
    if (m.authRevision !== 0) {
      b[p++] = 24;
      p = w.writeVarint(b, p, m.authRevision);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthStatusResponse {
    w.enter('etcdserverpb.AuthStatusResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    let f2: boolean = false;
    let f3: number = 0;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthStatusResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.AuthStatusResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        case 16: {
          f2 = w.readBool(b, p, end, 'etcdserverpb.AuthStatusResponse.enabled');
          p = w.position;
          break;
        }
        case 24: {
          f3 = w.readUint64(b, p, end, 'etcdserverpb.AuthStatusResponse.authRevision');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.AuthStatusResponse');
      }
    }
    w.leave();
    return { header: f1, enabled: f2, authRevision: f3 };
  },
};

export interface AuthenticateResponse {
  header: ResponseHeader | undefined;
  token: string;
}

export const AuthenticateResponse: MessageType<AuthenticateResponse> = {
  name: 'etcdserverpb.AuthenticateResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
    { name: 'token', jsonName: 'token', key: 'token', kind: 'string', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<AuthenticateResponse>): AuthenticateResponse {
    return {
      header: init?.header,
      token: init?.token ?? '',
    };
  },
  size(m: AuthenticateResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    if (m.token !== '') n += 1 + w.delimitedSize(Buffer.byteLength(m.token));
    return n;
  },
  write(m: AuthenticateResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    if (m.token !== '') {
      b[p++] = 18;
      p = w.writeString(b, p, m.token);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthenticateResponse {
    w.enter('etcdserverpb.AuthenticateResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    let f2: string = '';
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthenticateResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.AuthenticateResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        case 18: {
          f2 = w.readString(b, p, end, 'etcdserverpb.AuthenticateResponse.token');
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.AuthenticateResponse');
      }
    }
    w.leave();
    return { header: f1, token: f2 };
  },
};

export interface AuthUserAddResponse {
  header: ResponseHeader | undefined;
}

export const AuthUserAddResponse: MessageType<AuthUserAddResponse> = {
  name: 'etcdserverpb.AuthUserAddResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
  ],
  create(init?: Partial<AuthUserAddResponse>): AuthUserAddResponse {
    return {
      header: init?.header,
    };
  },
  size(m: AuthUserAddResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    return n;
  },
  write(m: AuthUserAddResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthUserAddResponse {
    w.enter('etcdserverpb.AuthUserAddResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthUserAddResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.AuthUserAddResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.AuthUserAddResponse');
      }
    }
    w.leave();
    return { header: f1 };
  },
};

export interface AuthUserGetResponse {
  header: ResponseHeader | undefined;
  roles: string[];
}

export const AuthUserGetResponse: MessageType<AuthUserGetResponse> = {
  name: 'etcdserverpb.AuthUserGetResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
    { name: 'roles', jsonName: 'roles', key: 'roles', kind: 'string', repeated: true, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<AuthUserGetResponse>): AuthUserGetResponse {
    return {
      header: init?.header,
      roles: init?.roles ?? [],
    };
  },
  size(m: AuthUserGetResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    for (const v of m.roles) n += 1 + w.delimitedSize(Buffer.byteLength(v));
    return n;
  },
  write(m: AuthUserGetResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    for (const v of m.roles) {
      b[p++] = 18;
      p = w.writeString(b, p, v);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthUserGetResponse {
    w.enter('etcdserverpb.AuthUserGetResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    const f2: string[] = [];
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthUserGetResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.AuthUserGetResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        case 18: {
          f2.push(w.readString(b, p, end, 'etcdserverpb.AuthUserGetResponse.roles'));
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.AuthUserGetResponse');
      }
    }
    w.leave();
    return { header: f1, roles: f2 };
  },
};

export interface AuthUserDeleteResponse {
  header: ResponseHeader | undefined;
}

export const AuthUserDeleteResponse: MessageType<AuthUserDeleteResponse> = {
  name: 'etcdserverpb.AuthUserDeleteResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
  ],
  create(init?: Partial<AuthUserDeleteResponse>): AuthUserDeleteResponse {
    return {
      header: init?.header,
    };
  },
  size(m: AuthUserDeleteResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    return n;
  },
  write(m: AuthUserDeleteResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthUserDeleteResponse {
    w.enter('etcdserverpb.AuthUserDeleteResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthUserDeleteResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.AuthUserDeleteResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.AuthUserDeleteResponse');
      }
    }
    w.leave();
    return { header: f1 };
  },
};

export interface AuthUserChangePasswordResponse {
  header: ResponseHeader | undefined;
}

export const AuthUserChangePasswordResponse: MessageType<AuthUserChangePasswordResponse> = {
  name: 'etcdserverpb.AuthUserChangePasswordResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
  ],
  create(init?: Partial<AuthUserChangePasswordResponse>): AuthUserChangePasswordResponse {
    return {
      header: init?.header,
    };
  },
  size(m: AuthUserChangePasswordResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    return n;
  },
  write(m: AuthUserChangePasswordResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthUserChangePasswordResponse {
    w.enter('etcdserverpb.AuthUserChangePasswordResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthUserChangePasswordResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.AuthUserChangePasswordResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.AuthUserChangePasswordResponse');
      }
    }
    w.leave();
    return { header: f1 };
  },
};

export interface AuthUserGrantRoleResponse {
  header: ResponseHeader | undefined;
}

export const AuthUserGrantRoleResponse: MessageType<AuthUserGrantRoleResponse> = {
  name: 'etcdserverpb.AuthUserGrantRoleResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
  ],
  create(init?: Partial<AuthUserGrantRoleResponse>): AuthUserGrantRoleResponse {
    return {
      header: init?.header,
    };
  },
  size(m: AuthUserGrantRoleResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    return n;
  },
  write(m: AuthUserGrantRoleResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthUserGrantRoleResponse {
    w.enter('etcdserverpb.AuthUserGrantRoleResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthUserGrantRoleResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.AuthUserGrantRoleResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.AuthUserGrantRoleResponse');
      }
    }
    w.leave();
    return { header: f1 };
  },
};

export interface AuthUserRevokeRoleResponse {
  header: ResponseHeader | undefined;
}

export const AuthUserRevokeRoleResponse: MessageType<AuthUserRevokeRoleResponse> = {
  name: 'etcdserverpb.AuthUserRevokeRoleResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
  ],
  create(init?: Partial<AuthUserRevokeRoleResponse>): AuthUserRevokeRoleResponse {
    return {
      header: init?.header,
    };
  },
  size(m: AuthUserRevokeRoleResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    return n;
  },
  write(m: AuthUserRevokeRoleResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthUserRevokeRoleResponse {
    w.enter('etcdserverpb.AuthUserRevokeRoleResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthUserRevokeRoleResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.AuthUserRevokeRoleResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.AuthUserRevokeRoleResponse');
      }
    }
    w.leave();
    return { header: f1 };
  },
};

export interface AuthRoleAddResponse {
  header: ResponseHeader | undefined;
}

export const AuthRoleAddResponse: MessageType<AuthRoleAddResponse> = {
  name: 'etcdserverpb.AuthRoleAddResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
  ],
  create(init?: Partial<AuthRoleAddResponse>): AuthRoleAddResponse {
    return {
      header: init?.header,
    };
  },
  size(m: AuthRoleAddResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    return n;
  },
  write(m: AuthRoleAddResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthRoleAddResponse {
    w.enter('etcdserverpb.AuthRoleAddResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthRoleAddResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.AuthRoleAddResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.AuthRoleAddResponse');
      }
    }
    w.leave();
    return { header: f1 };
  },
};

export interface AuthRoleGetResponse {
  header: ResponseHeader | undefined;
  perm: Permission[];
}

export const AuthRoleGetResponse: MessageType<AuthRoleGetResponse> = {
  name: 'etcdserverpb.AuthRoleGetResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
    { name: 'perm', jsonName: 'perm', key: 'perm', kind: 'message', repeated: true, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => Permission as MessageType<unknown> },
  ],
  create(init?: Partial<AuthRoleGetResponse>): AuthRoleGetResponse {
    return {
      header: init?.header,
      perm: init?.perm ?? [],
    };
  },
  size(m: AuthRoleGetResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    for (const v of m.perm) n += 1 + w.delimitedSize(Permission.size(v));
    return n;
  },
  write(m: AuthRoleGetResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    for (const v of m.perm) {
      b[p++] = 18;
      p = w.writeVarint(b, p, Permission.size(v));
      p = Permission.write(v, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthRoleGetResponse {
    w.enter('etcdserverpb.AuthRoleGetResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    const f2: Permission[] = [];
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthRoleGetResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.AuthRoleGetResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        case 18: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.AuthRoleGetResponse.perm');
          p = w.position;
          f2.push(Permission.read(b, p, p + size));
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.AuthRoleGetResponse');
      }
    }
    w.leave();
    return { header: f1, perm: f2 };
  },
};

export interface AuthRoleListResponse {
  header: ResponseHeader | undefined;
  roles: string[];
}

export const AuthRoleListResponse: MessageType<AuthRoleListResponse> = {
  name: 'etcdserverpb.AuthRoleListResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
    { name: 'roles', jsonName: 'roles', key: 'roles', kind: 'string', repeated: true, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<AuthRoleListResponse>): AuthRoleListResponse {
    return {
      header: init?.header,
      roles: init?.roles ?? [],
    };
  },
  size(m: AuthRoleListResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    for (const v of m.roles) n += 1 + w.delimitedSize(Buffer.byteLength(v));
    return n;
  },
  write(m: AuthRoleListResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    for (const v of m.roles) {
      b[p++] = 18;
      p = w.writeString(b, p, v);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthRoleListResponse {
    w.enter('etcdserverpb.AuthRoleListResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    const f2: string[] = [];
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthRoleListResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.AuthRoleListResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        case 18: {
          f2.push(w.readString(b, p, end, 'etcdserverpb.AuthRoleListResponse.roles'));
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.AuthRoleListResponse');
      }
    }
    w.leave();
    return { header: f1, roles: f2 };
  },
};

export interface AuthUserListResponse {
  header: ResponseHeader | undefined;
  users: string[];
}

export const AuthUserListResponse: MessageType<AuthUserListResponse> = {
  name: 'etcdserverpb.AuthUserListResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
    { name: 'users', jsonName: 'users', key: 'users', kind: 'string', repeated: true, asNumber: false, oneof: undefined, enumNames: undefined, messageType: undefined },
  ],
  create(init?: Partial<AuthUserListResponse>): AuthUserListResponse {
    return {
      header: init?.header,
      users: init?.users ?? [],
    };
  },
  size(m: AuthUserListResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    for (const v of m.users) n += 1 + w.delimitedSize(Buffer.byteLength(v));
    return n;
  },
  write(m: AuthUserListResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    for (const v of m.users) {
      b[p++] = 18;
      p = w.writeString(b, p, v);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthUserListResponse {
    w.enter('etcdserverpb.AuthUserListResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    const f2: string[] = [];
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthUserListResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.AuthUserListResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        case 18: {
          f2.push(w.readString(b, p, end, 'etcdserverpb.AuthUserListResponse.users'));
          p = w.position;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.AuthUserListResponse');
      }
    }
    w.leave();
    return { header: f1, users: f2 };
  },
};

export interface AuthRoleDeleteResponse {
  header: ResponseHeader | undefined;
}

export const AuthRoleDeleteResponse: MessageType<AuthRoleDeleteResponse> = {
  name: 'etcdserverpb.AuthRoleDeleteResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
  ],
  create(init?: Partial<AuthRoleDeleteResponse>): AuthRoleDeleteResponse {
    return {
      header: init?.header,
    };
  },
  size(m: AuthRoleDeleteResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    return n;
  },
  write(m: AuthRoleDeleteResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthRoleDeleteResponse {
    w.enter('etcdserverpb.AuthRoleDeleteResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthRoleDeleteResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.AuthRoleDeleteResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.AuthRoleDeleteResponse');
      }
    }
    w.leave();
    return { header: f1 };
  },
};

export interface AuthRoleGrantPermissionResponse {
  header: ResponseHeader | undefined;
}

export const AuthRoleGrantPermissionResponse: MessageType<AuthRoleGrantPermissionResponse> = {
  name: 'etcdserverpb.AuthRoleGrantPermissionResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
  ],
  create(init?: Partial<AuthRoleGrantPermissionResponse>): AuthRoleGrantPermissionResponse {
    return {
      header: init?.header,
    };
  },
  size(m: AuthRoleGrantPermissionResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    return n;
  },
  write(m: AuthRoleGrantPermissionResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthRoleGrantPermissionResponse {
    w.enter('etcdserverpb.AuthRoleGrantPermissionResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthRoleGrantPermissionResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.AuthRoleGrantPermissionResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.AuthRoleGrantPermissionResponse');
      }
    }
    w.leave();
    return { header: f1 };
  },
};

export interface AuthRoleRevokePermissionResponse {
  header: ResponseHeader | undefined;
}

export const AuthRoleRevokePermissionResponse: MessageType<AuthRoleRevokePermissionResponse> = {
  name: 'etcdserverpb.AuthRoleRevokePermissionResponse',
  fields: [
    { name: 'header', jsonName: 'header', key: 'header', kind: 'message', repeated: false, asNumber: false, oneof: undefined, enumNames: undefined, messageType: () => ResponseHeader as MessageType<unknown> },
  ],
  create(init?: Partial<AuthRoleRevokePermissionResponse>): AuthRoleRevokePermissionResponse {
    return {
      header: init?.header,
    };
  },
  size(m: AuthRoleRevokePermissionResponse): number {
    let n = 0;
    if (m.header !== undefined) n += 1 + w.delimitedSize(ResponseHeader.size(m.header));
    return n;
  },
  write(m: AuthRoleRevokePermissionResponse, b: Buffer, offset: number): number {
    let p = offset;
    if (m.header !== undefined) {
      b[p++] = 10;
      p = w.writeVarint(b, p, ResponseHeader.size(m.header));
      p = ResponseHeader.write(m.header, b, p);
    }
    return p;
  },
  read(b: Buffer, start: number, end: number): AuthRoleRevokePermissionResponse {
    w.enter('etcdserverpb.AuthRoleRevokePermissionResponse', start);
    let p = start;
    let f1: ResponseHeader | undefined = undefined;
    while (p < end) {
      const tag = w.readLength(b, p, end, 'etcdserverpb.AuthRoleRevokePermissionResponse');
      p = w.position;
      switch (tag) {
        case 10: {
          const size = w.readDelimited(b, p, end, 'etcdserverpb.AuthRoleRevokePermissionResponse.header');
          p = w.position;
          f1 = ResponseHeader.read(b, p, p + size);
          p += size;
          break;
        }
        default:
          p = w.skip(b, p, end, tag, 'etcdserverpb.AuthRoleRevokePermissionResponse');
      }
    }
    w.leave();
    return { header: f1 };
  },
};

