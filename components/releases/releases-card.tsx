import Link from "next/link";
import { useTranslations } from "next-intl";
import { FiguresTable } from "../sira/figures-table";
import { Card } from "../ui/card";
import { PageLinks } from "../ui/page-links";
import type { ReleaseItem } from "./items";
import { KeyIds } from "./roles-card";
import { SignatureChip } from "./signature-chip";

const DIGITS = 16;

interface ReleasesCardProps {
  readonly releases: readonly ReleaseItem[];
  readonly nextCursor: string | null;
  readonly isFirstPage: boolean;
}

function fleetHref({ plugin_key, version }: ReleaseItem): string {
  return `/fleet?${new URLSearchParams({ version, plugin_key })}`;
}

/** Every version: what it is, who vouches for it, and where it runs. */
export function ReleasesCard({ releases, nextCursor, isFirstPage }: ReleasesCardProps) {
  const t = useTranslations("releases");
  return (
    <Card labelId="versions" title={t("versions")}>
      {releases.length === 0 ? (
        <p className="px-4 py-3 text-sm text-muted">{t("empty")}</p>
      ) : (
        <FiguresTable
          isStacked
          caption={t("versions")}
          heads={[t("release"), t("channel"), t("status"), t("digest"), t("signedBy"), t("runs")]}
          rows={releases.map((release) => ({
            key: release.id,
            cells: [
              <span key="name">
                <span className="font-medium">{release.plugin_key}</span> <span className="font-mono">{release.version}</span>
              </span>,
              release.channel,
              t(`statusOf.${release.status}`),
              <span key="digest" title={release.sha256} className="font-mono text-xs">
                {release.sha256.slice(0, DIGITS)}
              </span>,
              <Signers key="signers" release={release} />,
              release.running_on === 0 ? (
                "0"
              ) : (
                <Link key="runs" href={fleetHref(release)} className="font-medium text-accent underline">
                  {t("runsOn", { count: release.running_on })}
                </Link>
              ),
            ],
          }))}
        />
      )}
      <PageLinks
        pageHref="/releases"
        firstHref={isFirstPage ? null : "/releases"}
        nextCursor={nextCursor}
        texts={{ first: t("newest"), next: t("older") }}
      />
    </Card>
  );
}

function Signers({ release: { signatures } }: { release: ReleaseItem }) {
  const t = useTranslations("releases");
  if (!signatures) return <SignatureChip state="unsigned" />;
  return (
    <span className="grid justify-items-end gap-1">
      <SignatureChip state={signatures.keyids.length >= signatures.threshold ? "signed" : "unmet"} />
      <span className="text-xs text-muted">
        {t("signersOf", { role: signatures.role, count: signatures.keyids.length, threshold: signatures.threshold })}
      </span>
      <KeyIds keyids={signatures.keyids} />
    </span>
  );
}
