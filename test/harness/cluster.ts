// Three (or more) core nodes as processes of their own, on ports that they keep over restarts.

import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { createClient } from '../../common/client/cluster-client.ts';
import { silentLogger } from '../../common/log.ts';
import { realClock } from '../../common/runtime/real-clock.ts';
import { systemRandom } from '../../common/runtime/system-random.ts';
import { freePorts, type Running, startRollcall, temporaryDirectory } from './rollcall.ts';

export interface ClusterMember {
  readonly name: string;
  readonly endpoint: string;
  readonly peerUrl: string;
  readonly directory: string;
  process: Running | undefined;
}

export class TestCluster {
  readonly members: ClusterMember[] = [];
  private readonly t: ExecutionContext;
  private readonly directory: string;

  private constructor(t: ExecutionContext) {
    this.t = t;
    this.directory = temporaryDirectory(t);
  }

  /** Starts a new cluster and resolves when every member is ready. */
  static async start(t: ExecutionContext, count: number, flags: readonly string[] = []): Promise<TestCluster> {
    const cluster = new TestCluster(t);
    for (let i = 0; i < count; i++) await cluster.addMember(`n${i}`);
    await Promise.all(cluster.members.map((member) => cluster.startMember(member, flags)));
    return cluster;
  }

  /** Makes room for one more; it is not started. */
  async addMember(name: string): Promise<ClusterMember> {
    const [client, peer] = await freePorts(2);
    const endpoint = `http://127.0.0.1:${client}`;
    const peerUrl = `http://127.0.0.1:${peer}`;
    const member = { name, endpoint, peerUrl, directory: join(this.directory, name), process: undefined };
    this.members.push(member);
    return member;
  }

  get endpoints(): string[] {
    return this.members.map((member) => member.endpoint);
  }

  async startMember(member: ClusterMember, flags: readonly string[] = []): Promise<void> {
    const initialCluster = this.members.map(({ name, peerUrl }) => `${name}=${peerUrl}`).join(',');
    member.process = await startRollcall(this.t, [
      'server',
      `--name=${member.name}`,
      `--data-dir=${member.directory}`,
      `--listen-client-urls=${member.endpoint}`,
      `--advertise-client-urls=${member.endpoint}`,
      `--listen-peer-urls=${member.peerUrl}`,
      `--initial-advertise-peer-urls=${member.peerUrl}`,
      `--initial-cluster=${initialCluster}`,
      ...flags,
    ]);
  }

  /** A client of the whole cluster, closed with the test. */
  client(endpoints: readonly string[] = this.endpoints): ReturnType<typeof createClient> {
    const client = createClient({ endpoints, clock: realClock, random: systemRandom, log: silentLogger });
    this.t.teardown(() => client.close());
    return client;
  }
}
