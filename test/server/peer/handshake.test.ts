import test from 'ava';
import fc from 'fast-check';
import {
  type Answer,
  answerHeaders,
  type Greeting,
  greetingHeaders,
  judgeAnswer,
  judgeGreeting,
  type LocalView,
  type RefusalReason,
  readGreeting,
  readRefusal,
  refusalHeaders,
} from '../../../server/peer/handshake.ts';

const greeting: Greeting = {
  clusterId: 0xc1n,
  from: 2n,
  to: 1n,
  name: 'two',
  incarnation: 77n,
  protocol: { min: 1, max: 1 },
  serverVersion: '0.1.0',
  membershipIndex: 10,
  logIndex: 40,
  peerUrls: ['http://10.0.0.2:2380', 'https://two.example:2380'],
};
const answer: Answer = { clusterId: 0xc1n, memberId: 1n, protocol: { min: 1, max: 1 }, serverVersion: '0.1.0' };
const local: LocalView = {
  answer,
  membershipIndex: 10,
  isMember: (id) => id === 1n || id === 2n,
  isRemoved: (id) => id === 9n,
};

function reasonOf(change: Partial<Greeting>, view: LocalView = local): RefusalReason | 'member' | 'guest' {
  const verdict = judgeGreeting({ ...greeting, ...change }, view);
  return verdict.kind === 'refused' ? verdict.refusal.reason : verdict.kind;
}

test('a greeting comes back from its headers as it was, whatever the name', (t) => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 40, unit: 'grapheme' }).filter((name) => !/\p{Cc}/u.test(name)),
      fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }),
      fc.nat(),
      (name, id, index) => {
        const sent: Greeting = {
          ...greeting,
          name,
          from: id,
          incarnation: id,
          membershipIndex: index,
          logIndex: index,
        };
        t.deepEqual(readGreeting(greetingHeaders(sent)), sent);
      },
    ),
  );
});

test('a greeting without peer URLs is fine', (t) => {
  t.deepEqual(readGreeting(greetingHeaders({ ...greeting, peerUrls: [] })), { ...greeting, peerUrls: [] });
});

test('a malformed greeting is answered with the headers that are wrong', (t) => {
  const headers = greetingHeaders(greeting);
  t.is(readGreeting({ ...headers, 'x-raft-to': 'zz' }), 'missing or malformed: x-raft-to');
  t.is(readGreeting({ ...headers, 'x-server-from': '0' }), 'missing or malformed: x-server-from');
  t.is(readGreeting({ ...headers, 'x-rollcall-protocol': '3-2' }), 'missing or malformed: x-rollcall-protocol');
  t.is(readGreeting({ ...headers, 'x-rollcall-name': '%ff' }), 'missing or malformed: x-rollcall-name');
  t.is(readGreeting({ ...headers, 'x-rollcall-name': 'a%0Ab' }), 'missing or malformed: x-rollcall-name');
  t.is(readGreeting({ ...headers, 'x-peerurls': 'ftp://a' }), 'missing or malformed: x-peerurls');
  t.is(
    readGreeting({ ...headers, 'x-peerurls': Array(17).fill('http://a').join() }),
    'missing or malformed: x-peerurls',
  );
  t.is(
    readGreeting({ ...headers, 'x-rollcall-log-index': '9'.repeat(17) }),
    'missing or malformed: x-rollcall-log-index',
  );
  t.true(String(readGreeting({})).startsWith('missing or malformed: x-etcd-cluster-id, x-server-from,'));
});

test('a member of the cluster that wants this member is let in', (t) => {
  t.is(reasonOf({}), 'member');
});

test('another cluster, another receiver, our own id and another protocol are refused', (t) => {
  t.is(reasonOf({ clusterId: 0xc2n }), 'clusterMismatch');
  t.is(reasonOf({ to: 3n }), 'wrongReceiver');
  t.is(reasonOf({ from: 1n }), 'ownIdentity');
  t.is(reasonOf({ protocol: { min: 2, max: 4 } }), 'incompatibleVersion');
  t.is(reasonOf({ protocol: { min: 1, max: 4 } }), 'member');
});

test('the refusal of a foreign cluster says both cluster ids in etcd’s words', (t) => {
  const verdict = judgeGreeting({ ...greeting, clusterId: 0xc2n }, local);
  t.deepEqual(verdict, {
    kind: 'refused',
    refusal: { reason: 'clusterMismatch', detail: 'request cluster ID mismatch: c2 came to c1' },
  });
});

test('a removed member is refused for good, also when it claims to know more than we', (t) => {
  t.is(reasonOf({ from: 9n, membershipIndex: 99 }), 'memberRemoved');
});

test('a stranger is refused unless it knows a newer membership than we', (t) => {
  t.is(reasonOf({ from: 5n, membershipIndex: 10 }), 'memberUnknown');
  t.is(reasonOf({ from: 5n, membershipIndex: 11 }), 'guest');
});

test('the dialler finds out when somebody else answers', (t) => {
  t.is(judgeAnswer(answerHeaders(answer), greeting), undefined);
  t.is(judgeAnswer(answerHeaders({ ...answer, memberId: 3n }), greeting)?.reason, 'wrongReceiver');
  t.is(judgeAnswer(answerHeaders({ ...answer, clusterId: 3n }), greeting)?.reason, 'clusterMismatch');
  t.is(
    judgeAnswer(answerHeaders({ ...answer, protocol: { min: 2, max: 2 } }), greeting)?.reason,
    'incompatibleVersion',
  );
  t.is(judgeAnswer({}, greeting)?.reason, 'notAMember');
});

test('a refusal keeps its reason over the wire; an answer without one comes from no member', (t) => {
  const headers = refusalHeaders(answer, { reason: 'memberUnknown', detail: '' });
  t.deepEqual(readRefusal(404, headers, 'who?', greeting), { reason: 'memberUnknown', detail: 'who?' });
  t.is(readRefusal(404, {}, '404 page not found', greeting).reason, 'notAMember');
  t.is(readRefusal(404, { 'x-rollcall-refusal': 'toString' }, '', greeting).reason, 'notAMember');
});

test('a foreign cluster cannot tell a member that it was removed', (t) => {
  const removed = { reason: 'memberRemoved', detail: '' } as const;
  t.is(readRefusal(410, refusalHeaders(answer, removed), '', greeting).reason, 'memberRemoved');
  const foreign = refusalHeaders({ ...answer, clusterId: 0xc2n }, removed);
  t.is(readRefusal(410, foreign, '', greeting).reason, 'clusterMismatch');
});
