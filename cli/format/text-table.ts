// Boxed tables as etcdctl's `-w table` draws them (github.com/olekukonko/tablewriter with right alignment): upper-case
// centred headings, and cells of several words wrapped at thirty columns with the most even right edge.

/** tablewriter's MAX_ROW_WIDTH. */
const cellWidth = 30;

export function textTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const headings = header.map((text) => wrapWords(text.replaceAll('_', ' ').toUpperCase(), cellWidth));
  const cells = rows.map((row) => row.map((text) => wrapWords(text, cellWidth)));
  const widths = headings.map((lines, column) =>
    Math.max(...[lines, ...cells.map((row) => row[column] ?? [])].flat().map(displayWidth), 0),
  );
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+`;
  const drawn = [rule, ...drawRow(headings, widths, centred), rule];
  for (const row of cells) drawn.push(...drawRow(row, widths, right));
  if (cells.length > 0) drawn.push(rule);
  return `${drawn.join('\n')}\n`;
}

type Align = (text: string, width: number) => string;

const right: Align = (text, width) => ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
const centred: Align = (text, width) => {
  const gap = Math.max(0, width - displayWidth(text));
  return ' '.repeat(Math.floor(gap / 2)) + text + ' '.repeat(Math.ceil(gap / 2));
};

function drawRow(cells: readonly (readonly string[])[], widths: readonly number[], align: Align): string[] {
  const height = Math.max(1, ...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => {
    const drawn = widths.map((width, column) => align(cells[column]?.[line] ?? '', width));
    return `| ${drawn.join(' | ')} |`;
  });
}

function displayWidth(text: string): number {
  return [...text].length;
}

/** Lines no longer than `width` (or the longest word), the sum of squared gaps at their ends as small as can be. */
export function wrapWords(text: string, width: number): string[] {
  if (displayWidth(text) <= width) return [text];
  const words = text.trim().split(/\s+/);
  const lengths = words.map(displayWidth);
  const limit = Math.max(width, ...lengths);
  /** By first word: the cost of the best lines from there on, and where the second of them begins. */
  const best: { cost: number; next: number }[] = new Array(words.length + 1);
  best[words.length] = { cost: 0, next: words.length };
  for (let first = words.length - 1; first >= 0; first--) {
    let length = -1;
    let choice = { cost: Number.POSITIVE_INFINITY, next: words.length };
    for (let next = first + 1; next <= words.length; next++) {
      length += 1 + lengths[next - 1]!;
      if (length > limit) break;
      const cost = best[next]!.cost + (next === words.length ? 0 : (limit - length) ** 2);
      if (cost < choice.cost) choice = { cost, next };
    }
    best[first] = choice;
  }
  const lines: string[] = [];
  for (let first = 0; first < words.length; first = best[first]!.next) {
    lines.push(words.slice(first, best[first]!.next).join(' '));
  }
  return lines;
}
