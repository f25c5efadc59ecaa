import { expect, test } from "vitest";
import type { Policy } from "../types";
import { loosened } from "./loosened";
import { needsSecondPerson } from "./needs-second-person";

const POLICY: Policy = {
  autopatch_enabled: true,
  whitelist: ["a"],
  severity_threshold: "medium",
  confidence_threshold: 0.8,
  required_signatures: 2,
  staging_required: true,
  health_check_seconds: 90,
  rollback_error_threshold: 0.05,
  attempts_per_incident: 3,
  attempts_per_plugin_per_day: 6,
  storm_share: 0.2,
  windows: [{ from: 8, to: 18 }],
  bake_whitelist_days: 7,
  bake_fifth_days: 14,
  bake_half_days: 14,
};

test.each<[Partial<Policy>, (keyof Policy)[], string]>([
  [{ required_signatures: 1 }, ["required_signatures"], "fewer people"],
  [{ required_signatures: 3 }, [], "more people"],
  [{ confidence_threshold: 0.5 }, ["confidence_threshold"], "less certainty"],
  [{ severity_threshold: "critical" }, ["severity_threshold"], "worse cases by itself"],
  [{ severity_threshold: "low" }, [], "milder cases only"],
  [{ whitelist: ["a", "b"] }, ["whitelist"], "one more merchant"],
  [{ whitelist: ["*"] }, ["whitelist"], "everybody"],
  [{ whitelist: [] }, [], "nobody"],
  [{ staging_required: false }, ["staging_required"], "no rehearsal"],
  [{ health_check_seconds: 10 }, ["health_check_seconds"], "a shorter look"],
  [{ rollback_error_threshold: 0.5 }, ["rollback_error_threshold"], "more failures tolerated"],
  [{ attempts_per_incident: 4, attempts_per_plugin_per_day: 7 }, ["attempts_per_incident", "attempts_per_plugin_per_day"], "more tries"],
  [{ storm_share: 0.9 }, ["storm_share"], "a storm is no storm"],
  [{ windows: [{ from: 0, to: 24 }] }, ["windows"], "at night, too"],
  [
    {
      windows: [
        { from: 8, to: 12 },
        { from: 12, to: 18 },
      ],
    },
    [],
    "the same hours in two windows",
  ],
  [{ bake_whitelist_days: 6.5, bake_half_days: 20 }, ["bake_whitelist_days"], "one bakes shorter, one longer"],
  [{ bake_fifth_days: 0 }, ["bake_fifth_days"], "no bake at all"],
  [{ autopatch_enabled: false }, [], "the kill switch"],
  [{}, [], "nothing"],
])("%j -> %j (%s)", (changes, members) => {
  expect(loosened(POLICY, { ...POLICY, ...changes })).toEqual(members);
});

test.each<[Partial<Policy>, Partial<Policy>, boolean, string]>([
  [{ autopatch_enabled: false }, { autopatch_enabled: true }, true, "healing on again"],
  [{}, { autopatch_enabled: true }, false, "on already"],
  [{}, { autopatch_enabled: false }, false, "healing off"],
  [{}, { bake_half_days: 13 }, true, "a shorter bake"],
  [{}, { bake_half_days: 13, staging_required: true }, true, "whatever else changes"],
  [{}, { bake_half_days: 15 }, false, "a longer bake"],
  [{}, { bake_half_days: undefined }, false, "nothing said"],
  [{}, { required_signatures: 1 }, false, "looser, and remembered, but one person's"],
])("%j then %j waits for a second person: %j (%s)", (now, changes, needs) => {
  expect(needsSecondPerson({ ...POLICY, ...now }, changes)).toBe(needs);
});
