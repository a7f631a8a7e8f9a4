// The text of one definition file to services and problems: a pure function. YAML and JSON are read by one parser (JSON
// is YAML 1.2), because it keeps the line of every field; a .json file must be JSON as well. A file with any problem
// yields no services: what to do then (keep the last good ones) is definition-files.ts.

import { type Document, LineCounter, parseAllDocuments } from 'yaml';
import { type FieldPath, FieldReader, isMapping, type Problem } from './field-reader.ts';
import { readService } from './read-service.ts';
import { type DefinitionDefaults, definitionLimits, type ServiceDefinition } from './service-definition.ts';

/** Bytes of one file; 5000 plain services fit into it. */
export const DEFINITION_FILE_BYTES_MAX = 1024 * 1024;
/** Nodes that aliases may multiply into: the bound against "billion laughs". */
const YAML_ALIASES_MAX = 100;

export interface ParsedDefinitions {
  readonly services: readonly ServiceDefinition[];
  readonly problems: readonly Problem[];
}

export function parseDefinitions(name: string, text: string, defaults: DefinitionDefaults): ParsedDefinitions {
  if (Buffer.byteLength(text) > DEFINITION_FILE_BYTES_MAX) {
    return refused(name, `is larger than ${DEFINITION_FILE_BYTES_MAX} bytes`);
  }
  if (name.endsWith('.json')) {
    const problem = jsonProblem(name, text);
    if (problem !== undefined) return { services: [], problems: [problem] };
  }
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  if (!Array.isArray(documents) || documents.length === 0) return refused(name, 'is empty; expected a service');
  if (documents.length > 1) return refused(name, 'has several documents; list the services under services:');
  const document = documents[0] as Document.Parsed;
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ message, pos }) => ({
      source: name,
      line: lines.linePos(pos[0]).line,
      field: '',
      message: message.split('\n')[0] ?? message,
    }));
    return { services: [], problems };
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: YAML_ALIASES_MAX });
  } catch (error) {
    return refused(name, error instanceof Error ? error.message : String(error));
  }
  const reader = new FieldReader(name, (path) => lineOf(document, lines, path));
  const services = readServices(value, reader, defaults);
  return reader.problems.length > 0 ? { services: [], problems: reader.problems } : { services, problems: [] };
}

function refused(source: string, message: string): ParsedDefinitions {
  return { services: [], problems: [{ source, line: undefined, field: '', message }] };
}

function readServices(value: unknown, reader: FieldReader, defaults: DefinitionDefaults): readonly ServiceDefinition[] {
  if (value === null || value === undefined) {
    reader.fail([], 'is empty; expected a service');
    return [];
  }
  if (!isMapping(value) || value.services === undefined) {
    const service = readService(value, [], reader, defaults);
    return service === undefined ? [] : [service];
  }
  const list = reader.list(reader.mapping(value, [], ['services'])?.services, ['services'], definitionLimits.services);
  const services: ServiceDefinition[] = [];
  const ids = new Set<string>();
  for (const [index, each] of (list ?? []).entries()) {
    const path = ['services', index];
    const service = readService(each, path, reader, defaults);
    if (service === undefined) continue;
    if (ids.has(service.id)) reader.fail([...path, 'id'], `another service in this file has the id "${service.id}"`);
    ids.add(service.id);
    services.push(service);
  }
  return services;
}

/** The line of a field, or of the nearest thing around it that is there. */
function lineOf(document: Document.Parsed, lines: LineCounter, path: FieldPath): number | undefined {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
    if (Array.isArray(range) && typeof range[0] === 'number') return lines.linePos(range[0]).line;
  }
  return undefined;
}

/** What is wrong with a .json file as JSON. V8 gives the position in words; the line is counted from it. */
function jsonProblem(source: string, text: string): Problem | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const position = /at position (\d+)/.exec(message)?.[1];
    const line = position === undefined ? undefined : text.slice(0, Number(position)).split('\n').length;
    return { source, line, field: '', message: `is not JSON: ${message}` };
  }
}
