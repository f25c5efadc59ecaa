import { expect, test } from "vitest";
import { Refusal, refuse } from "./refusal";

test("refuse ends the action with the kind, the words and the details it was given", () => {
  const act = () => refuse("too-many", "Slow down", { retryAfterSeconds: 7 });
  expect(act).toThrow(Refusal);
  expect(act).toThrow(expect.objectContaining({ kind: "too-many", message: "Slow down", details: { retryAfterSeconds: 7 } }));
});
