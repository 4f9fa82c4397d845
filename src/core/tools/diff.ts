// SPDX-License-Identifier: GPL-3.0-or-later

/** Lines beyond which two texts are shown as replaced, not compared: settings are far smaller. */
const lineCap = 2000;
const context = 3;

interface Line {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

/** The change from one text to another in unified form; empty when there is none. `before` null for a new file. */
export function unifiedDiff(before: string | null, after: string, path: string): string {
  if (before === after) return '';
  const lines = compare(split(before ?? ''), split(after));
  const hunks = hunksOf(lines);
  const head = [`--- ${before === null ? '/dev/null' : path}`, `+++ ${path}`];
  return `${[...head, ...hunks].join('\n')}\n`;
}

function split(text: string): readonly string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Longest common subsequence by a table of lengths. */
function compare(a: readonly string[], b: readonly string[]): readonly Line[] {
  if (a.length > lineCap || b.length > lineCap)
    return [
      ...a.map((text) => ({ mark: '-' as const, text })),
      ...b.map((text) => ({ mark: '+' as const, text })),
    ];
  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1)
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]];
    if (left !== undefined && left === right) {
      lines.push({ mark: ' ', text: left });
      i += 1;
      j += 1;
    } else if (left !== undefined && (right === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ mark: '-', text: left });
      i += 1;
    } else {
      lines.push({ mark: '+', text: right ?? '' });
      j += 1;
    }
  }
  return lines;
}

function hunksOf(lines: readonly Line[]): readonly string[] {
  const shown = lines.map((_, index) =>
    lines.slice(Math.max(0, index - context), index + context + 1).some((line) => line.mark !== ' '),
  );
  const out: string[] = [];
  let [oldLine, newLine] = [1, 1];
  for (let index = 0; index < lines.length;) {
    let end = index;
    while (end < lines.length && shown[end] === shown[index]) end += 1;
    const part = lines.slice(index, end);
    const [olds, news] = [
      part.filter((l) => l.mark !== '+').length,
      part.filter((l) => l.mark !== '-').length,
    ];
    if (shown[index] === true) {
      out.push(
        `@@ -${olds === 0 ? oldLine - 1 : oldLine},${olds} +${news === 0 ? newLine - 1 : newLine},${news} @@`,
      );
      out.push(...part.map((line) => line.mark + line.text));
    }
    oldLine += olds;
    newLine += news;
    index = end;
  }
  return out;
}
