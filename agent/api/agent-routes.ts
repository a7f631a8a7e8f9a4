// The routes of the local HTTP API: Consul's agent endpoints, and /health, /livez, /readyz, /metrics of our own. Turns requests
// into calls on AgentControl and its answers into Consul's shapes; decides nothing about services.

import type { IncomingMessage, ServerResponse } from 'node:http';
import Router from '@koa/router';
import Koa, { type Context } from 'koa';
import type { BodyReader } from '../../common/gateway/request-body.ts';
import type { Logger } from '../../common/log.ts';
import { type CheckStatus, checkStatuses } from '../../common/registry/instance.ts';
import { worstStatus } from '../checks/check-status.ts';
import type { LocalService } from '../local-services.ts';
import {
  agentCheck,
  agentCheckId,
  agentSelf,
  agentService,
  agentServiceInDetail,
  healthHttpStatus,
  type SelfDescription,
  serviceHealth,
} from './consul-shapes.ts';
import { readJsonBody } from './json-body.ts';
import { Refusal } from './refusal.ts';

/** What the routes need of the agent. Methods reject with a Refusal where the client is to blame. */
export interface AgentControl {
  self(): SelfDescription;
  services(): readonly LocalService[];
  service(id: string): LocalService | undefined;
  /** `body` is parsed JSON, otherwise unchecked. */
  register(body: unknown): Promise<void>;
  deregister(id: string): Promise<void>;
  reload(): Promise<void>;
  /** undefined: registered with the cluster and able to go on; else one line that says why not. */
  notReady(): string | undefined;
  metricsText(): string;
}

export interface AgentRoutesOptions {
  readonly control: AgentControl;
  readonly bodies: BodyReader;
  readonly log: Logger;
}

export function agentRequestListener(
  options: AgentRoutesOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  const { log } = options;
  const router = new Router();
  addServiceRoutes(router, options);
  addCheckRoutes(router, options);
  addProcessRoutes(router, options);
  const app = new Koa();
  app.on('error', (error: Error) => log.warn('an HTTP request failed', { error: error.message }));
  app.use(async (context, next) => {
    try {
      await next();
      if (context.status === 404 && context.body == null) answerText(context, 404, `no such path: ${context.path}`);
    } catch (error) {
      if (error instanceof Refusal) answerText(context, error.status, error.message);
      else throw error;
    }
  });
  app.use(router.routes());
  app.use(router.allowedMethods());
  return app.callback();
}

function addServiceRoutes(router: Router, { control, bodies }: AgentRoutesOptions): void {
  router.get('/v1/agent/services', (context) => {
    refuseFilter(context);
    context.body = Object.fromEntries(control.services().map((it) => [it.definition.id, agentService(it)]));
  });
  router.get('/v1/agent/service/:id', (context) => {
    context.body = agentServiceInDetail(serviceOf(control, context.params.id));
  });
  router.put('/v1/agent/service/register', async (context) => {
    const body = await readJsonBody(bodies, context.req);
    if (body === undefined) throw new Refusal(400, 'request body: is empty; expected a service');
    await control.register(body);
    answerDone(context);
  });
  router.put('/v1/agent/service/deregister/:id', async (context) => {
    await control.deregister(context.params.id ?? '');
    answerDone(context);
  });
  router.get('/v1/agent/health/service/id/:id', (context) => {
    const service = serviceOf(control, context.params.id);
    answerHealth(context, service.status, serviceHealth(service, control.self().node));
  });
  router.get('/v1/agent/health/service/name/:name', (context) => {
    const { name } = context.params;
    const found = control.services().filter((it) => it.definition.service === name);
    if (found.length === 0) throw new Refusal(404, `no service with the name ${JSON.stringify(name)} on this agent`);
    const { node } = control.self();
    const health = found.map((service) => serviceHealth(service, node));
    answerHealth(context, worstStatus(found.map((service) => service.status)), health);
  });
}

const reportedStatuses: Readonly<Record<string, CheckStatus>> = { pass: 'passing', warn: 'warning', fail: 'critical' };

function addCheckRoutes(router: Router, { control, bodies }: AgentRoutesOptions): void {
  router.get('/v1/agent/checks', (context) => {
    refuseFilter(context);
    const { node } = control.self();
    const entries = control
      .services()
      .flatMap((service) =>
        service.checks.map((check) => [agentCheckId(service, check), agentCheck(service, check, node)]),
      );
    context.body = Object.fromEntries(entries);
  });
  router.put('/v1/agent/check/:verb/:id', async (context) => {
    const { verb = '', id = '' } = context.params;
    if (verb === 'update') {
      const { status, output } = readUpdate(await readJsonBody(bodies, context.req));
      report(control, id, status, output);
    } else {
      const status = reportedStatuses[verb];
      if (status === undefined) throw new Refusal(404, `no such path: ${context.path}`);
      report(control, id, status, String(context.query.note ?? ''));
    }
    answerDone(context);
  });
}

function addProcessRoutes(router: Router, { control }: AgentRoutesOptions): void {
  router.get('/v1/agent/self', (context) => {
    context.body = agentSelf(control.self());
  });
  router.put('/v1/agent/reload', async (context) => {
    await control.reload();
    answerDone(context);
  });
  router.get('/metrics', (context) => {
    context.type = 'text/plain; version=0.0.4; charset=utf-8';
    context.body = control.metricsText();
  });
  router.get('/livez', (context) => answerText(context, 200, 'ok'));
  for (const path of ['/health', '/readyz']) {
    router.get(path, (context) => {
      const reason = control.notReady();
      context.status = reason === undefined ? 200 : 503;
      context.body = reason === undefined ? { health: 'true', reason: '' } : { health: 'false', reason };
    });
  }
}

function serviceOf(control: AgentControl, id: string | undefined): LocalService {
  const service = id === undefined ? undefined : control.service(id);
  if (service !== undefined) return service;
  throw new Refusal(404, `no service with the id ${JSON.stringify(id)} on this agent (ids, not names)`);
}

/** A filter that is not applied would be a wrong answer. */
function refuseFilter(context: Context): void {
  if (context.query.filter !== undefined) throw new Refusal(400, 'filter: filter expressions are not available here');
}

function readUpdate(body: unknown): { readonly status: CheckStatus; readonly output: string } {
  const { Status: given, Output: output } = (body ?? {}) as { readonly Status?: unknown; readonly Output?: unknown };
  const status = checkStatuses.find((each) => each === given);
  if (status === undefined) throw new Refusal(400, `request body: Status: expected one of ${checkStatuses.join(', ')}`);
  return { status, output: typeof output === 'string' ? output : '' };
}

function report(control: AgentControl, id: string, status: CheckStatus, note: string): void {
  for (const service of control.services()) {
    const check = service.checks.find((each) => agentCheckId(service, each) === id);
    if (check === undefined) continue;
    if (check.report === undefined) throw new Refusal(400, `check ${JSON.stringify(id)} is not a TTL check`);
    check.report(status, note);
    return;
  }
  throw new Refusal(404, `no check with the id ${JSON.stringify(id)} on this agent`);
}

function answerHealth(context: Context, status: CheckStatus, detail: unknown): void {
  context.status = healthHttpStatus(status);
  context.body = context.query.format === 'text' ? status : detail;
}

function answerText(context: Context, status: number, text: string): void {
  context.status = status;
  context.type = 'text/plain; charset=utf-8';
  context.body = text;
}

/** Consul answers success with 200 and nothing in it. */
function answerDone(context: Context): void {
  context.status = 200;
  context.body = '';
}
