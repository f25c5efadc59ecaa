"use client";

import { useFormatter, useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Card } from "../../ui/card";
import { AbsoluteTime } from "../../ui/relative-time";
import { actorName } from "../detail/actor-name";
import { FIGURES, type Figure, type PostmortemItem, SECTIONS } from "./items";

interface PostmortemTextProps {
  readonly item: PostmortemItem;
  readonly definitions: Readonly<Record<Figure, { readonly en: string; readonly fr: string }>>;
}

/** What people wrote, then what was computed; on paper each table keeps its head and its rows whole. */
export function PostmortemText({ item, definitions }: PostmortemTextProps) {
  const t = useTranslations("postmortems");
  const language = useLocale() === "fr" ? "fr" : "en";
  const { facts, sections, actions } = item;
  return (
    <div className="grid gap-4">
      {SECTIONS.map((name) => (
        <Card key={name} labelId={`section-${name}`} title={t(`section.${name}`)}>
          <p className="px-4 py-3 break-words whitespace-pre-line">{sections[name].trim() === "" ? t("unwritten") : sections[name]}</p>
        </Card>
      ))}
      <Table label={t("figures")} head={[t("column.figure"), t("column.value"), t("column.definition")]} isEmpty={false}>
        {FIGURES.map((name) => (
          <Row key={name} cells={[t(`figure.${name}`), <Value key="value" value={facts.figures[name]} />, definitions[name][language]]} />
        ))}
      </Table>
      <Table label={t("timeline")} head={[t("column.at"), t("column.who"), t("column.what")]} isEmpty={facts.timeline.length === 0}>
        {facts.timeline.map(({ id, at, actor, summary }) => (
          <Row key={id} cells={[<AbsoluteTime key="at" at={at} />, actorName(actor), summary]} />
        ))}
      </Table>
      <Table label={t("centerDid")} head={[t("column.at"), t("column.who"), t("column.what")]} isEmpty={facts.center_did.length === 0}>
        {facts.center_did.map(({ id, at, actor, summary }) => (
          <Row key={id} cells={[<AbsoluteTime key="at" at={at} />, actorName(actor), summary]} />
        ))}
      </Table>
      <Table label={t("changes")} head={[t("column.at"), t("column.what"), t("column.end")]} isEmpty={facts.changes.length === 0}>
        {facts.changes.map(({ at, method, from_version, to_version, status }) => (
          <Row key={at} cells={[<AbsoluteTime key="at" at={at} />, `${method} ${from_version ?? "–"} → ${to_version ?? "–"}`, status]} />
        ))}
      </Table>
      <Table
        label={t("actions")}
        head={[t("column.what"), t("column.owner"), t("column.due"), t("column.done")]}
        isEmpty={actions.length === 0}
      >
        {actions.map(({ id, what, owner, due_on, is_done }) => (
          <Row key={id} cells={[what, owner, due_on, t(is_done ? "yes" : "no")]} />
        ))}
      </Table>
      <p className="text-sm text-muted">
        {t("computed")} <AbsoluteTime at={facts.computed_at} />
      </p>
    </div>
  );
}

/** An instant as one, a number in the reader's own notation, and nothing as a dash. */
function Value({ value }: { value: string | number | null }) {
  const format = useFormatter();
  if (value === null) return "–";
  return typeof value === "number" ? format.number(value) : <AbsoluteTime at={value} />;
}

function Row({ cells }: { cells: readonly ReactNode[] }) {
  return (
    <tr className="break-inside-avoid border-t border-hairline align-top">
      {cells.map((cell, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: columns have fixed places
        <td key={place} className="px-4 py-2 break-words">
          {cell}
        </td>
      ))}
    </tr>
  );
}

interface TableProps {
  readonly label: string;
  readonly head: readonly string[];
  readonly isEmpty: boolean;
  readonly children: ReactNode;
}

function Table({ label, head, isEmpty, children }: TableProps) {
  const t = useTranslations("postmortems");
  return (
    <Card title={label} labelId={`table-${label}`}>
      {isEmpty ? (
        <p className="px-4 py-3 text-muted">{t("nothing")}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls sideways is reached by keyboard
        <section aria-label={label} tabIndex={0} className="overflow-x-auto print:overflow-visible">
          <table className="w-full text-sm">
            <thead>
              <tr className="text-left text-muted">
                {head.map((name) => (
                  <th key={name} scope="col" className="px-4 py-2 font-medium">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>{children}</tbody>
          </table>
        </section>
      )}
    </Card>
  );
}
