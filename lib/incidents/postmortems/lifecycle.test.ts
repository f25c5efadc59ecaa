import { describe, expect, test } from "vitest";
import { Refusal } from "@/lib/kernel/refusal";
import { movePostmortem, type PostmortemDeed } from "./lifecycle";
import type { PostmortemStatus } from "./types";

const move = (status: PostmortemStatus, deed: PostmortemDeed, given: { actor?: string; seen?: number } = {}) => {
  try {
    const before = { status, revision: 3, authors: ["person:ada"] };
    return movePostmortem(before, deed, given.actor ?? "person:bob", given.seen ?? 3);
  } catch (error) {
    if (error instanceof Refusal) return error.kind;
    throw error;
  }
};

describe("a postmortem", () => {
  test.each([
    ["draft", "edit", {}, "draft"],
    ["draft", "review", {}, "reviewed"],
    ["draft", "review", { actor: "person:ada" }, "forbidden"],
    ["draft", "publish", {}, "conflict"],
    ["reviewed", "edit", {}, "draft"],
    ["reviewed", "review", {}, "conflict"],
    ["reviewed", "publish", {}, "published"],
    ["reviewed", "publish", { actor: "person:ada" }, "published"],
    ["published", "edit", {}, "conflict"],
    ["published", "review", {}, "conflict"],
    ["published", "publish", {}, "conflict"],
    ["draft", "edit", { seen: 2 }, "conflict"],
    ["draft", "review", { seen: 2 }, "conflict"],
    ["reviewed", "publish", { seen: 4 }, "conflict"],
  ] as const)("%s: %s %j -> %s", (status, deed, given, expected) => {
    expect(move(status, deed, given)).toBe(expected);
  });
});
