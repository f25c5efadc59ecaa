"use client";

import { Eye } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "../../ui/button";
import { SupportDialog } from "./support-dialog";

/** The way into a merchant's view. */
export function EnterMerchant({ tenantId, name }: { tenantId: string; name: string }) {
  const t = useTranslations("support");
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setIsOpen(true)} className="screen-only justify-self-start">
        <Eye aria-hidden="true" className="size-4" />
        {t("enterMerchant", { name })}
      </Button>
      {isOpen ? <SupportDialog target={{ tenantId }} name={name} onClose={() => setIsOpen(false)} /> : null}
    </>
  );
}
