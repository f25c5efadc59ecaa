"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "../ui/button";
import { safeTarget } from "./safe-target";

/** The way in by the identity provider that this installation names. */
export function ProviderButton({ provider, next }: { provider: string; next: string | null }) {
  const t = useTranslations("signin");
  const [isFailed, setIsFailed] = useState(false);
  const begin = async () => {
    setIsFailed(false);
    try {
      const { signIn } = await import("next-auth/react");
      await signIn("oidc", { callbackUrl: safeTarget(next) });
    } catch {
      setIsFailed(true);
    }
  };
  return (
    <div className="grid gap-3">
      {isFailed ? (
        <p role="alert" className="rounded-md bg-danger-wash px-3 py-2.5 text-sm">
          {t("providerUnreachable")}
        </p>
      ) : null}
      <Button onClick={() => void begin()} className="w-full">
        {t("byProvider", { provider })}
      </Button>
      <p className="text-center text-sm text-muted">{t("or")}</p>
    </div>
  );
}
