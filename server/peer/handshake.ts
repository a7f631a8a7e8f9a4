// Who may talk to whom: the greeting that a dialling member sends in the headers of its HTTP upgrade, the verdict of the
// one that is dialled, and the dialler's own look at who answered. Pure; the transport acts on the verdicts and logs
// them. Where etcd's rafthttp has a header or a status for the same thing, it is the same here.

import type { IncomingHttpHeaders } from 'node:http';

/** An identity without proof: TLS client certificates are the peer port's. */
export interface Greeting {
  readonly clusterId: bigint;
  readonly from: bigint;
  readonly to: bigint;
  readonly name: string;
  /** Drawn at each start of the process: tells a reconnect from a second process with the same identity. */
  readonly incarnation: bigint;
  readonly protocol: ProtocolRange;
  readonly serverVersion: string;
  /** Log index of the last membership change that the sender has applied. */
  readonly membershipIndex: number;
  /** Last entry that is durable at the sender: less than what it has acknowledged means that it lost its disk. */
  readonly logIndex: number;
  readonly peerUrls: readonly string[];
}

/** Versions of the peer protocol that a member speaks, both included. */
export interface ProtocolRange {
  readonly min: number;
  readonly max: number;
}

/** What the dialled member says of itself, in an acceptance as in a refusal. */
export interface Answer {
  readonly clusterId: bigint;
  readonly memberId: bigint;
  readonly protocol: ProtocolRange;
  readonly serverVersion: string;
}

export type RefusalReason =
  | 'malformedGreeting'
  | 'clusterMismatch'
  | 'wrongReceiver'
  | 'incompatibleVersion'
  | 'ownIdentity'
  | 'memberRemoved'
  | 'memberUnknown'
  /** The node above objects, for instance to a member that lost its data. */
  | 'objection'
  | 'busy'
  | 'closing'
  /** What answers is no member of ours at all: another program, an older release. */
  | 'notAMember';

export interface Refusal {
  readonly reason: RefusalReason;
  /** One sentence for the log of both sides. */
  readonly detail: string;
}

const refusalStatus: Record<RefusalReason, number> = {
  malformedGreeting: 400,
  clusterMismatch: 412,
  wrongReceiver: 412,
  incompatibleVersion: 412,
  ownIdentity: 409,
  memberRemoved: 410,
  memberUnknown: 404,
  objection: 409,
  busy: 503,
  closing: 503,
  notAMember: 404,
};

export const removedSentence = 'the member has been permanently removed from the cluster';

export const peerUrlsMax = 16;
const peerUrlBytesMax = 512;
const nameBytesMax = 256;

/** Member and cluster ids as etcd prints them. */
export function hexId(id: bigint): string {
  return id.toString(16);
}

export function greetingHeaders(greeting: Greeting): Record<string, string> {
  return {
    'x-etcd-cluster-id': hexId(greeting.clusterId),
    'x-server-from': hexId(greeting.from),
    'x-raft-to': hexId(greeting.to),
    'x-server-version': greeting.serverVersion,
    'x-peerurls': greeting.peerUrls.join(','),
    'x-rollcall-name': encodeURIComponent(greeting.name),
    'x-rollcall-incarnation': hexId(greeting.incarnation),
    'x-rollcall-protocol': rangeText(greeting.protocol),
    'x-rollcall-membership-index': String(greeting.membershipIndex),
    'x-rollcall-log-index': String(greeting.logIndex),
  };
}

/** The greeting, or what is wrong with it. */
export function readGreeting(headers: IncomingHttpHeaders): Greeting | string {
  const wrong: string[] = [];
  const read = <T>(name: string, parse: (text: string) => T | undefined, otherwise: T): T => {
    const text = headers[name];
    const value = typeof text === 'string' ? parse(text) : undefined;
    if (value === undefined) wrong.push(name);
    return value ?? otherwise;
  };
  const greeting: Greeting = {
    clusterId: read('x-etcd-cluster-id', parseId, 0n),
    from: read('x-server-from', parseId, 0n),
    to: read('x-raft-to', parseId, 0n),
    name: read('x-rollcall-name', parseName, ''),
    incarnation: read('x-rollcall-incarnation', parseId, 0n),
    protocol: read('x-rollcall-protocol', parseRange, { min: 0, max: 0 }),
    serverVersion: read('x-server-version', parseVersion, ''),
    membershipIndex: read('x-rollcall-membership-index', parseIndex, 0),
    logIndex: read('x-rollcall-log-index', parseIndex, 0),
    peerUrls: read('x-peerurls', parseUrls, []),
  };
  if (wrong.length === 0 && greeting.from === 0n) wrong.push('x-server-from');
  return wrong.length === 0 ? greeting : `missing or malformed: ${wrong.join(', ')}`;
}

export function answerHeaders(answer: Answer): Record<string, string> {
  return {
    'x-etcd-cluster-id': hexId(answer.clusterId),
    'x-server-from': hexId(answer.memberId),
    'x-server-version': answer.serverVersion,
    'x-rollcall-protocol': rangeText(answer.protocol),
  };
}

export function refusalHeaders(answer: Answer, { reason }: Refusal): Record<string, string> {
  return { ...answerHeaders(answer), 'x-rollcall-refusal': reason };
}

export function statusOf({ reason }: Refusal): number {
  return refusalStatus[reason];
}

/** What the dialled member knows of the cluster. */
export interface LocalView {
  readonly answer: Answer;
  readonly membershipIndex: number;
  isMember(id: bigint): boolean;
  isRemoved(id: bigint): boolean;
}

/** What a greeting is: a member's, a guest's (see below), or not to be let in. */
export type Verdict = { readonly kind: 'member' | 'guest' } | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * A sender that is not in our membership but has applied a newer one than we have is let in as a guest: we may have
 * been away while the members were replaced, and then it is the strangers that can bring us up to date. One that knows no
 * more than we do is nobody.
 */
export function judgeGreeting(greeting: Greeting, local: LocalView): Verdict {
  const { answer } = local;
  const refuse = (reason: RefusalReason, detail: string): Verdict => ({ kind: 'refused', refusal: { reason, detail } });
  if (greeting.clusterId !== answer.clusterId) {
    const detail = `request cluster ID mismatch: ${hexId(greeting.clusterId)} came to ${hexId(answer.clusterId)}`;
    return refuse('clusterMismatch', detail);
  }
  if (greeting.to !== answer.memberId) {
    const detail = `the request is for member ${hexId(greeting.to)}, this is ${hexId(answer.memberId)}`;
    return refuse('wrongReceiver', `${detail}: two members have the same peer URL, or an old one is still running`);
  }
  if (commonVersion(greeting.protocol, answer.protocol) === undefined) {
    const detail = `incompatible version: ${greeting.serverVersion} speaks peer protocol ${rangeText(greeting.protocol)}`;
    return refuse('incompatibleVersion', `${detail}, ${answer.serverVersion} speaks ${rangeText(answer.protocol)}`);
  }
  if (greeting.from === answer.memberId) {
    return refuse('ownIdentity', `member ${hexId(greeting.from)} was dialled by itself or by its double`);
  }
  if (local.isRemoved(greeting.from)) return refuse('memberRemoved', removedSentence);
  if (local.isMember(greeting.from)) return { kind: 'member' };
  if (greeting.membershipIndex > local.membershipIndex) return { kind: 'guest' };
  return refuse('memberUnknown', `member ${hexId(greeting.from)} is not in the cluster`);
}

/** The newest version that both speak. */
export function commonVersion(a: ProtocolRange, b: ProtocolRange): number | undefined {
  const version = Math.min(a.max, b.max);
  return version >= Math.max(a.min, b.min) ? version : undefined;
}

/** The dialler's side: is this the member that it wanted? Undefined when it is. */
export function judgeAnswer(headers: IncomingHttpHeaders, greeting: Greeting): Refusal | undefined {
  const clusterId = parseOne(headers['x-etcd-cluster-id'], parseId);
  const memberId = parseOne(headers['x-server-from'], parseId);
  const protocol = parseOne(headers['x-rollcall-protocol'], parseRange);
  if (clusterId === undefined || memberId === undefined || protocol === undefined) {
    return { reason: 'notAMember', detail: 'what answers there does not speak the peer protocol' };
  }
  if (clusterId !== greeting.clusterId) {
    const detail = `cluster ID mismatch: the peer's is ${hexId(clusterId)}, ours ${hexId(greeting.clusterId)}`;
    return { reason: 'clusterMismatch', detail };
  }
  if (memberId !== greeting.to) {
    return { reason: 'wrongReceiver', detail: `member ${hexId(memberId)} answers there, not ${hexId(greeting.to)}` };
  }
  if (commonVersion(protocol, greeting.protocol) === undefined) {
    return { reason: 'incompatibleVersion', detail: `the peer speaks protocol ${rangeText(protocol)}` };
  }
  return undefined;
}

/** The refusal in an HTTP answer that is not an upgrade. */
export function readRefusal(status: number, headers: IncomingHttpHeaders, body: string, greeting: Greeting): Refusal {
  const reason = headers['x-rollcall-refusal'];
  if (typeof reason !== 'string' || !Object.hasOwn(refusalStatus, reason)) {
    return { reason: 'notAMember', detail: `HTTP status ${status} from something that is no member of ours` };
  }
  // A removal counts only from our own cluster: it ends this member.
  const foreign = parseOne(headers['x-etcd-cluster-id'], parseId) !== greeting.clusterId;
  if (foreign && reason === 'memberRemoved') return { reason: 'clusterMismatch', detail: body };
  return { reason: reason as RefusalReason, detail: body };
}

function rangeText({ min, max }: ProtocolRange): string {
  return min === max ? String(min) : `${min}-${max}`;
}

function parseOne<T>(text: string | string[] | undefined, parse: (text: string) => T | undefined): T | undefined {
  return typeof text === 'string' ? parse(text) : undefined;
}

function parseId(text: string): bigint | undefined {
  return /^[0-9a-f]{1,16}$/.test(text) ? BigInt(`0x${text}`) : undefined;
}

function parseIndex(text: string): number | undefined {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}

function parseRange(text: string): ProtocolRange | undefined {
  const match = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(text);
  if (match === null) return undefined;
  const min = Number(match[1]);
  const max = Number(match[2] ?? match[1]);
  return min <= max ? { min, max } : undefined;
}

function parseVersion(text: string): string | undefined {
  return /^[\w.+-]{1,64}$/.test(text) ? text : undefined;
}

function parseName(text: string): string | undefined {
  if (text.length > 3 * nameBytesMax) return undefined;
  try {
    const name = decodeURIComponent(text);
    // It goes to the log: no line of ours is to be forged with it.
    return Buffer.byteLength(name) <= nameBytesMax && !/\p{Cc}/u.test(name) ? name : undefined;
  } catch {
    return undefined;
  }
}

function parseUrls(text: string): string[] | undefined {
  const urls = text === '' ? [] : text.split(',');
  const fine = urls.length <= peerUrlsMax && urls.every((url) => url.length <= peerUrlBytesMax && isPeerUrl(url));
  return fine ? urls : undefined;
}

function isPeerUrl(text: string): boolean {
  const protocol = URL.canParse(text) ? new URL(text).protocol : '';
  return protocol === 'http:' || protocol === 'https:';
}
