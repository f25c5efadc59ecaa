/**
 * Preloaded into a child (`node --import`). The kernel closes the channel to the parent when that one dies, even by `kill -9`; the child
 * then drains as on SIGTERM, and ends for certain soon after.
 */
import { isMainThread } from "node:worker_threads";
import { keepServingUnread } from "./keep-serving-unread.mjs";

const DRAIN_MS = 12_000;

if (isMainThread && process.channel) {
  keepServingUnread();
  process.once("disconnect", () => {
    setTimeout(() => process.exit(1), DRAIN_MS).unref();
    process.kill(process.pid, "SIGTERM");
  });
  // A listener keeps the channel referenced; alone it must not keep a finished program alive.
  process.channel.unref();
  // What the program forks is its own business: it may not even see this file.
  const preload = process.execArgv.indexOf("--import");
  if (preload >= 0) process.execArgv.splice(preload, 2);
}
