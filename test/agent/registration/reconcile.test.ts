import test from 'ava';
import type { DesiredRecord } from '../../../agent/registration/desired-records.ts';
import { judge, type Publication, type Publications, reconcile } from '../../../agent/registration/reconcile.ts';

const LEASE = 5n;
const NOW_MS = 100_000;

/** `essence` or `essence|wording`. */
function desired(records: Readonly<Record<string, string>>): ReadonlyMap<string, DesiredRecord> {
  return new Map(Object.entries(records).map(([key, value]) => [key, { value, essence: value.split('|')[0]! }]));
}

function held(value: string, { leaseId = LEASE, ageMs = 0 } = {}): Publication {
  const essence = value.split('|')[0]!;
  return { kind: 'held', value, essence, leaseId, modRevision: 10, putAtMs: NOW_MS - ageMs };
}

function plan(wanted: Readonly<Record<string, string>>, published: Readonly<Record<string, Publication>>) {
  const known: Publications = new Map(Object.entries(published));
  return reconcile({
    desired: desired(wanted),
    published: known,
    leaseId: LEASE,
    nowMs: NOW_MS,
    wordingDelayMs: 60_000,
  });
}

const nothing = { puts: [], deletes: [], forgotten: [], nextDueMs: undefined };

const cases: readonly [
  title: string,
  wanted: Readonly<Record<string, string>>,
  published: Readonly<Record<string, Publication>>,
  expected: Partial<ReturnType<typeof plan>>,
][] = [
  ['nothing wanted, nothing there', {}, {}, {}],
  ['what is new is put', { a: '1', b: '2' }, {}, { puts: ['a', 'b'] }],
  ['what is as wanted is left alone', { a: '1' }, { a: held('1') }, {}],
  ['what differs is put', { a: '2', b: '2' }, { a: held('1'), b: held('2') }, { puts: ['a'] }],
  ['what is no longer wanted is deleted', { a: '1' }, { a: held('1'), b: held('2') }, { deletes: ['b'] }],
  ['what hangs on an older lease is put again', { a: '1' }, { a: held('1', { leaseId: 4n }) }, { puts: ['a'] }],
  [
    'what hangs on an older lease and is not wanted is left to the end of that lease',
    {},
    { a: held('1', { leaseId: 4n }) },
    { forgotten: ['a'] },
  ],
  ['a difference in wording alone waits', { a: '1|y' }, { a: held('1|x', { ageMs: 20_000 }) }, { nextDueMs: 40_000 }],
  [
    'the earliest of several waits counts',
    { a: '1|y', b: '1|y' },
    { a: held('1|x', { ageMs: 20_000 }), b: held('1|x', { ageMs: 50_000 }) },
    { nextDueMs: 10_000 },
  ],
  [
    'a difference in wording is put when its time has come',
    { a: '1|y' },
    { a: held('1|x', { ageMs: 60_000 }) },
    { puts: ['a'] },
  ],
  ['wording rides along with a change of essence', { a: '2|y' }, { a: held('1|x') }, { puts: ['a'] }],
  ['what another lease holds is neither put nor deleted', { a: '2' }, { a: { kind: 'yielded', leaseId: 9n } }, {}],
  [
    'what another lease holds is forgotten when it is not wanted',
    {},
    { a: { kind: 'yielded', leaseId: 9n } },
    { forgotten: ['a'] },
  ],
];

for (const [title, wanted, published, expected] of cases) {
  test(`reconcile: ${title}`, (t) => {
    t.deepEqual(plan(wanted, published), { ...nothing, ...expected });
  });
}

const ours: ReadonlySet<bigint> = new Set([4n, LEASE]);
const yielded: Publication = { kind: 'yielded', leaseId: 9n };
const verdicts: readonly [string, Publication, Parameters<typeof judge>[1], ReturnType<typeof judge>][] = [
  ['ours as we left it', held('1'), { modRevision: 10, leaseId: LEASE }, 'intact'],
  ['still on our lease before this one', held('1', { leaseId: 4n }), { modRevision: 10, leaseId: 4n }, 'intact'],
  ['deleted', held('1'), undefined, 'damaged'],
  ['rewritten under our lease', held('1'), { modRevision: 11, leaseId: LEASE }, 'damaged'],
  ['rewritten without a lease', held('1'), { modRevision: 11, leaseId: 0n }, 'damaged'],
  ['taken by another lease', held('1'), { modRevision: 11, leaseId: 9n }, 'taken'],
  ['yielded and still theirs', yielded, { modRevision: 11, leaseId: 9n }, 'taken'],
  ['yielded and now somebody else’s', yielded, { modRevision: 12, leaseId: 8n }, 'taken'],
  ['yielded and gone', yielded, undefined, 'damaged'],
];

for (const [title, known, seen, verdict] of verdicts) {
  test(`a key that is ${title} is ${verdict}`, (t) => {
    t.is(judge(known, seen, ours), verdict);
  });
}
