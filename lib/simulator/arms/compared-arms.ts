import type { Arm, ArmChoice, Dilemma } from "@/lib/simulator/arms/arm";
import { fixedArm } from "@/lib/simulator/arms/arm";
import { pick } from "@/lib/simulator/chance/draws";
import { randomStream } from "@/lib/simulator/chance/random-stream";
import { worthOf } from "@/lib/simulator/world/action-table";
import { decide } from "@/lib/sira/decide";
import { MODEL_V0 } from "@/lib/sira/model-v0";
import type { SiraAction } from "@/lib/sira/types";

function plain(action: SiraAction, { newest }: Dilemma): ArmChoice {
  return { action, patchVersion: action === "patch" ? newest : null, confidence: null, decision: null };
}

/** Knows the hidden cause and the hidden table of the day, and takes what is best on average; chance it does not know. */
export function oracleArm(): Arm {
  return fixedArm("oracle", (dilemma, hidden) => {
    const worth = (action: SiraAction) => worthOf(hidden, action, dilemma.at);
    const best = dilemma.possible.reduce((known, action) => (worth(action) > worth(known) ? action : known));
    return plain(best, dilemma);
  });
}

/** The rules as they were written down before any outcome was seen. */
export function staticRulesArm(): Arm {
  return fixedArm("static_rules", ({ request }) => {
    const decision = decide(request, MODEL_V0);
    const { action, patch_version, confidence } = decision;
    return { action, patchVersion: patch_version ?? null, confidence, decision };
  });
}

/** Tells people, and leaves it at that. */
export function alwaysNotifyArm(): Arm {
  return fixedArm("always_notify", (dilemma) => plain("notify", dilemma));
}

/** Any action that could be carried out, all equally likely. */
export function randomArm(seed: number): Arm {
  const next = randomStream(seed, "random arm");
  return fixedArm("random", (dilemma) => plain(pick(next, dilemma.possible), dilemma));
}
