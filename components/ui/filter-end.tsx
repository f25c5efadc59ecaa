import { Search, X } from "lucide-react";
import Link from "next/link";
import { Button, buttonClass } from "./button";

interface FilterEndProps {
  readonly apply: string;
  readonly clear: string;
  /** The page without any filter; null where none is set. */
  readonly clearHref: string | null;
  readonly className?: string;
}

/** What ends every form of filters: look, and take all of them away again. */
export function FilterEnd({ apply, clear, clearHref, className }: FilterEndProps) {
  return (
    <>
      <Button type="submit" className={className}>
        <Search aria-hidden="true" className="size-4" />
        {apply}
      </Button>
      {clearHref === null ? null : (
        <Link href={clearHref} className={buttonClass("quiet")}>
          <X aria-hidden="true" className="size-4" />
          {clear}
        </Link>
      )}
    </>
  );
}
