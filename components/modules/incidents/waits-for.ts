import { isLive, type ModuleIncidentItem } from "./items";

/** For whom, or for what, an incident waits: the name of the sentence that says so. */
export type WaitsFor = "deciding" | "acting" | "agree" | "plan" | "fault" | "evidence" | "people" | "told";

type Asked = Pick<ModuleIncidentItem, "status" | "heal_state" | "healing" | "suppressed_by">;

/**
 * What an incident that goes on waits for at the moment, so that nobody has to read its timeline to know whether it is theirs; null once it is over.
 */
export function waitsFor({ status, heal_state: state, healing, suppressed_by: teller }: Asked): WaitsFor | null {
  if (!isLive({ status })) return null;
  if (healing?.state === "holding") return "fault";
  if (teller !== null) return "told";
  // Center calls people for a plan, too: what they are to do is written down.
  if (healing?.state === "planned") return "plan";
  if (status === "escalated" || state === "called" || state === "undo_failed") return healing?.state === "refused" ? "agree" : "people";
  switch (state) {
    case "acting":
      return "acting";
    case "suggested":
      return "agree";
    case "contained":
      return healing?.state === "done" ? "evidence" : "fault";
    case "helped":
      return "evidence";
    default:
      return "deciding";
  }
}
