import { newKey } from "../../live/new-key";

const CHANNEL = "support-mode";

/** This tab: what it says itself comes back to whatever listens in it, and it is on its way elsewhere already. */
const TAB = newKey();

/** Tells this browser's other tabs that their session shows another view from now on: they load anew, so that none mixes two. */
export function tellOtherTabs(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(TAB);
  channel.close();
}

/** Calls back when another tab entered or left support mode. @returns what stops it */
export function onOtherTab(changed: () => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener("message", ({ data }) => {
    if (data !== TAB) changed();
  });
  return () => channel.close();
}
