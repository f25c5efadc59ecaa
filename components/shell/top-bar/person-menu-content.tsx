"use client";

import { KeyRound, LogOut } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";
import { useTell } from "../../ui/toaster";
import type { SignedInPerson } from "../signed-in-person";

interface PersonMenuContentProps {
  readonly person: SignedInPerson;
  readonly trigger: ReactNode;
}

/** The open menu: who is signed in, with what roles, and the way out. Its code is fetched when somebody first asks for it. */
export default function PersonMenuContent({ person, trigger }: PersonMenuContentProps) {
  const t = useTranslations("person");
  const roles = useTranslations("roles");
  const tell = useTell();
  const leave = async () => {
    try {
      const { signOut } = await import("next-auth/react");
      await signOut({ redirect: false });
      window.location.assign("/signin");
    } catch {
      tell(t("signOutFailed"), { isProblem: true });
    }
  };
  return (
    // Not modal: a modal menu would lock scrolling by a style that the content policy forbids.
    <DropdownMenu.Root modal={false} defaultOpen>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="end" sideOffset={6} className="z-40 w-64 rounded-lg border border-hairline bg-panel p-1.5 shadow-lg">
          <DropdownMenu.Label className="px-2.5 py-2">
            <span className="block truncate font-medium">{person.email}</span>
            <span className="mt-0.5 block text-sm text-muted">{person.roles.map((role) => roleName(roles, role)).join(", ")}</span>
          </DropdownMenu.Label>
          <DropdownMenu.Separator className="my-1 h-px bg-hairline" />
          <DropdownMenu.Item asChild>
            <Link
              href="/account"
              className="flex min-h-11 items-center gap-2.5 rounded-md px-2.5 outline-none select-none data-highlighted:bg-raised sm:min-h-9"
            >
              <KeyRound aria-hidden="true" className="size-4 text-muted" />
              {t("account")}
            </Link>
          </DropdownMenu.Item>
          <DropdownMenu.Item
            onSelect={() => void leave()}
            className="flex min-h-11 items-center gap-2.5 rounded-md px-2.5 outline-none select-none data-highlighted:bg-raised sm:min-h-9"
          >
            <LogOut aria-hidden="true" className="size-4 text-muted" />
            {t("signOut")}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

const KNOWN = ["viewer", "operator", "approver", "security_admin", "auditor", "tenant_admin", "pay_admin"] as const;

function roleName(t: (role: (typeof KNOWN)[number]) => string, role: string): string {
  const known = KNOWN.find((name) => name === role);
  return known ? t(known) : role;
}
