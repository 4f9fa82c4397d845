// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError, hasCode } from '../core/errors.ts';
import { withoutDesktopTelemetry } from '../core/proof/agents.ts';
import { closingRules } from '../core/proof/firewall.ts';
import { ollamaDropIn } from '../core/proof/others.ts';
import type { HearthCure } from '../core/proof/types.ts';
import type { Action, WriteFile } from '../core/setup/plan.ts';
import type { Parts } from './parts.ts';

/** Steps that make a failed check hold, in settings of the person: backed up, and to be taken back from the journal. */
export async function actionsForCure(cure: HearthCure, parts: Parts): Promise<readonly Action[]> {
  switch (cure.cure) {
    case 'desktop-telemetry': {
      const before = await textAt(cure.path, parts);
      const content = withoutDesktopTelemetry(before, cure.path);
      return [write(cure.path, before, content, 'desktop-telemetry', parts)];
    }
    case 'close-program': {
      const { program } = cure;
      if (program.close.by === 'firewall') return closePort(program.port, parts);
      if (
        program.owner !== 'ollama' ||
        program.close.by !== 'unit' ||
        !/^[\w@.-]+\.service$/.test(program.close.unit)
      )
        throw new HearthError('usage', { text: program.owner });
      const { unit } = program.close;
      const path = `${parts.paths.config}/systemd/user/${unit}.d/zz-this-computer-only.conf`;
      const file = write(path, await textAt(path, parts), ollamaDropIn(program.port), 'program-unit', parts);
      return [{ ...file, restarts: [unit] }];
    }
  }
}

/** A rule in each zone that guards a network. @throws no-firewall */
async function closePort(port: number, { firewall }: Parts): Promise<readonly Action[]> {
  const zones = await firewall.look();
  if (zones === null) throw new HearthError('no-firewall');
  const rules = closingRules(port, zones);
  return rules.length === 0 ? [] : [{ do: 'firewall', port, rules }];
}

function write(
  path: string,
  before: string | null,
  content: string,
  purpose: WriteFile['purpose'],
  { sha256 }: Parts,
): WriteFile {
  const digest = before === null ? null : sha256(before);
  return { do: 'write-file', path, content, mode: 0o644, before: digest, owner: 'person', purpose };
}

async function textAt(path: string, { files }: Parts): Promise<string | null> {
  try {
    return await files.readText(path);
  } catch (thrown) {
    if (hasCode(thrown, 'not-found')) return null;
    throw thrown;
  }
}
