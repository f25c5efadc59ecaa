import { getTranslations } from "next-intl/server";

const ROWS = ["a", "b", "c", "d", "e", "f"];

/** Skeleton in the pages' own geometry; it shows only when a page takes longer than 150 ms. */
export default async function Loading() {
  const t = await getTranslations("states");
  return (
    <div role="status" className="skeleton-late grid gap-4">
      <span className="sr-only">{t("loading")}</span>
      <div className="skeleton-block h-19" />
      <div className="rounded-lg border border-hairline bg-panel">
        <div className="h-11 border-b border-hairline" />
        {ROWS.map((row) => (
          <div key={row} className="flex h-11 items-center gap-4 border-b border-hairline px-4 last:border-b-0">
            <div className="skeleton-block h-5 w-20" />
            <div className="skeleton-block h-4 flex-1" />
            <div className="skeleton-block hidden h-4 w-24 sm:block" />
          </div>
        ))}
      </div>
    </div>
  );
}
