// The v2 tree in a v3 store: files, directories and the rules between them, each change one transaction, so that it
// holds on a cluster and between its members. Time-to-live, compare-and-swap and in-order keys are not here: what
// bootstraps a cluster has no use for them.

import {
  Compare,
  CompareCompareResult,
  CompareCompareTarget,
  DeleteRangeRequest,
  type KeyValue,
  PutRequest,
  RangeRequest,
  RequestOp,
  type ResponseHeader,
  TxnRequest,
  type TxnResponse,
} from '../../../common/api/generated/messages.ts';
import type { Service } from '../../../common/api/generated/service.ts';
import { outgoingCall } from '../../../common/client/outgoing-call.ts';
import { V2Error } from './v2-error.ts';
import { directoryNode, fileNode, type V2Event } from './v2-node.ts';
import { directoriesAbove, V2Keys } from './v2-path.ts';

export interface V2Answer {
  readonly event: V2Event;
  readonly header: ResponseHeader;
  readonly isCreated: boolean;
}

/** Rows that one listing may show. */
const listedMax = 10_000;
/** etcd's time for one request (5 s and two elections). */
const requestMs = 7_000;

const { EQUAL, GREATER } = CompareCompareResult;
const { CREATE } = CompareCompareTarget;

export class V2Store {
  readonly keys: V2Keys;
  readonly #service: Service;

  constructor(service: Service, prefix: string) {
    this.#service = service;
    this.keys = new V2Keys(prefix);
  }

  async get(path: string, { recursive }: { readonly recursive: boolean }): Promise<V2Answer> {
    const { header, responses } = await this.#txn({
      success: [range({ key: this.keys.file(path) }), range({ ...this.keys.below(path), limit: listedMax + 1 })],
    });
    const [file, below] = [rowsOf(responses[0]), rowsOf(responses[1])];
    const answer = { header: header!, isCreated: false };
    if (file[0] !== undefined && path !== '/')
      return { ...answer, event: { action: 'get', node: fileNode(path, file[0]) } };
    if (below.length === 0 && path !== '/') throw await this.#missing(path, header!.revision);
    if (below.length > listedMax) {
      throw new V2Error('raftInternal', `${path} holds more than ${listedMax} keys`, header!.revision);
    }
    const node = directoryNode(path, below, this.keys, { recursive, listed: true });
    return { ...answer, event: { action: 'get', node } };
  }

  /** A file. `prevExist`: true replaces only, false creates only, undefined does either. */
  async put(path: string, value: string, prevExist: boolean | undefined): Promise<V2Answer> {
    refuseRoot(path);
    const key = this.keys.file(path);
    const compare = [...this.#directoriesAbove(path), absent(this.keys.below(path))];
    if (prevExist !== undefined) {
      compare.push(Compare.create({ target: CREATE, result: prevExist ? GREATER : EQUAL, key }));
    }
    const put = PutRequest.create({ key, value: Buffer.from(value), prevKv: true });
    const answer = await this.#txn({
      compare,
      success: [RequestOp.create({ requestPut: put }), range({ key })],
      failure: this.#explaining(path),
    });
    if (!answer.succeeded) throw this.#refusedPut(path, answer, prevExist);
    const before = answer.responses[0]?.responsePut?.prevKv;
    const action = prevExist === undefined ? 'set' : prevExist ? 'update' : 'create';
    const node = fileNode(path, rowsOf(answer.responses[1])[0]!);
    const event = before === undefined ? { action, node } : { action, node, prevNode: fileNode(path, before) };
    return { event: event as V2Event, header: answer.header!, isCreated: before === undefined };
  }

  /** An empty directory. */
  async makeDirectory(path: string, prevExist: boolean | undefined): Promise<V2Answer> {
    refuseRoot(path);
    if (prevExist === true) throw new V2Error('invalidField', 'a directory has nothing that could be updated here');
    const answer = await this.#txn({
      compare: [...this.#directoriesAbove(path), absent({ key: this.keys.file(path) }), absent(this.keys.below(path))],
      success: [RequestOp.create({ requestPut: PutRequest.create({ key: this.keys.marker(path) }) })],
      failure: this.#explaining(path),
    });
    if (!answer.succeeded) throw this.#refusedPut(path, answer, prevExist);
    const index = answer.header!.revision;
    const action = prevExist === undefined ? 'set' : 'create';
    const node = { key: path, dir: true, modifiedIndex: index, createdIndex: index } as const;
    return { event: { action, node }, header: answer.header!, isCreated: true };
  }

  /** A file, or a directory: an empty one with `dir`, any with `recursive`. */
  async delete(
    path: string,
    { dir, recursive }: { readonly dir: boolean; readonly recursive: boolean },
  ): Promise<V2Answer> {
    refuseRoot(path);
    const file = await this.#txn({
      compare: [present(this.keys.file(path))],
      success: [deletion({ key: this.keys.file(path) })],
      failure: [range({ ...this.keys.below(path), limit: 2 })],
    });
    if (file.succeeded) return this.#deleted(path, file, (rows) => fileNode(path, rows[0]!));
    const below = rowsOf(file.responses[0]);
    const index = file.header!.revision;
    if (below.length === 0) throw await this.#missing(path, index);
    if (!dir && !recursive) throw new V2Error('notFile', path, index);
    // Checked and done in one: nothing comes to lie in a directory that was found empty.
    const inner = {
      key: Buffer.concat([this.keys.marker(path), Buffer.of(0)]),
      rangeEnd: this.keys.below(path).rangeEnd,
    };
    const tree = await this.#txn({
      compare: recursive ? [] : [absent(inner)],
      success: [deletion(this.keys.below(path))],
    });
    if (!tree.succeeded) throw new V2Error('directoryNotEmpty', path, tree.header!.revision);
    const options = { recursive: false, listed: false };
    return this.#deleted(path, tree, (rows) => directoryNode(path, rows, this.keys, options));
  }

  #deleted(path: string, answer: TxnResponse, previous: (rows: readonly KeyValue[]) => V2Event['node']): V2Answer {
    const index = answer.header!.revision;
    const rows = answer.responses[0]?.responseDeleteRange?.prevKvs ?? [];
    // Somebody else was faster.
    if (rows.length === 0) throw new V2Error('keyNotFound', path, index);
    const prevNode = previous(rows);
    const { createdIndex, dir } = prevNode;
    const node = { key: path, ...(dir ? { dir } : {}), modifiedIndex: index, createdIndex: createdIndex! };
    return { event: { action: 'delete', node, prevNode }, header: answer.header!, isCreated: false };
  }

  /** Compares that hold when none of the directories above is a file. */
  #directoriesAbove(path: string): Compare[] {
    return directoriesAbove(path).map((directory) => absent({ key: this.keys.file(directory) }));
  }

  /** Reads what tells why a put was refused: the file, something below it, and the directories above. */
  #explaining(path: string): RequestOp[] {
    return [
      range({ key: this.keys.file(path) }),
      range({ ...this.keys.below(path), limit: 1 }),
      ...directoriesAbove(path).map((directory) => range({ key: this.keys.file(directory), keysOnly: true })),
    ];
  }

  #refusedPut(path: string, { header, responses }: TxnResponse, prevExist: boolean | undefined): V2Error {
    const [file, below, ...above] = responses.map(rowsOf);
    const index = header!.revision;
    const fileAbove = above.findIndex((rows) => rows.length > 0);
    if (fileAbove >= 0) return new V2Error('notDirectory', directoriesAbove(path)[fileAbove]!, index);
    if (file!.length === 0 && below!.length === 0) return new V2Error('keyNotFound', path, index);
    return new V2Error(prevExist === false ? 'nodeExists' : 'notFile', path, index);
  }

  /** Names the first part of the path that is missing, or is a file. */
  async #missing(path: string, index: number): Promise<V2Error> {
    const above = directoriesAbove(path);
    if (above.length === 0) return new V2Error('keyNotFound', path, index);
    const { responses } = await this.#txn({
      success: above.flatMap((directory) => [
        range({ key: this.keys.file(directory), keysOnly: true }),
        range({ ...this.keys.below(directory), limit: 1, keysOnly: true }),
      ]),
    });
    for (const [i, directory] of above.entries()) {
      if (rowsOf(responses[2 * i]).length > 0) return new V2Error('notDirectory', directory, index);
      if (rowsOf(responses[2 * i + 1]).length === 0) return new V2Error('keyNotFound', directory, index);
    }
    return new V2Error('keyNotFound', path, index);
  }

  async #txn(request: Partial<TxnRequest>): Promise<TxnResponse> {
    return this.#service.txn(TxnRequest.create(request), outgoingCall({ timeoutMs: requestMs, peer: 'v2 keys API' }));
  }
}

function refuseRoot(path: string): void {
  if (path === '/') throw new V2Error('rootReadOnly', '/');
}

function range(init: Partial<RangeRequest>): RequestOp {
  return RequestOp.create({ requestRange: RangeRequest.create(init) });
}

function deletion(init: Partial<DeleteRangeRequest>): RequestOp {
  return RequestOp.create({ requestDeleteRange: DeleteRangeRequest.create({ ...init, prevKv: true }) });
}

/** Holds when there is no key, in the whole range if there is one. */
function absent(range: { readonly key: Buffer; readonly rangeEnd?: Buffer }): Compare {
  return Compare.create({ target: CREATE, result: EQUAL, ...range, createRevision: 0 });
}

function present(key: Buffer): Compare {
  return Compare.create({ target: CREATE, result: GREATER, key, createRevision: 0 });
}

function rowsOf(response: TxnResponse['responses'][number] | undefined): readonly KeyValue[] {
  return response?.responseRange?.kvs ?? [];
}
