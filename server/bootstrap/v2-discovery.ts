// The older discovery protocol (--discovery URL): the same idea over the v2 keys API, at a URL that is a directory.
//
//   GET <url>/_config/size                        3
//   PUT <url>/<member id>?prevExist=false         value=infra1=http://10.0.0.1:2380
//   GET <url>?wait=true&recursive=true&waitIndex=7
//
// The oldest N by createdIndex are the cluster. Unlike etcd, a member whose registration is there with its own value
// goes on: it was stopped before the others came. Whether it may found the cluster again is asked of the others later.

import { type BootstrapEnvironment, messageOf } from './environment.ts';
import { type DiscoveryProtocol, gatherMembers } from './gather-members.ts';
import type { HttpAnswer, HttpExchange, HttpRequest } from './http-exchange.ts';
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

export interface V2DiscoverySource {
  readonly url: string;
  /** HTTP to the service, which may go through --discovery-proxy. */
  readonly http: HttpExchange;
}

const requestMs = 5_000;
/** One long poll; afterwards the list is read again, so that no lost event can make it wait for ever. */
const pollMs = 60_000;

const keyNotFound = 100;
const nodeExists = 105;

/** `id` and `self` are what this member registers: its id in hexadecimal, its names and URLs. */
export function discoverByV2(
  source: V2DiscoverySource,
  { id, self }: { readonly id: string; readonly self: UrlsMap },
  environment: BootstrapEnvironment,
): Promise<DiscoveryOutcome> {
  const protocol = new V2Discovery(source, id, formatUrlsMap(self), environment);
  return gatherMembers(protocol, protocol.url, environment);
}

interface Reading extends Standing {
  readonly index: number;
}

interface V2Node {
  readonly key: string;
  readonly value: string;
  readonly createdIndex: number;
  readonly nodes: readonly V2Node[];
}

class V2Discovery implements DiscoveryProtocol<Reading> {
  readonly #source: V2DiscoverySource;
  readonly #id: string;
  readonly #value: string;
  readonly #environment: BootstrapEnvironment;
  /** Without a trailing slash. */
  readonly url: string;

  constructor(source: V2DiscoverySource, id: string, value: string, environment: BootstrapEnvironment) {
    this.#source = source;
    this.#id = id;
    this.#value = value;
    this.#environment = environment;
    this.url = source.url.replace(/\/+$/, '');
  }

  async size(): Promise<number> {
    const key = `${this.url}/_config/size`;
    const answer = await this.#request({ method: 'GET', url: key, timeoutMs: requestMs });
    if (errorCodeOf(answer) === keyNotFound) throw discoveryError('sizeNotFound', sizeMissing(key));
    return parseSize(nodeOf(answer).value, key);
  }

  async read(size: number): Promise<Reading> {
    const answer = await this.#request({ method: 'GET', url: `${this.url}?quorum=true`, timeoutMs: requestMs });
    const registrations: Registration[] = nodeOf(answer)
      .nodes.map(({ key, value, createdIndex }) => ({ id: baseName(key), value, created: createdIndex }))
      .filter(({ id }) => id !== '_config');
    const index = Number(answer.headers.get('x-etcd-index'));
    if (!Number.isSafeInteger(index)) throw discoveryError('badEndpoint', `${this.url} does not tell X-Etcd-Index`);
    return { ...standing(registrations, size, this.#id), index };
  }

  async register(): Promise<void> {
    const url = `${this.url}/${this.#id}`;
    const answer = await this.#request({
      method: 'PUT',
      url: `${url}?prevExist=false`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ value: this.#value }).toString(),
      timeoutMs: requestMs,
    });
    if (errorCodeOf(answer) !== nodeExists) {
      nodeOf(answer);
      this.#environment.log.info('registered this member at the discovery service', { url, value: this.#value });
      return;
    }
    const present = nodeOf(
      await this.#request({ method: 'GET', url: `${url}?quorum=true`, timeoutMs: requestMs }),
    ).value;
    if (present !== this.#value) {
      throw discoveryError('duplicateId', `${url} is "${present}", this member is "${this.#value}"`);
    }
    this.#environment.log.info('this member is registered at the discovery service', { url });
  }

  /** Until something changed, or some time has passed: the caller reads the whole again in either case. */
  async change({ index }: Reading): Promise<void> {
    const url = `${this.url}?wait=true&recursive=true&waitIndex=${index + 1}`;
    const { clock, log } = this.#environment;
    const startMs = clock.monotonicMs();
    try {
      await this.#source.http({ method: 'GET', url, timeoutMs: pollMs }, this.#environment.signal);
    } catch (error) {
      // Broken off or out of time: normal for a long poll. A service that is away shows in the next reading.
      log.debug('waiting at the discovery service ended', {
        error: messageOf(error),
        afterMs: clock.monotonicMs() - startMs,
      });
    }
  }

  /** Rejects (to be tried again) for answers of a service in trouble. */
  async #request(request: HttpRequest): Promise<HttpAnswer> {
    const answer = await this.#source.http(request, this.#environment.signal);
    if (answer.status >= 500)
      throw new Error(`${request.url} answered ${answer.status}: ${answer.body.slice(0, 200).trim()}`);
    return answer;
  }
}

function errorCodeOf({ body, status }: HttpAnswer): number | undefined {
  if (status < 400) return undefined;
  const code = fieldsOf(parse(body)).errorCode;
  return typeof code === 'number' ? code : undefined;
}

/** Throws a StartError for anything but a node. */
function nodeOf({ status, body }: HttpAnswer): V2Node {
  const { node } = fieldsOf(parse(body));
  if (status >= 300 || node === undefined) {
    throw discoveryError('badEndpoint', `answered ${status}: ${body.slice(0, 200).trim()}`);
  }
  return readNode(node);
}

function readNode(value: unknown): V2Node {
  const { key, value: text, createdIndex, nodes } = fieldsOf(value);
  return {
    key: typeof key === 'string' ? key : '',
    value: typeof text === 'string' ? text : '',
    createdIndex: typeof createdIndex === 'number' ? createdIndex : 0,
    nodes: Array.isArray(nodes) ? nodes.map(readNode) : [],
  };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw discoveryError('badEndpoint', `no JSON: ${body.slice(0, 200).trim()}`);
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function baseName(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}
