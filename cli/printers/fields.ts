// `-w fields`: one `"Name" : value` a line, strings in Go's quotes; for scripts without a JSON parser.

import type { KeyValue, ResponseHeader } from '../../common/api/generated/messages.ts';
import { hex16 } from '../format/go-number.ts';
import { goQuote } from '../format/go-quote.ts';
import { alarmName, eventName } from './names.ts';
import { type Printer, type PrinterOptions, unsupported } from './printer.ts';

export function createFieldsPrinter({ hex, out }: PrinterOptions): Printer {
  const field = (name: string, value: string | number | bigint | boolean): void => out.write(`"${name}" : ${value}\n`);
  const clusterId = (id: bigint): string => (hex ? BigInt.asUintN(64, id).toString(16) : String(id));
  const leaseId = (id: bigint): string => (hex ? hex16(id) : String(id));
  const blank = (): void => out.write('\n');

  const header = (head: ResponseHeader | undefined): void => {
    field('ClusterID', clusterId(head?.clusterId ?? 0n));
    field('MemberID', clusterId(head?.memberId ?? 0n));
    // Answers that are not about keys carry no revision.
    if (head !== undefined && head.revision > 0) field('Revision', head.revision);
    field('RaftTerm', head?.raftTerm ?? 0);
  };
  const keyValue = (prefix: string, kv: KeyValue): void => {
    field(`${prefix}Key`, goQuote(kv.key));
    field(`${prefix}CreateRevision`, kv.createRevision);
    field(`${prefix}ModRevision`, kv.modRevision);
    field(`${prefix}Version`, kv.version);
    field(`${prefix}Value`, goQuote(kv.value));
    field(`${prefix}Lease`, leaseId(kv.lease));
  };

  const printer: Printer = {
    format: 'fields',
    get(response) {
      header(response.header);
      for (const kv of response.kvs) keyValue('', kv);
      field('More', response.more);
      field('Count', response.count);
    },
    put(response) {
      header(response.header);
      if (response.prevKv !== undefined) keyValue('Prev', response.prevKv);
    },
    del(response) {
      header(response.header);
      field('Deleted', response.deleted);
      for (const kv of response.prevKvs) keyValue('Prev', kv);
    },
    txn(response) {
      header(response.header);
      field('Succeeded', response.succeeded);
      for (const { responseRange, responsePut, responseDeleteRange, responseTxn } of response.responses) {
        if (responseRange !== undefined) printer.get(responseRange);
        else if (responsePut !== undefined) printer.put(responsePut);
        else if (responseDeleteRange !== undefined) printer.del(responseDeleteRange);
        else if (responseTxn !== undefined) printer.txn(responseTxn);
      }
    },
    watch(response) {
      header(response.header);
      for (const { type, kv, prevKv } of response.events) {
        field('Type', eventName(type));
        if (prevKv !== undefined) keyValue('Prev', prevKv);
        if (kv !== undefined) keyValue('', kv);
      }
    },
    leaseGrant(response) {
      header(response.header);
      field('ID', leaseId(response.id));
      field('TTL', response.ttl);
    },
    leaseRevoke: (_, response) => header(response.header),
    leaseKeepAlive(response) {
      header(response.header);
      field('ID', leaseId(response.id));
      field('TTL', response.ttl);
    },
    leaseTimeToLive(response) {
      header(response.header);
      field('ID', leaseId(response.id));
      field('TTL', response.ttl);
      field('GrantedTTL', response.grantedTtl);
      for (const key of response.keys) field('Key', goQuote(key));
    },
    leaseList(response) {
      header(response.header);
      for (const { id } of response.leases) field('ID', leaseId(id));
    },
    memberList(response) {
      header(response.header);
      for (const member of response.members) {
        field('ID', clusterId(member.id));
        field('Name', goQuote(member.name));
        for (const url of member.peerUrls) field('PeerURL', goQuote(url));
        for (const url of member.clientUrls) field('ClientURL', goQuote(url));
        field('IsLearner', member.isLearner);
        blank();
      }
    },
    memberChange: unsupported('fields'),
    alarms(response) {
      header(response.header);
      for (const { memberId, alarm } of response.alarms) {
        field('MemberID', clusterId(memberId));
        field('AlarmType', alarmName(alarm));
        blank();
      }
    },
    endpointHealth(health) {
      for (const { endpoint, healthy, took, error } of health) {
        field('Endpoint', goQuote(endpoint));
        field('Health', healthy);
        field('Took', took);
        field('Error', error);
        blank();
      }
    },
    endpointStatus(answers) {
      for (const { endpoint, response } of answers) {
        header(response.header);
        field('Version', goQuote(response.version));
        field('StorageVersion', goQuote(response.storageVersion));
        field('DBSize', response.dbSize);
        field('DBSizeInUse', response.dbSizeInUse);
        field('Leader', response.leader);
        field('IsLearner', response.isLearner);
        field('RaftIndex', response.raftIndex);
        field('RaftTerm', response.raftTerm);
        field('RaftAppliedIndex', response.raftAppliedIndex);
        field('Errors', `[${response.errors.join(' ')}]`);
        field('Endpoint', goQuote(endpoint));
        field('DowngradeTargetVersion', goQuote(response.downgradeInfo?.targetVersion ?? ''));
        field('DowngradeEnabled', response.downgradeInfo?.enabled ?? false);
        blank();
      }
    },
    endpointHashKv(answers) {
      for (const { endpoint, response } of answers) {
        header(response.header);
        field('Endpoint', goQuote(endpoint));
        field('Hash', response.hash);
        field('HashRevision', response.hashRevision);
        blank();
      }
    },
  };
  return printer;
}
