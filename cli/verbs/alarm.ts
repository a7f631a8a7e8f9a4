// `alarm list|disarm`.

import { AlarmRequestAlarmAction as Action, AlarmRequest, AlarmResponse } from '../../common/api/generated/messages.ts';
import { badArgs, orExit } from '../exit-error.ts';
import { defineVerb, noOptions } from '../verb.ts';

export const alarmList = defineVerb({
  name: 'alarm list',
  usage: '',
  summary: 'lists the alarms',
  options: noOptions,
  async run({ args, session }) {
    if (args.length !== 0) throw badArgs('alarm list command accepts no arguments');
    const request = AlarmRequest.create({ action: Action.GET });
    session.printer.alarms(await orExit(session.client.alarm(request, session.call())));
    return 0;
  },
});

export const alarmDisarm = defineVerb({
  name: 'alarm disarm',
  usage: '',
  summary: 'disarms all alarms',
  options: noOptions,
  async run({ args, session }) {
    if (args.length !== 0) throw badArgs('alarm disarm command accepts no arguments');
    const list = AlarmRequest.create({ action: Action.GET });
    const armed = await orExit(session.client.alarm(list, session.call()));
    const disarmed = [];
    // One by one, as the call takes one member and one kind (clientv3.AlarmDisarm).
    for (const { memberId, alarm } of armed.alarms) {
      const request = AlarmRequest.create({ action: Action.DEACTIVATE, memberId, alarm });
      disarmed.push(...(await orExit(session.client.alarm(request, session.call()))).alarms);
    }
    session.printer.alarms(AlarmResponse.create({ alarms: disarmed }));
    return 0;
  },
});
