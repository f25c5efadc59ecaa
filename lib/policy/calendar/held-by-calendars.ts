import type { CommandType } from "@/lib/delivery/types";

/** What puts something new on a plugin; everything else is recovery, and waits for no calendar (docs/decisions/0015). */
const INSTALLING: ReadonlySet<CommandType> = new Set<CommandType>(["update", "config_update"]);

/** Whether freezes and a merchant's hours have a say in it: in what Center installs by itself, and in nothing that a person ordered. */
export function isHeldByCalendars({ type, isAutomatic }: { readonly type: CommandType; readonly isAutomatic: boolean }): boolean {
  return isAutomatic && INSTALLING.has(type);
}
