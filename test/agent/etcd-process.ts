// Debian's etcd as a counterpart that we did not write: one member on free ports in a directory of its own.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { RangeRequest, type RangeResponse } from '../../common/api/generated/messages.ts';
import { type ClusterClient, createClient } from '../../common/client/cluster-client.ts';
import { outgoingCall } from '../../common/client/outgoing-call.ts';
import { silentLogger } from '../../common/log.ts';
import { realClock } from '../../common/runtime/real-clock.ts';
import { systemRandom } from '../../common/runtime/system-random.ts';
import { eventually } from './eventually.ts';

/** Why tests with a real etcd are skipped, or undefined. */
export const etcdMissing = ((): string | undefined => {
  try {
    execFileSync('etcd', ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return "needs Debian's etcd-server";
  }
})();

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export class EtcdProcess {
  readonly endpoint: string;
  readonly client: ClusterClient;
  readonly #peerUrl: string;
  readonly #directory: string;
  #process: ChildProcess | undefined;

  private constructor(directory: string, clientPort: number, peerPort: number) {
    this.#directory = directory;
    this.endpoint = `http://127.0.0.1:${clientPort}`;
    this.#peerUrl = `http://127.0.0.1:${peerPort}`;
    this.client = createClient({
      ...{ endpoints: this.endpoint, clock: realClock, random: systemRandom, log: silentLogger },
      failureWaitMs: 100,
    });
  }

  /** Started, and gone with the test. */
  static async start(t: ExecutionContext): Promise<EtcdProcess> {
    const directory = await mkdtemp(join(tmpdir(), 'rollcall-etcd-'));
    const etcd = new EtcdProcess(directory, await freePort(), await freePort());
    t.teardown(async () => {
      await etcd.client.close();
      await etcd.kill();
      await rm(directory, { recursive: true, force: true });
    });
    await etcd.run();
    return etcd;
  }

  /** Starts it (again, with its data) and waits until it answers. */
  async run(): Promise<void> {
    const { endpoint } = this;
    const urls = ['--listen-client-urls', endpoint, '--advertise-client-urls', endpoint];
    const peers = ['--listen-peer-urls', this.#peerUrl, '--initial-advertise-peer-urls', this.#peerUrl];
    const cluster = ['--initial-cluster', `default=${this.#peerUrl}`];
    const args = ['--data-dir', join(this.#directory, 'data'), ...urls, ...peers, ...cluster];
    this.#process = spawn('etcd', args, { stdio: 'ignore' });
    await eventually('etcd to answer', async () => (await this.keys('/')) !== undefined);
  }

  async kill(): Promise<void> {
    const process = this.#process;
    if (process === undefined || process.exitCode !== null || process.signalCode !== null) return;
    const exited = new Promise((resolve) => process.once('exit', resolve));
    process.kill('SIGKILL');
    await exited;
  }

  /** Loses all its data. */
  async wipe(): Promise<void> {
    await rm(join(this.#directory, 'data'), { recursive: true, force: true });
  }

  /** Values by key, at a revision; 0: now. */
  async keys(prefix: string, revision = 0): Promise<Readonly<Record<string, string>>> {
    const { kvs } = await this.#range(prefix, revision);
    return Object.fromEntries(kvs.map(({ key, value }) => [key.toString(), value.toString()]));
  }

  async revision(): Promise<number> {
    return (await this.#range('/', 0)).header!.revision;
  }

  /** `web/web-1 passing` of every instance. */
  async instances(revision = 0): Promise<readonly string[]> {
    const entries = Object.entries(await this.keys('/rollcall/services/', revision));
    return entries.map(([key, value]) => {
      const { status } = JSON.parse(value) as { status: string };
      return `${key.slice('/rollcall/services/'.length)} ${status}`;
    });
  }

  async #range(prefix: string, revision: number): Promise<RangeResponse> {
    const rangeEnd = Buffer.from(prefix);
    rangeEnd[rangeEnd.length - 1]! += 1;
    const request = RangeRequest.create({ key: Buffer.from(prefix), rangeEnd, revision });
    return this.client.range(request, outgoingCall({ timeoutMs: 2000 }));
  }
}
