"use client";

import { ShieldCheck, TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import type { Page } from "../live/items";
import { useLiveRead } from "../live/use-live-read";
import { classNames } from "../ui/class-names";
import { ReadProblem } from "../ui/read-problem";
import type { ReleaseItem, RepositoryItem } from "./items";
import { ReleasesCard } from "./releases-card";
import { type ReleasesVerdict, releasesVerdict } from "./releases-verdict";
import { RolesCard } from "./roles-card";

/** Metadata nears its end as time passes, without anybody doing anything. */
const EVERY_MS = 60_000;

interface ReleasesBoardProps {
  readonly renderedAt: string;
  readonly releasesUrl: string;
  readonly isFirstPage: boolean;
  readonly repository: RepositoryItem;
  readonly releases: Page<ReleaseItem>;
}

/** Releases and who vouches for them, rendered by the server and then kept current. */
export function ReleasesBoard({ renderedAt, releasesUrl, isFirstPage, ...initial }: ReleasesBoardProps) {
  const repository = useLiveRead("repository", "/api/ops/tuf", initial.repository, renderedAt, { everyMs: EVERY_MS });
  const releases = useLiveRead("releases", releasesUrl, initial.releases, renderedAt, { everyMs: EVERY_MS });
  return (
    <div className="grid gap-4">
      <ReadProblem error={repository.error ?? releases.error} onRetry={() => [repository.retry(), releases.retry()]} />
      <Verdict verdict={releasesVerdict(repository.data, releases.data.items)} />
      {repository.data.established ? <RolesCard roles={repository.data.roles} /> : null}
      <ReleasesCard releases={releases.data.items} nextCursor={releases.data.next_cursor} isFirstPage={isFirstPage} />
    </div>
  );
}

function Verdict({ verdict }: { verdict: ReleasesVerdict }) {
  const t = useTranslations("releases.verdict");
  const Icon = verdict.kind === "good" ? ShieldCheck : TriangleAlert;
  const isBad = verdict.kind === "expired" || verdict.kind === "unmet";
  const isBanner = isBad || verdict.kind === "soon";
  return (
    <p
      role={isBanner ? "status" : undefined}
      className={classNames(
        "flex items-center gap-2 font-medium",
        isBanner && "rounded-lg border px-4 py-3",
        isBad && "border-danger bg-danger-wash",
        verdict.kind === "soon" && "border-control bg-raised",
      )}
    >
      <Icon aria-hidden="true" className={`size-5 shrink-0 ${isBad ? "text-danger" : ""}`} />
      {"role" in verdict
        ? t(verdict.kind, { role: verdict.role })
        : "count" in verdict
          ? t(verdict.kind, { count: verdict.count })
          : t("none")}
    </p>
  );
}
