// The one history that there may be: the committed entries as the first member that hands them out shows them, each member
// after it having to show the same, carried out on the dumb model of the API. What clients and watchers saw is held
// against it: the log's order is the order in which everything must seem to have happened.

import { crc32 } from 'node:zlib';
import { DeleteRangeRequest, type KeyValue, PutRequest, TxnRequest } from '../../common/api/generated/messages.ts';
import { decode } from '../../common/wire/protobuf/codec.ts';
import {
  type Command,
  CommandBatch,
  MembershipCommand,
  MembershipCommandKind,
} from '../../server/apply/generated/commands.ts';
import type { Entry } from '../../server/raft/types.ts';
import { KvModel, Refusal } from '../server/model/kv-model.ts';
import { summary } from './invariants.ts';
import { demand } from './journal.ts';

/** What a command came to. `response` for those that have one worth comparing. */
export type Outcome = { readonly response: object | undefined } | { readonly refused: string };

export interface TrueCommand {
  /** Place in the order of all commands, from 1. */
  readonly position: number;
  readonly kind: string;
  readonly request: object;
  readonly outcome: Outcome;
  /** The current revision after it. */
  readonly revision: number;
  /** When the first member knew it to be committed, in time of the world. */
  readonly atMs: number;
}

export interface TrueEvent {
  readonly revision: number;
  readonly key: string;
  /** Undefined: deleted. */
  readonly kv: KeyValue | undefined;
  readonly previous: KeyValue | undefined;
}

/** When a lease ended, and why. */
export interface LeaseEnd {
  readonly atMs: number;
  readonly expired: boolean;
}

export class Truth {
  readonly model = new KvModel();
  readonly commands: TrueCommand[] = [];
  readonly leaseEnds = new Map<bigint, LeaseEnd>();
  readonly voters = new Set<bigint>();
  readonly learners = new Set<bigint>();
  readonly removed = new Set<bigint>();
  readonly peerUrls = new Map<bigint, string>();
  memberChanges = 0;
  expiries = 0;
  private readonly nowMs: () => number;
  private readonly onLeaseEnd: (id: bigint, end: LeaseEnd) => void;
  /** Term, kind and content of each entry, from index 1 at place 0. */
  private readonly entries: string[] = [];
  private readonly summaries: string[] = [];
  private readonly byMark = new Map<string, TrueCommand>();
  private readonly byRevision = new Map<number, TrueCommand>();
  private readonly events: TrueEvent[][] = [];

  constructor(nowMs: () => number, onLeaseEnd: (id: bigint, end: LeaseEnd) => void) {
    this.nowMs = nowMs;
    this.onLeaseEnd = onLeaseEnd;
  }

  get lastIndex(): number {
    return this.entries.length;
  }

  get revision(): number {
    return this.model.revision;
  }

  /** A member hands out a committed entry. */
  committed(member: string, entry: Entry): void {
    const { index, term, kind, data } = entry;
    const content = `${term} ${kind} ${data.length} ${crc32(data)}`;
    const known = this.entries[index - 1];
    if (known !== undefined) {
      demand(
        known === content,
        () => `${member} applies "${content}" at ${index}, another member has "${known}" there`,
      );
      return;
    }
    demand(
      index === this.entries.length + 1,
      () => `${member} commits entry ${index}, the last known was ${this.entries.length}`,
    );
    this.entries.push(content);
    if (kind === 'membership') this.changeMembers(data);
    else if (data.length > 0) for (const command of decode(CommandBatch, data).commands) this.carryOut(command, term);
    const { model, voters, learners } = this;
    const { revision, compactRevision, leases } = model;
    this.summaries.push(summary({ revision, compactRevision, leases: leases.size, voters, learners }));
  }

  /** See `summary`; undefined before the first entry. */
  summaryAt(index: number): string | undefined {
    return this.summaries[index - 1];
  }

  private carryOut(command: Command, term: number): void {
    const done = this.execute(command, term);
    const position = this.commands.length + 1;
    const revision = this.revision;
    const made: TrueCommand = { position, ...done, revision, atMs: this.nowMs() };
    this.commands.push(made);
    const mark = markOf(done.request);
    if (mark !== undefined) {
      const other = this.byMark.get(mark);
      demand(other === undefined, () => `the command with "${mark}" took effect twice`);
      this.byMark.set(mark, made);
    }
    for (let changed = this.events.length + 2; changed <= revision; changed++) {
      this.events.push(differences(this.model, changed));
      this.byRevision.set(changed, made);
    }
  }

  private execute(command: Command, term: number): Pick<TrueCommand, 'kind' | 'request' | 'outcome'> {
    const { put, deleteRange, txn, compact, leaseGrant, leaseRevoke } = command;
    const { model } = this;
    const run = (
      kind: string,
      request: object,
      work: () => object | undefined,
    ): Pick<TrueCommand, 'kind' | 'request' | 'outcome'> => {
      try {
        return { kind, request, outcome: { response: work() } };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return { kind, request, outcome: { refused: error.message } };
      }
    };
    if (put !== undefined) {
      const request = decode(PutRequest, put.request);
      return run('put', request, () => model.put(request));
    }
    if (deleteRange !== undefined) {
      const request = decode(DeleteRangeRequest, deleteRange.request);
      return run('deleteRange', request, () => model.deleteRange(request));
    }
    if (txn !== undefined) {
      const request = decode(TxnRequest, txn.request);
      return run('txn', request, () => model.txn(request));
    }
    if (compact !== undefined) return run('compact', compact, () => void model.compact(compact.revision));
    if (leaseGrant !== undefined)
      return run('leaseGrant', leaseGrant, () => void model.grant(leaseGrant.id, leaseGrant.ttl));
    if (leaseRevoke !== undefined) {
      return run('leaseRevoke', leaseRevoke, () => {
        // Decided by a leader of another term: it is void.
        const { id, expiryTerm } = leaseRevoke;
        if (expiryTerm !== 0 && expiryTerm !== term) throw new Refusal('leaderChanged');
        model.revoke(id);
        const end = { atMs: this.nowMs(), expired: expiryTerm !== 0 };
        if (end.expired) this.expiries++;
        this.leaseEnds.set(id, end);
        this.onLeaseEnd(id, end);
        return undefined;
      });
    }
    return { kind: 'other', request: command, outcome: { response: undefined } };
  }

  private changeMembers(data: Buffer): void {
    const { kind, member } = decode(MembershipCommand, data);
    const { id, isLearner, peerUrls } = member!;
    const isMember = this.voters.has(id) || this.learners.has(id);
    if (kind === MembershipCommandKind.ADD) {
      const urlTaken = [...this.peerUrls.values()].includes(peerUrls[0]!);
      if (isMember || this.removed.has(id) || urlTaken) return;
      (isLearner ? this.learners : this.voters).add(id);
      this.peerUrls.set(id, peerUrls[0]!);
    } else if (kind === MembershipCommandKind.REMOVE && isMember) {
      if (this.voters.size === 1 && this.voters.has(id)) return;
      this.voters.delete(id);
      this.learners.delete(id);
      this.peerUrls.delete(id);
      this.removed.add(id);
    } else if (kind === MembershipCommandKind.PROMOTE && this.learners.delete(id)) this.voters.add(id);
    else return;
    this.memberChanges++;
  }

  // ---- questions

  /** The command that carried a client's unique value, once it is committed. */
  withMark(mark: string): TrueCommand | undefined {
    return this.byMark.get(mark);
  }

  /** The command that made the revision. */
  at(revision: number): TrueCommand | undefined {
    return this.byRevision.get(revision);
  }

  get position(): number {
    return this.commands.length;
  }

  /** What changed with after < revision <= to, by revision and key, as far as `isWatched`. */
  eventsBetween(after: number, to: number, isWatched: (key: string) => boolean): TrueEvent[] {
    const found: TrueEvent[] = [];
    for (let revision = Math.max(2, after + 1); revision <= to; revision++) {
      for (const event of this.events[revision - 2] ?? []) if (isWatched(event.key)) found.push(event);
    }
    return found;
  }

  /** What a range of the API shows of a revision, keys from `start` to below `end`; null: of one key. */
  stateAt(revision: number, start: string, end: string | null): KeyValue[] {
    const state = this.model.states[revision]!;
    const keys = [...state.keys()].filter((key) => (end === null ? key === start : key >= start && key < end));
    return keys.sort().map((key) => state.get(key)!);
  }
}

/** What makes a client's command one of its kind: the value that only it puts. */
function markOf(request: object): string | undefined {
  if ('value' in request) return (request as PutRequest).value.toString();
  if (!('success' in request)) return undefined;
  const { success, failure } = request as TxnRequest;
  return [...success, ...failure].find((op) => op.requestPut !== undefined)?.requestPut?.value.toString();
}

function differences({ states }: KvModel, revision: number): TrueEvent[] {
  const before = states[revision - 1]!;
  const after = states[revision]!;
  const keys = new Set([...before.keys(), ...after.keys()]);
  const events: TrueEvent[] = [];
  for (const key of [...keys].sort()) {
    const previous = before.get(key);
    const kv = after.get(key);
    if (previous !== kv) events.push({ revision, key, kv, previous });
  }
  return events;
}
