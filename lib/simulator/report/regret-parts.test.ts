import { expect, test } from "vitest";
import { addLookAlikes, type LookAlikes, regretParts } from "./regret-parts";

test("what nobody could know and what was not learned add up to the regret", () => {
  const looks: Record<string, LookAlikes> = {
    "a sudden": { own: 1, best: 2, n: 2, byAction: { notify: 1, rollback: 1.5 } },
    "b gradual": { own: 1, best: 1, n: 1, byAction: { notify: 1, rollback: 0 } },
  };
  expect(regretParts(looks)).toEqual({ unknowable: 0.5 / 3, unlearned: 0.5 / 3, looks: 2 });
  expect(regretParts({})).toBeNull();
  expect(addLookAlikes([looks, looks])["a sudden"]).toMatchObject({ own: 2, best: 4, n: 4, byAction: { notify: 2, rollback: 3 } });
});
