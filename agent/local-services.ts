// The services that this agent answers for, and their checks at work. Whoever owns the definitions (files, API) replaces
// the whole list; what did not change keeps its checks and their history. Out come the records for the registrar.

import type { Logger } from '../common/log.ts';
import type { CheckStatus } from '../common/registry/instance.ts';
import type { CheckState } from './checks/check-runner.ts';
import { worstStatus } from './checks/check-status.ts';
import { type CheckDependencies, type RunningCheck, startCheck } from './checks/running-check.ts';
import type { SourcedService } from './definitions/definition-files.ts';
import type { ServiceDefinition } from './definitions/service-definition.ts';
import { type DesiredRecord, instanceRecord } from './registration/desired-records.ts';

export interface LocalService {
  /** What defined it: a file name, or `api`. */
  readonly source: string;
  readonly definition: ServiceDefinition;
  readonly checks: readonly RunningCheck[];
  readonly key: string;
  readonly status: CheckStatus;
}

export interface LocalServicesOptions extends CheckDependencies {
  readonly node: string;
  readonly log: Logger;
  /** Something changed that `records` shows. May be called many times in a row. */
  readonly onChange: () => void;
}

class Service implements LocalService {
  readonly source: string;
  readonly definition: ServiceDefinition;
  readonly fingerprint: string;
  checks: readonly RunningCheck[] = [];
  #built: { readonly key: string; readonly record: DesiredRecord } | undefined;
  readonly #node: string;

  constructor({ source, definition }: SourcedService, node: string) {
    this.source = source;
    this.definition = definition;
    this.fingerprint = JSON.stringify(definition);
    this.#node = node;
  }

  get status(): CheckStatus {
    return worstStatus(this.checks.map((check) => check.state.status));
  }

  get key(): string {
    return this.#build().key;
  }

  get record(): DesiredRecord {
    return this.#build().record;
  }

  /** To be called when a check changed. */
  changed(): void {
    this.#built = undefined;
  }

  #build(): { readonly key: string; readonly record: DesiredRecord } {
    this.#built ??= instanceRecord(
      this.definition,
      this.checks.map(({ definition: { id }, state: { status, summary } }) => ({ id, status, summary })),
      this.#node,
    );
    return this.#built;
  }
}

export class LocalServices {
  readonly #options: LocalServicesOptions;
  #services = new Map<string, Service>();

  constructor(options: LocalServicesOptions) {
    this.#options = options;
  }

  /** In the order of their ids. */
  list(): readonly LocalService[] {
    return [...this.#services.values()];
  }

  get(id: string): LocalService | undefined {
    return this.#services.get(id);
  }

  /** Makes this the whole list. Ids are unique. */
  replace(services: readonly SourcedService[]): void {
    const next = new Map<string, Service>();
    for (const sourced of [...services].sort((a, b) => (a.definition.id < b.definition.id ? -1 : 1))) {
      const { id } = sourced.definition;
      const before = this.#services.get(id);
      const after = new Service(sourced, this.#options.node);
      const same = before?.fingerprint === after.fingerprint && before.source === after.source;
      next.set(id, same ? before : after);
      if (!same) this.#start(after, before);
    }
    for (const [id, service] of this.#services) {
      if (!next.has(id)) for (const check of service.checks) check.stop();
    }
    this.#services = next;
    this.#options.onChange();
  }

  /** Whether every check has had its first result. */
  allChecksHaveRun(): boolean {
    return [...this.#services.values()].every((service) => service.checks.every((check) => check.hasRun));
  }

  /** Keys and values of all services. */
  records(): Map<string, DesiredRecord> {
    return new Map([...this.#services.values()].map((service) => [service.key, service.record]));
  }

  stop(): void {
    for (const service of this.#services.values()) for (const check of service.checks) check.stop();
  }

  /**
   * Starts the checks of a new or changed service, except those that its older version has running just so. A check that
   * was only edited starts from the state it had: editing an interval takes no healthy service out of the answers.
   */
  #start(service: Service, before: Service | undefined): void {
    const running = new Map((before?.checks ?? []).map((check) => [check.definition.id, check]));
    service.checks = service.definition.checks.map((definition) => {
      const older = running.get(definition.id);
      if (older !== undefined && JSON.stringify(older.definition) === JSON.stringify(definition)) {
        running.delete(definition.id);
        return older;
      }
      const initialStatus = older?.state.status ?? definition.schedule.initialStatus;
      return startCheck(definition, initialStatus, this.#options, this.#reporter(service.definition.id, definition.id));
    });
    for (const check of running.values()) check.stop();
  }

  /** By id: a check may outlive the version of the service that started it. */
  #reporter(serviceId: string, checkId: string): (state: CheckState, before: CheckState) => void {
    const { log, onChange } = this.#options;
    return (state, before) => {
      this.#services.get(serviceId)?.changed();
      if (state.status !== before.status) {
        const fields = { service: serviceId, check: checkId, output: state.summary };
        const message = `check ${before.status} -> ${state.status}`;
        if (state.status === 'passing') log.info(message, fields);
        else log.warn(message, fields);
      }
      onChange();
    };
  }
}
