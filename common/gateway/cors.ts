// Cross-origin requests, as etcd's --cors: which origins a browser may call from. etcd answers every OPTIONS
// request with 200 and these headers, so preflights need nothing else.

import type { IncomingMessage, ServerResponse } from 'node:http';

export type SetCorsHeaders = (request: IncomingMessage, response: ServerResponse) => void;

/** `origins` holds whole origins (`https://ui.example`), or `*` for all; empty: no headers. */
export function corsPolicy(origins: readonly string[]): SetCorsHeaders {
  if (origins.length === 0) return () => {};
  const anyOrigin = origins.includes('*');
  const allowed = new Set(origins);
  return (request, response) => {
    // The answer depends on who asks, and caches must know (fetch.spec.whatwg.org, CORS protocol and HTTP caches).
    if (!anyOrigin) response.setHeader('Vary', 'Origin');
    const origin = anyOrigin ? '*' : request.headers.origin;
    if (origin === undefined || !(anyOrigin || allowed.has(origin))) return;
    response.setHeader('Access-Control-Allow-Methods', 'POST, GET, OPTIONS, PUT, DELETE');
    response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader('Access-Control-Allow-Headers', 'accept, content-type, authorization');
  };
}
