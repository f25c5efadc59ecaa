import type { AttemptItem, PluginItem } from "../../live/items";

/** Where a rollback ordered now would lead. */
export interface WayBack {
  /** Version that would be left. */
  readonly from: string;
  readonly to: string;
  /** True when a change under way is called back; else the kept last good version is restored. */
  readonly isCallBack: boolean;
}

type Running = Pick<PluginItem, "running_version" | "version" | "last_good_version">;

/**
 * Finds the way back, or null where there is none: nothing runs that could be called back, and the last good version is
 * unknown or runs already.
 *
 * @param underWay  the attempt under way on the plugin, if any
 */
export function wayBack(plugin: Running, underWay: Pick<AttemptItem, "from_version" | "to_version" | "phase"> | null): WayBack | null {
  const running = plugin.running_version ?? plugin.version;
  if (underWay?.phase === "reverting") return null;
  if (underWay) return { from: underWay.to_version ?? running, to: underWay.from_version, isCallBack: true };
  const { last_good_version } = plugin;
  return last_good_version === null || last_good_version === running ? null : { from: running, to: last_good_version, isCallBack: false };
}
