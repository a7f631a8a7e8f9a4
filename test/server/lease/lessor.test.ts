import test from 'ava';
import { Lessor } from '../../../server/lease/lessor.ts';
import { MemoryStore } from '../../../server/storage/memory-store.ts';
import { RowStore } from '../../../server/storage/row-store.ts';
import { SimulatedClock } from '../../harness/simulated-clock.ts';

function leading(): Lessor {
  const lessor = idle();
  lessor.promote(0);
  return lessor;
}

function idle(): Lessor {
  const rows = new RowStore({
    store: new MemoryStore(),
    clock: new SimulatedClock(),
    appliedIndex: 0,
    appliedTerm: 0,
    writtenRevision: 1,
    pendingBytesMax: Number.POSITIVE_INFINITY,
    onFailure: () => {},
  });
  return new Lessor(rows);
}

test('a lease expires when its TTL has passed, not before', (t) => {
  const lessor = leading();
  lessor.grant(1n, 10, 500);
  t.deepEqual(lessor.takeExpired(10_499, 100, 3000), []);
  t.deepEqual(lessor.takeExpired(10_500, 100, 3000), [1n]);
});

test('a keepalive moves the deadline to a whole TTL from now', (t) => {
  const lessor = leading();
  lessor.grant(1n, 10, 0);
  t.is(lessor.renew(1n, 9_000), 10);
  t.deepEqual(lessor.takeExpired(18_999, 100, 3000), []);
  t.is(lessor.remainingSeconds(lessor.lookup(1n)!, 15_500), 3);
  t.deepEqual(lessor.takeExpired(19_000, 100, 3000), [1n]);
});

test('a lease that has expired is not renewed, even before it is revoked', (t) => {
  const lessor = leading();
  lessor.grant(1n, 10, 0);
  t.is(lessor.renew(1n, 10_000), null);
  t.is(lessor.renew(2n, 0), null);
  t.is(lessor.remainingSeconds(lessor.lookup(1n)!, 99_000), 0);
});

test('an expired lease is offered again after a while, until it is revoked', (t) => {
  const lessor = leading();
  lessor.grant(1n, 10, 0);
  t.deepEqual(lessor.takeExpired(10_000, 100, 3000), [1n]);
  t.deepEqual(lessor.takeExpired(12_999, 100, 3000), []);
  t.deepEqual(lessor.takeExpired(13_000, 100, 3000), [1n]);
  lessor.revoke(1n);
  t.deepEqual(lessor.takeExpired(99_000, 100, 3000), []);
});

test('no more leases than asked for expire in one round, the longest overdue first', (t) => {
  const lessor = leading();
  for (let id = 1; id <= 5; id++) lessor.grant(BigInt(id), 10 - id, 0);
  t.deepEqual(lessor.takeExpired(60_000, 2, 3000), [5n, 4n]);
  t.deepEqual(lessor.takeExpired(60_000, 2, 3000), [3n, 2n]);
  t.deepEqual(lessor.takeExpired(60_000, 2, 3000), [1n]);
});

test('a member that does not lead lets nothing expire, and one that becomes leader gives every lease its whole TTL', (t) => {
  const lessor = idle();
  lessor.grant(1n, 10, 0);
  t.deepEqual(lessor.takeExpired(99_000, 100, 3000), []);
  t.is(lessor.remainingSeconds(lessor.lookup(1n)!, 99_000), 10);
  lessor.promote(50_000);
  t.deepEqual(lessor.takeExpired(59_999, 100, 3000), []);
  t.deepEqual(lessor.takeExpired(60_000, 100, 3000), [1n]);
  lessor.demote();
  t.deepEqual(lessor.takeExpired(99_000, 100, 3000), []);
});

test('keys move between leases, and a revocation returns them in order', (t) => {
  const lessor = leading();
  lessor.grant(1n, 10, 0);
  lessor.grant(2n, 10, 0);
  for (const key of ['c', 'a', 'b']) lessor.moveKey(key, 0n, 1n);
  lessor.moveKey('b', 1n, 2n);
  lessor.moveKey('c', 1n, 0n);
  lessor.moveKey('d', 0n, 1n);
  t.deepEqual(lessor.revoke(1n), ['a', 'd']);
  t.deepEqual(lessor.revoke(1n), []);
  t.deepEqual([...lessor.ids()], [2n]);
});

test('leases that were revoked long before their end leave nothing behind', (t) => {
  const lessor = leading();
  lessor.grant(1n, 60, 0);
  for (let i = 0; i < 100_000; i++) {
    lessor.grant(2n, 1_000_000, i);
    lessor.revoke(2n);
  }
  t.true(lessor.queuedExpiries < 5_000, `${lessor.queuedExpiries} queued`);
  t.deepEqual(lessor.takeExpired(200_000, 100, 3000), [1n]);
});

test('an id that is used again expires once, with its new lease', (t) => {
  const lessor = leading();
  for (let i = 0; i < 5; i++) {
    lessor.grant(1n, 10, i);
    lessor.revoke(1n);
  }
  lessor.grant(1n, 20, 0);
  t.deepEqual(lessor.takeExpired(15_000, 100, 3000), []);
  t.deepEqual(lessor.takeExpired(20_000, 100, 3000), [1n]);
  t.is(lessor.queuedExpiries, 1);
});
