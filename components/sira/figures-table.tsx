import type { ReactNode } from "react";
import { classNames } from "../ui/class-names";

interface FiguresTableProps {
  readonly caption: string;
  readonly heads: readonly string[];
  /** The first cell of a row names it; the others are figures. */
  readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[];
  readonly isCaptionShown?: boolean;
}

/** A table of figures that scrolls within itself on a narrow screen, and can be reached and scrolled by keyboard. */
export function FiguresTable({ caption, heads, rows, isCaptionShown = false }: FiguresTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard (WCAG 2.1.1).
    <section className="overflow-x-auto" tabIndex={0} aria-label={caption}>
      <table className="w-full text-left text-sm">
        <caption className={isCaptionShown ? "px-4 py-2 text-left text-muted" : "sr-only"}>{caption}</caption>
        <thead>
          <tr className="border-b border-hairline text-muted">
            {heads.map((head, index) => (
              <th key={head} scope="col" className={classNames("px-4 py-2 font-medium", index > 0 && "text-right")}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-hairline">
          {rows.map(({ key, cells }) => (
            <tr key={key}>
              {cells.map((cell, index) =>
                index === 0 ? (
                  <th key={heads[index]} scope="row" className="px-4 py-2 font-normal">
                    {cell}
                  </th>
                ) : (
                  <td key={heads[index]} className="px-4 py-2 text-right tabular-nums">
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
