import type { ReactNode } from "react";
import { classNames } from "../ui/class-names";

interface FiguresTableProps {
  readonly caption: string;
  readonly heads: readonly string[];
  /** The first cell of a row names it; the others are figures. */
  readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[];
  readonly isCaptionShown?: boolean;
  /** On a narrow screen each row is a card of its own: its name, then every figure beside its head. */
  readonly isStacked?: boolean;
  /** The other cells are words: they begin where their heads do, and stay beside them on a narrow screen. */
  readonly isWords?: boolean;
}

const STACKED = {
  table: "max-md:block",
  head: "max-md:sr-only",
  row: "max-md:grid max-md:gap-1 max-md:px-4 max-md:py-3",
  name: "max-md:p-0 max-md:text-base",
  cell: "max-md:flex max-md:items-start max-md:justify-between max-md:gap-4 max-md:p-0",
  word: "max-md:grid max-md:grid-cols-[minmax(0,2fr)_minmax(0,3fr)] max-md:items-start max-md:justify-items-start max-md:gap-3 max-md:p-0 max-md:wrap-anywhere",
} as const;

/** A table of figures that scrolls within itself on a narrow screen, and can be reached and scrolled by keyboard; or stacks its rows there. */
export function FiguresTable({ caption, heads, rows, isCaptionShown = false, isStacked = false, isWords = false }: FiguresTableProps) {
  const narrow = (part: keyof typeof STACKED) => isStacked && STACKED[part];
  const side = isWords ? "text-left" : "text-right";
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard (WCAG 2.1.1).
    <section className="overflow-x-auto" tabIndex={0} aria-label={caption}>
      <table className={classNames("w-full text-left text-sm", narrow("table"))}>
        <caption className={isCaptionShown ? "px-4 py-2 text-left text-muted" : "sr-only"}>{caption}</caption>
        <thead className={classNames(narrow("head"))}>
          <tr className="border-b border-hairline text-muted">
            {heads.map((head, index) => (
              <th key={head} scope="col" className={classNames("px-4 py-2 font-medium", index > 0 && side)}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className={classNames("divide-y divide-hairline", narrow("table"))}>
          {rows.map(({ key, cells }) => (
            <tr key={key} className={classNames(narrow("row"))}>
              {cells.map((cell, index) =>
                index === 0 ? (
                  <th key={heads[index]} scope="row" className={classNames("px-4 py-2 font-normal", narrow("name"))}>
                    {cell}
                  </th>
                ) : (
                  <td key={heads[index]} className={classNames("px-4 py-2 tabular-nums", side, narrow(isWords ? "word" : "cell"))}>
                    {isStacked ? <span className="text-left text-muted md:hidden">{heads[index]}</span> : null}
                    {cell}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
