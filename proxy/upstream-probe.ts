// What the proxy knows of the cluster without being asked: a status call now and then, for /version, for health, and so
// that the first client finds a connection. Judges nothing by itself.

import type { StatusResponse } from '../common/api/generated/messages.ts';
import { RangeRequest, StatusRequest } from '../common/api/generated/messages.ts';
import { ApiError, Status } from '../common/api/status.ts';
import type { ClusterClient } from '../common/client/cluster-client.ts';
import { outgoingCall } from '../common/client/outgoing-call.ts';
import type { HealthChecks, Versions } from '../common/gateway/operations-routes.ts';
import type { Clock } from '../common/runtime/clock.ts';
import { apiVersion, productVersion } from '../common/version.ts';

const periodMs = 10_000;
const timeoutDefaultMs = 5_000;

/** The answers that prove a live cluster although they refuse: a health check carries no credentials. */
const refusals: ReadonlySet<Status> = new Set([
  Status.PERMISSION_DENIED,
  Status.UNAUTHENTICATED,
  Status.INVALID_ARGUMENT,
]);

export class UpstreamProbe implements HealthChecks {
  readonly #client: ClusterClient;
  readonly #stop: () => void;
  /** The last status of a member; undefined before the first, and while the cluster is away. */
  #status: StatusResponse | undefined;
  /** Kept while the cluster is away, so that clients do not see it change. */
  #version: string = apiVersion;

  constructor(client: ClusterClient, clock: Clock) {
    this.#client = client;
    const timer = clock.every(periodMs, () => void this.look());
    this.#stop = () => timer.cancel();
  }

  /** Never rejects. */
  async look(timeoutMs: number = timeoutDefaultMs): Promise<void> {
    try {
      this.#status = await this.#client.status(StatusRequest.create(), outgoingCall({ timeoutMs, peer: 'proxy' }));
      this.#version = this.#status.version;
    } catch {
      // Why is in the endpoints' states, which are logged when they change.
      this.#status = undefined;
    }
  }

  versions(): Versions {
    const etcdcluster = this.#version.replace(/^(\d+\.\d+)\..*$/, '$1.0');
    return {
      etcdserver: this.#version,
      etcdcluster,
      storage: this.#status?.storageVersion || etcdcluster,
      rollcall: productVersion,
    };
  }

  /** Members list their alarms among their errors: `… alarm:NOSPACE`. */
  alarms(): readonly string[] {
    return (this.#status?.errors ?? []).flatMap((text) => /\balarm:\s?([A-Z]+)/.exec(text)?.[1] ?? []);
  }

  hasLeader(): boolean {
    return this.#client.endpointStatus().some(({ state }) => state === 'ready') && this.#status?.leader !== 0n;
  }

  isLearner(): boolean {
    return false;
  }

  async read(serializable: boolean): Promise<void> {
    const request = RangeRequest.create({ key: Buffer.from('health'), serializable, countOnly: true });
    try {
      await this.#client.range(request, outgoingCall({ timeoutMs: timeoutDefaultMs, peer: 'proxy' }));
    } catch (error) {
      if (!(error instanceof ApiError) || !refusals.has(error.status)) throw error;
    }
  }

  close(): void {
    this.#stop();
  }
}
