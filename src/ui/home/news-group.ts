// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import type { TaskId } from '../../core/setup/tasks.ts';
import { newBadge, newPageName, newsSentence } from '../../words/first-boot.ts';
import { taskTitle } from '../../words/tasks.ts';
import { template } from '../resources.ts';
import { nameControl, titleInName } from '../widgets/accessible.ts';

/** Pages in which a later release has something new, until each was opened. Never a window that comes by itself. */
export class NewsGroup extends Adw.PreferencesGroup {
  #shown = '';
  #rows: Adw.ActionRow[] = [];

  static {
    GObject.registerClass({ GTypeName: 'HearthNewsGroup', Template: template('news-group') }, this);
  }

  render(pages: readonly TaskId[], open: (page: TaskId) => void): void {
    if (this.#shown === pages.join(' ')) return;
    this.#shown = pages.join(' ');
    for (const row of this.#rows) this.remove(row);
    this.#rows = pages.map((page) => newsRow(page, open));
    for (const row of this.#rows) this.add(row);
    this.visible = pages.length > 0;
  }
}

function newsRow(page: TaskId, open: (page: TaskId) => void): Adw.ActionRow {
  const row = new Adw.ActionRow({
    title: taskTitle(page),
    subtitle: newsSentence(page),
    useMarkup: false,
    activatable: true,
  });
  const presentation = Gtk.AccessibleRole.PRESENTATION;
  const badge = new Gtk.Label({
    label: newBadge(),
    valign: Gtk.Align.CENTER,
    accessibleRole: presentation,
    cssClasses: ['new-badge', 'caption-heading'],
  });
  row.add_suffix(badge);
  row.add_suffix(new Gtk.Image({ iconName: 'go-next-symbolic', accessibleRole: presentation }));
  nameControl(row, newPageName(page));
  titleInName(row);
  row.connect('activated', () => open(page));
  return row;
}
