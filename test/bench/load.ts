// The load generator: h2load (nghttp2-client), the same for every target. Bounded in requests; reads its report.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PutRequest, RangeRequest } from '../../common/api/generated/messages.ts';
import { encode } from '../../common/wire/protobuf/codec.ts';

const run = promisify(execFile);

export interface Load {
  readonly title: string;
  readonly path: string;
  readonly body: Buffer;
  readonly headers: readonly string[];
  readonly requests: number;
  readonly connections: number;
  /** Requests in flight on each connection. */
  readonly streams: number;
  readonly http1: boolean;
}

export interface LoadResult {
  readonly perSecond: number;
  readonly meanMs: number;
}

const key = Buffer.from('bench/key');
const value = Buffer.alloc(256, 'v');
const put = encode(PutRequest, PutRequest.create({ key, value }));
const range = encode(RangeRequest, RangeRequest.create({ key }));
const base64 = { key: key.toString('base64'), value: value.toString('base64') };

function grpc(
  title: string,
  method: string,
  message: Buffer,
  requests: number,
  connections: number,
  streams: number,
): Load {
  const frame = Buffer.concat([Buffer.alloc(5), message]);
  frame.writeUInt32BE(message.length, 1);
  const headers = ['content-type: application/grpc', 'te: trailers'];
  return {
    title,
    path: `/etcdserverpb.KV/${method}`,
    body: frame,
    headers,
    requests,
    connections,
    streams,
    http1: false,
  };
}

function json(title: string, method: string, message: object, requests: number): Load {
  const headers = ['content-type: application/json'];
  const body = Buffer.from(JSON.stringify(message));
  return { title, path: `/v3/kv/${method}`, body, headers, requests, connections: 50, streams: 1, http1: true };
}

export const loads: readonly Load[] = [
  grpc('gRPC put 256 B, 1000 in flight', 'Put', put, 100_000, 10, 100),
  grpc('gRPC range, linearizable, 1000 in flight', 'Range', range, 100_000, 10, 100),
  grpc('gRPC put 256 B, one at a time', 'Put', put, 5_000, 1, 1),
  grpc('gRPC range, one at a time', 'Range', range, 5_000, 1, 1),
  json('JSON put 256 B, HTTP/1.1, 50 connections', 'put', base64, 30_000),
  json('JSON range, HTTP/1.1, 50 connections', 'range', { key: base64.key }, 30_000),
];

export async function measure(endpoint: string, load: Load): Promise<LoadResult> {
  const directory = mkdtempSync(join(tmpdir(), 'rollcall-load-'));
  try {
    const file = join(directory, 'body');
    writeFileSync(file, load.body);
    const args = ['-n', load.requests, '-c', load.connections, '-m', load.streams, '-t', 1, '-d', file].map(String);
    if (load.http1) args.push('--h1');
    for (const header of load.headers) args.push('-H', header);
    const { stdout } = await run('h2load', [...args, endpoint + load.path], { maxBuffer: 1 << 24, timeout: 120_000 });
    return report(stdout, load);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function report(text: string, load: Load): LoadResult {
  const succeeded = Number(/(\d+) succeeded/.exec(text)?.[1]);
  if (succeeded !== load.requests)
    throw new Error(`${load.title}: ${succeeded} of ${load.requests} requests succeeded\n${text}`);
  const perSecond = Number(/([\d.]+) req\/s/.exec(text)?.[1]);
  const time = /time for request:\s+\S+\s+\S+\s+([\d.]+)(us|ms|s)/.exec(text)!;
  const unit = { us: 0.001, ms: 1, s: 1000 }[time[2] as 'us' | 'ms' | 's'];
  return { perSecond, meanMs: Number(time[1]) * unit };
}
