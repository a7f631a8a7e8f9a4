// A request body as JSON: bounded, and refused with what is wrong and where.

import type { IncomingMessage } from 'node:http';
import type { BodyReader } from '../../common/gateway/request-body.ts';
import { Refusal } from './refusal.ts';

/** Bytes; a registration of all that definition-limits allow fits. */
export const REQUEST_BYTES_MAX = 512 * 1024;

/** Rejects with a Refusal. An empty body is undefined. */
export function readJsonBody(bodies: BodyReader, request: IncomingMessage): Promise<unknown> {
  return new Promise((resolve, reject) => {
    bodies.read(request, (body) => {
      if (body === 'too large') reject(new Refusal(413, `request body: larger than ${REQUEST_BYTES_MAX} bytes`));
      else if (body === 'too slow') reject(new Refusal(408, 'request body: did not arrive in time'));
      else parse(body, resolve, reject);
    });
  });
}

function parse(body: Buffer, resolve: (value: unknown) => void, reject: (error: Refusal) => void): void {
  if (body.length === 0) {
    resolve(undefined);
    return;
  }
  try {
    resolve(JSON.parse(body.toString('utf8')));
  } catch (error) {
    reject(new Refusal(400, `request body: is not JSON: ${error instanceof Error ? error.message : String(error)}`));
  }
}
