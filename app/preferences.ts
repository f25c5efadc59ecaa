import { cookies } from "next/headers";

/** A reader's choices about looks, from cookies that hold nothing else. */
export async function readPreferences() {
  const jar = await cookies();
  const choiceOf = <const Value extends string>(name: string, known: readonly Value[], otherwise: Value): Value =>
    known.find((value) => value === jar.get(name)?.value) ?? otherwise;
  return {
    theme: choiceOf("theme", ["light", "dark", "system"], "system"),
    density: choiceOf("density", ["compact", "normal", "roomy"], "normal"),
    clock: choiceOf("clock", ["utc", "local"], "utc"),
    keysOn: choiceOf("keys", ["on", "off"], "on") === "on",
    isNarrow: choiceOf("sidebar", ["wide", "narrow"], "wide") === "narrow",
  };
}
