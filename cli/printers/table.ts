// `-w table`: boxed tables for members and endpoints; the rest has no table form, as with etcdctl.

import { textTable } from '../format/text-table.ts';
import { type Printer, type PrinterOptions, unsupported } from './printer.ts';
import { hashRows, healthRows, memberRows, type Rows, statusRows } from './rows.ts';

export function createTablePrinter({ out }: PrinterOptions): Printer {
  const draw = ({ header, rows }: Rows): void => out.write(textTable(header, rows));
  const refuse = unsupported('table');
  return {
    format: 'table',
    get: refuse,
    put: refuse,
    del: refuse,
    txn: refuse,
    watch: refuse,
    leaseGrant: refuse,
    leaseRevoke: refuse,
    leaseKeepAlive: refuse,
    leaseTimeToLive: refuse,
    leaseList: refuse,
    memberChange: refuse,
    alarms: refuse,
    memberList: (response) => draw(memberRows(response)),
    endpointHealth: (health) => draw(healthRows(health)),
    endpointStatus: (answers) => draw(statusRows(answers)),
    endpointHashKv: (answers) => draw(hashRows(answers)),
  };
}
