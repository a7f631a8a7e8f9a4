// One small HTTP request and its answer, as bootstrap needs it towards peers and discovery services.

export interface HttpRequest {
  readonly method: 'GET' | 'PUT';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For the whole exchange. */
  readonly timeoutMs: number;
}

export interface HttpAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Rejects when there is no whole answer in time. Redirects are answers, not followed. */
export type HttpExchange = (request: HttpRequest, signal?: AbortSignal) => Promise<HttpAnswer>;
