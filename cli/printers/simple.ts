// `-w simple`, the default: what a person reads and a pipe cuts.

import type { KeyValue, TxnResponse } from '../../common/api/generated/messages.ts';
import { hex16 } from '../format/go-number.ts';
import { alarmName, eventName, memberSentence } from './names.ts';
import type { Printer, PrinterOptions } from './printer.ts';
import { hashRows, memberRows, type Rows, statusRows } from './rows.ts';

const newline = Buffer.from('\n');

export function createSimplePrinter({ hex, out }: PrinterOptions): Printer {
  const line = (text: string): void => out.write(`${text}\n`);
  const octets = (bytes: Buffer): void =>
    hex ? line(bytes.toString('hex').replace(/../g, '\\x$&')) : out.write(Buffer.concat([bytes, newline]));
  const keyValue = (kv: KeyValue, valueOnly = false): void => {
    if (!valueOnly) octets(kv.key);
    octets(kv.value);
  };
  const joined = ({ rows }: Rows): void => {
    for (const row of rows) line(row.join(', '));
  };

  const printer: Printer = {
    format: 'simple',
    get(response, valueOnly) {
      for (const kv of response.kvs) keyValue(kv, valueOnly);
    },
    put(response) {
      line('OK');
      if (response.prevKv !== undefined) keyValue(response.prevKv);
    },
    del(response) {
      line(String(response.deleted));
      for (const kv of response.prevKvs) keyValue(kv);
    },
    txn(response: TxnResponse) {
      line(response.succeeded ? 'SUCCESS' : 'FAILURE');
      for (const { responseRange, responsePut, responseDeleteRange, responseTxn } of response.responses) {
        line('');
        if (responseRange !== undefined) printer.get(responseRange);
        else if (responsePut !== undefined) printer.put(responsePut);
        else if (responseDeleteRange !== undefined) printer.del(responseDeleteRange);
        else if (responseTxn !== undefined) printer.txn(responseTxn);
      }
    },
    watch(response) {
      for (const { type, kv, prevKv } of response.events) {
        line(eventName(type));
        if (prevKv !== undefined) keyValue(prevKv);
        if (kv !== undefined) keyValue(kv);
      }
    },
    leaseGrant: ({ id, ttl }) => line(`lease ${hex16(id)} granted with TTL(${ttl}s)`),
    leaseRevoke: (id) => line(`lease ${hex16(id)} revoked`),
    leaseKeepAlive: ({ id, ttl }) => line(`lease ${hex16(id)} keepalived with TTL(${ttl})`),
    leaseTimeToLive({ id, ttl, grantedTtl, keys: attached }, keys) {
      if (grantedTtl === 0 && ttl === -1) return line(`lease ${hex16(id)} already expired`);
      const text = `lease ${hex16(id)} granted with TTL(${grantedTtl}s), remaining(${ttl}s)`;
      out.write(text);
      if (keys) {
        const spaced = attached.flatMap((key, index) => (index === 0 ? [key] : [Buffer.from(' '), key]));
        out.write(Buffer.concat([Buffer.from(', attached keys(['), ...spaced, Buffer.from('])')]));
      }
      line('');
    },
    leaseList({ leases }) {
      line(`found ${leases.length} leases`);
      for (const { id } of leases) line(hex16(id));
    },
    memberList: (response) => joined(memberRows(response)),
    memberChange: (change, id, response) => line(memberSentence(change, id, response)),
    alarms({ alarms }) {
      for (const { memberId, alarm } of alarms) {
        // The text form of a protobuf message: zero values left out, a space behind each field.
        line(`${memberId === 0n ? '' : `memberID:${memberId} `}${alarm === 0 ? '' : `alarm:${alarmName(alarm)} `}`);
      }
    },
    endpointHealth(health) {
      for (const { endpoint, took, error } of health) {
        line(
          error === ''
            ? `${endpoint} is healthy: successfully committed proposal: took = ${took}`
            : `${endpoint} is unhealthy: failed to commit proposal: ${error}`,
        );
      }
    },
    endpointStatus: (answers) => joined(statusRows(answers)),
    endpointHashKv: (answers) => joined(hashRows(answers)),
  };
  return printer;
}
