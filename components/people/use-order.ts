"use client";

import { useRef, useState } from "react";
import { fetchJson } from "../live/fetch-json";
import { newKey } from "../live/new-key";
import type { ShownFactor } from "../step-up/items";
import { type Trouble, useTroubleOf } from "../step-up/problem";
import { useStepUp, wantedDigest } from "../step-up/use-step-up";

interface Order {
  readonly method: "POST" | "PATCH" | "PUT";
  readonly url: string;
  readonly body: unknown;
}

/**
 * Sends one order, and shows a second factor for it when the server asks for one: it says for exactly what, and the same order is sent
 * again with it.
 */
export function useOrder() {
  const [isSending, setIsSending] = useState(false);
  const [problem, setProblem] = useState<Trouble | null>(null);
  const [digest, setDigest] = useState<string | null>(null);
  const troubleOf = useTroubleOf();
  const stepUp = useStepUp();
  const key = useRef(newKey());

  /** @returns null when it was not done; the reason is shown */
  const send = async <Answer>({ method, url, body }: Order, shown: ShownFactor | null): Promise<Answer | null> => {
    setIsSending(true);
    setProblem(null);
    try {
      if (digest !== null && shown) await stepUp.show(digest, shown);
      const headers = { "content-type": "application/json", "idempotency-key": key.current };
      const answer = await fetchJson<Answer>(url, { method, body: JSON.stringify(body), headers });
      setDigest(null);
      key.current = newKey();
      return answer;
    } catch (error) {
      const wanted = wantedDigest(error);
      if (wanted !== null) stepUp.forget();
      if (wanted !== null && digest !== wanted) setDigest(wanted);
      else setProblem(troubleOf(error));
      key.current = newKey();
      return null;
    } finally {
      setIsSending(false);
    }
  };
  return { isSending, problem, needsStepUp: digest !== null, send };
}
