import { expect, test, vi } from "vitest";

test("other tabs hear of a change, and this one does not hear of its own", async () => {
  const here = await import("./other-tabs");
  vi.resetModules();
  const there = await import("./other-tabs");
  const [heardHere, heardThere] = [vi.fn(), vi.fn()];
  const stops = [here.onOtherTab(heardHere), there.onOtherTab(heardThere)];
  here.tellOtherTabs();
  await vi.waitFor(() => expect(heardThere).toHaveBeenCalledTimes(1));
  expect(heardHere).not.toHaveBeenCalled();
  for (const stop of stops) stop();
});
