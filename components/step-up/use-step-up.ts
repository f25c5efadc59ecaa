"use client";

import { useRef } from "react";
import { ProblemError, postJson } from "../live/fetch-json";
import { newKey } from "../live/new-key";
import type { ShownFactor } from "./items";
import { showPasskey } from "./passkey-prompt";

/** Shows a second factor for one digest. */
async function showFactor(digest: string, shown: ShownFactor): Promise<void> {
  if (shown.by === "passkey") await showPasskey(digest);
  else await postJson("/api/ops/step-up", { code: shown.code, digest }, newKey());
}

/** The digest that the server wants a second factor for, where that is why it said no. */
export function wantedDigest(error: unknown): string | null {
  return error instanceof ProblemError && error.code === "ERR_STEP_UP" ? error.digest : null;
}

interface StepUp {
  /** Shows it once: should the deed itself fail, it is tried again without another code. */
  show(digest: string, shown: ShownFactor): Promise<void>;
  /** What was shown counts no more, by the server's word. */
  forget(): void;
}

/** Shows a second factor before a deed. */
export function useStepUp(): StepUp {
  const proven = useRef<string | null>(null);
  return {
    async show(digest, shown) {
      if (proven.current === digest) return;
      await showFactor(digest, shown);
      proven.current = digest;
    },
    forget() {
      proven.current = null;
    },
  };
}
