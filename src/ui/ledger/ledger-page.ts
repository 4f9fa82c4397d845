// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import Gio from 'gi://Gio?version=2.0';
import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import type { LedgerLine, LedgerReading } from '../../core/setup/ledger.ts';
import { momentText } from '../../words/moment.ts';
import { dotted } from '../../words/joined.ts';
import {
  askedBySentence,
  contactHost,
  contactSentence,
  ledgerWords,
  skippedSentence,
} from '../../words/ledger.ts';
import type { Ui } from '../context.ts';
import { template } from '../resources.ts';
import { Page } from '../widgets/page.ts';
import { fileToSave } from '../widgets/save-file.ts';

Gio._promisify(Adw.AlertDialog.prototype, 'choose', 'choose_finish');

/** Newest contacts that get a row; the file that is exported has all. */
const most = 200;

/** Whom Hearth contacted, newest first. */
export class LedgerPage extends Page {
  declare private readonly _stack: Gtk.Stack;
  declare private readonly _emptyPage: Adw.StatusPage;
  declare private readonly _exportButton: Gtk.Button;
  declare private readonly _scope: Gtk.Label;
  declare private readonly _skipped: Gtk.Label;
  declare private readonly _contacts: Adw.PreferencesGroup;
  #rows: Adw.ActionRow[] = [];

  static {
    GObject.registerClass(
      {
        GTypeName: 'HearthLedgerPage',
        Template: template('ledger-page'),
        InternalChildren: ['stack', 'emptyPage', 'exportButton', 'scope', 'skipped', 'contacts'],
      },
      this,
    );
  }

  constructor(ui: Ui) {
    super(ui, 'ledger');
    this._scope.label = ledgerWords.scope();
    this.sayFirst(this._scope);
    this._emptyPage.description = ledgerWords.scope();
    this.watch(
      (state) => state.ledger,
      (ledger) => this.#render(ledger),
    );
  }

  #render(ledger: LedgerReading | null): void {
    for (const row of this.#rows) this._contacts.remove(row);
    const lines = ledger?.lines ?? [];
    this.#rows = lines
      .slice(-most)
      .toReversed()
      .map((line) => contactRow(line));
    for (const row of this.#rows) this._contacts.add(row);
    const skipped = ledger === null ? '' : skippedSentence(ledger);
    this._skipped.label = skipped;
    this._skipped.visible = skipped !== '';
    const empty = lines.length === 0 && skipped === '';
    this._exportButton.sensitive = lines.length > 0;
    this._stack.visibleChildName = empty ? 'empty' : 'contacts';
  }

  protected _onClear(): void {
    this.ui.attempt(async () => {
      const dialog = new Adw.AlertDialog({
        heading: ledgerWords.clearQuestion(),
        body: ledgerWords.clearBody(),
        closeResponse: 'cancel',
        defaultResponse: 'cancel',
      });
      dialog.add_response('cancel', ledgerWords.cancel());
      dialog.add_response('clear', ledgerWords.clear());
      dialog.set_response_appearance('clear', Adw.ResponseAppearance.DESTRUCTIVE);
      const answer = await dialog.choose(this, null);
      if (answer !== 'clear') return;
      await this.ui.hearth.clearLedger();
      this.ui.toast(ledgerWords.cleared());
    });
  }

  protected _onExport(): void {
    this.ui.attempt(async () => {
      const dialog = new Gtk.FileDialog({ title: ledgerWords.export(), initialName: ledgerWords.fileName() });
      const path = await fileToSave(dialog, this.get_root());
      if (path === null) return;
      // Whether a file that is there may be replaced was asked by the dialog.
      await this.ui.hearth.exportLedger(path, true);
      this.ui.toast(ledgerWords.exported());
    });
  }
}

function contactRow(line: LedgerLine): Adw.ActionRow {
  const parts = [momentText(line.at), contactSentence(line), askedBySentence(line)];
  return new Adw.ActionRow({
    useMarkup: false,
    title: contactHost(line),
    subtitle: dotted(parts),
    titleLines: 0,
    subtitleLines: 0,
    titleSelectable: true,
  });
}
