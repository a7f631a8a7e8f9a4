// Connections without a network: a test decides per endpoint whether they are accepted, refused or ignored, and what
// each call meets.

import type { Inbound } from '../../../common/api/call.ts';
import type { Method } from '../../../common/api/method.ts';
import type { Dial } from '../../../common/client/dial.ts';
import type { CallOptions, ClientStream, GrpcClient } from '../../../common/wire/grpc/client.ts';

/** What connecting to an endpoint leads to. */
export type Fate = 'accept' | 'refuse' | 'ignore';

export type Answer = (method: Method, request: unknown, options: CallOptions) => Promise<unknown>;

export class FakeConnection implements GrpcClient {
  readonly endpoint: string;
  readonly answer: Answer;
  state: GrpcClient['state'] = 'connecting';
  calls = 0;
  readonly #ready: (() => void)[] = [];
  readonly #drain: (() => void)[] = [];
  readonly #close: ((error: Error | undefined) => void)[] = [];
  #error: Error | undefined;

  constructor(endpoint: string, answer: Answer) {
    this.endpoint = endpoint;
    this.answer = answer;
  }

  onReady(listener: () => void): void {
    if (this.state === 'ready') listener();
    else this.#ready.push(listener);
  }

  onDrain(listener: () => void): void {
    this.#drain.push(listener);
  }

  onClose(listener: (error: Error | undefined) => void): void {
    if (this.state === 'closed') listener(this.#error);
    else this.#close.push(listener);
  }

  accept(): void {
    this.state = 'ready';
    for (const listener of this.#ready) listener();
  }

  goAway(): void {
    this.state = 'draining';
    for (const listener of this.#drain) listener();
  }

  lose(error?: Error): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    this.#error = error;
    for (const listener of this.#close) listener(error);
  }

  async unary<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    options?: CallOptions,
  ): Promise<Response> {
    this.calls++;
    try {
      return (await this.answer(method as Method, request, options ?? {})) as Response;
    } finally {
      this.calls--;
    }
  }

  open<Request, Response>(
    _method: Method<Request, Response>,
    _options: CallOptions,
    _inbound: Inbound<Response>,
  ): ClientStream<Request> {
    throw new Error('FakeConnection has no streams');
  }

  close(): void {
    this.lose();
  }
}

export class FakeNetwork {
  readonly fates = new Map<string, Fate>();
  readonly attempts: string[] = [];
  readonly connections: FakeConnection[] = [];
  answer: (endpoint: string, ...call: Parameters<Answer>) => Promise<unknown> = async (endpoint) => endpoint;

  readonly dial: Dial = ({ authority }) => {
    this.attempts.push(authority);
    const connection = new FakeConnection(authority, (...call) => this.answer(authority, ...call));
    this.connections.push(connection);
    const fate = this.fates.get(authority) ?? 'accept';
    if (fate === 'accept') queueMicrotask(() => connection.accept());
    if (fate === 'refuse') queueMicrotask(() => connection.lose(new Error(`connect ECONNREFUSED ${authority}`)));
    return connection;
  };

  /** The live connection to an endpoint. */
  connection(authority: string): FakeConnection {
    const live = this.connections.findLast(({ endpoint, state }) => endpoint === authority && state === 'ready');
    if (live === undefined) throw new Error(`no live connection to ${authority}`);
    return live;
  }
}
