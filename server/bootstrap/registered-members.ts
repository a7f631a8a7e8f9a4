// What both discovery protocols end in: the first N registrations, oldest first, as a member list. Sentences are etcd's
// (v2discovery, v3discovery).

import { StartError } from '../../common/runtime/role.ts';
import { formatUrlsMap, hasDuplicateUrl, parseUrlsMap, type UrlsMap } from './urls-map.ts';

/** A registration: `value` is `name=url&name=url2` in etcd's documents, `name=url,name=url2` in its code. */
export interface Registration {
  readonly id: string;
  readonly value: string;
  /** When it was made: the creation revision (v3) or index (v2). */
  readonly created: number;
}

export type DiscoveryOutcome =
  | { readonly kind: 'joined'; readonly members: UrlsMap }
  /** Others were first: these are the members. */
  | { readonly kind: 'full'; readonly members: UrlsMap };

export const discoveryErrors = {
  badUrl: 'discovery: invalid peer URL',
  badSizeKey: 'discovery: size key is bad',
  sizeNotFound: 'discovery: size key not found',
  duplicateId: 'discovery: found duplicate id',
  duplicateName: 'discovery: found duplicate name',
  fullCluster: 'discovery: cluster is full',
  tooManyRetries: 'discovery: too many retries',
  badEndpoint: 'discovery: bad discovery endpoint',
} as const;

/** A refusal in etcd's words: `failed to join discovery cluster (discovery: …)`. */
export function discoveryError(error: keyof typeof discoveryErrors, detail = ''): StartError {
  return new StartError(
    `failed to join discovery cluster (${discoveryErrors[error]})${detail === '' ? '' : `: ${detail}`}`,
  );
}

/** For the operator who has not put the size. */
export function sizeMissing(key: string): string {
  return `the cluster doesn't have a size configuration value; put the number of members to ${key}`;
}

/** More members than anybody would found a cluster with. */
const sizeMax = 1_000;

export function parseSize(text: string, key: string): number {
  const size = /^\+?\d{1,9}$/.test(text.trim()) ? Number(text) : 0;
  if (size < 1 || size > sizeMax) {
    throw discoveryError('badSizeKey', `${key} is "${text}", expected a number of members from 1 to ${sizeMax}`);
  }
  return size;
}

export interface Standing {
  /** The registrations that count so far, oldest first: at most as many as the cluster takes. */
  readonly first: readonly Registration[];
  readonly isComplete: boolean;
  /** Complete, and not with us. */
  readonly isFull: boolean;
}

export function standing(registrations: readonly Registration[], size: number, ownId: string): Standing {
  const first = [...registrations].sort((a, b) => a.created - b.created).slice(0, size);
  const isComplete = first.length === size;
  return { first, isComplete, isFull: isComplete && !first.some(({ id }) => id === ownId) };
}

/** Throws a StartError when the registrations do not make a cluster of as many members as there are. */
export function registeredMembers(first: readonly Registration[]): UrlsMap {
  let members: UrlsMap;
  try {
    members = parseUrlsMap(first.map(({ value }) => value.replaceAll('&', ',')).join(','), 'discovery');
  } catch (error) {
    throw discoveryError('badUrl', (error as Error).message);
  }
  if (members.size !== first.length) throw discoveryError('duplicateName', formatUrlsMap(members));
  if (hasDuplicateUrl(members)) throw new StartError(`discovery cluster ${formatUrlsMap(members)} has duplicate url`);
  return members;
}
