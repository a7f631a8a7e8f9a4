import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { Agent } from '../../../agent/agent.ts';
import { agentRequestListener } from '../../../agent/api/agent-routes.ts';
import { REQUEST_BYTES_MAX } from '../../../agent/api/json-body.ts';
import { type ProbeResult, probeResult } from '../../../agent/checks/probe.ts';
import { ProbeGate } from '../../../agent/checks/probe-gate.ts';
import type { RegistrationStore } from '../../../agent/persistence/registration-store.ts';
import { Registrar } from '../../../agent/registration/registrar.ts';
import { BodyReader } from '../../../common/gateway/request-body.ts';
import { silentLogger } from '../../../common/log.ts';
import { MetricsRegistry } from '../../../common/metrics.ts';
import { seededRandom } from '../../../common/runtime/random.ts';
import { SimulatedClock } from '../../common/client/simulated-clock.ts';
import { FakeCluster } from '../registration/fake-cluster.ts';

interface Answer {
  readonly status: number;
  readonly text: string;
  /** Parsed, when it is JSON. */
  readonly json: unknown;
}

/** An agent on a simulated clock and a fake cluster, with a real HTTP listener. */
async function serving(t: ExecutionContext, store?: Partial<RegistrationStore>) {
  const clock = new SimulatedClock();
  const cluster = new FakeCluster(clock);
  const random = seededRandom(1);
  let probeAnswer: ProbeResult = probeResult('passing', '200 OK');
  let reloads = 0;
  const agent = new Agent({
    ...{ clock, random, log: silentLogger, gate: new ProbeGate(), node: 'host-a', address: '10.0.0.9' },
    store: {
      load: async () => ({ services: [], problems: [] }),
      save: async () => {},
      remove: async () => {},
      ...store,
    },
    metrics: new MetricsRegistry(),
    self: { node: 'host-a', address: '10.0.0.9', httpPort: 8500, version: '1.2.3' },
    probeFor: () => async () => probeAnswer,
  });
  agent.onReload(async () => void reloads++);
  await agent.loadStored();
  const registrar = new Registrar({
    ...{ service: cluster.service, clock, random, log: silentLogger, node: 'host-a', leaseTtlSeconds: 15 },
  });
  agent.publishTo(registrar);
  await clock.advance(100);
  const bodies = new BodyReader(clock, REQUEST_BYTES_MAX);
  const server = createServer(agentRequestListener({ control: agent, bodies, log: silentLogger }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = async (method: string, path: string, body?: string): Promise<Answer> => {
    const response = await fetch(`${base}${path}`, { method, ...(body === undefined ? {} : { body }) });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
    return { status: response.status, text, json: isJson ? JSON.parse(text) : undefined };
  };
  return {
    ...{ agent, clock, cluster, ask },
    register: (body: unknown) => ask('PUT', '/v1/agent/service/register', JSON.stringify(body)),
    file: (name: string, text: string) => agent.setFiles(new Map([[name, { text }]])),
    probeAnswers: (answer: ProbeResult) => (probeAnswer = answer),
    reloads: () => reloads,
  };
}

test('a service registered over the API is in the cluster, in the lists, and gone when deregistered', async (t) => {
  const { ask, clock, cluster, register } = await serving(t);
  t.deepEqual(await register({ Name: 'web', ID: 'web:1', Port: 80, Tags: ['v1'] }), {
    status: 200,
    text: '',
    json: undefined,
  });
  await clock.advance(100);
  t.true(cluster.keys.has('/rollcall/services/web/web:1'));
  const expected = {
    ...{ ID: 'web:1', Service: 'web', Tags: ['v1'], Meta: {}, Port: 80, Address: '10.0.0.9', TaggedAddresses: {} },
    ...{ Weights: { Passing: 1, Warning: 1 }, EnableTagOverride: false, Datacenter: 'dc1' },
  };
  t.deepEqual((await ask('GET', '/v1/agent/services')).json, { 'web:1': expected });
  t.like((await ask('GET', '/v1/agent/service/web:1')).json, expected);
  t.is((await ask('PUT', '/v1/agent/service/deregister/web:1')).status, 200);
  await clock.advance(100);
  t.deepEqual([...cluster.keys.keys()], ['/rollcall/nodes/host-a']);
  t.deepEqual((await ask('GET', '/v1/agent/services')).json, {});
});

test('registering an id again replaces it', async (t) => {
  const { ask, register } = await serving(t);
  await register({ Name: 'web', Port: 80 });
  await register({ Name: 'web', Port: 81, Check: { TTL: '5s' } });
  t.like(((await ask('GET', '/v1/agent/services')).json as { web: unknown }).web, { Port: 81 });
});

test('nothing is registered that could not be saved', async (t) => {
  const { ask, register } = await serving(t, {
    save: async () => {
      throw new Error('ENOSPC: no space left on device');
    },
  });
  t.is((await register({ Name: 'web', Port: 80 })).status, 500);
  t.deepEqual((await ask('GET', '/v1/agent/services')).json, {});
});

test('bad requests are told what is wrong and where', async (t) => {
  const { ask, register } = await serving(t);
  const path = '/v1/agent/service/register';
  const cases: readonly (readonly [answer: Promise<Answer>, status: number, text: RegExp])[] = [
    [ask('PUT', path), 400, /^request body: is empty; expected a service$/],
    [ask('PUT', path, '{"Name":'), 400, /^request body: is not JSON: Unexpected end of JSON input/],
    [ask('PUT', path, '[]'), 400, /^request body: expected an object/],
    [register({ Name: 'web', Port: 0 }), 400, /^request body: Port: expected a whole number from 1 to 65535, got 0$/],
    [ask('PUT', path, `"${'x'.repeat(REQUEST_BYTES_MAX)}"`), 413, /^request body: larger than 524288 bytes$/],
    [ask('PUT', '/v1/agent/service/deregister/nope'), 404, /^no service with the id "nope" on this agent$/],
    [ask('GET', '/v1/agent/service/nope'), 404, /^no service with the id "nope"/],
    [ask('GET', '/v1/agent/health/service/id/nope'), 404, /^no service with the id "nope"/],
    [ask('GET', '/v1/agent/health/service/name/nope'), 404, /^no service with the name "nope"/],
    [ask('PUT', '/v1/agent/check/pass/nope'), 404, /^no check with the id "nope"/],
    [ask('PUT', '/v1/agent/check/explode/nope'), 404, /^no such path: \/v1\/agent\/check\/explode\/nope$/],
    [ask('GET', '/v1/agent/services?filter=x'), 400, /^filter: filter expressions are not available here$/],
    [ask('GET', '/v1/nowhere'), 404, /^no such path: \/v1\/nowhere$/],
    [ask('POST', '/v1/agent/services'), 405, /./],
  ];
  for (const [answer, status, text] of cases) {
    const got = await answer;
    t.is(got.status, status, got.text);
    t.regex(got.text, text);
  }
});

test('files are stronger than the API, and their services are removed in the file', async (t) => {
  const { ask, file, register } = await serving(t);
  await register({ Name: 'api', ID: 'x', Port: 1 });
  file('web.yaml', 'service: web\nid: x\nport: 80\n');
  t.like((await ask('GET', '/v1/agent/service/x')).json, { Service: 'web', Port: 80 });
  const again = await register({ Name: 'api', ID: 'x', Port: 2 });
  t.deepEqual([again.status, again.text], [409, 'ID: "x" is defined in web.yaml']);
  file('other.yaml', 'service: web\nid: y\nport: 80\n');
  t.like((await ask('GET', '/v1/agent/service/x')).json, { Service: 'api', Port: 1 }, 'the API registration is back');
  const removed = await ask('PUT', '/v1/agent/service/deregister/y');
  t.deepEqual([removed.status, removed.text], [409, 'service "y" is defined in other.yaml: remove it there']);
});

test('a check id belongs to one service', async (t) => {
  const { register } = await serving(t);
  t.is((await register({ Name: 'a', Port: 1, Check: { CheckID: 'c', TTL: '5s' } })).status, 200);
  const second = await register({ Name: 'b', Port: 1, Check: { CheckID: 'c', TTL: '5s' } });
  t.deepEqual([second.status, second.text], [409, 'CheckID: "c" belongs to service "a"']);
  t.is((await register({ Name: 'a', Port: 2, Check: { CheckID: 'c', TTL: '5s' } })).status, 200);
});

test('TTL checks are what the process reports: pass, warn, fail, update', async (t) => {
  const { ask, register } = await serving(t);
  await register({ Name: 'web', ID: 'w1', Port: 80, Check: { TTL: '30s', Name: 'self', Notes: 'by itself' } });
  const state = async (): Promise<unknown> => {
    const { Status, Output } = ((await ask('GET', '/v1/agent/checks')).json as Record<string, Record<string, unknown>>)[
      'service:w1'
    ]!;
    return [Status, Output];
  };
  t.deepEqual(await state(), ['critical', '']);
  t.is((await ask('PUT', '/v1/agent/check/pass/service:w1?note=all%20well')).status, 200);
  t.deepEqual(await state(), ['passing', 'all well']);
  await ask('PUT', '/v1/agent/check/warn/service:w1?note=busy');
  t.deepEqual(await state(), ['warning', 'busy']);
  await ask('PUT', '/v1/agent/check/fail/service:w1');
  t.deepEqual(await state(), ['critical', '']);
  await ask('PUT', '/v1/agent/check/update/service:w1', JSON.stringify({ Status: 'passing', Output: 'again' }));
  t.deepEqual(await state(), ['passing', 'again']);
  const bad = await ask('PUT', '/v1/agent/check/update/service:w1', '{"Status":"fine"}');
  t.deepEqual([bad.status, bad.text], [400, 'request body: Status: expected one of passing, warning, critical']);
});

test('health of a service is an HTTP status, by id and by name', async (t) => {
  const { ask, clock, file, probeAnswers } = await serving(t);
  file(
    'web.yaml',
    'services:\n  - { service: web, id: w1, port: 1, checks: [{ http: /, interval: 1s }] }\n  - { service: web, id: w2, port: 2 }\n',
  );
  const statuses = async (): Promise<readonly number[]> => {
    const paths = ['id/w1', 'id/w2', 'name/web'];
    return Promise.all(paths.map(async (path) => (await ask('GET', `/v1/agent/health/service/${path}`)).status));
  };
  t.deepEqual(await statuses(), [503, 200, 503]);
  await clock.advance(1_000);
  t.deepEqual(await statuses(), [200, 200, 200]);
  probeAnswers(probeResult('warning', '429 Too Many Requests'));
  await clock.advance(1_000);
  t.deepEqual(await statuses(), [429, 200, 429]);
  const text = await ask('GET', '/v1/agent/health/service/id/w1?format=text');
  t.deepEqual([text.status, text.text], [429, 'warning']);
  const { json } = await ask('GET', '/v1/agent/health/service/name/web');
  t.like((json as unknown[])[0], { AggregatedStatus: 'warning', Service: { ID: 'w1' } });
  t.is((await ask('PUT', '/v1/agent/check/pass/service:w1:http')).status, 400, 'not a TTL check');
});

test('checks from files have ids that are unique over the agent', async (t) => {
  const { ask, file } = await serving(t);
  file(
    'web.yaml',
    'services: [{ service: a, id: a, port: 1, checks: [{ tcp: ":1" }] }, { service: b, id: b, port: 1, checks: [{ tcp: ":1" }] }]',
  );
  const { json } = await ask('GET', '/v1/agent/checks');
  t.deepEqual(Object.keys(json as object), ['service:a:tcp', 'service:b:tcp']);
  t.like((json as Record<string, unknown>)['service:a:tcp'], {
    ...{ Node: 'host-a', CheckID: 'service:a:tcp', Status: 'critical', ServiceID: 'a', ServiceName: 'a', Type: 'tcp' },
    ...{ Interval: '10s', Timeout: '10s' },
  });
});

test('self, reload, metrics and health', async (t) => {
  const { ask, clock, cluster, reloads } = await serving(t);
  t.like((await ask('GET', '/v1/agent/self')).json, {
    Config: { Datacenter: 'dc1', NodeName: 'host-a', Server: false, Version: '1.2.3' },
    Member: { Name: 'host-a', Addr: '10.0.0.9', Port: 8500, Tags: { role: 'rollcall-agent' }, Status: 1 },
  });
  t.is((await ask('PUT', '/v1/agent/reload')).status, 200);
  t.is(reloads(), 1);
  t.deepEqual((await ask('GET', '/health')).json, { health: 'true', reason: '' });
  const metrics = await ask('GET', '/metrics');
  t.regex(metrics.text, /^rollcall_agent_puts_total 1$/m);
  t.regex(metrics.text, /^rollcall_agent_services\{status="passing"\} 0$/m);
  cluster.away = true;
  await clock.advance(20_000);
  const health = await ask('GET', '/readyz');
  t.deepEqual(
    [health.status, health.json],
    [503, { health: 'false', reason: 'no lease: the cluster is not reachable' }],
  );
  t.is((await ask('GET', '/livez')).text, 'ok');
});
