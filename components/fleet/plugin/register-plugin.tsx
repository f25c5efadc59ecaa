"use client";

import { useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { postJson } from "../../live/fetch-json";
import { newKey } from "../../live/new-key";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { type ChosenMerchant, MerchantChoice } from "./merchant-choice";
import { SecretOnce } from "./secret-once";

const FIELD = "h-11 w-full rounded-md border border-control bg-panel px-3 text-lg sm:h-9 sm:text-base";
const FIELDS = [
  { name: "plugin_key", type: "text", isRequired: true, example: "my-pay", pattern: "[a-z0-9]+([._\\-][a-z0-9]+)*" },
  { name: "version", type: "text", isRequired: true, example: "1.0.0", pattern: undefined },
  { name: "probe_url", type: "url", isRequired: false, example: "https://shop.example/health", pattern: undefined },
  { name: "payment_volume", type: "number", isRequired: false, example: "0", pattern: undefined },
] as const;

/** A button that connects one more plugin: its merchant, its name, and then its secret, once. */
export function RegisterPlugin() {
  const t = useTranslations("plugin.register");
  const [isOpen, setIsOpen] = useState(false);
  const [made, setMade] = useState<{ pluginId: string; secret: string } | null>(null);
  return (
    <>
      <Button data-deed="register_plugin" onClick={() => setIsOpen(true)}>
        <Plus aria-hidden="true" className="size-4" />
        {t("open")}
      </Button>
      <Dialog isOpen={isOpen} title={t("title")} onClose={() => setIsOpen(false)}>
        <RegisterForm
          onMade={(plugin) => {
            setIsOpen(false);
            setMade(plugin);
          }}
          onClose={() => setIsOpen(false)}
        />
      </Dialog>
      <SecretOnce made={made} onClose={() => setMade(null)} />
    </>
  );
}

interface RegisterFormProps {
  onMade(plugin: { pluginId: string; secret: string }): void;
  onClose(): void;
}

/** The merchant's id; a new merchant is registered first. */
async function tenantOf(merchant: ChosenMerchant, key: string): Promise<string> {
  if ("id" in merchant) return merchant.id;
  return (await postJson<{ id: string }>("/api/ops/tenants", { name: merchant.name, slug: merchant.slug }, key)).id;
}

function RegisterForm({ onMade, onClose }: RegisterFormProps) {
  const t = useTranslations("plugin.register");
  const danger = useTranslations("danger");
  const client = useQueryClient();
  const [merchant, setMerchant] = useState<ChosenMerchant | null>(null);
  const [isSending, setIsSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const keys = useRef([newKey(), newKey()] as const);
  const send = async (form: FormData) => {
    if (!merchant) return;
    setIsSending(true);
    setProblem(null);
    try {
      const tenant_id = await tenantOf(merchant, keys.current[0]);
      setMerchant({ id: tenant_id, name: merchant.name });
      const text = (name: string) => String(form.get(name) ?? "").trim();
      const body = {
        tenant_id,
        plugin_key: text("plugin_key"),
        version: text("version"),
        ...(text("probe_url") ? { probe_url: text("probe_url") } : {}),
        ...(text("payment_volume") ? { payment_volume: Number(text("payment_volume")) } : {}),
      };
      const { id, secret } = await postJson<{ id: string; secret: string }>("/api/ops/plugins", body, keys.current[1]);
      await client.invalidateQueries({ queryKey: ["fleet"] });
      onMade({ pluginId: id, secret });
    } catch (error) {
      keys.current = [newKey(), newKey()];
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setIsSending(false);
    }
  };
  return (
    <form
      className="grid gap-4 p-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isSending) void send(new FormData(event.currentTarget));
      }}
    >
      <MerchantChoice chosen={merchant} onChoose={setMerchant} />
      <Fields />
      {problem ? (
        <p role="alert" className="rounded-md bg-danger-wash px-3 py-2 text-sm break-words">
          {danger("refused")} <span lang="en">{problem}</span>
        </p>
      ) : null}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>{danger("cancel")}</Button>
        <Button type="submit" look="primary" disabled={!merchant || isSending}>
          {isSending ? danger("sending") : t("confirm")}
        </Button>
      </div>
    </form>
  );
}

function Fields() {
  const t = useTranslations("plugin.register");
  return (
    <>
      {FIELDS.map(({ name, type, isRequired, example, pattern }) => (
        <label key={name} className="grid gap-1">
          <span className="text-sm font-medium">
            {t(name)} {isRequired ? null : <span className="font-normal text-muted">{t("optional")}</span>}
          </span>
          <input
            name={name}
            type={type}
            required={isRequired}
            pattern={pattern}
            placeholder={example}
            min={type === "number" ? 0 : undefined}
            step={type === "number" ? "any" : undefined}
            className={FIELD}
          />
        </label>
      ))}
    </>
  );
}
