import type { Alarm } from "@/lib/simulator/trace/trace-plugin";
import type { Fault } from "@/lib/simulator/world/faults";
import { MINUTE } from "@/lib/simulator/world/world-parameters";

/** How long after a fault's end an alarm still speaks of it: windows look back, and a silence is noticed late. */
const GRACE_MS = 10 * MINUTE;

/** Whether an alarm speaks of a fault. */
function speaksOf(alarm: Alarm, fault: Fault): boolean {
  return alarm.plugin === fault.plugin && alarm.at >= fault.from && alarm.at <= fault.until + GRACE_MS;
}

/** An alarm with what was really behind it; null: nothing was. */
export interface MatchedAlarm extends Alarm {
  readonly fault: Fault | null;
}

/** Says of each alarm which fault it speaks of. @param faults of the same plugin */
export function matchAlarms(alarms: readonly Alarm[], faults: readonly Fault[]): MatchedAlarm[] {
  return alarms.map((alarm) => ({ ...alarm, fault: faults.find((fault) => speaksOf(alarm, fault)) ?? null }));
}
