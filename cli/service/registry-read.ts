// Reads the registry as it stands: the instances of one service or of all, page by page at one revision, and what there
// makes no sense. What a key and its value mean is common/registry's.

import { RangeRequest } from '../../common/api/generated/messages.ts';
import { prefixRange } from '../../common/client/prefix-range.ts';
import type { Instance } from '../../common/registry/instance.ts';
import { parseInstance, servicePrefix, servicesPrefix } from '../../common/registry/key-layout.ts';
import { orExit } from '../exit-error.ts';
import type { Session } from '../session.ts';

const pageKeys = 1_000;

export interface ListedInstance {
  readonly key: string;
  readonly instance: Instance;
  /** 0 when the key lives under no lease: it stays until somebody deletes it. */
  readonly lease: bigint;
}

export interface UnreadableInstance {
  readonly key: string;
  readonly problem: string;
}

export interface RegistryContent {
  readonly instances: readonly ListedInstance[];
  readonly unreadable: readonly UnreadableInstance[];
}

/** All services, or one. In the order of the keys. */
export async function readRegistry(session: Session, service?: string): Promise<RegistryContent> {
  const instances: ListedInstance[] = [];
  const unreadable: UnreadableInstance[] = [];
  let { key, rangeEnd } = prefixRange(service === undefined ? servicesPrefix() : servicePrefix(service));
  let revision = 0;
  for (;;) {
    const request = RangeRequest.create({ key, rangeEnd, limit: pageKeys, revision });
    const page = await orExit(session.client.range(request, session.call()));
    for (const kv of page.kvs) {
      const text = kv.key.toString();
      const parsed = parseInstance(text, kv.value);
      if ('problem' in parsed) unreadable.push({ key: text, problem: parsed.problem });
      else instances.push({ key: text, instance: parsed.instance, lease: kv.lease });
    }
    const last = page.kvs.at(-1);
    if (!page.more || last === undefined) return { instances, unreadable };
    revision ||= page.header?.revision ?? 0;
    key = Buffer.concat([last.key, Buffer.of(0)]);
  }
}
