// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import Pango from 'gi://Pango?version=1.0';
import type { WriteFile } from '../../core/setup/plan.ts';
import { diffLines, folded } from '../../core/text/diff.ts';
import { contentName } from '../../words/app.ts';
import type { Ui } from '../context.ts';
import { nameControl } from '../widgets/accessible.ts';

const signs = { same: '  ', added: '+ ', removed: '− ' } as const;

/** What a step would write: the lines it adds and removes, with signs as well as colours. */
export class DiffView extends Adw.PreferencesRow {
  static {
    GObject.registerClass({ GTypeName: 'HearthDiffView' }, this);
  }

  constructor(ui: Ui, action: WriteFile) {
    super({ activatable: false, focusable: false });
    const view = new Gtk.TextView({
      name: 'changes',
      editable: false,
      cursorVisible: false,
      monospace: true,
      leftMargin: 12,
      rightMargin: 12,
      topMargin: 12,
      bottomMargin: 12,
    });
    view.add_css_class('diff');
    const name = contentName(ui.names().path(action.path));
    nameControl(view, name);
    nameControl(this, name);
    this.set_child(new Gtk.ScrolledWindow({ child: view, vscrollbarPolicy: Gtk.PolicyType.NEVER }));
    ui.attempt(async () => {
      const before = action.before === null ? '' : ((await ui.hearth.textAt(action.path)) ?? '');
      this.#fill(view.buffer, before, action.content);
    });
  }

  #fill(buffer: Gtk.TextBuffer, before: string, after: string): void {
    const added = new Gtk.TextTag({ weight: Pango.Weight.BOLD });
    const removed = new Gtk.TextTag({ strikethrough: true });
    buffer.tagTable.add(added);
    buffer.tagTable.add(removed);
    const lines = folded(diffLines(before, after), 2);
    lines.forEach((line, index) => {
      const from = buffer.get_char_count();
      const text = line === null ? '⋯' : signs[line.kind] + line.text;
      buffer.insert(buffer.get_end_iter(), text + (index < lines.length - 1 ? '\n' : ''), -1);
      if (line === null || line.kind === 'same') return;
      const tag = line.kind === 'added' ? added : removed;
      buffer.apply_tag(tag, buffer.get_iter_at_offset(from), buffer.get_end_iter());
    });
  }
}
