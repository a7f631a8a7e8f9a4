import test from 'ava';
import { seededRandom } from '../../../common/runtime/random.ts';
import * as keys from '../../../server/storage/keys.ts';

test('revision 5, second change of its transaction, is 6b 0000000000000005 00000001', (t) => {
  t.is(keys.encodeRevisionKey(5, 1).toString('hex'), '6b000000000000000500000001');
  t.deepEqual(keys.decodeRevisionKey(Buffer.from('6b000000000000000500000001', 'hex')), { main: 5, sub: 1 });
});

test('revision keys order as their numbers do and decode to what was encoded', (t) => {
  const random = seededRandom(3);
  const mains = [0, 1, 0xffffffff, 0x100000000, Number.MAX_SAFE_INTEGER];
  for (let round = 0; round < 500; round++) mains.push(Math.floor(random.next() * 2 ** (1 + random.below(53))));
  for (const main of mains) {
    const other = mains[random.below(mains.length)]!;
    const sub = random.below(2 ** 32);
    t.deepEqual(keys.decodeRevisionKey(keys.encodeRevisionKey(main, sub)), { main, sub });
    const order: number = Buffer.compare(keys.encodeRevisionKey(main, 7), keys.encodeRevisionKey(other, 7));
    t.is(order, Math.sign(main - other), `${main} and ${other}`);
  }
});

test('a revision range covers every change of its first revision and none of its last', (t) => {
  const { gte, lt } = keys.revisionRange(5, 7);
  const inside = (key: Buffer): boolean => Buffer.compare(key, gte) >= 0 && Buffer.compare(key, lt) < 0;
  t.false(inside(keys.encodeRevisionKey(4, 0xffffffff)));
  t.true(inside(keys.encodeRevisionKey(5, 0)));
  t.true(inside(keys.encodeRevisionKey(6, 0xffffffff)));
  t.false(inside(keys.encodeRevisionKey(7, 0)));
});

test('an open revision range covers every revision and no other keyspace', (t) => {
  const { gte, lt } = keys.revisionRange();
  const inside = (key: Buffer): boolean => Buffer.compare(key, gte) >= 0 && Buffer.compare(key, lt) < 0;
  t.true(inside(keys.encodeRevisionKey(0, 0)));
  t.true(inside(keys.encodeRevisionKey(Number.MAX_SAFE_INTEGER, 0xffffffff)));
  t.false(inside(keys.encodeLeaseKey(0n)));
  t.false(inside(keys.encodeMetaKey('applied')));
  t.false(inside(keys.encodeMemberKey(1n)));
});

test('lease ids are signed on the outside and 64 bits within', (t) => {
  for (const id of [0n, 1n, 7587862094465343532n, -1n, -(2n ** 63n), 2n ** 63n - 1n]) {
    t.is(keys.decodeLeaseKey(keys.encodeLeaseKey(id)), id);
  }
});

test('every kind of row lies in its own range, and all in everyRow', (t) => {
  const rows: [string, Buffer, keys.KeyRange][] = [
    ['revision', keys.encodeRevisionKey(1, 0), keys.revisionRange()],
    ['lease', keys.encodeLeaseKey(-1n), keys.leaseRange],
    ['meta', keys.encodeMetaKey('applied'), keys.metaRange],
    ['member', keys.encodeMemberKey(2n ** 64n - 1n), keys.memberRange],
    ['removed member', keys.encodeRemovedMemberKey(2n ** 64n - 1n), keys.removedMemberRange],
    ['alarm', keys.encodeAlarmKey(2n ** 64n - 1n, 1), keys.alarmRange],
    ['user', keys.encodeUserKey('root'), keys.userRange],
    ['role', keys.encodeRoleKey('root'), keys.roleRange],
  ];
  const inside = (key: Buffer, { gte, lt }: keys.KeyRange): boolean =>
    Buffer.compare(key, gte) >= 0 && Buffer.compare(key, lt) < 0;
  for (const [name, key] of rows) {
    const homes = rows.filter(([, , range]) => inside(key, range)).map(([home]) => home);
    t.deepEqual(homes, [name]);
    t.true(inside(key, keys.everyRow), name);
  }
});

test('cluster rows give back their member and alarm', (t) => {
  t.deepEqual(keys.decodeClusterKey(keys.encodeMemberKey(0x8e9e05c52164694dn)), { memberId: 0x8e9e05c52164694dn });
  t.deepEqual(keys.decodeClusterKey(keys.encodeAlarmKey(5n, 2)), { memberId: 5n, alarm: 2 });
});

test('a number beyond the safe range is a programmer error, written or read', (t) => {
  t.throws(() => keys.encodeRevisionKey(2 ** 53, 0), { message: /safe integer/ });
  t.throws(() => keys.encodeSafeU64(-1), { message: /safe integer/ });
  t.throws(() => keys.readSafeU64(Buffer.from('0020000000000000', 'hex'), 0), { message: /safe range/ });
  t.throws(() => keys.decodeRevisionKey(keys.encodeLeaseKey(1n)), { message: /not a revision row/ });
});
