import { useTranslations } from "next-intl";
import type { AuditItem } from "./audit-item";
import { valueDiff } from "./value-diff";

/** Before and after, field by field; what changed stands out by a mark and not by colour alone. */
export function DiffTable({ entry }: { entry: Pick<AuditItem, "before" | "after"> }) {
  const t = useTranslations("audit");
  const fields = valueDiff(entry.before, entry.after);
  if (fields.length === 0) return <p className="text-sm text-muted">{t("noChange")}</p>;
  return (
    <table className="w-full table-fixed text-left text-sm">
      <caption className="sr-only">{t("change")}</caption>
      <thead className="text-xs text-muted">
        <tr>
          <th scope="col" className="w-1/4 py-1 pr-3 font-medium">
            {t("field")}
          </th>
          <th scope="col" className="py-1 pr-3 font-medium">
            {t("beforeValue")}
          </th>
          <th scope="col" className="py-1 font-medium">
            {t("afterValue")}
          </th>
        </tr>
      </thead>
      <tbody className="divide-y divide-hairline font-mono text-xs">
        {fields.map(({ path, before, after, isChanged }) => (
          <tr key={path} className={isChanged ? "align-top" : "align-top text-muted"}>
            <th scope="row" className="py-1 pr-3 font-normal break-words">
              {path}
            </th>
            <td className="py-1 pr-3 break-words whitespace-pre-wrap">{isChanged && before !== null ? <del>{before}</del> : before}</td>
            <td className="py-1 break-words whitespace-pre-wrap">
              {isChanged && after !== null ? <ins className="font-semibold no-underline">{after}</ins> : after}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
