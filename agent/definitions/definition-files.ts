// From the contents of the definition directory to the services to register: pure, and a function of what the files say
// now and of what they last said well. Rules:
//   - a file with a problem keeps the services of its last good version (none, if it never was good): a typo during an
//     edit must not take a healthy service out of the answers. Deleting the file is how its services go.
//   - of two services with one id the one in the file that sorts first wins, whatever came first in time, so that a
//     restart gives the same result; the other is reported.

import type { Problem } from './field-reader.ts';
import { parseDefinitions } from './parse-definitions.ts';
import { type DefinitionDefaults, definitionLimits, type ServiceDefinition } from './service-definition.ts';

/** What reading one file gave. */
export type FileContent = { readonly text: string } | { readonly error: string };

/** A service and what defined it: a file name, or `api`. */
export interface SourcedService {
  readonly source: string;
  readonly definition: ServiceDefinition;
}

export interface LoadedDefinitions {
  readonly services: readonly SourcedService[];
  readonly problems: readonly Problem[];
}

export class DefinitionFiles {
  readonly #defaults: DefinitionDefaults;
  readonly #lastGood = new Map<string, readonly ServiceDefinition[]>();

  constructor(defaults: DefinitionDefaults) {
    this.#defaults = defaults;
  }

  /** Takes the whole directory as it is now, by file name. */
  load(files: ReadonlyMap<string, FileContent>): LoadedDefinitions {
    for (const name of [...this.#lastGood.keys()]) {
      if (!files.has(name)) this.#lastGood.delete(name);
    }
    const problems: Problem[] = [];
    const names = [...files.keys()].sort();
    for (const name of names) problems.push(...this.#loadFile(name, files.get(name)!));
    return { services: this.#merge(names, problems), problems };
  }

  #loadFile(name: string, content: FileContent): readonly Problem[] {
    if ('error' in content) return [wholeFile(name, content.error), ...this.#kept(name)];
    const { services, problems } = parseDefinitions(name, content.text, this.#defaults);
    if (problems.length > 0) return [...problems, ...this.#kept(name)];
    this.#lastGood.set(name, services);
    return [];
  }

  #kept(name: string): readonly Problem[] {
    const count = this.#lastGood.get(name)?.length ?? 0;
    return count === 0 ? [] : [wholeFile(name, `keeping ${count} service(s) of its last good version`)];
  }

  #merge(names: readonly string[], problems: Problem[]): readonly SourcedService[] {
    const byId = new Map<string, SourcedService>();
    for (const source of names) {
      for (const definition of this.#lastGood.get(source) ?? []) {
        const other = byId.get(definition.id);
        if (other !== undefined) {
          problems.push(wholeFile(source, `the id "${definition.id}" is already defined in ${other.source}: ignored`));
        } else if (byId.size >= definitionLimits.services) {
          problems.push(
            wholeFile(source, `"${definition.id}" is one service over ${definitionLimits.services}: ignored`),
          );
        } else {
          byId.set(definition.id, { source, definition });
        }
      }
    }
    return [...byId.values()];
  }
}

function wholeFile(source: string, message: string): Problem {
  return { source, line: undefined, field: '', message };
}
