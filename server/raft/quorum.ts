// Majority arithmetic over the voters, and nothing else.

/** Votes needed among `voters`. */
export function quorumSize(voters: number): number {
  return Math.floor(voters / 2) + 1;
}

/** Highest index that a majority has reached; 0 without voters. `match` gives each voter's index. */
export function majorityIndex(voters: Iterable<bigint>, match: (voter: bigint) => number): number {
  const reached = Array.from(voters, match).sort((a, b) => b - a);
  return reached.length === 0 ? 0 : reached[quorumSize(reached.length) - 1]!;
}

export type VoteResult = 'won' | 'lost' | 'pending';

/** Outcome of an election; a set without voters elects nobody. */
export function voteResult(voters: ReadonlySet<bigint>, votes: ReadonlyMap<bigint, boolean>): VoteResult {
  let granted = 0;
  let refused = 0;
  for (const voter of voters) {
    const vote = votes.get(voter);
    if (vote === true) granted++;
    else if (vote === false) refused++;
  }
  const quorum = quorumSize(voters.size);
  if (granted >= quorum) return 'won';
  return voters.size - refused < quorum ? 'lost' : 'pending';
}
