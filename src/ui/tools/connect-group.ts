// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import Gdk from 'gi://Gdk?version=4.0';
import GLib from 'gi://GLib?version=2.0';
import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import type { HearthState } from '../../core/setup/state.ts';
import { buttonFor } from '../../words/app.ts';
import { numbered } from '../../words/joined.ts';
import { clientWords, connectWords } from '../../words/clients.ts';
import type { Ui } from '../context.ts';
import { template } from '../resources.ts';
import { nameControl } from '../widgets/accessible.ts';

/** Seconds after which a copied key is taken off the clipboard, where it is still there. */
const keyStays = 60;

/** What other programs need to ask the local model, and how those that were found are pointed there. */
export class ConnectGroup extends Adw.PreferencesGroup {
  declare private readonly _addressRow: Adw.ActionRow;
  declare private readonly _modelRow: Adw.ActionRow;
  declare private readonly _keyRow: Adw.ActionRow;
  #ui: Ui | null = null;
  #rows: Gtk.Widget[] = [];
  #shown = '';

  static {
    GObject.registerClass(
      {
        GTypeName: 'HearthConnectGroup',
        Template: template('connect-group'),
        InternalChildren: ['addressRow', 'modelRow', 'keyRow'],
      },
      this,
    );
  }

  setUp(ui: Ui): void {
    this.#ui = ui;
  }

  render(state: HearthState): void {
    const ui = this.#ui;
    const ready = state.standings.model.tag === 'done';
    const connection = ready ? (ui?.hearth.tools.connection() ?? null) : null;
    this.visible = connection !== null;
    if (ui === null || connection === null) return;
    this.description = connection.answers ? connectWords.onlyHere() : connectWords.asleep();
    this._addressRow.subtitle = connection.baseUrl;
    this._modelRow.subtitle = connection.model;
    this._keyRow.subtitle = connectWords.keyLies(connection.keyFile);
    const goose = state.goose?.program?.path ?? null;
    const found = state.clients.map((id) => clientWords(id, connection, goose));
    const shown = JSON.stringify(found);
    // Made anew only when something changed: an open row stays open.
    if (shown === this.#shown) return;
    this.#shown = shown;
    for (const row of this.#rows) this.remove(row);
    this.#rows = found.map((words) => this.#clientRow(words));
    for (const row of this.#rows) this.add(row);
  }

  #clientRow(words: ReturnType<typeof clientWords>): Gtk.Widget {
    const row = new Adw.ExpanderRow({ title: words.title, useMarkup: false });
    nameControl(row, words.title);
    row.add_row(text(words.about));
    words.steps.forEach((step, at) => row.add_row(text(numbered(at + 1, step))));
    const { snippet } = words;
    if (snippet === null) return row;
    const line = text(snippet);
    line.add_css_class('monospace');
    const copy = new Gtk.Button({
      name: 'copyTextButton',
      iconName: 'edit-copy-symbolic',
      valign: Gtk.Align.CENTER,
    });
    copy.add_css_class('flat');
    nameControl(copy, buttonFor(connectWords.copyText(), words.title));
    copy.tooltipText = connectWords.copyText();
    copy.connect('clicked', () => this.#ui?.copy(snippet, connectWords.copied()));
    line.add_suffix(copy);
    row.add_row(line);
    return row;
  }

  protected _onCopyAddress(): void {
    this.#ui?.copy(this._addressRow.subtitle ?? '', connectWords.copied());
  }

  protected _onCopyModel(): void {
    this.#ui?.copy(this._modelRow.subtitle ?? '', connectWords.copied());
  }

  protected _onCopyKey(): void {
    const ui = this.#ui;
    ui?.attempt(async () => {
      ui.copy(await ui.hearth.tools.key(), connectWords.keyCopied());
      const clipboard = Gdk.Display.get_default()?.get_clipboard();
      const content = clipboard?.get_content() ?? null;
      GLib.timeout_add_seconds(GLib.PRIORITY_LOW, keyStays, () => {
        // Only while it is this very copy: what somebody copied since is theirs.
        if (content !== null && clipboard?.get_content() === content) clipboard.set_content(null);
        return GLib.SOURCE_REMOVE;
      });
    });
  }
}

function text(title: string): Adw.ActionRow {
  return new Adw.ActionRow({ title, useMarkup: false, titleSelectable: true });
}
