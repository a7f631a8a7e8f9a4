// Raised alarms, replicated: NOSPACE and CORRUPT per member (etcdserver api/v3alarm). While one is up, apply refuses
// what it protects against, on every member alike.

import { type AlarmMember, AlarmType } from '../../common/api/generated/messages.ts';
import { encodeAlarmKey } from '../storage/keys.ts';
import type { RowStore } from '../storage/row-store.ts';

const present = Buffer.of(1);

export class Alarms {
  private readonly rows: RowStore;
  private raised = new Map<string, AlarmMember>();

  constructor(rows: RowStore) {
    this.rows = rows;
  }

  /** Raised alarms, all of them or of one type. */
  list(type: number = AlarmType.NONE): AlarmMember[] {
    return [...this.raised.values()].filter((member) => type === AlarmType.NONE || member.alarm === type);
  }

  get noSpace(): boolean {
    return this.list(AlarmType.NOSPACE).length > 0;
  }

  get corrupt(): boolean {
    return this.list(AlarmType.CORRUPT).length > 0;
  }

  /** Takes over what `other` holds. */
  adopt(other: Alarms): void {
    this.raised = other.raised;
  }

  restore(memberId: bigint, alarm: number): void {
    this.raised.set(`${memberId}/${alarm}`, { memberId, alarm });
  }

  /** Returns the alarms that were newly raised. */
  activate(memberId: bigint, alarm: number): AlarmMember[] {
    if (this.raised.has(`${memberId}/${alarm}`)) return [];
    this.restore(memberId, alarm);
    this.rows.put(encodeAlarmKey(memberId, alarm), present);
    return [{ memberId, alarm }];
  }

  /** Returns the alarm if it was up. */
  deactivate(memberId: bigint, alarm: number): AlarmMember[] {
    if (!this.raised.delete(`${memberId}/${alarm}`)) return [];
    this.rows.delete(encodeAlarmKey(memberId, alarm));
    return [{ memberId, alarm }];
  }
}
