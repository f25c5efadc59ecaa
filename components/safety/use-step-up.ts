"use client";

import { useRef } from "react";
import { postJson } from "../live/fetch-json";
import { newKey } from "../live/new-key";

/**
 * Shows a second factor for a digest before a deed, once: should the deed itself fail, it is tried again without another code.
 */
export function useStepUp(): (digest: string, code: string) => Promise<void> {
  const proven = useRef<string | null>(null);
  return async (digest, code) => {
    if (proven.current === digest) return;
    await postJson("/api/ops/step-up", { code, digest }, newKey());
    proven.current = digest;
  };
}
