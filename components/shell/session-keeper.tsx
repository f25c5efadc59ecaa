"use client";

import { useEffect } from "react";

const RENEW_EVERY_MS = 4 * 60_000;
const ACTIVITY = ["pointerdown", "keydown", "wheel", "touchstart"] as const;

/** A session ends after half an hour without a person: what counts is a hand on the page, not that the page reads by itself. */
export function SessionKeeper() {
  useEffect(() => {
    let renewedAt = performance.now();
    const renew = () => {
      if (performance.now() - renewedAt < RENEW_EVERY_MS) return;
      renewedAt = performance.now();
      // An answer that does not come changes nothing: the next touch asks again, and an ended session shows at the next read.
      fetch("/api/auth/session", { cache: "no-store", credentials: "same-origin" }).catch(() => {
        renewedAt = Number.NEGATIVE_INFINITY;
      });
    };
    for (const name of ACTIVITY) window.addEventListener(name, renew, { passive: true });
    return () => {
      for (const name of ACTIVITY) window.removeEventListener(name, renew);
    };
  }, []);
  return null;
}
