// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * Names, paths and addresses inside sentences that are written from right to left. A text without marks takes its direction
 * from its first letter, so that "NVIDIA GeForce RTX 4060, 8.6 GB" would be laid out as English is in the middle of an Arabic
 * page; and a path would lose its first slash to the wrong end. Rules: Unicode Standard Annex 9.
 */

/** An isolate from left to right, which is what names, paths and numbers are; and a mark that counts as a letter from right to left. */
const open = '\u2066';
const close = '\u2069';
const mark = '\u200f';

const rightLetters = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/u;
const strong =
  /[A-Za-z\u00c0-\u024f\u0370-\u052f]|[\u0590-\u065f\u066d-\u06ef\u06fa-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u200f]/u;
/** Sides do not matter for these. */
const plain = /^[\d\s.,%+\u066a-\u066c\u2212]*$/u;

function startsRight(text: string): boolean {
  const first = strong.exec(text)?.[0];
  return first !== undefined && (first === mark || rightLetters.test(first));
}

/** A value for a place in a sentence: apart from it, unless it belongs to a command or path that the sentence has there. */
export function isolated(value: string, before: string, after: string): string {
  if (plain.test(value) || startsRight(value)) return value;
  const goesOn = /[A-Za-z0-9=/"']\s*$/.test(before) || /^[./:@_-]?[A-Za-z0-9/]/.test(after);
  return goesOn ? value : open + value + close;
}

/** Options and paths begin with a sign that has no side of its own; what follows up to the next letter from the right is theirs. */
const signed =
  /(?<![A-Za-z0-9{}"'=/.~%\u2066-][ ]?)(?:~?\/|--?|\.)[A-Za-z{][\w./:=@+$~{}-]*(?: [\w./:=@+$~{}-]+)*/g;

/** The end of a quotation before the next one in Latin letters: with nothing from the right between, the two would change places. */
const betweenQuotations = /»(?=[^»\u0590-\u08ffA-Za-z]*«[A-Za-z])/gu;

/** A whole text as it is shown: laid out from the right, whatever it begins with. Without letters of that side it stays. */
export function laidOut(text: string): string {
  if (!rightLetters.test(text)) return text;
  const parted = text.replace(betweenQuotations, `$&${mark}`).replace(signed, (run) => {
    const [, body = '', end = ''] = /^(.*?)([.: ]*)$/.exec(run) ?? [];
    return open + body + close + end;
  });
  const outside = parted.replace(/\u2066[^\u2066\u2069]*\u2069/gu, '');
  return startsRight(outside) && startsRight(parted) ? parted : mark + parted;
}

/** Names and paths with no sentence around them: each line read from the left, and set where all lines of the page begin. */
export function setFromRight(text: string): string {
  return rightLetters.test(text) ? text : text.replace(/^.+$/gm, `${mark}${open}$&${close}`);
}
