// What operators and load balancers ask of a role: /health, /livez, /readyz, /version, /metrics, with etcd's paths,
// parameters and bodies (etcd server/etcdserver/api/etcdhttp/health.go). What is healthy, the role says.

import type Router from '@koa/router';
import type { Context } from 'koa';
import type { MaybePromise } from '../api/call.ts';
import { deadlineExceeded } from '../api/errors.ts';
import type { Clock } from '../runtime/clock.ts';

/** The facts that health is judged by. */
export interface HealthChecks {
  /** Names of the alarms that are raised: `NOSPACE`, `CORRUPT`. */
  alarms(): readonly string[];
  /** Whether this member knows a leader. */
  hasLeader(): boolean;
  /** Whether this member does not vote (yet). */
  isLearner(): boolean;
  /** Reads one key, locally when `serializable`, else with the agreement of a quorum. Throws what went wrong. */
  read(serializable: boolean): MaybePromise<void>;
}

export interface Versions {
  readonly etcdserver: string;
  readonly etcdcluster: string;
  readonly storage: string;
  /** Our own version. */
  readonly rollcall: string;
}

export interface OperationsOptions {
  readonly health: HealthChecks;
  readonly versions: () => Versions;
  /** The text of /metrics (Prometheus text format 0.0.4). */
  readonly metrics: () => string;
  readonly clock: Clock;
}

/** A health check that has not answered by then has failed. */
const checkTimeoutMs = 5_000;

export function addOperationsRoutes(router: Router, options: OperationsOptions): void {
  router.all('/health', (context) => getOnly(context, () => health(context, options)));
  router.all('/version', (context) => {
    getOnly(context, () => {
      context.type = 'application/json';
      context.body = JSON.stringify(options.versions());
    });
  });
  router.all('/metrics', (context) => {
    getOnly(context, () => {
      context.set('Content-Type', 'text/plain; version=0.0.4; charset=utf-8');
      context.body = options.metrics();
    });
  });
  addCheckRoutes(router, '/livez', livezChecks(options));
  addCheckRoutes(router, '/readyz', readyzChecks(options));
}

function getOnly<T>(context: Context, serve: () => T): T | undefined {
  if (context.method === 'GET' || context.method === 'HEAD') return serve();
  context.status = 405;
  context.set('Allow', 'GET');
  context.body = 'Method Not Allowed\n';
  return undefined;
}

// ---- /health

async function health(context: Context, options: OperationsOptions): Promise<void> {
  const serializable = valuesOf(context, 'serializable').includes('true');
  const reason = await unhealthy(options, serializable, valuesOf(context, 'exclude'));
  context.status = reason === '' ? 200 : 503;
  context.type = 'application/json';
  context.body = JSON.stringify({ health: reason === '' ? 'true' : 'false', reason });
}

/** Why this member is not healthy, in etcd's words; empty when it is. */
async function unhealthy(
  options: OperationsOptions,
  serializable: boolean,
  exclude: readonly string[],
): Promise<string> {
  const alarm = options.health.alarms().find((name) => !exclude.includes(name));
  if (alarm !== undefined) return `ALARM ${alarm}`;
  if (!serializable && !options.health.hasLeader()) return 'RAFT NO LEADER';
  try {
    await read(options, serializable);
    return '';
  } catch (error) {
    return `RANGE ERROR:${messageOf(error)}`;
  }
}

// ---- /livez and /readyz

/** Throws the reason when it fails. */
type Check = () => MaybePromise<void>;

function livezChecks(options: OperationsOptions): ReadonlyMap<string, Check> {
  return new Map([['serializable_read', () => read(options, true)]]);
}

function readyzChecks(options: OperationsOptions): ReadonlyMap<string, Check> {
  return new Map<string, Check>([
    [
      'data_corruption',
      () => {
        if (options.health.alarms().includes('CORRUPT')) throw new Error('alarm activated: CORRUPT');
      },
    ],
    ['serializable_read', () => read(options, true)],
    ['linearizable_read', () => read(options, false)],
    [
      'non_learner',
      () => {
        if (options.health.isLearner()) throw new Error('not supported for learner');
      },
    ],
  ]);
}

function addCheckRoutes(router: Router, path: string, checks: ReadonlyMap<string, Check>): void {
  router.all(path, (context) =>
    getOnly(context, () => {
      // Names that are no check are passed over, as etcd does for the sake of other versions' probes.
      const exclude = valuesOf(context, 'exclude');
      return runChecks(
        context,
        [...checks].filter(([name]) => !exclude.includes(name)),
      );
    }),
  );
  for (const check of checks) {
    router.all(`${path}/${check[0]}`, (context) => getOnly(context, () => runChecks(context, [check])));
  }
}

async function runChecks(context: Context, checks: readonly (readonly [string, Check])[]): Promise<void> {
  let lines = '';
  let failed = false;
  for (const [name, check] of checks) {
    try {
      await check();
      lines += `[+]${name} ok\n`;
    } catch (error) {
      failed = true;
      lines += `[-]${name} failed: ${messageOf(error)}\n`;
    }
  }
  context.type = 'text/plain; charset=utf-8';
  context.set('X-Content-Type-Options', 'nosniff');
  context.status = failed ? 503 : 200;
  const verbose = context.query.verbose !== undefined;
  context.body = failed ? `${lines}\n` : `${verbose ? lines : ''}ok\n`;
}

function read({ health, clock }: OperationsOptions, serializable: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(checkTimeoutMs, () => reject(deadlineExceeded()));
    Promise.resolve()
      .then(() => health.read(serializable))
      .then(resolve, reject)
      .finally(() => timer.cancel());
  });
}

function valuesOf(context: Context, name: string): readonly string[] {
  const value = context.query[name];
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
