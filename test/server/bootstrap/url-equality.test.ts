import test from 'ava';
import { compareUrls } from '../../../server/bootstrap/url-equality.ts';
import { World } from './world.ts';

test('URLs are equal by text, whatever their order and the spelling of their addresses', async (t) => {
  const world = new World();
  const a = ['http://10.0.0.1:1', 'http://[::0001]:2', 'http://Host.Example:3'];
  t.deepEqual(await compareUrls(a, ['http://host.example:3', 'http://[::1]:2', 'http://10.0.0.1:1'], world), {
    equal: true,
  });
  t.deepEqual(world.lines, []);
});

test('a host name equals each of its addresses', async (t) => {
  const world = new World();
  world.hosts.set('n1', ['10.0.0.1', 'fd00::1']);
  t.deepEqual(await compareUrls(['http://n1:2380'], ['http://10.0.0.1:2380'], world), { equal: true });
  t.deepEqual(await compareUrls(['http://[fd00:0::1]:2380'], ['http://n1:2380'], world), { equal: true });
});

test('other addresses, ports, schemes and numbers of URLs are not equal, in the words of etcd', async (t) => {
  const world = new World();
  world.hosts.set('n1', ['10.0.0.1']);
  const reason = async (a: readonly string[], b: readonly string[]): Promise<string> => {
    const comparison = await compareUrls(a, b, world);
    return comparison.equal ? 'equal' : comparison.reason;
  };
  t.is(
    await reason(['http://n1:1'], ['http://10.0.0.2:1']),
    'resolved urls: "http://10.0.0.1:1" != "http://10.0.0.2:1"',
  );
  t.is(await reason(['http://n1:1'], ['http://n1:2']), 'resolved urls: "http://10.0.0.1:1" != "http://10.0.0.1:2"');
  t.is(await reason(['http://n1:1'], ['https://n1:1']), 'resolved urls: "http://10.0.0.1:1" != "https://10.0.0.1:1"');
  t.is(
    await reason(['http://localhost:1'], ['http://127.0.0.1:1']),
    'resolved urls: "http://localhost:1" != "http://127.0.0.1:1"',
  );
  t.is(
    await reason(['http://a:1', 'http://b:1'], ['http://a:1']),
    'len(["http://a:1" "http://b:1"]) != len(["http://a:1"])',
  );
});

test('a name that does not resolve is asked for every second, and found when it appears', async (t) => {
  const world = new World();
  world.clock.after(2_500, () => world.hosts.set('late', ['10.0.0.1']));
  const comparison = await world.clock.outcome(compareUrls(['http://late:1'], ['http://10.0.0.1:1'], world));
  t.deepEqual(comparison, { equal: true });
  t.is(world.logged('failed to resolve a peer URL').length, 3);
});

test('a name that never resolves ends the comparison after half a minute', async (t) => {
  const world = new World();
  world.hosts.set('broken', new Error('queryA ETIMEOUT broken'));
  const startMs = world.clock.monotonicMs();
  const comparison = await world.clock.outcome(compareUrls(['http://broken:1'], ['http://10.0.0.1:1'], world));
  t.deepEqual(comparison, { equal: false, reason: 'failed to resolve "http://broken:1" (queryA ETIMEOUT broken)' });
  const tookMs = world.clock.monotonicMs() - startMs;
  t.true(tookMs >= 29_000 && tookMs <= 30_000, `${tookMs} ms`);
});
