// The formats of the `service` verbs: columns for people, JSON for scripts, a boxed table. The JSON has our own names.

import { textTable } from '../format/text-table.ts';
import { unsupported } from '../printers/printer.ts';
import type { Session } from '../session.ts';
import { columns } from './columns.ts';

export interface ServiceOutput {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What `-w json` prints, on one line. */
  readonly json: unknown;
}

export function printService(session: Session, { header, rows, json }: ServiceOutput): void {
  switch (session.printer.format) {
    case 'simple':
      session.out.write(columns(header, rows));
      break;
    case 'table':
      session.out.write(textTable(header, rows));
      break;
    case 'json':
      session.out.write(`${JSON.stringify(json)}\n`);
      break;
    case 'fields':
      unsupported('fields')();
  }
}
