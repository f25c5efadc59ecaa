const CHANNEL = "support-mode";

/** Tells this browser's other tabs that their session shows another view from now on: they load anew, so that none mixes two. */
export function tellOtherTabs(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage("changed");
  channel.close();
}

/** Calls back when another tab entered or left support mode. @returns what stops it */
export function onOtherTab(changed: () => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener("message", changed);
  return () => channel.close();
}
