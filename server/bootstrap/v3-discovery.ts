// etcd's v3 discovery protocol (--discovery-token, --discovery-endpoints): a running cluster holds a size, founders put
// themselves below a token, and the first so many by creation revision are the cluster. One token founds one cluster.
//
//   /_etcd/registry/<token>/_config/size            3
//   /_etcd/registry/<token>/members/<member id>     infra1=http://10.0.0.1:2380
//
// A member that comes again under its id and with the same value goes on where it was; with another one it is refused.

import {
  Compare,
  CompareCompareResult,
  CompareCompareTarget,
  PutRequest,
  RangeRequest,
  RequestOp,
  TxnRequest,
} from '../../common/api/generated/messages.ts';
import type { Service } from '../../common/api/generated/service.ts';
import { ApiError } from '../../common/api/status.ts';
import { outgoingCall } from '../../common/client/outgoing-call.ts';
import { prefixRange } from '../../common/client/prefix-range.ts';
import { isLasting } from '../../common/client/stream-errors.ts';
import { createWatcher, type Watcher } from '../../common/client/watcher.ts';
import { StartError } from '../../common/runtime/role.ts';
import { type BootstrapEnvironment, givenUp } from './environment.ts';
import { type DiscoveryProtocol, gatherMembers } from './gather-members.ts';
import {
  type DiscoveryOutcome,
  discoveryError,
  parseSize,
  type Registration,
  type Standing,
  sizeMissing,
  standing,
} from './registered-members.ts';
import { formatUrlsMap, type UrlsMap } from './urls-map.ts';

export interface V3DiscoverySource {
  /** The cluster that serves discovery. */
  readonly service: Service;
  /** Its endpoints, for the log. */
  readonly endpoints: string;
  readonly token: string;
  /** --discovery-request-timeout; default etcd's 5 s. */
  readonly requestTimeoutMs?: number;
}

const registryPrefix = '/_etcd/registry';
const requestMsDefault = 5_000;

/** `id` and `self` are what this member registers: its id in hexadecimal, its names and URLs. */
export function discoverByV3(
  source: V3DiscoverySource,
  { id, self }: { readonly id: string; readonly self: UrlsMap },
  environment: BootstrapEnvironment,
): Promise<DiscoveryOutcome> {
  const protocol = new V3Discovery(source, id, formatUrlsMap(self), environment);
  return gatherMembers(protocol, source.endpoints, environment);
}

interface Reading extends Standing {
  readonly revision: number;
}

class V3Discovery implements DiscoveryProtocol<Reading> {
  readonly #source: V3DiscoverySource;
  readonly #id: string;
  readonly #value: string;
  readonly #environment: BootstrapEnvironment;
  readonly #sizeKey: string;
  readonly #membersPrefix: string;

  constructor(source: V3DiscoverySource, id: string, value: string, environment: BootstrapEnvironment) {
    this.#source = source;
    this.#id = id;
    this.#value = value;
    this.#environment = environment;
    const token = `${registryPrefix}/${source.token}`;
    this.#sizeKey = `${token}/_config/size`;
    this.#membersPrefix = `${token}/members/`;
  }

  async size(): Promise<number> {
    const { kvs } = await this.#ask((call) =>
      this.#source.service.range(RangeRequest.create({ key: Buffer.from(this.#sizeKey) }), call),
    );
    if (kvs.length === 0) throw discoveryError('sizeNotFound', sizeMissing(this.#sizeKey));
    return parseSize(kvs[0]!.value.toString('utf8'), this.#sizeKey);
  }

  async read(size: number): Promise<Reading> {
    const { kvs, header } = await this.#ask((call) =>
      this.#source.service.range(RangeRequest.create(prefixRange(this.#membersPrefix)), call),
    );
    const registrations: Registration[] = [];
    for (const { key, value, createRevision } of kvs) {
      const id = key.toString('utf8').slice(this.#membersPrefix.length).trim();
      const text = value.toString('utf8').trim();
      if (text.includes('=')) registrations.push({ id, value: text, created: createRevision });
      else this.#environment.log.warn('invalid peer info returned from discovery service', { id, value: text });
    }
    return { ...standing(registrations, size, this.#id), revision: header!.revision };
  }

  /** Puts the key unless it is there: an answer lost on the way must not make a duplicate of this member. */
  async register(): Promise<void> {
    const key = Buffer.from(this.#membersPrefix + this.#id);
    const { EQUAL } = CompareCompareResult;
    const { CREATE } = CompareCompareTarget;
    const request = TxnRequest.create({
      compare: [Compare.create({ result: EQUAL, target: CREATE, key, createRevision: 0 })],
      success: [RequestOp.create({ requestPut: PutRequest.create({ key, value: Buffer.from(this.#value) }) })],
      failure: [RequestOp.create({ requestRange: RangeRequest.create({ key }) })],
    });
    const answer = await this.#ask((call) => this.#source.service.txn(request, call));
    const present = answer.responses[0]?.responseRange?.kvs[0]?.value.toString('utf8');
    if (answer.succeeded || present === undefined) {
      this.#environment.log.info('registered this member at the discovery service', {
        key: key.toString(),
        value: this.#value,
      });
    } else if (present !== this.#value) {
      throw discoveryError('duplicateId', `${key.toString()} is "${present}", this member is "${this.#value}"`);
    } else this.#environment.log.info('this member is registered at the discovery service', { key: key.toString() });
  }

  /** Until something below the members' prefix is newer than `revision`, or may be. */
  change({ revision }: Reading): Promise<void> {
    const { clock, random, signal } = this.#environment;
    return new Promise((resolve, reject) => {
      // A service in this process may end the watch while it is being made.
      let watcher: Watcher | undefined;
      let over = false;
      const settle = (error?: Error): void => {
        over = true;
        watcher?.close();
        signal?.removeEventListener('abort', abort);
        if (error === undefined) resolve();
        else reject(error);
      };
      const abort = (): void => settle(givenUp());
      watcher = createWatcher(this.#source.service, {
        clock,
        random,
        ...prefixRange(this.#membersPrefix),
        startRevision: revision + 1,
        onEvents: () => settle(),
        onCompacted: () => settle(),
        onRefused: (error) => settle(refusal(error)),
      });
      if (over) watcher.close();
      else if (signal?.aborted) abort();
      else signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** A refusal for good (no permission, say) ends the search; everything else is tried again. */
  async #ask<T>(request: (call: ReturnType<typeof outgoingCall>) => T | Promise<T>): Promise<T> {
    try {
      return await request(outgoingCall({ timeoutMs: this.#source.requestTimeoutMs ?? requestMsDefault }));
    } catch (error) {
      if (error instanceof ApiError && isLasting(error)) throw refusal(error);
      throw error;
    }
  }
}

function refusal(error: Error): StartError {
  return new StartError(`failed to join discovery cluster (${error.message})`, { cause: error });
}
