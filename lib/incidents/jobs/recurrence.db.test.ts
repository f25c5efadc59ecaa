import { beforeAll, expect, test } from "vitest";
import { makeShop, setPolicy } from "@/test/loop/make-shop";
import { stopTime } from "@/test/loop/virtual-time";

stopTime();
beforeAll(() => setPolicy());

test("a success that recurs within the watch was none: the same incident reopens and SIRA is told", async () => {
  const shop = await makeShop();
  await shop.until("the incident is resolved", ({ incidents }) => incidents[0]?.status === "resolved");
  shop.agent.behaviours = { ...shop.agent.behaviours, "1.2.3": { failShare: 0.6 } };
  const { incidents, feedback } = await shop.until("it came back", (records) => records.incidents[0]?.reopenedCount === 1);
  expect(incidents).toHaveLength(1);
  expect(feedback.map(({ outcome }) => outcome)).toEqual(["fixed", "recurred"]);
  expect(feedback[1]?.attemptId).toBe(feedback[0]?.attemptId);
});
