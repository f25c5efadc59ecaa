import { useTranslations } from "next-intl";
import { FiguresTable } from "../sira/figures-table";
import { Card } from "../ui/card";
import { RelativeTime } from "../ui/relative-time";
import type { RoleItem } from "./items";
import { SignatureChip } from "./signature-chip";

const SHOWN = 12;

/** A key as people compare it: the beginning of its id, the whole of it on demand. */
export function KeyIds({ keyids }: { keyids: readonly string[] }) {
  return (
    <>
      {keyids.map((keyid) => (
        <span key={keyid} title={keyid} className="block font-mono text-xs">
          {keyid.slice(0, SHOWN)}
        </span>
      ))}
    </>
  );
}

/** Who signs what: every role in force, by which keys, and until when. */
export function RolesCard({ roles }: { roles: readonly RoleItem[] }) {
  const t = useTranslations("releases");
  return (
    <Card labelId="roles" title={t("roles")}>
      <FiguresTable
        isStacked
        caption={t("roles")}
        heads={[t("role"), t("version"), t("signatures"), t("keys"), t("expires"), t("standing")]}
        rows={roles.map(({ role, kind, version, threshold, keyids, signed_by, is_met, expires_at, state }) => ({
          key: role,
          cells: [
            <span key="role">
              <span className="font-mono">{role}</span>
              <span className="block text-xs text-muted">{t(`kind.${kind}`)}</span>
            </span>,
            version,
            t("signaturesOf", { count: signed_by.length, threshold, keys: keyids.length }),
            <span key="keys">
              <KeyIds keyids={signed_by} />
            </span>,
            <RelativeTime key="expires" at={expires_at} />,
            <SignatureChip key="state" state={is_met ? state : "unmet"} />,
          ],
        }))}
      />
    </Card>
  );
}
