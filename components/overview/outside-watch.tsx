"use client";

import { useTranslations } from "next-intl";
import { Card } from "../ui/card";
import { RelativeTime } from "../ui/relative-time";

interface OutsideWatchProps {
  readonly isWatched: boolean;
  /** When the watcher outside was last told that everything is well, RFC 3339; null where that never happened. */
  readonly toldAt: string | null;
}

/** Who notices when all of Center stops, and when they last heard of it. */
export function OutsideWatch({ isWatched, toldAt }: OutsideWatchProps) {
  const t = useTranslations("safety.watch");
  const told = toldAt === null ? t("never") : t.rich("told", { when: () => <RelativeTime at={toldAt} /> });
  return (
    <Card labelId="outside-watch" title={t("title")}>
      <p className="px-4 py-3 text-sm">{isWatched ? told : t("none")}</p>
    </Card>
  );
}
