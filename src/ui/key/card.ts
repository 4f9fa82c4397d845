// SPDX-License-Identifier: GPL-3.0-or-later

import Gtk from 'gi://Gtk?version=4.0';
import Pango from 'gi://Pango?version=1.0';
import PangoCairo from 'gi://PangoCairo?version=1.0';
import { fingerprintRows } from '../../core/driver/rehearsal-screen.ts';
import type { KeyTask } from '../../core/driver/key-stage.ts';
import { cardCode, cardFingerprint, numberedSteps, stepsTitle } from '../../words/key-steps.ts';

/** What a card has on it. */
export interface Card {
  readonly task: KeyTask;
  readonly fingerprint: string | null;
  /** Null to leave the code off, which is the usual. */
  readonly code: string | null;
}

/** From the edge of the paper, and between paragraphs, in points. */
const [margin, between] = [56, 9];

interface Paragraph {
  readonly text: string;
  readonly font: string;
  readonly indent?: number;
}

/**
 * The steps on paper, or in a PDF file. A code that goes on it is only in the drawing.
 *
 * @param path of a PDF file; null asks for a printer
 * @returns whether something was printed or written; a person may close the printer dialog
 * @throws GLib.Error
 */
export function printCard(card: Card, parent: Gtk.Window | null, path: string | null): boolean {
  const operation = new Gtk.PrintOperation({
    nPages: 1,
    unit: Gtk.Unit.POINTS,
    jobName: stepsTitle(card.task),
  });
  operation.connect('draw-page', (_operation, context: Gtk.PrintContext) => {
    const cairo = context.get_cairo_context();
    const width = context.get_width() - 2 * margin;
    let y = margin;
    for (const { text, font, indent = 0 } of paragraphs(card)) {
      const layout = context.create_pango_layout();
      layout.set_font_description(Pango.FontDescription.from_string(font));
      layout.set_width((width - indent) * Pango.SCALE);
      layout.set_wrap(Pango.WrapMode.WORD_CHAR);
      layout.set_text(text, -1);
      cairo.moveTo(margin + indent, y);
      PangoCairo.show_layout(cairo, layout);
      y += layout.get_size()[1] / Pango.SCALE + between;
    }
    cairo.$dispose();
  });
  if (path !== null) operation.exportFilename = path;
  const action = path === null ? Gtk.PrintOperationAction.PRINT_DIALOG : Gtk.PrintOperationAction.EXPORT;
  return operation.run(action, parent) === Gtk.PrintOperationResult.APPLY;
}

function paragraphs({ task, fingerprint, code }: Card): readonly Paragraph[] {
  const shown = code === null ? null : `${code.slice(0, 4)} ${code.slice(4)}`;
  return [
    { text: stepsTitle(task), font: 'Sans Bold 18' },
    ...numberedSteps(task).map((text) => ({ text, font: 'Sans 12' })),
    { text: cardCode(shown), font: 'Monospace Bold 16' },
    ...(fingerprint === null
      ? []
      : [
          { text: cardFingerprint(), font: 'Sans 10' },
          { text: fingerprintRows(fingerprint).join('\n'), font: 'Monospace 10', indent: 16 },
        ]),
  ];
}
