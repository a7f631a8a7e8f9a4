// Splits the events of one answer so that no part is larger than the request limit (WatchCreateRequest.fragment).

import { Event } from '../../common/api/generated/messages.ts';

/** At least one part; each holds at least one event, so a single huge event stays whole. */
export function splitEvents(events: Event[], bytesMax: number): Event[][] {
  const parts: Event[][] = [];
  let part: Event[] = [];
  let bytes = 0;
  for (const event of events) {
    const size = Event.size(event);
    if (part.length > 0 && bytes + size > bytesMax) {
      parts.push(part);
      part = [];
      bytes = 0;
    }
    part.push(event);
    bytes += size;
  }
  parts.push(part);
  return parts;
}
