"use client";

import { CircleUser } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ComponentProps, lazy, Suspense, useState } from "react";
import type { SignedInPerson } from "../signed-in-person";

// A sixth of all script on a page would otherwise be a menu that is rarely opened.
const Content = lazy(() => import("./person-menu-content"));

/** The account's button; the menu behind it comes with the first press. */
export function PersonMenu({ person }: { person: SignedInPerson }) {
  const [isAsked, setIsAsked] = useState(false);
  const waiting = <MenuButton email={person.email} aria-haspopup="menu" onClick={() => setIsAsked(true)} />;
  if (!isAsked) return waiting;
  return (
    <Suspense fallback={waiting}>
      <Content person={person} trigger={<MenuButton email={person.email} />} />
    </Suspense>
  );
}

function MenuButton({ email, ...rest }: { email: string } & ComponentProps<"button">) {
  const t = useTranslations("person");
  return (
    <button
      {...rest}
      type="button"
      aria-label={t("menu", { email })}
      className="inline-flex size-9 items-center justify-center rounded-md text-muted hover:bg-raised hover:text-ink"
    >
      <CircleUser aria-hidden="true" className="size-5" />
    </button>
  );
}
