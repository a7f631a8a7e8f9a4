// The world that bootstrap sees, in a test: simulated time, names from a table, HTTP answers from a table, log lines kept.

import type { LogFields, Logger } from '../../../common/log.ts';
import { seededRandom } from '../../../common/runtime/random.ts';
import type { BootstrapValues } from '../../../server/bootstrap/bootstrap-source.ts';
import type { BootstrapEnvironment } from '../../../server/bootstrap/environment.ts';
import type { HttpAnswer, HttpExchange, HttpRequest } from '../../../server/bootstrap/http-exchange.ts';
import type { NameResolver, SrvRecord } from '../../../server/bootstrap/name-resolver.ts';
import { SimulatedClock } from '../../harness/simulated-clock.ts';

/** No bootstrap flag given. */
export const noBootstrap: BootstrapValues = {
  initialCluster: '',
  initialClusterToken: 'etcd-cluster',
  initialClusterState: 'new',
  discovery: '',
  discoveryProxy: '',
  discoveryFallback: 'proxy',
  discoverySrv: '',
  discoverySrvName: '',
  discoveryToken: '',
  discoveryEndpoints: [],
};

export class World implements BootstrapEnvironment {
  readonly clock = new SimulatedClock();
  readonly random = seededRandom(7);
  /** `warn: the message {"field":"value"}`. */
  readonly lines: string[] = [];
  readonly log: Logger = recorder(this.lines);
  readonly hosts = new Map<string, readonly string[] | Error>();
  readonly srv = new Map<string, readonly SrvRecord[] | Error>();
  /** By `GET http://…`; an Error is no answer. */
  readonly web = new Map<string, Partial<HttpAnswer> | Error>();
  readonly requests: string[] = [];
  readonly names: NameResolver = {
    source: 'the table',
    addresses: async (host) => (/^[\d.]+$|:/.test(host) ? [host] : answer(this.hosts.get(host))),
    srv: async (name) => answer(this.srv.get(name)),
  };
  readonly http: HttpExchange = async ({ method, url }: HttpRequest) => {
    const what = `${method} ${url}`;
    this.requests.push(what);
    const found = this.web.get(what);
    if (found === undefined) throw new Error('connect ECONNREFUSED');
    if (found instanceof Error) throw found;
    return { status: 200, headers: new Map(), body: '', ...found };
  };

  /** The lines that contain `text`. */
  logged(text: string): readonly string[] {
    return this.lines.filter((line) => line.includes(text));
  }
}

export function record(target: string, port: number, rest: Partial<SrvRecord> = {}): SrvRecord {
  return { target, port, priority: 0, weight: 0, ...rest };
}

export function recorder(lines: string[]): Logger {
  const at =
    (level: string) =>
    (message: string, fields?: LogFields): void => {
      lines.push(`${level}: ${message}${fields === undefined ? '' : ` ${JSON.stringify(fields)}`}`);
    };
  const logger: Logger = {
    error: at('error'),
    warn: at('warn'),
    info: at('info'),
    debug: at('debug'),
    child: () => logger,
  };
  return logger;
}

function answer<T>(found: readonly T[] | Error | undefined): readonly T[] {
  if (found instanceof Error) throw found;
  return found ?? [];
}

/** The message of what a promise rejects with, or of what a function throws. */
export async function refusal(run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  return 'not refused';
}
