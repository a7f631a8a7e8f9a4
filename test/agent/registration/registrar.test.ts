import test from 'ava';
import type { DesiredRecord } from '../../../agent/registration/desired-records.ts';
import type { LeaseEntry, LeaseJournal } from '../../../agent/registration/lease-journal.ts';
import { Registrar } from '../../../agent/registration/registrar.ts';
import { type LogFields, type Logger, silentLogger } from '../../../common/log.ts';
import { seededRandom } from '../../../common/runtime/random.ts';
import { SimulatedClock } from '../../common/client/simulated-clock.ts';
import { FakeCluster } from './fake-cluster.ts';

/** `essence` or `essence|wording`. */
function records(values: Readonly<Record<string, string>>): ReadonlyMap<string, DesiredRecord> {
  return new Map(Object.entries(values).map(([key, value]) => [key, { value, essence: value.split('|')[0]! }]));
}

function world() {
  const clock = new SimulatedClock();
  const cluster = new FakeCluster(clock);
  const warnings: string[] = [];
  let seed = 1;
  const note = (message: string, fields: LogFields = {}): void => {
    warnings.push([message, fields.key ?? fields.keys].filter((each) => each !== undefined).join(': '));
  };
  const log: Logger = { ...silentLogger, warn: note, error: note };
  const start = (node = 'host-a', journal?: LeaseJournal) =>
    new Registrar({
      ...{ service: cluster.service, clock, random: seededRandom(seed++), log, node, leaseTtlSeconds: 15 },
      ...(journal === undefined ? {} : { journal }),
    });
  return { clock, cluster, warnings, start };
}

/** Stops, while simulated time goes on. */
async function stopped(clock: SimulatedClock, registrar: Registrar): Promise<void> {
  const stopping = registrar.stop(1_000);
  await clock.advance(100);
  await stopping;
}

function memoryJournal(last?: LeaseEntry): LeaseJournal & { saved: LeaseEntry | undefined } {
  return {
    last,
    saved: undefined,
    async save(entry) {
      this.saved = entry;
    },
  };
}

test('what is desired is put under one lease and stays for as long as the process lives', async (t) => {
  const { clock, cluster, start } = world();
  const registrar = start();
  registrar.setDesired(records({ '/a': '1', '/b': '2' }));
  await clock.advance(100);
  t.deepEqual(cluster.contents(), ['/a=1', '/b=2']);
  t.is(cluster.leaseOf('/a'), registrar.leaseId);
  t.is(cluster.leaseOf('/b'), registrar.leaseId);
  await clock.advance(3_600_000);
  t.deepEqual(cluster.contents(), ['/a=1', '/b=2']);
  t.is(cluster.leases.size, 1);
  t.is(cluster.calls.filter((call) => call.startsWith('put')).length, 2, 'nothing is written without need');
});

test('nothing is put before it has been said what is desired', async (t) => {
  const { clock, cluster, start } = world();
  const registrar = start();
  await clock.advance(60_000);
  t.deepEqual(cluster.calls, ['grant']);
  registrar.setDesired(records({ '/a': '1' }));
  await clock.advance(100);
  t.deepEqual(cluster.contents(), ['/a=1']);
});

test('only what changed is written, and what is no longer desired is deleted', async (t) => {
  const { clock, cluster, start } = world();
  const registrar = start();
  registrar.setDesired(records({ '/a': '1', '/b': '1', '/c': '1' }));
  await clock.advance(100);
  cluster.calls.length = 0;
  registrar.setDesired(records({ '/a': '1', '/b': '2' }));
  await clock.advance(100);
  t.deepEqual(cluster.calls, ['txn', 'put /b']);
  t.deepEqual(cluster.contents(), ['/a=1', '/b=2']);
});

test('a change of wording alone is written once a minute at most', async (t) => {
  const { clock, cluster, start } = world();
  const registrar = start();
  for (let second = 0; second < 600; second++) {
    registrar.setDesired(records({ '/a': `1|${second}` }));
    await clock.advance(1_000);
  }
  const puts = cluster.calls.filter((call) => call.startsWith('put')).length;
  t.true(puts >= 9 && puts <= 11, `${puts} puts in ten minutes`);
  await clock.advance(60_000);
  t.deepEqual(cluster.contents(), ['/a=1|599'], 'the last wording arrives');
});

test('a cluster that is away at the start gets everything when it comes', async (t) => {
  const { clock, cluster, start } = world();
  cluster.away = true;
  const registrar = start();
  registrar.setDesired(records({ '/a': '1' }));
  await clock.advance(600_000);
  t.is(registrar.leaseId, undefined);
  t.is(registrar.stateOf('/a'), 'pending');
  cluster.away = false;
  await clock.advance(3_000);
  t.deepEqual(cluster.contents(), ['/a=1']);
  t.is(registrar.stateOf('/a'), 'registered');
});

test('an outage shorter than the TTL costs no write', async (t) => {
  const { clock, cluster, start } = world();
  const registrar = start();
  registrar.setDesired(records({ '/a': '1' }));
  await clock.advance(100);
  const lease = registrar.leaseId;
  cluster.away = true;
  await clock.advance(8_000);
  cluster.away = false;
  await clock.advance(60_000);
  t.is(registrar.leaseId, lease);
  t.is(cluster.calls.filter((call) => call.startsWith('put')).length, 1);
});

test('after an outage longer than the TTL everything is put again under a new lease', async (t) => {
  const { clock, cluster, start } = world();
  const registrar = start();
  registrar.setDesired(records({ '/a': '1', '/b': '1' }));
  await clock.advance(100);
  const lease = registrar.leaseId;
  cluster.away = true;
  await clock.advance(60_000);
  registrar.setDesired(records({ '/a': '2', '/c': '1' }));
  t.deepEqual(cluster.contents(), []);
  cluster.away = false;
  await clock.advance(5_000);
  t.deepEqual(cluster.contents(), ['/a=2', '/c=1']);
  t.not(registrar.leaseId, lease);
  t.is(registrar.counters.leasesLost, 1);
});

test('a cluster that lost all its data is filled again within a third of the TTL', async (t) => {
  const { clock, cluster, start } = world();
  const registrar = start();
  registrar.setDesired(records({ '/a': '1' }));
  await clock.advance(20_000);
  cluster.wipe();
  await clock.advance(5_500);
  t.deepEqual(cluster.contents(), ['/a=1']);
});

test('a key that somebody deletes, rewrites or takes off its lease is put again within the audit period', async (t) => {
  const { clock, cluster, start, warnings } = world();
  const registrar = start();
  registrar.setDesired(records({ '/a': '1', '/b': '1', '/c': '1' }));
  await clock.advance(100);
  cluster.keys.delete('/a');
  cluster.put('/b', 'x', registrar.leaseId);
  cluster.put('/c', 'x');
  await clock.advance(16_600);
  t.deepEqual(cluster.contents(), ['/a=1', '/b=1', '/c=1']);
  t.is(cluster.leaseOf('/c'), registrar.leaseId);
  t.deepEqual(warnings, ['registrations were missing or changed; putting them again: /a /b /c']);
  t.is(registrar.counters.repairs, 3);
});

test('the audit comes although changes never stop', async (t) => {
  const { clock, cluster, start } = world();
  const registrar = start();
  const change = (number: number): void => registrar.setDesired(records({ '/a': '1', '/b': String(number) }));
  change(0);
  await clock.advance(100);
  cluster.keys.delete('/a');
  for (let number = 1; number < 18; number++) {
    change(number);
    await clock.advance(1_000);
  }
  t.deepEqual(cluster.contents(), ['/a=1', '/b=17']);
});

test('more keys than one transaction may look at are audited in several', async (t) => {
  const { clock, cluster, start } = world();
  const registrar = start();
  const keys = Array.from({ length: 250 }, (_, index) => `/k${index}`);
  registrar.setDesired(records(Object.fromEntries(keys.map((key) => [key, '1']))));
  await clock.advance(1_000);
  t.is(cluster.keys.size, 250);
  t.true(cluster.runningMax <= 65, `${cluster.runningMax} calls at once`);
  cluster.keys.delete('/k3');
  cluster.keys.delete('/k249');
  cluster.calls.length = 0;
  await clock.advance(16_600);
  t.deepEqual(cluster.calls, ['txn', 'txn', 'txn', 'put /k3', 'put /k249']);
});

test('two incarnations of one agent do not take turns: the newer one has it, the older one waits', async (t) => {
  const { clock, cluster, start, warnings } = world();
  const older = start();
  older.setDesired(records({ '/a': 'older' }));
  await clock.advance(5_000);
  const newer = start();
  newer.setDesired(records({ '/a': 'newer' }));
  await clock.advance(600_000);
  t.deepEqual(cluster.contents(), ['/a=newer']);
  t.is(cluster.calls.filter((call) => call.startsWith('put')).length, 2);
  t.is(older.stateOf('/a'), 'yielded');
  t.deepEqual(warnings, [
    'registered over the registration of another holder: /a',
    'another holder registered this key; leaving it alone until it goes: /a',
  ]);
  older.setDesired(records({ '/a': 'older, changed' }));
  await clock.advance(60_000);
  t.deepEqual(cluster.contents(), ['/a=newer']);
  await stopped(clock, newer);
  await clock.advance(17_000);
  t.deepEqual(cluster.contents(), ['/a=older, changed'], 'when the newer one goes the older one is back');
});

test('what is not ours is not deleted, even where we once had it', async (t) => {
  const { clock, cluster, start } = world();
  const registrar = start();
  registrar.setDesired(records({ '/a': '1', '/b': '1' }));
  await clock.advance(100);
  cluster.grant(99n, 1_000_000);
  cluster.put('/a', 'theirs', 99n);
  registrar.setDesired(records({}));
  await clock.advance(100);
  t.deepEqual(cluster.contents(), ['/a=theirs']);
  await stopped(clock, registrar);
  t.deepEqual(cluster.contents(), ['/a=theirs']);
});

test('a key that the cluster refuses does not hold up the others, and is tried again with growing pauses', async (t) => {
  const { clock, cluster, start } = world();
  cluster.refusedKeys.add('/bad');
  const registrar = start();
  registrar.setDesired(records({ '/a': '1', '/bad': '1', '/c': '1' }));
  await clock.advance(60_000);
  t.deepEqual(cluster.contents(), ['/a=1', '/c=1']);
  const attempts = cluster.calls.filter((call) => call === 'put /bad').length;
  t.true(attempts >= 6 && attempts <= 20, `${attempts} attempts in a minute`);
  cluster.refusedKeys.clear();
  await clock.advance(10_500);
  t.deepEqual(cluster.contents(), ['/a=1', '/bad=1', '/c=1']);
});

test('an audit that the cluster refuses does not keep records from being put', async (t) => {
  const { clock, cluster, start } = world();
  const registrar = start();
  registrar.setDesired(records({ '/a': '1' }));
  await clock.advance(100);
  cluster.refusesTransactions = true;
  cluster.wipe();
  await clock.advance(20_000);
  t.deepEqual(cluster.contents(), ['/a=1']);
  registrar.setDesired(records({ '/a': '2' }));
  await clock.advance(100);
  t.deepEqual(cluster.contents(), ['/a=2']);
  t.true(registrar.counters.failures > 0);
  cluster.refusesTransactions = false;
  cluster.keys.clear();
  await clock.advance(10_500);
  t.deepEqual(cluster.contents(), ['/a=2']);
});

test('a put whose answer was lost is known as ours: it is deleted when it is no longer desired', async (t) => {
  const { clock, cluster, start } = world();
  cluster.losesAnswers = true;
  const registrar = start();
  registrar.setDesired(records({ '/a': '1' }));
  await clock.advance(100);
  t.deepEqual(cluster.contents(), ['/a=1']);
  registrar.setDesired(records({}));
  cluster.losesAnswers = false;
  await clock.advance(1_000);
  t.deepEqual(cluster.contents(), []);
});

test('stopping takes everything back at once', async (t) => {
  const { clock, cluster, start } = world();
  const registrar = start();
  registrar.setDesired(records({ '/a': '1', '/b': '1' }));
  await clock.advance(100);
  await stopped(clock, registrar);
  t.deepEqual(cluster.contents(), []);
  t.is(cluster.leases.size, 0);
  await stopped(clock, registrar);
  await clock.advance(600_000);
  t.deepEqual(cluster.contents(), []);
  t.is(clock.pendingTimers, 0);
});

test('stopping without a cluster gives up after its timeout', async (t) => {
  const { clock, cluster, start } = world();
  const registrar = start();
  registrar.setDesired(records({ '/a': '1' }));
  await clock.advance(100);
  cluster.away = true;
  let outcome = 'waiting';
  registrar.stop(1_000).then(
    () => (outcome = 'stopped'),
    () => (outcome = 'gave up'),
  );
  await clock.advance(1_001);
  t.is(outcome, 'gave up');
});

test('idle resolves when the cluster holds what is desired', async (t) => {
  const { clock, cluster, start } = world();
  cluster.away = true;
  const registrar = start();
  registrar.setDesired(records({ '/a': '1' }));
  let seen: string[] | undefined;
  void registrar.idle().then(() => (seen = cluster.contents()));
  await clock.advance(10_000);
  t.is(seen, undefined);
  cluster.away = false;
  await clock.advance(3_000);
  t.deepEqual(seen, ['/a=1']);
  registrar.setDesired(records({}));
  void registrar.idle().then(() => (seen = cluster.contents()));
  await clock.advance(100);
  t.deepEqual(seen, []);
});

test('the next incarnation moves what it wants from the lease of the last one and revokes that', async (t) => {
  const { clock, cluster, start, warnings } = world();
  cluster.grant(99n, 60);
  cluster.put('/a', '1', 99n);
  cluster.put('/leftover', '1', 99n);
  const journal = memoryJournal({ clusterId: 7n, node: 'host-a', leaseIds: [99n] });
  const registrar = start('host-a', journal);
  registrar.setDesired(records({ '/a': '1' }));
  await clock.advance(1_000);
  t.deepEqual(cluster.contents(), ['/a=1']);
  t.deepEqual([...cluster.leases.keys()], [registrar.leaseId!]);
  t.deepEqual(journal.saved, { clusterId: 7n, node: 'host-a', leaseIds: [registrar.leaseId!] });
  t.deepEqual(warnings, []);
  t.true(cluster.calls.indexOf('revoke') > cluster.calls.indexOf('put /a'), 'no gap in the answers');
});

for (const [what, entry] of [
  ['of another node', { clusterId: 7n, node: 'host-b', leaseIds: [99n] }],
  ['of another cluster', { clusterId: 8n, node: 'host-a', leaseIds: [99n] }],
] as const) {
  test(`a lease journal ${what} revokes nothing`, async (t) => {
    const { clock, cluster, start } = world();
    cluster.grant(99n, 1_000);
    cluster.put('/theirs', '1', 99n);
    const registrar = start('host-a', memoryJournal(entry));
    registrar.setDesired(records({ '/a': '1' }));
    await clock.advance(1_000);
    t.deepEqual(cluster.contents(), ['/a=1', '/theirs=1']);
  });
}

test('nothing hangs on a lease before the journal knows it, but a hanging disk holds nothing up for ever', async (t) => {
  const { clock, cluster, start } = world();
  const registrar = start('host-a', { last: undefined, save: () => new Promise(() => {}) });
  registrar.setDesired(records({ '/a': '1' }));
  await clock.advance(900);
  t.deepEqual(cluster.contents(), []);
  await clock.advance(200);
  t.deepEqual(cluster.contents(), ['/a=1']);
});

test('a lease that was given up for lost but lives on is revoked once everything hangs on the new one', async (t) => {
  const { clock, cluster, start } = world();
  const registrar = start();
  registrar.setDesired(records({ '/a': '1', '/b': '1' }));
  await clock.advance(100);
  const lost = registrar.leaseId!;
  cluster.leases.set(lost, { ttl: 15, expiresMs: Number.POSITIVE_INFINITY });
  cluster.away = true;
  registrar.setDesired(records({ '/a': '1' }));
  await clock.advance(60_000);
  t.deepEqual(cluster.contents(), ['/a=1', '/b=1']);
  cluster.away = false;
  await clock.advance(5_000);
  t.deepEqual(cluster.contents(), ['/a=1']);
  t.deepEqual([...cluster.leases.keys()], [registrar.leaseId!]);
});
