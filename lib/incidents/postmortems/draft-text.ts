import type { PostmortemFacts, PostmortemSections } from "./types";

export type DraftLanguage = "en" | "fr";

export interface DraftSubject {
  readonly type: string;
  /** The plugin or module that it is about, by its key. */
  readonly subject: string;
  /** Null where it concerns all tenants. */
  readonly merchant: string | null;
  readonly explain: string;
}

const minutes = (seconds: number) => Math.max(1, Math.round(seconds / 60));

/** The first words of a postmortem, from what is known: every section that only people can write stays empty. */
export function draftText(
  about: DraftSubject,
  { figures, center_did, changes }: PostmortemFacts,
  language: DraftLanguage,
): { readonly title: string; readonly sections: PostmortemSections } {
  const isFrench = language === "fr";
  const explain = about.explain.replace(/\.\s*$/, "");
  const day = figures.since.slice(0, 10);
  const place =
    about.merchant === null
      ? isFrench
        ? " pour tous les clients"
        : " for all tenants"
      : isFrench
        ? ` chez ${about.merchant}`
        : ` at ${about.merchant}`;
  const title = `${about.subject}${place}, ${day}`;
  const { detect_seconds, resolve_seconds, merchants, webhooks_failed, webhooks_sent } = figures;
  const lasted =
    resolve_seconds === null
      ? isFrench
        ? "n’est pas encore résolu"
        : "is not resolved yet"
      : isFrench
        ? `a duré ${minutes(resolve_seconds)} min`
        : `lasted ${minutes(resolve_seconds)} min`;
  const failed =
    webhooks_failed === null
      ? ""
      : isFrench
        ? ` ${webhooks_failed} webhooks sur ${webhooks_sent ?? "?"} ont échoué.`
        : ` ${webhooks_failed} of ${webhooks_sent ?? "?"} webhooks failed.`;
  return {
    title: title.slice(0, 200),
    sections: {
      summary: isFrench ? `${explain}. L’incident ${lasted}.` : `${explain}. The incident ${lasted}.`,
      impact: isFrench ? `${merchants} client(s) touché(s).${failed}` : `${merchants} merchant(s) affected.${failed}`,
      root_cause: "",
      detection: isFrench
        ? `Détecté par Center ${detect_seconds} s après le premier signe (${about.type}).`
        : `Detected by Center ${detect_seconds} s after its first sign (${about.type}).`,
      went_well: center_did.map(({ summary }) => `- ${summary}`).join("\n"),
      went_badly: "",
      lessons:
        changes.length === 0
          ? ""
          : isFrench
            ? "Un changement a précédé la panne ; voyez plus bas."
            : "A change came before the fault; see below.",
    },
  };
}
