// The formats of `-w`: each printer shows every kind of answer, or refuses. Which one is chosen here; what they print
// is compared byte for byte with etcdctl in test/cli.

import type * as m from '../../common/api/generated/messages.ts';
import { ExitError, exitCodes } from '../exit-error.ts';
import type { Output } from '../session.ts';
import { createFieldsPrinter } from './fields.ts';
import { createJsonPrinter } from './json.ts';
import { createSimplePrinter } from './simple.ts';
import { createTablePrinter } from './table.ts';

export interface EndpointHealth {
  readonly endpoint: string;
  readonly healthy: boolean;
  /** Go's duration text. */
  readonly took: string;
  /** Empty when healthy. */
  readonly error: string;
}

export interface EndpointAnswer<T> {
  readonly endpoint: string;
  readonly response: T;
}

export type OutputFormat = 'simple' | 'json' | 'table' | 'fields';
export type MemberChange = 'added' | 'removed' | 'updated' | 'promoted';

export interface Printer {
  readonly format: OutputFormat;
  /** `valueOnly`: without keys, for the simple format only. */
  get(response: m.RangeResponse, valueOnly?: boolean): void;
  put(response: m.PutResponse): void;
  del(response: m.DeleteRangeResponse): void;
  txn(response: m.TxnResponse): void;
  watch(response: m.WatchResponse): void;
  leaseGrant(response: m.LeaseGrantResponse): void;
  leaseRevoke(id: bigint, response: m.LeaseRevokeResponse): void;
  leaseKeepAlive(response: m.LeaseKeepAliveResponse): void;
  leaseTimeToLive(response: m.LeaseTimeToLiveResponse, keys: boolean): void;
  leaseList(response: m.LeaseLeasesResponse): void;
  memberList(response: m.MemberListResponse): void;
  memberChange(change: MemberChange, id: bigint, response: MemberChangeResponse): void;
  alarms(response: m.AlarmResponse): void;
  endpointHealth(health: readonly EndpointHealth[]): void;
  endpointStatus(answers: readonly EndpointAnswer<m.StatusResponse>[]): void;
  endpointHashKv(answers: readonly EndpointAnswer<m.HashKVResponse>[]): void;
}

export type MemberChangeResponse =
  | m.MemberAddResponse
  | m.MemberRemoveResponse
  | m.MemberUpdateResponse
  | m.MemberPromoteResponse;

export interface PrinterOptions {
  readonly hex: boolean;
  readonly out: Output;
}

export function createPrinter(format: string, options: PrinterOptions): Printer {
  switch (format) {
    case 'simple':
      return createSimplePrinter(options);
    case 'json':
      return createJsonPrinter(options);
    case 'table':
      return createTablePrinter(options);
    case 'fields':
      return createFieldsPrinter(options);
    default:
      throw new ExitError(exitCodes.badFeature, 'unsupported output format');
  }
}

/** For what a format has no form for. */
export function unsupported(format: OutputFormat): () => never {
  return () => {
    throw new ExitError(exitCodes.badFeature, `${format} not supported as output format`);
  };
}
