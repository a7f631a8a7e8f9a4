// Handing leadership over (thesis 3.10): proposals stop, the target catches up and is told to campaign at once. If it
// does not take over within an election timeout the leader goes on by itself (transfers that got stuck:
// etcd-io/etcd#12704, databendlabs/openraft#1747).

export class Transfer {
  private readonly electionTicks: number;
  private targetId = 0n;
  private elapsed = 0;

  constructor(electionTicks: number) {
    this.electionTicks = electionTicks;
  }

  /** 0n: nobody. */
  get target(): bigint {
    return this.targetId;
  }

  start(target: bigint): void {
    this.targetId = target;
    this.elapsed = 0;
  }

  abort(): void {
    this.targetId = 0n;
  }

  tick(): void {
    if (this.targetId !== 0n && ++this.elapsed >= this.electionTicks) this.abort();
  }
}
