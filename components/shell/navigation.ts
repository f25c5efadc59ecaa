import { LayoutDashboard, Siren } from "lucide-react";

/** Pages of the side bar and of the tabs at the foot of a phone; `key` follows `g` on the keyboard. */
export const PLACES = [
  { href: "/", name: "overview", key: "o", icon: LayoutDashboard },
  { href: "/incidents", name: "incidents", key: "i", icon: Siren },
] as const;

/** Whether a page belongs to a place: the overview is only itself, a place holds what lies below it. */
export function isAt(pathname: string, href: string): boolean {
  return href === "/" ? pathname === "/" : pathname === href || pathname.startsWith(`${href}/`);
}
