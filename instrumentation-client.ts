import { LEAVING } from "@/components/shell/leaving";

/** Tells the frame that another page is on its way, so that it can say so when that takes long. Next calls this as a navigation begins. */
export function onRouterTransitionStart(url: string): void {
  window.dispatchEvent(new CustomEvent(LEAVING, { detail: url }));
}
