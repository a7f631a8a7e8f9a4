// One run: a world drawn from a seed, clients and faults for so many events, then no more faults and a cluster that has to
// heal. Throws `SimulationFailure` at the first rule that is broken, with what happened last.

import { seededRandom } from '../../common/runtime/random.ts';
import { Caller } from './caller.ts';
import { SimClient } from './client.ts';
import { SimCluster } from './cluster.ts';
import { Faults } from './faults.ts';
import { Healing } from './healing.ts';
import { History } from './history.ts';
import { Journal } from './journal.ts';
import { LeaseBook } from './lease-book.ts';
import { Operator } from './operator.ts';
import { type WorldOptions, type WorldOverrides, worldOf } from './options.ts';
import { Timeline } from './timeline.ts';
import { WatchClient } from './watch-client.ts';

export const defaultSteps = 6_000;

export interface RunOptions {
  readonly seed: number;
  /** Events before the faults end. */
  readonly steps?: number;
  readonly world?: WorldOverrides;
}

/** What a run went through, to show that it was no idle one. */
export interface RunOutcome {
  readonly seed: number;
  /** Of everything that happened. */
  readonly hash: string;
  readonly world: WorldOptions;
  readonly events: number;
  readonly simulatedMs: number;
  readonly acknowledged: number;
  readonly watchEvents: number;
  readonly elections: number;
  readonly crashes: number;
  readonly snapshots: number;
  readonly memberChanges: number;
  readonly leaseExpiries: number;
}

export class SimulationFailure extends Error {
  override readonly name = 'SimulationFailure';
  readonly last: readonly string[];

  constructor(options: RunOptions, cause: Error, last: readonly string[]) {
    super(`seed ${options.seed}: ${cause.message}`, { cause });
    this.last = last;
  }
}

export async function simulate(options: RunOptions): Promise<RunOutcome> {
  const run = new Run(options);
  const onRejection = (reason: unknown): void => run.fail(reason instanceof Error ? reason : new Error(String(reason)));
  process.on('unhandledRejection', onRejection);
  try {
    return await run.play();
  } catch (error) {
    throw new SimulationFailure(options, error as Error, run.journal.last);
  } finally {
    process.off('unhandledRejection', onRejection);
    run.close();
  }
}

class Run {
  readonly journal: Journal;
  private readonly options: RunOptions;
  private readonly world: WorldOptions;
  private readonly timeline = new Timeline();
  private readonly cluster: SimCluster;
  private readonly history: History;
  private readonly caller: Caller;
  private readonly faults: Faults;
  private readonly operator: Operator;
  private readonly clients: readonly SimClient[];
  private readonly watchers: readonly WatchClient[];

  constructor(options: RunOptions) {
    this.options = options;
    const world = worldOf(options.seed, options.world);
    this.world = world;
    const root = seededRandom(options.seed ^ 0x5bd1e995);
    const draw = () => seededRandom(root.below(2 ** 31));
    const { timeline } = this;
    const nowMs = (): number => timeline.nowMs;
    const journal = new Journal(nowMs);
    this.journal = journal;
    journal.note(`the world: ${JSON.stringify(world)}`);
    const caller = new Caller(timeline, draw());
    this.caller = caller;
    const leases = new LeaseBook(() => this.cluster.truth, world.faults.drift);
    const cluster = new SimCluster({
      world,
      timeline,
      journal,
      random: draw(),
      onEnded: (member, process) => {
        caller.ended(process);
        this.faults.ended(member);
      },
      onLeaseEnd: (id, end) => leases.ended(id, end),
    });
    this.cluster = cluster;
    const { truth } = cluster;
    const history = new History(truth, nowMs);
    this.history = history;
    const members = () => cluster.present;
    const shared = { world, timeline, journal, caller, truth, members };
    this.faults = new Faults({ options: world.faults, cluster, timeline, random: draw(), journal });
    this.operator = new Operator({ options: world.faults, cluster, timeline, random: draw(), journal, caller });
    this.clients = Array.from({ length: world.clients }, (_, i) => {
      return new SimClient({ ...shared, name: `c${i}`, random: draw(), history, leases });
    });
    this.watchers = Array.from(
      { length: world.watchers },
      (_, i) => new WatchClient({ ...shared, name: `w${i}`, random: draw() }),
    );
  }

  async play(): Promise<RunOutcome> {
    const { timeline, caller, cluster, watchers } = this;
    const steps = this.options.steps ?? defaultSteps;
    while (timeline.happened < steps) await this.step();
    for (const client of this.clients) client.stop();
    this.operator.stop();
    this.faults.stop();
    const step = () => this.step();
    await new Healing({ cluster, timeline, caller, watchers, step }).run();
    return this.outcome();
  }

  private async step(): Promise<void> {
    await this.timeline.step();
    this.cluster.check();
  }

  private outcome(): RunOutcome {
    const { cluster, timeline, watchers } = this;
    return {
      seed: this.options.seed,
      hash: this.journal.digest(),
      world: this.world,
      events: timeline.happened,
      simulatedMs: Math.round(timeline.nowMs),
      acknowledged: this.history.acknowledged,
      watchEvents: watchers.reduce((sum, { received }) => sum + received, 0),
      elections: cluster.invariants.elections,
      crashes: cluster.crashes,
      snapshots: cluster.snapshots,
      memberChanges: cluster.truth.memberChanges - this.world.members,
      leaseExpiries: cluster.truth.expiries,
    };
  }

  /** Something went wrong where nobody waited for it. */
  fail(error: Error): void {
    this.cluster.fail(error);
  }

  close(): void {
    this.cluster.close();
  }
}
