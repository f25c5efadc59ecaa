"use client";

import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { LEAVING } from "./leaving";

const LATE_MS = 150;
/** A page that has not come by then has failed, or led back here: what was there is shown again. */
const GIVEN_UP_MS = 15_000;
const ROWS = ["a", "b", "c", "d", "e", "f", "g", "h"];

/**
 * A skeleton in the pages' own geometry while another page is on its way for more than 150 ms. It is no part of what the server sends: without
 * JavaScript, and before it, a page is there as a whole or not yet.
 */
export function PendingPage({ children }: { children: ReactNode }) {
  const pathname = usePathname();
  const here = useRef(pathname);
  const [isLate, setIsLate] = useState(false);
  useEffect(() => {
    here.current = pathname;
    setIsLate(false);
  }, [pathname]);
  useEffect(() => {
    let timers: ReturnType<typeof setTimeout>[] = [];
    const stop = () => {
      for (const timer of timers) clearTimeout(timer);
      timers = [];
    };
    const onLeaving = (event: Event) => {
      stop();
      setIsLate(false);
      const target = new URL(String((event as CustomEvent<string>).detail), window.location.href).pathname;
      // A list that is filtered or ordered anew keeps what it shows until the new rows are there.
      if (target === here.current) return;
      const showIfAway = () => target !== here.current && setIsLate(true);
      timers = [setTimeout(showIfAway, LATE_MS), setTimeout(() => setIsLate(false), GIVEN_UP_MS)];
    };
    window.addEventListener(LEAVING, onLeaving);
    return () => {
      stop();
      window.removeEventListener(LEAVING, onLeaving);
    };
  }, []);
  return (
    <>
      {isLate ? <Skeleton /> : null}
      <div hidden={isLate} className="page-body">
        {children}
      </div>
    </>
  );
}

function Skeleton() {
  const t = useTranslations("states");
  return (
    <div role="status" className="grid gap-4">
      <span className="sr-only">{t("loading")}</span>
      <div className="skeleton-block h-7 w-48" />
      <div className="skeleton-block h-19" />
      <div className="rounded-lg border border-hairline bg-panel">
        <div className="h-11 border-b border-hairline" />
        {ROWS.map((row) => (
          <div key={row} className="flex h-[var(--row)] items-center gap-4 border-b border-hairline px-4 last:border-b-0">
            <div className="skeleton-block h-5 w-20" />
            <div className="skeleton-block h-4 flex-1" />
            <div className="skeleton-block hidden h-4 w-24 sm:block" />
          </div>
        ))}
      </div>
    </div>
  );
}
