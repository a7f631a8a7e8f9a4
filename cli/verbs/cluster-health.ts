// `cluster-health`: the verb of etcdctl's v2 days, which guides still use, with its output. Each member is asked for a
// linearizable read on its client URLs in turn.

import { type Member, MemberListRequest, RangeRequest } from '../../common/api/generated/messages.ts';
import { orExit } from '../exit-error.ts';
import type { Session } from '../session.ts';
import { defineVerb, flag } from '../verb.ts';

/** Exit codes of etcdctl v2: ExitServerError and ExitClusterNotHealthy. */
const serverErrorCode = 4;
const notHealthyCode = 5;
const repeatMs = 10_000;

export const clusterHealth = defineVerb({
  name: 'cluster-health',
  usage: '[flags]',
  summary: 'tells the health of each member in the words of etcdctl v2',
  options: { forever: flag('check again every 10 seconds until interrupted') },
  async run({ values, session }) {
    const call = session.client.memberList(MemberListRequest.create({ linearizable: false }), session.call());
    const list = orExit(call, serverErrorCode);
    list.catch(() => session.out.write('cluster may be unhealthy: failed to list members\n'));
    const { members } = await list;
    for (;;) {
      const healthy = await checkAll(session, members);
      if (!values.forever) return healthy ? 0 : notHealthyCode;
      session.out.write('\nnext check after 10 second...\n\n');
      await new Promise<void>((resolve) => session.clock.after(repeatMs, resolve));
    }
  },
});

async function checkAll(session: Session, members: readonly Member[]): Promise<boolean> {
  let healthy = 0;
  for (const member of members) if (await isHealthy(session, member)) healthy++;
  const state = healthy === members.length ? 'healthy' : healthy === 0 ? 'unavailable' : 'degraded';
  session.out.write(`cluster is ${state}\n`);
  return healthy === members.length;
}

async function isHealthy(session: Session, { id, clientUrls }: Member): Promise<boolean> {
  const say = (text: string): void => session.out.write(`${text}\n`);
  const member = `member ${BigInt.asUintN(64, id).toString(16)}`;
  if (clientUrls.length === 0) {
    say(`${member} is unreachable: no available published client urls`);
    return false;
  }
  for (const url of clientUrls) {
    try {
      const request = RangeRequest.create({ key: Buffer.from('health'), countOnly: true });
      await session.client.forEndpoint(url).range(request, session.call());
      say(`${member} is healthy: got healthy result from ${url}`);
      return true;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      // In etcd's words it is the member's own answer; everything else is trouble on the way to it.
      if (message.startsWith('etcdserver: ')) {
        say(`${member} is unhealthy: got unhealthy result from ${url}`);
        return false;
      }
      say(`failed to check the health of ${member} on ${url}: ${message}`);
    }
  }
  say(`${member} is unreachable: [${clientUrls.join(' ')}] are all unreachable`);
  return false;
}
