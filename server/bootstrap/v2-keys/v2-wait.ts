// `GET …?wait=true`: a long poll that answers with the first event at or after waitIndex. Headers go out as soon as the
// wait is in force, so that the client knows its index; the body is one event. It ends without one when the server stops.

import { isApiError } from '../../../common/api/errors.ts';
import {
  type Event,
  EventEventType,
  RangeRequest,
  type ResponseHeader,
  WatchCreateRequest,
  WatchRequest,
  type WatchResponse,
} from '../../../common/api/generated/messages.ts';
import type { Service } from '../../../common/api/generated/service.ts';
import { outgoingCall } from '../../../common/client/outgoing-call.ts';
import { consumeStream, type StreamHandle } from '../../../common/client/service-stream.ts';
import { V2Error } from './v2-error.ts';
import { fileNode, type V2Event, type V2Node } from './v2-node.ts';
import { isHiddenFrom, type V2Keys } from './v2-path.ts';

export interface WaitRequest {
  readonly path: string;
  readonly recursive: boolean;
  /** 0: from now on. */
  readonly waitIndex: number;
}

export interface WaitListener {
  /** The wait is in force. */
  opened(header: ResponseHeader): void;
  event(event: V2Event): void;
  /** There will be no event. Before `opened`, `error` is the answer. */
  ended(error: Error | undefined): void;
}

const requestMs = 7_000;

export interface Wait {
  cancel(): void;
}

/** Starts at once; exactly one of `event` and `ended` is the last word. */
export function startWait(service: Service, keys: V2Keys, request: WaitRequest, listener: WaitListener): Wait {
  const wait = new V2Wait(service, keys, request, listener);
  wait.start();
  return wait;
}

class V2Wait implements Wait {
  readonly #service: Service;
  readonly #keys: V2Keys;
  readonly #request: WaitRequest;
  readonly #listener: WaitListener;
  #stream: StreamHandle<WatchRequest> | undefined;
  #over = false;

  constructor(service: Service, keys: V2Keys, request: WaitRequest, listener: WaitListener) {
    this.#service = service;
    this.#keys = keys;
    this.#request = request;
    this.#listener = listener;
  }

  start(): void {
    this.#refuseCleared().then(
      () => this.#open(),
      (error: unknown) => this.#end(error as Error),
    );
  }

  cancel(): void {
    this.#over = true;
    this.#stream?.cancel();
  }

  /** A watch tells too late that its start is compacted away: after it was confirmed. So that is asked before. */
  async #refuseCleared(): Promise<void> {
    const { waitIndex } = this.#request;
    if (waitIndex === 0) return;
    const probe = RangeRequest.create({ key: this.#keys.file('/'), countOnly: true, revision: waitIndex });
    try {
      await this.#service.range(probe, outgoingCall({ timeoutMs: requestMs, peer: 'v2 keys API' }));
    } catch (error) {
      if (isApiError(error, 'futureRevision')) return;
      if (!isApiError(error, 'compacted')) throw error;
      throw new V2Error('indexCleared', `the requested history has been cleared [${waitIndex}]`, waitIndex);
    }
  }

  #open(): void {
    if (this.#over) return;
    const { path, recursive, waitIndex } = this.#request;
    this.#stream = consumeStream<WatchRequest, WatchResponse>(
      (call, out) => this.#service.watch(call, out),
      { peer: 'v2 keys API' },
      {
        message: (response) => this.#message(response),
        end: (error) => this.#end(error),
      },
    );
    const range = recursive ? this.#keys.around(path) : { key: this.#keys.file(path) };
    this.#stream.send(
      WatchRequest.create({
        createRequest: WatchCreateRequest.create({ ...range, startRevision: waitIndex, prevKv: true }),
      }),
    );
  }

  #message(response: WatchResponse): void {
    if (this.#over) return;
    if (response.canceled) {
      this.#end(new Error(response.cancelReason));
      return;
    }
    if (response.created) this.#listener.opened(response.header!);
    for (const event of response.events) {
      const shown = this.#shown(event);
      if (shown === undefined) continue;
      this.#over = true;
      this.#stream?.cancel();
      this.#listener.event(shown);
      return;
    }
  }

  /** The event in v2's terms, or undefined when this wait does not see it. */
  #shown({ type, kv, prevKv }: Event): V2Event | undefined {
    const { path, isMarker } = this.#keys.pathOf(kv!.key);
    const watched = this.#request.path;
    const below = watched === '/' ? '/' : `${watched}/`;
    if (path !== watched && !(this.#request.recursive && path.startsWith(below))) return undefined;
    if (isHiddenFrom(watched, path)) return undefined;
    const node = (row: NonNullable<typeof kv>): V2Node =>
      isMarker
        ? { key: path, dir: true, modifiedIndex: row.modRevision, createdIndex: row.createRevision }
        : fileNode(path, row);
    const previous = prevKv === undefined ? {} : { prevNode: node(prevKv) };
    if (type !== EventEventType.DELETE) {
      // v3 does not remember whether a put was to create; a first version has been created either way.
      return { action: kv!.version === 1 ? 'create' : 'set', node: node(kv!), ...previous };
    }
    const { modRevision } = kv!;
    const createdIndex = prevKv?.createRevision ?? modRevision;
    return {
      action: 'delete',
      node: { key: path, ...(isMarker ? { dir: true } : {}), modifiedIndex: modRevision, createdIndex },
      ...previous,
    };
  }

  #end(error: Error | undefined): void {
    if (this.#over) return;
    this.#over = true;
    this.#stream?.cancel();
    this.#listener.ended(error);
  }
}
