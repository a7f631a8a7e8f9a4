// Adapter: keeps what was registered over the HTTP API in the data directory, one file a service, in the format of a
// definition file. So it survives the agent, can be read by people, and goes through the same validation when it comes
// back. A file that cannot be read is reported and left where it is.

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatProblem } from '../definitions/field-reader.ts';
import { formatDefinition } from '../definitions/format-definition.ts';
import { parseDefinitions } from '../definitions/parse-definitions.ts';
import type { DefinitionDefaults, ServiceDefinition } from '../definitions/service-definition.ts';
import { makeDirectory } from './make-directory.ts';
import { removeFile, replaceFile } from './replace-file.ts';

export interface StoredServices {
  readonly services: readonly ServiceDefinition[];
  /** Lines for the log. */
  readonly problems: readonly string[];
}

export interface RegistrationStore {
  load(defaults: DefinitionDefaults): Promise<StoredServices>;
  /** Durable when it resolves. */
  save(definition: ServiceDefinition): Promise<void>;
  remove(id: string): Promise<void>;
}

/** For an agent without a data directory: registrations end with it. */
export const noRegistrationStore: RegistrationStore = {
  load: async () => ({ services: [], problems: [] }),
  save: async () => {},
  remove: async () => {},
};

export async function openRegistrationStore(dataDir: string): Promise<RegistrationStore> {
  const directory = join(dataDir, 'services');
  await makeDirectory(directory);
  // Ids may hold anything; a hash is a file name everywhere.
  const pathOf = (id: string): string =>
    join(directory, `${createHash('sha256').update(id).digest('hex').slice(0, 32)}.json`);
  return {
    async load(defaults) {
      const services: ServiceDefinition[] = [];
      const problems: string[] = [];
      for (const name of (await readdir(directory)).filter((each) => each.endsWith('.json')).sort()) {
        const text = await readFile(join(directory, name), 'utf8');
        const parsed = parseDefinitions(join('services', name), text, { ...defaults, lenientIds: true });
        services.push(...parsed.services);
        problems.push(...parsed.problems.map(formatProblem));
      }
      return { services, problems };
    },
    save: (definition) => replaceFile(pathOf(definition.id), formatDefinition(definition)),
    remove: (id) => removeFile(pathOf(id)),
  };
}
