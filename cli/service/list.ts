// `service list`: every service with how many of its instances pass.

import { isServing } from '../../common/registry/instance.ts';
import { defineVerb, noOptions } from '../verb.ts';
import { printService } from './output.ts';
import { readRegistry } from './registry-read.ts';

export const serviceList = defineVerb({
  name: 'service list',
  usage: '[flags]',
  summary: 'lists the services and how many instances of each pass',
  options: noOptions,
  async run({ session }) {
    const { instances, unreadable } = await readRegistry(session);
    const counts = new Map<string, { passing: number; total: number }>();
    for (const { instance } of instances) {
      const count = counts.get(instance.service) ?? { passing: 0, total: 0 };
      count.total++;
      if (isServing(instance)) count.passing++;
      counts.set(instance.service, count);
    }
    const list = [...counts].map(([service, count]) => ({ service, ...count }));
    printService(session, {
      header: ['SERVICE', 'PASSING', 'TOTAL'],
      rows: list.map(({ service, passing, total }) => [service, String(passing), String(total)]),
      json: list,
    });
    for (const { key, problem } of unreadable) session.out.complain(`unreadable: ${key}: ${problem}`);
    return 0;
  },
});
