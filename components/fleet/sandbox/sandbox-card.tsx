"use client";

import { useQueryClient } from "@tanstack/react-query";
import { FlaskConical } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { postJson } from "../../live/fetch-json";
import { newKey } from "../../live/new-key";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { Connection, type SandboxPlugin } from "./connection";
import { FirstBeat } from "./first-beat";

interface Made {
  readonly plugin: SandboxPlugin;
  readonly at: string;
}

/** Gives an author a plugin to try things out with: how to connect, its secret this once, and whether the first beat has come. */
export function SandboxCard({ centerUrl }: { readonly centerUrl: string }) {
  const t = useTranslations("sandbox");
  const client = useQueryClient();
  const [made, setMade] = useState<Made | null>(null);
  const [isSending, setIsSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const key = useRef(newKey());
  const make = async () => {
    setIsSending(true);
    setProblem(null);
    try {
      const plugin = await postJson<SandboxPlugin>("/api/ops/sandbox/plugins", {}, key.current);
      // Its secret is told this once: whatever is read of the plugin besides may fail, and is read later.
      setMade({ plugin, at: new Date().toISOString() });
      await client.invalidateQueries({ queryKey: ["fleet"] });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      key.current = newKey();
      setIsSending(false);
    }
  };
  return (
    <Card labelId="sandbox" title={t("title")}>
      <div className="grid gap-4 p-4">
        <p className="max-w-prose text-muted">{t("lead")}</p>
        {made ? (
          <>
            <FirstBeat key={made.plugin.id} plugin={made.plugin} readAt={made.at} />
            <Connection plugin={made.plugin} centerUrl={centerUrl} />
            <Button className="justify-self-start" onClick={() => setMade(null)}>
              {t("close")}
            </Button>
          </>
        ) : (
          <Button className="justify-self-start" disabled={isSending} onClick={() => void make()}>
            <FlaskConical aria-hidden="true" className="size-4" />
            {t("make")}
          </Button>
        )}
        {problem ? (
          <p role="alert" className="rounded-md bg-danger-wash px-3 py-2 text-sm break-words">
            {t("refused")} <span lang="en">{problem}</span>
          </p>
        ) : null}
      </div>
    </Card>
  );
}
