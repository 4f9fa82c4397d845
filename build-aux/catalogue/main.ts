// SPDX-License-Identifier: GPL-3.0-or-later

import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { parseCatalogue, problemText } from '../../src/core/models/catalogue.ts';
import { compareEntry, suggestPins } from './compare.ts';
import type { Finding, Suggestion, Unlisted } from './compare.ts';
import { huggingFace } from './publisher.ts';
import { findingLines, suggestionLines, summaryLine } from './report.ts';

const usage = `usage: build-aux/catalogue-check [ID…] [--json] [--catalogue FILE] [--not-listed FILE]
                                 [--api URL] [--timeout SECONDS]

Compares every pin of the catalogue with what the publisher's interface says, and names pins for models that are not
listed yet. Nothing is written and no model is downloaded. Status: 0 all the same, 1 something changed or is gone,
2 wrong use or an unreadable catalogue, 3 something cannot be told and nothing else is wrong.`;

/** The exit status; `say` takes whole lines. */
export async function check(
  argv: readonly string[],
  say: (line: string) => void,
  complain: (line: string) => void,
): Promise<number> {
  const options = read(argv);
  if (typeof options === 'string') {
    complain(`${options}\n\n${usage}`);
    return 2;
  }
  if (options.help) {
    say(usage);
    return 0;
  }
  const input = await load(options.catalogue, options.notListed, options.ids).catch((error: unknown) =>
    error instanceof Error ? error.message : String(error),
  );
  if (typeof input === 'string') {
    complain(input);
    return 2;
  }
  const publisher = { ...huggingFace, api: options.api, timeout: options.timeout * 1000 };
  const text = options.json ? () => {} : say;
  const findings: Finding[] = [];
  const suggestions: Suggestion[] = [];
  // One at a time: nobody waits for this, and the publisher's interface is for everyone.
  for (const entry of input.entries) {
    const finding = await compareEntry(publisher, entry);
    findings.push(finding);
    for (const line of findingLines(finding)) text(line);
  }
  for (const model of input.unlisted) {
    const suggestion = await suggestPins(publisher, model);
    suggestions.push(suggestion);
    for (const line of suggestionLines(suggestion, suggestions.length === 1)) text(line);
  }
  text(summaryLine(findings));
  if (options.json) say(JSON.stringify({ v: 1, kind: 'catalogue-check', findings, suggestions }, null, 2));
  if (findings.some(({ standing }) => standing === 'changed' || standing === 'gone')) return 1;
  return findings.some(({ standing }) => standing === 'cannot tell') ? 3 : 0;
}

function read(argv: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        catalogue: { type: 'string', default: 'data/catalogue/hearth.json' },
        'not-listed': { type: 'string', default: 'data/catalogue/not-listed.json' },
        api: { type: 'string', default: huggingFace.api.href },
        timeout: { type: 'string', default: '30' },
      },
    });
    const api = URL.parse(values.api);
    const timeout = Number(values.timeout);
    if (api === null) return `--api ${values.api} is no address`;
    if (!(timeout > 0 && timeout <= 600)) return '--timeout takes 1 to 600 seconds';
    return { ...values, notListed: values['not-listed'], api, timeout, ids: positionals };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function load(cataloguePath: string, unlistedPath: string, ids: readonly string[]) {
  const parsed = parseCatalogue(await readFile(cataloguePath, 'utf8'), cataloguePath);
  const problem = parsed.problems[0];
  if (problem !== undefined) throw new Error(`${cataloguePath}: ${problemText(problem)}`);
  const list = JSON.parse(await readFile(unlistedPath, 'utf8')) as {
    readonly notListed: readonly Unlisted[];
  };
  const known = new Set([...parsed.catalogue.entries, ...list.notListed].map(({ id }) => id));
  const unknown = ids.find((id) => !known.has(id));
  if (unknown !== undefined) throw new Error(`There is no entry ${unknown}.`);
  const wanted = ({ id }: { readonly id: string }): boolean => ids.length === 0 || ids.includes(id);
  return { entries: parsed.catalogue.entries.filter(wanted), unlisted: list.notListed.filter(wanted) };
}
