// `-w json`: one object a line, the JSON of the structs that etcdctl marshals. Most are the messages themselves; the
// client library's own structs (watches, leases) have other names, written out here.

import * as m from '../../common/api/generated/messages.ts';
import type { MessageType } from '../../common/wire/protobuf/message-type.ts';
import { jsonArray, jsonBytes, jsonObject, jsonString, messageFields, messageJson } from '../format/go-json.ts';
import type { EndpointAnswer, MemberChange, Printer, PrinterOptions } from './printer.ts';

const memberChangeTypes: Readonly<Record<MemberChange, MessageType<unknown>>> = {
  added: m.MemberAddResponse as MessageType<unknown>,
  removed: m.MemberRemoveResponse as MessageType<unknown>,
  updated: m.MemberUpdateResponse as MessageType<unknown>,
  promoted: m.MemberPromoteResponse as MessageType<unknown>,
};

export function createJsonPrinter({ hex, out }: PrinterOptions): Printer {
  const line = (json: string): void => out.write(`${json}\n`);
  const message =
    <T>(type: MessageType<T>) =>
    (response: T): void =>
      line(messageJson(type, response));
  /** Go structs that embed the header: its fields stand among their own. */
  const withHeader = (header: m.ResponseHeader | undefined, fields: readonly (readonly [string, string])[]): void =>
    line(jsonObject([...(header === undefined ? [] : messageFields(m.ResponseHeader, header)), ...fields]));
  const perEndpoint = <T>(name: string, type: MessageType<T>, answers: readonly EndpointAnswer<T>[]): void =>
    line(
      jsonArray(
        answers.map(({ endpoint, response }) =>
          jsonObject([
            ['Endpoint', jsonString(endpoint)],
            [name, messageJson(type, response)],
          ]),
        ),
      ),
    );

  return {
    format: 'json',
    get: message(m.RangeResponse),
    put: message(m.PutResponse),
    del: message(m.DeleteRangeResponse),
    txn: message(m.TxnResponse),
    watch: (response) => line(watchJson(response)),
    leaseGrant: ({ header, id, ttl }) =>
      withHeader(header, [
        ['ID', String(id)],
        ['TTL', String(ttl)],
        ['Error', '""'],
      ]),
    leaseRevoke: (_, response) => line(messageJson(m.LeaseRevokeResponse, response)),
    leaseKeepAlive: ({ header, id, ttl }) =>
      withHeader(header, [
        ['ID', String(id)],
        ['TTL', String(ttl)],
      ]),
    leaseTimeToLive: ({ header, id, ttl, grantedTtl, keys }) =>
      withHeader(header, [
        ['id', String(id)],
        ['ttl', String(ttl)],
        ['granted-ttl', String(grantedTtl)],
        ['keys', keys.length === 0 ? 'null' : jsonArray(keys.map(jsonBytes))],
      ]),
    leaseList: ({ header, leases }) =>
      withHeader(header, [['leases', jsonArray(leases.map(({ id }) => jsonObject([['id', String(id)]])))]]),
    memberList: (response) => line(hex ? hexMembersJson(response) : messageJson(m.MemberListResponse, response)),
    memberChange: (change, _, response) => line(messageJson(memberChangeTypes[change], response)),
    alarms: message(m.AlarmResponse),
    endpointHealth: (health) =>
      line(
        jsonArray(
          health.map(({ endpoint, healthy, took, error }) =>
            jsonObject([
              ['endpoint', jsonString(endpoint)],
              ['health', String(healthy)],
              ['took', jsonString(took)],
              ...(error === '' ? [] : [['error', jsonString(error)] as const]),
            ]),
          ),
        ),
      ),
    endpointStatus: (answers) => perEndpoint('Status', m.StatusResponse, answers),
    endpointHashKv: (answers) => perEndpoint('HashKV', m.HashKVResponse, answers),
  };
}

/** clientv3.WatchResponse: no field tags, so Go's names, and nothing left out. */
function watchJson({ header, events, compactRevision, canceled, created }: m.WatchResponse): string {
  return jsonObject([
    ['Header', messageJson(m.ResponseHeader, header ?? m.ResponseHeader.create())],
    ['Events', jsonArray(events.map((event) => messageJson(m.Event, event)))],
    ['CompactRevision', String(compactRevision)],
    ['Canceled', String(canceled)],
    ['Created', String(created)],
  ]);
}

/** `member list --hex`: ids as hexadecimal strings, the learner flag left out, as etcdctl 3.5 and newer have it. */
function hexMembersJson({ header, members }: m.MemberListResponse): string {
  const id = (value: bigint): string => `"${BigInt.asUintN(64, value).toString(16)}"`;
  const list = members.map((member) =>
    jsonObject([
      ['ID', id(member.id)],
      ['name', jsonString(member.name)],
      ['peerURLs', jsonArray(member.peerUrls.map(jsonString))],
      ['clientURLs', jsonArray(member.clientUrls.map(jsonString))],
    ]),
  );
  return jsonObject([
    [
      'header',
      jsonObject([
        ['cluster_id', id(header?.clusterId ?? 0n)],
        ['member_id', id(header?.memberId ?? 0n)],
        ['raft_term', String(header?.raftTerm ?? 0)],
      ]),
    ],
    ...(members.length === 0 ? [] : [['members', jsonArray(list)] as const]),
  ]);
}
