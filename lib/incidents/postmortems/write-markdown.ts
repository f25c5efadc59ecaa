import { FIGURE_DEFINITIONS } from "./figures";
import {
  type ImpactFigures,
  type PostmortemAction,
  type PostmortemFacts,
  type PostmortemSections,
  SECTION_NAMES,
  type SectionName,
} from "./types";

export type MarkdownLanguage = "en" | "fr";

/** Control characters and marks that turn the reading direction; a line break is kept where it may stand. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Text as text: no HTML, no link, no image, whatever a reader of Markdown makes of it. */
export function safeText(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .split("\n")
    .map((line) => line.replace(UNPRINTABLE, " "))
    .join("\n")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/\]\(/g, "]\\(")
    .replace(/!\[/g, "!\\[");
}

/** One cell of a table. */
export function safeCell(text: string | number | null): string {
  return text === null
    ? ""
    : safeText(String(text))
        .replace(/\s*\n\s*/g, " ")
        // By its number: a backslash before it would end what another one began.
        .replace(/\|/g, "&#124;");
}

const table = (head: readonly string[], rows: readonly (readonly (string | number | null)[])[]) =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.map(safeCell).join(" | ")} |`).join("\n");

const WORDS = {
  status: { en: "Status", fr: "État" },
  figures: { en: "Figures", fr: "Chiffres" },
  figure: { en: ["Figure", "Value", "Definition"], fr: ["Chiffre", "Valeur", "Définition"] },
  timeline: { en: "Timeline", fr: "Chronologie" },
  line: { en: ["When (UTC)", "Who", "What"], fr: ["Quand (UTC)", "Qui", "Quoi"] },
  did: { en: "What Center did by itself", fr: "Ce que Center a fait de lui-même" },
  changes: { en: "Changes of the day before", fr: "Changements du jour précédent" },
  change: { en: ["When (UTC)", "Change", "From", "To", "End"], fr: ["Quand (UTC)", "Changement", "De", "À", "Fin"] },
  actions: { en: "Actions", fr: "Actions" },
  action: { en: ["What", "Who", "Until", "Done"], fr: ["Quoi", "Qui", "Pour le", "Fait"] },
  none: { en: "None.", fr: "Aucun." },
  yes: { en: "yes", fr: "oui" },
  no: { en: "no", fr: "non" },
} as const;

const SECTION_TITLES: Readonly<Record<SectionName, { readonly en: string; readonly fr: string }>> = {
  summary: { en: "Summary", fr: "Résumé" },
  impact: { en: "Impact", fr: "Impact" },
  root_cause: { en: "Root cause", fr: "Cause profonde" },
  detection: { en: "Detection", fr: "Détection" },
  went_well: { en: "What went well", fr: "Ce qui a bien marché" },
  went_badly: { en: "What went badly", fr: "Ce qui a mal marché" },
  lessons: { en: "Lessons", fr: "Leçons" },
};

const FIGURE_NAMES: Readonly<Record<keyof ImpactFigures, { readonly en: string; readonly fr: string }>> = {
  since: { en: "Since", fr: "Début" },
  detected: { en: "Detected", fr: "Détecté" },
  mitigated: { en: "Mitigated", fr: "Atténué" },
  resolved: { en: "Resolved", fr: "Résolu" },
  detect_seconds: { en: "Time to detect (s)", fr: "Temps de détection (s)" },
  mitigate_seconds: { en: "Time to mitigate (s)", fr: "Temps d’atténuation (s)" },
  resolve_seconds: { en: "Time to resolve (s)", fr: "Temps de résolution (s)" },
  merchants: { en: "Merchants", fr: "Clients" },
  webhooks_sent: { en: "Webhooks sent", fr: "Webhooks envoyés" },
  webhooks_failed: { en: "Webhooks failed", fr: "Webhooks échoués" },
};

interface Told {
  readonly title: string;
  readonly status: string;
  readonly sections: PostmortemSections;
  readonly actions: readonly PostmortemAction[];
  readonly facts: PostmortemFacts;
}

/** A postmortem as Markdown: what people wrote, then what was computed. Nothing in it acts when it is opened elsewhere. */
export function writeMarkdown({ title, status, sections, actions, facts }: Told, language: MarkdownLanguage): string {
  const names = Object.keys(FIGURE_NAMES) as (keyof ImpactFigures)[];
  const lines = (events: PostmortemFacts["timeline"]) =>
    table(
      WORDS.line[language],
      events.map(({ at, actor, summary }) => [at, actor, summary]),
    );
  const orNone = (count: number, text: string) => (count === 0 ? WORDS.none[language] : text);
  const parts = [
    `# ${safeCell(title)}`,
    `${WORDS.status[language]}: ${safeCell(status)}`,
    ...SECTION_NAMES.map((name) => `## ${SECTION_TITLES[name][language]}\n\n${safeText(sections[name]).trim() || "–"}`),
    `## ${WORDS.figures[language]}\n\n${table(
      WORDS.figure[language],
      names.map((name) => [FIGURE_NAMES[name][language], facts.figures[name], FIGURE_DEFINITIONS[name][language]]),
    )}`,
    `## ${WORDS.timeline[language]}\n\n${orNone(facts.timeline.length, lines(facts.timeline))}`,
    `## ${WORDS.did[language]}\n\n${orNone(facts.center_did.length, lines(facts.center_did))}`,
    `## ${WORDS.changes[language]}\n\n${orNone(
      facts.changes.length,
      table(
        WORDS.change[language],
        facts.changes.map((change) => [change.at, change.method, change.from_version, change.to_version, change.status]),
      ),
    )}`,
    `## ${WORDS.actions[language]}\n\n${orNone(
      actions.length,
      table(
        WORDS.action[language],
        actions.map(({ what, owner, due_on, is_done }) => [what, owner, due_on, is_done ? WORDS.yes[language] : WORDS.no[language]]),
      ),
    )}`,
  ];
  return `${parts.join("\n\n")}\n`;
}
