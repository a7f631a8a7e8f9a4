// The v2 keys API over HTTP, on the model of a store. Expected answers are etcd 3.4's, with revisions for indexes.

import test, { type ExecutionContext } from 'ava';
import { serveService } from '../../../../common/gateway/serve-service.ts';
import { silentLogger } from '../../../../common/log.ts';
import { realClock } from '../../../../common/runtime/real-clock.ts';
import { addV2KeysRoutes } from '../../../../server/bootstrap/v2-keys/v2-keys-routes.ts';
import { ModelService } from '../model-service.ts';

interface Server {
  readonly model: ModelService;
  readonly url: string;
  /** `201 {"action":…}`. */
  ask(method: string, path: string, form?: string): Promise<string>;
  get(path: string): Promise<Response>;
}

async function serve(t: ExecutionContext): Promise<Server> {
  const model = new ModelService();
  const served = await serveService({
    service: model.service,
    listen: [{ host: '127.0.0.1', port: 0 }],
    option: '--listen-client-urls',
    clock: realClock,
    log: silentLogger,
    health: { alarms: () => [], hasLeader: () => true, isLearner: () => false, read: () => {} },
    versions: () => ({ etcdserver: '3.6.0', etcdcluster: '3.6.0', storage: '3.6.0', rollcall: '0.0.0' }),
    metrics: () => '',
    routes: (router) => addV2KeysRoutes(router, { service: model.service, clock: realClock, log: silentLogger }),
  });
  t.teardown(() => served.close(0));
  const url = `http://127.0.0.1:${served.addresses[0]!.port}/v2/keys`;
  return {
    model,
    url,
    async ask(method, path, form) {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const response = await fetch(url + path, form === undefined ? { method } : { method, body: form, headers });
      return `${response.status} ${(await response.text()).trimEnd()}`;
    },
    get: (path) => fetch(url + path),
  };
}

test('a file is set, read, replaced, updated and deleted, with the node before', async (t) => {
  const { ask } = await serve(t);
  t.is(
    await ask('PUT', '/a/b', 'value=one'),
    '201 {"action":"set","node":{"key":"/a/b","value":"one","modifiedIndex":2,"createdIndex":2}}',
  );
  t.is(
    await ask('GET', '/a/b'),
    '200 {"action":"get","node":{"key":"/a/b","value":"one","modifiedIndex":2,"createdIndex":2}}',
  );
  t.is(
    await ask('PUT', '/a/b', 'value=two+words'),
    '200 {"action":"set","node":{"key":"/a/b","value":"two words","modifiedIndex":3,"createdIndex":2},' +
      '"prevNode":{"key":"/a/b","value":"one","modifiedIndex":2,"createdIndex":2}}',
  );
  t.regex(
    await ask('PUT', '/a/b?prevExist=true', 'value=%C3%A9'),
    /^200 \{"action":"update","node":\{"key":"\/a\/b","value":"é","modifiedIndex":4/,
  );
  t.is(
    await ask('DELETE', '/a/b'),
    '200 {"action":"delete","node":{"key":"/a/b","modifiedIndex":5,"createdIndex":2},' +
      '"prevNode":{"key":"/a/b","value":"é","modifiedIndex":4,"createdIndex":2}}',
  );
  t.is(await ask('GET', '/a/b'), '404 {"errorCode":100,"message":"Key not found","cause":"/a","index":5}');
});

test('creation succeeds once; the second is told that the key exists', async (t) => {
  const { ask } = await serve(t);
  t.regex(await ask('PUT', '/t/1?prevExist=false', 'value=x'), /^201 \{"action":"create"/);
  t.is(
    await ask('PUT', '/t/1?prevExist=false', 'value=y'),
    '412 {"errorCode":105,"message":"Key already exists","cause":"/t/1","index":2}',
  );
  t.is(
    await ask('PUT', '/t/2?prevExist=true', 'value=y'),
    '404 {"errorCode":100,"message":"Key not found","cause":"/t/2","index":2}',
  );
  t.is(await ask('PUT', '/t/2?prevExist=false&noValueOnSuccess=true', 'value=y'), '201 {"action":"create"}');
});

test('of many creations at once exactly one succeeds', async (t) => {
  const { ask } = await serve(t);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => ask('PUT', '/race?prevExist=false', `value=${i}`)),
  );
  t.is(answers.filter((answer) => answer.startsWith('201')).length, 1);
  t.is(answers.filter((answer) => answer.startsWith('412')).length, 19);
});

test('a directory lists its children by key, hides names with an underscore, and shows what is below when asked', async (t) => {
  const { ask } = await serve(t);
  for (const path of ['/d/b/x', '/d/b-a', '/d/_config/size', '/d/a', '/d/b/_h', '/other'])
    await ask('PUT', path, 'value=v');
  t.is(
    await ask('GET', '/d'),
    '200 {"action":"get","node":{"key":"/d","dir":true,"nodes":[' +
      '{"key":"/d/a","value":"v","modifiedIndex":5,"createdIndex":5},' +
      '{"key":"/d/b","dir":true,"modifiedIndex":2,"createdIndex":2},' +
      '{"key":"/d/b-a","value":"v","modifiedIndex":3,"createdIndex":3}],"modifiedIndex":2,"createdIndex":2}}',
  );
  t.regex(
    await ask('GET', '/d?recursive=true&sorted=true&quorum=false'),
    /\{"key":"\/d\/b","dir":true,"nodes":\[\{"key":"\/d\/b\/x","value":"v","modifiedIndex":2,"createdIndex":2\}\],"modifiedIndex":2/,
  );
  t.regex(await ask('GET', '/d/_config/size'), /^200 .*"value":"v"/);
  t.regex(await ask('GET', '/'), /^200 \{"action":"get","node":\{"dir":true,"nodes":\[\{"key":"\/d","dir":true,/);
  t.regex(await ask('GET', ''), /^200 .*"key":"\/other"/);
});

test('an empty directory is made, refuses to be made twice, and goes once it is empty', async (t) => {
  const { ask } = await serve(t);
  t.is(
    await ask('PUT', '/d?dir=true&prevExist=false'),
    '201 {"action":"create","node":{"key":"/d","dir":true,"modifiedIndex":2,"createdIndex":2}}',
  );
  t.is(
    await ask('GET', '/d'),
    '200 {"action":"get","node":{"key":"/d","dir":true,"modifiedIndex":2,"createdIndex":2}}',
  );
  t.is(
    await ask('PUT', '/d?dir=true&prevExist=false'),
    '412 {"errorCode":105,"message":"Key already exists","cause":"/d","index":2}',
  );
  t.regex(await ask('PUT', '/d/f', 'value=x'), /^201/);
  t.is(await ask('DELETE', '/d'), '403 {"errorCode":102,"message":"Not a file","cause":"/d","index":3}');
  t.is(
    await ask('DELETE', '/d?dir=true'),
    '403 {"errorCode":108,"message":"Directory not empty","cause":"/d","index":3}',
  );
  t.regex(await ask('DELETE', '/d/f'), /^200/);
  t.is(
    await ask('DELETE', '/d?dir=true'),
    '200 {"action":"delete","node":{"key":"/d","dir":true,"modifiedIndex":5,"createdIndex":2},' +
      '"prevNode":{"key":"/d","dir":true,"modifiedIndex":2,"createdIndex":2}}',
  );
  t.regex(await ask('GET', '/d'), /^404/);
});

test('a whole token is deleted with everything below it, and nothing beside it', async (t) => {
  const { ask, model } = await serve(t);
  for (const path of ['/t/_config/size', '/t/1', '/t-2', '/t0']) await ask('PUT', path, 'value=v');
  t.regex(await ask('DELETE', '/t?recursive=true'), /^200 \{"action":"delete","node":\{"key":"\/t","dir":true/);
  t.deepEqual(Object.keys(model.values), ['/rollcall/v2/t-2', '/rollcall/v2/t0']);
});

test("files and directories do not take each other's place", async (t) => {
  const { ask } = await serve(t);
  await ask('PUT', '/f', 'value=x');
  await ask('PUT', '/d/e', 'value=x');
  t.is(
    await ask('PUT', '/f/g/h', 'value=y'),
    '400 {"errorCode":104,"message":"Not a directory","cause":"/f","index":3}',
  );
  t.is(await ask('PUT', '/d', 'value=y'), '403 {"errorCode":102,"message":"Not a file","cause":"/d","index":3}');
  t.is(await ask('GET', '/f/g'), '400 {"errorCode":104,"message":"Not a directory","cause":"/f","index":3}');
  t.is(await ask('GET', '/d/x/y'), '404 {"errorCode":100,"message":"Key not found","cause":"/d/x","index":3}');
  t.is(await ask('PUT', '/', 'value=y'), '400 {"errorCode":107,"message":"Root is read only","cause":"/","index":0}');
});

for (const [request, answer] of [
  [
    'GET /a?recursive=maybe',
    '400 {"errorCode":209,"message":"Invalid field","cause":"invalid value for \\"recursive\\"","index":0}',
  ],
  [
    'GET /a?wait=true&waitIndex=x',
    '400 {"errorCode":203,"message":"The given index in POST form is not a number","cause":"invalid value for \\"waitIndex\\"","index":0}',
  ],
  [
    'PUT /a?wait=true',
    '400 {"errorCode":209,"message":"Invalid field","cause":"\\"wait\\" can only be used with GET requests","index":0}',
  ],
  [
    'PUT /a?ttl=5',
    '400 {"errorCode":209,"message":"Invalid field","cause":"\\"ttl\\" is not served here: use the v3 API","index":0}',
  ],
  [
    'PUT /a?prevValue=x',
    '400 {"errorCode":209,"message":"Invalid field","cause":"\\"prevValue\\" is not served here: use the v3 API","index":0}',
  ],
  [
    'GET /%ZZ',
    '400 {"errorCode":210,"message":"Invalid POST form","cause":"the path /%ZZ is not percent-encoded correctly","index":0}',
  ],
  [
    `GET ${'/a'.repeat(33)}`,
    '400 {"errorCode":210,"message":"Invalid POST form","cause":"the path is deeper than 32 directories","index":0}',
  ],
  ['POST /a', '405 Method Not Allowed'],
] as const) {
  test(`${request.slice(0, 40)} is refused with the reason`, async (t) => {
    const { ask } = await serve(t);
    const [method, path] = request.split(' ');
    t.is(await ask(method!, path!), answer);
  });
}

test('a form beyond its bound is refused', async (t) => {
  const { ask } = await serve(t);
  t.regex(await ask('PUT', '/a', `value=${'x'.repeat(1024 * 1024)}`), /^400 .*the form is larger than 1048576 bytes/);
});

test('dots and slashes in a path do not lead out of the tree', async (t) => {
  const { ask, model } = await serve(t);
  await ask('PUT', '/a/%2e%2e%2F%2E%2e%2Fb//./c', 'value=x');
  t.deepEqual(Object.keys(model.values), ['/rollcall/v2/b/c']);
});

test('trouble in the store is told as such, and waiting clients may try again', async (t) => {
  const { ask, model } = await serve(t);
  model.down = new Error('secret detail');
  t.is(
    await ask('GET', '/a'),
    '500 {"errorCode":300,"message":"Raft Internal Error","cause":"internal error","index":0}',
  );
});

test('answers carry the index and the cluster id', async (t) => {
  const { ask, get } = await serve(t);
  await ask('PUT', '/a', 'value=x');
  const { headers } = await get('/a');
  t.is(headers.get('x-etcd-index'), '2');
  t.is(headers.get('x-etcd-cluster-id'), 'cafe');
  t.is(headers.get('content-type'), 'application/json');
  t.is((await get('/missing')).headers.get('x-etcd-index'), '2');
});

test('a wait sends its headers at once and its event when it happens', async (t) => {
  const { ask, get, model } = await serve(t);
  await ask('PUT', '/t/1', 'value=x');
  const waiting = await get('/t?wait=true&recursive=true');
  t.is(waiting.headers.get('x-etcd-index'), '2');
  // None of these is below /t, or they are hidden from there.
  for (const path of ['/other', '/t-2', '/t/_config/size']) await ask('PUT', path, 'value=v');
  await ask('PUT', '/t/2?prevExist=false', 'value=y');
  t.is(
    await waiting.text(),
    '{"action":"create","node":{"key":"/t/2","value":"y","modifiedIndex":6,"createdIndex":6}}\n',
  );
  t.is(model.watches, 0);
});

test('a wait from an index in the past answers from history, one event at a time', async (t) => {
  const { ask } = await serve(t);
  await ask('PUT', '/t/1', 'value=a');
  await ask('PUT', '/t/1', 'value=b');
  await ask('DELETE', '/t/1');
  t.regex(await ask('GET', '/t?wait=true&recursive=true&waitIndex=2'), /^200 \{"action":"create".*"modifiedIndex":2/);
  t.is(
    await ask('GET', '/t/1?wait=true&waitIndex=3'),
    '200 {"action":"set","node":{"key":"/t/1","value":"b","modifiedIndex":3,"createdIndex":2},' +
      '"prevNode":{"key":"/t/1","value":"a","modifiedIndex":2,"createdIndex":2}}',
  );
  t.regex(
    await ask('GET', '/t/1?wait=true&waitIndex=4'),
    /^200 \{"action":"delete","node":\{"key":"\/t\/1","modifiedIndex":4,"createdIndex":2\}/,
  );
});

test('a wait for an index to come ends there, and one without recursion sees its own key only', async (t) => {
  const { ask, get } = await serve(t);
  const waiting = await get('/t?wait=true&waitIndex=4');
  for (const path of ['/t', '/t2', '/t', '/t']) await ask('PUT', path, 'value=v');
  t.regex(await waiting.text(), /"key":"\/t","value":"v","modifiedIndex":4/);
});

test('a wait from compacted history is told that it is cleared', async (t) => {
  const { ask, model } = await serve(t);
  for (let n = 0; n < 5; n++) await ask('PUT', '/t', 'value=v');
  model.model.compact(5);
  t.is(
    await ask('GET', '/t?wait=true&waitIndex=3'),
    '400 {"errorCode":401,"message":"The event in requested index is outdated and cleared",' +
      '"cause":"the requested history has been cleared [3]","index":3}',
  );
});

test('a stopping server ends waits without an event; a client that leaves ends its own', async (t) => {
  const { get, model, url } = await serve(t);
  const waiting = await get('/t?wait=true');
  model.stop();
  t.is(await waiting.text(), '');
  const controller = new AbortController();
  await fetch(`${url}/t?wait=true`, { signal: controller.signal });
  t.is(model.watches, 1);
  controller.abort();
  const deadlineMs = performance.now() + 5_000;
  while (model.watches > 0 && performance.now() < deadlineMs) await new Promise((resolve) => setImmediate(resolve));
  t.is(model.watches, 0);
});
