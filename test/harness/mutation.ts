// Breaks a rule of the product on purpose, from outside: puts another function in the place of a class's member.

import type { MessageBody, Outbox } from '../../server/raft/message.ts';

/** Members of the server's classes, private ones too, as a mutation needs them. */
export type Inside = Record<string, unknown> & object;
export type Method = (this: Inside, ...args: never[]) => unknown;

export interface Mutation {
  readonly title: string;
  readonly target: { readonly prototype: object };
  readonly member: string;
  /** The member's replacement, given the original. */
  readonly mutate: (original: Method) => Method;
}

/** Puts the mutation in; returns how to take it out. */
export function plant({ target, member, mutate }: Mutation): () => void {
  const descriptor = Object.getOwnPropertyDescriptor(target.prototype, member);
  if (descriptor === undefined) throw new Error(`${member} is not there to be mutated`);
  const original = (descriptor.get ?? descriptor.value) as Method;
  const mutated = mutate(original);
  const changed = descriptor.get === undefined ? { ...descriptor, value: mutated } : { ...descriptor, get: mutated };
  Object.defineProperty(target.prototype, member, changed);
  return () => Object.defineProperty(target.prototype, member, descriptor);
}

/** Sends at once what has to wait for the disk. */
export function hasten(kind: MessageBody['kind']): (original: Method) => Method {
  return (original) =>
    function (this: Inside, ...args: never[]) {
      const [to, body] = args as unknown as [bigint, MessageBody];
      return body.kind === kind ? (this as unknown as Outbox).send(to, body) : original.apply(this, args);
    };
}
