// Words for numbers and changes that more than one format prints.

import { AlarmType, EventEventType } from '../../common/api/generated/messages.ts';
import type { MemberChange, MemberChangeResponse } from './printer.ts';

const eventNames = Object.entries(EventEventType);
const alarmNames = Object.entries(AlarmType);

/** `PUT`, `DELETE`, or the number of a type we do not know. */
export function eventName(type: number): string {
  return eventNames.find(([, number]) => number === type)?.[0] ?? String(type);
}

export function alarmName(alarm: number): string {
  return alarmNames.find(([, number]) => number === alarm)?.[0] ?? String(alarm);
}

const padded = (id: bigint): string => BigInt.asUintN(64, id).toString(16).padStart(16);

/** `Member 9bf1b35fc7761a23 added to cluster ef37ad9dc622a7c4`. */
export function memberSentence(change: MemberChange, id: bigint, response: MemberChangeResponse): string {
  const asLearner = change === 'added' && 'member' in response && response.member?.isLearner === true;
  const where = { added: 'to', removed: 'from', updated: 'in', promoted: 'in' }[change];
  const cluster = padded(response.header?.clusterId ?? 0n);
  return `Member ${padded(id)} ${change}${asLearner ? ' as learner' : ''} ${where} cluster ${cluster}`;
}
