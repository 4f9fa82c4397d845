// SPDX-License-Identifier: GPL-3.0-or-later

/** What is searched in: a text a person reads first, and more words that mean the same. */
export interface Searched<Id> {
  readonly id: Id;
  readonly title: string;
  readonly words: string;
}

/** As GLib folds for searching: without case, without accents. */
export function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
}

/** Scripts that do not part their words: there a term may begin anywhere. */
const unparted = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

function begins(text: string, term: string): boolean {
  if (unparted.test(term)) return text.includes(term);
  return text.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(term));
}

/**
 * Whose words begin with every term, those first whose title does. A single letter says nothing: nearly every search
 * begins with one, and nobody means Hearth by it.
 *
 * @param terms as they were typed, a word each
 */
export function matching<Id>(terms: readonly string[], all: readonly Searched<Id>[]): readonly Id[] {
  const wanted = terms
    .map(folded)
    .flatMap((term) => term.split(/[^\p{L}\p{N}]+/u))
    .filter((term) => term !== '');
  const says = wanted.some((term) => term.length > 1 || unparted.test(term));
  if (!says) return [];
  const found = all
    .map(({ id, title, words }) => {
      const [name, rest] = [folded(title), folded(`${title} ${words}`)];
      const inTitle = wanted.every((term) => begins(name, term));
      return { id, rank: inTitle ? 0 : wanted.every((term) => begins(rest, term)) ? 1 : 2 };
    })
    .filter(({ rank }) => rank < 2);
  return found.toSorted((a, b) => a.rank - b.rank).map(({ id }) => id);
}
