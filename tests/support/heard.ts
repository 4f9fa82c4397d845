// SPDX-License-Identifier: GPL-3.0-or-later

// What has to be heard, and whether it was. No I/O.

/** Something that is done, and what is heard then. */
export interface Step {
  /** Empty for opening the scene. See `act` of tests/support/acts.ts. */
  readonly act: string;
  /** Parts of what is said, in this order. */
  readonly hears: readonly string[];
  /** What is not said. */
  readonly never: readonly string[];
}

export interface Scene {
  readonly scene: string;
  readonly steps: readonly Step[];
}

/**
 * Reads tests/data/orca.txt: a scene in brackets, what is heard when it opens, a line each, and then, as often as wanted, what is
 * done ('> key Tab') and what is heard then. A line of '- ' and a text is what must not be heard.
 */
export function readScenes(text: string): readonly Scene[] {
  const blocks = text.split(/\n\n+(?=\[)/).slice(1);
  return blocks.map((block) => {
    const [head = '', ...lines] = block.trimEnd().split('\n');
    const steps: { act: string; hears: string[]; never: string[] }[] = [{ act: '', hears: [], never: [] }];
    for (const line of lines) {
      if (line.startsWith('> ')) steps.push({ act: line.slice(2), hears: [], never: [] });
      else if (line.startsWith('- ')) steps.at(-1)?.never.push(line.slice(2));
      else steps.at(-1)?.hears.push(line);
    }
    return { scene: head.replace(/^\[(.*)\]$/, '$1'), steps };
  });
}

/** What was not said, or not in this order. */
export function missed(hears: readonly string[], said: readonly string[]): readonly string[] {
  const all = plain(said.join('\n'));
  let from = 0;
  return hears.filter((text) => {
    const wanted = plain(text);
    const found = all.indexOf(wanted, from);
    if (found >= 0) from = found + wanted.length;
    return found < 0;
  });
}

/** Lines that nobody wants to hear: what was excluded here, what is said twice, and what is no word for people. */
export function unwanted(never: readonly string[], said: readonly string[]): readonly string[] {
  return said.filter(
    (line, at) =>
      never.some((text) => plain(line).includes(plain(text))) ||
      bare.test(line) ||
      technical.test(line) ||
      (doubled.test(line) && !line.endsWith(' grouping')) ||
      isRepeated(line) ||
      (line.length > 12 && line === said[at - 1]),
  );
}

/** A role and nothing before it. */
const bare =
  /^(push )?(button|toggle button|switch|entry|text|slider|combo box|image|link|list item|row)( (off|on|collapsed|expanded))?$/i;

/** Names of symbols and types, marks of access keys, gaps that were not filled, markup. */
const technical =
  /-symbolic\b|\bHearth[A-Z]|\b(Gtk|Adw)[A-Z]|\bundefined\b|\bNaN\b|\{\w+\}|<\/?\w+>|&\w+;|(^|\s)_\w/;

/**
 * A word or more that are said twice in a row: "button button", a row's title and its title again. Not in the name of a page
 * and what it says first, which are two things: "Graphics Driver", "Driver Not Loaded".
 */
const doubled = /(?:^|\s)(\p{L}[\p{L}\p{N} ’'-]{3,})[\s,:;·]+\1(?=$|[\s.,:;])/iu;

/** A sentence that is followed by itself. */
function isRepeated(line: string): boolean {
  const sentences = line.split(/(?<=[.?!])\s+/).map((text) => text.replace(/[.?!]$/, ''));
  return sentences.some((text, at) => text.length > 3 && text === sentences[at - 1]);
}

/** Numbers may differ: they are of the computer and the day. */
function plain(text: string): string {
  return text
    .replace(/\d[\d.,:/]*/g, '0')
    .replace(/\s+/g, ' ')
    .trim();
}
