"use client";

import { CircleCheck, TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { fromBase64, sha256Hex } from "./keys/bytes";

/** What this browser makes of bytes: null while it counts, else whether they are what their digest says. */
export function useOwnDigest(bytes: string, digest: string): boolean | null {
  const [computed, setComputed] = useState<{ readonly of: string; readonly digest: string } | null>(null);
  useEffect(() => {
    sha256Hex(fromBase64(bytes)).then(
      (hex) => setComputed({ of: bytes, digest: `sha256:${hex}` }),
      () => setComputed({ of: bytes, digest: "" }),
    );
  }, [bytes]);
  return computed?.of === bytes ? computed.digest === digest : null;
}

/** The digest, and whether this browser found the same one in the bytes. */
export function OwnDigest({ digest, isSame }: { readonly digest: string; readonly isSame: boolean | null }) {
  const t = useTranslations("approvals");
  return (
    <div>
      <p className="font-mono text-xs break-all">{digest}</p>
      {isSame === null ? null : isSame ? (
        <p className="flex items-center gap-1.5 text-sm text-muted">
          <CircleCheck aria-hidden="true" className="size-4 shrink-0 text-on-ok" />
          {t("digestSame")}
        </p>
      ) : (
        <p role="alert" className="flex items-center gap-1.5 rounded-md bg-danger-wash px-2 py-1 text-sm">
          <TriangleAlert aria-hidden="true" className="size-4 shrink-0 text-danger" />
          {t("digestOther")}
        </p>
      )}
    </div>
  );
}
