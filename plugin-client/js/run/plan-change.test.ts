import { expect, test } from "vitest";
import type { Attempt, Command, JournalData } from "../types.d.mts";
import { planChange } from "./plan-change.mjs";

const OLD = { version: "1.0.0", config: '{"a":1}' };
const NEW = { version: "1.1.0", config: '{"a":2}' };
const ARTIFACT = { url: "", sha256: "", length: 1 };
const IDLE: JournalData = {
  format: 1,
  good: "1.1.0",
  kept: ["1.1.0", "1.0.0"],
  isolated: false,
  attempt: null,
  last_commit: { id: "U", config_before: OLD.config },
  tries: {},
  answers: {},
  outbox: [],
};
const PROBATION: JournalData = {
  ...IDLE,
  good: "1.0.0",
  kept: ["1.0.0", "0.9.0"],
  last_commit: null,
  attempt: { id: "U", type: "update", phase: "probation", target: NEW, restore: OLD } as Attempt,
};

const command = (changes: Partial<Command>): Command => ({
  id: "C",
  type: "rollback",
  plugin_id: "p",
  from_version: "1.1.0",
  to_version: null,
  artifact: null,
  config: null,
  ref: null,
  probation_s: 180,
  plugin_key: "tiny",
  refuses_high_impact: false,
  ...changes,
});
const plan = (changes: Partial<Command>, journal: JournalData) => planChange(command(changes), { home: NEW, journal });

test.each<[string, Partial<Command>, JournalData, object]>([
  [
    "an update fetches, keeps the configuration and returns to where it came from",
    { type: "update", to_version: "1.2.0", artifact: ARTIFACT },
    IDLE,
    { target: { version: "1.2.0", config: NEW.config }, restore: NEW, mustFetch: true },
  ],
  [
    "a change of configuration keeps the version",
    { type: "config_update", config: { b: 1 } },
    IDLE,
    { target: { version: NEW.version, config: '{\n  "b": 1\n}' }, restore: NEW, mustFetch: false },
  ],
  ["a restart goes nowhere", { type: "restart" }, IDLE, { target: NEW, restore: null, mustFetch: false }],
  ["nothing else while an attempt is under way", { type: "restart" }, PROBATION, { refusal: "busy" }],
  [
    "a rollback of a probation goes to the last good copy, whatever it names",
    { to_version: "1.0.0" },
    PROBATION,
    { target: OLD, restore: null, mustFetch: false },
  ],
  ["a rollback of a probation to anywhere else is refused", { to_version: "0.9.0", ref: "U" }, PROBATION, { refusal: "not_last_good" }],
  [
    "an unrelated rollback during a probation returns to the last good copy when it fails",
    { to_version: "0.9.0" },
    PROBATION,
    { target: { version: "0.9.0", config: NEW.config }, restore: OLD, mustFetch: false },
  ],
  [
    "a rollback of the last commit brings its former configuration back",
    { to_version: "1.0.0", ref: "U" },
    IDLE,
    { target: OLD, restore: NEW, mustFetch: false },
  ],
  [
    "a rollback that names nothing keeps the configuration",
    { to_version: "1.0.0" },
    IDLE,
    { target: { version: "1.0.0", config: NEW.config }, restore: NEW, mustFetch: false },
  ],
  ["a version that is not kept needs bytes", { to_version: "0.8.0" }, IDLE, { refusal: "not_kept" }],
  [
    "a version that is not kept is fetched",
    { to_version: "0.8.0", artifact: ARTIFACT },
    IDLE,
    { target: { version: "0.8.0", config: NEW.config }, restore: NEW, mustFetch: true },
  ],
])("%s", (_, changes, journal, expected) => expect(plan(changes, journal)).toEqual(expected));
