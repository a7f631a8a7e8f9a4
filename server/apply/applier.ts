// Turns committed log entries into state: decodes the batch, dispatches each command, and keeps one answer for each.
// Deterministic: every member that applies the same entries holds the same state, whatever it answered (or to whom).

import type { MaybePromise } from '../../common/api/call.ts';
import { apiError } from '../../common/api/errors.ts';
import {
  AlarmRequestAlarmAction,
  AlarmResponse,
  type CompactionResponse,
  DeleteRangeRequest,
  LeaseGrantResponse,
  type LeaseRevokeResponse,
  MemberListResponse,
  PutRequest,
  ResponseHeader,
  TxnRequest,
} from '../../common/api/generated/messages.ts';
import { ApiError } from '../../common/api/status.ts';
import { unreachable } from '../../common/runtime/assert.ts';
import type { Clock } from '../../common/runtime/clock.ts';
import { decode } from '../../common/wire/protobuf/codec.ts';
import type { Alarms } from '../cluster/alarms.ts';
import type { Membership } from '../cluster/membership.ts';
import type { Lessor } from '../lease/lessor.ts';
import type { MvccStore, StoreEvent } from '../mvcc/mvcc-store.ts';
import {
  type AlarmCommand,
  type Command,
  CommandBatch,
  type CompactCommand,
  type LeaseGrantCommand,
  type LeaseRevokeCommand,
  type MemberAttributesCommand,
  MembershipCommand,
} from './generated/commands.ts';
import { KvApply } from './kv-apply.ts';
import { type FetchedValues, NeededValues } from './needed-values.ts';

/** The answer to one command: a response message whose header carries the revision only, or the error it was refused with. */
export type CommandResult = { readonly response: MaybePromise<object> } | { readonly error: Error };

export interface ApplierParts {
  readonly store: MvccStore;
  readonly lessor: Lessor;
  readonly membership: Membership;
  readonly alarms: Alarms;
  /** For lease deadlines only, which are not part of the replicated state. */
  readonly clock: Clock;
  readonly onEvents: (events: readonly StoreEvent[]) => void;
  /** A compaction was applied: rows may go. */
  readonly onCompaction: () => void;
}

/** A command with its request decoded. */
type Decoded =
  | { kind: 'put'; request: PutRequest }
  | { kind: 'deleteRange'; request: DeleteRangeRequest }
  | { kind: 'txn'; request: TxnRequest }
  | { kind: 'compact'; command: CompactCommand }
  | { kind: 'leaseGrant'; command: LeaseGrantCommand }
  | { kind: 'leaseRevoke'; command: LeaseRevokeCommand }
  | { kind: 'alarm'; command: AlarmCommand }
  | { kind: 'memberAttributes'; command: MemberAttributesCommand };

/** A batch that is ready to be applied once `values` has settled. */
export interface PreparedBatch {
  readonly commands: readonly Decoded[];
  readonly fetched: FetchedValues;
  readonly loading: Promise<void> | undefined;
}

export class Applier {
  private readonly parts: ApplierParts;
  private readonly kv: KvApply;

  constructor(parts: ApplierParts) {
    this.parts = parts;
    this.kv = new KvApply(parts.store, parts.lessor);
  }

  /** Decodes an entry's data and starts reading the values that its commands need. */
  prepare(data: Buffer): PreparedBatch {
    const commands = decode(CommandBatch, data).commands.map(decodeCommand);
    const fetched: FetchedValues = new Map();
    const needed = new NeededValues(this.parts.store, fetched);
    for (const command of commands) {
      if (command.kind === 'put') needed.put(command.request);
      else if (command.kind === 'txn') needed.txn(command.request);
    }
    return { commands, fetched, loading: needed.fetch() };
  }

  /** Applies a prepared batch in one go. `term` is its entry's. */
  apply(batch: PreparedBatch, term: number): CommandResult[] {
    const results = batch.commands.map((command) => {
      try {
        return { response: this.applyOne(command, batch.fetched, term) };
      } catch (error) {
        // A refusal. Anything else is a programmer's error, and state of unknown worth must not go on.
        if (!(error instanceof ApiError)) throw error;
        return { error };
      } finally {
        this.parts.onEvents(this.parts.store.commit());
      }
    });
    this.parts.store.persistRevision();
    return results;
  }

  /** Applies a membership entry; refused where it does not fit the members, on every one of them alike. */
  applyMembership(data: Buffer): CommandResult {
    const { membership, store } = this.parts;
    try {
      membership.apply(decode(MembershipCommand, data));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { error };
    }
    const header = ResponseHeader.create({ revision: store.readRevision });
    return { response: MemberListResponse.create({ header, members: membership.members }) };
  }

  private applyOne(command: Decoded, fetched: FetchedValues, term: number): MaybePromise<object> {
    const { alarms } = this.parts;
    if (alarms.corrupt && command.kind !== 'alarm') throw apiError('corrupt');
    switch (command.kind) {
      case 'put':
        if (alarms.noSpace) throw apiError('noSpace');
        return this.kv.put(command.request, fetched);
      case 'deleteRange':
        return this.kv.deleteRange(command.request);
      case 'txn':
        if (alarms.noSpace && hasPut(command.request)) throw apiError('noSpace');
        return this.kv.txn(command.request, fetched);
      case 'compact':
        return this.compact(command.command.revision);
      case 'leaseGrant':
        if (alarms.noSpace) throw apiError('noSpace');
        return this.leaseGrant(command.command);
      case 'leaseRevoke':
        return this.leaseRevoke(command.command, term);
      case 'alarm':
        return this.alarm(command.command);
      case 'memberAttributes': {
        const { memberId, name, clientUrls } = command.command;
        this.parts.membership.setAttributes(memberId, name, clientUrls);
        return MemberListResponse.create({ header: this.header() });
      }
      default:
        return unreachable(command);
    }
  }

  private compact(revision: number): CompactionResponse {
    const { store } = this.parts;
    if (revision <= store.compactRevision) throw apiError('compacted');
    if (revision > store.currentRevision) throw apiError('futureRevision');
    store.compact(revision);
    this.parts.onCompaction();
    return { header: this.header() };
  }

  private leaseGrant({ id, ttl }: LeaseGrantCommand): LeaseGrantResponse {
    const { lessor, clock } = this.parts;
    if (lessor.lookup(id) !== undefined) throw apiError('leaseExists');
    lessor.grant(id, ttl, clock.monotonicMs());
    return LeaseGrantResponse.create({ header: this.header(), id, ttl });
  }

  private leaseRevoke({ id, expiryTerm }: LeaseRevokeCommand, term: number): LeaseRevokeResponse {
    const { lessor, store } = this.parts;
    if (lessor.lookup(id) === undefined) throw apiError('leaseNotFound');
    // The leader that saw the lease expire has lost its office before the entry came to the log.
    if (expiryTerm !== 0 && expiryTerm !== term) throw apiError('leaderChanged');
    for (const key of lessor.revoke(id)) store.deleteRange({ start: key, end: null, single: true });
    return { header: ResponseHeader.create({ revision: store.readRevision }) };
  }

  private alarm({ action, memberId, alarm }: AlarmCommand): AlarmResponse {
    const { alarms } = this.parts;
    const changed =
      action === AlarmRequestAlarmAction.ACTIVATE
        ? alarms.activate(memberId, alarm)
        : alarms.deactivate(memberId, alarm);
    return AlarmResponse.create({ header: this.header(), alarms: changed });
  }

  private header(): ResponseHeader {
    return ResponseHeader.create({ revision: this.parts.store.readRevision });
  }
}

function decodeCommand(command: Command): Decoded {
  if (command.put !== undefined) return { kind: 'put', request: decode(PutRequest, command.put.request) };
  if (command.deleteRange !== undefined) {
    return { kind: 'deleteRange', request: decode(DeleteRangeRequest, command.deleteRange.request) };
  }
  if (command.txn !== undefined) return { kind: 'txn', request: decode(TxnRequest, command.txn.request) };
  if (command.compact !== undefined) return { kind: 'compact', command: command.compact };
  if (command.leaseGrant !== undefined) return { kind: 'leaseGrant', command: command.leaseGrant };
  if (command.leaseRevoke !== undefined) return { kind: 'leaseRevoke', command: command.leaseRevoke };
  if (command.alarm !== undefined) return { kind: 'alarm', command: command.alarm };
  if (command.memberAttributes !== undefined) return { kind: 'memberAttributes', command: command.memberAttributes };
  throw new Error('the log holds a command of a kind that this version does not know');
}

function hasPut(request: TxnRequest): boolean {
  return [...request.success, ...request.failure].some(
    (op) => op.requestPut !== undefined || (op.requestTxn !== undefined && hasPut(op.requestTxn)),
  );
}
