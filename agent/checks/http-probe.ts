// An HTTP check: 2xx is passing, 429 is warning, everything else is critical (Consul's rule). Redirects of GET and HEAD
// are followed unless the definition says not to; own headers go to the first origin only, since they may hold
// credentials. Every probe opens a connection of its own: a check answers "could a client connect now".

import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { CheckStatus } from '../../common/registry/instance.ts';
import { describeFailure, PROBE_OUTPUT_BYTES_MAX, type Probe, type ProbeResult, probeResult } from './probe.ts';

/** Redirects followed before the check gives up; Go's and Consul's bound. */
const REDIRECTS_MAX = 10;
const redirectCodes: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export interface HttpTarget {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  readonly tlsSkipVerify: boolean;
  readonly followRedirects: boolean;
}

export function httpProbe(target: HttpTarget): Probe {
  return async (signal) => {
    let url = new URL(target.url);
    const origin = url.origin;
    for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
      let answer: Answer;
      try {
        answer = await ask(target, url, url.origin === origin, signal);
      } catch (error) {
        return probeResult('critical', `HTTP ${target.method} ${shown(url)}: ${describeFailure(error)}`);
      }
      const next = target.followRedirects ? redirectTarget(target, url, answer) : undefined;
      if (next === undefined) return report(target, url, answer);
      url = next;
    }
    return probeResult('critical', `HTTP ${target.method} ${target.url}: more than ${REDIRECTS_MAX} redirects`);
  };
}

interface Answer {
  readonly code: number;
  readonly reason: string;
  readonly location: string | undefined;
  readonly body: Buffer;
}

/** One request. Resolves when the answer has ended or PROBE_OUTPUT_BYTES_MAX of it are here; then hangs up. */
function ask(target: HttpTarget, url: URL, firstOrigin: boolean, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options: RequestOptions & { rejectUnauthorized?: boolean } = {
      method: target.method,
      headers: requestHeaders(target, firstOrigin),
      agent: false,
      signal,
    };
    const secure = url.protocol === 'https:';
    if (secure) options.rejectUnauthorized = !target.tlsSkipVerify;
    const request = (secure ? requestHttps : requestHttp)(url, options);
    request.on('error', reject);
    request.on('response', (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const finish = (): void => {
        request.destroy();
        resolve({
          code: response.statusCode ?? 0,
          reason: response.statusMessage ?? '',
          location: response.headers.location,
          body: Buffer.concat(chunks).subarray(0, PROBE_OUTPUT_BYTES_MAX),
        });
      };
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size >= PROBE_OUTPUT_BYTES_MAX) finish();
      });
      response.on('end', finish);
      response.on('error', reject);
    });
    request.end(target.body === '' ? undefined : target.body);
  });
}

function requestHeaders(target: HttpTarget, firstOrigin: boolean): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = { 'user-agent': 'rollcall-agent', accept: '*/*' };
  if (!firstOrigin) return headers;
  for (const [name, values] of Object.entries(target.headers)) {
    headers[name.toLowerCase()] = values.length === 1 ? (values[0] ?? '') : [...values];
  }
  return headers;
}

/** Where the answer sends us, or undefined when it is to be judged itself. */
function redirectTarget(target: HttpTarget, url: URL, answer: Answer): URL | undefined {
  if (target.method !== 'GET' && target.method !== 'HEAD') return undefined;
  if (!redirectCodes.has(answer.code) || answer.location === undefined) return undefined;
  if (!URL.canParse(answer.location, url.href)) return undefined;
  const next = new URL(answer.location, url);
  return next.protocol === 'http:' || next.protocol === 'https:' ? next : undefined;
}

function report(target: HttpTarget, url: URL, answer: Answer): ProbeResult {
  const line = `${answer.code} ${answer.reason}`.trim();
  const head = `HTTP ${target.method} ${shown(url)}: ${line}`;
  const body = answer.body.toString('utf8');
  const output = body === '' ? head : `${head} Output: ${body}`;
  const { status, summary } = probeResult(httpCheckStatus(answer.code), line);
  return { status, summary, output: Buffer.from(output).subarray(0, PROBE_OUTPUT_BYTES_MAX).toString('utf8') };
}

export function httpCheckStatus(code: number): CheckStatus {
  if (code >= 200 && code <= 299) return 'passing';
  return code === 429 ? 'warning' : 'critical';
}

/** The URL without user and password, which are sent but never shown. */
function shown(url: URL): string {
  const copy = new URL(url);
  copy.username = '';
  copy.password = '';
  return copy.href;
}
