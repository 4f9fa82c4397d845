// SPDX-License-Identifier: GPL-3.0-or-later

import * as v from 'valibot';
import { isMap, isScalar, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import { taskIds } from '../setup/tasks.ts';
import { hideable, lockIds, sections, type Section, type VendorProblem } from './types.ts';

/**
 * Reading one file of a distributor or an administrator: YAML (so JSON too), format 1. What holds:
 *
 * - Each section is judged alone. A wrong one is not used, and closes what it could have governed (`closed`).
 * - A key that is not known is refused, never ignored: it may be a misspelt lock. At the top it closes every section
 *   that the file does not have.
 * - A file that cannot be read as a whole closes everything.
 * - Every problem has the line it is in.
 */

export const maxVendorBytes = 64 * 1024;

const text = (max: number) => v.pipe(v.string(), v.trim(), v.nonEmpty('must not be empty'), v.maxLength(max));
const language = v.pipe(
  v.string(),
  v.regex(/^[a-z]{2,3}([_-][A-Za-z]{2,4})?$/, 'must be a language such as de or pt_BR'),
);
/** One text for everybody, or one a language. */
const localised = (max: number) =>
  v.union(
    [
      text(max),
      v.pipe(
        v.record(language, text(max)),
        v.check((texts) => Object.keys(texts).length > 0),
      ),
    ],
    'must be a text, or a text for each language',
  );
const https = v.pipe(
  text(1000),
  v.regex(/^https:\/\/[a-z0-9.-]+(:\d{1,5})?(\/[^\s"'<>\\]*)?$/i, 'must be an https address'),
);
const path = v.pipe(
  text(1000),
  v.regex(/^\/(?!.*\/\.\.?(\/|$))[^\0\n]+\.json$/, 'must be the absolute path of a .json file'),
);
const each = <const T extends readonly string[]>(names: T) =>
  v.pipe(
    v.array(v.picklist(names, `must be one of: ${names.join(', ')}`)),
    v.check((list) => new Set(list).size === list.length, 'must not name one twice'),
  );

const schemas = {
  organisation: text(100),
  texts: v.strictObject({ welcome: v.optional(localised(300)), help: v.optional(https) }),
  pages: v.strictObject({ order: v.optional(each(taskIds)), hidden: v.optional(each(hideable)) }),
  firstRun: v.picklist(['pages', 'home'], 'must be pages or home'),
  search: v.boolean('must be true or false'),
  lists: v.strictObject({
    catalogue: v.optional(v.array(path)),
    engines: v.optional(v.array(path)),
    tools: v.optional(v.array(path)),
    driver: v.optional(v.array(path)),
  }),
  locked: v.record(
    v.picklist(lockIds, `must be one of: ${lockIds.join(', ')}`),
    v.boolean('must be true or false'),
  ),
} as const satisfies Record<Section, v.GenericSchema>;

type Schemas = typeof schemas;
type Values = { readonly [K in Section]?: v.InferOutput<Schemas[K]> };

export interface VendorFile {
  readonly file: string;
  readonly values: Values;
  /** Sections that could not be used and have to count as closed. */
  readonly closed: readonly Section[];
  readonly problems: readonly VendorProblem[];
}

/** Never throws. */
export function parseVendor(source: string, file: string): VendorFile {
  if (source.length > maxVendorBytes) return unusable(file, 'is too large');
  const lines = new LineCounter();
  const doc = parseDocument(source, {
    lineCounter: lines,
    version: '1.2',
    schema: 'core',
    prettyErrors: false,
  });
  const error = doc.errors[0] ?? doc.warnings[0];
  if (error !== undefined) return unusable(file, error.message, lines.linePos(error.pos[0]).line);
  let data: unknown;
  try {
    // One place for each thing: no references, which could also make a small file a large one.
    data = doc.toJS({ maxAliasCount: 0 });
  } catch (thrown) {
    return unusable(file, thrown instanceof Error ? thrown.message : String(thrown));
  }
  if (!isMap(doc.contents) || !isRecord(data)) return unusable(file, 'must be keys with values', 1);
  const whole = (key: string, problem: string): VendorFile => ({
    ...unusable(file, problem, lineOf(doc, lines, [key])),
  });
  if (data['version'] !== 1) {
    return whole(
      'version',
      'version' in data ? 'this Hearth reads format 1' : 'version is missing; it must be 1',
    );
  }
  return judge(file, doc, lines, data);
}

function judge(
  file: string,
  doc: Document,
  lines: LineCounter,
  data: Readonly<Record<string, unknown>>,
): VendorFile {
  const values: Record<string, unknown> = {};
  const closed = new Set<Section>();
  const problems: VendorProblem[] = [];
  for (const key of Object.keys(data)) {
    if (key === 'version' || isSection(key)) continue;
    problems.push({ file, line: lineOf(doc, lines, [key]), key, problem: 'is not a key that is known' });
    for (const section of sections) if (!(section in data)) closed.add(section);
  }
  for (const section of sections) {
    if (!(section in data)) continue;
    const parsed = v.safeParse(schemas[section], data[section]);
    if (parsed.success) {
      values[section] = parsed.output;
      continue;
    }
    closed.add(section);
    for (const issue of parsed.issues.slice(0, 3)) {
      const keys = [section, ...(issue.path ?? []).map((item) => item.key)];
      problems.push({
        file,
        line: lineOf(doc, lines, keys),
        key: keys.map(String).join('.'),
        problem: told(issue),
      });
    }
  }
  return { file, values, closed: [...closed], problems };
}

/** A file of which nothing can be used closes everything. */
export function unusable(file: string, problem: string, line: number | null = null): VendorFile {
  return { file, values: {}, closed: sections, problems: [{ file, line, key: null, problem }] };
}

/** Where the deepest of the keys is that there is. */
function lineOf(doc: Document, lines: LineCounter, keys: readonly unknown[]): number | null {
  let node: unknown = doc.contents;
  let at: number | null = null;
  for (const key of keys) {
    let next: Node | null = null;
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === key);
      if (pair !== undefined && isScalar(pair.key)) at = pair.key.range?.[0] ?? at;
      next = (pair?.value as Node | undefined) ?? null;
    } else if (typeof key === 'number') {
      next = (doc.getIn([...keys.slice(0, keys.indexOf(key) + 1)], true) as Node | undefined) ?? null;
      at = next?.range?.[0] ?? at;
    }
    node = next;
  }
  return at === null ? null : lines.linePos(at).line;
}

function told(issue: v.BaseIssue<unknown>): string {
  const unknownKey = issue.kind === 'schema' && issue.type === 'strict_object' && issue.expected === 'never';
  return unknownKey ? 'is not a key that is known' : issue.message;
}

function isSection(key: string): key is Section {
  return sections.some((section) => section === key);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export type Localised = string | Readonly<Record<string, string>>;

/**
 * The text in the first of a person's languages that there is; English, or else the first, where there is none.
 *
 * @param languages as `g_get_language_names` lists them: 'de_AT', 'de', 'C'
 */
export function inLanguage(texts: Localised, languages: readonly string[]): string {
  if (typeof texts === 'string') return texts;
  const found = Object.entries(texts).map(
    ([tag, each]) => [tag.replace('-', '_').toLowerCase(), each] as const,
  );
  for (const wanted of [...languages, 'en']) {
    const match = found.find(([tag]) => tag === wanted.replace(/\..*$/, '').toLowerCase());
    if (match !== undefined) return match[1];
  }
  return found[0]?.[1] ?? '';
}
