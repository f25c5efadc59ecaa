import type { Severity } from "@/lib/kernel/severity";

export const SECTIONS = ["summary", "impact", "root_cause", "detection", "went_well", "went_badly", "lessons"] as const;
export type Section = (typeof SECTIONS)[number];

export const FIGURES = [
  "since",
  "detected",
  "mitigated",
  "resolved",
  "detect_seconds",
  "mitigate_seconds",
  "resolve_seconds",
  "merchants",
  "webhooks_sent",
  "webhooks_failed",
] as const;
export type Figure = (typeof FIGURES)[number];

export interface ActionItem {
  readonly id: string;
  readonly what: string;
  readonly owner: string;
  readonly due_on: string;
  readonly is_done: boolean;
}

interface LineItem {
  readonly id: string;
  readonly at: string;
  readonly kind: string;
  readonly actor: string;
  readonly summary: string;
}

/** A line of the list (GET /api/ops/postmortems). */
export interface PostmortemRowItem {
  readonly id: string;
  /** Null where it concerns all tenants. */
  readonly tenant_name: string | null;
  readonly incident_id: string;
  readonly about: "plugin" | "module";
  readonly severity: Severity;
  readonly status: "draft" | "reviewed" | "published";
  readonly revision: number;
  readonly title: string;
  readonly open_actions: number;
  readonly authors: readonly string[];
  readonly reviewed_by: string | null;
  readonly reviewed_at: string | null;
  readonly published_by: string | null;
  readonly published_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/** One of them with everything (GET /api/ops/postmortems/:id). */
export interface PostmortemItem extends PostmortemRowItem {
  readonly sections: Readonly<Record<Section, string>>;
  readonly actions: readonly ActionItem[];
  readonly facts: {
    readonly computed_at: string;
    readonly figures: Readonly<Record<Figure, string | number | null>>;
    readonly timeline: readonly LineItem[];
    readonly center_did: readonly LineItem[];
    readonly changes: readonly {
      readonly at: string;
      readonly method: string;
      readonly from_version: string | null;
      readonly to_version: string | null;
      readonly status: string;
    }[];
  };
}
