// SPDX-License-Identifier: GPL-3.0-or-later

import { fill, pgettext } from './translate.ts';

/** Texts beside each other, the way a language puts them. Nothing here makes a sentence out of parts of one. */

function fold(parts: readonly string[], join: (left: string, right: string) => string): string {
  const [first = '', ...others] = parts.filter((part) => part !== '');
  return others.reduce(join, first);
}

/** Names or facts one after the other: 'Goose, Ollama'. Empty ones are left out. */
export function listed(parts: readonly string[]): string {
  return fold(parts, (left, right) =>
    // TRANSLATORS: puts one more name to a list of names.
    fill(pgettext('list', '{list}, {item}'), { list: left, item: right }),
  );
}

/** Lists one after the other, where a comma would not part them. */
export function listedApart(parts: readonly string[]): string {
  return fold(parts, (left, right) =>
    // TRANSLATORS: puts one more list to a list of lists.
    fill(pgettext('list of lists', '{list}; {item}'), { list: left, item: right }),
  );
}

/** Facts in one line: '1.2 of 5.3 GB · 24 MB/s'. Empty ones are left out. */
export function dotted(parts: readonly string[]): string {
  return fold(parts, (left, right) =>
    // TRANSLATORS: puts one more fact to a line of short facts.
    fill(pgettext('line of facts', '{line} · {fact}'), { line: left, fact: right }),
  );
}

/** Whole sentences after each other. Empty ones are left out. */
export function paragraph(...sentences: readonly string[]): string {
  return fold(sentences, (left, right) =>
    // TRANSLATORS: two whole sentences; take the space out if your language has none there.
    fill(pgettext('two sentences', '{first} {second}'), { first: left, second: right }),
  );
}

/** Two statements without full stops: 'Balanced. The strongest that runs well here'. Empty ones are left out. */
export function stated(...statements: readonly string[]): string {
  return fold(statements, (left, right) =>
    endsItself(left)
      ? paragraph(left, right)
      : // TRANSLATORS: two statements, the first of which has no full stop yet.
        fill(pgettext('two statements', '{first}. {second}'), { first: left, second: right }),
  );
}

/** A step among others: '2. Choose the OpenAI API'. */
export function numbered(number: number, step: string): string {
  // TRANSLATORS: a step of a list of steps, with its number.
  return fill(pgettext('step', '{number}. {step}'), { number, step });
}

/** With a full stop, unless there is one. */
export function ended(sentence: string): string {
  if (endsItself(sentence)) return sentence;
  // TRANSLATORS: the full stop of your language.
  return fill(pgettext('sentence', '{sentence}.'), { sentence });
}

function endsItself(sentence: string): boolean {
  return /[.!?…。！？؟۔।]["”’»）)]?\u2069*$/u.test(sentence);
}
