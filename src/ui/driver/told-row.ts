// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import Gtk from 'gi://Gtk?version=4.0';
import { stated } from '../../words/joined.ts';
import { nameControl } from '../widgets/accessible.ts';
import { hold } from '../widgets/locks.ts';
import { wrapButton } from '../widgets/wrapping.ts';

export interface ToldButton {
  readonly label: string;
  readonly act: () => void;
  readonly suggested?: boolean;
  /** Why it cannot be used; null where it can. */
  readonly locked?: string | null;
}

/** A row that says something in full, with what can be done about it beneath: room for it in a narrow window too. */
export function toldRow(
  id: string,
  icon: string,
  title: string,
  text: string,
  buttons: readonly ToldButton[],
): Adw.PreferencesRow {
  const words = new Gtk.Box({ orientation: Gtk.Orientation.VERTICAL, spacing: 3, hexpand: true });
  words.append(label(title, []));
  if (text !== '') words.append(label(text, ['caption', 'dim-label']));
  const box = new Gtk.Box({ spacing: 12, marginTop: 12, marginBottom: 12, marginStart: 12, marginEnd: 12 });
  box.append(
    new Gtk.Image({
      iconName: icon,
      valign: Gtk.Align.START,
      accessibleRole: Gtk.AccessibleRole.PRESENTATION,
    }),
  );
  box.append(words);
  if (buttons.length > 0) {
    const line = new Adw.WrapBox({ childSpacing: 9, lineSpacing: 9, marginTop: 6 });
    for (const [at, { label: text_, act, suggested, locked }] of buttons.entries()) {
      const button = new Gtk.Button({ name: `${id}-${at + 1}`, label: text_, useUnderline: true });
      // What a row offers has an access key, whether or not its label names one.
      for (const name of ['offer', 'reach']) button.add_css_class(name);
      if (suggested === true) button.add_css_class('suggested-action');
      button.connect('clicked', act);
      wrapButton(button);
      hold(locked ?? null, button);
      line.append(button);
    }
    words.append(line);
  }
  const row = new Adw.PreferencesRow({ title, useMarkup: false, activatable: false, child: box, name: id });
  nameControl(row, stated(title, text));
  return row;
}

/** The row is called what its labels say: they are not read on their own as well. */
function label(text: string, classes: readonly string[]): Gtk.Label {
  const accessibleRole = Gtk.AccessibleRole.PRESENTATION;
  return new Gtk.Label({ label: text, xalign: 0, wrap: true, cssClasses: [...classes], accessibleRole });
}
