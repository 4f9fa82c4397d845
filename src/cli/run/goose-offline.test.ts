// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, it } from 'vitest';

import { exitOf, terminal } from '../../../tests/support/terminal.ts';
import { goose } from './ask.ts';

describe('goose --offline', () => {
  it('answers a question from standard input on one folder, and says what was looked at', async () => {
    const { context, errors, hearth, text } = terminal(
      ['goose', '--offline', '/home/u/garden', '--yes'],
      {},
      { input: ['What', 'is this?'] },
    );
    await goose(context);
    expect(hearth.done).toContain('goose offline /home/u/garden What\nis this?');
    const said = `${text()}${errors()}`.replaceAll(/\s+/g, ' ');
    expect(said).toContain('Goose opens without a network, on /home/u/garden alone.');
    expect(said).toContain('network net:[1] with nothing in it but lo');
    expect(said).toContain('cannot fetch, install or look anything up');
    expect(context.interrupts.ours).toBe(true);
  });

  it('opens on the present folder where none is named', async () => {
    const { context, hearth } = terminal(['goose', '--offline', '--yes'], {}, { input: ['Hello'] });
    await goose(context);
    expect(hearth.done).toContain('goose offline . Hello');
  });

  it('asks nothing without a question', async () => {
    const { context, hearth } = terminal(['goose', '--offline', '--yes'], {}, { input: [] });
    expect(await exitOf(goose(context))).toBe(2);
    expect(hearth.done.join(' ')).not.toContain('goose offline');
  });
});
