import { refuse } from "@/lib/kernel/refusal";
import type { PostmortemStatus } from "./types";

export type PostmortemDeed = "edit" | "review" | "publish";

/**
 * draft      being written; any change leads back here
 * reviewed   somebody who wrote none of it agrees
 * published  for good: what comes later is written into another one
 */
const MOVES: Readonly<Record<PostmortemStatus, Partial<Record<PostmortemDeed, PostmortemStatus>>>> = {
  draft: { edit: "draft", review: "reviewed" },
  reviewed: { edit: "draft", publish: "published" },
  published: {},
};

interface Judged {
  readonly status: PostmortemStatus;
  readonly revision: number;
  readonly authors: readonly string[];
}

/**
 * What a postmortem becomes by a deed.
 *
 * @param seenRevision  the revision that whoever acts has read
 * @throws Refusal conflict for a stale revision or a deed that its state does not allow; forbidden for a review by an author
 */
export function movePostmortem(before: Judged, deed: PostmortemDeed, actor: string, seenRevision: number): PostmortemStatus {
  if (seenRevision !== before.revision) {
    refuse("conflict", `It was changed meanwhile: you read revision ${seenRevision}, it is at ${before.revision}. Read it again`);
  }
  const next = MOVES[before.status][deed];
  if (!next) refuse("conflict", `A postmortem that is ${before.status} takes no ${deed}`);
  if (deed === "review" && before.authors.includes(actor)) {
    refuse("forbidden", "Whoever wrote a word of it does not review it: ask a second person", { code: "ERR_SECOND_PERSON" });
  }
  return next;
}
