/** What a spreadsheet takes for a formula, as a cell's first character. Source: OWASP, CSV injection. */
const FORMULA = /^[=+\-@\t\r]/;
/** So much of a cell is kept to be shown. */
const SHOWN = 80;

/** Reads CSV as it comes, in any pieces, and finds the first cell that a spreadsheet would run. Source: RFC 4180. */
export class CsvJudge {
  private cell = "";
  private isQuoted = false;
  private isBegun = false;
  private mayEnd = false;

  /** @returns the first unsafe cell that ended in this piece, or null */
  push(piece: string): string | null {
    for (const letter of piece) {
      const ended = this.take(letter);
      if (ended !== null && FORMULA.test(ended)) return ended;
    }
    return null;
  }

  /** @returns the last cell where it is unsafe */
  end(): string | null {
    return FORMULA.test(this.cell) ? this.cell : null;
  }

  private take(letter: string): string | null {
    if (letter === '"' && !this.isBegun) {
      [this.isQuoted, this.isBegun] = [true, true];
      return null;
    }
    if (this.isQuoted) return this.takeQuoted(letter);
    return this.takePlain(letter);
  }

  private takeQuoted(letter: string): string | null {
    if (letter === '"') {
      if (this.mayEnd) this.keep('"');
      this.mayEnd = !this.mayEnd;
      return null;
    }
    if (!this.mayEnd) {
      this.keep(letter);
      return null;
    }
    [this.isQuoted, this.mayEnd] = [false, false];
    return this.takePlain(letter);
  }

  private takePlain(letter: string): string | null {
    // A lone CR at a cell's beginning is part of it; before a line break it ends the line.
    if (letter !== "," && letter !== "\n" && !(letter === "\r" && this.isBegun)) {
      this.isBegun = true;
      this.keep(letter);
      return null;
    }
    if (letter === "\r") return null;
    const { cell } = this;
    [this.cell, this.isBegun] = ["", false];
    return cell === "\r" ? null : cell;
  }

  private keep(letter: string): void {
    if (this.cell.length < SHOWN) this.cell += letter;
  }
}

/** The first unsafe cell of a whole text, or null. */
export function unsafeCell(text: string): string | null {
  const judge = new CsvJudge();
  return judge.push(text) ?? judge.end();
}
