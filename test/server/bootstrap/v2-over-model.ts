// The v2 keys API over the model, without sockets: an HttpExchange that calls the routes' own parts. What goes over a
// real socket is tested with real etcds.

import { unreachable } from '../../../common/runtime/assert.ts';
import type { Clock } from '../../../common/runtime/clock.ts';
import type { HttpAnswer, HttpExchange } from '../../../server/bootstrap/http-exchange.ts';
import { v2Error } from '../../../server/bootstrap/v2-keys/v2-error.ts';
import { cleanPath } from '../../../server/bootstrap/v2-keys/v2-path.ts';
import { readParameters } from '../../../server/bootstrap/v2-keys/v2-request.ts';
import { V2Store } from '../../../server/bootstrap/v2-keys/v2-store.ts';
import { startWait } from '../../../server/bootstrap/v2-keys/v2-wait.ts';
import type { ModelService } from './model-service.ts';

export function v2OverModel(model: ModelService, clock: Clock): HttpExchange {
  const store = new V2Store(model.service, '/rollcall/v2');
  return async ({ method, url, body = '', timeoutMs }) => {
    if (model.down !== undefined) throw model.down;
    const { pathname, search } = new URL(url);
    const path = cleanPath(pathname.slice('/v2/keys'.length));
    try {
      const parameters = readParameters(search, body);
      if (parameters.wait) return await poll(parameters);
      if (method === 'PUT') return shown(await store.put(path, parameters.value, parameters.prevExist));
      return method === 'GET' ? shown(await store.get(path, parameters)) : unreachable(method);
    } catch (error) {
      const refusal = v2Error(error);
      if (refusal === undefined) throw error;
      return { status: refusal.status, headers: new Map(), body: refusal.body };
    }

    function poll({ recursive, waitIndex }: { recursive: boolean; waitIndex: number }): Promise<HttpAnswer> {
      return new Promise((resolve, reject) => {
        const timer = clock.after(timeoutMs, () => {
          wait.cancel();
          reject(new Error('no answer in time'));
        });
        const wait = startWait(
          model.service,
          store.keys,
          { path, recursive, waitIndex },
          {
            opened: () => {},
            event: (event) => {
              timer.cancel();
              resolve({ status: 200, headers: new Map(), body: JSON.stringify(event) });
            },
            ended: (error) => {
              timer.cancel();
              reject(error ?? new Error('ended'));
            },
          },
        );
      });
    }
  };
}

function shown({ event, header, isCreated }: Awaited<ReturnType<V2Store['get']>>): HttpAnswer {
  const headers = new Map([['x-etcd-index', String(header.revision)]]);
  return { status: isCreated ? 201 : 200, headers, body: JSON.stringify(event) };
}
