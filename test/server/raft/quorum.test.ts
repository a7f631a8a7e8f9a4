import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { majorityIndex, quorumSize, voteResult } from '../../../server/raft/quorum.ts';

/** All subsets: the dumbest way to speak of majorities. */
function subsets<T>(items: readonly T[]): T[][] {
  const all: T[][] = [[]];
  for (const item of items) all.push(...all.map((subset) => [...subset, item]));
  return all;
}

const voterIds = fc.uniqueArray(fc.bigInt({ min: 1n, max: 9n }), { maxLength: 6 });

test('a quorum is the least number of which any two groups meet', (t) => {
  for (let voters = 1; voters <= 9; voters++) {
    const size = quorumSize(voters);
    t.true(size * 2 > voters && (size - 1) * 2 <= voters);
  }
});

test('the majority index is the highest that every member of some majority has reached', (t) => {
  const property = fc.property(
    voterIds,
    fc.array(fc.nat({ max: 8 }), { minLength: 6, maxLength: 6 }),
    (voters, indexes) => {
      const reached = new Map(voters.map((voter, i) => [voter, indexes[i]!]));
      const majorities = subsets(voters).filter((group) => group.length * 2 > voters.length);
      const expected = Math.max(
        0,
        ...majorities.map((group) => Math.min(...group.map((voter) => reached.get(voter)!))),
      );
      assert.equal(
        majorityIndex(voters, (voter) => reached.get(voter)!),
        voters.length === 0 ? 0 : expected,
      );
    },
  );
  t.notThrows(() => fc.assert(property));
});

test('an election is won with a majority of granted votes, lost when none is possible any more, else pending', (t) => {
  const votes = fc.array(fc.constantFrom(true, false, undefined), { minLength: 6, maxLength: 6 });
  const property = fc.property(voterIds, votes, fc.boolean(), (voters, choices, stranger) => {
    const cast = new Map<bigint, boolean>();
    voters.forEach((voter, i) => {
      const choice = choices[i];
      if (choice !== undefined) cast.set(voter, choice);
    });
    // The vote of somebody who is no voter counts for nothing.
    if (stranger) cast.set(99n, true);
    const count = (wanted: boolean): number => voters.filter((voter) => cast.get(voter) === wanted).length;
    const open = voters.length - count(true) - count(false);
    const expected =
      count(true) * 2 > voters.length ? 'won' : (count(true) + open) * 2 > voters.length ? 'pending' : 'lost';
    assert.equal(voteResult(new Set(voters), cast), expected);
  });
  t.notThrows(() => fc.assert(property));
});
