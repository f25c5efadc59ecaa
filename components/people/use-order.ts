"use client";

import { useRef, useState } from "react";
import { fetchJson, ProblemError, postJson } from "../live/fetch-json";
import { newKey } from "../live/new-key";

interface Order {
  readonly method: "POST" | "PATCH" | "PUT";
  readonly url: string;
  readonly body: unknown;
}

/**
 * Sends one order, and shows a second factor for it when the server asks for one: it says for exactly what, and the same order is sent
 * again with a code.
 */
export function useOrder() {
  const [isSending, setIsSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [digest, setDigest] = useState<string | null>(null);
  const key = useRef(newKey());

  /** @returns null when it was not done; the reason is shown */
  const send = async <Answer>({ method, url, body }: Order, code: string): Promise<Answer | null> => {
    setIsSending(true);
    setProblem(null);
    try {
      if (digest !== null) await postJson("/api/ops/step-up", { code, digest }, newKey());
      setDigest(null);
      const headers = { "content-type": "application/json", "idempotency-key": key.current };
      const answer = await fetchJson<Answer>(url, { method, body: JSON.stringify(body), headers });
      key.current = newKey();
      return answer;
    } catch (error) {
      const asked = error instanceof ProblemError && error.code === "ERR_STEP_UP" ? error.digest : null;
      if (asked !== null) setDigest(asked);
      else setProblem(error instanceof Error ? error.message : String(error));
      key.current = newKey();
      return null;
    } finally {
      setIsSending(false);
    }
  };
  return { isSending, problem, needsCode: digest !== null, send };
}
