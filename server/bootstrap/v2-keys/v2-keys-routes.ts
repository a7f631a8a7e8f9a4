// `/v2/keys/…`: as much of etcd's v2 keys API as `--discovery URL` of an etcd up to 3.5 needs, over any `Service`: create,
// set, get, list, delete, long poll. Everything lies below one prefix of the v3 store, so a cluster serves it as well.

import type { IncomingMessage } from 'node:http';
import type Router from '@koa/router';
import type { Context } from 'koa';
import type { ResponseHeader } from '../../../common/api/generated/messages.ts';
import type { Service } from '../../../common/api/generated/service.ts';
import type { Logger } from '../../../common/log.ts';
import type { Clock } from '../../../common/runtime/clock.ts';
import { V2Error, v2Error } from './v2-error.ts';
import type { V2Event } from './v2-node.ts';
import { cleanPath } from './v2-path.ts';
import { readParameters, type V2Parameters } from './v2-request.ts';
import { type V2Answer, V2Store } from './v2-store.ts';
import { startWait } from './v2-wait.ts';

export interface V2KeysOptions {
  readonly service: Service;
  readonly clock: Clock;
  readonly log: Logger;
  /** Of the v3 keys; default `/rollcall/v2`. */
  readonly prefix?: string;
}

const prefixDefault = '/rollcall/v2';
const root = '/v2/keys';
/** A form with one value; peer URLs are far shorter. */
const formBytesMax = 1024 * 1024;
const formMs = 30_000;
/** A form that is too large is read on and thrown away up to this much, so that the client gets to see the answer. */
const drainedBytesMax = 16 * 1024 * 1024;
/** Long polls at once; a client that is refused tries again later. */
const waitsMax = 1_000;

export function addV2KeysRoutes(router: Router, options: V2KeysOptions): void {
  const keys = new V2KeysApi(options);
  router.all(root, (context) => keys.serve(context));
  router.all(`${root}/{*path}`, (context) => keys.serve(context));
}

class V2KeysApi {
  readonly #options: V2KeysOptions;
  readonly #store: V2Store;
  #waits = 0;

  constructor(options: V2KeysOptions) {
    this.#options = options;
    this.#store = new V2Store(options.service, options.prefix ?? prefixDefault);
  }

  async serve(context: Context): Promise<void> {
    try {
      if (!['GET', 'HEAD', 'PUT', 'DELETE'].includes(context.method)) {
        context.status = 405;
        context.set('Allow', 'GET, HEAD, PUT, DELETE');
        context.body = 'Method Not Allowed\n';
        return;
      }
      const path = cleanPath(context.path.slice(root.length));
      const form = context.method === 'PUT' ? await readForm(context.req, this.#options.clock) : '';
      const parameters = readParameters(context.querystring, form);
      if (!parameters.wait) this.#answer(context, await this.#perform(context.method, path, parameters), parameters);
      else if (context.method === 'GET') await this.#wait(context, path, parameters);
      else throw new V2Error('invalidField', '"wait" can only be used with GET requests');
    } catch (error) {
      this.#refuse(context, error);
    }
  }

  #perform(method: string, path: string, parameters: V2Parameters): Promise<V2Answer> {
    const { value, dir, prevExist } = parameters;
    if (method === 'DELETE') return this.#store.delete(path, parameters);
    if (method !== 'PUT') return this.#store.get(path, parameters);
    return dir ? this.#store.makeDirectory(path, prevExist) : this.#store.put(path, value, prevExist);
  }

  #answer(context: Context, { event, header, isCreated }: V2Answer, { noValueOnSuccess }: V2Parameters): void {
    context.status = isCreated ? 201 : 200;
    context.set(headersOf(header));
    const brief = noValueOnSuccess && ['set', 'create', 'update'].includes(event.action);
    context.body = bodyOf(brief ? { action: event.action } : event);
  }

  #refuse(context: Context, error: unknown): void {
    let refusal = v2Error(error);
    if (refusal === undefined) {
      this.#options.log.error('a v2 request failed unexpectedly', {
        where: context.path,
        error: error instanceof Error ? error.stack : String(error),
      });
      refusal = new V2Error('raftInternal', 'internal error');
    }
    context.status = refusal.status;
    context.set({ 'Content-Type': 'application/json', 'X-Etcd-Index': String(refusal.index) });
    context.body = refusal.body;
  }

  /** Resolves once it is over. Rejects, when nothing was sent yet, with the refusal. */
  #wait(context: Context, path: string, { recursive, waitIndex }: V2Parameters): Promise<void> {
    if (this.#waits >= waitsMax) throw new V2Error('raftInternal', `more than ${waitsMax} requests are waiting`);
    this.#waits++;
    const { res } = context;
    return new Promise((resolve, reject) => {
      const wait = startWait(
        this.#options.service,
        this.#store.keys,
        { path, recursive, waitIndex },
        {
          opened: (header) => {
            context.respond = false;
            res.writeHead(200, headersOf(header));
            res.flushHeaders();
          },
          event: (event) => {
            res.end(bodyOf(event));
          },
          ended: (error) => {
            if (res.headersSent) res.end();
            else reject(error ?? new V2Error('raftInternal', 'the watch ended'));
          },
        },
      );
      res.on('close', () => {
        this.#waits--;
        wait.cancel();
        resolve();
      });
    });
  }
}

function headersOf(header: ResponseHeader): Record<string, string> {
  return {
    'Content-Type': 'application/json',
    'X-Etcd-Cluster-Id': header.clusterId.toString(16),
    'X-Etcd-Index': String(header.revision),
    'X-Raft-Term': String(header.raftTerm),
  };
}

function bodyOf(event: Partial<V2Event>): string {
  return `${JSON.stringify(event)}\n`;
}

function readForm(request: IncomingMessage, clock: Clock): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = clock.after(formMs, () => {
      reject(new V2Error('invalidForm', `the form did not arrive within ${formMs} ms`));
      request.destroy();
    });
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= formBytesMax) chunks.push(chunk);
      else if (size > drainedBytesMax) request.destroy();
    });
    request.on('close', () => {
      timer.cancel();
      reject(new V2Error('invalidForm', 'the form broke off'));
    });
    request.on('end', () => {
      timer.cancel();
      if (size > formBytesMax) reject(new V2Error('invalidForm', `the form is larger than ${formBytesMax} bytes`));
      else resolve(Buffer.concat(chunks).toString('utf8'));
    });
  });
}
