// `endpoint health|status|hashkv`: each endpoint is asked by itself, without failover.

import { isApiError } from '../../common/api/errors.ts';
import { HashKVRequest, MemberListRequest, RangeRequest, StatusRequest } from '../../common/api/generated/messages.ts';
import { ExitError, exitCodes, orExit } from '../exit-error.ts';
import { durationText } from '../format/go-number.ts';
import type { EndpointAnswer, EndpointHealth } from '../printers/printer.ts';
import type { Session } from '../session.ts';
import { defineVerb, flag, integerFlag } from '../verb.ts';

const cluster = flag('all client URLs of the member list instead of --endpoints');

async function endpointsOf(session: Session, wholeCluster: boolean): Promise<readonly string[]> {
  if (!wholeCluster) return session.endpoints;
  const call = session.client.memberList(MemberListRequest.create({ linearizable: true }), session.call());
  const { members } = await orExit(call, exitCodes.error, 'failed to fetch endpoints from etcd cluster member list');
  return members.flatMap(({ clientUrls }) => clientUrls);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Gets some key: an answer, also "permission denied", has been through a quorum. */
async function healthOf(session: Session, endpoint: string): Promise<EndpointHealth> {
  const startMs = session.clock.monotonicMs();
  const took = (): string => durationText(session.clock.monotonicMs() - startMs);
  try {
    const request = RangeRequest.create({ key: Buffer.from('health') });
    await session.client.forEndpoint(endpoint).range(request, session.call());
    return { endpoint, healthy: true, took: took(), error: '' };
  } catch (error) {
    const healthy = isApiError(error, 'permissionDenied');
    return { endpoint, healthy, took: took(), error: healthy ? '' : messageOf(error) };
  }
}

export const endpointHealth = defineVerb({
  name: 'endpoint health',
  usage: '[flags]',
  summary: 'tells whether endpoints answer through a quorum',
  options: { cluster },
  async run({ values, session }) {
    const endpoints = await endpointsOf(session, values.cluster);
    const health = await Promise.all(endpoints.map((endpoint) => healthOf(session, endpoint)));
    session.printer.endpointHealth(health);
    if (health.some(({ healthy }) => !healthy)) throw new ExitError(exitCodes.error, 'unhealthy cluster');
    return 0;
  },
});

/** Asks one endpoint after the other; those that fail are told on stderr and decide the exit code. */
async function askEach<T>(
  session: Session,
  endpoints: readonly string[],
  what: string,
  ask: (endpoint: string) => T | Promise<T>,
): Promise<{ readonly answers: readonly EndpointAnswer<T>[]; readonly failure: string | undefined }> {
  const answers: EndpointAnswer<T>[] = [];
  let failure: string | undefined;
  for (const endpoint of endpoints) {
    try {
      answers.push({ endpoint, response: await ask(endpoint) });
    } catch (error) {
      failure = messageOf(error);
      session.out.complain(`Failed to get the ${what} of endpoint ${endpoint} (${failure})`);
    }
  }
  return { answers, failure };
}

export const endpointStatus = defineVerb({
  name: 'endpoint status',
  usage: '[flags]',
  summary: 'prints version, size, leader and Raft position of endpoints',
  options: { cluster },
  async run({ values, session }) {
    const endpoints = await endpointsOf(session, values.cluster);
    const { answers, failure } = await askEach(session, endpoints, 'status', (endpoint) =>
      session.client.forEndpoint(endpoint).status(StatusRequest.create(), session.call()),
    );
    session.printer.endpointStatus(answers);
    return failure === undefined ? 0 : exitCodes.error;
  },
});

export const endpointHashKv = defineVerb({
  name: 'endpoint hashkv',
  usage: '[flags]',
  summary: 'prints the hash of the key history of endpoints',
  options: { cluster, rev: integerFlag('newest revision that counts; 0 means all') },
  async run({ values, session }) {
    const endpoints = await endpointsOf(session, values.cluster);
    const request = HashKVRequest.create({ revision: values.rev });
    const { answers, failure } = await askEach(session, endpoints, 'hash', (endpoint) =>
      session.client.forEndpoint(endpoint).hashKv(request, session.call()),
    );
    session.printer.endpointHashKv(answers);
    if (failure !== undefined) throw new ExitError(exitCodes.error, failure);
    return 0;
  },
});
