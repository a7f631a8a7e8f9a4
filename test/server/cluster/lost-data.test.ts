// The second line against members without memory, for those that got past the checks of a first start.

import test from 'ava';
import { MemberRow } from '../../../server/apply/generated/commands.ts';
import { LostDataCheck } from '../../../server/cluster/lost-data.ts';
import type { Membership } from '../../../server/cluster/membership.ts';
import type { MemberStatus, Raft } from '../../../server/raft/raft.ts';

function check(matchIndex: number, clientUrls: string[] = [], commitIndex = 100): LostDataCheck {
  const row = MemberRow.create({ id: 7n, peerUrls: ['http://h:2380'], clientUrls });
  const raft = {
    memberStatus: () => [{ id: 7n, matchIndex } as MemberStatus],
    log: { commitIndex },
  } as unknown as Raft;
  return new LostDataCheck(raft, { get: () => row } as unknown as Membership);
}

test('a log that ends where the leader has it, or later, is no objection', (t) => {
  t.is(check(5).objection(7n, 5), undefined);
  t.is(check(5).objection(7n, 9), undefined);
  t.is(check(0).objection(7n, 0), undefined);
});

test('less than what the leader has counted is, and the answer names the way back', (t) => {
  const objection = check(5).objection(7n, 4);
  t.regex(objection!, /^member 7 has held entries up to 5 and now ends at 4: it lost its data and must not vote\./);
  t.regex(objection!, /rollcall member remove 7", "rollcall member add NAME --peer-urls=http:\/\/h:2380"/);
});

test('less than what the member has shown before is', (t) => {
  const lost = check(0);
  t.is(lost.objection(7n, 12), undefined);
  t.regex(lost.objection(7n, 3)!, /up to 12 and now ends at 3/);
});

test('what was not committed when it was shown may be gone: another leader has cut it off', (t) => {
  const lost = check(0, [], 10);
  t.is(lost.objection(7n, 12), undefined);
  t.is(lost.objection(7n, 10), undefined);
  t.regex(lost.objection(7n, 9)!, /up to 10 and now ends at 9/);
});

test('a member that was started once has something in its log', (t) => {
  t.regex(check(0, ['http://h:2379']).objection(7n, 0)!, /it lost its data/);
});
