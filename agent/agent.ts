// The agent: definitions from files and from the API in, records for the registrar out. Owns the list of services; the
// parts it is made of (checks, registration, persistence, HTTP) know nothing of each other.

import type { Logger } from '../common/log.ts';
import type { MetricsRegistry } from '../common/metrics.ts';
import type { Timer } from '../common/runtime/clock.ts';
import { registerAgentMetrics } from './agent-metrics.ts';
import type { AgentControl } from './api/agent-routes.ts';
import { readConsulRegistration } from './api/consul-registration.ts';
import { agentCheckId, type SelfDescription } from './api/consul-shapes.ts';
import { Refusal } from './api/refusal.ts';
import { DefinitionFiles, type FileContent, type SourcedService } from './definitions/definition-files.ts';
import { formatProblem } from './definitions/field-reader.ts';
import { type DefinitionDefaults, definitionLimits, type ServiceDefinition } from './definitions/service-definition.ts';
import { type LocalService, LocalServices, type LocalServicesOptions } from './local-services.ts';
import type { RegistrationStore } from './persistence/registration-store.ts';
import { nodeRecord } from './registration/desired-records.ts';
import type { Registrar } from './registration/registrar.ts';

export interface AgentOptions extends Omit<LocalServicesOptions, 'onChange'> {
  readonly node: string;
  readonly address: string;
  readonly log: Logger;
  readonly store: RegistrationStore;
  readonly self: SelfDescription;
  readonly metrics: MetricsRegistry;
}

/**
 * How long the first publication waits for the first results of the checks. An agent that is started again takes over
 * the records of its last incarnation; without the wait, all of them would turn critical for a moment.
 */
const FIRST_RESULTS_WAIT_MS = 1000;

/** The source of what came over the HTTP API; no file is named so, for lack of an ending. */
const API_SOURCE = 'api';

export class Agent implements AgentControl {
  readonly #options: AgentOptions;
  readonly #defaults: DefinitionDefaults;
  readonly #files: DefinitionFiles;
  readonly #local: LocalServices;
  /** Registered over the API, by id. */
  readonly #registered = new Map<string, ServiceDefinition>();
  #fromFiles: readonly SourcedService[] = [];
  /** Problems that are logged already, so that a rescan does not repeat them. */
  #known = new Set<string>();
  #registrar: Registrar | undefined;
  #reloadFiles: () => Promise<void> = async () => {};
  /** Changes over the API, one after another: the store and the list must agree. */
  #changing: Promise<void> = Promise.resolve();
  #publishing = false;
  /** Armed while the first publication waits. */
  #firstResults: Timer | undefined;
  readonly #printMetrics: () => string;

  constructor(options: AgentOptions) {
    this.#options = options;
    this.#printMetrics = registerAgentMetrics(options.metrics, {
      services: () => this.#local.list(),
      registrar: () => this.#registrar,
    });
    this.#defaults = { node: options.node, address: options.address };
    this.#files = new DefinitionFiles(this.#defaults);
    this.#local = new LocalServices({ ...options, onChange: () => this.#publishSoon() });
  }

  /** Brings back what was registered over the API before. */
  async loadStored(): Promise<void> {
    const { services, problems } = await this.#options.store.load(this.#defaults);
    for (const problem of problems) this.#options.log.error('a stored registration is not usable', { problem });
    for (const definition of services) this.#registered.set(definition.id, definition);
    this.#apply();
  }

  /** Takes the contents of the definition directory as they are now. */
  setFiles(files: ReadonlyMap<string, FileContent>): void {
    const { services, problems } = this.#files.load(files);
    this.#fromFiles = services;
    const known = new Set(problems.map(formatProblem));
    for (const problem of known) {
      if (!this.#known.has(problem)) this.#options.log.error('service definition', { problem });
    }
    this.#known = known;
    const counts = { files: files.size, services: services.length, problems: problems.length };
    this.#options.log.info('service definitions loaded', counts);
    this.#apply();
  }

  onReload(reloadFiles: () => Promise<void>): void {
    this.#reloadFiles = reloadFiles;
  }

  /** Starts publishing: everything that is to be registered at the start must be loaded by now. */
  publishTo(registrar: Registrar): void {
    this.#registrar = registrar;
    this.#firstResults = this.#options.clock.after(FIRST_RESULTS_WAIT_MS, () => {
      this.#firstResults = undefined;
      this.#publish();
    });
    this.#publish();
  }

  stopChecks(): void {
    this.#firstResults?.cancel();
    this.#local.stop();
  }

  self(): SelfDescription {
    return this.#options.self;
  }

  services(): readonly LocalService[] {
    return this.#local.list();
  }

  service(id: string): LocalService | undefined {
    return this.#local.get(id);
  }

  async register(body: unknown): Promise<void> {
    const { definition, problems, ignored } = readConsulRegistration(body, this.#defaults);
    if (definition === undefined || problems.length > 0) throw new Refusal(400, problems.map(formatProblem).join('\n'));
    const { id } = definition;
    if (ignored.length > 0) {
      this.#options.log.warn('registered with fields that have no effect', { service: id, fields: ignored.join(' ') });
    }
    await this.#change(async () => {
      this.#refuseConflict(definition);
      await this.#options.store.save(definition);
      this.#registered.set(id, definition);
    });
  }

  async deregister(id: string): Promise<void> {
    await this.#change(async () => {
      if (this.#registered.has(id)) {
        await this.#options.store.remove(id);
        this.#registered.delete(id);
        return;
      }
      const service = this.#local.get(id);
      if (service === undefined) throw new Refusal(404, `no service with the id ${JSON.stringify(id)} on this agent`);
      throw new Refusal(409, `service ${JSON.stringify(id)} is defined in ${service.source}: remove it there`);
    });
  }

  async reload(): Promise<void> {
    await this.#reloadFiles();
  }

  notReady(): string | undefined {
    if (this.#registrar?.leaseId === undefined) return 'no lease: the cluster is not reachable';
    const pending = this.#local.list().filter(({ key }) => this.#registrar?.stateOf(key) === 'pending').length;
    return pending === 0 ? undefined : `${pending} service(s) are not registered yet`;
  }

  metricsText(): string {
    return this.#printMetrics();
  }

  /** Runs a change alone, then makes it the list. Rejects as the change does. */
  #change(change: () => Promise<void>): Promise<void> {
    const done = this.#changing.then(async () => {
      await change();
      this.#apply();
    });
    // The caller is told; the next change goes ahead all the same.
    this.#changing = done.catch(() => {});
    return done;
  }

  #refuseConflict(definition: ServiceDefinition): void {
    const { id, checks } = definition;
    const file = this.#fromFiles.find((it) => it.definition.id === id);
    if (file !== undefined) throw new Refusal(409, `ID: ${JSON.stringify(id)} is defined in ${file.source}`);
    if (!this.#registered.has(id) && this.#local.list().length >= definitionLimits.services) {
      throw new Refusal(429, `this agent has ${definitionLimits.services} services, which is the most it takes`);
    }
    const wanted = new Set(checks.map((check) => check.id));
    for (const other of this.#local.list()) {
      const taken = other.checks.map((check) => agentCheckId(other, check)).find((checkId) => wanted.has(checkId));
      if (taken === undefined || other.definition.id === id) continue;
      throw new Refusal(
        409,
        `CheckID: ${JSON.stringify(taken)} belongs to service ${JSON.stringify(other.definition.id)}`,
      );
    }
  }

  /** Files are stronger than the API: they are what an operator looks at. */
  #apply(): void {
    const inFiles = new Set(this.#fromFiles.map(({ definition }) => definition.id));
    const fromApi = [...this.#registered.values()].filter(({ id }) => !inFiles.has(id));
    this.#local.replace([...this.#fromFiles, ...fromApi.map((definition) => ({ source: API_SOURCE, definition }))]);
  }

  /** Many checks may change in one turn; the registrar gets one list. */
  #publishSoon(): void {
    if (this.#publishing) return;
    this.#publishing = true;
    this.#options.clock.atTurnEnd(() => {
      this.#publishing = false;
      this.#publish();
    });
  }

  #publish(): void {
    if (this.#registrar === undefined) return;
    if (this.#firstResults !== undefined) {
      if (!this.#local.allChecksHaveRun()) return;
      this.#firstResults.cancel();
      this.#firstResults = undefined;
    }
    const records = this.#local.records();
    const { key, record } = nodeRecord(this.#options.node, this.#options.address, {});
    this.#registrar.setDesired(records.set(key, record));
  }
}
