"use client";

import { useTranslations } from "next-intl";
import { Card } from "../../ui/card";
import { KeysSwitch } from "../keyboard/keys-switch";
import { LooksFields } from "./looks-fields";

/** In the account: how Center looks on this device, and whether single keys do something. */
export function LooksCard() {
  const t = useTranslations("looks");
  return (
    <Card labelId="looks" title={t("title")}>
      <div className="grid gap-3 p-4">
        <LooksFields />
        <KeysSwitch />
      </div>
    </Card>
  );
}
