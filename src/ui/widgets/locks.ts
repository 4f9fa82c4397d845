// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import { isLocked, type LockId, type Vendor } from '../../core/vendor/types.ts';
import { paragraph } from '../../words/joined.ts';
import { lockSentence } from '../../words/vendor.ts';
import { describe } from './accessible.ts';

/** What an organisation locked: controls stay where they are, cannot be used, and what is beside them says who decided so. */

/** @returns the sentence of a lock; null where it is open */
export function lockedBy(vendor: Vendor, lock: LockId): string | null {
  return isLocked(vendor, lock) ? lockSentence(lock, vendor.organisation) : null;
}

/** The sentence as a row of the group that has the controls. */
export function lockRow(lock: LockId, sentence: string): Adw.ActionRow {
  const row = new Adw.ActionRow({ useMarkup: false, title: sentence, titleLines: 0, name: `lock-${lock}` });
  row.add_prefix(
    new Gtk.Image({
      iconName: 'changes-prevent-symbolic',
      accessibleRole: Gtk.AccessibleRole.PRESENTATION,
    }),
  );
  return row;
}

/** Keeps a control from being used, where a lock says so, and has it say why. */
export function hold(sentence: string | null, ...controls: readonly Gtk.Widget[]): void {
  if (sentence === null) return;
  for (const control of controls) {
    control.sensitive = false;
    control.tooltipText = sentence;
    describe(control, sentence);
    control.remove_css_class('suggested-action');
  }
}

/** The sentences beneath the items of a menu that cannot be used. */
export function explainInMenu(button: Gtk.MenuButton, sentences: readonly string[]): void {
  const { popover, menuModel } = button;
  if (sentences.length === 0 || !(popover instanceof Gtk.PopoverMenu) || !(menuModel instanceof Gio.Menu))
    return;
  // The items are skipped by the arrow keys, so that nobody who listens would come to the sentences.
  popover.connect('map', () =>
    button.announce(paragraph(...sentences), Gtk.AccessibleAnnouncementPriority.MEDIUM),
  );
  const section = new Gio.Menu();
  sentences.forEach((_sentence, at) => {
    const item = new Gio.MenuItem();
    item.set_attribute_value('custom', new GLib.Variant('s', `lock-${at}`));
    section.append_item(item);
  });
  menuModel.append_section(null, section);
  sentences.forEach((sentence, at) => {
    const label = new Gtk.Label({
      label: sentence,
      xalign: 0,
      wrap: true,
      maxWidthChars: 22,
      // Read by a screen reader on the way through the menu.
      focusable: true,
      marginStart: 12,
      marginEnd: 12,
      marginTop: 6,
      marginBottom: 6,
      cssClasses: ['caption', 'dim-label'],
    });
    popover.add_child(label, `lock-${at}`);
  });
}
