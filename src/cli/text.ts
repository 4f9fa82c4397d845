// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * Styled text without escape sequences: a style is a mark from the private use area, and only `Output` turns it into
 * colour or drops it. So width is counted in one way, and text from elsewhere (file names, the answer of a model)
 * cannot move a cursor or set a colour: its control characters are made visible on the way out.
 */
const marks = { bold: '\uF8F1', dim: '\uF8F2', good: '\uF8F3', warn: '\uF8F4', bad: '\uF8F5' } as const;
const end = '\uF8F0';
export type Style = keyof typeof marks;

const codes: Readonly<Record<string, string>> = {
  [marks.bold]: '\u001b[1m',
  [marks.dim]: '\u001b[2m',
  [marks.good]: '\u001b[32m',
  [marks.warn]: '\u001b[33m',
  [marks.bad]: '\u001b[31m',
  [end]: '\u001b[0m',
};

export function styled(style: Style, text: string): string {
  return text === '' ? '' : marks[style] + text + end;
}

const anyMark = /[\uF8F0-\uF8F5]/g;

/** Text as a terminal gets it. */
export function render(text: string, options: { readonly color: boolean; readonly utf8: boolean }): string {
  const safe = withoutControls(text);
  const colored = safe.replace(anyMark, (mark) => (options.color ? (codes[mark] ?? '') : ''));
  return options.utf8 ? colored : toAscii(colored);
}

/** C0 and C1 controls but newline and tab, and the marks that turn the direction of writing. */
const dangerous = /(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** Control characters (except newline and tab) as a visible sign; carriage returns before a newline are dropped. */
export function withoutControls(text: string): string {
  return text.replace(/\r+\n/g, '\n').replace(dangerous, '\uFFFD');
}

const ascii: Readonly<Record<string, string>> = {
  '✓': '+',
  '✗': 'x',
  '●': '*',
  '○': 'o',
  '▸': '>',
  '→': '->',
  '−': '-',
  '–': '-',
  '—': '-',
  '…': '...',
  '·': '-',
  '×': 'x',
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '\u00a0': ' ',
  '\u202f': ' ',
  '█': '#',
  '░': '.',
  '─': '-',
};

/** For locales without UTF-8: the signs that Hearth itself uses, in plain letters; others as a question mark. */
function toAscii(text: string): string {
  return text.replace(/[^\p{ASCII}]/gu, (sign) => ascii[sign] ?? '?');
}

/** Columns that a text takes; marks take none, wide East Asian signs and emoji two. */
export function width(text: string): number {
  let columns = 0;
  for (const sign of text) columns += widthOf(sign.codePointAt(0) ?? 0);
  return columns;
}

function widthOf(point: number): number {
  if (point >= 0xf8f0 && point <= 0xf8f5) return 0;
  if ((point >= 0x300 && point <= 0x36f) || (point >= 0xfe00 && point <= 0xfe0f)) return 0;
  // Vowel signs of Arabic; marks of direction and joining.
  if ((point >= 0x64b && point <= 0x65f) || point === 0x670) return 0;
  if ((point >= 0x200b && point <= 0x200f) || (point >= 0x202a && point <= 0x202e)) return 0;
  if (point >= 0x2060 && point <= 0x2069) return 0;
  const wide =
    (point >= 0x1100 && point <= 0x115f) ||
    (point >= 0x2e80 && point <= 0xa4cf) ||
    (point >= 0xac00 && point <= 0xd7a3) ||
    (point >= 0xf900 && point <= 0xfaff) ||
    (point >= 0xfe30 && point <= 0xfe6f) ||
    (point >= 0xff00 && point <= 0xff60) ||
    (point >= 0x1f300 && point <= 0x1faff);
  return wide ? 2 : 1;
}

function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)));
}

/** Breaks a paragraph at spaces. A word that is longer than a line (a path) is left whole, to be copied. */
export function wrap(text: string, columns: number, indent = ''): readonly string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(/[ \t]+/)) {
      if (line === '') line = word;
      else if (width(indent) + width(line) + 1 + width(word) <= columns) line += ` ${word}`;
      else {
        lines.push(indent + line);
        line = word;
      }
    }
    lines.push(line === '' ? '' : indent + line);
  }
  return lines;
}

/** A sign in front and text that hangs behind it: `- text`. */
export function item(sign: string, text: string, columns: number, indent = ''): readonly string[] {
  const hang = indent + ' '.repeat(width(sign) + 1);
  return wrap(text, columns, hang).map((line, at) =>
    at === 0 ? `${indent}${sign} ${line.slice(hang.length)}` : line,
  );
}

/**
 * Rows of a label and a text, the texts in one column when there is room, else below their label. All rows keep one
 * shape, so that the eye finds its way.
 */
export function pairs(
  rows: readonly (readonly [label: string, text: string])[],
  columns: number,
  indent = '  ',
): readonly string[] {
  const widest = Math.max(0, ...rows.map(([label]) => width(label)));
  const at = width(indent) + widest + 2;
  if (columns - at >= 24) {
    return rows.flatMap(([label, text]) =>
      wrap(text, columns, ' '.repeat(at)).map((line, index) =>
        index === 0 ? indent + padEnd(label, widest + 2) + line.slice(at) : line,
      ),
    );
  }
  return rows.flatMap(([label, text]) => [indent + label, ...wrap(text, columns, `${indent}    `)]);
}

/** A table with as many columns as the terminal has room for; the last column is wrapped, the others are not. */
export function table(
  rows: readonly (readonly string[])[],
  columns: number,
  indent = '  ',
): readonly string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_unused, column) =>
    Math.max(0, ...rows.map((row) => width(row[column] ?? ''))),
  );
  const before = width(indent) + widths.slice(0, -1).reduce((sum, each) => sum + each + 2, 0);
  if (columns - before < 16) {
    return rows.flatMap((row) => [
      indent + (row[0] ?? ''),
      ...row
        .slice(1)
        .filter((cell) => cell !== '')
        .flatMap((cell) => wrap(cell, columns, `${indent}    `)),
    ]);
  }
  return rows.flatMap((row) => {
    const front = row.slice(0, count - 1).map((cell, column) => padEnd(cell, (widths[column] ?? 0) + 2));
    const last = wrap(row[count - 1] ?? '', columns, ' '.repeat(before));
    return last.map((line, at) => (at === 0 ? indent + front.join('') + line.slice(before) : line).trimEnd());
  });
}
