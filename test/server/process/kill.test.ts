// A server that is killed in the middle of a stream of puts, again and again: everything acknowledged is there.

import test from 'ava';
import { freePorts, serverArgs, startRollcall, temporaryDirectory } from '../../harness/rollcall.ts';
import { JsonClient } from './json-client.ts';

const kills = 5;
const writers = 16;

test('kill -9 in the middle of puts, again and again: nothing acknowledged is lost, revisions never go back', async (t) => {
  const [client, peer] = (await freePorts(2)) as [number, number];
  const args = serverArgs(temporaryDirectory(t), { client, peer });
  const acknowledged = new Map<string, { value: string; modRevision: number }>();
  let highestRevision = 0;
  let lease: string | undefined;
  let sequence = 0;

  for (let round = 0; round <= kills; round++) {
    const server = await startRollcall(t, args);
    const api = new JsonClient(client);
    const { revision, values } = await api.all('k');
    t.true(revision >= highestRevision, `revision ${revision} after ${highestRevision}`);
    for (const [key, expected] of acknowledged) t.deepEqual(values.get(key), expected, `${key} in round ${round}`);
    if (lease === undefined) {
      ({ ID: lease } = await api.call<{ ID: string }>('/v3/lease/grant', { TTL: '600' }));
      await api.put('leased', 'v', lease);
    } else {
      const { grantedTTL, keys } = await api.call<{ grantedTTL: string; keys: string[] }>('/v3/lease/timetolive', {
        ID: lease,
        keys: true,
      });
      t.is(grantedTTL, '600');
      t.deepEqual(keys, [Buffer.from('leased').toString('base64')]);
    }
    if (round === kills) {
      t.is((await server.end('SIGTERM')).code, 0);
      api.close();
      break;
    }
    let running = true;
    const enough = acknowledged.size + 400;
    const write = async (): Promise<void> => {
      while (running) {
        // Every third put overwrites, so that the newest of several values must survive.
        const key = `k${sequence % 3 === 0 ? sequence % 30 : sequence}`;
        const value = `${round}:${sequence++}`;
        const before = acknowledged.get(key)?.modRevision ?? 0;
        const modRevision = await api.put(key, value);
        if (modRevision > before) acknowledged.set(key, { value, modRevision });
        highestRevision = Math.max(highestRevision, modRevision);
        if (acknowledged.size >= enough) void server.end('SIGKILL');
      }
    };
    await Promise.all(
      Array.from({ length: writers }, () =>
        write().catch(() => {
          running = false;
        }),
      ),
    );
    t.is((await server.ended).signal, 'SIGKILL');
    // What was under way may have been written or not: such keys are checked no further.
    const { values: now } = await survivors(t, args, client);
    for (const [key, { modRevision }] of acknowledged) {
      const found = now.get(key);
      t.true(found !== undefined && found.modRevision >= modRevision, `${key} has gone back`);
      acknowledged.set(key, found!);
    }
    api.close();
  }
});

/** Starts the server once more, reads, and kills it at once: a start that is cut short harms nothing either. */
async function survivors(t: Parameters<typeof startRollcall>[0], args: string[], port: number) {
  const server = await startRollcall(t, args);
  const api = new JsonClient(port);
  const all = await api.all('k');
  api.close();
  await server.end('SIGKILL');
  return all;
}
