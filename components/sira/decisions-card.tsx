import Link from "next/link";
import { useFormatter, useTranslations } from "next-intl";
import { Card } from "../ui/card";
import { StateView } from "../ui/state-view";
import type { DecisionItem } from "./items";
import { outcomeWord } from "./outcome-word";

interface DecisionsCardProps {
  readonly decisions: readonly DecisionItem[];
  /** Where the next page lies, or null. */
  readonly nextHref: string | null;
}

/** Proposals of late: what, how sure, what policy made of it, and what came of it. */
export function DecisionsCard({ decisions, nextHref }: DecisionsCardProps) {
  const t = useTranslations("siraPage");
  return (
    <Card labelId="decisions" title={t("decisions")}>
      {decisions.length === 0 ? <StateView kind="empty" title={t("noDecisions")} text={t("noDecisionsText")} /> : null}
      <ul className="divide-y divide-hairline">
        {decisions.map((item) => (
          <Row key={item.id} item={item} />
        ))}
      </ul>
      {nextHref ? (
        <p className="border-t border-hairline px-4 py-3">
          <Link href={nextHref} className="font-medium text-accent hover:underline">
            {t("older")}
          </Link>
        </p>
      ) : null}
    </Card>
  );
}

function Row({ item }: { item: DecisionItem }) {
  const t = useTranslations("siraPage");
  const [types, actions, permits] = [useTranslations("type"), useTranslations("sira"), useTranslations("permit")];
  const format = useFormatter();
  const { decision, permit, really } = item;
  return (
    <li>
      <Link href={`/sira/${item.id}`} className="grid gap-x-4 gap-y-0.5 px-4 py-2.5 hover:bg-raised sm:grid-cols-[1fr_auto]">
        <span className="font-medium">
          {types(item.type)} · <span className="font-mono text-sm">{item.plugin_key}</span>
        </span>
        <span className="text-sm text-muted">
          {format.dateTime(new Date(item.at), { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" })} UTC
        </span>
        <span className="text-sm">
          {actions(`action.${decision.action}`)}{" "}
          {decision.patch_version ? <span className="font-mono">{decision.patch_version}</span> : null} ·{" "}
          {format.number(decision.confidence, { style: "percent", maximumFractionDigits: 0 })} · {permits(`kind.${permit.kind}`)}
        </span>
        <span className="text-sm text-muted">{outcomeWord(t, really.outcome)}</span>
      </Link>
    </li>
  );
}
