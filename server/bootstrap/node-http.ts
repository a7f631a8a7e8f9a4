// HTTP over node's client: plain or TLS, straight or through an HTTP proxy (--discovery-proxy). No connection outlives
// its exchange.

import { type ClientRequest, type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Socket } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import type { Clock } from '../../common/runtime/clock.ts';
import { UsageError } from '../../common/runtime/role.ts';
import type { HttpAnswer, HttpExchange, HttpRequest } from './http-exchange.ts';
import type { NameResolver } from './name-resolver.ts';
import { socketLookup } from './node-names.ts';

/** Member lists and discovery answers are far smaller. */
const answerBytesMax = 4 * 1024 * 1024;

export interface NodeHttpOptions {
  readonly clock: Clock;
  /** Finds hosts; default: the system's resolver. */
  readonly names?: NameResolver;
  /** `http://host:port` or `host:port` of a proxy for every request. */
  readonly proxy?: string;
  /** CA, certificate and key for https. */
  readonly tls?: SecureContextOptions;
}

/** Throws UsageError for a bad proxy address. */
export function nodeHttp(options: NodeHttpOptions): HttpExchange {
  const proxy = options.proxy === undefined || options.proxy === '' ? undefined : parseProxy(options.proxy);
  return (request, signal) =>
    new Promise((resolve, reject) => {
      const exchange = new Exchange(request, options, { resolve, reject });
      const abort = (): void => exchange.fail(new Error('given up'));
      if (signal?.aborted) abort();
      signal?.addEventListener('abort', abort, { once: true });
      exchange.onOver(() => signal?.removeEventListener('abort', abort));
      exchange.start(proxy);
    });
}

interface Outcome {
  readonly resolve: (answer: HttpAnswer) => void;
  readonly reject: (error: Error) => void;
}

class Exchange {
  readonly #request: HttpRequest;
  readonly #options: NodeHttpOptions;
  readonly #outcome: Outcome;
  readonly #timer: { cancel(): void };
  #over = false;
  #current: ClientRequest | undefined;
  #onOver: (() => void) | undefined;

  constructor(request: HttpRequest, options: NodeHttpOptions, outcome: Outcome) {
    this.#request = request;
    this.#options = options;
    this.#outcome = outcome;
    this.#timer = options.clock.after(request.timeoutMs, () =>
      this.fail(new Error(`no answer from ${request.url} within ${request.timeoutMs} ms`)),
    );
  }

  onOver(listener: () => void): void {
    this.#onOver = listener;
    if (this.#over) listener();
  }

  start(proxy: URL | undefined): void {
    if (this.#over) return;
    const url = new URL(this.#request.url);
    if (proxy === undefined) this.#send(url, {});
    else if (url.protocol === 'https:') this.#tunnel(url, proxy);
    // To a proxy, the request line carries the whole URL (RFC 9112 section 3.2.2).
    else this.#send(url, { host: hostOf(proxy), port: portOf(proxy), path: this.#request.url });
  }

  fail(error: Error): void {
    if (!this.#finish()) return;
    this.#current?.destroy();
    this.#outcome.reject(error);
  }

  #finish(): boolean {
    if (this.#over) return false;
    this.#over = true;
    this.#timer.cancel();
    this.#onOver?.();
    return true;
  }

  /** A tunnel to the TLS server (RFC 9110 section 9.3.6). */
  #tunnel(url: URL, proxy: URL): void {
    const authority = `${url.hostname}:${portOf(url)}`;
    const connect = requestHttp({
      method: 'CONNECT',
      host: hostOf(proxy),
      port: portOf(proxy),
      path: authority,
      headers: { host: authority },
      agent: false,
    });
    this.#current = connect;
    connect.on('error', (error) => this.fail(error));
    connect.on('connect', (answer, socket: Socket) => {
      if (this.#over || answer.statusCode !== 200) {
        socket.destroy();
        this.fail(new Error(`the proxy ${proxy.host} refused a connection to ${authority}: ${answer.statusCode}`));
        return;
      }
      this.#send(url, { socket });
    });
    connect.end();
  }

  #send(url: URL, over: { host?: string; port?: number; path?: string; socket?: Socket }): void {
    const { method, headers, body } = this.#request;
    const { names, tls } = this.#options;
    const secure = url.protocol === 'https:';
    const options: RequestOptions = {
      method,
      host: over.host ?? hostOf(url),
      port: over.port ?? portOf(url),
      path: over.path ?? `${url.pathname}${url.search}`,
      headers: {
        ...headers,
        host: url.host,
        ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
      },
      agent: false,
      ...(names === undefined ? {} : { lookup: socketLookup(names) }),
    };
    const request = secure
      ? requestHttps({ ...options, ...tls, ...(over.socket === undefined ? {} : { socket: over.socket }) })
      : requestHttp(options);
    this.#current = request;
    request.on('error', (error) => this.fail(error));
    request.on('response', (response) => this.#receive(response));
    request.end(body);
  }

  #receive(response: IncomingMessage): void {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('error', (error) => this.fail(error));
    response.on('close', () => this.fail(new Error(`${this.#request.url} broke off its answer`)));
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > answerBytesMax) {
        this.fail(new Error(`${this.#request.url} answered more than ${answerBytesMax} bytes`));
      } else chunks.push(chunk);
    });
    response.on('end', () => {
      if (!this.#finish()) return;
      const headers = new Map<string, string>();
      for (const [name, value] of Object.entries(response.headers)) headers.set(name, String(value));
      this.#outcome.resolve({
        status: response.statusCode ?? 0,
        headers,
        body: Buffer.concat(chunks).toString('utf8'),
      });
    });
  }
}

function parseProxy(text: string): URL {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(url) || new URL(url).protocol !== 'http:') {
    throw new UsageError(`--discovery-proxy: invalid proxy address "${text}": expected http://HOST:PORT`);
  }
  return new URL(url);
}

/** Without the brackets of an IPv6 address. */
function hostOf({ hostname }: URL): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

function portOf({ port, protocol }: URL): number {
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}
