import { expect, test } from "vitest";
import { within } from "./within";

test("nobody waits longer than the deadline, and a fault in time is a fault", async () => {
  const never = new Promise<string>(() => undefined);
  expect(await within(5, never, () => "late")).toBe("late");
  expect(await within(1_000, Promise.resolve("done"), () => "late")).toBe("done");
  await expect(within(1_000, Promise.reject(new Error("planted")), () => "late")).rejects.toThrow("planted");
});
