// SPDX-License-Identifier: GPL-3.0-or-later

import { isAlias, isMap, isScalar, isSeq, type Document, type Node, type Pair, type YAMLMap } from 'yaml';

/** Values to set, by key; a record goes into the map of that name, and makes it where there is none. */
export interface Wanted {
  readonly [key: string]: string | boolean | Wanted;
}

/** A place that cannot be written to without touching something else. */
export class NotEditable extends Error {
  /** Keys down to the place, joined by dots. */
  readonly place: string;
  readonly why: 'reference' | 'not-a-map' | 'form';

  constructor(place: string, why: NotEditable['why']) {
    super(`${place}: ${why}`);
    this.place = place;
    this.why = why;
  }
}

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * Sets values in YAML text. The library tells where things are; the text itself is changed only there, so that
 * comments, order, quotes, indentation and line ends elsewhere stay as somebody wrote them, byte for byte.
 *
 * @param doc of exactly this text, without errors
 * @throws NotEditable
 */
export function editYaml(text: string, doc: Document, wanted: Wanted): string {
  const edits: Edit[] = [];
  const { contents } = doc;
  if (isMap(contents) && !isEmptyFlow(contents)) assign(contents, wanted, '', text, edits);
  else edits.push(fill(text, doc, wanted));
  return apply(text, edits);
}

function apply(text: string, edits: readonly Edit[]): string {
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  let result = text;
  // From the end to the start, so that places stay right; at one place what is further inside comes first.
  const inOrder = edits.toReversed().toSorted((a, b) => b.from - a.from);
  for (const { from, to, text: put } of inOrder)
    result = result.slice(0, from) + put.replaceAll('\n', end) + result.slice(to);
  return result;
}

function assign(map: YAMLMap, wanted: Wanted, place: string, text: string, edits: Edit[]): void {
  const missing: [string, Wanted[string]][] = [];
  for (const [key, value] of Object.entries(wanted)) {
    const pair = map.items.find((item) => isScalar(item.key) && item.key.value === key);
    const where = place === '' ? key : `${place}.${key}`;
    if (pair === undefined) missing.push([key, value]);
    else if (typeof value === 'object') assignInto(pair, value, where, text, edits);
    else edits.push(replace(pair, scalar(value), where, text));
  }
  if (missing.length > 0) edits.push(add(map, Object.fromEntries(missing), place, text));
}

function assignInto(pair: Pair, wanted: Wanted, place: string, text: string, edits: Edit[]): void {
  const { value } = pair;
  if (isAlias(value)) throw new NotEditable(place, 'reference');
  if (isMap(value) && !isEmptyFlow(value)) assign(value, wanted, place, text, edits);
  else if (isMap(value) || value === null || (isScalar(value) && value.value === null))
    edits.push(replace(pair, flow(wanted), place, text));
  else throw new NotEditable(place, 'not-a-map');
}

/** Puts `put` where the pair's value is; beside the colon where there is none. */
function replace(pair: Pair, put: string, place: string, text: string): Edit {
  const node = pair.value as Node | null;
  if (node === null || !node.range || isSeq(node) || isMap(node)) {
    if (isMap(node) && isEmptyFlow(node) && node.range)
      return { from: node.range[0], to: node.range[1], text: put };
    throw new NotEditable(place, 'form');
  }
  const [from, to] = node.range;
  // What a block scalar has around it (its end of line, blank lines) is not worth guessing.
  if (text.slice(from, to).includes('\n')) throw new NotEditable(place, 'form');
  const space = from === to && text[from - 1] === ':' ? ' ' : '';
  return { from, to, text: space + put };
}

/** New pairs after the last one of a map, in its own style. */
function add(map: YAMLMap, wanted: Wanted, place: string, text: string): Edit {
  const { range } = map;
  if (!range) throw new NotEditable(place, 'form');
  if (map.flow === true) {
    const last = map.items.at(-1);
    const at = endOf(last?.value) ?? endOf(last?.key) ?? range[0] + 1;
    return { from: at, to: at, text: `, ${flow(wanted).slice(1, -1)}` };
  }
  const first = endOf(map.items[0]?.key, 0) ?? range[0];
  const lineStart = text.lastIndexOf('\n', first - 1) + 1;
  const indent = text.slice(lineStart, first).replace(/^\ufeff/, '');
  if (!/^ *$/.test(indent)) throw new NotEditable(place, 'form');
  const at = afterLine(lastEnd(map), text);
  const open = at > 0 && text[at - 1] !== '\n' ? '\n' : '';
  return { from: at, to: at, text: open + block(wanted, indent) };
}

/** Settings for a document that has none: only comments, `{}`, `null` or nothing. */
function fill(text: string, doc: Document, wanted: Wanted): Edit {
  const range = doc.contents?.range;
  if (range && range[0] < range[1]) {
    const lineStart = text.lastIndexOf('\n', range[0] - 1) + 1;
    const alone = text.slice(lineStart, range[0]).replace(/^\ufeff/, '') === '';
    const put = alone ? block(wanted, '').slice(0, -1) : `\n${block(wanted, '').slice(0, -1)}`;
    return { from: range[0], to: range[1], text: put };
  }
  const marker = /^\.\.\.(?=\s|$)/m.exec(text);
  const at = marker === null ? text.length : marker.index;
  const open = at > 0 && !/[\n\ufeff]$/.test(text.slice(0, at)) ? '\n' : '';
  return { from: at, to: at, text: open + block(wanted, '') };
}

function endOf(node: unknown, which: 0 | 1 = 1): number | null {
  return (node as Node | null | undefined)?.range?.[which] ?? null;
}

/** Where the last value of a block collection ends; a collection's own range takes comments after it along. */
function lastEnd(node: YAMLMap): number {
  let last: unknown = node;
  let end = endOf(node) ?? 0;
  for (;;) {
    if (isMap(last) && last.flow !== true && last.items.length > 0) {
      const pair: Pair | undefined = last.items.at(-1);
      end = endOf(pair?.value) ?? endOf(pair?.key) ?? end;
      last = pair?.value;
    } else if (isSeq(last) && last.flow !== true && last.items.length > 0) {
      last = last.items.at(-1);
      end = endOf(last) ?? end;
    } else return end;
  }
}

function afterLine(at: number, text: string): number {
  if (at > 0 && text[at - 1] === '\n') return at;
  const newline = text.indexOf('\n', at);
  return newline < 0 ? text.length : newline + 1;
}

function isEmptyFlow(map: YAMLMap): boolean {
  return map.flow === true && map.items.length === 0;
}

/** Small maps beside each other are written as a table, a line each. */
function block(wanted: Wanted, indent: string): string {
  const entries = Object.entries(wanted);
  const table = entries.length > 1 && entries.every(([, value]) => isSmall(value));
  return entries
    .map(([key, value]) => {
      if (typeof value !== 'object') return `${indent}${scalar(key)}: ${scalar(value)}\n`;
      if (table) return `${indent}${scalar(key)}: ${flow(value)}\n`;
      return `${indent}${scalar(key)}:\n${block(value, `${indent}  `)}`;
    })
    .join('');
}

function isSmall(value: Wanted[string]): boolean {
  return typeof value === 'object' && Object.values(value).every((inner) => typeof inner !== 'object');
}

function flow(wanted: Wanted): string {
  const pairs = Object.entries(wanted).map(
    ([key, value]) => `${scalar(key)}: ${typeof value === 'object' ? flow(value) : scalar(value)}`,
  );
  return `{${pairs.join(', ')}}`;
}

/** Words that YAML, in one of its versions, takes for something else than text. */
const reserved = /^(?:true|false|yes|no|on|off|y|n|null|\d.*)$/i;

function scalar(value: string | boolean): string {
  if (typeof value === 'boolean') return String(value);
  return /^[A-Za-z_][\w./-]*$/.test(value) && !reserved.test(value) ? value : JSON.stringify(value);
}
