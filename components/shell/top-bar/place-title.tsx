"use client";

import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { isAt, PLACES } from "../navigation";

/** Where one is; the page's own heading says more. */
export function PlaceTitle() {
  const t = useTranslations("nav");
  const pathname = usePathname();
  const place = PLACES.find(({ href }) => isAt(pathname, href));
  return <p className="mr-2 hidden truncate text-lg font-semibold sm:block">{place ? t(place.name) : t("product")}</p>;
}
